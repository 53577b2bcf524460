/// How many of something a machine may have at a time: connections, as its file descriptors allow.
///
/// Faults lower the limit, each by its own name; the lowest holds. What was taken before stays taken, so a
/// limit below it only keeps more from being taken.
public struct Quota: Sendable {
    /// How many are taken.
    public private(set) var taken = 0
    /// How many were not to be had, as no fault but its own limit says.
    public private(set) var refused: UInt64 = 0
    private let own: Int
    private var lowered: [(id: Int, limit: Int)] = []
    private(set) var limit: Int
    /// The fault that has set the limit; nil when it is the machine's own.
    private(set) var loweredBy: Int?

    public init(limit: Int) {
        precondition(limit >= 0, "a limit of \(limit)")
        own = limit
        self.limit = limit
    }

    /// False when there is no room for one more.
    public mutating func take() -> Bool {
        guard taken < limit else {
            if loweredBy == nil { refused += 1 }
            return false
        }
        taken += 1
        return true
    }

    public mutating func giveBack() {
        precondition(taken > 0, "nothing is taken that could be given back")
        taken -= 1
    }

    mutating func lower(to limit: Int, id: Int) {
        lowered.append((id, limit))
        settle()
    }

    mutating func restore(id: Int) {
        lowered.removeAll { $0.id == id }
        settle()
    }

    private mutating func settle() {
        (limit, loweredBy) = (own, nil)
        for (id, lower) in lowered where lower < limit { (limit, loweredBy) = (lower, id) }
    }
}
