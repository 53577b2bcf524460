public import Vocabulary

/// A replica of a partition on one broker: what it decides, as leader or follower, without clock, disk or network. It
/// knows offsets and epochs, not what the records are.
///
///     start ............. high watermark ............. end
///     trimmed  |  on all that are in sync, may be read  |  on this replica
///
/// The controller says who leads, in which epoch, and who is in sync. A record counts as committed when all in sync
/// have it in their page caches; none of them has to have synced it. Followers fetch from where they end, and say of
/// which epoch their last record is: where the leader's log has another one there, they cut off what it has not.
public struct Replica: Sendable {
    /// What the controller has decided of a partition. Of two the one of the higher epoch holds, and in one epoch the
    /// one of the higher version.
    public struct Leadership: Hashable, Sendable {
        public var epoch = 0
        /// Nil while nobody may lead.
        public var leader: Int?
        /// Brokers, in the order of the replicas.
        public var inSync: [Int]
        /// Counts the changes of `inSync` in an epoch.
        public var version = 0

        public init(epoch: Int = 0, leader: Int?, inSync: [Int], version: Int = 0) {
            self.epoch = epoch
            self.leader = leader
            self.inSync = inSync
            self.version = version
        }

        func isNewer(than other: Leadership) -> Bool { (epoch, version) > (other.epoch, other.version) }
    }

    /// What a leader answers to a fetch.
    public enum FetchAnswer: Hashable, Sendable {
        /// Records from the asked offset on, as many as there are.
        case records(Range<Int>, highWatermark: Int)
        /// The follower has records that the leader has not: those of `epoch` end at `end`, as do all earlier ones.
        case diverges(epoch: Int, end: Int)
        /// It does not lead in that epoch.
        case notLeader
    }

    /// What a leader answers to a consumer.
    public enum ReadAnswer: Hashable, Sendable {
        /// What is committed from the asked offset on; nothing, maybe.
        case records(Range<Int>)
        /// What lay there is not kept any more; the log begins there.
        case trimmed(to: Int)
        /// The consumer has read records that were lost: those that are there of `epoch` end at `end`.
        case diverges(epoch: Int, end: Int)
    }

    private struct Progress: Hashable, Sendable {
        var end = 0
        var lastFetch: Instant?
        /// The leader's end at the last fetch.
        var endThen = 0
        /// When it had last had all that there was.
        var caughtUp: Instant
    }

    public let me: Int
    /// The brokers that have one, in order of preference.
    public let brokers: [Int]
    private let rules: LogRules
    public private(set) var leadership: Leadership
    public private(set) var epochs: EpochTable
    public private(set) var start: Int
    public private(set) var end: Int
    public private(set) var highWatermark: Int

    /// Of each broker, in the order of `brokers`, while this one leads.
    private var progress: [Progress] = []
    /// What the leader has asked the controller for.
    private var proposal: [Int]?

    /// - Parameters:
    ///   - offsets: what the disk holds.
    public init(
        me: Int, among brokers: [Int], offsets: Range<Int>, epochs: EpochTable, rules: LogRules = LogRules()
    ) {
        precondition(brokers.contains(me), "broker \(me) has no replica: \(brokers) have")
        self.me = me
        self.brokers = brokers
        self.rules = rules
        leadership = Leadership(leader: nil, inSync: [])
        self.epochs = epochs
        self.epochs.truncate(to: offsets.upperBound)
        start = offsets.lowerBound
        end = offsets.upperBound
        // What of it is committed, it has to hear again.
        highWatermark = offsets.lowerBound
    }

    public var leads: Bool { leadership.leader == me }

    // MARK: Leadership

