public import Vocabulary

/// How the ledger judges: of the scenario, and of the design's promises.
public struct LedgerSettings: Sendable {
    /// A tap that is not accepted within this counts against availability.
    public var patience = Span.seconds(10)
    /// After the tap, nobody resends a letter later than this, unless somebody has not got it yet.
    public var longestRetry = Span.minutes(1)
    /// How long somebody must have been reachable at the end, so that what they were not shown is lost.
    public var chance = Span.minutes(2)
    public var order = OrderPromise.none
    /// Whether the design sends delivery confirmations and read receipts; if so, what has none is
    /// infinitely late.
    public var sendsReceipts = false
    public var sendsReads = false
    /// Whether bodies are sealed by the sender's device, so that no service may hold a plain one.
    public var sealsBodies = false
    /// How long after a block a letter may be tapped and still be shown in spite of it, and how long after somebody has
    /// come into a room or left it a letter may still go by who was there before: the time that the design grants itself
    /// to spread the word among devices and servers. What who has just come in is shown counts, and is not missed where it
    /// is not.
    public var changesSpread = Span.zero
    /// Names of invariants that are not to be watched.
    public var switchedOff: [String] = []
    /// What the design promises beside what every design can, and the names of those of them that it does not
    /// promise as its knobs stand.
    public var ownPromises: [any ChatInvariant.Type] = []
    public var notPromised: [String] = []

    /// How many samples are handed over at once. One at a time takes longer, and is for whoever has to know
    /// of each in its moment.
    public var batch = 4_096
    /// Names of the stages that components stamp, by number.
    public var stages: [String] = []
    /// From which tap on stages are measured, and a delivery may be among the slowest: those of the warm-up are not
    /// judged, and most of them are slow.
    public var judgedFrom = Instant.start
    /// What a place in a stamp or a sighting is called.
    public var placeName: @Sendable (UInt32) -> String = { "place \($0)" }

    public init() {}

    /// The number of the stage in which a letter is on its sender's phone, which no component stamps.
    var senderStage: UInt16 { UInt16(stages.count) }

    public func name(ofStage stage: UInt16) -> String {
        stage == senderStage ? Stage.beforeFirst : stages[Int(stage)]
    }
}
