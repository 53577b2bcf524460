public import Cluster
public import Simulation
public import Vocabulary

/// A part that is a member of a group that agrees: its inbox has a case for the news of it.
public protocol Agreeing: Part {
    associatedtype Command: FileRecord, Marked
    static func agreement(_ news: AgreementNews<Command>) -> Inbox
}

/// A member of a group that agrees, inside a part: it carries out what `Agreement` decides, with the files, the
/// network and the clock of the part's machine.
///
/// Its log and its ballots are on the disk, and synced before anybody relies on them. What comes while entries are being
/// synced waits for that, and is synced as one. Epochs and entries of its log it reads when it begins; what is committed
/// it learns again from a leader.
public struct AgreementMember<Owner: Agreeing> {
    public typealias Entry = AgreementEntry<Owner.Command>

    /// What its part has to know.
    public enum Notice: Hashable, Sendable {
        case committed(Range<Int>)
        /// It leads in this epoch: what it proposes from now on can be committed.
        case leads(epoch: Int)
        /// It does not lead; who does, as far as it knows.
        case follows(Int?)
    }

    /// What it has to say to its part at once: mostly nothing or one, which is why it is no array.
    public struct Notices: Sequence, IteratorProtocol {
        private var first: Notice?
        private var others: [Notice] = []

        public var isEmpty: Bool { first == nil }

        public mutating func next() -> Notice? {
            defer { first = others.isEmpty ? nil : others.removeFirst() }
            return first
        }

        mutating func append(_ notice: Notice) {
            if first == nil { first = notice } else { others.append(notice) }
        }
    }

    private var agreement: Agreement
    private let members: [Endpoint<Owner>]
    private let settings: AgreementSettings
    /// Whether its part says when a leader is missing, when one speaks, and when one resigns.
    private let isLedByPart: Bool
    private let entries: File<Entry>
    private let ballots: File<BallotRecord>
    private var random: RandomStream
    private var outcomes = Notices()
    /// What is being carried out.
    private var effects: [Agreement.Action] = []

    /// When it last heard of a leader, or voted for one.
    public private(set) var lastHeard = Instant.start
    private var patience: Span
    private var isWaiting = false
    private var isBeating = false
    private var heartbeats = 0
    /// Whether entries are being written or synced.
    private var isStoring = false
    /// Where entries lie.
    private let pool: Pool<Entry>
    /// Those of the message in hand.
    private var incoming = Contents<Entry>()
    /// The disk has refused an entry. Until the part hears of that and ends, its log is longer than its file, and it says
    /// nothing of either.
    private var isRefused = false

    /// - Parameters:
    ///   - name: of the group, of which a part may be in several.
    ///   - me: among the members.
    ///   - isLedByPart: whether its part calls `stand`, `speak` and `resign`; otherwise it does so by the settings.
    public init(
        _ name: String, me: Int, among members: [Endpoint<Owner>], settings: AgreementSettings,
        rules: AgreementRules = AgreementRules(), on seat: Seat, isLedByPart: Bool = false
    ) {
        self.isLedByPart = isLedByPart
        self.members = members
        self.settings = settings
        entries = seat.file(FileName("\(name) entries"))
        ballots = seat.file(FileName("\(name) ballots"))
        pool = seat.pool(of: Entry.self)
        random = seat.stream("elections of \(name)")
        patience = settings.electionTimeout
        agreement = Agreement(
            me: me, of: members.count, ballot: ballots.numbers.last.map { [ballots] in ballots[$0].ballot },
            log: entries.numbers.map { [entries] in entries[$0].epoch }, isFirst: seat.incarnation == 1,
            batchLimit: min(settings.batch, Pool<Entry>.chunkCapacity), rules: rules)
    }

    public var epoch: Int { agreement.epoch }
    public var leads: Bool { agreement.standing == .leader }
    public var leader: Int? { agreement.leader }
    public var committed: Int { agreement.committed }
    /// How far its log goes, as candidates are compared.
    public var progress: (epoch: Int, end: Int) { agreement.progress }

    /// The command at a place of the log; nil where a leader began.
    public func command(_ place: Int) -> Owner.Command? { entries[place].command }

