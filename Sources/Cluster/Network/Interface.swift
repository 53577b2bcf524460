public import Vocabulary

/// One direction of a machine's network interface: what is sent leaves in the order in which it came, never
/// faster than the rate.
@frozen
public struct Interface: Hashable, Sendable {
    /// A change holds for what comes later: what waits already has been told when it leaves.
    public var bandwidth: Bandwidth

    /// When the last bit of all that was sent has left (for a token bucket: when it is full again).
    public private(set) var busyUntil = Instant.start

    public init(_ bandwidth: Bandwidth) { self.bandwidth = bandwidth }

    /// When the last bit of `size` has left. For streams: what exceeds the buffer waits in the sender's
    /// memory.
    public mutating func send(_ size: ByteCount, at now: Instant) -> Instant {
        send(taking: bandwidth.rate.transmissionTime(of: size), at: now)
    }

    /// The same for something that takes `work`.
    mutating func send(taking work: Span, at now: Instant) -> Instant {
        bandwidth.leave(after: work, at: now, clear: &busyUntil)
    }

    /// When the last bit has left, or nil when the buffer is too full. For datagrams, which nobody keeps.
    public mutating func offer(_ size: ByteCount, at now: Instant) -> Instant? {
        bandwidth.offer(bandwidth.rate.transmissionTime(of: size), at: now, clear: &busyUntil)
    }

    /// How long something sent now would wait before its first bit leaves.
    public func queueingDelay(at now: Instant) -> Span {
        max(.zero, busyUntil - now - bandwidth.burstTime)
    }
}
