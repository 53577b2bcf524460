internal import Cluster
internal import Simulation
internal import Vocabulary

/// The block lists of all devices, each with its own, and what waits there for the system (S0-26).
///
/// All lists begin as they were when the run began; what is kept is what has changed since, for those to whom it
/// has. Beside what devices know stands what the person meant: only measures look at that.
struct BlockBook {
    /// An order that the system has not answered.
    struct Pending {
        let order: BlockOrder
        var attempts: UInt32 = 0
        /// All attempts came to nothing: it waits for the app to be opened anew.
        var isDead = false
        var timer: Timer?
    }

    /// What a device has of one user.
    struct ListedUser {
        var isBlocked = false
        /// Of the latest change that the system has told it.
        var version: UInt32 = 0
    }

    /// What one device has.
    struct List {
        /// Up to which it knows what the system has.
        var version: UInt32 = 0
        /// Counts its orders.
        var orders: UInt32 = 0
        var queue: [Pending] = []
        var lines: [User: ListedUser] = [:]  // changed ones; looked up only, never iterated
        /// Of whom it was told that they block the owner, or do so no more; looked up only, never iterated.
        var blockers: [User: ListedUser] = [:]
    }

    private let first: Set<Roster.Block>  // looked up only, never iterated
    private var lists: [Int: List] = [:]  // by number of the device; looked up only, never iterated
    /// What people did last, whoever's device knows of it; looked up only, never iterated.
    private var meant: [Roster.Block: Bool] = [:]
    /// On which devices the person has still to say what they meant, a bit for each; looked up only, never iterated.
    private var asked: [Roster.Block: UInt8] = [:]
    /// What devices agree on until then, though it was not meant; looked up only, never iterated.
    private var provisional: Set<Roster.Block> = []
    /// Since when their devices differ.
    private var differSince: [Roster.Block: Instant] = [:]

    init(_ roster: Roster) { first = Set(roster.blocks) }

    func list(of device: Int) -> List { lists[device] ?? List() }

    mutating func update(_ device: Int, _ change: (inout List) -> Void) {
        change(&lists[device, default: List()])
    }

    func isBlocked(_ user: User, by owner: User, on device: Int) -> Bool {
        lists[device]?.lines[user]?.isBlocked ?? first.contains(Roster.Block(user, by: owner))
    }

    /// Whether a device knows that its owner is blocked by a user.
    func knows(_ blocker: User, hasBlocked owner: User, on device: Int) -> Bool {
        lists[device]?.blockers[blocker]?.isBlocked ?? first.contains(Roster.Block(owner, by: blocker))
    }

    mutating func mean(_ isBlock: Bool, of block: Roster.Block) { meant[block] = isBlock }

    /// About whom the devices of a person differ.
    func differing(of owner: User) -> [User] {
        differSince.keys.filter { $0.by == owner }.map(\.blocked).sorted { $0.number < $1.number }
    }

    /// Nil when the person has done nothing about them.
    func meaning(of block: Roster.Block) -> Bool? { meant[block] }

    mutating func noteAsked(about block: Roster.Block, on device: DeviceID) {
        asked[block, default: 0] |= device.bit
    }

    /// The person has answered there, or will not. Whether that leaves what was not meant as it is.
    mutating func endQuestion(about block: Roster.Block, on device: DeviceID, isAnswered: Bool) -> Bool {
        let others = (asked[block] ?? 0) & ~device.bit
        asked[block] = others == 0 ? nil : others
        guard isAnswered || others == 0 else { return false }
        return provisional.remove(block) != nil && !isAnswered
    }

    /// What has become of the devices of a person in what they have of somebody.
    enum Difference {
        case differNow
        /// And whether the person meant something else, and is not asked what.
        case agree(since: Instant, isMistaken: Bool)
    }

    /// Nil where it is as it was.
    mutating func compare(_ block: Roster.Block, on devices: [Int], at time: Instant) -> Difference? {
        let states = devices.map { isBlocked(block.blocked, by: block.by, on: $0) }
        let ordered = devices.flatMap { device in
            (lists[device]?.queue ?? []).filter { $0.order.user == block.blocked }.map(\.order.isBlock)
        }
        let agree = (states + ordered).allSatisfy { $0 == states.first }
        guard agree else {
            guard differSince[block] == nil else { return nil }
            differSince[block] = time
            return .differNow
        }
        guard let since = differSince.removeValue(forKey: block) else { return nil }
        let isMeant = states.first == meant[block]
        if !isMeant, asked[block] != nil { provisional.insert(block) }
        return .agree(since: since, isMistaken: !isMeant && asked[block] == nil)
    }
}
