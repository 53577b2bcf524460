/// How many times as fast, or as slow: a machine's speed, a slowdown. In whole millionths, so that it is
/// exact.
@frozen
public struct Factor: Hashable, Sendable {
    public let millionths: UInt64

    /// From a millionth to a million: what is slower by more has stopped, and stopping is a fault of its own.
    @inlinable
    public init(millionths: UInt64) {
        precondition(millionths >= 1, "a factor of zero")
        precondition(millionths <= Self.greatest, "a factor above a million")
        self.millionths = millionths
    }

    /// The nearest millionth, ties to even.
    public init(rounding factor: Double) {
        precondition(factor >= 0, "a factor of \(factor)")
        precondition(factor <= 1e6, "a factor of \(factor)")
        self.init(millionths: UInt64((factor * 1e6).rounded(.toNearestOrEven)))
    }

    public static let one = Factor(millionths: 1_000_000)

    public static func times(_ n: UInt64) -> Factor { Factor(millionths: n * 1_000_000) }

    @usableFromInline static let greatest: UInt64 = 1_000_000_000_000

    /// Both at once. Exact up to six decimals, beyond them rounded to the nearest, ties up; at most a
    /// million.
    static func * (a: Factor, b: Factor) -> Factor {
        let product = (UInt128(a.millionths) * UInt128(b.millionths) + 500_000) / 1_000_000
        return Factor(millionths: UInt64(min(max(product, 1), UInt128(greatest))))
    }
}
