import Results
import Vocabulary

/// What the faults of a run hit, role by role: machines, the phones, zones, and what lies between two roles.
///
/// A target is read as the scenario has it: `server[2]`, `@home/c`, `client@us and server`.
struct FaultMarks {
    /// One side of a target.
    private struct Side {
        var role: String
        var numbers: ClosedRange<Int>?
        var place: String

        init?(_ text: Substring) {
            guard let match = text.wholeMatch(of: /([a-z0-9-]*|\*)(?:\[(\d+)(?:\.\.(\d+))?\])?(?:@(.+))?/)
            else {
                return nil
            }
            role = String(match.1)
            place = match.4.map(String.init) ?? ""
            guard let first = match.2.flatMap({ Int($0) }) else { return }
            let last = match.3.flatMap { Int($0) } ?? first
            if first <= last { numbers = first...last }
        }

        var isZone: Bool { role.isEmpty && place.contains("/") }

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
    private(set) var between: [(a: Int, b: Int)] = []
    /// Zones that were hit as a whole.
    private(set) var zones: [String] = []

    init(of result: RunResult) {
        let all = result.topology.roles
        machines = all.map { Array(repeating: false, count: $0.machines.count) }
        roles = all.map { _ in false }
        var cut: [String] = []
        for fault in result.faults {
            let sides = fault.target.split(separator: " and ").compactMap { Side($0) }
            if sides.count == 2 {
                cut += sides.filter(\.isZone).map(\.place)
                if !sides.contains(where: \.isZone) { mark(between: sides[0], sides[1], all) }
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

    private mutating func mark(between first: Side, _ second: Side, _ all: [Topology.Role]) {
        for (a, one) in all.enumerated() {
            for (b, other) in all.enumerated() where a < b {
                if first.hits(one) && second.hits(other) || first.hits(other) && second.hits(one) {
                    between.append((a, b))
                }
            }
        }
    }
}
