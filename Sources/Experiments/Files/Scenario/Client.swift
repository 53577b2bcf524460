public import Vocabulary

/// How the app behaves when it gets no answer.
public struct Client: Hashable, Sendable {
    /// How long it waits for one.
    public var timeout = Span.seconds(10)
    public var retry = Waits(attempts: 8, base: .seconds(1), cap: .minutes(1))
    public var reconnect = Waits(attempts: 1_000_000, base: .seconds(1), cap: .minutes(1))
    public var heartbeat = Span.seconds(30)

    /// Waits that double from one attempt to the next, each drawn between nothing and that.
    public struct Waits: Hashable, Sendable {
        public var attempts = 8
        public var base = Span.seconds(1)
        public var cap = Span.minutes(1)
    }
}

extension Client: Section {
    static let keys: [Key<Self>] = [
        Key(
            "timeout", \.timeout, "how long it waits for an answer",
            in: .nanoseconds(1)...Span.bounds.upperBound),
        Key(section: "retry", \.retry, "how it sends again what was not acknowledged"),
        Key(section: "reconnect", \.reconnect, "how it connects again"),
        Key(
            "heartbeat", \.heartbeat, "how often it says that it is there",
            in: .milliseconds(1)...Span.bounds.upperBound),
    ]
}

extension Client.Waits: Section {
    static let keys: [Key<Self>] = [
        Key("attempts", \.attempts, "how often in all", in: 1...1_000_000),
        Key("base", \.base, "the longest wait before the second attempt"),
        Key("cap", \.cap, "the longest wait of all"),
    ]

    func check(_ reading: inout Reading) {
        if cap < base, reading.isSound("\(reading.path).cap", "\(reading.path).base") {
            reading.fail(
                at: "\(reading.path).cap",
                "the longest wait, \(cap.written), is shorter than the first, \(base.written)")
        }
    }
}
