internal import Chat
public import Simulation
public import Vocabulary

/// A stretch of the load: how much, from when on. It lasts until the next begins.
public struct Phase: Hashable, Sendable {
    public var name = ""
    public var from = Span.zero
    /// How long the rate takes to get from that of the phase before to its own.
    public var ramp = Span.zero
    public var send = Rate(1, every: .minutes(1), perUser: true)
    public var size = Varied<ByteCount>(.kilobytes(1))
    public var arrivals = Arrivals.poisson
    /// The share of sends that go to one contact, and not to a room.
    public var direct = Share.none
    public var media: Media?

    /// Files that letters refer to.
    public struct Media: Hashable, Sendable {
        public var share = Share.none
        public var size = Varied<ByteCount>("lognormal 150KB p99 1MB")
    }

    public enum Arrivals: String, Choice {
        /// At equal distances.
        case constant
        /// Independently of each other.
        case poisson
        /// Poisson whose rate follows the day.
        case diurnal
    }
}

extension Phase: Section {
    static let keys: [Key<Self>] = [
        Key<Self>.name(\.name, "what reports and thresholds call it").required,
        Key("from", \.from, "when it begins, from the start of the run"),
        Key("ramp", \.ramp, "how long the rate takes to get there"),
        Key("send", \.send, "how often people send"),
        Key("size", \.size, "the size of a body", in: .zero ... .megabytes(100)),
        Key("arrivals", \.arrivals, "how sends follow each other"),
        Key("direct", \.direct, "share of sends to one contact, not to a room"),
        Key(section: "media", \.media, "files that letters refer to; they go by a way of their own"),
    ]

    /// What a phase leaves out is as in the phase before; a name and a beginning it has of its own.
    static func following(_ phase: Phase?) -> Phase {
        guard var next = phase else { return Phase() }
        next.name = ""
        next.ramp = .zero
        return next
    }
}

extension Phase.Media: Section {
    static let keys: [Key<Self>] = [
        Key<Self>("share", \.share, "how many letters refer to a file").required,
        Key("size", \.size, "what a file weighs", in: .bytes(1)...Chat.Files.largestFile),
    ]
}