    /// The controller has decided something. Whether that changes who leads.
    public mutating func take(_ decided: Leadership, at now: Instant) -> Bool {
        guard decided.isNewer(than: leadership) else { return false }
        let isNewEpoch = decided.epoch > leadership.epoch
        leadership = decided
        if let proposal, proposal == decided.inSync || isNewEpoch { self.proposal = nil }
        if isNewEpoch, leads {
            epochs.begin(decided.epoch, at: end)
            progress = Array(repeating: Progress(caughtUp: now), count: brokers.count)
        }
        if leads { raiseHighWatermark() }
        return isNewEpoch
    }

    // MARK: As leader

    /// Whether a producer that wants all in sync to have a record may write.
    public func hasEnoughInSync(_ least: Int) -> Bool { leadership.inSync.count >= least }

    /// Records have been added at the end.
    public mutating func add(_ count: Int) {
        precondition(leads, "a replica that does not lead takes no records from producers")
        end += count
        raiseHighWatermark()
    }

    /// A follower asks for what lies behind `offset`, and has all before it.
    public mutating func answer(
        fetchBy broker: Int, from offset: Int, lastEpoch: Int, inEpoch epoch: Int, at now: Instant
    ) -> FetchAnswer {
        guard leads, epoch == leadership.epoch, let place = brokers.firstIndex(of: broker) else {
            return .notLeader
        }
        let agreed = epochs.end(of: lastEpoch, logEnd: end)
        if offset > start, rules.diverges(offset, lastEpoch, agreed.epoch, agreed.offset) {
            return .diverges(epoch: agreed.epoch, end: agreed.offset)
        }
        // What was trimmed here is nothing that the follower can get: it begins where the log does.
        let from = max(offset, start)
        note(fetchBy: place, from: from, at: now)
        return .records(from..<max(from, end), highWatermark: highWatermark)
    }

    /// A follower asks anew, and says nothing of this partition: it is where it was. False when there is more to be said
    /// about that than that it still has all there is.
    @discardableResult
    mutating func staysCaughtUp(_ broker: Int, from offset: Int, inEpoch epoch: Int, at now: Instant) -> Bool
    {
        guard offset == end, leads, epoch == leadership.epoch, let place = brokers.firstIndex(of: broker),
            progress[place].end == end
        else { return false }
        progress[place].caughtUp = now
        progress[place].lastFetch = now
        progress[place].endThen = end
        return true
    }

    /// Whether a fetch says no more than that a follower has all there is here, and nothing is committed by that.
    func isOnlyNoted(fetchBy broker: Int, from offset: Int, lastEpoch: Int, inEpoch epoch: Int) -> Bool {
        guard offset == end, leads, epoch == leadership.epoch, lastEpoch == epochs.epoch(before: end) else {
            return false
        }
        return rules.highWatermark(leastEnd(with: broker, at: offset), end) <= highWatermark
    }

    /// A consumer asks for what lies behind `offset`, and says of which epoch the record before is; 0 when it does not
    /// know: then it reads all that there is, where the log does not go so far.
    public func answer(readFrom offset: Int, lastEpoch: Int) -> ReadAnswer {
        guard offset >= start else { return .trimmed(to: start) }
        if lastEpoch == 0, offset > end { return .diverges(epoch: 0, end: start) }
        let agreed = lastEpoch == 0 ? (epoch: 0, offset: end) : epochs.end(of: lastEpoch, logEnd: end)
        if agreed.offset < offset || agreed.epoch != lastEpoch, offset > start {
            return .diverges(epoch: agreed.epoch, end: min(agreed.offset, end))
        }
        return .records(offset..<max(offset, highWatermark))
    }

    private mutating func note(fetchBy place: Int, from offset: Int, at now: Instant) {
        if offset >= end {
            progress[place].caughtUp = now
        } else if let last = progress[place].lastFetch, offset >= progress[place].endThen {
            // It had all that there was when it asked last.
            progress[place].caughtUp = max(progress[place].caughtUp, last)
        }
        progress[place].lastFetch = now
        progress[place].endThen = end
        progress[place].end = offset
        raiseHighWatermark()
    }

