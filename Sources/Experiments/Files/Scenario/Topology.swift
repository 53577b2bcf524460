public import Chat
public import Simulation
public import Vocabulary

/// What differs from the design's defaults, with these filled in: every role of the design is here, in its
/// order.
public struct Topology: Hashable, Sendable {
    /// How many zones each region has.
    public var zones = 1
    public var roles: [RoleSetup] = []
    public var links: [LinkRule] = []
    public var timeouts = Timeouts.linux

    /// How long streams wait before they send again, and lines too.
    public enum Timeouts: String, Choice {
        /// 200 ms at least beyond the round trip.
        case linux
        /// A second at least.
        case rfc6298 = "rfc-6298"
    }

    public func role(_ name: String) -> RoleSetup? { roles.first { $0.name == name } }
}

/// How many machines of a role there are, and how its knobs stand.
public struct RoleSetup: Hashable, Sendable {
    public var name: String
    public var count: Int
    /// How many more are off at first, and how long it takes to boot one; nil when no part ever does.
    public var spare: Int?
    public var bootTime: Span
    /// The key that says the count.
    public var countedAs: String
    /// Where its machines stand.
    public var placement: Placement
    public var knobs: [TurnedKnob]
    /// The faults inside of its parts that it can play, and the knob that says how many parts there are.
    var faults: [String]
    var partsKnob: String?

    public struct TurnedKnob: Hashable, Sendable {
        public var name: String
        /// In its usual spelling.
        public var text: String
        /// Who says so, if it is a default.
        var source: String?
    }

    /// Those that are off at first, too.
    var countWithSpare: Int { count + (spare ?? 0) }

    /// The role's settings with the knobs as they stand.
    public func settings<Owner: Settings>(_ owner: Owner.Type) -> Owner {
        Owner(knobs.map { (name: $0.name, text: $0.text) })
    }

    /// Partitions or shards, of which a fault can hit one.
    var parts: Int? { partsKnob.flatMap { text(of: $0) }.flatMap { Int($0) } }

    /// A knob as it stands, in its usual spelling.
    public func text(of knob: String) -> String? { knobs.first { $0.name == knob }?.text }

    static let bootSource = "service.startup"

    var outline: Outline {
        .mapping(
            [(countedAs, Outline.scalar(String(count)))]
                + (spare.map {
                    [
                        ("spare", Outline.scalar(String($0))),
                        ("boot-time", .scalar(bootTime.written, source: Self.bootSource)),
                    ]
                } ?? [])
                + knobs.map { ($0.name, .scalar($0.text, source: $0.source)) })
    }
}

/// What some links are like; where several rules fit, the later one holds.
public struct LinkRule: Hashable, Sendable {
    public var links: LinkPattern
    public var profile: Profile

    public struct Profile: Hashable, Sendable {
        public var delay: Varied<Span>?
        public var loss: Share?
        public var bandwidth: DataRate?
    }
}

extension LinkRule.Profile: Section {
    static let keys: [Key<Self>] = [
        Key("delay", \.delay, "one way"),
        Key("loss", \.loss, "share of packets that get lost"),
        Key("bandwidth", \.bandwidth, "what each two machines may send each other, each way"),
    ]
}

extension Topology {
    /// The key `topology`. What it may hold is the design's affair, so it is read by the design's sheet.
    static var key: Key<Scenario> {
        Key(
            KeyDescription(
                name: "topology",
                sentence: "machines and links, where they differ from the design's defaults",
                shape: .section([zones, links, timeouts]))
        ) { node, scenario, reading in
            let roles = reading.sheet?.roles.map(\.name) ?? []
            let hint = Reading.list(of: roles + [zones, links, timeouts].map(\.name))
            reading.entries(node, "topology", hint) { entry, reading in
                if entry.name == "links" { return scenario.topology.readLinks(entry.value, &reading) }
                if entry.name == timeouts.name {
                    let read = reading.value(entry.value, Timeouts.form, Timeouts.init(reading:))
                    if let read { scenario.topology.timeouts = read }
                    return
                }
                if entry.name == "zones" {
                    let count = reading.value(entry.value, Int.form) { (text) throws(Misreading) in
                        try Int(reading: text, in: zoneRange)
                    }
                    return scenario.topology.zones = count ?? scenario.topology.zones
                }
                // Without a known design there is an error already, and no list to check against.
                guard let sheet = reading.sheet else { return }
                guard let role = sheet.role(entry.name) else {
                    return reading.unknown(
                        entry, in: "the topology of \(sheet.name)",
                        among: sheet.roles.map(\.name) + ["zones", "links", timeouts.name]
                    )
                }
                scenario.topology.read(role, entry.value, &reading)
            }
        } outline: {
            let topology = $0.topology
            var entries = topology.roles.map { ($0.name, $0.outline) }
            if topology.zones > 1 { entries.insert(("zones", .scalar(String(topology.zones))), at: 0) }
            let links = topology.links.map { ($0.links.written, $0.profile.outline) }
            if !links.isEmpty { entries.append(("links", .mapping(links))) }
            if topology.timeouts != .linux {
                entries.append(
                    (timeouts.name, .scalar(topology.timeouts.written, source: nil, isUsual: false)))
            }
            return entries.isEmpty ? nil : .mapping(entries)
        }
    }

