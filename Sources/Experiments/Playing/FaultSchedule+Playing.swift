public import Chat
public import Cluster
public import Simulation
internal import Vocabulary

/// Has the faults of a schedule happen in a cluster: each effect becomes faults of machines, links, lines or
/// people.
///
/// Server zones bear the name of their region, or one that begins with it and a stroke; all others are access
/// networks of devices. A fault of links that names a role hits what its machines send and get, and nothing else.
extension FaultSchedule {
    /// Call it when everybody has settled and before the run begins.
    public func plan(in cluster: Cluster, town: Town, phones: Addresses<Phone>, site: Site) {
        let ground = FaultGround(
            cluster: cluster, town: town, phones: phones, partFaults: site.partFaults,
            revocations: site.revocations)
        for occasion in occasions {
            let duration = occasion.to.map { $0 - occasion.from }
            cluster.plan(
                Joint(occasion.kind, ground.faults(of: occasion.effect, named: occasion.drawName)),
                named: occasion.drawName, at: occasion.from, for: duration == .zero ? nil : duration)
        }
    }
}

/// Where faults fall: who and what the words of a scenario mean in a cluster.
struct FaultGround {
    let cluster: Cluster
    let town: Town
    let phones: Addresses<Phone>
    let partFaults: PartFaults
    let revocations: Revocations

    /// One side of what lies between two: machines, and access networks of devices.
    typealias Group = LinkGroup

    func faults(of effect: FaultPlan.Effect, named name: String) -> [any Fault] {
        switch effect {
        case .partition(let fault): partition(fault)
        case .delay(let fault): [LinkFault.delay(on: links(of: fault), fault.delay)]
        case .loss(let fault): [loss(fault)]
        case .duplicate(let fault): [LinkFault.duplicate(on: links(of: fault), fault.share.fraction)]
        case .reorder(let fault):
            [LinkFault.reorder(on: links(of: fault), fault.share.fraction, by: fault.extra)]
        case .corrupt(let fault): [LinkFault.corrupt(on: links(of: fault), fault.share.fraction)]
        case .bandwidth(let fault): [narrowing(fault)]
        case .reset(let fault): reset(fault)
        case .crash(let fault): [Crash(machines(hitBy: fault, named: name), losing: fault.lose.kind)]
        case .pause(let fault): [Pause(machines(hitBy: fault, named: name), cores: fault.cores)]
        case .slow(let fault): [Slow(machines(hitBy: fault, named: name), by: fault.factor)]
        case .disk(let fault): [DiskFault(machines(hitBy: fault, named: name), fault.effect)]
        case .clock(let fault): clock(fault, named: name)
        case .disconnect(let fault): [Disconnection(of: phones(hitBy: fault, named: name), town: town)]
        case .roam(let fault): [Roam(devices(hitBy: fault, named: name))]
        case .revoke(let fault): revocation(fault, named: name)
        case .leaderLoss(let fault): [part(.leaderLoss(partition: fault.partition), fault.target)]
        case .rebalance(let fault): [part(.rebalance, fault.target)]
        case .flush(let fault): [part(.flush, fault.target)]
        case .errors(let fault): [part(.errors(rate: fault.rate.fraction), fault.target)]
        }
    }

    // MARK: Between two groups

    private func partition(_ fault: FaultPlan.Partition) -> [any Fault] {
        let (first, second) = groups(of: fault)
        let isBoth = fault.direction == .both
        let packets: Partition.Packets = fault.packets == .drop ? .drop : .reject
        let connections: Partition.Connections = fault.connections == .all ? .all : .new
        func cut(
            _ devices: Group, from machines: Group, _ direction: DeviceCut.Direction
        ) -> (any Fault)? {
            guard !devices.zones.isEmpty, !machines.machines.isEmpty else { return nil }
            return DeviceCut(
                between: DeviceSet(in: devices.zones), and: machines.machines,
                direction: isBoth ? .both : direction, packets: packets, connections: connections)
        }
        return [
            Partition(
                between: first.machines, and: second.machines, direction: isBoth ? .both : .oneWay,
                packets: packets, connections: connections),
            cut(first, from: second, .up), cut(second, from: first, .down),
        ].compactMap { $0 }
    }

    /// Bursts begin so often that the share is kept. None is shorter than a share that is very large allows.
    private func loss(_ fault: FaultPlan.Loss) -> LinkFault {
        let share = fault.share.fraction
        guard fault.burst > 1, share > 0, share < 1 else { return .loss(on: links(of: fault), share) }
        let length = max(Double(fault.burst), share / (1 - share))
        return .bursts(on: links(of: fault), beginning: share / (1 - share) / length, length: length)
    }

    private func narrowing(_ fault: FaultPlan.Narrowing) -> LinkFault {
        let links = links(of: fault)
        return fault.buffer.map { .bandwidth(on: links, fault.rate, buffer: $0) }
            ?? .bufferbloat(on: links, fault.rate)
    }

    private func reset(_ fault: FaultPlan.Reset) -> [any Fault] {
        let (first, second) = groups(of: fault)
        return [
            ConnectionLoss(between: first.machines, and: second.machines, .reset),
            LineReset(DeviceSet(in: first.zones), to: second.machines),
            LineReset(DeviceSet(in: second.zones), to: first.machines),
        ]
    }

