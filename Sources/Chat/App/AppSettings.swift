public import Cluster
public import Simulation
public import Vocabulary

/// How the app behaves, and what a person does with it.
public struct AppSettings: Sendable {
    /// How long the app waits for the system to say that it has a letter.
    public var answerWithin = Span.seconds(10)
    /// How it sends a letter again for which no answer came in time (S1-7): after a pause. When the time for
    /// an answer to the last attempt is over, the letter is given up.
    public var retry = Tries(limit: 8, base: .seconds(1), cap: .minutes(1))
    /// How it connects again: it pauses before the first attempt too.
    public var reconnect = Tries(limit: 1_000_000, base: .seconds(1), cap: .minutes(1))
    /// How long a line stands before it counts as a success, if nothing was answered on it: `minUptime` of
    /// reconnecting-websocket 4.4.
    public var stableAfter = Span.seconds(5)
    /// How long an app waits for a line to open.
    public var openWithin = Span.seconds(15)
    public var handshake = Handshake(.tls13, upgradesToWebSocket: true)
    /// What a word weighs beside a body: ids, framing.
    public var envelope = ByteCount.bytes(250)
    public var sealing = SealingSettings()
    /// How long a person thinks when they are asked what they mean, in ns.
    public var decision: Spread = .exponential(Exponential(mean: 10e9))
    public var clocks = ClockSettings()
    /// How much of its store a device searches in a second.
    public var scanRate = ByteCount.megabytes(200)
    /// How long after a letter is shown its reader has read it, in ns; never when nil.
    public var readAfter: Spread? = .exponential(Exponential(mean: 5e9))

    public init() {}
}