    /// As many as there are letters, by which they are called.
    private static let zoneRange = 1...26

    static let zones = KeyDescription(
        name: "zones", sentence: "zones of each region, over which roles are spread: @eu/a, @eu/b",
        usual: "1",
        shape: .value(Int.form))

    static let links = KeyDescription(
        name: "links",
        sentence:
            "what lies between two ends, or, of two regions, the backbone; of several rules that fit, the last",
        shape: .table(
            keys: LinkPattern.form, values: .section(LinkRule.Profile.keys.map(\.description))))

    static let usualBootTime = Span.seconds(5)
    static let timeouts = KeyDescription(
        name: "timeouts",
        sentence: "how long connections wait at least before they send again: 200ms beyond the round trip as "
            + "Linux does, or a second as RFC 6298 says",
        usual: Timeouts.linux.written, shape: .value(Timeouts.form))

    /// The keys of a role, as its sheet has them.
    package static func keys(of role: RoleSheet) -> [KeyDescription] {
        [
            KeyDescription(
                name: role.countedAs, sentence: "how many machines", source: role.requirements.first,
                usual: String(role.count), shape: .value(Int.form(in: role.range)))
        ]
            + (role.spare.map {
                [
                    KeyDescription(
                        name: "spare", sentence: "how many more are off until they are needed",
                        usual: String($0),
                        shape: .value(Int.form)),
                    KeyDescription(
                        name: "boot-time", sentence: "from the order to boot one until it serves",
                        source: RoleSetup.bootSource, usual: usualBootTime.written, shape: .value(Span.form)),
                ]
            } ?? [])
            + role.settings.knobs.map {
                KeyDescription(
                    name: $0.name, sentence: $0.sentence, source: $0.source, usual: $0.usual,
                    shape: .value($0.form))
            }
    }

    /// All roles as the design has them.
    init(of sheet: DesignSheet) {
        roles = sheet.roles.map { role in
            RoleSetup(
                name: role.name, count: role.count, spare: role.spare, bootTime: Self.usualBootTime,
                countedAs: role.countedAs, placement: role.placement,
                knobs: role.settings.knobs.map {
                    RoleSetup.TurnedKnob(name: $0.name, text: $0.usual, source: $0.source)
                }, faults: role.faults, partsKnob: role.partsKnob)
        }
    }

    private mutating func read(_ sheet: RoleSheet, _ node: Node, _ reading: inout Reading) {
        guard let index = roles.firstIndex(where: { $0.name == sheet.name }) else { return }
        reading.entries(node, sheet.name, Reading.list(of: Self.keys(of: sheet).map(\.name))) {
            entry, reading in
            if entry.name == sheet.countedAs {
                let count = reading.value(entry.value, Int.form(in: sheet.range)) {
                    (text) throws(Misreading) in
                    try Int(reading: text, in: sheet.range)
                }
                if let count { roles[index].count = count }
            } else if sheet.spare != nil, entry.name == "spare" {
                let spare = reading.value(entry.value, Int.form) { (text) throws(Misreading) in
                    try Int(reading: text, in: 0...sheet.range.upperBound)
                }
                if let spare { roles[index].spare = spare }
            } else if sheet.spare != nil, entry.name == "boot-time" {
                let time = reading.value(entry.value, Span.form) { (text) throws(Misreading) in
                    try Span(reading: text, in: .nanoseconds(1)...Span.bounds.upperBound)
                }
                if let time { roles[index].bootTime = time }
            } else if let knob = sheet.settings.knobs.firstIndex(where: { $0.name == entry.name }) {
                let description = sheet.settings.knobs[knob]
                if let text = reading.value(entry.value, description.form, description.read) {
                    roles[index].knobs[knob].text = text
                }
            } else {
                reading.unknown(
                    entry, in: sheet.name, among: Self.keys(of: sheet).map(\.name))
            }
        }
        let turned = roles[index].knobs.map { (name: $0.name, text: $0.text) }
        if let conflict = sheet.conflict(turned, roles[index].count) {
            reading.fail(
                at: "\(reading.path).\(conflict.knob)", conflict.message,
                conflict.remedy.map { "for \(sheet.name), write \($0)" })
        }
    }

    private mutating func readLinks(_ node: Node, _ reading: inout Reading) {
        reading.entries(node, "links", "write it like { \(LinkPattern.form.example): { delay: 10ms } }") {
            entry, reading in
            let pattern = reading.value(entry.key, LinkPattern.form) { (text) throws(Misreading) in
                try LinkPattern(reading: text)
            }
            reading.note(entry.key.place)
            var profile = LinkRule.Profile()
            reading.section(entry.value, into: &profile, "links")
            if let pattern { links.append(LinkRule(links: pattern, profile: profile)) }
        }
    }
}
