public import Simulation
public import Vocabulary

/// What can be set of a registry, beside its machines.
public struct RegistrySettings: Settings {
    public var tick = Span.seconds(2)
    public var syncLimit = 5
    public var initLimit = 10
    public var electionWait = Span.milliseconds(200)
    public var startTime = Varied<Span>("lognormal 200ms p99 450ms")
    public var requestTime = Varied<Span>("60us")

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob(
            "tick", \.tick,
            "the unit of time: leaders speak twice, sessions end, and are looked at, once in it",
            source: "reg.sessionTimeout"),
        Knob(
            "sync-limit", \.syncLimit, "ticks for which leader and follower may not hear of each other",
            in: 1...1_000, source: "reg.sessionTimeout"),
        Knob(
            "init-limit", \.initLimit, "ticks in which a leader has to be elected and followed",
            in: 1...1_000, source: "reg.sessionTimeout"),
        Knob(
            "election-wait", \.electionWait,
            "how long a server that most agree with waits for a better candidate",
            source: "finalizeWait of FastLeaderElection"),
        Knob(
            "start-time", \.startTime,
            "from knowing the leader until clients are served: connections, files of epochs, threads",
            source: "first writes 0.39 / 0.48 / 0.75 s after a leader was killed, ZooKeeper 3.8.0"),
        Knob("request-time", \.requestTime, "CPU time of a request", source: "reg.throughput"),
    ]

    /// A client is granted what it asks for, between 2 and 20 ticks.
    public func granted(_ session: Span) -> Span { min(max(session, tick * 2), tick * 20) }
}

/// What can be set of a client of a registry.
public struct RegistryClientSettings: Settings {
    public var session = Span.seconds(10)
    public var reconnectAfter = Span.milliseconds(20)

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob(
            "registry-session", \.session,
            "how long the registry keeps what a client holds there when it is not heard of",
            source: "reg.sessionTimeout"),
        Knob(
            "registry-reconnect-after", \.reconnectAfter, "the pause before a client tries the next server"),
    ]
}
