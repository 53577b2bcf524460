internal import Results
internal import Vocabulary

/// Why a run did not come to its end.
enum EarlyEnding {
    /// Somebody did not want to wait for it.
    case interrupted
    /// A threshold with `abort` was lost, at that moment.
    case aborted(AbortChecks.LostThreshold)
    /// Hubbub itself is wrong: what came of it until then says nothing.
    case escaped(String)
    case runaway(String)

    var abort: AbortChecks.LostThreshold? {
        guard case .aborted(let loss) = self else { return nil }
        return loss
    }
}

extension AbortChecks.LostThreshold {
    /// `aborted at 3m12s by 'duplicate count == 0'`
    var abortText: String { "aborted at \(clockText(time)) by '\(threshold)'" }
}
