public import Vocabulary

/// How lines are kept alive, and what forgets them.
public struct LineSettings: Hashable, Sendable {
    /// How often a device pings over an open line, whatever else it says; never when nil.
    public var pingEvery: Span?
    /// How long a device waits for the answer to a ping before it takes the line for dead.
    public var answerWithin: Span
    /// How long a part hears nothing of a device before it takes the line for dead.
    public var silenceLimit: Span
    /// A ping and its answer, each with all headers.
    public var pingSize: ByteCount
    /// After how long without a packet from inside a home router or a carrier forgets a connection (RFC 4787
    /// calls for outbound refresh, so what comes from outside does not count); never when nil.
    public var natForgetsAfter: Span?
    /// Whether pings over a healthy path are worked out instead of simulated. What is found dead, and when,
    /// is the same.
    public var foldsPings: Bool
    /// Whether lines that stand when the run begins are as old as those of a fleet: each pings in a phase of its own,
    /// drawn uniformly. Otherwise they are new, and all ping at the same instants.
    public var spreadsPings: Bool

    public init(
        pingEvery: Span? = nil, answerWithin: Span = .seconds(10), silenceLimit: Span = .seconds(75),
        pingSize: ByteCount = .bytes(80), natForgetsAfter: Span? = nil, foldsPings: Bool = true,
        spreadsPings: Bool = false
    ) {
        if let pingEvery {
            precondition(pingEvery > .zero, "a ping every \(pingEvery)")
            precondition(silenceLimit > pingEvery, "a healthy line would be silent for \(pingEvery)")
        }
        self.pingEvery = pingEvery
        self.answerWithin = answerWithin
        self.silenceLimit = silenceLimit
        self.pingSize = pingSize
        self.natForgetsAfter = natForgetsAfter
        self.foldsPings = foldsPings
        self.spreadsPings = spreadsPings
    }

    /// A line that stands so long after a word of its device has carried it.
    var certaintyAtDevice: Span { (pingEvery ?? .zero) + answerWithin }

    /// The same with another interval: answers are waited for as long as it is, and no longer than 10 s; a part gives up
    /// after two and a half of them (`presence.offlineAfter`).
    public func pinging(every interval: Span) -> LineSettings {
        LineSettings(
            pingEvery: interval, answerWithin: min(.seconds(10), interval), silenceLimit: interval * 5 / 2,
            pingSize: pingSize, natForgetsAfter: natForgetsAfter, foldsPings: foldsPings,
            spreadsPings: spreadsPings)
    }
}
