internal import Simulation
internal import Vocabulary

/// What lies between machines: a link for each pair of zones in each direction, the ways over it that its ends
/// go, and the partitions that are on.
///
/// A packet leaves through its machine's interface, bit after bit behind those before it; crosses the link;
/// and is taken in by the other machine's interface. What the link drops, and why, is counted.
final class Network {
    let zones: [String]
    let seed: UInt64
    private let zoneCount: Int
    let links: UnsafeMutablePointer<ZoneLink>  // from zone × zoneCount + to zone
    /// What lies between two zones, by link, and between two ends where these are told apart.
    let routes: [LinkRoute]
    let describe: (LinkEnd, LinkEnd) -> LinkRoute
    let tellsEndsApart: Bool
    /// By link.
    var ways: [[WayPointer]]
    var wayFaults: [WayFault] = []
    var burstUses: UInt16 = 0
    @exclusivity(unchecked) private var partitions: [(id: Int, partition: Partition)] = []
    /// By number of the role: what its machines sent, received and threw away.
    @exclusivity(unchecked) private var roleTraffic: UnsafeMutablePointer<Traffic> = .allocate(capacity: 0)
    private var roleCount = 0
    @exclusivity(unchecked) var flows = RoleFlows()

    /// The connections that calls go over, and their numbers by the machines at their ends.
    @exclusivity(unchecked) private(set) var streams: UnsafeMutablePointer<Stream> = .allocate(capacity: 0)
    @exclusivity(unchecked) private(set) var streamCount = 0
    private var streamCapacity = 0
    /// How all streams, and the lines of devices, cut, count and repeat; set before the first of them is used.
    @exclusivity(unchecked) var streamSettings = StreamSettings.linux

    /// What has crossed from one zone to another.
    struct ZoneLink {
        var traffic = Traffic()
    }

    init(
        seed: UInt64, zones: [String], tellsEndsApart: Bool, route: @escaping (LinkEnd, LinkEnd) -> LinkRoute
    ) {
        self.zones = zones
        self.seed = seed
        describe = route
        self.tellsEndsApart = tellsEndsApart
        zoneCount = zones.count
        let all = zones.indices.map { LinkEnd(zone: Zone(number: $0)) }
        routes = all.flatMap { from in all.map { route(from, $0) } }
        ways = routes.map { _ in [] }
        links = .allocate(capacity: zoneCount * zoneCount)
        links.initialize(repeating: ZoneLink(), count: zoneCount * zoneCount)
    }

    // MARK: Sending

    /// Sends a packet from one machine to another. It comes back to the cluster as an arrival, or is dropped.
    func transmit(_ packet: Packet, from source: MachinePointer, to target: MachinePointer) {
        var packet = packet
        let number = source.pointee.zone.number * zoneCount + target.pointee.zone.number
        packet.link = UInt16(number)
        let pair = streamNumber(from: source, to: target)
        let way = streams[pair].way
        noteSent(packet, on: way, from: source, to: target)
        let core = source.pointee.core
        let now = core.now
        guard let left = source.pointee.outbound.offer(packet.size, at: now) else {
            return drop(packet, because: .overflowed, at: source)
        }
        guard !isCut(from: source, to: target) else {
            return drop(packet, because: .partitioned, at: source)
        }
        switch streams[pair].datagrams.fate(of: packet.size, at: left, under: way.pointee.conditions) {
        case .dropped(.loss): drop(packet, because: .lost, at: source)
        case .dropped(.bufferFull): drop(packet, because: .overflowed, at: source)
        case .delivered(let delay, let isCorrupted, let duplicateDelay):
            packet.isCorrupted = isCorrupted
            let ready = (left - now) + target.pointee.inbound.bandwidth.rate.transmissionTime(of: packet.size)
            if let duplicateDelay {
                links[number].traffic.duplicated &+= 1
                roleTraffic[Int(source.pointee.resident.role)].duplicated &+= 1
                var twin = packet
                twin.parcel = core.duplicate(packet.parcel)
                source.pointee.turn.send(
                    .arrived(twin), to: target.pointee.address, after: ready + duplicateDelay)
            }
            source.pointee.turn.send(.arrived(packet), to: target.pointee.address, after: ready + delay)
        }
    }

    // MARK: Counting

    /// Roles are counted from the first machine on.
    func expect(role: Int) {
        if role >= roleCount {
            let larger = UnsafeMutablePointer<Traffic>.allocate(capacity: role + 1)
            larger.moveInitialize(from: roleTraffic, count: roleCount)
            (larger + roleCount).initialize(repeating: Traffic(), count: role + 1 - roleCount)
            roleTraffic.deallocate()
            (roleTraffic, roleCount) = (larger, role + 1)
        }
        flows.expect(role: role)
    }

