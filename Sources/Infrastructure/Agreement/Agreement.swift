/// One member of a group that agrees on one order of entries, in the way of Raft: what it decides, without clock,
/// disk or network. It is told what happens, and says in `effects` what is to be done, in that order.
///
///     follower ──no leader is heard of──▶ candidate ──most have voted for it──▶ leader
///         ▲                                   │                                    │
///         └── a higher epoch, or the leader ──┴──── a higher epoch, or most are not heard of ──┘
///
/// An epoch has one leader at most, because a member votes once in an epoch, and says so only when that is safe on
/// its disk. An entry is committed when most members have it on their disks, in the leader's own epoch; whoever
/// leads later has it, because members vote only for those whose logs end no earlier than their own.
///
/// Of entries it knows the epochs only: what is in them, and where they lie, is known to who carries out the
/// effects.
public struct Agreement: Sendable {
    public enum Standing: Hashable, Sendable, BitwiseCopyable { case follower, candidate, leader }

    /// What the member must not forget: the epoch, and for whom it has voted in it.
    public struct Ballot: Hashable, Sendable, BitwiseCopyable {
        public var epoch = 0
        public var vote: Int?

        public init(epoch: Int = 0, vote: Int? = nil) {
            self.epoch = epoch
            self.vote = vote
        }
    }

    /// Entries of the log that lie behind each other, all of one epoch.
    public struct Run: Hashable, Sendable, BitwiseCopyable {
        public let count: Int
        public let epoch: Int

        public init(count: Int, epoch: Int) {
            self.count = count
            self.epoch = epoch
        }
    }

    /// What members say to each other. How many entries lie before a place is that place.
    public enum Message: Hashable, Sendable, BitwiseCopyable {
        /// A candidate, whose log ends so.
        case voteFor(epoch: Int, end: Int, lastEpoch: Int)
        case voted(epoch: Int, isGranted: Bool)
        /// The entries behind a place, before which the leader's log has an entry of that epoch; none from time to
        /// time, to say that it leads.
        case append(epoch: Int, at: Int, epochBefore: Int, Run, committed: Int)
        /// Up to there the leader's log is committed. Who has all of that does not answer.
        case committed(epoch: Int, upTo: Int)
        /// The log is the leader's up to there, and on the disk.
        case appended(epoch: Int, upTo: Int)
        /// The log is not the leader's at that place: it may be from `from` on.
        case refused(epoch: Int, from: Int)

        var epoch: Int {
            switch self {
            case .voteFor(let epoch, _, _), .voted(let epoch, _), .append(let epoch, _, _, _, _),
                .committed(let epoch, _), .appended(let epoch, _), .refused(let epoch, _):
                epoch
            }
        }
    }

    public enum Action: Hashable, Sendable {
        /// Nothing of this carries entries.
        case say(Message, to: Int)
        /// An `append` with the entries of these places, which are of that epoch.
        case sendEntries(Range<Int>, of: Int, epochBefore: Int, committed: Int, to: Int)
        /// To be on the disk before `ballotStored`.
        case storeBallot(Ballot)
        case truncate(to: Int)
        // What is added has to be on the disk before `entriesStored`.
        /// Add those of the entries that have just come that lie from that one on.
        case takeEntries(from: Int)
        /// Add an entry that says nothing, with which a leader commits those of its predecessors.
        case addEmptyEntry(epoch: Int)
        /// What the log held at the beginning has to be on the disk before `entriesStored`.
        case sync(upTo: Int)
        case commit(Range<Int>)
        /// It leads from now on, or not any more, or has heard of another leader.
        case stand(Standing, leader: Int?)
        /// A leader is there, or there may be one soon: wait once more.
        case awaitLeader
    }

    public let me: Int
    public let memberCount: Int
    /// How many entries one message carries.
    public let batchLimit: Int
    private let rules: AgreementRules

    public private(set) var ballot: Ballot
    public private(set) var standing = Standing.follower
    /// Who leads in this epoch, as far as it knows.
    public private(set) var leader: Int?
    /// How many entries are committed, as far as it knows.
    public private(set) var committed = 0

    public var effects: [Action] = []

    /// The epoch of each entry of its log.
    private var log: [Int]
    /// How many of them are on the disk, safe from a loss of power.
    public private(set) var stored = 0
    /// Counts truncations: a sync that was asked for before one says nothing about what has come since.
    public private(set) var generation = 0
    private var isBallotStored = false
    /// Its disk was lost, and with it its votes and entries that others count on: until it has what was committed,
    /// it takes no part in elections.
    private var hasForgotten: Bool
    /// What must not be said before the ballot is stored.
    private var withheld: [(word: Message, to: Int)] = []
    /// How many entries are the leader's of this epoch.
    private var verified = 0
    /// Members, a bit each: who has voted for this candidate; whom this leader has heard of lately.
    private var votes: UInt64 = 0
    private var heard: UInt64 = 0

    // What a leader knows of each member.
    private var next: [Int]
    private var matched: [Int]

