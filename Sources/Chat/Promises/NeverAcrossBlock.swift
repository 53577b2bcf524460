public import Vocabulary

/// S0-25: who has blocked somebody sees none of the letters that they tap from then on: on a device that has the block at
/// once (S0-26), on any when the system has said that it has it (S3-20).
///
/// A letter that was on its way when the block came may still be shown, and so may one tapped on another device within
/// `LedgerSettings.changesSpread`. When the block has been lifted, any may be: by a device that was away all the time.
public struct NeverAcrossBlock: ChatInvariant {
    public init() {}

    public static let promise = Promise(
        "never-across-block",
        "While a block lasts, what who is blocked has tapped since is not shown on a device that has it, nor on any once it has spread.",
        requirements: ["S0-25", "S3-5", "S3-17", "S3-20", "S3-21"])

    /// A letter that somebody blocked has tapped tests it, shown or not: the ledger tells the watch.
    @inlinable
    public func isTested(by showing: Showing) -> Bool { showing.blockedSince != nil }

    @inlinable
    public func isBroken(by showing: Showing) -> Bool { showing.blockedSince != nil }

    public func evidence(_ showing: Showing) -> String {
        let since = showing.blockedSince.map(\.description) ?? "?"
        let tapped = showing.tapped.map { " (tapped at \($0.inSeconds))" } ?? ""
        return
            "\(showing.letter)\(tapped) was shown on \(showing.device) at \(showing.time.inSeconds), though "
            + "\(showing.device.user) has blocked \(showing.letter.sender) since \(since)"
    }
}