    private mutating func raiseHighWatermark() {
        highWatermark = max(highWatermark, rules.highWatermark(leastEnd(), end))
    }

    /// All that are in sync count, and those that are about to be: what they lack is not committed. One of them may be
    /// taken to be somewhere else.
    private func leastEnd(with other: Int? = nil, at offset: Int = 0) -> Int {
        var least = end
        for (place, broker) in brokers.enumerated() where broker != me {
            guard leadership.inSync.contains(broker) || proposal?.contains(broker) == true else { continue }
            least = min(least, broker == other ? offset : progress[place].end)
        }
        return least
    }

    /// Who should be in sync, if that differs from who is and was not asked for yet: those that have all that is
    /// committed, without those that have not had all there was for so long.
    public mutating func proposeInSync(lag: Span, at now: Instant) -> [Int]? {
        guard leads, proposal == nil else { return nil }
        let epochStart = epochs.starts.last.map { $0.epoch == leadership.epoch ? $0.offset : end } ?? 0
        let wanted = brokers.filter { broker in
            guard broker != me else { return true }
            let its = progress[brokers.firstIndex(of: broker)!]
            if leadership.inSync.contains(broker) { return now - its.caughtUp <= lag }
            return its.lastFetch != nil && its.end >= highWatermark && its.end >= epochStart
        }
        guard wanted != leadership.inSync else { return nil }
        proposal = wanted
        return wanted
    }

    /// Whether it leads, and some replica is not in sync.
    var lacksReplicas: Bool { leads && leadership.inSync.count < brokers.count }

    /// Whether some replica is not in sync that may be.
    public var mayHaveMoreInSync: Bool { lacksReplicas && proposal == nil }

    /// The controller has refused, or not answered.
    public mutating func forgetProposal() { proposal = nil }

    // MARK: As follower

    /// From where to fetch, and of which epoch the record before it is.
    public var position: (offset: Int, lastEpoch: Int) { (end, epochs.epoch(before: end)) }

    /// Records of these epochs have come from the leader, from the end on: starts of epochs that are new.
    public mutating func follow(
        _ count: Int, from offset: Int, starts: EpochTable.Starts, highWatermark: Int
    ) {
        precondition(offset == end || count == 0, "records from \(offset) on do not follow on \(end)")
        starts.forEach {
            if (end..<end + count).contains($0.offset) { epochs.begin($0.epoch, at: $0.offset) }
        }
        end += count
        self.highWatermark = max(self.highWatermark, min(highWatermark, end))
    }

    /// The leader's records of an epoch end there. Returns where this log has to be cut off.
    public mutating func diverged(epoch: Int, end itsEnd: Int) -> Int {
        let mine = epochs.end(of: epoch, logEnd: end)
        let place = max(start, mine.epoch == epoch ? min(mine.offset, itsEnd) : mine.offset)
        truncate(to: min(place, end))
        return end
    }

    /// What lies from there on is not kept.
    mutating func truncate(to offset: Int) {
        end = offset
        epochs.truncate(to: offset)
        highWatermark = min(highWatermark, offset)
    }

    /// The leader has trimmed what this one still lacks: it begins anew there.
    public mutating func restart(at offset: Int) {
        precondition(offset > end, "offset \(offset) is here: the log ends at \(end)")
        (start, end, highWatermark) = (offset, offset, offset)
        epochs = EpochTable()
    }

    // MARK: Retention

    public mutating func trim(to offset: Int) {
        precondition(offset >= start)
        precondition(offset <= end)
        start = offset
        highWatermark = max(highWatermark, offset)
        epochs.trim(to: offset)
    }

    public func checkInvariants() {
        precondition(start <= highWatermark, "what was trimmed was not committed")
        precondition(highWatermark <= end, "more is committed than is there")
        precondition(epochs.starts.allSatisfy { $0.offset < end || leads }, "an epoch begins behind the end")
    }
}
