import Vocabulary

/// One command as data. What it takes is listed once; the parser, the help pages and the hints read that list.
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
    static let all = [bench, help]

    static func named(_ name: String) throws(Failure) -> Subcommand {
        if let command = all.first(where: { $0.name == name }) { return command }
        throw Failure.usage(
            "unknown command \(quoted(name))", nearest: nearest(to: name, among: all.map(\.name)),
            see: "hubbub help")
    }
}

/// A command that was called: what was asked of it, what it has to work with, and where its output goes.
struct Call {
    let arguments: Arguments
    let benchmarks: [Benchmark]
    /// The answer, and nothing else.
    let output: Outlet
    let errors: Outlet

    /// A line for the reader beside the answer. If even that cannot be written, nobody is left to tell.
    func remark(_ line: String) { try? errors.write("hubbub: \(line)\n") }
}
