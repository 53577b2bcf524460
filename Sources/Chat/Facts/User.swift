public import Vocabulary

/// A person of the model, by number.
@frozen
public struct User: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    public var number: UInt32

    @inlinable
    public init(_ number: UInt32) { self.number = number }

    @inlinable public static func < (a: User, b: User) -> Bool { a.number < b.number }

    public var description: String { "user \(number)" }
}

/// A device of a person: `device 5.0` is the first of user 5. A number is given once, so an app that was
/// installed anew is another device.
@frozen
public struct DeviceID: Hashable, Sendable, CustomStringConvertible {
    public var user: User
    public var number: UInt8

    @inlinable
    public init(of user: User, _ number: UInt8) {
        self.user = user
        self.number = number
    }

    @inlinable var bit: UInt8 { 1 << number }

    public var description: String { "device \(user.number).\(number)" }
}

extension DeviceID: Marked {
    @inlinable public var mark: UInt64 { UInt64(user.number) << 8 | UInt64(number) }
}