    func noteSent(
        _ packet: Packet, on way: WayPointer, from source: MachinePointer, to target: MachinePointer
    ) {
        let number = Int(packet.link)
        links[number].traffic.sent &+= 1
        links[number].traffic.sentBytes &+= UInt64(packet.bytes)
        noteSent(packet, by: source)
        flows.note(
            from: RoleFlows.place(of: source.pointee.resident.role),
            to: RoleFlows.place(of: target.pointee.resident.role), bytes: packet.bytes,
            isWithin: source.pointee.zone == target.pointee.zone)
        if !way.pointee.faults.isEmpty { noteTouched(way, source, target) }
    }

    func noteSent(_ packet: Packet, by source: MachinePointer) {
        let role = Int(source.pointee.resident.role)
        roleTraffic[role].sent &+= 1
        roleTraffic[role].sentBytes &+= UInt64(packet.bytes)
    }

    func noteDelivered(_ packet: Packet, at machine: MachinePointer) {
        guard packet.link != Packet.noLink else { return }
        let role = Int(machine.pointee.resident.role)
        links[Int(packet.link)].traffic.delivered &+= 1
        links[Int(packet.link)].traffic.deliveredBytes &+= UInt64(packet.bytes)
        roleTraffic[role].delivered &+= 1
        roleTraffic[role].deliveredBytes &+= UInt64(packet.bytes)
    }

    func noteRetransmitted(_ count: Int, on link: Int, from source: MachinePointer) {
        guard count > 0 else { return }
        links[link].traffic.retransmitted &+= UInt64(count)
        roleTraffic[Int(source.pointee.resident.role)].retransmitted &+= UInt64(count)
    }

    /// Throws a packet away on a machine: the sender's, or the one that it had come to.
    func drop(_ packet: Packet, because reason: DropReason, at machine: MachinePointer) {
        if packet.link != Packet.noLink {
            links[Int(packet.link)].traffic.drops[reason.rawValue] &+= 1
            roleTraffic[Int(machine.pointee.resident.role)].drops[reason.rawValue] &+= 1
        }
        if packet.kind == .post, let news = PostNews(of: packet) {
            machine.pointee.core.discard(news.parcel)
        }
        machine.pointee.core.discard(packet.parcel)
    }

    /// The faults on a way have met a packet.
    func noteTouched(_ way: WayPointer, _ source: MachinePointer, _ target: MachinePointer) {
        for id in way.pointee.faults {
            source.pointee.cluster.noteMet(source, by: id)
            source.pointee.cluster.noteMet(target, by: id)
        }
    }

    func traffic(from: Zone, to: Zone) -> Traffic { links[number(from, to)].traffic }

    func traffic(ofRole role: Int) -> Traffic { roleTraffic[role] }

    /// - Parameter isNew: whether the packet would open a connection.
    func isCut(
        from source: MachinePointer, to target: MachinePointer, isNew: @autoclosure () -> Bool = false
    ) -> Bool {
        !partitions.isEmpty && isParted(source, target, isNew: isNew())
    }

    private func isParted(_ source: MachinePointer, _ target: MachinePointer, isNew: Bool) -> Bool {
        let cluster = source.pointee.cluster
        guard cluster.mutation != .forgetsPartitions else { return false }
        var isCut = false
        for (id, partition) in partitions
        where partition.cuts(from: source.pointee.number, to: target.pointee.number)
            && (isNew || partition.connections == .all)
        {
            isCut = true
            cluster.noteMet(source, by: id)
            cluster.noteMet(target, by: id)
        }
        return isCut
    }

    /// Whether the sender of a packet that is cut off is told so.
    func isRejected(from source: MachinePointer, to target: MachinePointer, isNew: Bool) -> Bool {
        partitions.contains {
            $0.partition.packets == .reject && (isNew || $0.partition.connections == .all)
                && $0.partition.cuts(from: source.pointee.number, to: target.pointee.number)
        }
    }

    // MARK: Faults

    /// Puts a partition on, in place of that fault's former one if there is one.
    func set(_ partition: Partition, id: Int) {
        if let index = partitions.firstIndex(where: { $0.id == id }) {
            partitions[index].partition = partition
        } else {
            partitions.append((id, partition))
        }
    }

    func removePartition(id: Int) { partitions.removeAll { $0.id == id } }

    /// Streams lie in memory of their own, because each message changes one of them in several places.
    func append(_ stream: Stream) {
        if streamCount == streamCapacity {
            let capacity = max(64, 2 * streamCapacity)
            let larger = UnsafeMutablePointer<Stream>.allocate(capacity: capacity)
            larger.moveInitialize(from: streams, count: streamCount)
            streams.deallocate()
            (streams, streamCapacity) = (larger, capacity)
        }
        (streams + streamCount).initialize(to: stream)
        streamCount += 1
    }

    func number(_ from: Zone, _ to: Zone) -> Int { from.number * zoneCount + to.number }

    deinit {
        for way in ways.joined() { giveUp(way) }
        links.deinitialize(count: zoneCount * zoneCount)
        links.deallocate()
        roleTraffic.deallocate()
        streams.deinitialize(count: streamCount)
        streams.deallocate()
    }
}
