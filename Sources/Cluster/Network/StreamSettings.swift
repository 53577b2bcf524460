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
    /// How long a receiver keeps back the acknowledgement of a single segment that completes no message.
    public var delayedAcknowledgement: Span
    /// What timers for probes and for reordered segments wait beyond what is computed.
    public var slack: Span
    /// What an operating system's timers count in; exact when nil.
    public var ticks: TimerTicks?

    public init(
        segment: ByteCount = .bytes(1_448), header: ByteCount = .bytes(52), initialWindow: Int = 10,
        windowLimit: Int = 2_896, timer: RetransmissionTimer.Settings = .linux,
        delayedAcknowledgement: Span = .milliseconds(40), slack: Span = .milliseconds(2),
        ticks: TimerTicks? = .linux
    ) {
        precondition(segment > .zero, "segments of \(segment)")
        precondition(initialWindow >= 1, "a window of \(initialWindow) segments")
        precondition(windowLimit >= initialWindow, "a window of at most \(windowLimit) segments")
        precondition(windowLimit <= Int(UInt16.max) / 2, "a window of at most \(windowLimit) segments")
        self.segment = segment
        self.header = header
        self.initialWindow = initialWindow
        self.windowLimit = windowLimit
        self.timer = timer
        self.delayedAcknowledgement = delayedAcknowledgement
        self.slack = slack
        self.ticks = ticks
    }

    /// 1,500 bytes a packet less 20 for IP and 32 for TCP with time stamps; an initial window of 10 (RFC
    /// 6928); 4 MiB of receive buffer; Linux `TCP_DELACK_MIN` 40 ms and `TCP_TIMEOUT_MIN_US` 2 ms;
    /// timers that count in ticks.
    public static let linux = StreamSettings()

    /// The same with the floor of a second.
    public static let rfc6298 = StreamSettings(timer: .rfc6298)

    /// An empty message has one segment too: it still has to be told.
    public func segments(of size: ByteCount) -> Int {
        max(1, Int((size.bytes + segment.bytes - 1) / segment.bytes))
    }

    /// The bytes on the wire when nothing is repeated.
    public func wireSize(of size: ByteCount) -> ByteCount { size + header * Int64(segments(of: size)) }

    /// Whether faults delay packets for longer than a sender waits before it sends again.
    func areLate(_ conditions: LinkConditions) -> Bool {
        conditions.present.pointee.added > timer.floor.span
    }

    /// Segments of a message that takes so much on the wire.
    func segments(onWire wire: ByteCount) -> Int {
        let packet = segment.bytes + header.bytes
        return Int((wire.bytes + packet - 1) / packet)
    }

    /// The last segment of a message that takes so much on the wire, as it takes it there.
    func lastSegment(onWire wire: ByteCount) -> ByteCount {
        wire - (segment + header) * Int64(segments(onWire: wire) - 1)
    }
}
