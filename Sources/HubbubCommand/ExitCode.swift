/// How a command ended, as the shell learns it: verdicts are numbered as grep and diff number theirs,
/// trouble as sysexits.h does.
package enum ExitCode: Int32, Sendable {
    case held = 0
    case failed = 1
    case usage = 64
    case internalError = 70
    case outputFailed = 74
    /// What a shell reports of a process that SIGINT ended. No command returns it: the signal keeps its
    /// default action, so that a shell loop around a command stops with the command.
    case interrupted = 130

    /// What the code means, for the help pages.
    var meaning: String {
        switch self {
        case .held: "everything asked for held"
        case .failed: "a known answer came out outside its band"
        case .usage: "the command line is wrong; nothing was run"
        case .internalError: "internal error: please report it, with the command that repeats it"
        case .outputFailed: "the output could not be written"
        case .interrupted: "interrupted"
        }
    }
}
