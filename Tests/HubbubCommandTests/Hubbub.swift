import Benchmarks
import Designs
import HubbubCommand
import Synchronization

/// `hubbub` without a process: what it wrote, and how it ended.
struct Hubbub: Equatable {
    var out: String
    var err: String
    var code: ExitCode

    init(out: String = "", err: String = "", code: ExitCode) {
        (self.out, self.err, self.code) = (out, err, code)
    }

    init(
        _ words: [String], benchmarks: [Benchmark] = shipped, isWatched: Bool = false,
        variables: [String: String] = [:], interruption: Interruption = .never, memory: UInt64 = .max,
        clock: HandClock? = nil,
        player: @escaping Player = { $0.run($1) }
    ) {
        let (output, errors) = (Memo(), Memo())
        var around = Surroundings(
            designs: [SingleServer.self, SenderService.self], benchmarks: benchmarks,
            output: Outlet(isTerminal: isWatched) { text in output.append(text) },
            errors: Outlet(isTerminal: isWatched) { text in errors.append(text) },
            variable: { variables[$0] }, interruption: interruption, player: player)
        around.memory = memory
        if let clock { around.now = clock.now }
        around.variables = variables.keys.filter { $0.hasPrefix("HUBBUB_") }.sorted()
        code = run(words, in: around)
        (out, err) = (output.text, errors.text)
    }

    /// The words of a command line that has no spaces inside of words.
    init(
        _ line: String, benchmarks: [Benchmark] = shipped, isWatched: Bool = false,
        variables: [String: String] = [:]
    ) {
        self.init(
            line.split(separator: " ").map(String.init), benchmarks: benchmarks, isWatched: isWatched,
            variables: variables)
    }

    /// The only figure that no test can know beforehand, replaced.
    var outWithoutMemory: String {
        out.replacing(/peak memory [0-9,]+\.[0-9] MB/, with: "peak memory # MB")
    }

    /// Three benchmarks of two suites, whose times are made up: 50 ns an event, 45 with one step taken away,
    /// 40 with both; 100 ns a customer.
    static let shipped = [
        Benchmark(
            suite: "kernel", name: "phold-1024x1", title: "events that beget events", unit: "event",
            plainSteps: ["8-byte payload", "no digests"]
        ) { plain in
            .init(
                count: 1_000_000, elapsed: .milliseconds(50 - 5 * plain), bytesPerPendingEvent: 32,
                bytesPerActor: 56.5,
                digest: plain < 2 ? 0x7c1e_09aa_53d2_e410 : nil)
        },
        Benchmark(suite: "kernel", name: "timers", title: "timers set and cancelled", unit: "pair") { _ in
            .init(count: 2_000, elapsed: .microseconds(120))
        },
        Benchmark(
            suite: "fidelity", name: "mm1", title: "the wait in a queue against its formula", unit: "customer"
        ) { _ in
            .init(
                count: 1_000, elapsed: .microseconds(100),
                figures: [.init("mean wait", 4.0012, "s"), .init("closed form", 4, "s")], verdict: .held)
        },
    ]
}

/// A clock that stands still until somebody moves it on.
final class HandClock: Sendable {
    private let time = Mutex(ContinuousClock.now)

    func now() -> ContinuousClock.Instant { time.withLock { $0 } }

    /// So much that a line of progress is due, which comes each 100 ms.
    func passTime() { time.withLock { $0 += .milliseconds(100) } }
}

/// Text that is written from one place and read from another.
final class Memo: Sendable {
    private let contents = Mutex("")

    var text: String { contents.withLock { $0 } }

    func append(_ text: String) { contents.withLock { $0 += text } }
}
