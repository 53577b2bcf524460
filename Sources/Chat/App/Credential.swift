/// By what a device shows who it is. All begin with the first one.
@frozen
public struct Credential: Hashable, Sendable {
    public var number: UInt32

    @inlinable
    init(number: UInt32) { self.number = number }

    public static let first = Credential(number: 0)

    @inlinable
    public static func == (a: Self, b: Self) -> Bool { a.number == b.number }

    @inlinable
    static func ~= (a: Self, b: Self) -> Bool { a.number == b.number }
}
