public import Vocabulary

/// How much gets through, and how much may wait: a token bucket with a buffer before it.
///
/// The bucket gains `rate` and holds `burst`; what exceeds it waits its turn, first come first served. Its
/// whole state is one instant, *clear*, when it will be full again (the virtual scheduling of ITU-T I.371).
/// Each transmission moves that instant by its own time, and has left one burst before it:
///
///     now          leaves             clear
///      |--- waits ---|---- burst time ---|
///
/// Without a burst it is a plain line, where bits leave one after the other. Without a buffer nothing is ever
/// refused; a large buffer on a slow line is what is called bufferbloat.
@frozen
public struct Bandwidth: Hashable, Sendable {
    public let rate: DataRate
    public let burst: ByteCount
    public let buffer: ByteCount?

    // What burst and buffer take at this rate, rounded down: neither may hold more than was said.
    let burstTime: Span
    let bufferTime: Span

    public init(_ rate: DataRate, burst: ByteCount = .zero, buffer: ByteCount? = nil) {
        precondition(rate.bitsPerSecond > 0, "a line that carries nothing is a fault, not a rate of \(rate)")
        precondition(burst >= .zero, "a burst of \(burst)")
        self.rate = rate
        self.burst = burst
        self.buffer = buffer
        func time(of size: ByteCount) -> Span {
            Span(nanoseconds: Int64(Int128(size.bytes) * 8_000_000_000 / Int128(rate.bitsPerSecond)))
        }
        burstTime = time(of: burst)
        bufferTime = buffer.map(time) ?? Span(nanoseconds: .max)
    }

    /// When the last bit has left of something that takes `work` and is there `now`. `clear` belongs to the
    /// line.
    func leave(after work: Span, at now: Instant, clear: inout Instant) -> Instant {
        clear = max(clear, now) + work
        return now + max(.zero, clear - now - burstTime)
    }

    /// The same, or nil when the buffer cannot hold it: then it is as if it had never come.
    func offer(_ work: Span, at now: Instant, clear: inout Instant) -> Instant? {
        guard max(clear, now) + work - now - burstTime <= bufferTime else { return nil }
        return leave(after: work, at: now, clear: &clear)
    }
}

/// A line carries more than before: what still waits for it is through by so much sooner.
struct Widening {
    private let former: DataRate
    /// Without a limit when nil.
    private let rate: DataRate?

    /// Nil when the line does not carry more.
    init?(from former: Bandwidth?, to bandwidth: Bandwidth?) {
        guard let former, bandwidth.map({ $0.rate > former.rate }) ?? true else { return nil }
        (self.former, rate) = (former.rate, bandwidth?.rate)
    }

    /// When something has left that would have left then.
    func instant(of time: Instant, at now: Instant) -> Instant {
        guard time > now else { return time }
        guard let rate else { return now }
        let waits = Int128((time - now).nanoseconds) * Int128(former.bitsPerSecond)
        return now + Span(nanoseconds: Int64(waits / Int128(rate.bitsPerSecond)))
    }
}
