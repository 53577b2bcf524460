/// How many events a letter makes in a design, as somebody has measured: for the estimate of `explain`, and for
/// nothing in a run.
public struct Effort: Hashable, Sendable {
    /// Until its sender knows that the system has it.
    public var eventsPerLetter: Double
    /// For each device that shows it, with receipts and reads on their way back.
    public var eventsPerShowing: Double

    public init(eventsPerLetter: Double, eventsPerShowing: Double) {
        self.eventsPerLetter = eventsPerLetter
        self.eventsPerShowing = eventsPerShowing
    }
}
