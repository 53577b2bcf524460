import Chat
import Vocabulary

/// Whom each fault can hit in a design, for editors: its roles, and nobody where it has none of the kind.
extension Schema {
    static func faults(of sheet: DesignSheet) -> JSON {
        let kinds = FaultKinds.all.map { kind in
            let keys = targetKeys(of: kind)
            let target = pattern(ofVictims: kind, in: sheet)
            let rule = target.map { pattern in
                JSON.object([
                    (
                        "properties",
                        .object(keys.map { ($0, .object([("pattern", .string(pattern))])) })
                    )
                ])
            }
            return (kind.name, rule ?? nothing)
        }
        return .object([("items", .object([("properties", .object(kinds))]))])
    }

    static func random(of sheet: DesignSheet) -> JSON {
        let kinds = FaultKinds.all.filter { $0.chance != nil && pattern(ofVictims: $0, in: sheet) != nil }
        return .object([
            (
                "properties",
                .object([
                    (
                        "kinds",
                        .object([("items", .object([("enum", .array(kinds.map { .string($0.name) }))]))])
                    ),
                    (
                        "targets",
                        .object([("items", .object([("pattern", .string(anybody(in: sheet)))]))])
                    ),
                ])
            )
        ])
    }

    static func invariants(of sheet: DesignSheet) -> JSON {
        let names = JSON.object([("enum", .array(sheet.allPromises.map { .string($0.name) }))])
        return .object([("properties", .object([("off", .object([("items", names)]))]))])
    }

    private static func targetKeys(of kind: any FaultKind.Type) -> [String] {
        kind is any BetweenGroups.Type ? ["between", "and"] : ["target"]
    }

    /// Nil where it can hit nobody.
    private static func pattern(ofVictims kind: any FaultKind.Type, in sheet: DesignSheet) -> String? {
        if kind is any HitsParts.Type {
            let able = sheet.roles.filter { $0.faults.contains(kind.name) }
            return able.isEmpty ? nil : "^\(machines(of: able))$"
        }
        if kind.name == FaultPlan.Revocation.name, !sheet.checksCredentials { return nil }
        if kind.name == FaultPlan.Errors.name, sheet.roles.count == 1 { return nil }
        guard let kind = kind as? any HitsTarget.Type else { return anybody(in: sheet) }
        switch kind.victims {
        case .clients: return #"^(\*|(client)?(@[a-z0-9-]+)?)$"#
        case .machines: return "^(\\*|\(place)|\(machines(of: sheet.roles)))$"
        case .all, .roles: return anybody(in: sheet)
        }
    }

    private static func anybody(in sheet: DesignSheet) -> String {
        "^(\\*|client(@[a-z0-9-]+)?|\(place)|\(machines(of: sheet.roles)))$"
    }

    private static let place = "@[a-z0-9-]+(/[a-z0-9-]+)?"

    private static func machines(of roles: [RoleSheet]) -> String {
        "(\(roles.map(\.name).joined(separator: "|")))(\\[[0-9]+(\\.\\.[0-9]+)?\\])?(\(place))?"
    }
}
