/// What the packets of a stream cross, and what the acknowledgements cross on their way back.
public struct StreamRoute: Sendable {
    public let there: LinkConditions
    public let back: LinkConditions

    public init(there: LinkConditions, back: LinkConditions) {
        self.there = there
        self.back = back
    }

    /// The same without faults.
    var usual: StreamRoute { StreamRoute(there: there.usual, back: back.usual) }

    /// Whether neither way can lose a packet.
    var losesNothing: Bool { there.present.pointee.losesNothing && back.present.pointee.losesNothing }
}
