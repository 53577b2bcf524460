public import Chat
public import Cluster
public import Results
internal import Simulation
public import Vocabulary

/// One run of a scenario: the cluster, the design on it, the people, the faults and the measurement, from the
/// first event to the result.
///
/// It is a value and may be run again: each run builds everything anew and shares nothing with another one,
/// so that several go side by side.
public struct Play: Sendable {
    public let scenario: Scenario
    public let design: any Design.Type
    public let thresholds: [Threshold]
    public let healthy: Healthy?
    /// For whoever tells of the run: it reaches nothing in it.
    public let origin: RunOrigin
    /// Where to stop and look, for replays: what comes of it is a `RunMoment`, and a run that is incomplete.
    public var until: Instant?
    /// The letter whose history is wanted. To write it down changes nothing.
    public var letter: LetterID?
    /// Whether what happens in it has been told before.
    var isRetold = false
    /// Whether the result has all that can be told of a run: its curves and tables, and of letters for which a
    /// promise was broken their histories, for which it is played once more. Else it has what was judged.
    public var tellsAll = true
    /// How machines break their word; they keep it when nil.
    package var canary: Canary?
    /// When machines are looked at for work in progress, from when until when and how often; it changes nothing
    /// of the result.
    public var survey: Survey?
    /// Which single deliveries the outcome has; it changes nothing of the result.
    public var keeping = Keeping.nothing
    /// Whether the outcome has what letters went through; it changes nothing of the result.
    public var notesOrdeals = false

    public init(
        _ scenario: Scenario, design: any Design.Type, thresholds: [Threshold], healthy: Healthy?,
        origin: RunOrigin = RunOrigin()
    ) {
        self.scenario = scenario
        self.design = design
        self.thresholds = thresholds
        self.healthy = healthy
        self.origin = origin
        eventLimit = scenario.eventLimit
    }

    public struct Survey: Hashable, Sendable {
        public var from: Instant
        public var until: Instant
        public var interval: Span

        public init(from: Instant, until: Instant, every interval: Span) {
            (self.from, self.until, self.interval) = (from, until, interval)
        }
    }

    /// What came of a run.
    public struct PlayedRun: Sendable {
        public var result: RunResult
        public var events: UInt64
        public var behaviourDigest: UInt64
        public var traceDigest: UInt64
        /// What it was like where it was to stop; nil when it was to go on to its end, or ended before.
        public var moment: RunMoment?
        /// Of the letter that was asked for, in the order of time; empty when nobody tapped it.
        public var history: [InvariantOutcome.EvidenceLine] = []
        /// How many letters the sender of that one tapped.
        public var lettersOfSender: Int?
        /// What became known only when the run was over, in the order of time.
        public var lastNews: [RunEvent]
        /// Work that left the simulation: then nothing of the result can be relied upon.
        public var escape: String?
        /// What went round in circles until it was broken off.
        public var runaway: String?
        /// Those that were to be kept.
        public var deliveries: [KeptDelivery]
        /// What the faults hit, and what they met there.
        public var encounters: [Encounter]
        public var counts: LedgerCounts
        /// What letters went through, where that was asked for.
        public var ordeals: [Ordeal]
        /// When letters were accepted that came long after that or never, some of them; likewise.
        public var promises: [Instant]
        /// When machines had work in progress, where that was asked for.
        public var moments: [WorkMoment]
        /// The roles that calls were made to, likewise.
        public var callees: Set<String>
        /// Thresholds on percentiles that have fewer samples than these take, as the file has them.
        public var thresholdsOfFew: [String]
        let occasions: [FaultSchedule.Occasion]
        public let endedAt: Instant
    }

    /// So many events may happen within a simulated second: what needs more goes round in circles, and would
    /// never come to its end.
    package var eventLimit: UInt64
    /// So many at one instant: a fault that ends wakes all phones at once, each for some events, and no more than that.
    var instantLimit: UInt64 { 1_000_000 + 1_000 * UInt64(scenario.users.count) }

    /// Whether somebody still waits for it. Asked much more often than `watch`, because a simulated second may
    /// take for ever; it may not look into the run.
    public var isWanted: @Sendable () -> Bool = { true }
    /// Is told when a run begins to be set up, and when it has been: until then it cannot be ended.
    public var settingUp: @Sendable (Bool) -> Void = { _ in }

    /// Plays it on the calling thread. `watch` is asked after each simulated second whether to go on; what it
    /// decides not to see is a run that is incomplete.
    public func run(_ watch: (Status) -> Bool = { _ in true }) -> PlayedRun {
        let (outcome, broken) = playOnce(watch)
        return broken.isEmpty || until != nil || !tellsAll
            ? outcome : withHistories(of: broken, in: outcome, watch)
    }

    /// The run itself is gone when this returns: another one may follow.
    private func playOnce(
        _ watch: (Status) -> Bool
    ) -> (PlayedRun, broken: [(promise: String, letter: LetterID, user: User)]) {
        settingUp(true)
        let run = Run(self, design)
        settingUp(false)
        let outcome = run.play(watch)
        return (outcome, run.ledger.invariants.firstBroken)
    }

    /// The first event at which two runs part that should be the same, each played twice more; nil when these
    /// do not.
    public func divergence() -> String? {
        parting(from: self)?.words("the first time", "the second time")
    }
}
