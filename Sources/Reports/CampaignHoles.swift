import Results

/// Which faults a campaign could not bring on whom, and why: reason by reason, kinds with the same roles together.
struct CampaignHoles {
    let list: [(reason: String, words: String)]

    init(_ coverage: [CoverageRecord]) {
        var roles: [String] = []
        var reasons: [(reason: String, kinds: [(kind: String, roles: [String])])] = []
        for row in coverage {
            if !roles.contains(row.role) { roles.append(row.role) }
            guard let reason = row.impossible else { continue }
            let place = reasons.firstIndex { $0.reason == reason } ?? reasons.count
            if place == reasons.count { reasons.append((reason, [])) }
            if let kind = reasons[place].kinds.firstIndex(where: { $0.kind == row.kind }) {
                reasons[place].kinds[kind].roles.append(row.role)
            } else {
                reasons[place].kinds.append((row.kind, [row.role]))
            }
        }
        list = reasons.map { reason, kinds in
            var groups: [(kinds: [String], roles: [String])] = []
            for (kind, its) in kinds {
                if let place = groups.firstIndex(where: { $0.roles == its }) {
                    groups[place].kinds.append(kind)
                } else {
                    groups.append(([kind], its))
                }
            }
            let words = groups.map {
                "\($0.kinds.joined(separator: ", "))\(Self.owners($0.roles, among: roles))"
            }
            return (reason, words.joined(separator: "; "))
        }
    }

    private static func owners(_ its: [String], among all: [String]) -> String {
        let others = all.filter { !its.contains($0) }
        if others.isEmpty { return "" }
        return its.count > others.count
            ? " of all but \(others.joined(separator: ", "))" : " of \(its.joined(separator: ", "))"
    }
}
