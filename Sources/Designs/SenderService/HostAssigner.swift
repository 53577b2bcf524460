public import Chat
public import Cluster
internal import Infrastructure
public import Simulation
public import Vocabulary

/// S0-17: the host assigner. It knows which chat hosts there are, by the registry, and says which of them serves a
/// user or a room: by consistent hashing, so that all assigners that know the same say the same, and keep nothing.
///
/// When a host comes or goes the users between its places on the ring move, and nobody else. One that has begun anew knows
/// of no host, which is not to say that there is none: who asks it waits until the registry has told it.
public final actor HostAssigner: Part {
    public enum Inbox: Marked {
        case locate(Destination, Ticket<Location>)
        case hosts(HostView)
        /// It asks which hosts there are by now.
        case watch

        public var mark: UInt64 {
            switch self {
            case .locate(let destination, let ticket): Vocabulary.mark(1, destination.key, ticket.mark)
            case .hosts(let view): Vocabulary.mark(2, view.mark)
            case .watch: Vocabulary.mark(3)
            }
        }
    }

    public nonisolated let seat: Seat
    let settings: HostAssignerSettings
    let rules: HostAssignerRules
    let peers: SenderPeers
    let watch: Watch<OneHostAUser>
    @exclusivity(unchecked) var costs: RandomStream
    @exclusivity(unchecked) var map: HostMap
    /// When the registry answered last.
    @exclusivity(unchecked) private var answeredAt = Instant.start
    /// What is asked before it knows of any view.
    @exclusivity(unchecked) private var early: [(destination: Destination, ticket: Ticket<Location>)] = []

    init(seat: Seat, settings: HostAssignerSettings, site: Site, peers: SenderPeers, rules: HostAssignerRules)
    {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        self.peers = peers
        watch = site.watch(OneHostAUser.self)
        costs = seat.stream("host assigner")
        map = HostMap(of: peers.hosts.count)
        if seat.incarnation == 1 { _ = map.take(peers.firstView) }
    }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .locate: settings.requestTime.drawn(from: &costs)
        case .hosts, .watch: .zero
        }
    }

    public func begin(in shift: Shift) {
        answeredAt = shift.now
        _ = shift.arm(.watch, after: seat.incarnation > 1 ? .zero : settings.watchEvery)
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .locate(let destination, let ticket):
            guard map.isKnown else { return early.append((destination, ticket)) }
            answer(destination, ticket, in: shift)
        case .hosts(let view):
            answeredAt = shift.now
            guard map.take(view) else { return }
            for question in early { answer(question.destination, question.ticket, in: shift) }
            early = []
        case .watch:
            _ = shift.arm(.watch, after: settings.watchEvery)
            let isAnswered = shift.now - answeredAt <= settings.watchEvery
            for member in peers.registry {
                if !isAnswered { shift.openConnection(to: member) }
                shift.post(
                    .watch(assigner: seat.number, isAnswered: isAnswered), to: member,
                    size: SenderService.frame)
            }
        }
    }

    private func answer(_ destination: Destination, _ ticket: Ticket<Location>, in shift: Shift) {
        shift.reply(
            Location(host: host(of: destination, at: shift.now)), to: ticket, size: SenderService.frame)
    }

    private func host(of destination: Destination, at now: Instant) -> Int? {
        switch destination {
        case .room(let room): return map.host(of: room)
        case .direct(let user):
            let host = rules.host(map.host(of: user), seat.number, map.view)
            if let host {
                watch.observe(
                    .init(
                        user: user, host: UInt16(host), version: map.view.version,
                        assigner: UInt16(seat.number)),
                    at: now)
            }
            return host
        }
    }
}

/// Which host it is; there may be none.
public struct Location: Hashable, Marked {
    private let number: UInt16

    init(host: Int?) { number = host.map { UInt16($0) } ?? .max }

    public var host: Int? { number == .max ? nil : Int(number) }
    /// As an app is told.
    var door: UInt32 { host.map { UInt32($0) } ?? .max }

    public var mark: UInt64 { UInt64(number) }
}

/// An app wants to know, through its gateway.
struct LocateForApp: Call {
    typealias Caller = Gateway
    typealias Callee = HostAssigner
    typealias Reply = Location

    let question: Question
    let device: DeviceID
    let user: User
    let attempt: Gateway.Try

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<Location>) -> HostAssigner.Inbox { .locate(.direct(user), ticket) }
    func outcome(_ result: Result<Location, CallError>) -> Gateway.Inbox {
        .located(question, device, attempt, result)
    }
}

/// A host wants to know where the sender of a letter is, for one confirmation or for all that wait for an answer.
struct LocateSender: Call {
    typealias Caller = ChatHost
    typealias Callee = HostAssigner
    typealias Reply = Location

    let sender: User
    let confirmation: Confirmation?
    /// That it is owed.
    let isStored: Bool
    let assigner: UInt16

    var size: ByteCount { SenderService.frame }
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<Location>) -> HostAssigner.Inbox { .locate(.direct(sender), ticket) }
    func outcome(_ result: Result<Location, CallError>) -> ChatHost.Inbox {
        if let confirmation {
            .located(confirmation, isStored: isStored, assigner: assigner, result)
        } else {
            .locatedOverdue(sender, assigner: assigner, result)
        }
    }
}

public struct HostAssignerSettings: RoleSettings {
    public var machine = MachineSettings()
    public var requestTime = Varied<Span>("exp 200us")
    public var watchEvery = Span.seconds(1)

    public init() {}

    public static let knobs: [Knob<Self>] =
        MachineSettings.knobs(at: \.machine) + [
            Knob(
                "request-time", \.requestTime, "CPU time of a look-up", source: "service.cpuPerRequest",
                relieves: .work),
            Knob(
                "watch-every", \.watchEvery,
                "how often it asks which hosts there are, beside what it is told",
                in: .milliseconds(10)...Span.hours(1)),
        ]
}

/// What an assigner decides.
public struct HostAssignerRules: Sendable {
    /// Which host it names: the one on the ring, whoever is asked.
    public var host: @Sendable (_ onRing: Int?, _ assigner: Int, HostView) -> Int? = { onRing, _, _ in onRing
    }

    public init() {}
}
