public import Chat
public import Cluster
public import Infrastructure
internal import Simulation
public import Vocabulary

/// S0-20: the connection service. It knows who blocks whom, who is in which room, which devices people have and which
/// public keys these have; the connection store keeps it. It answers whether somebody is blocked (S0-25, the second
/// layer), from memory where it has asked the store within `block-cache`.
///
/// A change holds when the store has it. Then those who keep a copy are told (`PeopleListener`), again and again
/// until it has arrived. A user's changes go to one instance, which so knows of them at once, and those of a room's
/// members to one; where another one takes its place, and the first is back, the copies of both are brought together by
/// what they tell each other, and what holds the store knows.
///
/// Rows of the store:
///
///     table · user       clustering key     what it says
///     blocks · blocker   whom               1: blocked, 0: not any more
///     changes · instance number, user       what has changed, for who has crashed
///     profile · user     name or avatar     weighs what that does
public final actor ConnectionService: Part {
    public enum Inbox: Marked {
        case isBlocked(User, by: User, Ticket<BlockAnswer>)
        case change(Change, by: DeviceID, Ticket<ChangeAnswer>)
        case findKeys(User, Ticket<KeysAnswer>)
        case order(BlockOrder, by: DeviceID, Ticket<OrderAnswer>)
        /// A device knows its owner's list up to a version.
        case synced(DeviceID, version: UInt32)
        case findBlocks(User, since: UInt32, Ticket<BlocksAnswer>)
        case changeProfile(of: User, ProfilePart, ByteCount)
        case findProfile(User, Ticket<Profile>)
        case tellAll(PeopleQuestion, Ticket<PeopleChanges>)
        case answered(WideNews<ConnectionService>)
        /// From another instance.
        case people(PeopleNews)
        case lost(PeopleNews, listener: UInt16)
        case tellAgain

        public var mark: UInt64 {
            switch self {
            case .isBlocked(let user, let reader, let ticket):
                Vocabulary.mark(1, UInt64(user.number), UInt64(reader.number), ticket.mark)
            case .change(let change, let device, let ticket):
                Vocabulary.mark(2, change.mark, device.mark, ticket.mark)
            case .findKeys(let user, let ticket): Vocabulary.mark(3, UInt64(user.number), ticket.mark)
            case .tellAll(let question, let ticket): Vocabulary.mark(4, question.mark, ticket.mark)
            case .answered(let news): Vocabulary.mark(5, news.mark)
            case .people(let news): Vocabulary.mark(6, news.mark)
            case .lost(let news, let listener): Vocabulary.mark(7, news.mark, UInt64(listener))
            case .tellAgain: Vocabulary.mark(8)
            case .changeProfile(let user, let part, let size):
                Vocabulary.mark(12, UInt64(user.number), part.rawValue, UInt64(size.bytes))
            case .findProfile(let user, let ticket):
                Vocabulary.mark(13, UInt64(user.number), ticket.mark)
            case .order(let order, let device, let ticket):
                Vocabulary.mark(9, order.mark, device.mark, ticket.mark)
            case .synced(let device, let version): Vocabulary.mark(10, device.mark, UInt64(version))
            case .findBlocks(let user, let version, let ticket):
                Vocabulary.mark(11, UInt64(user.number), UInt64(version), ticket.mark)
            }
        }

        public static var isCounted: Bool { true }
        public func noteCopied() { if case .answered(let news) = self { news.noteCopied() } }
        public func noteDiscarded() { if case .answered(let news) = self { news.noteDiscarded() } }
    }

    public enum WideStep: Sendable {
        case blocks(of: User)
        case changed(PeopleNews, Then)
        case changes(instance: Int)
        /// What another instance has changed, for which this is done.
        case others(instance: Int, Reason)
        case profileChanged
        case profile(Ticket<Profile>)
    }

    /// Who is told that the store has a change.
    public enum Then: Sendable {
        case change(Ticket<ChangeAnswer>)
        case order(OrderAnswer, Ticket<OrderAnswer>)
        /// Somebody who came into a room is not to be there.
        case undone(Refusal, Ticket<ChangeAnswer>)
    }

    /// For what it has to know all that holds.
    public enum Reason: Sendable {
        case asked(PeopleQuestion, Ticket<PeopleChanges>)
        /// The store has it that somebody is in a room.
        case joining(PeopleNews, Ticket<ChangeAnswer>)
    }

    public nonisolated let seat: Seat
    let settings: ConnectionServiceSettings
    let rules: ConnectionServiceRules
    let ledger: Ledger
    let pages: Pages
    let roster: Roster
    let peers: SenderPeers
    let blocksKnown: ShareMeter
    let picturesRefused: FlowMeter
    let joinsRefused: FlowMeter
    let serviceLog: ServiceLog
    let stopped: Watch<StoppedAtServer>
    let together: Watch<NeverPutTogether>
    @exclusivity(unchecked) var costs: RandomStream
    @exclusivity(unchecked) var directory: Directory
    @exclusivity(unchecked) var keys = PublicKeys()
    /// Nil where nobody blocks anybody.
    @exclusivity(unchecked) var lists: BlockLists?
    @exclusivity(unchecked) var store: WideColumnClient<ConnectionService>
    /// By user: until when its blocks are known without asking the store, in s.
    @exclusivity(unchecked) var knownUntil: [UInt32]
    /// Who waits for the blocks of a user to be read. Looked up only, never iterated.
    @exclusivity(unchecked) var waiting: [User: [(User, Ticket<BlockAnswer>)]] = [:]
    @exclusivity(unchecked) var changes: [PeopleNews] = []
    @exclusivity(unchecked) var latest = LatestNews()
    /// By instance: up to which row of its changes nothing new can appear in the store.
    @exclusivity(unchecked) var readUpTo: [UInt64]
    @exclusivity(unchecked) var ownChanges = 0
    /// Instances whose changes are still to be read after a crash.
    @exclusivity(unchecked) var unread = 0
    @exclusivity(unchecked) var untold: [(news: PeopleNews, listener: UInt16)] = []

    init(
        seat: Seat, settings: ConnectionServiceSettings, site: Site, peers: SenderPeers,
        rules: ConnectionServiceRules
    ) {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        self.peers = peers
        ledger = site.ledger
        pages = site.pages
        roster = site.census.roster
        stopped = site.watch(StoppedAtServer.self)
        together = site.watch(NeverPutTogether.self)
        serviceLog = ServiceLog(of: seat, site, peers.logs)
        blocksKnown = site.meters.share(SenderService.blocksKnown, at: seat)
        picturesRefused = site.meters.flow(SenderService.picturesRefused, at: seat)
        joinsRefused = site.meters.flow(SenderService.joinsRefused, at: seat)
        lists = site.client.blocks.map { BlockLists($0, site.census.roster, rules: rules.lists) }
        directory = Directory(site.census.roster)
        readUpTo = peers.connectionServices.map { _ in 0 }
        knownUntil = Array(repeating: 0, count: directory.userCount)
        costs = seat.stream("connection service")
        store = WideColumnClient(of: peers.connectionStore, settings: peers.connectionStoreSettings, on: seat)
    }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .isBlocked, .change, .findKeys, .tellAll, .order, .findBlocks, .changeProfile, .findProfile:
            settings.requestTime.drawn(from: &costs)
        case .answered, .people, .lost, .tellAgain, .synced: .zero
        }
    }

    /// After a crash it reads what has changed since the system was set up.
    public func begin(in shift: Shift) {
        guard seat.incarnation > 1 else {
            if seat.number == 0 {
                for block in roster.blocks {
                    stopped.observe(.blocked(block.blocked, by: block.by, at: shift.now), at: shift.now)
                }
            }
            return
        }
        for instance in peers.connectionServices.indices {
            unread += 1
            readChanges(of: instance, from: 0, in: shift)
        }
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .isBlocked(let user, let reader, let ticket): answer(user, reader, ticket, in: shift)
        case .change(let change, let device, let ticket): take(change, device, ticket, in: shift)
        case .findKeys(let user, let ticket):
            let page = pages.put(keys.keys(of: user, roster))
            shift.reply(
                KeysAnswer(page: page), to: ticket,
                size: pages.size(of: page, envelope: .zero) + SenderService.frame)
        case .changeProfile(let user, let part, let size):
            guard size <= settings.avatarLimit else { return picturesRefused.add() }
            store.write(
                WideRow(
                    in: ConnectionTable.profile(of: user), at: part.rawValue, value: 1, weight: size),
                at: .quorum, then: .profileChanged, in: shift)
        case .findProfile(let user, let ticket):
            store.read(
                WideRead(of: ConnectionTable.profile(of: user), limit: 2), at: .quorum,
                then: .profile(ticket), in: shift)
        case .order(let order, let device, let ticket): take(order, by: device, ticket, in: shift)
        case .synced(let device, let version): lists?.note(device, knows: version)
        case .findBlocks(let user, let version, let ticket):
            let page = pages.put(changes(of: user, since: version))
            shift.reply(
                BlocksAnswer(page: page), to: ticket,
                size: pages.size(of: page, envelope: .zero) + SenderService.frame)
        case .tellAll(let question, let ticket):
            guard unread == 0 else { return }  // who asks, asks another one
            if question.asOf == nil {
                tell(question, ticket, in: shift)
            } else {
                readOthers(from: 0, for: .asked(question, ticket), in: shift)
            }
        case .answered(let news):
            if let outcome = store.hear(news, in: shift) { take(outcome, in: shift) }
        case .people(let news): learn(news)
        case .lost(let news, let listener): tellLater(news, listener, in: shift)
        case .tellAgain: tellAgain(in: shift)
        }
    }

    func learn(_ news: PeopleNews) { if latest.take(news) { keep(news) } }

    func keep(_ news: PeopleNews) {
        changes.append(news)
        directory.take(news.change, by: news.user)
        _ = keys.take(news.change, by: news.user)
        guard let entry = news.entry else { return }
        lists?.take(entry, of: news.user, by: DeviceID(of: news.user, news.device), at: news.time)
    }

    // MARK: Blocks

    private func answer(_ user: User, _ reader: User, _ ticket: Ticket<BlockAnswer>, in shift: Shift) {
        if unread > 0 { return shift.reply(.unknown, to: ticket, size: SenderService.frame) }
        let isKnown = knownUntil[Int(reader.number)] > UInt32(shift.now.nanoseconds / 1_000_000_000)
        blocksKnown.add(isKnown)
        if isKnown { return reply(user, reader, ticket, in: shift) }
        if waiting[reader] != nil {
            waiting[reader]?.append((user, ticket))
        } else {
            waiting[reader] = [(user, ticket)]
            store.read(
                WideRead(of: ConnectionTable.blocks(of: reader), limit: 1_000), at: .quorum,
                then: .blocks(of: reader), in: shift)
        }
    }

    private func reply(_ user: User, _ reader: User, _ ticket: Ticket<BlockAnswer>, in shift: Shift) {
        let isBlocked = rules.isBlocked(directory.isBlocked(user, by: reader))
        shift.reply(isBlocked ? .isBlocked : .passes, to: ticket, size: SenderService.frame)
    }

    func takeBlocks(of reader: User, _ page: WidePage, in shift: Shift) {
        for row in page.rows {
            let other = User(UInt32(truncatingIfNeeded: row[0].clustering))
            directory.take(row[0].value == 1 ? .block(other) : .unblock(other), by: reader)
        }
        page.letGo()
        let seconds = shift.now.nanoseconds / 1_000_000_000
        knownUntil[Int(reader.number)] =
            UInt32(seconds) + UInt32(settings.blockCache.nanoseconds / 1_000_000_000)
        for (user, ticket) in waiting.removeValue(forKey: reader) ?? [] {
            reply(user, reader, ticket, in: shift)
        }
    }

    /// The store does not answer: nobody knows.
    func failBlocks(of reader: User, in shift: Shift) {
        serviceLog.write(.requestFailed, at: shift.now)
        for (_, ticket) in waiting.removeValue(forKey: reader) ?? [] {
            shift.reply(.unknown, to: ticket, size: SenderService.frame)
        }
    }
}

extension ConnectionService: WideColumnUser {
    public static func wideColumn(_ news: WideNews<ConnectionService>) -> Inbox { .answered(news) }
}

/// The tables of the connection store.
enum ConnectionTable {
    static func blocks(of user: User) -> UInt64 { UInt64(user.number) }
    static func profile(of user: User) -> UInt64 { 2 << 40 | UInt64(user.number) }
    static func changes(of instance: Int) -> UInt64 { 1 << 40 | UInt64(instance) }
}

/// Whether a letter passes.
public enum BlockAnswer: UInt64, Marked {
    case passes = 1
    case isBlocked
    /// The service cannot tell for now.
    case unknown

    public var mark: UInt64 { rawValue }
}

/// What became of a change.
public enum ChangeAnswer: Hashable, Marked {
    case taken
    case refused(Refusal)

    public var mark: UInt64 {
        switch self {
        case .taken: 0
        case .refused(let refusal): 1 + UInt64(refusal.rawValue)
        }
    }
}

/// A page of public keys.
public struct KeysAnswer: Marked {
    let page: UInt32

    public var mark: UInt64 { UInt64(page) }
}