    /// - Parameters:
    ///   - ballot: as the disk has it, as well as `log`. Neither counts as safe yet. Nil when the disk is new.
    ///   - isFirst: whether the member has never run before.
    public init(
        me: Int, of memberCount: Int, ballot: Ballot?, log: [Int], isFirst: Bool, batchLimit: Int,
        rules: AgreementRules = AgreementRules()
    ) {
        precondition(AgreementSettings.members.contains(memberCount), "a group of \(memberCount)")
        precondition((0..<memberCount).contains(me), "member \(me) of \(memberCount)")
        precondition(batchLimit >= 1)
        self.me = me
        self.memberCount = memberCount
        self.ballot = ballot ?? Ballot()
        hasForgotten = ballot == nil && !isFirst
        self.log = log
        self.batchLimit = batchLimit
        self.rules = rules
        next = Array(repeating: 0, count: memberCount)
        matched = next
        effects = [.storeBallot(self.ballot), .sync(upTo: log.count), .awaitLeader]
    }

    public var epoch: Int { ballot.epoch }
    public var end: Int { log.count }
    /// How far its log goes, as candidates are compared.
    public var progress: (epoch: Int, end: Int) { (lastEpoch, end) }
    private var majority: Int { memberCount / 2 + 1 }
    private var lastEpoch: Int { log.last ?? 0 }

    // MARK: Time

    /// No leader was heard of for as long as it waits.
    public mutating func leaderTimedOut() {
        guard standing != .leader else { return }
        guard !hasForgotten else { return effects.append(.awaitLeader) }
        (standing, leader, votes) = (.candidate, nil, 0)
        cast(Ballot(epoch: epoch + 1, vote: me))
        for other in 0..<memberCount where other != me {
            say(.voteFor(epoch: epoch, end: end, lastEpoch: lastEpoch), to: other)
        }
        effects += [.stand(.candidate, leader: nil), .awaitLeader]
    }

    /// It is time to say that it leads.
    public mutating func heartbeat() {
        guard standing == .leader else { return }
        for other in 0..<memberCount where other != me { send(to: other) }
    }

    /// Says what is committed, without waiting until it is time to say that it leads.
    public mutating func announce() {
        guard standing == .leader else { return }
        for other in 0..<memberCount where other != me {
            say(.committed(epoch: epoch, upTo: committed), to: other)
        }
    }

    /// For as long as others wait for a leader, this one has had the time to hear of them: of whom it has not, for
    /// them it may lead no more.
    public mutating func countFollowers() {
        guard standing == .leader else { return }
        if heard.nonzeroBitCount + 1 < majority { follow(nil) }
        heard = 0
    }

    /// It is told that most are not there.
    public mutating func resign() {
        guard standing == .leader else { return }
        follow(nil)
    }

    // MARK: The disk

    public mutating func ballotStored(_ stored: Ballot) {
        guard stored == ballot, !isBallotStored else { return }  // it has voted again since
        isBallotStored = true
        for (word, other) in withheld { effects.append(.say(word, to: other)) }
        withheld = []
        if standing == .candidate { count(voteOf: me) }
    }

    public mutating func entriesStored(upTo end: Int, generation: Int) {
        guard generation == self.generation else { return }
        stored = max(stored, end)
        if standing == .leader {
            matched[me] = stored
            commitWhatMostHave()
        } else if let leader {
            say(.appended(epoch: epoch, upTo: min(stored, verified)), to: leader)
        }
    }

    // MARK: Entries

    /// Adds an entry, which the caller puts at that place of the log and on the disk. Nil where it does not lead.
    public mutating func propose() -> Int? {
        guard standing == .leader else { return nil }
        add()
        return end - 1
    }

    private mutating func add() {
        log.append(epoch)
        for other in 0..<memberCount where other != me && next[other] == end - 1 { send(to: other) }
    }

    /// As many as a message carries, of one epoch.
    private mutating func send(to other: Int) {
        let first = next[other]
        var limit = min(end, first + batchLimit)
        let epoch = first < limit ? log[first] : 0
        while first < limit, log[limit - 1] != epoch { limit -= 1 }
        effects.append(
            .sendEntries(
                first..<limit, of: epoch, epochBefore: first == 0 ? 0 : log[first - 1], committed: committed,
                to: other))
        next[other] = limit
    }

    private mutating func commitWhatMostHave() {
        var place = 0
        for reached in matched where reached > place && matched.count(where: { $0 >= reached }) >= majority {
            place = reached
        }
        // Of an earlier epoch none is committed by being counted: another leader could still overwrite it.
        if place > committed, log[place - 1] == epoch { commit(upTo: place) }
    }

    private mutating func commit(upTo place: Int) {
        guard place > committed else { return }
        effects.append(.commit(committed..<place))
        committed = place
    }

    // MARK: Words