    /// To be called when the part begins. It reads its files first, which takes as long as they are large.
    public mutating func begin(in shift: ShiftOf<Owner>) -> Notices { carryOut(in: shift) }

    /// Proposes a command, and returns its place; nil where it does not lead. When it will be committed, if ever,
    /// an outcome says so.
    public mutating func propose(_ command: Owner.Command, in shift: ShiftOf<Owner>) -> Int? {
        let place = agreement.propose()
        guard let place else { return nil }
        add(pool.write(Entry(epoch: agreement.epoch, command: command)), in: shift)
        _ = carryOut(in: shift)
        return place
    }

    /// Stands for election: no leader is there.
    public mutating func stand(in shift: ShiftOf<Owner>) -> Notices {
        agreement.leaderTimedOut()
        return carryOut(in: shift)
    }

    /// Says that it leads, and what is committed.
    public mutating func speak(in shift: ShiftOf<Owner>) {
        agreement.heartbeat()
        _ = carryOut(in: shift)
    }

    /// Says what is committed, at once.
    public mutating func announce(in shift: ShiftOf<Owner>) {
        agreement.announce()
        _ = carryOut(in: shift)
    }

    /// Leads no more.
    public mutating func resign(in shift: ShiftOf<Owner>) -> Notices {
        agreement.resign()
        return carryOut(in: shift)
    }

    public mutating func hear(_ news: AgreementNews<Owner.Command>, in shift: ShiftOf<Owner>) -> Notices {
        switch news {
        case .word(let word, let entries, let other):
            incoming = entries
            agreement.hear(word, from: other)
            defer { entries.letGo() }
            return carryOut(in: shift)
        case .leaderIsOverdue: leaderIsOverdue(in: shift)
        case .heartbeatIsDue: heartbeatIsDue(in: shift)
        case .ballotWritten(let ballot):
            shift.sync(ballots, then: message(.ballotStored(ballot)), orElse: message(.ballotNotStored))
        case .ballotStored(let ballot): agreement.ballotStored(ballot)
        case .entriesStored(let end, let generation):
            agreement.entriesStored(upTo: end, generation: generation)
            storeMore(in: shift)
        case .entriesNotStored(let generation):
            // What was cut off meanwhile is missed by nobody.
            if isRefused || generation == agreement.generation { shift.end() } else { storeMore(in: shift) }
        // A member without a ballot can promise nothing: it ends, as such programs do.
        case .ballotNotStored: shift.end()
        }
        return carryOut(in: shift)
    }

    // MARK: Time

    /// The timer goes on when a leader is heard of: it looks at the time when it is due, and waits for the rest.
    private mutating func keepWaiting(in shift: ShiftOf<Owner>) {
        lastHeard = shift.now
        if !isWaiting, !isLedByPart { waitOnceMore(for: newPatience(), in: shift) }
    }

    private mutating func newPatience() -> Span {
        let extra = Double(settings.electionTimeout.nanoseconds) * random.unit()
        patience = settings.electionTimeout + Span(roundingNanoseconds: extra)
        return patience
    }

    private mutating func waitOnceMore(for span: Span, in shift: ShiftOf<Owner>) {
        isWaiting = true
        _ = shift.arm(message(.leaderIsOverdue), after: span)
    }

    private mutating func leaderIsOverdue(in shift: ShiftOf<Owner>) {
        let left = patience - (shift.now - lastHeard)
        isWaiting = false
        if left > .zero { return waitOnceMore(for: left, in: shift) }
        if !leads { agreement.leaderTimedOut() } else { keepWaiting(in: shift) }
    }

    private mutating func heartbeatIsDue(in shift: ShiftOf<Owner>) {
        guard leads else { return isBeating = false }
        heartbeats += 1
        let timeouts = settings.electionTimeout.nanoseconds / settings.heartbeat.nanoseconds
        if heartbeats % max(1, Int(timeouts)) == 0 { agreement.countFollowers() }
        agreement.heartbeat()
        _ = shift.arm(message(.heartbeatIsDue), after: settings.heartbeat)
    }

    // MARK: Effects

