public import Chat
public import Cluster
public import Infrastructure
public import Simulation
public import Vocabulary

/// S0-17 (ours): agrees on which chat hosts there are. Each host says that it is there, and is answered by the member
/// that leads; one that is not heard of for a session is taken for dead, and its users get other hosts. A host that
/// is not answered for a session counts itself as dead, so that nobody is served by two. Who is not answered says so, and
/// members that do not lead pass that on to the one that does.
///
/// A view of the hosts has the number of changes that were agreed on before it: all who have the same number have the
/// same hosts.
public final actor HostRegistry: Agreeing {
    public enum Inbox: Marked {
        case agreement(AgreementNews<HostChange>)
        case beat(host: Int, isAnswered: Bool, Ticket<BeatAnswer>)
        case leave(host: Int)
        case watch(assigner: Int, isAnswered: Bool)
        /// Another member was told, for this one leads.
        case passedOn(HostRegistryClient, by: Int)
        /// What the member that leads answers to what was passed on.
        case answer(HostView, to: HostRegistryClient)
        case look

        public static var isCounted: Bool { true }
        public func noteCopied() { if case .agreement(let news) = self { news.noteCopied() } }
        public func noteDiscarded() { if case .agreement(let news) = self { news.noteDiscarded() } }

        public var mark: UInt64 {
            switch self {
            case .agreement(let news): Vocabulary.mark(1, news.mark)
            case .beat(let host, let isAnswered, let ticket):
                Vocabulary.mark(2, UInt64(host) << 1 | (isAnswered ? 1 : 0), ticket.mark)
            case .leave(let host): Vocabulary.mark(3, UInt64(host))
            case .watch(let assigner, let isAnswered):
                Vocabulary.mark(4, UInt64(assigner), isAnswered ? 1 : 0)
            case .look: Vocabulary.mark(5)
            case .passedOn(let client, let member): Vocabulary.mark(6, client.mark, UInt64(member))
            case .answer(let view, let client): Vocabulary.mark(7, view.mark, client.mark)
            }
        }
    }

    public nonisolated let seat: Seat
    let settings: HostRegistrySettings
    let peers: SenderPeers
    @exclusivity(unchecked) private var member: AgreementMember<HostRegistry>
    @exclusivity(unchecked) private var agreed: HostView
    /// The hosts with what this member has proposed; nil unless it leads and knows all that was agreed before.
    @exclusivity(unchecked) private var planned: [Bool]?
    @exclusivity(unchecked) private var lastSeen: [Instant]
    @exclusivity(unchecked) private var costs: RandomStream

    init(seat: Seat, settings: HostRegistrySettings, members: Endpoints<HostRegistry>, peers: SenderPeers) {
        self.seat = seat
        self.settings = settings
        self.peers = peers
        member = AgreementMember(
            "hosts", me: seat.number, among: Array(members), settings: settings.agreement, on: seat)
        agreed = peers.firstView
        lastSeen = Array(repeating: .start, count: peers.hosts.count)
        costs = seat.stream("host registry")
    }

    public static func agreement(_ news: AgreementNews<HostChange>) -> Inbox { .agreement(news) }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .beat, .leave, .watch, .passedOn, .answer, .agreement(.word):
            settings.requestTime.drawn(from: &costs)
        case .agreement, .look: .zero
        }
    }

    public func begin(in shift: Shift) {
        take(member.begin(in: shift), in: shift)
        _ = shift.arm(.look, after: settings.lookEvery)
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .agreement(let news): take(member.hear(news, in: shift), in: shift)
        case .beat(let host, let isAnswered, let ticket): hear(.host(host, ticket), isAnswered, in: shift)
        case .leave(let host):
            if planned?[host] == true { propose(HostChange(host: host, isThere: false), in: shift) }
        case .watch(let assigner, let isAnswered): hear(.assigner(assigner), isAnswered, in: shift)
        case .passedOn(let client, let other):
            guard planned != nil else { return }
            note(client, in: shift)
            shift.post(.answer(agreed, to: client), to: peers.registry[other], size: SenderService.frame)
        case .answer(let view, let client): tell(view, client, in: shift)
        case .look:
            _ = shift.arm(.look, after: settings.lookEvery)
            for host in planned?.indices ?? 0..<0
            where planned?[host] == true && shift.now - lastSeen[host] > settings.session {
                propose(HostChange(host: host, isThere: false), in: shift)
            }
        }
    }

    /// Whether one of them leads, and all know all that was agreed on, for looking on.
    static func areInSync(_ members: Endpoints<HostRegistry>, in cluster: Cluster) -> Bool {
        let known = members.map { member in
            cluster.inspect(member) { (leads: $0.planned != nil, committed: $0.member.committed) }
        }
        return known.count { $0?.leads == true } == 1
            && known.allSatisfy { $0 != nil && $0?.committed == known[0]?.committed }
    }

    private func hear(_ client: HostRegistryClient, _ isAnswered: Bool, in shift: Shift) {
        if planned != nil {
            note(client, in: shift)
            tell(agreed, client, in: shift)
        } else if !isAnswered, let leader = member.leader, leader != seat.number {
            shift.post(
                .passedOn(client, by: seat.number), to: peers.registry[leader], size: SenderService.frame)
        } else if case .host(_, let ticket) = client {
            shift.reply(.doesNotLead, to: ticket, size: SenderService.frame)
        }
    }

    private func note(_ client: HostRegistryClient, in shift: Shift) {
        guard case .host(let host, _) = client else { return }
        lastSeen[host] = shift.now
        if planned?[host] == false { propose(HostChange(host: host, isThere: true), in: shift) }
    }

    private func tell(_ view: HostView, _ client: HostRegistryClient, in shift: Shift) {
        switch client {
        case .host(_, let ticket): shift.reply(.hosts(view), to: ticket, size: SenderService.frame)
        case .assigner(let assigner):
            shift.post(.hosts(view), to: peers.assigners[assigner], size: SenderService.frame)
        }
    }

    private func propose(_ change: HostChange, in shift: Shift) {
        planned?[change.host] = change.isThere
        _ = member.propose(change, in: shift)
    }

    private func take(_ outcomes: AgreementMember<HostRegistry>.Notices, in shift: Shift) {
        for outcome in outcomes {
            switch outcome {
            case .committed(let places):
                let before = agreed.version
                for place in places { if let change = member.command(place) { agreed.apply(change) } }
                if member.leads, planned == nil { beginToLead(at: shift.now) }
                if planned != nil, agreed.version > before { tellAll(in: shift) }
            case .leads, .follows: planned = nil
            }
        }
    }

    /// Hosts had no reason to tell it that they are there.
    private func beginToLead(at now: Instant) {
        planned = peers.hosts.indices.map { agreed.contains($0) }
        lastSeen = lastSeen.map { _ in now }
    }

    private func tellAll(in shift: Shift) {
        for assigner in peers.assigners.indices { tell(agreed, .assigner(assigner), in: shift) }
        for host in agreed.hosts {
            shift.post(.hosts(agreed), to: peers.hosts[host], size: SenderService.frame)
        }
    }
}

