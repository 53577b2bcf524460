/// Why a call came to nothing.
@frozen
public enum CallError: UInt8, Error, Hashable, Sendable, CaseIterable {
    /// Nobody listens there.
    case refused
    /// The connection ended while the call was under way.
    case reset
    case timedOut
    /// The queue there was full.
    case overloaded
    /// What the call was for does not exist any more.
    case gone
    /// The other end could not do it.
    case failed
}

/// A set of errors, a bit each.
@frozen
public struct CallErrors: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    @inlinable
    public init(_ error: CallError) { rawValue = 1 << error.rawValue }

    /// The call was certainly not carried out: to repeat it does nothing twice.
    public static let notCarriedOut: CallErrors = [CallErrors(.refused), CallErrors(.overloaded)]

    /// All that may pass: for calls that may be carried out twice.
    public static let passing: CallErrors = [
        notCarriedOut, CallErrors(.reset), CallErrors(.timedOut), CallErrors(.failed),
    ]
}