    public mutating func hear(_ word: Message, from other: Int) {
        if word.epoch > epoch {
            cast(Ballot(epoch: word.epoch))
            follow(nil)
        }
        switch word {
        case .voteFor(let epoch, let end, let lastEpoch):
            vote(in: epoch, for: other, whoseLogEnds: (lastEpoch, end))
        case .voted(let epoch, let isGranted):
            if epoch == self.epoch, standing == .candidate, isGranted { count(voteOf: other) }
        case .append(let epoch, let place, let epochBefore, let run, let committed):
            guard epoch == self.epoch else {
                return say(.refused(epoch: self.epoch, from: 0), to: other)  // it leads no more
            }
            append(run, at: place, epochBefore, committed, from: other)
        case .committed(let epoch, let place):
            guard epoch == self.epoch, leader == other, standing == .follower else { return }
            effects.append(.awaitLeader)
            commit(upTo: min(place, verified))
            // Entries were lost on the way.
            if place > verified, verified > 0 { say(.refused(epoch: epoch, from: verified), to: other) }
        case .appended(let epoch, let place):
            // Behind the end is what it has from another leader, which only votes that are given twice can make.
            guard epoch == self.epoch, standing == .leader, place <= end else { return }
            heard |= 1 << UInt64(other)
            matched[other] = max(matched[other], place)
            next[other] = max(next[other], place)
            commitWhatMostHave()
            if next[other] < end { send(to: other) }
        case .refused(let epoch, let place):
            guard epoch == self.epoch, standing == .leader else { return }
            heard |= 1 << UInt64(other)
            // Less than it has confirmed is there when its disk was lost.
            matched[other] = min(matched[other], place)
            next[other] = place
            send(to: other)
        }
    }

    private mutating func vote(in epoch: Int, for other: Int, whoseLogEnds itsEnd: (epoch: Int, end: Int)) {
        let isUpToDate = itsEnd >= (lastEpoch, end)
        guard epoch == self.epoch, rules.grants(ballot.vote, other, isUpToDate), !hasForgotten else {
            return say(.voted(epoch: self.epoch, isGranted: false), to: other)
        }
        if ballot.vote == nil { cast(Ballot(epoch: epoch, vote: other)) }
        say(.voted(epoch: epoch, isGranted: true), to: other)
        effects.append(.awaitLeader)
    }

    private mutating func count(voteOf other: Int) {
        votes |= 1 << UInt64(other)
        if votes.nonzeroBitCount >= majority { lead() }
    }

    private mutating func lead() {
        (standing, leader, heard) = (.leader, me, 0)
        next = Array(repeating: end, count: memberCount)
        matched = Array(repeating: 0, count: memberCount)
        matched[me] = stored
        effects.append(.stand(.leader, leader: me))
        effects.append(.addEmptyEntry(epoch: epoch))
        add()
    }

    private mutating func append(
        _ run: Run, at place: Int, _ epochBefore: Int, _ itsCommitted: Int, from other: Int
    ) {
        // Where votes are given twice an epoch may have two leaders. Neither follows the other.
        guard standing != .leader else { return }
        if leader != other { follow(other) }
        effects.append(.awaitLeader)
        guard place <= end, place == 0 || log[place - 1] == epochBefore else {
            // All entries of an epoch that differs are not the leader's.
            var first = min(place, end)
            if place <= end { while first > committed, log[first - 1] == log[place - 1] { first -= 1 } }
            return say(.refused(epoch: epoch, from: first), to: other)
        }
        var known = 0
        while known < run.count, place + known < end, log[place + known] == run.epoch { known += 1 }
        if known < run.count {
            if place + known < end { cut(to: place + known) }
            effects.append(.takeEntries(from: known))
            log += repeatElement(run.epoch, count: run.count - known)
        }
        verified = max(verified, place + run.count)
        if hasForgotten, verified >= itsCommitted, itsCommitted > 0 {
            hasForgotten = false
            // It may have voted in this epoch. Whoever else it had voted for, it leads not.
            cast(Ballot(epoch: epoch, vote: other))
        }
        commit(upTo: min(itsCommitted, verified))
        // What has just come is confirmed when it is stored.
        guard known == run.count else { return }
        say(.appended(epoch: epoch, upTo: min(stored, verified)), to: other)
    }

    private mutating func cut(to place: Int) {
        committed = min(committed, place)
        effects.append(.truncate(to: place))
        log.removeLast(end - place)
        stored = min(stored, place)
        generation += 1
    }

    // MARK: Standing

    private mutating func cast(_ ballot: Ballot) {
        if ballot.epoch > epoch { verified = 0 }
        self.ballot = ballot
        isBallotStored = false
        withheld = []
        effects.append(.storeBallot(ballot))
    }

    /// Who has led begins to wait. All others wait on: if they began anew whenever somebody stands, one who cannot win would
    /// keep them from standing.
    private mutating func follow(_ leader: Int?) {
        let hasLed = standing == .leader
        (standing, self.leader) = (.follower, leader)
        effects.append(.stand(.follower, leader: leader))
        if hasLed { effects.append(.awaitLeader) }
    }

    /// At once, or when the ballot that it speaks of is stored.
    private mutating func say(_ word: Message, to other: Int) {
        if isBallotStored { effects.append(.say(word, to: other)) } else { withheld.append((word, other)) }
    }
}
