/// Several faults that come and go as one: a partition between machines that also cuts lines of devices.
///
/// They share one name, one stream and one count of what they met. At most one of them may be a `Partition`,
/// of which there is one to a name.
public struct Joint: Fault {
    public let kind: String

    private var parts: [any Fault]

    public init(_ kind: String, _ parts: [any Fault]) {
        precondition(!parts.contains { $0 is any GradualFault }, "a fault that takes steps stands by itself")
        precondition(parts.count { $0 is Partition } <= 1, "two partitions under one name")
        self.kind = kind
        self.parts = parts
    }

    public mutating func apply(to cluster: Cluster, id: Int) {
        for place in parts.indices { parts[place].apply(to: cluster, id: id) }
    }

    public mutating func heal(in cluster: Cluster, id: Int) {
        for place in parts.indices.reversed() { parts[place].heal(in: cluster, id: id) }
    }
}
