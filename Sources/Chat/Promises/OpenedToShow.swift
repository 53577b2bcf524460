public import Vocabulary

/// S0-24: what cannot be opened with a key of the device is not shown there. A design whose apps seal bodies lists
/// it in its sheet.
public struct OpenedToShow: ChatInvariant {
    public init() {}

    public static let promise = Promise(
        "opened-to-show", "A device shows a sealed letter only when it has a key that opens it.",
        requirements: ["S0-24", "S0-35"])

    /// That a device showed a letter to which it has no key.
    @frozen
    public struct Showing {
        public var letter: LetterID
        public var device: DeviceID
        public var time: Instant
    }

    public func letter(of showing: Showing) -> (LetterID, User)? { (showing.letter, showing.device.user) }

    /// A letter tests it that comes to a device without a key to it: the app tells the watch.
    @inlinable
    public func isTested(by showing: Showing) -> Bool { true }

    @inlinable
    public func isBroken(by showing: Showing) -> Bool { true }

    public func evidence(_ showing: Showing) -> String {
        "\(showing.letter) was shown on \(showing.device) at \(showing.time.inSeconds), which has no key to it"
    }
}
