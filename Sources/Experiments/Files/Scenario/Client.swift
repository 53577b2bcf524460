public import Chat
public import Cluster
public import Simulation
public import Vocabulary

/// How the app behaves when it gets no answer.
public struct Client: Hashable, Sendable {
    public var timeout = Span.seconds(10)
    public var retry = Retry()
    public var reconnect = Reconnect()
    public var heartbeat = Span.seconds(30)
    public var sealing: Sealing?
    public var keys: Keys?
    public var blocks: Blocks?
    public var clock: Clock?
    public var scanRate: ByteCount?

    /// Of sealed bodies.
    public struct Keys: Hashable, Sendable {
        public var grace = SealingSettings().grace
        public var time = SealingSettings().time
        public var overhead = SealingSettings().overhead
    }

    /// Where each device has a list of its own.
    public struct Blocks: Hashable, Sendable {
        public var conflicts = BlockConflicts.askUser
        public var decision = Varied<Span>("exp 10s")
    }

    /// Of devices.
    public struct Clock: Hashable, Sendable {
        public var offset = Varied<Span>("lognormal 0.3s p99 60s")
        public var drift = ClockSettings().drift
    }

    /// Of letters that were not acknowledged (S1-7).
    public struct Retry: Hashable, Sendable {
        public var attempts = 8
        public var base = Span.seconds(1)
        public var cap = Span.minutes(1)
    }

    /// Of a line that has ended.
    public struct Reconnect: Hashable, Sendable {
        public var attempts = 1_000_000
        public var base = Span.seconds(1)
        public var cap = Span.minutes(1)
    }
}

extension Client: Section {
    static let keys: [Key<Self>] = [
        Key(
            "timeout", \.timeout, "how long it waits to hear that the system has a letter",
            in: .nanoseconds(1)...Span.bounds.upperBound),
        Key(
            section: "retry", \.retry,
            "how it sends again what was not acknowledged: after the timeout and a pause, and whenever a new line opens"
        ),
        Key(section: "reconnect", \.reconnect, "how it connects again when its line has ended"),
        Key(
            "heartbeat", \.heartbeat, "how often it says that it is there",
            in: .milliseconds(1)...Span.bounds.upperBound),
        Key("sealing", \.sealing, "how apps seal bodies; without it as the design has it"),
        Key(section: "keys", \.keys, "what sealing costs, and how long a replaced key opens letters"),
        Key(section: "blocks", \.blocks, "what becomes of blocks that devices of one person disagree about"),
        Key(
            section: "clock", \.clock, "how wrong the clocks of devices are; they show in what devices write"),
        Key(
            "scan-rate", \.scanRate, "how much of its letters a device searches in a second, usually 200MB",
            in: .kilobytes(1) ... .megabytes(100_000)),
    ]
}

extension Client.Keys: Section {
    static let keys: [Key<Self>] = [
        Key(
            "grace", \.grace, "how long a device opens what was sealed with a key that it has replaced",
            in: .zero...Span.bounds.upperBound, source: "S0-23"),
        Key(
            "time", \.time, "what a device takes for one ciphertext", in: .zero ... .seconds(10),
            source: "crypto.x25519"),
        Key(
            "overhead", \.overhead, "what a ciphertext weighs beside its body", in: .zero ... .kilobytes(100),
            source: "crypto.overheadBytes"),
    ]
}

extension Client.Blocks: Section {
    static let keys: [Key<Self>] = [
        Key("conflicts", \.conflicts, "what is done about them", source: "S0-27"),
        Key(
            "decision", \.decision, "how long a person thinks when they are asked",
            in: .zero...Span.bounds.upperBound),
    ]
}

extension Client.Clock: Section {
    static let keys: [Key<Self>] = [
        Key("offset", \.offset, "how far off, ahead or behind", in: .zero...Span.bounds.upperBound),
        Key(
            "drift", \.drift, "how much too fast or too slow at most",
            in: .none ... .partsPerMillion(100_000),
            source: "clock.drift"),
    ]
}

/// Pauses that double from one attempt to the next, each drawn evenly from nothing to that.
protocol Pauses: Section {
    var base: Span { get }
    var cap: Span { get }
}

extension Pauses {
    func check(_ reading: inout Reading) {
        if cap < base, reading.isSound("\(reading.path).cap", "\(reading.path).base") {
            reading.fail(
                at: "\(reading.path).cap",
                "the longest wait, \(cap.written), is shorter than the first, \(base.written)")
        }
    }
}

extension Client.Retry: Pauses {
    static let keys: [Key<Self>] = [
        Key(
            "attempts", \.attempts,
            "how often it sends a letter at most; without an answer to the last it shows it as not sent",
            in: 1...1_000_000),
        Key("base", \.base, "the longest pause before the second attempt; each further one is twice as long"),
        Key("cap", \.cap, "the longest of all pauses; each is drawn evenly from nothing to its longest"),
    ]
}

extension Client.Reconnect: Pauses {
    static let keys: [Key<Self>] = [
        Key(
            "attempts", \.attempts,
            "how often it tries at most; then it waits until its owner taps or opens it, or has a network again",
            in: 1...1_000_000),
        Key(
            "base", \.base,
            "the longest pause before the first attempt; each further one is twice as long, until something is answered or a line has stood for 5 s",
            // At once, and at once again, for ever: time would not go on.
            in: .milliseconds(1)...Span.bounds.upperBound),
        Key("cap", \.cap, "the longest of all pauses; each is drawn evenly from nothing to its longest"),
    ]
}
