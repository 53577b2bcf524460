internal import Chat
internal import Cluster
internal import Simulation
internal import Vocabulary

/// Where faults fall: who and what the words of a scenario mean in a cluster.
struct FaultGround {
    unowned let cluster: Cluster
    let town: Town
    let phones: Addresses<Phone>
    let partFaults: PartFaults
    let revocations: Revocations

    // MARK: Between two groups

    /// The two groups of a fault; who is not named is everybody else.
    func groups(of fault: some BetweenGroups) -> (LinkGroup, LinkGroup) {
        if fault.and == .everything {
            let first = group(fault.between)
            return (first, others(than: first))
        }
        let second = group(fault.and)
        return (fault.between == .everything ? others(than: second) : group(fault.between), second)
    }

    private func group(_ target: Target) -> LinkGroup {
        LinkGroup(machines(at: target), zones: accesses(of: target))
    }

    private func others(than group: LinkGroup) -> LinkGroup {
        LinkGroup(
            cluster.allMachines.subtracting(group.machines),
            zones: accesses(of: .everything).filter { !group.zones.contains($0) })
    }

    /// Both ways between the two groups; within the one, where both are the same.
    func links(of fault: some BetweenGroups) -> [LinkFault.FaultyLink] {
        if fault.between == fault.and {
            let group = group(fault.between)
            return [LinkFault.FaultyLink(from: group, to: group)]
        }
        let (first, second) = groups(of: fault)
        return [LinkFault.FaultyLink(from: first, to: second), LinkFault.FaultyLink(from: second, to: first)]
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

    func machines(hitBy fault: some HitsTarget, named name: String) -> MachineSet {
        // Of machines that come and go, those are picked from that are named, or there when the run begins.
        let all = machines(at: fault.target)
        let there = fault.target.machines == nil ? all.intersection(cluster.runningMachines) : all
        return fault.pick.count(of: there.count).map { cluster.choose($0, of: there, for: name) } ?? all
    }

    func partFault(_ fault: PartFault, of target: Target) -> any Fault {
        guard case .role(let role) = target.subject else {
            preconditionFailure("'\(target.written)' was checked, and is no role")
        }
        let isWhole = target.machines == nil && target.region == nil
        return partFaults.fault(fault, of: role, on: isWhole ? nil : machines(at: target))
    }

    // MARK: People

    /// People are picked, not devices: whoever is hit is hit with all of their phones.
    func people(hitBy fault: some HitsTarget, named name: String) -> [User] {
        var people = town.people(of: fault.target.region)
        if let count = fault.pick.count(of: people.count) {
            var stream = Streams(seed: cluster.world.seed, purpose: Purpose("pick of \(name)")).stream(of: 0)
            stream.draw(count, to: &people)
            people.removeSubrange(count...)
        }
        return people
    }

    func phones(hitBy fault: some HitsTarget, named name: String) -> [Address<Phone>] {
        town.phones(of: people(hitBy: fault, named: name), among: phones)
    }

    func devices(hitBy fault: some HitsTarget, named name: String) -> DeviceSet {
        DeviceSet(numbers: phones(hitBy: fault, named: name).map(\.index))
    }
}

extension Pick {
    /// How many of so many, a share rounded up; nil for all, and when there are not more.
    func count(of all: Int) -> Int? {
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
