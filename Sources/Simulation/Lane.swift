/// Where an actor stands in the order of things: a property of its place, never of the number of cores.
///
/// Each lane counts what it sends, and (lane of origin, its counter) decides between events of one instant.
/// Lane 0 is the control lane: faults, phases and sampling act from it, before everything else of
/// their instant, and appear in neither digest.
@frozen
public struct Lane: Hashable, Sendable {
    public let number: UInt8

    @inlinable
    public init(_ number: UInt8) { self.number = number }

    @inlinable public static var control: Lane { Lane(0) }
}
