public import Vocabulary

/// S0-28, X-5: a device may get a letter as often as it likes, its owner sees it once.
public struct ShownOnce: ChatInvariant {
    public init() {}

    public static let promise = Promise(
        "shown-once", "A device never shows the same letter twice.",
        requirements: ["S0-28", "S1-6", "S2-19", "X-5"])

    /// A copy that came twice: what a device keeps to itself is told to the watch by the ledger.
    @inlinable
    public func isTested(by showing: Showing) -> Bool { showing.isRepeat }

    @inlinable
    public func isBroken(by showing: Showing) -> Bool { showing.isRepeat }

    public func evidence(_ showing: Showing) -> String {
        let first =
            showing.firstShown.map { "\(showing.device.user) saw it first at \($0.inSeconds)" }
            ?? "it was long since shown wherever it was due"
        return "\(showing.letter) was shown again on \(showing.device) at \(showing.time.inSeconds); \(first)"
    }
}
