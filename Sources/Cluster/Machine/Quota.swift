/// So much of something there is, and no more: memory, open connections.
@frozen
public struct Quota: Hashable, Sendable {
    /// May be lowered below what is in use: then nothing more is given out until enough came back.
    public var limit: UInt64
    public private(set) var used: UInt64 = 0
    /// The most that was in use at once.
    public private(set) var highest: UInt64 = 0

    public init(limit: UInt64) { self.limit = limit }

    /// False, and nothing taken, when that much is not left.
    public mutating func take(_ amount: UInt64) -> Bool {
        guard used <= limit, amount <= limit - used else { return false }
        used += amount
        highest = max(highest, used)
        return true
    }

    public mutating func give(back amount: UInt64) {
        precondition(amount <= used, "\(amount) come back, and \(used) are in use")
        used -= amount
    }
}
