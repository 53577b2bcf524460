public import Chat
public import Vocabulary

/// An exact act of one user at one moment, `{ at: 1s, user: 3, send: room 0 }`.
public struct ScriptAct: Hashable, Sendable {
    public var at = Span.zero
    public var user = 0
    /// What the user does, `send`.
    public var act = ""
    /// To whom or to what; empty for acts that take nothing.
    public var argument = ""
}

extension ScriptAct {
    /// What people can do in every design.
    public static let acts: [ActSheet] = [
        ActSheet("send", "sends a letter to a room or a user", .recipient),
        ActSheet("go", "opens or closes the app", .word(["offline", "online"])),
        ActSheet("add-device", "gets one more device", .nothing),
        ActSheet("lose-device", "loses the last one", .nothing),
        ActSheet("new-key", "makes a new key pair", .nothing),
        ActSheet("block", "blocks a user", .user),
        ActSheet("unblock", "no longer blocks a user", .user),
        ActSheet("read", "reads what is shown", .nothing),
        ActSheet("search", "searches its own messages", .text),
        ActSheet("join", "joins a room", .room),
        ActSheet("leave", "leaves a room", .room),
    ]

    /// The acts that a script of this design may hold.
    static func acts(of sheet: DesignSheet?) -> [ActSheet] { acts + (sheet?.acts ?? []) }
}

extension ScriptAct: Section {
    /// The acts themselves are read by name, because each design has its own.
    static let keys: [Key<Self>] = [
        Key<Self>("at", \.at, "when, from the start of the run").required,
        Key<Self>("user", \.user, "who, from 0").required,
    ]

    static var key: Key<Scenario> {
        let shape = KeyDescription.Shape.list(.section(keys.map(\.description) + acts.map(\.key)))
        return Key(
            KeyDescription(
                name: "script", sentence: "exact acts, beside or instead of the load", shape: shape)
        ) {
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
            reading.unknown(entry, in: "an act", among: ["at", "user"] + acts.map(\.name))
            return
        }
        act = sheet.name
        reading.within(entry.name) { reading in
            reading.note(entry.value.text == "" ? entry.key.place : entry.value.place)
            let form = QuantityForm("what belongs to \(sheet.name)", example: sheet.argument.example)
            argument =
                reading.value(entry.value, form) { (text) throws(Misreading) in
                    try sheet.argument.read(text)
                } ?? ""
        }
    }
}

extension ActSheet {
    var key: KeyDescription {
        KeyDescription(
            name: name, sentence: sentence,
            shape: .value(
                QuantityForm("what belongs to \(name)", example: argument.example, words: argument.words)))
    }
}

extension ActSheet.Argument {
    var example: String {
        switch self {
        case .nothing: ""
        case .user, .count: "7"
        case .room: "room 0"
        case .recipient: "room 0 or user 7"
        case .text: "lunch"
        case .word(let words): words[0]
        }
    }

    var words: [String] { if case .word(let words) = self { words } else { [] } }

    func read(_ text: String) throws(Misreading) -> String {
        switch self {
        case .nothing:
            guard text.isEmpty else { throw Misreading("this act takes nothing", remedy: "leave it empty") }
            return text
        case .user, .count: return try Int(reading: text).written
        case .room: return try Self.numbered(text, ["room"])
        case .recipient: return try Self.numbered(text, ["room", "user"])
        case .text: return try String(reading: text)
        case .word(let words):
            guard words.contains(text) else {
                throw Misreading(
                    "\(quoted(text)) is none of \(words.joined(separator: ", "))",
                    remedy: "write \(alternatives(words))")
            }
            return text
        }
    }

    private static func numbered(_ text: String, _ kinds: [String]) throws(Misreading) -> String {
        let words = text.split(separator: " ")
        guard words.count == 2, kinds.contains(String(words[0])) else {
            throw Misreading(
                "\(quoted(text)) is not whom it goes to",
                remedy: "write \(alternatives(kinds.map { "\($0) 0" }))")
        }
        return "\(words[0]) \(try Int(reading: String(words[1])).written)"
    }
}
