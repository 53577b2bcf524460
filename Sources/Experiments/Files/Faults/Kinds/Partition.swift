import Cluster
internal import Simulation
public import Vocabulary

extension FaultPlan {
    /// Packets between two groups do not arrive.
    public struct Partition: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var direction = Direction.both
        public var packets = Packets.drop
        public var connections = ConnectionScope.all

        public enum Direction: String, Choice {
            case both
            /// From the first group to the second only.
            case oneWay = "one-way"
        }

        public enum Packets: String, Choice {
            case drop
            /// The sender is told at once.
            case reject
        }

        public enum ConnectionScope: String, Choice {
            case all
            /// Those that are open go on.
            case new
        }
    }
}

extension FaultPlan.Partition: BetweenGroups {
    static let name = "partition"
    static let sentence = "packets between two groups do not arrive"
    static let example = "between: client, and: server, direction: both, packets: drop, connections: all"

    static let keys: [Key<Self>] = groups() + cuts

    var text: String { "\(between.written) \(direction == .both ? "and" : "to") \(and.written)" }

    func faults(on ground: FaultGround, named name: String) -> [any Fault] { ground.cut(self) }

    /// Whom one of the seed's faults cuts a machine off from, by a draw of its own, that moves nothing of the schedule:
    /// everybody, or another of these roles, both ways or one way.
    mutating func drawOtherGroup(of number: Int, among targets: [Target], seed: Int) {
        let others = targets.filter {
            if case .role = $0.subject { $0.subject != between.subject } else { false }
        }
        guard !others.isEmpty else { return }
        var stream = Streams(seed: UInt64(seed), purpose: Purpose("partitions between two roles"))
            .stream(of: UInt64(number))
        let reach = stream.below(3)
        guard reach > 0 else { return }
        and = others[stream.below(others.count)]
        direction = reach == 1 ? .both : .oneWay
    }
}

/// What is cut between two groups.
protocol Cuts: BetweenGroups {
    var direction: FaultPlan.Partition.Direction { get set }
    var packets: FaultPlan.Partition.Packets { get set }
    var connections: FaultPlan.Partition.ConnectionScope { get set }
}

extension FaultPlan.Partition: Cuts {}

extension Cuts {
    static var cuts: [Key<Self>] {
        [
            Key("direction", \.direction, "both ways, or from the first group to the second only"),
            Key("packets", \.packets, "whether senders are told: drop is silence"),
            Key("connections", \.connections, "all, or only those to be opened"),
        ]
    }
}

extension FaultGround {
    /// Machines from machines, and the lines of devices on either side from the machines on the other.
    func cut(_ fault: some Cuts) -> [any Fault] {
        let (first, second) = groups(of: fault)
        let isBoth = fault.direction == .both
        let packets: Partition.Packets = fault.packets == .drop ? .drop : .reject
        let connections: Partition.ConnectionScope = fault.connections == .all ? .all : .new
        func cut(
            _ devices: LinkGroup, from machines: LinkGroup, _ direction: DeviceCut.Direction
        ) -> (any Fault)? {
            guard !devices.zones.isEmpty, !machines.machines.isEmpty else { return nil }
            return DeviceCut(
                between: DeviceSet(in: devices.zones), and: machines.machines,
                direction: isBoth ? .both : direction, packets: packets, connections: connections)
        }
        return [
            Partition(
                between: first.machines, and: second.machines, direction: isBoth ? .both : .oneWay,
                packets: packets, connections: connections),
            cut(first, from: second, .up), cut(second, from: first, .down),
        ].compactMap { $0 }
    }
}
