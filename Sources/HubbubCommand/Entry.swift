public import Benchmarks
public import Chat
internal import Experiments
import Glibc
import Simulation
import Vocabulary

/// The command `hubbub`, for an executable that brings the designs and, if it has some, benchmarks.
///
/// A reader that went away (`hubbub bench | head -1`) ends the process quietly, by SIGPIPE; the parent may
/// have left that signal ignored, hence the line that restores it.
public func main(designs: [any Design.Type], benchmarks: [Benchmark] = []) -> Never {
    if let name = CommandLine.arguments.first?.split(separator: "/").last { programName = visible(name) }
    signal(SIGPIPE, SIG_DFL)
    signal(SIGXFSZ, SIG_IGN)  // a file at its limit is an error like a full disk, not the end
    FaultReport.install(
        headline: "hubbub: internal fault; please report it, with these lines",
        repeatCommand: ([programName] + CommandLine.arguments.dropFirst().map(shellWord)).joined(
            separator: " "),
        exitCode: ExitCode.internalError.rawValue, designModules: modules(of: designs))
    var around = Surroundings(
        designs: designs, benchmarks: benchmarks, output: Outlet(descriptor: STDOUT_FILENO),
        errors: Outlet(descriptor: STDERR_FILENO),
        variable: { name in getenv(name).map { String(cString: $0) } }, interruption: .ofProcess)
    around.variables = namesOfVariables().filter { $0.hasPrefix("HUBBUB_") }
    exit(run(CommandLine.arguments.dropFirst(), in: around).rawValue)
}

/// In which the designs are, other than those that come with Hubbub: `mychat` of `mychat.MyChat`.
private func modules(of designs: [any Design.Type]) -> [String] {
    let modules = designs.map { String(String(reflecting: $0).prefix { $0 != "." }) }
    return modules.enumerated().filter { $1 != "Designs" && !modules[..<$0].contains($1) }.map(\.element)
}

private func namesOfVariables() -> [String] {
    guard let bytes = try? FileSystem.read("/proc/self/environ") else { return [] }
    return bytes.split(separator: 0).map {
        String(decoding: $0.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }
    .sorted()
}

/// The same without a process: all that a command line does goes to the two outlets.
package func run(_ words: some Collection<String>, in around: Surroundings) -> ExitCode {
    do throws(Failure) {
        return try dispatch(words, in: around)
    } catch {
        try? around.errors.write("\(programName): \(error.message)\n")
        return error.code
    }
}

/// `hubbub [OPTION...] COMMAND [WORD...]`: the options in front of the command are those that every command
/// takes.
private func dispatch(_ words: some Collection<String>, in around: Surroundings) throws(Failure) -> ExitCode {
    let general = try Arguments(
        words.prefix { $0.hasPrefix("-") }, options: Option.everywhere, operand: nil,
        see: "\(programName) help")
    let command = try words.first { !$0.hasPrefix("-") }.map(Subcommand.named)
    let own = try command.map { command throws(Failure) in
        try Arguments(
            words.drop { $0.hasPrefix("-") }.dropFirst(), options: command.options + Option.everywhere,
            operand: command.operand, see: "\(programName) help \(command.name)", variable: around.variable)
    }
    if general.has(.help) || own?.has(.help) == true {
        try around.output.write(command?.helpPage ?? Subcommand.helpPage)
        return .held
    }
    if general.has(.version) || own?.has(.version) == true {
        try around.output.write(Version.page)
        return .held
    }
    guard let command, let own else {
        try? around.errors.write(Subcommand.shortUsage)
        return .usage
    }
    let call = Call(arguments: own, around: around)
    warnOfVariables(call)
    if command.exitCodes.contains(.badDesign) {
        try DesignChecks.mistakes(in: call.around.designs).fail()
    }
    return try command.run(call)
}

/// A variable that nothing reads is a slip of the pen, which would otherwise go without a word.
private func warnOfVariables(_ call: Call) {
    var known: [String] = []
    for name in Subcommand.all.flatMap(\.options).compactMap(\.variable) where !known.contains(name) {
        known.append(name)
    }
    for name in call.around.variables where !known.contains(name) {
        let near = nearest(to: name, among: known).map { "did you mean '\($0)'?" }
        call.remark(
            "variable \(quoted(name)) means nothing to Hubbub; "
                + (near ?? "there are \(known.joined(separator: ", "))"))
    }
}
