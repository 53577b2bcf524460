internal import Simulation
public import Vocabulary

/// How a producer finds the partition of a record by its key. All producers of a log have to do it in one way, or the
/// records of one key would be in two orders.
public enum Partitioning: String, Choice {
    /// By a hash of the key, divided by how many partitions there are: another number of them moves nearly all keys.
    case hash
    /// On a ring of partitions: one more moves its share of the keys only (S0-15).
    case consistent
}

struct Partitioner: Sendable {
    private let count: Int
    /// Nil of `hash`.
    private let ring: HashRing?

    init(_ partitioning: Partitioning, partitions: Int) {
        count = partitions
        ring = partitioning == .consistent ? HashRing(partitions) : nil
    }

    func partition(of key: UInt64) -> Int {
        if let ring { return ring.place(of: key) }
        return Mixing.place(of: key, among: count)
    }
}
