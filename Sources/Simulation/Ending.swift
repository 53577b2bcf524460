public import Vocabulary

/// Why a run stopped. There is no "just stopped".
///
/// A fault inside Hubbub or a component is not among them: it ends the process (`FaultReport`).
public enum Ending: Equatable, Sendable {
    case reachedEnd
    /// Nothing is scheduled, yet someone waits.
    case ranDry(at: Instant, waiting: [String])
    case exceeded(eventLimit: UInt64)
    /// A check, a component or a flow stopped the run.
    case stopped(because: String)
    /// Work left the simulation, so what happens next would depend on real time.
    case escaped(String)
}

extension Ending: CustomStringConvertible {
    public var description: String {
        switch self {
        case .reachedEnd: "reached its end"
        case .ranDry(let time, let waiting):
            "ran dry at \(time) while somebody waits: \(waiting.joined(separator: "; "))"
        case .exceeded(let limit): "exceeded the limit of \(limit) events"
        case .stopped(let reason): "stopped: \(reason)"
        case .escaped(let what): what
        }
    }
}
