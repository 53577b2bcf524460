public import Cluster
public import Simulation
public import Vocabulary

/// A server of a registry: one of a few that agree on the order of all writes. Each serves clients: reads from what it
/// knows itself, writes by way of the leader. Most of them have to be there; without that nobody is served.
///
/// Who should lead they find out by a vote of their own (`RegistryServer+Leading`), and `Agreement` makes it safe. The
/// leader keeps the deadlines of sessions; the others tell it which of their clients they have heard of
/// (`RegistryServer+Sessions`). What clients ask is in `RegistryServer+Requests`.
///
/// Time is counted in ticks, as the machine lives through them: a server that was stopped goes on where it was.
public actor RegistryServer: Agreeing {
    public typealias Command = RegistryCommand

    public enum Inbox: Marked, BitwiseCopyable {
        case agreement(AgreementNews<RegistryCommand>)

        // Servers among each other.
        case notice(ElectionNotice)
        case forward(RegistryCommand)
        /// The sessions that a follower has heard of; none says that it is there.
        case touched(by: UInt16, Contents<UInt64>)
        case left(UInt16)
        case linkEnded(UInt16)
        case revalidate(session: UInt64, by: UInt16, number: UInt32)
        case revalidated(number: UInt32, isAlive: Bool)

        // Clients.
        case attach(RegistryAttachment, Ticket<RegistryAttached>)
        case write(session: UInt64, RegistryWrite, RegistryFence?, Ticket<RegistryReply>)
        case read(session: UInt64, RegistryRead, Ticket<RegistryReply>)
        case ping(session: UInt64, Ticket<RegistryPong>)
        case listen(session: UInt64, Ticket<RegistryEvents>)
        /// It has seen this much, and watches that.
        case watch(session: UInt64, RegistryWatch, since: UInt64)

        // Time.
        case halfTick
        case voteIsFinal(term: Int)
        case voteAgain(term: Int)
        case leaderIsSilent(term: Int)
        case isTooLate(term: Int)
        case started(term: Int)

        public static var isCounted: Bool { true }

        public func noteCopied() {
            switch self {
            case .agreement(let news): news.noteCopied()
            case .touched(_, let sessions): _ = sessions.held()
            default: break
            }
        }

        public func noteDiscarded() {
            switch self {
            case .agreement(let news): news.noteDiscarded()
            case .touched(_, let sessions): sessions.letGo()
            default: break
            }
        }

        public var mark: UInt64 {
            switch self {
            case .agreement(let news): Vocabulary.mark(1, news.mark)
            case .notice(let notice): Vocabulary.mark(2, notice.mark)
            case .forward(let command): Vocabulary.mark(3, command.mark)
            case .touched(let server, let sessions):
                Vocabulary.mark(4, UInt64(server), UInt64(sessions.count))
            case .left(let server): Vocabulary.mark(5, UInt64(server))
            case .linkEnded(let server): Vocabulary.mark(6, UInt64(server))
            case .revalidate(let session, let server, let number):
                Vocabulary.mark(7, session, UInt64(server), UInt64(number))
            case .revalidated(let number, let isAlive):
                Vocabulary.mark(8, UInt64(number), isAlive ? 1 : 0)
            case .attach(let attachment, let ticket):
                Vocabulary.mark(9, attachment.mark, ticket.mark)
            case .write(let session, let write, _, let ticket):
                Vocabulary.mark(10, session, write.mark, ticket.mark)
            case .read(let session, let read, let ticket):
                Vocabulary.mark(11, session, read.mark, ticket.mark)
            case .ping(let session, let ticket): Vocabulary.mark(12, session, ticket.mark)
            case .listen(let session, let ticket): Vocabulary.mark(13, session, ticket.mark)
            case .watch(let session, let watch, let place):
                Vocabulary.mark(14, session, watch.mark, place)
            case .halfTick: Vocabulary.mark(15)
            case .voteIsFinal(let term): Vocabulary.mark(16, UInt64(term))
            case .voteAgain(let term): Vocabulary.mark(17, UInt64(term))
            case .leaderIsSilent(let term): Vocabulary.mark(18, UInt64(term))
            case .started(let term): Vocabulary.mark(19, UInt64(term))
            case .isTooLate(let term): Vocabulary.mark(20, UInt64(term))
            }
        }
    }

    public enum Standing: Hashable, Sendable {
        case looks
        case follows(Int)
        case leads
    }

    public nonisolated let seat: Seat
    let settings: RegistrySettings
    let rules: RegistryRules
    let servers: Endpoints<RegistryServer>
    @exclusivity(unchecked) var member: AgreementMember<RegistryServer>
    @exclusivity(unchecked) var state: RegistryState
    /// How much of the log it has carried out.
    @exclusivity(unchecked) var place: UInt64 = 0
    @exclusivity(unchecked) var costs: RandomStream

    // Who leads.
    @exclusivity(unchecked) public internal(set) var standing = Standing.looks
    /// Whether it serves clients.
    @exclusivity(unchecked) public internal(set) var isServing = false
    /// Counts the changes of `standing`: timers of an earlier one say nothing.
    @exclusivity(unchecked) var term = 0
    @exclusivity(unchecked) var election: ServerElection
    @exclusivity(unchecked) var isStarting = false
    @exclusivity(unchecked) var votesAgainAfter = Span.zero
    @exclusivity(unchecked) var halfTicks = 0
    /// As a leader, by server: whether it is connected, and in which tick it was last heard of.
    @exclusivity(unchecked) var followers: [(isConnected: Bool, tick: Int)]

    // Sessions.
    @exclusivity(unchecked) var beganAt = Instant.start
    /// As a leader. Looked up only, never iterated.
    @exclusivity(unchecked) var deadlines: [UInt64: Instant] = [:]
    /// Clients that are attached here. Looked up only, never iterated.
    @exclusivity(unchecked) var clients: [UInt64: RegistryClientState] = [:]
    /// In the order in which they were attached.
    @exclusivity(unchecked) var clientNumbers: [UInt64] = []
    /// Of those, the ones that were heard of since the leader was last told.
    @exclusivity(unchecked) var touched: [UInt64] = []
    /// Looked up only, never iterated.
    @exclusivity(unchecked) var watchers: [RegistryWatch: [UInt64]] = [:]
    /// What waits for a word of the leader, by number. Iterated in the order of the numbers only.
    @exclusivity(unchecked) var pending: [UInt32: Pending] = [:]
    @exclusivity(unchecked) var numbers: UInt32 = 0
    @exclusivity(unchecked) var sessionCount: UInt64 = 0

    enum Pending: Sendable {
        case attach(RegistryAttachment, Ticket<RegistryAttached>)
        case write(session: UInt64)
    }

    public init(
        seat: Seat, servers: Endpoints<RegistryServer>, settings: RegistrySettings,
        rules: RegistryRules = RegistryRules()
    ) {
        self.seat = seat
        self.servers = servers
        self.settings = settings
        self.rules = rules
        member = AgreementMember(
            "registry", me: seat.number, among: Array(servers), settings: AgreementSettings(), on: seat,
            isLedByPart: true)
        state = RegistryState(rules: rules)
        election = ServerElection(me: seat.number, of: servers.count)
        followers = servers.map { _ in (false, 0) }
        costs = seat.stream("registry costs")
    }

    public static func agreement(_ news: AgreementNews<RegistryCommand>) -> Inbox { .agreement(news) }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .write, .read, .attach, .forward, .agreement(.word(.append, _, _)):
            settings.requestTime.drawn(from: &costs)
        default: .zero
        }
    }

    public func begin(in shift: Shift) {
        beganAt = shift.now
        take(member.begin(in: shift), in: shift)
        halfTickLater(in: shift)
        look(in: shift)
    }

    private func halfTickLater(in shift: Shift) { _ = shift.arm(.halfTick, after: settings.tick / 2) }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .agreement(let news): take(news, in: shift)
        case .notice(let notice): take(notice, in: shift)
        case .forward(let command): propose(command, in: shift)
        case .touched(let server, let sessions): take(sessions, touchedBy: Int(server), in: shift)
        case .left(let server): followers[Int(server)].isConnected = false
        case .linkEnded(let server): linkEnded(Int(server), in: shift)
        case .revalidate(let session, let server, let number):
            let isAlive = touch(session, at: shift.now)
            shift.post(
                .revalidated(number: number, isAlive: isAlive), to: servers[Int(server)],
                size: Self.frame)
        case .revalidated(let number, let isAlive): revalidated(number, isAlive, in: shift)
        case .attach(let attachment, let ticket): attach(attachment, ticket, in: shift)
        case .write(let session, let write, let fence, let ticket):
            take(write, fence, of: session, ticket, in: shift)
        case .read(let session, let read, let ticket): take(read, of: session, ticket, in: shift)
        case .ping(let session, let ticket):
            guard note(session, in: shift) else { return }
            shift.reply(RegistryPong(place: place), to: ticket, size: Self.frame)
        case .listen(let session, let ticket): listen(session, ticket, in: shift)
        case .watch(let session, let watch, let since): add(watch, of: session, since: since, in: shift)
        case .halfTick:
            halfTick(in: shift)
            halfTickLater(in: shift)
        case .voteIsFinal(let term): if term == self.term { voteIsFinal(in: shift) }
        case .voteAgain(let term): if term == self.term { voteAgain(in: shift) }
        case .leaderIsSilent(let term): if term == self.term { lookAtLeader(in: shift) }
        case .isTooLate(let term):
            if term == self.term, !isStarting, !isServing { look(in: shift) }
        case .started(let term):
            guard term == self.term else { return }
            isServing = true
        }
    }

    @inlinable static var frame: ByteCount { .bytes(60) }

    /// As far as it knows, for looking on.
    public subscript(name: RegistryName) -> RegistryEntry? { state[name] }
    public func entries(of folder: UInt32) -> [RegistryEntry] { state.entries(of: folder) }
    public var sessions: [UInt64] { state.sessionNumbers }
    public var epoch: Int { member.epoch }

    /// Whether one of them leads, all serve, and all have carried out the same, for looking on.
    public static func areInSync(_ servers: Endpoints<RegistryServer>, in cluster: Cluster) -> Bool {
        let known = servers.map { server in
            cluster.inspect(server) {
                (isServing: $0.isServing, place: $0.place, leads: $0.standing == .leads)
            }
        }
        return known.count { $0?.leads == true } == 1
            && known.allSatisfy { $0?.isServing == true && $0?.place == known[0]?.place }
    }
}
