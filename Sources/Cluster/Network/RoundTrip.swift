public import Vocabulary

/// How long a message's packets take there, and their acknowledgements back.
@frozen
public struct RoundTrip: Hashable, Sendable {
    public var there: Span
    public var back: Span

    public init(there: Span, back: Span) {
        self.there = there
        self.back = back
    }

    public var total: Span { there + back }
}

/// How far packets get while something is cut.
@frozen
public enum Reach: Hashable, Sendable {
    case through
    /// Packets arrive, and the answers to them do not.
    case oneWay
    case nowhere
}
