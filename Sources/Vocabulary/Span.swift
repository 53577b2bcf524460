/// A length of time, in whole nanoseconds; negative when it points backwards.
///
/// 64 bits reach 292 years. `Swift.Duration` has twice that size, and each addition or comparison of it
/// costs tens of times more; it appears only where Swift's own `Clock` asks for it. Arithmetic traps on
/// overflow.
@frozen
public struct Span: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    @inlinable public static var zero: Span { Span(nanoseconds: 0) }

    @inlinable public static func nanoseconds(_ n: Int64) -> Span { Span(nanoseconds: n) }
    @inlinable public static func microseconds(_ n: Int64) -> Span { Span(nanoseconds: n * 1_000) }
    @inlinable public static func milliseconds(_ n: Int64) -> Span { Span(nanoseconds: n * 1_000_000) }
    @inlinable public static func seconds(_ n: Int64) -> Span { Span(nanoseconds: n * 1_000_000_000) }
    @inlinable public static func minutes(_ n: Int64) -> Span { Span(nanoseconds: n * 60_000_000_000) }
    @inlinable public static func hours(_ n: Int64) -> Span { Span(nanoseconds: n * 3_600_000_000_000) }

    /// The nearest whole nanosecond, ties to even; traps on what a span cannot hold.
    @inlinable @inline(__always)
    public init(roundingNanoseconds n: Double) {
        // Below 2⁵¹, 26 days: the sum has no bits left for a fraction, so adding rounds, without a call to
        // libm.
        let shifted = n + 0x1.8p52
        nanoseconds =
            n.magnitude < 0x1p51
            ? Int64(bitPattern: shifted.bitPattern &- (0x1.8p52 as Double).bitPattern)
            : Int64(n.rounded(.toNearestOrEven))
    }

    @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }

    @inlinable public static func < (a: Span, b: Span) -> Bool { a.nanoseconds < b.nanoseconds }
    @inlinable public static func + (a: Span, b: Span) -> Span {
        Span(nanoseconds: a.nanoseconds + b.nanoseconds)
    }
    @inlinable public static func - (a: Span, b: Span) -> Span {
        Span(nanoseconds: a.nanoseconds - b.nanoseconds)
    }
    @inlinable public static prefix func - (a: Span) -> Span { Span(nanoseconds: -a.nanoseconds) }
    @inlinable public static func * (a: Span, n: Int64) -> Span { Span(nanoseconds: a.nanoseconds * n) }
    @inlinable public static func / (a: Span, n: Int64) -> Span { Span(nanoseconds: a.nanoseconds / n) }
    @inlinable public static func += (a: inout Span, b: Span) { a.nanoseconds += b.nanoseconds }
    @inlinable public static func -= (a: inout Span, b: Span) { a.nanoseconds -= b.nanoseconds }
}

extension Span: CustomStringConvertible {
    /// The exact value in the largest unit that needs no more than three decimals, `1.5s` or `250us`;
    /// what no unit can show so briefly is shown in nanoseconds.
    public var description: String {
        nanoseconds == 0 ? "0s" : UnitText.exact(nanoseconds, in: Self.units)
    }

    private static let units: [(String, UInt64)] = [
        ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
    ]
}
