public import Chat
public import Infrastructure
public import Simulation
public import Vocabulary

/// What can be set of the gateways.
public struct GatewaySettings: RoleSettings {
    public var machine = MachineSettings()
    public var requestTime = Varied<Span>("exp 100us")
    public var connectTime = Varied<Span>("500us")
    public var letterPatience = Span.seconds(12)
    public var patience = Span.seconds(2)
    public var attempts = 3
    public var letters = RateLimiterSettings()
    public var nameSize = ByteCount.bytes(50)
    public var envelope = ByteCount.bytes(250)

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.doorKnobs(at: \.machine) + [
            Knob(
                "request-time", \.requestTime,
                "CPU time of a request, with its check and its limits, and of an answer",
                source: "gateway.cpuPerRequest", relieves: .work),
            Knob(
                "connect-time", \.connectTime, "CPU time of a new line, its handshake included",
                source: "gateway.cpuTlsHandshake", relieves: .lines),
            Knob(
                "letter-patience", \.letterPatience,
                "how long it waits until the log has a letter: longer than a leader is missed there",
                in: .milliseconds(1)...Span.bounds.upperBound, source: "log.brokerSession"),
            Knob(
                "patience", \.patience, "how long it waits for a service before it asks another one",
                in: .milliseconds(1)...Span.bounds.upperBound),
            Knob("attempts", \.attempts, "how many instances of a service it asks at most", in: 1...100),
            Knob(
                "letter-every", \.letters.interval, "how long it takes until a user may send one letter more",
                in: .milliseconds(1)...Span.hours(24), source: "S0-30", limits: .rate),
            Knob(
                "letter-burst", \.letters.burst,
                "how many letters a user may send at once who has sent none for a while",
                in: 1...1_000_000, source: "S0-30", limits: .rate),
            Knob(
                "flag-after", \.letters.anomalyAfter, "how many refusals in a row have somebody look at it",
                in: 1...1_000_000, source: "S0-30"),
            Knob(
                "name-size", \.nameSize, "what the name of a user weighs",
                in: .bytes(1)...ByteCount.bytes(10_000)),
            Knob(
                "envelope", \.envelope, "what a word to a device weighs beside a body",
                in: .zero ... .megabytes(100), source: "msg.envelopeBytes"),
        ]
}

/// What a gateway decides, apart from how it carries that out: a value, so that a test can put another rule in the
/// place of one, and see who finds it out.
public struct GatewayRules: Sendable {
    /// S0-9: whether somebody is let in whose credential is good, or is not.
    public var letsIn: @Sendable (_ isGood: Bool) -> Bool = { $0 }
    /// S0-30: whether a letter goes on whose sender has sent few enough of late, or has not.
    public var passes: @Sendable (_ isWithinLimit: Bool) -> Bool = { $0 }

    public init() {}
}
