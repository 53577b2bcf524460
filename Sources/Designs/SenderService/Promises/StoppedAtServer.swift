public import Chat
public import Vocabulary

/// S0-25: once the connection service has a block, nothing of who is blocked is sent to a device of who has blocked
/// them. A message whose consumer had asked before may still be on its way.
public struct StoppedAtServer: ChatInvariant {
    public static let promise = Promise(
        "stopped-at-server", "Nothing is sent to a device whose owner has blocked the sender.",
        requirements: ["S0-25"])

    /// How long a message may be on its way, once it has passed the check.
    static let way = Span.seconds(10)

    public enum Event: Sendable {
        case blocked(User, by: User, at: Instant)
        case unblocked(User, by: User)
        case sent(LetterID, to: DeviceID, at: Instant)
    }

    private struct Block: Hashable {
        var user: User
        var reader: User
    }

    private var blocks: [Block: Instant] = [:]  // looked up only, never iterated

    public init() {}

    public func isTested(by event: Event) -> Bool {
        if case .sent(let letter, let device, _) = event {
            return blocks[Block(user: letter.sender, reader: device.user)] != nil
        }
        if case .blocked = event { return true }
        return false
    }

    public mutating func isBroken(by event: Event) -> Bool {
        switch event {
        case .blocked(let user, let reader, let time): blocks[Block(user: user, reader: reader)] = time
        case .unblocked(let user, let reader): blocks[Block(user: user, reader: reader)] = nil
        case .sent(let letter, let device, let time):
            guard !blocks.isEmpty, let since = blocks[Block(user: letter.sender, reader: device.user)] else {
                return false
            }
            return time - since > Self.way
        }
        return false
    }

    public func letter(of event: Event) -> (LetterID, User)? {
        if case .sent(let letter, let device, _) = event { (letter, device.user) } else { nil }
    }

    public func evidence(_ event: Event) -> String {
        guard case .sent(let letter, let device, let time) = event else { return "" }
        let since = blocks[Block(user: letter.sender, reader: device.user)]?.inSeconds ?? "?"
        return
            "\(letter) was sent to \(device) at \(time.inSeconds), whose owner has blocked the sender since \(since)"
    }
}
