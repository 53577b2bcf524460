internal import Benchmarks
import Results
import Vocabulary

/// A benchmark with its first `plain` steps taken away, and what each round of it gave.
struct BenchRow {
    let benchmark: Benchmark
    let plain: Int
    private(set) var outcomes: [Benchmark.Round] = []
    var counts: EventCounts?

    init(benchmark: Benchmark, plain: Int) {
        self.benchmark = benchmark
        self.plain = plain
    }

    /// One more round. Another simulated result than the first round's is a bug, of Hubbub or of the
    /// benchmark.
    mutating func run() throws(Failure) {
        let outcome = benchmark.run(plain)
        if let first = outcomes.first, let difference = outcome.difference(from: first) {
            let round = outcomes.count + 1
            let options = "--only \(benchmark.name) --repeat \(round)" + (plain > 0 ? " --plain" : "")
            throw Failure(
                .internalError,
                "round \(round) of \(benchmark.name) gave another \(difference): "
                    + "please report it; `\(programName) bench \(options)` repeats it")
        }
        outcomes.append(outcome)
    }

    /// As the table calls it: the benchmark, or the step that was taken away last.
    var label: String { plain == 0 ? benchmark.name : "  - \(benchmark.plainSteps[plain - 1])" }

    var stepsTaken: ArraySlice<String> { benchmark.plainSteps.prefix(plain) }

    /// Equal in all rounds, so any round stands for it.
    var simulated: Benchmark.Round { outcomes[0] }

    var isOutOfBand: Bool {
        switch simulated.verdict {
        case .outOfBand: true
        case .held, nil: false
        }
    }

    var nanosecondsEach: Repetitions { Repetitions(rounds) }

    /// Nanoseconds for each unit of work, round by round.
    var rounds: [Double] { outcomes.map { $0.elapsed / .nanoseconds(1) / Double($0.count) } }

    var perSecond: Double { 1e9 / nanosecondsEach.median }

    var bytesPerPendingEvent: Double? { median(\.bytesPerPendingEvent) }

    var bytesPerActor: Double? { median(\.bytesPerActor) }

    private func median(_ figure: (Benchmark.Round) -> Double?) -> Double? {
        let values = outcomes.compactMap(figure)
        return values.isEmpty ? nil : Repetitions(values).median
    }
}

/// The middle and the ends of several measurements of the same thing. The median, not the mean: what
/// disturbs a measurement only ever adds to it.
struct Repetitions: Equatable {
    let minimum: Double
    let median: Double
    let maximum: Double

    init(_ values: [Double]) {
        precondition(!values.isEmpty)
        let sorted = values.sorted()
        minimum = sorted[0]
        median = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
        maximum = sorted[sorted.count - 1]
    }
}

extension Benchmark.Round {
    /// What simulated result differs from `first`'s, and how, if any does.
    fileprivate func difference(from first: Self) -> String? {
        if count != first.count { return "count, \(grouped(count)) after \(grouped(first.count))" }
        if digest != first.digest {
            return "digest, \(Self.text(digest)) after \(Self.text(first.digest))"
        }
        if figures != first.figures { return "set of figures" }
        if answers != first.answers { return "set of answers" }
        return verdict == first.verdict ? nil : "verdict"
    }

    private static func text(_ digest: UInt64?) -> String { digest.map(digestText) ?? "none" }
}
