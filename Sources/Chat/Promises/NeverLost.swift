public import Vocabulary

/// what the system has accepted is shown to everybody it was due to.
///
/// Loss is certain in two cases. The sender's device is told, after it was told that the system has the
/// letter, that it has not. Or the run has ended, its drain included, and somebody who could be reached all
/// through the last `LedgerSettings.chance` was not shown it, or through another such time after sends and faults were
/// over, nor was later, when the run was played on. Until then any letter may still come: a log may hold it behind a
/// partition for as long as that lasts.
public struct NeverLost: ChatInvariant {
    public init() {}

    public static let promise = Promise(
        "never-lost", "An accepted letter is shown to everybody it was due to.",
        requirements: ["X-4", "S0-13", "S0-14", "S1-30", "S2-8", "S4-14"], isKeptAtEnd: true)

    /// A letter that a recipient was not shown and will not be.
    public struct LostLetter {
        public var letter: LetterID
        public var recipient: User
        public var tapped: Instant
        public var accepted: Instant
        public var cause: Fate

        public enum Fate: Hashable, Sendable {
            case takenBack(at: Instant)
            /// At the end, and since then app and network of one of the recipient's devices had been working.
            case notShown(reachableSince: Instant, end: Instant)
            /// At the end the recipient was away, and until then could have been shown it.
            case missed(reachableUntil: Instant)
        }
    }

    public func letter(of loss: LostLetter) -> (LetterID, User)? { (loss.letter, loss.recipient) }

    /// The ledger tells of losses, and of every letter that is accepted as a test.
    @inlinable
    public func isBroken(by loss: LostLetter) -> Bool { true }

    public func evidence(_ loss: LostLetter) -> String {
        let what =
            "\(loss.letter), tapped at \(loss.tapped.inSeconds) and accepted at \(loss.accepted.inSeconds), "
        switch loss.cause {
        case .takenBack(let time):
            return what + "was refused at \(time.inSeconds), before \(loss.recipient) was shown it"
        case .notShown(let since, let end):
            return what + "was not shown to \(loss.recipient) by \(end), reachable since \(since.inSeconds)"
        case .missed(let end):
            return what + "was never shown to \(loss.recipient), who could be reached until \(end.inSeconds)"
        }
    }
}
