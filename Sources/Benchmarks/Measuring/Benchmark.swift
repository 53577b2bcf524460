public import Results
import Vocabulary

/// Something whose speed is worth knowing, brought by the executable and run by `hubbub bench`.
///
/// A benchmark is a value: adding one is adding it to the list that the executable hands to
/// `main(designs:benchmarks:)`. Its `plainSteps` are what can be taken away from it one after the other, each
/// on top of those before, so that a table shows what each costs.
public struct Benchmark: Sendable {
    /// What runs together, `kernel` or `fidelity`.
    public let suite: String
    /// `phold-1024x1`: unique, because `--only` selects by it.
    public let name: String
    /// What it measures, in one sentence without its full stop.
    public let title: String
    /// What it counts, in the singular: `event`, `pair`, `customer`.
    public let unit: String
    public let aim: Aim
    /// Whether it takes so long that it runs only when it, or its suite, is named.
    public let takesLong: Bool
    /// What `--plain` takes away, in this order: `8-byte payload`, `no digests`.
    public let plainSteps: [String]
    /// How many events each letter takes, where there are letters: a run of its own, in which they are counted.
    public let counts: (@Sendable () -> EventCounts)?
    /// Runs it once, with the first so many of its plain steps taken away. What is measured twice must be
    /// built twice: rounds of one benchmark share nothing.
    public let run: @Sendable (_ plain: Int) -> Round

    /// Traps on texts for which the table has no room, or a name that could not be typed: names have at most
    /// 20 of the characters `a-z 0-9 - .`, plain steps at most 16 characters, units at most 8.
    public init(
        suite: String, name: String, title: String, unit: String, aim: Aim = .speed,
        takesLong: Bool = false, plainSteps: [String] = [], counts: (@Sendable () -> EventCounts)? = nil,
        run: @escaping @Sendable (_ plain: Int) -> Round
    ) {
        for word in [suite, name] {
            precondition((1...20).contains(word.count), "'\(word)' does not have 1 to 20 characters")
            precondition(!word.hasPrefix("-"), "'\(word)' would be read as an option")
            precondition(word.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-.".contains($0) }, word)
        }
        precondition(plainSteps.allSatisfy { (1...16).contains($0.count) }, "\(plainSteps)")
        precondition((1...8).contains(unit.count), unit)
        self.suite = suite
        self.name = name
        self.title = title
        self.unit = unit
        self.aim = aim
        self.takesLong = takesLong
        self.counts = counts
        self.plainSteps = plainSteps
        self.run = run
    }
}

extension Benchmark {
    /// What a benchmark is for, and so what its table shows.
    public enum Aim: Sendable {
        /// How fast it goes. `hubbub bench` alone runs these, but for those that take long.
        case speed
        /// Whether its known answers come out. That takes as long as it takes, and runs when it is named.
        case fidelity
    }

    /// What one run gave: how long it took, and what came out of it.
    ///
    /// Time and memory move with the machine. Everything else is simulated, and must be the same in every
    /// round; where it is not, the simulation is not deterministic, and `bench` stops with an internal error.
    public struct Round: Sendable {
        /// How many units of work were done.
        public let count: UInt64
        /// Wall time of that work alone, without building or checking.
        public let elapsed: Duration
        public let bytesPerPendingEvent: Double?
        public let bytesPerActor: Double?
        public let digest: UInt64?
        /// What the simulated world says of itself, `mean wait 4.001 s`.
        public let figures: [Figure]
        /// What has a known answer, with its standard error.
        public let answers: [KnownAnswer]
        /// Whether the known answers came out; `nil` where none is known.
        public let verdict: BandCheck?

        public init(
            count: UInt64, elapsed: Duration, bytesPerPendingEvent: Double? = nil,
            bytesPerActor: Double? = nil,
            digest: UInt64? = nil, figures: [Figure] = [], answers: [KnownAnswer] = [],
            verdict: BandCheck? = nil
        ) {
            precondition(answers.isEmpty || verdict == nil, "the answers are the verdict")
            precondition(count > 0, "nothing was done")
            precondition(elapsed > .zero, "no work takes no time")
            self.count = count
            self.elapsed = elapsed
            self.bytesPerPendingEvent = bytesPerPendingEvent
            self.bytesPerActor = bytesPerActor
            self.digest = digest
            self.figures = figures
            self.answers = answers
            self.verdict = answers.isEmpty ? verdict : BandCheck(answers)
        }
    }

    /// A number with its name and its unit, `mean wait`, 4.001, `s`; the unit is empty for a pure number.
    public struct Figure: Sendable, Equatable {
        public let name: String
        public let value: Double
        public let unit: String

        public init(_ name: String, _ value: Double, _ unit: String) {
            precondition(!value.isNaN, "\(name) is not a number")
            self.name = name
            self.value = value
            self.unit = unit
        }
    }

    public enum BandCheck: Sendable, Equatable {
        case held
        /// With the sentence that says what came out and what should have.
        case outOfBand(String)

        fileprivate init(_ answers: [KnownAnswer]) {
            let problems = answers.compactMap { answer in
                answer.problem.map { "\(answer.what): \($0)" }
            }
            self = problems.isEmpty ? .held : .outOfBand(problems.joined(separator: "; "))
        }
    }
}

extension Benchmark.Figure: CustomStringConvertible {
    /// `mean wait 4.001 s`
    public var description: String {
        "\(name) \(significant(value))" + (unit.isEmpty ? "" : " \(unit)")
    }
}
