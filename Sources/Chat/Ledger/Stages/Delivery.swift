internal import Simulation
public import Vocabulary

/// One letter's way to one recipient, whole.
public struct Delivery: Hashable, Sendable {
    public var letter: LetterID
    public var recipient: User
    public var tapped: Instant
    public var wasAccepted: Bool
    /// Nil when it was never shown.
    public var latency: Span?
    /// In the order of time; the first begins after the tap, with whatever the sender's device did until
    /// then.
    public var path: [Waypoint]
    /// When it was shown; the end of the run when it was not.
    public var end: Instant

    public struct Waypoint: Hashable, Sendable {
        public var time: Instant
        public var stage: UInt16
        public var place: UInt32
    }

    /// Slower first. Equal ones go by a mixed number, so that those of them that are kept are a fair sample: what never came
    /// is all equal, and by their numbers it would be that of few senders.
    package func precedes(_ other: Delivery) -> Bool {
        let (mine, its) = (latency?.nanoseconds ?? .max, other.latency?.nanoseconds ?? .max)
        if mine != its { return mine > its }
        if mixed != other.mixed { return mixed < other.mixed }
        return letter != other.letter ? letter < other.letter : recipient < other.recipient
    }

    private var mixed: UInt64 { Mixing.finalize(letter.word &+ UInt64(recipient.number)) }

    /// Adds what it spent in each stage; the last place is for the time before the first stamp.
    package func addSpans(to spans: inout [Span]) {
        var (stage, since) = (spans.count - 1, tapped)
        for step in path {
            spans[stage] += step.time - since
            (stage, since) = (Int(step.stage), step.time)
        }
        spans[stage] += end - since
    }
}
