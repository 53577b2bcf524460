public import Vocabulary

/// What a fault hits, as files write it: `chat-host`, `chat-host[3]`, `chat-host[0..31]`, `@eu`, `@eu/b`,
/// `chat-host@eu/b`, `client@eu`, `*`.
///
/// An index names a machine of a role. Partitions and shards have no place here: faults of parts name them in
/// a key of their own.
public struct Target: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
        case everything
        case role(String)
        /// The devices of users.
        case clients
        /// All machines and users of a region; or the machines of one of its zones.
        case place
    }

    public var subject: Subject
    /// Of a role; all of them when nil.
    public var machines: ClosedRange<Int>?
    public var region: String?
    /// Of the region: `b`.
    public var zone: String?

    public static let everything = Target(subject: .everything)

    public init(
        subject: Subject, machines: ClosedRange<Int>? = nil, region: String? = nil, zone: String? = nil
    ) {
        self.subject = subject
        self.machines = machines
        self.region = region
        self.zone = zone
    }
}

extension Target: Quantity {
    public static var form: QuantityForm {
        QuantityForm(
            "a target", example: "chat-host[0..3]",
            pattern: #"^(\*|[a-z0-9-]*(\[[0-9]+(\.\.[0-9]+)?\])?(@[a-z0-9-]+(/[a-z0-9-]+)?)?)$"#)
    }

    public init(reading text: String) throws(Misreading) {
        let remedy =
            "write it like chat-host, chat-host[3], chat-host[0..31], @eu, chat-host@eu/b or client@eu"
        guard !text.isEmpty else { throw Misreading("a target is missing here", remedy: remedy) }
        if text == "*" {
            self = .everything
            return
        }
        if text.contains(where: { $0 == "," || $0 == " " }) {
            throw Misreading(
                "\(quoted(text)) is not a target: that is one role, or one place", remedy: remedy)
        }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw Misreading("\(quoted(text)) is not a target", remedy: remedy) }
        let places = parts.count == 2 ? parts[1].split(separator: "/", omittingEmptySubsequences: false) : []
        guard places.count <= 2 else { throw Misreading("\(quoted(text)) is not a target", remedy: remedy) }
        if let place = places.last, let bracket = place.firstIndex(of: "["), place.last == "]" {
            let whole = parts[1].dropLast(place[bracket...].count)
            throw Misreading(
                "\(quoted(text)) is not a target: machines are counted by role",
                remedy: parts[0].isEmpty ? remedy : "write \(parts[0])\(place[bracket...])@\(whole)")
        }
        let region = try places.first.map { (name) throws(Misreading) in try Name(reading: String(name)).text
        }
        let zone =
            places.count == 2 ? try Name(reading: String(places[1])).text : nil
        let subject = String(parts[0])
        if subject == "client" || subject.isEmpty {
            guard subject.isEmpty || zone == nil else {
                throw Misreading(
                    "\(quoted(text)) is not a target: people live in regions, and servers stand in zones",
                    remedy: "write client@\(places[0])")
            }
            self.init(subject: subject.isEmpty ? .place : .clients, region: region, zone: zone)
            return
        }
        let pieces = subject.split(separator: "[", maxSplits: 1, omittingEmptySubsequences: false)
        let role = try Name(reading: String(pieces[0]))
        guard pieces.count == 2 else {
            self.init(subject: .role(role.text), region: region, zone: zone)
            return
        }
        guard role.text != "client" else {
            throw Misreading(
                "people's devices have no numbers, so there is no \(quoted(text))",
                remedy: "write client or client@eu")
        }
        guard pieces[1].last == "]" else { throw Misreading("\(quoted(text)) lacks a ']'", remedy: remedy) }
        let bounds = pieces[1].dropLast().split(separator: ".").compactMap { try? Int(reading: String($0)) }
        guard let low = bounds.first, let high = bounds.last, bounds.count <= 2,
            pieces[1].count(where: { $0 == "." }) == (bounds.count == 2 ? 2 : 0)
        else { throw Misreading("\(quoted(text)) is not a target", remedy: remedy) }
        guard low <= high else {
            throw Misreading(
                "\(quoted(text)) ends before it begins", remedy: "write \(role)[\(high)..\(low)]")
        }
        self.init(subject: .role(role.text), machines: low...high, region: region, zone: zone)
    }

    public var written: String {
        let place = (region.map { "@\($0)" } ?? "") + (zone.map { "/\($0)" } ?? "")
        switch subject {
        case .everything: return "*"
        case .clients: return "client\(place)"
        case .place: return place
        case .role(let role):
            guard let machines else { return role + place }
            return machines.count == 1
                ? "\(role)[\(machines.lowerBound)]\(place)"
                : "\(role)[\(machines.lowerBound)..\(machines.upperBound)]\(place)"
        }
    }
}

/// How many of a target a fault hits, drawn from the seed: `all`, `1`, `25%`.
public enum Pick: Hashable, Sendable {
    case all
    case count(Int)
    case share(Share)
}

extension Pick: Quantity {
    public static var form: QuantityForm {
        QuantityForm(
            "all, a count or a share", example: "25%", pattern: #"^(all|[0-9]+|[0-9.]+%)$"#, scalar: .number)
    }

    public init(reading text: String) throws(Misreading) {
        if text == "all" {
            self = .all
        } else if text.hasSuffix("%") {
            self = .share(try Share(reading: text))
        } else if text.first?.isNumber == true {
            self = .count(try Int(reading: text, in: 1...1_000_000_000))
        } else {
            throw Misreading("\(quoted(text)) does not say how many", remedy: "write all, 1 or 25%")
        }
    }

    public var written: String {
        switch self {
        case .all: "all"
        case .count(let count): count.written
        case .share(let share): share.written
        }
    }
}

/// The links between two ends: `@eu <-> @us`, or one way, `* -> @us`.
public struct LinkPattern: Hashable, Sendable {
    public var from: Target
    public var to: Target
    public var isOneWay: Bool
}

extension LinkPattern: Quantity {
    public static var form: QuantityForm {
        QuantityForm(
            "two ends of links", example: "@eu <-> @us", pattern: #"^\s*\S+\s+(<->|->)\s+\S+\s*$"#)
    }

    public init(reading text: String) throws(Misreading) {
        let words = text.split(separator: " ")
        guard words.count == 3, words[1] == "<->" || words[1] == "->" else {
            throw Misreading(
                "\(quoted(text)) does not name links", remedy: "write it like \"@eu <-> @us\" or \"* -> @us\""
            )
        }
        from = try Target(reading: String(words[0]))
        to = try Target(reading: String(words[2]))
        isOneWay = words[1] == "->"
    }

    public var written: String { "\(from.written) \(isOneWay ? "->" : "<->") \(to.written)" }
}