/// Who is told which hosts there are.
public enum HostRegistryClient: Marked {
    case host(Int, Ticket<BeatAnswer>)
    case assigner(Int)

    public var mark: UInt64 {
        switch self {
        case .host(let number, let ticket): Vocabulary.mark(1, UInt64(number), ticket.mark)
        case .assigner(let number): Vocabulary.mark(2, UInt64(number))
        }
    }
}

/// A chat host says that it is there.
struct Beat: Call {
    typealias Caller = ChatHost
    typealias Callee = HostRegistry
    typealias Reply = BeatAnswer

    let host: Int
    let isAnswered: Bool

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<BeatAnswer>) -> HostRegistry.Inbox {
        .beat(host: host, isAnswered: isAnswered, ticket)
    }
    func outcome(_ result: Result<BeatAnswer, CallError>) -> ChatHost.Inbox { .beaten(result) }
}

/// What it hears.
public enum BeatAnswer: Marked {
    case hosts(HostView)
    case doesNotLead

    public var mark: UInt64 {
        switch self {
        case .hosts(let view): Vocabulary.mark(1, view.mark)
        case .doesNotLead: Vocabulary.mark(2)
        }
    }
}

/// A chat host comes or goes.
public struct HostChange: FileRecord, Marked {
    let host: Int
    let isThere: Bool

    public var size: ByteCount { .bytes(24) }
    public var mark: UInt64 { Vocabulary.mark(UInt64(host), isThere ? 1 : 0) }
}

public struct HostRegistrySettings: RoleSettings {
    public var machine = MachineSettings()
    public var agreement = AgreementSettings()
    public var session = Span.seconds(10)
    public var lookEvery = Span.seconds(1)
    public var requestTime = Varied<Span>("200us")

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + [
            Knob(
                "session", \.session, "how long it waits for a word of a chat host",
                in: .milliseconds(100)...Span.hours(1), source: "reg.sessionTimeout"),
            Knob(
                "look-every", \.lookEvery, "how often it looks for hosts that are silent",
                in: .milliseconds(10)...Span.hours(1)),
            Knob("request-time", \.requestTime, "CPU time of a word", source: "service.cpuPerRequest"),
        ] + AgreementSettings.knobs.map { Knob($0, of: \.agreement) }
}
