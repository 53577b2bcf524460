public import Chat
import Vocabulary

/// The format of scenario files as data, for whoever explains or completes it.
public enum ScenarioFormat {
    /// All keys of a file at the top level, `extends` too; what `topology` may hold depends on the design.
    public static var keys: [KeyDescription] {
        Scenario.keys.map(\.description) + [
            KeyDescription(
                name: "extends", sentence: "a file that this one changes, beside it",
                shape: .value(QuantityForm("a path", example: "base.yaml"))),
            KeyDescription(
                name: "sweep",
                sentence: "what `hubbub sweep` varies: values for each key, or a list of points",
                shape: .either(
                    .table(
                        keys: Sweep.keyForm,
                        values: .either(.value(Sweep.valueForm), .list(.value(Sweep.valueForm)))),
                    .list(.table(keys: Sweep.keyForm, values: .value(Sweep.valueForm))))),
        ]
    }

    /// All keys of a scenario for this design, its roles and its acts with them.
    public static func keys(for sheet: DesignSheet) -> [KeyDescription] {
        Scenario.keys.map(\.description).map { key in
            switch key.name {
            case "script": return ScriptAct.description(of: sheet)
            case "topology":
                var topology = key
                topology.shape = .section(
                    sheet.roles.map { role in
                        KeyDescription(
                            name: role.name, sentence: role.sentence, shape: .section(Topology.keys(of: role))
                        )
                    } + [Topology.links])
                return topology
            default: return key
            }
        }
    }

    /// The kinds of faults, each with what it says in a small file.
    public static var faults: [(name: String, sentence: String, example: String)] {
        FaultKinds.all.map { ($0.name, $0.sentence, $0.example) }
    }

    /// What may be written behind `--set`, `faults.NAME.for`: paths to values, in the order of the format.
    public static func paths(for sheet: DesignSheet) -> [String] {
        Scenario.keys.map(\.description).flatMap { key -> [String] in
            if key.name == "script" {
                return paths(of: ScriptAct.description(of: sheet).shape, key.name)
            }
            guard key.name == "topology" else { return paths(of: key.shape, key.name) }
            return sheet.roles.flatMap { role in
                Topology.keys(of: role).map { "topology.\(role.name).\($0.name)" }
            } + ["topology.zones"] + paths(of: Topology.links.shape, "topology.links")
                + paths(of: Topology.timeouts.shape, "topology.\(Topology.timeouts.name)")
        }
    }

    private static func paths(of shape: KeyDescription.Shape, _ path: String) -> [String] {
        switch shape {
        case .value: [path]
        case .section(let keys): keys.flatMap { paths(of: $0.shape, "\(path).\($0.name)") }
        case .list(let element): paths(of: element, "\(path).NAME")
        case .table(_, let values): paths(of: values, "\(path).KEY")
        case .either: [path]
        }
    }
}
