public import Vocabulary

extension Cluster {
    /// The ends of links without a fault before whose narrowest stretch so much waits.
    public func links(waiting least: Span) -> [(from: LinkEnd, to: LinkEnd)] {
        (0..<network.streamCount).compactMap { number in
            let stream = network.streams + number
            guard stream.pointee.link.clear - world.now >= least, stream.pointee.way.pointee.faults.isEmpty
            else { return nil }
            return (
                from: network.end(.machine(stream.pointee.source)),
                to: network.end(.machine(stream.pointee.target))
            )
        }
    }
}
