public import Vocabulary

/// A link between two machines at one moment.
public struct LinkReading: Sendable {
    public let from: LinkEnd
    public let to: LinkEnd
    /// How long until its narrowest stretch has passed on all that was sent.
    public let wait: Span
}

extension Cluster {
    /// Those without a fault before whose narrowest stretch so much waits.
    public func links(waiting least: Span) -> [LinkReading] {
        (0..<network.streamCount).compactMap { number in
            let stream = network.streams + number
            let wait = stream.pointee.link.clear - world.now
            guard wait >= least, stream.pointee.way.pointee.faults.isEmpty else { return nil }
            return LinkReading(
                from: network.end(.machine(stream.pointee.source)),
                to: network.end(.machine(stream.pointee.target)), wait: wait)
        }
    }
}
