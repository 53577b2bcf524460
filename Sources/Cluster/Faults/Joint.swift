public import Vocabulary

/// Several faults that come and go as one: a partition between machines that also cuts lines of devices.
///
/// They share one name, one stream and one count of what they met. At most one of them may be a `Partition`,
/// of which there is one to a name, and at most one may take steps while it lasts.
public struct Joint: GradualFault {
    public let kind: String

    private var parts: [any Fault]

    var hasSteps: Bool { parts.contains(where: \.takesSteps) }

    public init(_ kind: String, _ parts: [any Fault]) {
        precondition(parts.count(where: \.takesSteps) <= 1, "two faults that take steps under one name")
        precondition(parts.count { $0 is Partition } <= 1, "two partitions under one name")
        self.kind = kind
        self.parts = parts
    }

    public mutating func apply(to cluster: Cluster, id: Int) {
        for place in parts.indices { parts[place].apply(to: cluster, id: id) }
    }

    public mutating func proceed(in cluster: Cluster, id: Int) -> Span? {
        for place in parts.indices {
            guard var part = parts[place] as? any GradualFault else { continue }
            defer { parts[place] = part }
            return part.proceed(in: cluster, id: id)
        }
        return nil
    }

    public mutating func heal(in cluster: Cluster, id: Int) {
        for place in parts.indices.reversed() { parts[place].heal(in: cluster, id: id) }
    }
}
