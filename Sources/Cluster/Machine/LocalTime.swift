public import Vocabulary

/// What a machine's clock shows: nanoseconds since the start of the run, as that machine believes.
///
/// Signed, since a clock that is behind shows times before the start. A type of its own, so that nobody
/// compares what a clock shows with what time it is.
@frozen
public struct LocalTime: Hashable, Comparable, Sendable {
    public var nanoseconds: Int64

    @inlinable
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    @inlinable public static func < (a: Self, b: Self) -> Bool { a.nanoseconds < b.nanoseconds }
    @inlinable public static func + (a: Self, b: Span) -> Self {
        Self(nanoseconds: a.nanoseconds + b.nanoseconds)
    }
    @inlinable public static func - (a: Self, b: Self) -> Span {
        Span(nanoseconds: a.nanoseconds - b.nanoseconds)
    }
}

extension LocalTime: CustomStringConvertible {
    public var description: String { Span(nanoseconds: nanoseconds).description }
}
