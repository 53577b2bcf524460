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

    /// Slower first; of equal ones the earlier letter, then the lower recipient.
    package func precedes(_ other: Delivery) -> Bool {
        let (mine, its) = (latency?.nanoseconds ?? .max, other.latency?.nanoseconds ?? .max)
        if mine != its { return mine > its }
        return letter != other.letter ? letter < other.letter : recipient < other.recipient
    }

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
