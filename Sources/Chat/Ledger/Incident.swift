public import Vocabulary

/// Something that happened to a letter and that should not, or that takes it out of a measure.
@frozen
public enum Incident: UInt8, Hashable, Sendable, CaseIterable {
    /// Its recipient closed the app before it was shown.
    case interrupted
    /// Accepted, and never shown to somebody who could be reached.
    case lost
    case duplicate
    case misordered
    /// Shown after another one of its room that others were shown later.
    case disagreement
    case leaked
    /// A rule of the design does not take it: nobody waits for it.
    case refusedByRule
    /// The system could not take it now; its sender's app tries again.
    case refusedInTrouble
}

extension Refusal {
    /// What a letter that is refused for this reason meets with.
    public var incident: Incident { isByRule ? .refusedByRule : .refusedInTrouble }
}

/// What the ledger tells while a run goes on, beside its samples. All but deliveries are rare.
public struct LedgerNews {
    /// Something happened to a letter that its sender meant to send at the moment told.
    public var incident: (Incident, Sample.Tags, _ intended: Instant) -> Void = { _, _, _ in }
    /// A letter was refused: an incident too, which is not told once more.
    public var refusal: (Refusal, Sample.Tags, _ intended: Instant) -> Void = { _, _, _ in }
    /// A tap was not accepted in time, and its device had no working network all that time.
    public var excuse: (Sample.Tags, _ intended: Instant) -> Void = { _, _ in }
    /// A tap was not accepted when the run ended, before its sender's patience was over.
    public var cutShort: (Sample.Tags, _ intended: Instant) -> Void = { _, _ in }
    /// A letter was shown to a recipient who waited for it all the time; without a latency, it never was.
    /// Without a moment at which it was accepted, its sender was never told so. Nil where nobody asks for
    /// single letters: they are many.
    public var delivery:
        ((LetterID, User, _ tapped: Instant, _ accepted: Instant?, _ latency: Span?) -> Void)?

    public init() {}
}
