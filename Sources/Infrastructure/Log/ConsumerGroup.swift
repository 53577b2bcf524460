internal import Cluster
internal import Vocabulary

/// A group of consumers, as the broker that leads its partition sees it: what that decides, without clock, disk or
/// network.
///
///     stable ──somebody joins, leaves or is not heard of──▶ joining ──all members have joined──▶ settling
///        ▲                                                                                          │
///        └────────────────────── the new generation is on all that are in sync ─────────────────────┘
///
/// While a group is joining its members hear of it when they say that they are there, stop reading, and join. Who does
/// not is left out when its session, or the longest of the times that members ask for, is over.
struct ConsumerGroup {
    struct Member {
        let id: Int
        var session: Span
        var rebalanceTimeout: Span
        var lastHeard: Instant
        /// Who waits for the next generation.
        var ticket: Ticket<JoinAnswer>?
    }

    private enum GroupState {
        case stable
        /// At first a group waits for more members, so that not each of them begins a generation.
        case joining(since: Instant, notBefore: Instant)
        case settling
    }

    let id: GroupID
    private(set) var generation: GroupGeneration
    private(set) var members: [Member]
    private var stage = GroupState.stable
    /// Somebody came or went while a generation was settling.
    private var isOutdated = false

    /// As its records have it. Its members had no reason to speak to this broker.
    init(_ id: GroupID, generation: GroupGeneration, at now: Instant) {
        self.id = id
        self.generation = generation
        members = generation.members.map {
            Member(id: $0.id, session: $0.session, rebalanceTimeout: $0.rebalanceTimeout, lastHeard: now)
        }
    }

    // MARK: Words of members

    /// Returns the ticket of an earlier request of that member.
    mutating func join(
        _ join: JoinRequest, _ ticket: Ticket<JoinAnswer>, firstDelay: Span, at now: Instant
    ) -> Ticket<JoinAnswer>? {
        var former: Ticket<JoinAnswer>?
        let wasEmpty = members.isEmpty
        if let place = members.firstIndex(where: { $0.id == join.member }) {
            former = members[place].ticket
            members[place].ticket = ticket
            members[place].lastHeard = now
        } else {
            members.append(
                Member(
                    id: join.member, session: join.session, rebalanceTimeout: join.rebalanceTimeout,
                    lastHeard: now, ticket: ticket))
        }
        startJoining(notBefore: wasEmpty ? now + firstDelay : now, at: now)
        return former
    }

    mutating func leave(_ id: Int, at now: Instant) {
        guard let place = members.firstIndex(where: { $0.id == id }) else { return }
        members.remove(at: place)
        startJoining(notBefore: now, at: now)
    }

    /// All are to join once more.
    mutating func rebalance(at now: Instant) { startJoining(notBefore: now, at: now) }

    mutating func hear(_ beat: Heartbeat, at now: Instant) -> HeartbeatAnswer {
        guard let place = members.firstIndex(where: { $0.id == beat.member }) else { return .unknownMember }
        members[place].lastHeard = now
        if case .joining = stage { return .rebalancing }
        return beat.generation == generation.number ? .heard : .rebalancing
    }

    /// Whether what a member has done may be noted: it has still its partitions, for others wait until it joins.
    func mayCommit(_ id: Int, generation number: Int) -> Bool {
        if case .settling = stage { return false }
        return number == generation.number && generation.member(id) != nil
            && members.contains { $0.id == id }
    }

    private mutating func startJoining(notBefore: Instant, at now: Instant) {
        switch stage {
        case .stable: stage = .joining(since: now, notBefore: notBefore)
        case .joining: break
        case .settling: isOutdated = true
        }
    }

    // MARK: Time

    /// Leaves out who was not heard of, and says whether there is a new generation to be stored.
    mutating func look(partitions: Int, at now: Instant) -> GroupGeneration? {
        let before = members.count
        members.removeAll { $0.ticket == nil && now - $0.lastHeard >= $0.session }
        if members.count < before { startJoining(notBefore: now, at: now) }
        guard case .joining(let since, let notBefore) = stage, now >= notBefore else { return nil }
        if members.contains(where: { $0.ticket == nil }) {
            guard now >= since + patience else { return nil }
            members.removeAll { $0.ticket == nil }
        }
        stage = .settling
        generation = generation.next(
            of: members.map { ($0.id, $0.session, $0.rebalanceTimeout) }, partitions: partitions)
        return generation
    }

    private var patience: Span { members.map(\.rebalanceTimeout).max() ?? .zero }

    /// When to look again; nil when nothing can happen by itself.
    var due: Instant? {
        var due = members.filter { $0.ticket == nil }.map { $0.lastHeard + $0.session }.min()
        if case .joining(let since, let notBefore) = stage {
            let isComplete = members.allSatisfy { $0.ticket != nil }
            let end = isComplete ? notBefore : max(notBefore, since + patience)
            due = min(due ?? end, end)
        }
        return due
    }

    /// The generation could not be stored: it begins later, as another one.
    mutating func tryAgain(at time: Instant) {
        isOutdated = false
        stage = .joining(since: time, notBefore: time)
    }

    /// The generation is stored. Returns who waits for it.
    mutating func settle(at now: Instant) -> [(ticket: Ticket<JoinAnswer>, member: Int)] {
        guard case .settling = stage else { return [] }
        stage = .stable
        var waiting: [(Ticket<JoinAnswer>, Int)] = []
        for place in members.indices {
            members[place].lastHeard = now
            // Who has come since is of the next one.
            guard generation.member(members[place].id) != nil, let ticket = members[place].ticket else {
                continue
            }
            waiting.append((ticket, members[place].id))
            members[place].ticket = nil
        }
        if isOutdated {
            isOutdated = false
            startJoining(notBefore: now, at: now)
        }
        return waiting
    }

    /// This broker leads no more. Returns who waits.
    func abandon() -> [Ticket<JoinAnswer>] { members.compactMap(\.ticket) }
}