    /// The two groups of a fault; who is not named is everybody else.
    private func groups(of fault: some BetweenGroups) -> (Group, Group) {
        if fault.and == .everything {
            let first = group(fault.between)
            return (first, others(than: first))
        }
        let second = group(fault.and)
        return (fault.between == .everything ? others(than: second) : group(fault.between), second)
    }

    private func group(_ target: Target) -> Group {
        Group(machines(at: target), zones: accesses(of: target))
    }

    private func others(than group: Group) -> Group {
        Group(
            cluster.allMachines.subtracting(group.machines),
            zones: accesses(of: .everything).filter { !group.zones.contains($0) })
    }

    /// Both ways between the two groups.
    private func links(of fault: some BetweenGroups) -> [LinkFault.Link] {
        let (first, second) = groups(of: fault)
        return [LinkFault.Link(from: first, to: second), LinkFault.Link(from: second, to: first)]
    }

    private func accesses(of target: Target) -> [Zone] {
        if case .role = target.subject { return [] }
        if target.zone != nil { return [] }
        return cluster.zones.indices.filter {
            !isOfServers($0)
                && (target.region == nil || cluster.regions[$0] == target.region)
        }.map { Zone(number: $0) }
    }

    private func isOfServers(_ zone: Int) -> Bool {
        cluster.zones[zone] == cluster.regions[zone]
            || cluster.zones[zone].hasPrefix("\(cluster.regions[zone])/")
    }

    // MARK: Machines

    private func machines(at target: Target) -> MachineSet {
        do throws(FindingError) {
            switch target.subject {
            case .everything: return cluster.allMachines
            case .clients: return .empty
            case .place: return try place(of: target)
            case .role(let name):
                let machines = try cluster.find(target.machines.map { .parts(of: name, $0) } ?? .role(name))
                return target.region == nil ? machines : machines.intersection(try place(of: target))
            }
        } catch {
            preconditionFailure("'\(target.written)' was checked, and \(error)")
        }
    }

    /// The only zone of a region bears its name.
    private func place(of target: Target) throws(FindingError) -> MachineSet {
        let region = target.region ?? ""
        guard let zone = target.zone, !cluster.zones.contains(region) else {
            return try cluster.find(.region(region))
        }
        return try cluster.find(.zone("\(region)/\(zone)"))
    }

    private func machines(hitBy fault: some HitsTarget, named name: String) -> MachineSet {
        // Of machines that come and go, those are picked from that are there when the run begins.
        let all = machines(at: fault.target)
        let there = all.intersection(cluster.runningMachines)
        return fault.pick.count(of: there.count).map { cluster.choose($0, of: there, for: name) } ?? all
    }

    private func clock(_ fault: FaultPlan.Clock, named name: String) -> [any Fault] {
        let machines = machines(hitBy: fault, named: name)
        return [
            fault.offset.map { ClockFault(machines, .step(by: $0)) },
            fault.drift.map { ClockFault(machines, .drift($0)) },
        ].compactMap { $0 }
    }

    private func part(_ fault: PartFault, _ target: Target) -> any Fault {
        guard case .role(let role) = target.subject else {
            preconditionFailure("'\(target.written)' was checked, and is no role")
        }
        return partFaults.fault(fault, of: role)
    }

    // MARK: People

    /// People are picked, not devices: whoever is hit is hit with all of their phones.
    private func people(hitBy fault: FaultPlan.Hit, named name: String) -> [User] {
        var people = town.people(of: fault.target.region)
        if let count = fault.pick.count(of: people.count) {
            var stream = Streams(seed: cluster.world.seed, purpose: Purpose("pick of \(name)")).stream(of: 0)
            stream.draw(count, to: &people)
            people.removeSubrange(count...)
        }
        return people
    }

    private func phones(hitBy fault: FaultPlan.Hit, named name: String) -> [Address<Phone>] {
        town.phones(of: people(hitBy: fault, named: name), among: phones)
    }

    private func devices(hitBy fault: FaultPlan.Hit, named name: String) -> DeviceSet {
        DeviceSet(numbers: phones(hitBy: fault, named: name).map(\.index))
    }

    /// Whoever checks credentials is told; whose are revoked logs in again.
    private func revocation(_ fault: FaultPlan.Hit, named name: String) -> [any Fault] {
        people(hitBy: fault, named: name).map { revocations.fault(of: $0) }
    }
}

extension Pick {
    /// How many of so many, a share rounded up; nil for all, and when there are not more.
    fileprivate func count(of all: Int) -> Int? {
        let count =
            switch self {
            case .all: all
            case .count(let count): count
            case .share(let share):
                Int((Int128(all) * Int128(share.count) + Int128(share.of) - 1) / Int128(share.of))
            }
        return count < all ? count : nil
    }
}

extension FaultPlan.Crash.Loss {
    fileprivate var kind: CrashKind {
        switch self {
        case .process: .process
        case .unsynced: .unsynced
        case .disk: .disk
        }
    }
}

extension FaultPlan.Disk {
    fileprivate var effect: DiskFault.Effect {
        switch mode {
        case .full: .full
        case .slow: .slow(by: factor)
        case .failing: .failingReads
        }
    }
}

extension FaultPlan.Delay {
    /// What is added, and the jitter where that is the same for all packets.
    fileprivate var delay: Spread {
        guard jitter > .zero, case .constant(let least) = add.spread else { return add.spread }
        return .uniform(Uniform(from: least, to: least + Double(jitter.nanoseconds)))
    }
}
