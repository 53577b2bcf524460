/// An amount of data: the size of a message, what a buffer holds.
///
/// Kilo is 1,000, as on every data sheet of a network or a disk; kibi is 1,024, as in memory.
@frozen
public struct ByteCount: Hashable, Comparable, Sendable {
    public var bytes: Int64

    @inlinable
    public init(bytes: Int64) { self.bytes = bytes }

    @inlinable public static var zero: ByteCount { ByteCount(bytes: 0) }

    @inlinable public static func bytes(_ n: Int64) -> ByteCount { ByteCount(bytes: n) }
    @inlinable public static func kilobytes(_ n: Int64) -> ByteCount { ByteCount(bytes: n * 1_000) }
    @inlinable public static func megabytes(_ n: Int64) -> ByteCount { ByteCount(bytes: n * 1_000_000) }
    @inlinable public static func kibibytes(_ n: Int64) -> ByteCount { ByteCount(bytes: n << 10) }
    @inlinable public static func mebibytes(_ n: Int64) -> ByteCount { ByteCount(bytes: n << 20) }

    @inlinable public static func < (a: ByteCount, b: ByteCount) -> Bool { a.bytes < b.bytes }
    @inlinable public static func + (a: ByteCount, b: ByteCount) -> ByteCount {
        ByteCount(bytes: a.bytes + b.bytes)
    }
    @inlinable public static func - (a: ByteCount, b: ByteCount) -> ByteCount {
        ByteCount(bytes: a.bytes - b.bytes)
    }
    @inlinable public static func * (a: ByteCount, n: Int64) -> ByteCount { ByteCount(bytes: a.bytes * n) }
    @inlinable public static func += (a: inout ByteCount, b: ByteCount) { a.bytes += b.bytes }
    @inlinable public static func -= (a: inout ByteCount, b: ByteCount) { a.bytes -= b.bytes }
}

extension ByteCount: CustomStringConvertible {
    /// The exact value in the largest unit that needs no more than three decimals, `1.5MB` or `4.096KB`.
    public var description: String { UnitText.exact(bytes, in: Self.units) }

    private static let units: [(String, UInt64)] = [
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000), ("B", 1),
    ]
}
