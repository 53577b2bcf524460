import Results
import Vocabulary

/// What the faults of a run hit, role by role: machines, the phones, zones, and what lies between two roles.
///
/// A target is read as the scenario has it: `server[2]`, `@home/c`, `client@us and server`, and with `to` where
/// only what goes from the one to the other is hit.
struct FaultMarks {
    /// One side of a target.
    private struct Side {
        let text: String
        var role: String
        var numbers: ClosedRange<Int>?
        var place: String

        init?(_ text: Substring) {
            guard let match = text.wholeMatch(of: /([a-z0-9-]*|\*)(?:\[(\d+)(?:\.\.(\d+))?\])?(?:@(.+))?/)
            else {
                return nil
            }
            self.text = String(text)
            role = String(match.1)
            place = match.4.map(String.init) ?? ""
            guard let first = match.2.flatMap({ Int($0) }) else { return }
            let last = match.3.flatMap { Int($0) } ?? first
            if first <= last { numbers = first...last }
        }

        var isZone: Bool { role.isEmpty && place.contains("/") }
        /// A zone or a region, with all that is in it.
        var isPlace: Bool { role.isEmpty && !place.isEmpty }

        /// What of a role it is where it is not all of it: `@us`, `gateway[3]`.
        var part: String? {
            guard numbers == nil else { return text }
            return place.isEmpty ? nil : "@\(place)"
        }

        func hits(_ machine: Topology.Machine, number: Int, of name: String) -> Bool {
            let isThere =
                place.isEmpty || machine.region == place || machine.zone == place
                || machine.zone.hasSuffix("/\(place)")
            return isThere && (role.isEmpty || role == "*" || role == name)
                && numbers?.contains(number) ?? true
        }

        func hits(_ role: Topology.Role) -> Bool {
            guard role.machines.isEmpty else {
                return role.machines.enumerated().contains { hits($1, number: $0, of: role.name) }
            }
            return self.role == "client" || self.role == "*" || (self.role.isEmpty && !place.contains("/"))
        }
    }

    /// By role, and by machine in it.
    private(set) var machines: [[Bool]]
    /// By role: whatever of it was hit.
    private(set) var roles: [Bool]
    /// Pairs of roles between which something was cut, slowed or lost.
    private(set) var between: [Between] = []
    /// Zones that were hit as a whole.
    private(set) var zones: [String] = []
    /// Pairs of zones that were hit in between.
    private(set) var severed: [Severed] = []

    struct Between {
        var a: Int
        var b: Int
        /// What of the two it was, `@us` or `gateway[3], to server only`; empty for all of both.
        var part: String
    }

    struct Severed: Equatable {
        var from: String
        var to: String
        var isOneWay: Bool
    }

    init(of result: RunResult) {
        let all = result.topology.roles
        machines = all.map { Array(repeating: false, count: $0.machines.count) }
        roles = all.map { _ in false }
        var cut: [String] = []
        for fault in result.faults {
            let isOneWay = fault.target.contains(" to ")
            let sides = fault.target.split(separator: isOneWay ? " to " : " and ").compactMap { Side($0) }
            if sides.count == 2 {
                cut += sides.filter(\.isZone).map(\.place)
                if sides.allSatisfy(\.isPlace) {
                    sever(sides[0], sides[1], isOneWay: isOneWay, result.topology)
                } else if !sides.contains(where: \.isZone) {
                    mark(between: sides[0], sides[1], isOneWay: isOneWay, all)
                }
            } else if let side = sides.first {
                if side.isZone { zones.append(side.place) }
                mark(side, all)
            }
        }
        // Who is cut off from two others is the one that is cut off.
        let counts = cut.map { zone in cut.count { $0 == zone } }
        let most = counts.max() ?? 0
        for (zone, count) in zip(cut, counts) where count == most && !zones.contains(zone) {
            zones.append(zone)
        }
    }

    private mutating func mark(_ side: Side, _ all: [Topology.Role]) {
        for (index, role) in all.enumerated() where side.hits(role) {
            roles[index] = true
            for number in role.machines.indices
            where side.hits(role.machines[number], number: number, of: role.name) {
                machines[index][number] = true
            }
        }
    }

    private mutating func mark(
        between first: Side, _ second: Side, isOneWay: Bool, _ all: [Topology.Role]
    ) {
        let parts =
            [first.part, second.part].compactMap(\.self) + (isOneWay ? ["to \(second.text) only"] : [])
        let part = parts.joined(separator: ", ")
        for (a, one) in all.enumerated() {
            for (b, other) in all.enumerated() where a < b {
                if first.hits(one) && second.hits(other) || first.hits(other) && second.hits(one) {
                    between.append(Between(a: a, b: b, part: part))
                }
            }
        }
    }

    private mutating func sever(_ first: Side, _ second: Side, isOneWay: Bool, _ topology: Topology) {
        let regions = topology.roles.flatMap(\.machines)
        func zones(of side: Side) -> [String] {
            topology.zones.filter { zone in
                zone == side.place || zone.hasSuffix("/\(side.place)")
                    || regions.contains { $0.zone == zone && $0.region == side.place }
            }
        }
        for from in zones(of: first) {
            for to in zones(of: second) where from != to {
                let pair = Severed(from: from, to: to, isOneWay: isOneWay)
                if !severed.contains(pair) { severed.append(pair) }
            }
        }
    }

    /// What of two roles was hit in between: nil for nothing, empty for all of it.
    func part(between a: Int, _ b: Int) -> String? {
        let parts = between.filter { $0.a == a && $0.b == b }.map(\.part)
        guard !parts.isEmpty else { return nil }
        var told: [String] = []
        for part in parts where !told.contains(part) { told.append(part) }
        return told.contains("") ? "" : told.joined(separator: "; ")
    }
}

extension Topology {
    /// Each zone that machines stand in, by name.
    var zones: [String] {
        roles.flatMap(\.machines).map(\.zone).reduce(into: [String]()) { zones, zone in
            if !zones.contains(zone) { zones.append(zone) }
        }.sorted()
    }
}
