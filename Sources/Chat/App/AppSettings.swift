public import Cluster
public import Simulation
public import Vocabulary

/// How the app behaves, and what a person does with it.
public struct AppSettings: Sendable {
    /// How long the app waits for the system to say that it has a letter, before it sends the letter again
    /// (S1-7). Each time twice as long, up to
    /// the cap, and drawn between half of that and all of it.
    public var retryAfter = Span.seconds(10)
    public var retryCap = Span.minutes(1)
    /// The longest pause before the first attempt to connect again; each time twice as long, up to the cap,
    /// and drawn between nothing and that.
    public var reconnectAfter = Span.seconds(1)
    public var reconnectCap = Span.minutes(1)
    /// How long an app waits for a line to open.
    public var openWithin = Span.seconds(15)
    public var handshake = Handshake(.tls13, upgradesToWebSocket: true)
    /// What a word weighs beside a body: ids, framing.
    public var envelope = ByteCount.bytes(250)
    /// How long after a letter is shown its reader has read it, in ns; never when nil.
    public var readAfter: Spread? = .exponential(Exponential(mean: 5e9))

    public init() {}
}
