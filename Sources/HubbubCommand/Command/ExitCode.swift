/// How a command ended, as the shell learns it: verdicts are numbered as grep and diff number theirs,
/// trouble as sysexits.h does.
package enum ExitCode: Int32, Sendable, CaseIterable {
    case held = 0
    case failed = 1
    case inconclusive = 2
    case violated = 3
    case usage = 64
    case badFile = 65
    case noFile = 66
    case internalError = 70
    case cannotCreate = 73
    case outputFailed = 74
    case badDesign = 78
    /// What a shell reports of a process that SIGINT ended.
    case interrupted = 130
    /// The same of SIGTERM.
    case terminated = 143

    /// What the code means, for the help pages.
    var meaning: String {
        switch self {
        case .held: "everything asked for held"
        case .failed:
            "a threshold, a requirement, a tolerance, health after the faults or a known answer did not hold"
        case .inconclusive: "nobody can tell: no samples, not healthy before the faults, too little data"
        case .violated: "an invariant of the design was violated, or the modelled system hangs"
        case .usage: "the command line is wrong; nothing was run"
        case .badFile: "a scenario or a stored result is wrong; nothing was run"
        case .noFile: "a file is not there, or cannot be read"
        case .internalError: "internal error: please report it, with the command that repeats it"
        case .cannotCreate: "a file or folder of the output cannot be created"
        case .outputFailed: "the output could not be written"
        case .badDesign: "a design says of itself what cannot be, or what it does not do; nothing was run"
        case .interrupted: "interrupted"
        case .terminated: "terminated"
        }
    }

    /// Of several, which one the process ends with: what stopped it, then what is wrong with Hubbub or the
    /// machine, then the verdicts from wrong to unknown.
    package static let precedence: [ExitCode] = [
        .interrupted, .terminated, .internalError, .cannotCreate, .outputFailed, .usage, .badDesign, .noFile,
        .badFile, .violated, .failed, .inconclusive, .held,
    ]

    package static func gravest(_ codes: some Sequence<ExitCode>) -> ExitCode {
        let codes = Array(codes)
        return precedence.first(where: codes.contains) ?? .held
    }
}
