public import Chat
public import Vocabulary

/// An exact act of one user at one moment, `{ at: 1s, user: 3, send: room 0 }`.
public struct ScriptAct: Hashable, Sendable {
    public var at = Span.zero
    public var user = 0
    /// On which of the user's devices.
    public var device = 0
    /// What the user does, `send`.
    public var act = ""
    /// To whom or to what, as it is written; empty for acts that take nothing.
    public var argument = ""
    /// The same, read.
    public var value = ActSheet.ArgumentValue.nothing
}

extension ScriptAct {
    /// The acts that a script of this design may hold.
    public static func acts(of sheet: DesignSheet?) -> [ActSheet] {
        ActSheet.ofEveryDesign + (sheet?.acts ?? [])
    }
}

extension ScriptAct: Section {
    /// The acts themselves are read by name, because each design has its own.
    static let keys: [Key<Self>] = [
        Key<Self>("at", \.at, "when, from the start of the run").required,
        Key<Self>("user", \.user, "who, from 0").required,
        Key("device", \.device, "on which of their devices, from 0", in: 0...7),
    ]

    /// As a script of this design may have it; of any design when nil.
    static func description(of sheet: DesignSheet?) -> KeyDescription {
        KeyDescription(
            name: "script", sentence: "exact acts, beside or instead of the load",
            shape: .list(.section(keys.map(\.description) + acts(of: sheet).map(\.key))))
    }

    static var key: Key<Scenario> {
        Key(description(of: nil)) {
            node, scenario, reading in
            let acts = acts(of: reading.sheet)
            var script: [ScriptAct] = []
            reading.elements(node, "script") { element, reading in
                script.append(ScriptAct(reading: element, acts, &reading))
            }
            scenario.script = script
        } outline: {
            let script = $0.script
            return script.isEmpty ? nil : .list(script.map(\.line))
        }
    }

    private var line: Outline {
        guard case .mapping(let entries) = outline else { return outline }
        return .mapping(entries + [(act, .scalar(argument))])
    }

    private init(reading node: Node, _ acts: [ActSheet], _ reading: inout Reading) {
        self.init()
        var timing = node
        if let entries = node.entries {
            timing.content = .mapping(
                entries.filter { entry in Self.keys.contains { $0.description.name == entry.name } })
        }
        reading.section(timing, into: &self, "an act")
        guard let entries = node.entries else { return }
        let others = entries.filter { entry in !Self.keys.contains { $0.description.name == entry.name } }
        guard let entry = others.first else {
            reading.fail(
                node.place, "this act does not say what happens",
                "add one of \(acts.map(\.name).joined(separator: ", "))")
            return
        }
        if others.count > 1 {
            reading.fail(others[1].key.place, "this is a second act; each has an element of its own")
        }
        guard let sheet = acts.first(where: { $0.name == entry.name }) else {
            reading.unknown(
                entry, in: "an act", among: Self.keys.map(\.description.name) + acts.map(\.name),
                listed: acts.map(\.name))
            return
        }
        act = sheet.name
        reading.within(entry.name) { reading in
            reading.note(entry.value.text == "" ? entry.key.place : entry.value.place)
            let read = reading.value(entry.value, sheet.argument.form) { (text) throws(Misreading) in
                try sheet.argument.read(text)
            }
            guard let read else { return }
            value = read
            argument = sheet.argument.written(read)
        }
    }
}

extension ActSheet {
    var key: KeyDescription {
        KeyDescription(name: name, sentence: sentence, shape: .value(argument.form))
    }
}
