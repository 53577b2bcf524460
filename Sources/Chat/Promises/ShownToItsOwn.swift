public import Vocabulary

/// A letter is for its recipient, for those who are in the room when it is tapped, and for those who come
/// into the room later, where a design shows them what was said before. It is for nobody else.
public struct ShownToItsOwn: ChatInvariant {
    public init() {}

    public static let promise = Promise(
        "shown-to-its-own", "A letter is never shown to anybody it is not for.",
        requirements: ["S0-5", "S1-1", "S3-14"])

    @inlinable
    public func isBroken(by showing: Showing) -> Bool { showing.standing == .stranger }

    public func evidence(_ showing: Showing) -> String {
        "\(showing.letter) was shown on \(showing.device) at \(showing.time.inSeconds), "
            + "and is not for \(showing.device.user)"
    }
}
