/// How fast data moves. In bits a second, because that is how networks are sold; kilo is 1,000.
@frozen
public struct DataRate: Hashable, Comparable, Sendable {
    public var bitsPerSecond: Int64

    @inlinable
    public init(bitsPerSecond: Int64) { self.bitsPerSecond = bitsPerSecond }

    @inlinable public static func kilobitsPerSecond(_ n: Int64) -> DataRate {
        DataRate(bitsPerSecond: n * 1_000)
    }
    @inlinable public static func megabitsPerSecond(_ n: Int64) -> DataRate {
        DataRate(bitsPerSecond: n * 1_000_000)
    }
    @inlinable public static func gigabitsPerSecond(_ n: Int64) -> DataRate {
        DataRate(bitsPerSecond: n * 1_000_000_000)
    }

    @inlinable public static func < (a: DataRate, b: DataRate) -> Bool {
        a.bitsPerSecond < b.bitsPerSecond
    }

    /// For how long `size` keeps the line busy, rounded up to a whole nanosecond.
    ///
    /// Up, because many small transmissions rounded down would add up to more than the line can carry.
    @inlinable
    public func transmissionTime(of size: ByteCount) -> Span {
        precondition(bitsPerSecond > 0, "a line that carries nothing is a fault, not a rate of \(self)")
        precondition(size >= .zero, "a transmission of \(size)")
        // 8·10⁹ bit·ns to the byte. Up to a gigabyte 64 bits hold the product, and divide ten times sooner.
        if size.bytes <= 1_000_000_000 {
            let work = UInt64(bitPattern: size.bytes) &* 8_000_000_000
            let (whole, rest) = work.quotientAndRemainder(dividingBy: UInt64(bitPattern: bitsPerSecond))
            return Span(nanoseconds: Int64(bitPattern: whole) &+ (rest > 0 ? 1 : 0))
        }
        let work = Int128(size.bytes) * 8_000_000_000
        let (whole, rest) = work.quotientAndRemainder(dividingBy: Int128(bitsPerSecond))
        return Span(nanoseconds: Int64(whole) + (rest > 0 ? 1 : 0))
    }
}

extension DataRate: CustomStringConvertible {
    /// The exact value in the largest unit that needs no more than three decimals, `15.6Mbit/s`.
    public var description: String { UnitText.exact(bitsPerSecond, in: Self.units) }

    private static let units: [(String, UInt64)] = [
        ("Gbit/s", 1_000_000_000), ("Mbit/s", 1_000_000), ("kbit/s", 1_000), ("bit/s", 1),
    ]
}
