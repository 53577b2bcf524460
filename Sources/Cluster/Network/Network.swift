internal import Simulation
internal import Vocabulary

/// What lies between machines: a link for each pair of zones in each direction, and the partitions that are on.
///
/// A packet leaves through its machine's interface, bit after bit behind those before it; crosses the link; and is taken in by
/// the other machine's interface. What the link drops, and why, is counted.
final class Network {
    private let zoneCount: Int
    let links: UnsafeMutablePointer<Link>  // from zone × zoneCount + to zone
    private var partitions: [(id: Int, partition: Partition)] = []

    /// The connections that calls go over, and their numbers by the machines at their ends.
    var streams: [Stream] = []
    var streamNumbers: [UInt64: Int] = [:]  // looked up only, never iterated

    struct Link {
        var conditions: LinkConditions
        var state: LinkState
        var traffic = Traffic()
        /// What the cluster's faults, by their numbers, are called here.
        var faults: [(id: Int, fault: LinkConditions.FaultID)] = []
    }

    init(seed: UInt64, zones: [String], link: (Zone, Zone) -> LinkProfile) {
        zoneCount = zones.count
        links = .allocate(capacity: zoneCount * zoneCount)
        for (from, fromName) in zones.enumerated() {
            for (to, toName) in zones.enumerated() {
                let profile = link(Zone(number: from), Zone(number: to))
                let name = "link from \(fromName) to \(toName)"
                (links + from * zoneCount + to).initialize(
                    to: Link(
                        conditions: LinkConditions(profile, named: name, seed: seed),
                        state: LinkState(entity: 0)))
            }
        }
    }

    // MARK: Sending

    /// Sends a packet from one machine to another. It comes back to the cluster as an arrival, or is dropped.
    func transmit(_ packet: Packet, from source: MachinePointer, to target: MachinePointer) {
        var packet = packet
        let number = source.pointee.zone.number * zoneCount + target.pointee.zone.number
        packet.link = UInt16(number)
        links[number].traffic.sent &+= 1
        links[number].traffic.sentBytes &+= UInt64(packet.bytes)
        let world = source.pointee.cluster.world
        let now = world.now
        guard let left = source.pointee.outbound.offer(packet.size, at: now) else {
            return drop(packet, because: .overflowed, in: world)
        }
        guard !isCut(from: source, to: target) else { return drop(packet, because: .partitioned, in: world) }
        switch links[number].state.fate(of: packet.size, at: left, under: links[number].conditions) {
        case .dropped(.loss): drop(packet, because: .lost, in: world)
        case .dropped(.bufferFull): drop(packet, because: .overflowed, in: world)
        case .delivered(let delay, let isCorrupted, let duplicateDelay):
            packet.isCorrupted = isCorrupted
            let ready = (left - now) + target.pointee.inbound.bandwidth.rate.transmissionTime(of: packet.size)
            if let duplicateDelay {
                links[number].traffic.duplicated &+= 1
                var twin = packet
                twin.parcel = world.duplicate(packet.parcel)
                source.pointee.turn.send(
                    .arrived(twin), to: target.pointee.address, after: ready + duplicateDelay)
            }
            source.pointee.turn.send(.arrived(packet), to: target.pointee.address, after: ready + delay)
        }
    }

    func drop(_ packet: Packet, because reason: DropReason, in world: World) {
        if packet.link != Packet.noLink { links[Int(packet.link)].traffic.drops[reason.rawValue] &+= 1 }
        world.discard(packet.parcel)
    }

    func noteDelivered(_ packet: Packet) {
        if packet.link != Packet.noLink { links[Int(packet.link)].traffic.delivered &+= 1 }
    }

    func traffic(from: Zone, to: Zone) -> Traffic { links[number(from, to)].traffic }

    func isCut(from source: MachinePointer, to target: MachinePointer) -> Bool {
        guard !partitions.isEmpty else { return false }
        return partitions.contains {
            $0.partition.cuts(from: source.pointee.number, to: target.pointee.number)
        }
    }

    // MARK: Faults

    func add(_ partition: Partition, id: Int) { partitions.append((id, partition)) }

    func removePartition(id: Int) { partitions.removeAll { $0.id == id } }

    func degrade(from: Zone, to: Zone, by profile: LinkProfile, named name: String, id: Int) {
        let link = links + number(from, to)
        link.pointee.faults.append((id, link.pointee.conditions.apply(profile, named: name)))
    }

    func mend(from: Zone, to: Zone, id: Int) {
        let link = links + number(from, to)
        guard let index = link.pointee.faults.firstIndex(where: { $0.id == id }) else { return }
        link.pointee.conditions.remove(link.pointee.faults.remove(at: index).fault)
    }

    func number(_ from: Zone, _ to: Zone) -> Int { from.number * zoneCount + to.number }

    deinit {
        for number in 0..<zoneCount * zoneCount { links[number].conditions.deallocate() }
        links.deinitialize(count: zoneCount * zoneCount)
        links.deallocate()
    }
}
