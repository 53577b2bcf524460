/// A moment of virtual time: nanoseconds since the start of the run.
///
/// Instants and spans are different types, so that a moment cannot be passed where a length is meant.
/// 64 bits reach 584 years. Arithmetic traps on overflow.
@frozen
public struct Instant: Hashable, Comparable, Sendable, BitwiseCopyable {
    public var nanoseconds: UInt64

    @inlinable
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The beginning of every run.
    @inlinable public static var start: Instant { Instant(nanoseconds: 0) }

    /// The moment `span` after the start of the run.
    @inlinable
    public static func at(_ span: Span) -> Instant { start + span }

    @inlinable public static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

    @inlinable public static func + (a: Instant, b: Span) -> Instant {
        Instant(
            nanoseconds: b.nanoseconds >= 0
                ? a.nanoseconds + UInt64(b.nanoseconds) : a.nanoseconds - b.nanoseconds.magnitude)
    }

    @inlinable public static func - (a: Instant, b: Span) -> Instant {
        Instant(
            nanoseconds: b.nanoseconds >= 0
                ? a.nanoseconds - UInt64(b.nanoseconds) : a.nanoseconds + b.nanoseconds.magnitude)
    }

    /// From `b` to `a`.
    @inlinable public static func - (a: Instant, b: Instant) -> Span {
        Span(
            nanoseconds: a >= b
                ? Int64(a.nanoseconds - b.nanoseconds) : -Int64(b.nanoseconds - a.nanoseconds))
    }
}

extension Instant: CustomStringConvertible {
    /// For people: in seconds, to the last digit, `0.435762085s`, `70.098730047s`.
    public var inSeconds: String {
        var text = FixedDecimal(units: UInt128(nanoseconds), decimals: 9).description
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text + "s"
    }

    /// The time since the start, `1.5s`; what lies past 292 years is shown in nanoseconds.
    public var description: String {
        Int64(exactly: nanoseconds).map { Span(nanoseconds: $0).description } ?? "\(nanoseconds)ns"
    }
}

/// For Swift's own clocks: the one place where `Swift.Duration` appears.
extension Instant: InstantProtocol {
    public func advanced(by duration: Duration) -> Instant { self + Span(duration) }

    public func duration(to other: Instant) -> Duration { .nanoseconds((other - self).nanoseconds) }
}

extension Span {
    /// Rounded up to a whole nanosecond, so that nobody sleeps less than was asked for.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (whole, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        self = .seconds(seconds) + .nanoseconds(whole + (rest > 0 ? 1 : 0))
    }
}
