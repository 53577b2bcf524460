internal import Simulation
internal import Vocabulary

/// One end of a way: a machine, or all devices that come in by one access network.
enum WayEnd {
    case machine(MachinePointer)
    case devices(Zone)

    var zone: Zone {
        switch self {
        case .machine(let machine): machine.pointee.zone
        case .devices(let zone): zone
        }
    }
}

typealias WayPointer = UnsafeMutablePointer<Way>

/// The way from one end to another as it is at present: the link, and the faults on it.
///
/// Ends between which the same lies share it. A fault that is for some of them parts them: they get a way of
/// their own, on which the fault lies, and all others stay on theirs, with the same draws as before.
struct Way {
    /// Between which zones, by number.
    let link: Int
    let route: LinkRoute
    var conditions: LinkConditions
    /// The cluster's faults on it, by their numbers.
    var faults: [Int]
    /// Whether somebody goes this way, when it is asked after a change.
    var isInUse = false
}

extension Network {
    /// A fault on some links.
    struct WayFault {
        let id: Int
        let links: [LinkFault.FaultyLink]
        let profile: LinkProfile
        let name: String
        /// By which a link remembers that it is in a burst, and the how-manieth such fault this is.
        let burstBit: UInt16
        let burstUse: UInt16

        func hits(from source: WayEnd, to target: WayEnd) -> Bool {
            links.contains { $0.from.contains(source) && $0.to.contains(target) }
        }
    }

    /// The way between two ends, made when nobody goes it yet.
    func way(from source: WayEnd, to target: WayEnd) -> WayPointer {
        let link = number(source.zone, target.zone)
        let route = tellsEndsApart ? describe(end(source), end(target)) : routes[link]
        let active = wayFaults.filter { $0.hits(from: source, to: target) }
        let known = ways[link].first {
            $0.pointee.faults.elementsEqual(active.lazy.map(\.id))
                && (!tellsEndsApart || $0.pointee.route == route)
        }
        if let known { return known }
        let names = "from \(zones[source.zone.number]) to \(zones[target.zone.number])"
        var conditions = LinkConditions(route.link, named: "link \(names)", seed: seed)
        if let backbone = route.backbone { conditions.lengthen(by: backbone, named: "backbone \(names)") }
        for fault in active {
            _ = conditions.apply(
                fault.profile, named: fault.name, burstBit: fault.burstBit, burstUse: fault.burstUse)
        }
        let way = WayPointer.allocate(capacity: 1)
        way.initialize(
            to: Way(link: link, route: route, conditions: conditions, faults: active.map(\.id)))
        ways[link].append(way)
        return way
    }

    func end(_ end: WayEnd) -> LinkEnd {
        switch end {
        case .devices(let zone): LinkEnd(zone: zone)
        case .machine(let machine):
            LinkEnd(
                zone: machine.pointee.zone, role: Seat(machine: machine).role,
                number: Int(machine.pointee.resident.number))
        }
    }

    /// The way between a machine and the devices of an access network.
    @inline(__always)
    func way(of machine: MachinePointer, _ zone: Int, _ direction: Lines.LineDirection) -> WayPointer {
        let place = machine.deviceWay(zone, direction)
        return place.pointee ?? makeWay(at: place, machine, Zone(number: zone), direction)
    }

    @discardableResult
    private func makeWay(
        at place: UnsafeMutablePointer<WayPointer?>, _ machine: MachinePointer, _ zone: Zone,
        _ direction: Lines.LineDirection
    ) -> WayPointer {
        let way =
            direction == .up
            ? way(from: .devices(zone), to: .machine(machine))
            : way(from: .machine(machine), to: .devices(zone))
        place.pointee = way
        return way
    }

    // MARK: Faults

    /// Puts a fault on links, as one more stretch of the way.
    func degrade(
        _ links: [LinkFault.FaultyLink], by profile: LinkProfile, named name: String, id: Int,
        in cluster: Cluster
    ) {
        var bit: UInt16 = 0
        if case .bursts = profile.loss {
            let taken = wayFaults.reduce(1) { $0 | $1.burstBit }
            precondition(taken != .max, "more than 15 faults with bursts at a time")
            bit = ~taken & (taken + 1)  // the lowest that is free
            burstUses += 1
        }
        let fault = WayFault(
            id: id, links: links, profile: profile, name: name, burstBit: bit, burstUse: burstUses)
        change([fault], in: cluster) { wayFaults.append(fault) }
    }

    func mend(id: Int, in cluster: Cluster) {
        let ended = wayFaults.filter { $0.id == id }
        change(ended, in: cluster) {
            wayFaults.removeAll { $0.id == id }
        }
    }

    private func change(_ faults: [WayFault], in cluster: Cluster, _ apply: () -> Void) {
        guard faults.contains(where: { $0.profile.bandwidth != nil }) else {
            apply()
            return findWaysAgain(in: cluster)
        }
        let now = cluster.world.core.now
        let streamWidths = widths(at: now)
        let lineWidths = cluster.lines.widths()
        apply()
        findWaysAgain(in: cluster)
        widen(from: streamWidths, at: now)
        cluster.lines.widen(from: lineWidths)
    }

    /// The faults have changed: who goes which way is found out again, and ways that nobody goes are given up.
    private func findWaysAgain(in cluster: Cluster) {
        for link in ways.indices {
            for way in ways[link] { way.pointee.isInUse = way.pointee.faults.isEmpty }
        }
        for number in 0..<streamCount {
            let (source, target) = (
                WayEnd.machine(streams[number].source), WayEnd.machine(streams[number].target)
            )
            streams[number].way = way(from: source, to: target)
            streams[number].back = way(from: target, to: source)
            streams[number].way.pointee.isInUse = true
            streams[number].back.pointee.isInUse = true
        }
        for machine in cluster.machines {
            for zone in zones.indices {
                for direction in [Lines.LineDirection.up, .down] {
                    let place = machine.deviceWay(zone, direction)
                    guard place.pointee != nil else { continue }
                    makeWay(at: place, machine, Zone(number: zone), direction).pointee.isInUse = true
                }
            }
        }
        for link in ways.indices {
            let unused = ways[link].filter { !$0.pointee.isInUse }
            ways[link].removeAll { !$0.pointee.isInUse }
            for way in unused { giveUp(way) }
        }
    }

    func giveUp(_ way: WayPointer) {
        way.pointee.conditions.deallocate()
        way.deinitialize(count: 1)
        way.deallocate()
    }
}

extension MachinePointer {
    /// Where the way to or from the devices of an access network is kept; nil there until one is gone.
    @inline(__always)
    func deviceWay(_ zone: Int, _ direction: Lines.LineDirection) -> UnsafeMutablePointer<WayPointer?> {
        pointee.deviceWays + (2 * zone + Int(direction.rawValue))
    }
}