    private mutating func carryOut(in shift: ShiftOf<Owner>) -> Notices {
        swap(&effects, &agreement.effects)
        for place in effects.indices where !isRefused { carryOut(effects[place], in: shift) }
        while !effects.isEmpty { effects.removeLast() }  // sooner than all at once: they are few
        incoming = Contents()
        defer { outcomes = Notices() }
        return outcomes
    }

    private mutating func carryOut(_ effect: Agreement.Action, in shift: ShiftOf<Owner>) {
        switch effect {
        case .say(let word, let other): say(word, Contents(), to: other, in: shift)
        case .sendEntries(let range, let epoch, let epochBefore, let committed, let other):
            let word = Agreement.Message.append(
                epoch: agreement.epoch, at: range.lowerBound, epochBefore: epochBefore,
                Agreement.Run(count: range.count, epoch: epoch), committed: committed)
            say(word, contents(of: range), to: other, in: shift)
        case .storeBallot(let ballot):
            shift.append(
                BallotRecord(ballot: ballot), to: ballots, then: message(.ballotWritten(ballot)),
                orElse: message(.ballotNotStored))
            let last = ballots.numbers.upperBound - 1
            // The one before it holds until this one is on the disk.
            if last > ballots.numbers.lowerBound + 64 { shift.trim(ballots, to: last - 64) }
        case .truncate(let place): shift.truncate(entries, to: place)
        case .takeEntries(let first):
            for place in first..<incoming.count where !isRefused {
                add(incoming.element(place).held(), in: shift)
            }
        case .addEmptyEntry(let epoch): add(pool.write(Entry(epoch: epoch, command: nil)), in: shift)
        case .sync: store(in: shift)
        case .commit(let range): outcomes.append(.committed(range))
        case .stand(.leader, _):
            outcomes.append(.leads(epoch: agreement.epoch))
            heartbeats = 0
            if !isBeating, !isLedByPart {
                isBeating = true
                _ = shift.arm(message(.heartbeatIsDue), after: settings.heartbeat)
            }
        case .stand(_, let leader): outcomes.append(.follows(leader))
        case .awaitLeader: keepWaiting(in: shift)
        }
    }

    /// Takes over the reference to an entry.
    private mutating func add(_ entry: Contents<Entry>, in shift: ShiftOf<Owner>) {
        if isStoring {
            guard shift.append(entry, to: entries) == nil else { return }
            _ = shift.arm(message(.entriesNotStored(generation: agreement.generation)), after: .zero)
        } else {
            isStoring = true
            let place = shift.append(
                entry, to: entries,
                syncedThen: message(
                    .entriesStored(upTo: entries.numbers.upperBound + 1, generation: agreement.generation)),
                orElse: message(.entriesNotStored(generation: agreement.generation)))
            guard place == nil else { return }
        }
        isRefused = true
    }

    private mutating func storeMore(in shift: ShiftOf<Owner>) {
        isStoring = false
        if agreement.stored < agreement.end { store(in: shift) }
    }

    /// Syncs what is written by now.
    private mutating func store(in shift: ShiftOf<Owner>) {
        isStoring = true
        let end = shift.writtenEnd(of: entries)
        shift.sync(
            entries, then: message(.entriesStored(upTo: end, generation: agreement.generation)),
            orElse: message(.entriesNotStored(generation: agreement.generation)))
    }

    /// 61 bytes around a batch of entries, and as much for all else.
    private func say(
        _ word: Agreement.Message, _ entries: Contents<Entry>, to other: Int, in shift: ShiftOf<Owner>
    ) {
        shift.send(
            message(.word(word, entries, from: agreement.me)), to: members[other],
            size: (0..<entries.count).reduce(.bytes(61)) { $0 + entries[$1].size })
    }

    /// One is passed on as it lies in the file, some are written once more behind each other.
    private func contents(of places: Range<Int>) -> Contents<Entry> {
        places.count == 1
            ? entries.contents(of: places.lowerBound).held() : pool.write(places.lazy.map { entries[$0] })
    }

    private func message(_ news: AgreementNews<Owner.Command>) -> Owner.Inbox { Owner.agreement(news) }
}
