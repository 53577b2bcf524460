public import Chat
public import Cluster
public import Simulation
public import Vocabulary

/// Has the faults of a schedule happen in a cluster: each effect becomes faults of machines, links, lines or
/// people.
///
/// Server zones bear the name of their region, or one that begins with it and a stroke; all others are access
/// networks of devices. A fault of links that names a role hits what its machines send and get, and nothing else.
extension FaultSchedule {
    /// Call it when everybody has settled and before the run begins.
    ///
    /// - Parameter watch: is told of an occasion that waits, that begins later than it was drawn for, or that does not
    ///   come any more.
    public func plan(
        in cluster: Cluster, town: Town, phones: Addresses<Phone>, site: Site,
        watch: @escaping (Int, Postponement) -> Void = { _, _ in }
    ) {
        let keeper = EnvelopeKeeper(self, site.replication, in: cluster, watch)
        let ground = FaultGround(
            cluster: cluster, town: town, phones: phones, partFaults: site.partFaults,
            revocations: site.revocations)
        for (place, occasion) in occasions.enumerated() {
            let isHealed = !occasion.effect.isOverAtOnce || occasion.to != occasion.from
            let duration = isHealed ? occasion.to.map { $0 - occasion.from } : nil
            cluster.plan(
                Joint(
                    occasion.kind,
                    occasion.effect.fault.faults(on: ground, named: occasion.drawName)),
                named: occasion.drawName, at: occasion.from, for: duration,
                behind: keeper.gate(of: place))
        }
    }

    /// What becomes of a fault that is drawn and finds what it would hit out of sync.
    public enum Postponement {
        /// Until that role is in sync, or another fault of the set is over.
        case waits(for: String)
        case begins(Instant, to: Instant?)
        /// All had to be healed before.
        case never
    }
}

/// Holds random faults inside of their envelope while they come: the parts of a set say when it is in sync again, so one
/// that waits may come into the time of those that were drawn after it, which then wait too.
private final class EnvelopeKeeper {
    private let schedule: FaultSchedule
    private let replication: Replication
    private unowned let cluster: Cluster
    private let watch: (Int, FaultSchedule.Postponement) -> Void
    /// Those that have begun, and when they are healed.
    private var begun: [(place: Int, to: Instant?)] = []
    /// By place.
    private var isWaiting: [Bool]

    init(
        _ schedule: FaultSchedule, _ replication: Replication, in cluster: Cluster,
        _ watch: @escaping (Int, FaultSchedule.Postponement) -> Void
    ) {
        (self.schedule, self.replication, self.cluster, self.watch) = (schedule, replication, cluster, watch)
        isWaiting = schedule.occasions.map { _ in false }
    }

    /// Nil where nobody can tell whether the set is in sync.
    func gate(of place: Int) -> FaultGate? {
        guard let set = schedule.occasions[place].set, set.roles.contains(where: replication.keepsCopies)
        else { return nil }
        return FaultGate(
            healedBy: schedule.healedBy,
            isOpen: { [self] in
                guard let role = obstacle(to: place, set) else { return true }
                if !isWaiting[place] { watch(place, .waits(for: role)) }
                isWaiting[place] = true
                return false
            },
            settle: { [self] time in
                guard let time else { return watch(place, .never) }
                begun.append((place, time.to))
                if isWaiting[place] { watch(place, .begins(time.from, to: time.to ?? time.from)) }
            })
    }

    /// The role that a fault of the set has to wait for.
    private func obstacle(to place: Int, _ set: FaultEnvelope.ReplicaSet) -> String? {
        let now = cluster.world.now
        let on = begun.filter { fault in
            fault.to.map { $0 > now } ?? false && schedule.occasions[fault.place].set?.overlaps(set) ?? false
        }
        let isFull = on.count >= set.atMost || on.contains { schedule.occasions[$0.place].set == set }
        return isFull ? set.role : replication.notInSync(set.roles)
    }
}
