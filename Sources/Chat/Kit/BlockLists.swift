public import Cluster

/// What a system has of people's blocks, where each device has a list of its own (S0-25 to S0-27, S0-43): it decides
/// what an order of a device comes to, and tells nobody itself.
///
/// Whether two devices did not know of each other is told by versions, never by clocks: an order conflicts when
/// another device has changed the same line since the version that the order's device had.
public struct BlockLists: Sendable {
    /// What tests replace.
    public struct Rules: Sendable {
        /// Whether an order of a device holds for its owner's others, and for the system.
        public var spreads: @Sendable (BlockOrder, DeviceID) -> Bool = { _, _ in true }

        public init() {}
    }

    public struct Decision: Hashable, Sendable {
        public var answer: BlockAnswer
        /// What all of the person's devices are to be told, and whom it is about; nil when the list stays as it is.
        public var change: BlockEntry?
        /// How the list stands, for a device alone that thinks otherwise.
        public var correction: BlockEntry?
        /// Whom the person is to be asked about.
        public var question: User?
    }

    private struct ListedUser {
        var isBlocked: Bool
        var version: UInt32
        var device: UInt8
        var time: LocalTime
        var isInQuestion = false
    }

    private let conflicts: BlockConflicts
    private let rules: Rules
    private let first: Set<Roster.Block>  // looked up only, never iterated
    private var lines: [Roster.Block: ListedUser] = [:]  // looked up only, never iterated
    private var changes: [User: [BlockEntry]] = [:]  // the same, in order; looked up only, never iterated
    private var synced: [DeviceID: UInt32] = [:]  // looked up only, never iterated
    private var answered: [DeviceID: UInt32] = [:]  // looked up only, never iterated

    public init(_ conflicts: BlockConflicts, _ roster: Roster, rules: Rules = Rules()) {
        self.conflicts = conflicts
        self.rules = rules
        first = Set(roster.blocks)
    }

    public func isBlocked(_ user: User, by owner: User) -> Bool {
        let block = Roster.Block(user, by: owner)
        return lines[block]?.isBlocked ?? first.contains(block)
    }

    /// Of the latest change of a person's list; 0 when there was none.
    public func version(of owner: User) -> UInt32 { changes[owner]?.last?.version ?? 0 }

    /// Changes of a person's list behind a version, in their order.
    public func changes(of owner: User, since version: UInt32) -> [BlockEntry] {
        (changes[owner] ?? []).filter { $0.version > version }
    }

    /// A device knows its owner's list up to a version.
    public mutating func note(_ device: DeviceID, knows version: UInt32) {
        synced[device] = max(synced[device] ?? 0, version)
    }

    /// - Parameter others: numbers of the other devices of the owner.
    public mutating func take(
        _ order: BlockOrder, by device: DeviceID, others: some Sequence<UInt8>
    ) -> Decision {
        let block = Roster.Block(order.user, by: device.user)
        let line = lines[block]
        let isBlocked = line?.isBlocked ?? first.contains(block)
        let entry = BlockEntry(order.user, isBlocked: isBlocked, version: line?.version ?? 0)
        // It comes once more, since the answer was lost.
        guard order.number > answered[device] ?? 0 else { return Decision(answer: .taken, correction: entry) }
        guard rules.spreads(order, device) else { return answer(order, by: device, Decision(answer: .taken)) }
        let isConcurrent = line.map { $0.device != device.number && $0.version > order.base } ?? false
        if isConcurrent || line?.isInQuestion == true, isBlocked != order.isBlock {
            switch conflicts {
            case .askUser where isConcurrent:
                var decision = Decision(answer: .asked, question: order.user)
                // Until the person has answered.
                if isBlocked {
                    decision.correction = entry
                } else {
                    decision.change = enter(order, device, isBlocked: true)
                }
                lines[block]?.isInQuestion = true
                return answer(order, by: device, decision)
            case .oneDevice where isConcurrent:
                guard line.map({ order.time >= $0.time }) ?? true else {
                    return answer(order, by: device, Decision(answer: .overruled, correction: entry))
                }
                return answer(
                    order, by: device,
                    Decision(answer: .prevailed, change: enter(order, device, isBlocked: order.isBlock)))
            case .askUser, .oneDevice, .forbidUnblockUntilSynced: break
            }
        }
        if conflicts == .forbidUnblockUntilSynced, !order.isBlock, isBlocked {
            let latest = version(of: device.user)
            let allKnow = others.allSatisfy { (synced[DeviceID(of: device.user, $0)] ?? 0) >= latest }
            guard allKnow, order.base >= latest else {
                return answer(order, by: device, Decision(answer: .notSynced, correction: entry))
            }
        }
        lines[block]?.isInQuestion = false
        guard isBlocked != order.isBlock else {
            return answer(order, by: device, Decision(answer: .taken, correction: entry))
        }
        return answer(
            order, by: device,
            Decision(answer: .taken, change: enter(order, device, isBlocked: order.isBlock)))
    }

    /// What was decided elsewhere: by who kept these lists before, or keeps them beside.
    public mutating func take(
        _ entry: BlockEntry, of owner: User, by device: DeviceID, at time: LocalTime
    ) {
        guard entry.version > version(of: owner) else { return }
        lines[Roster.Block(entry.user, by: owner)] = ListedUser(
            isBlocked: entry.isBlocked, version: entry.version, device: device.number, time: time)
        changes[owner, default: []].append(entry)
    }

    private mutating func answer(_ order: BlockOrder, by device: DeviceID, _ decision: Decision) -> Decision {
        answered[device] = order.number
        return decision
    }

    private mutating func enter(_ order: BlockOrder, _ device: DeviceID, isBlocked: Bool) -> BlockEntry {
        let entry = BlockEntry(order.user, isBlocked: isBlocked, version: version(of: device.user) + 1)
        lines[Roster.Block(order.user, by: device.user)] = ListedUser(
            isBlocked: isBlocked, version: entry.version, device: device.number, time: order.time)
        changes[device.user, default: []].append(entry)
        return entry
    }
}
