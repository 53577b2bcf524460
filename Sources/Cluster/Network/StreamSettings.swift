public import Vocabulary

/// How both ends of a stream cut, count and repeat. One value for many connections.
public struct StreamSettings: Hashable, Sendable {
    /// What one segment carries (MSS), and what the network adds to it.
    public var segment: ByteCount
    public var header: ByteCount
    /// Segments that leave at once at the start, and again after a pause.
    public var initialWindow: Int
    /// What the receiver takes before it has acknowledged, in segments.
    public var windowLimit: Int
    public var timer: RetransmissionTimer.Settings
    /// How many timeouts in a row, also of earlier messages, are decided at once, when the message is sent.
    /// Those after are left to events, because they lie so far ahead that the link may be another one by
    /// then.
    public var foldedTimeouts: Int

    public init(
        segment: ByteCount = .bytes(1_448), header: ByteCount = .bytes(52), initialWindow: Int = 10,
        windowLimit: Int = 2_896, timer: RetransmissionTimer.Settings = .standard, foldedTimeouts: Int = 1
    ) {
        precondition(segment > .zero, "segments of \(segment)")
        precondition(initialWindow >= 1, "a window of \(initialWindow) segments")
        precondition(windowLimit >= initialWindow, "a window of at most \(windowLimit) segments")
        precondition(windowLimit <= Int(UInt16.max), "a window of at most \(windowLimit) segments")
        self.segment = segment
        self.header = header
        self.initialWindow = initialWindow
        self.windowLimit = windowLimit
        self.timer = timer
        self.foldedTimeouts = foldedTimeouts
    }

    /// 1,500 bytes a packet less 20 for IP and 32 for TCP with time stamps; an initial window of 10 (RFC
    /// 6928); 4 MiB
    /// of receive buffer.
    public static let standard = StreamSettings()

    /// An empty message has one segment too: it still has to be told.
    public func segments(of size: ByteCount) -> Int {
        max(1, Int((size.bytes + segment.bytes - 1) / segment.bytes))
    }

    /// The bytes on the wire when nothing is repeated.
    public func wireSize(of size: ByteCount) -> ByteCount { size + header * Int64(segments(of: size)) }

    /// What a message carries that takes so much on the wire.
    public func size(onWire wire: ByteCount) -> ByteCount {
        let packet = segment.bytes + header.bytes
        return wire - header * ((wire.bytes + packet - 1) / packet)
    }
}
