/// What playing a design takes of a machine, as somebody has measured: for the estimate of `explain` and for whether a
/// scenario fits into the memory, and for nothing in a run.
public struct Effort: Hashable, Sendable {
    /// How many events a letter makes until its sender knows that the system has it.
    public var eventsPerLetter: Double
    /// And for each device that shows it, with receipts and reads on their way back.
    public var eventsPerShowing: Double
    /// What the roles say to each other each second while nobody sends anything.
    public var eventsPerSecond: Double
    /// Nanoseconds of an event; nil: as many as those of one server, by the number of devices.
    public var nanosecondsPerEvent: Double?
    public var bytesPerDevice: Double
    public var bytesPerLetter: Double
    public var bytesPerShowing: Double

    /// What is left out is that of one server, measured with 20,000 to 100,000 people for ten minutes, at one and three
    /// letters a minute, with one or two devices each; on one core of 2.5 GHz. The memory of each of those runs is met
    /// within 12 %.
    public init(
        eventsPerLetter: Double, eventsPerShowing: Double, eventsPerSecond: Double = 0,
        nanosecondsPerEvent: Double? = nil, bytesPerDevice: Double = 1_100, bytesPerLetter: Double = 80,
        bytesPerShowing: Double = 40
    ) {
        self.eventsPerLetter = eventsPerLetter
        self.eventsPerShowing = eventsPerShowing
        self.eventsPerSecond = eventsPerSecond
        self.nanosecondsPerEvent = nanosecondsPerEvent
        self.bytesPerDevice = bytesPerDevice
        self.bytesPerLetter = bytesPerLetter
        self.bytesPerShowing = bytesPerShowing
    }
}
