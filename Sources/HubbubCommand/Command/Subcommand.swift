package import Benchmarks
package import Chat
package import Experiments
import Vocabulary

/// One command as data. What it takes is listed once; the parser, help, completion and man pages read that
/// list.
struct Subcommand: Sendable {
    /// A command line to show, and what it is good for.
    struct Example: Sendable {
        let line: String
        let purpose: String
    }

    let name: String
    /// What it does, in one sentence without its full stop.
    let summary: String
    var operand: Operand?
    var options: [Option] = []
    let examples: [Example]
    let exitCodes: [ExitCode]
    let run: @Sendable (Call) throws(Failure) -> ExitCode

    /// In the order of the help page.
    static let all = [
        run, validate, explain, designs, check, compare, sweep, capacity, chaos, replay, report, bench,
        completion, help,
    ]

    static func named(_ name: String) throws(Failure) -> Subcommand {
        if let command = all.first(where: { $0.name == name }) { return command }
        throw Failure.usage(
            "unknown command \(quoted(name))", nearest: nearest(to: name, among: all.map(\.name)),
            see: "\(programName) help")
    }
}

/// Plays a run, and asks after each simulated second whether to go on.
package typealias Player = @Sendable (Play, @escaping (Play.Status) -> Bool) -> Play.PlayedRun

/// What surrounds the command line: the designs and benchmarks that the executable brings, and all of the
/// process that a command may see. A test brings its own.
package struct Surroundings {
    package var designs: [any Design.Type]
    package var benchmarks: [Benchmark]
    package var output: Outlet
    package var errors: Outlet
    /// Of the environment.
    package var variable: (String) -> String?
    package var interruption: Interruption
    /// Bytes that the machine has.
    package var memory = Memory.ofMachine
    /// Variables of the environment that are meant for Hubbub by their name.
    package var variables: [String] = []
    /// Reads the clock by which a line of progress is due; a test may have it made up.
    package var now: @Sendable () -> ContinuousClock.Instant = { .now }
    /// Plays a run; a test may have it made up.
    package var player: Player

    package init(
        designs: [any Design.Type], benchmarks: [Benchmark], output: Outlet, errors: Outlet,
        variable: @escaping (String) -> String? = { _ in nil }, interruption: Interruption = .never,
        player: @escaping Player = { $0.run($1) }
    ) {
        self.designs = designs
        self.benchmarks = benchmarks
        self.output = output
        self.errors = errors
        self.variable = variable
        self.interruption = interruption
        self.player = player
    }
}

/// A command that was called: what was asked of it, and what it has to work with.
struct Call {
    let arguments: Arguments
    let around: Surroundings

    /// The answer, and nothing else.
    var output: Outlet { around.output }
    var errors: Outlet { around.errors }
    var sheets: [DesignSheet] { around.designs.map { $0.sheet } }

    /// A line for the reader beside the answer. If even that cannot be written, nobody is left to tell.
    func remark(_ line: String) { try? errors.write("\(programName): \(line)\n") }

    /// What should be there and is not.
    func missing(_ placeholder: String, of command: String) -> Failure {
        Failure(.usage, "\(placeholder) is missing; `\(programName) help \(command)` shows the usage")
    }
}
