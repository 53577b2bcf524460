internal import Chat
public import Simulation
public import Vocabulary

/// Who takes part.
public struct Users: Hashable, Sendable {
    public var count = 0
    /// How many devices a user has.
    public var devices = Shares([(1, .all)])
    /// How many are online at a time.
    public var online = Share.all
    public var regions = Shares([(Self.home, .all)])
    public var rooms = Rooms()
    public var contacts = 50
    /// By which network phones reach the system.
    public var access = Shares([
        (Access.wifi, Share.percent(69)), (.fourG, .percent(25)), (.fiveG, .percent(6)),
    ])
    public var sessions: Sessions?
    /// Whose apps send to whom they should not.
    public var hacked: Share?

    public enum Access: String, Choice {
        case wifi
        case fourG = "4g"
        case fiveG = "5g"
    }

    public struct Rooms: Hashable, Sendable {
        /// Of messages, not of rooms.
        public var sizes = Shares([(2, Share.all)])
        /// One room with everybody in it, for small scenarios.
        public var oneOfAll = false
    }

    /// How long people stay, and stay away.
    public struct Sessions: Hashable, Sendable {
        public var online = Varied<Span>("exp 92s")
        public var away = Varied<Span>("exp 1h")
    }

    private static let home = Name(checked: "home")

    /// How many devices have their app open at a time.
    var onlineShare: Double {
        guard let sessions else { return online.fraction }
        let (online, away) = (sessions.online.spread.mean, sessions.away.spread.mean)
        return online / (online + away)
    }

    /// How many people have an app open at a time, on one of their devices or more: each comes and goes by itself.
    public var writingShare: Double {
        devices.entries.reduce(0) { share, entry in
            let nobody = (0..<entry.part).reduce(1.0) { nobody, _ in nobody * (1 - onlineShare) }
            return share + (1 - nobody) * entry.share.fraction
        }
    }

    /// Everybody is in one room of each size.
    func partition(into size: Int) -> RoomPartition { RoomPartition(of: max(1, count), size: max(1, size)) }

    /// How many people the largest room has.
    var largestRoom: Int {
        rooms.oneOfAll ? count : rooms.sizes.entries.map { partition(into: $0.part).largest }.max() ?? 0
    }

    var roomCount: Int {
        rooms.oneOfAll ? 1 : rooms.sizes.entries.reduce(0) { $0 + partition(into: $1.part).count }
    }
}

extension Users: Section {
    static let keys: [Key<Self>] = [
        Key<Self>("count", \.count, "how many people there are", in: 2...1_000_000_000).required,
        Key(
            shares: "devices", \.devices, "how many devices people have",
            parts: 1...PopulationPlan.mostDevices),
        Key("online", \.online, "how many are online at a time", source: "S0-6"),
        Key(shares: "regions", \.regions, "where they live; all machines stand in the first"),
        Key(section: "rooms", \.rooms, "the rooms in which they talk"),
        Key("contacts", \.contacts, "how many others one talks to", in: 1...100_000),
        Key(shares: "access", \.access, "by which network they come"),
        Key(section: "sessions", \.sessions, "how long they stay; without it nobody leaves"),
        Key("hacked", \.hacked, "how many have apps that send to whom their lists of blocks forbid"),
    ]
}

extension Users.Rooms: Section {
    static let keys: [Key<Self>] = [
        Key(
            shares: "sizes", \.sizes, "share of messages that go to rooms of so many people",
            parts: 2...1_000_000_000
        ).unless(\.oneOfAll),
        Key("one-of-all", \.oneOfAll, "one room with everybody in it"),
    ]
}

extension Users.Sessions: Section {
    static let keys: [Key<Self>] = [
        Key("online", \.online, "how long the app is open", in: .nanoseconds(1)...Span.bounds.upperBound),
        Key("away", \.away, "how long it is closed", in: .nanoseconds(1)...Span.bounds.upperBound),
    ]
}
