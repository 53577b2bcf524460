public import Simulation
public import Vocabulary

/// Faults of what lies between machines. Each names two groups; the second is everybody else unless it is
/// given.
extension FaultPlan {
    public struct Partition: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var direction = Direction.both
        public var packets = Packets.drop
        public var connections = Connections.all

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

        public enum Connections: String, Choice {
            case all
            /// Those that are open go on.
            case new
        }
    }

    public struct Delay: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var add = Varied<Span>(.zero)
        public var jitter = Span.zero
        public var correlation = Share.none
    }

    public struct Loss: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var share = Share.none
        /// Packets that are lost in a row, on the average.
        public var burst = 1
    }

    public struct Duplication: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var share = Share.none
    }

    public struct Reordering: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var share = Share.none
        public var extra = Span.milliseconds(10)
    }

    public struct Corruption: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var share = Share.none
    }

    public struct Narrowing: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
        public var rate = DataRate.megabitsPerSecond(1)
        /// What may wait; without a limit when nil.
        public var buffer: ByteCount?
    }

    public struct Reset: Hashable, Sendable {
        public var between = Target.everything
        public var and = Target.everything
    }
}

/// The two groups, the same in all of them.
protocol BetweenGroups: Section {
    var between: Target { get set }
    var and: Target { get set }
}

extension BetweenGroups {
    static func groups() -> [Key<Self>] {
        [
            Key("between", \.between, "the one group").required,
            Key("and", \.and, "the other group; everybody else when left out"),
        ]
    }
}

extension FaultPlan.Partition: BetweenGroups {
    static let keys: [Key<Self>] =
        groups() + [
            Key("direction", \.direction, "both ways, or from the first group to the second only"),
            Key("packets", \.packets, "whether senders are told: drop is silence"),
            Key("connections", \.connections, "all, or only those to be opened"),
        ]
}

extension FaultPlan.Delay: BetweenGroups {
    static let keys: [Key<Self>] =
        groups() + [
            Key("add", \.add, "what is added to the delay of each packet").required,
            Key("jitter", \.jitter, "up to so much more, evenly spread"),
            Key("correlation", \.correlation, "how much of a packet's delay the next one shares"),
        ]
}

extension FaultPlan.Loss: BetweenGroups {
    static let keys: [Key<Self>] =
        groups() + [
            Key("share", \.share, "of all packets").required,
            Key("burst", \.burst, "how many are lost in a row on the average", in: 1...100_000),
        ]
}

extension FaultPlan.Duplication: BetweenGroups {
    static let keys: [Key<Self>] = groups() + [Key("share", \.share, "of all packets").required]
}

extension FaultPlan.Reordering: BetweenGroups {
    static let keys: [Key<Self>] =
        groups() + [
            Key("share", \.share, "of all packets").required,
            Key("extra", \.extra, "how much longer these take"),
        ]
}

extension FaultPlan.Corruption: BetweenGroups {
    static let keys: [Key<Self>] = groups() + [Key("share", \.share, "of all packets").required]
}

extension FaultPlan.Narrowing: BetweenGroups {
    static let keys: [Key<Self>] =
        groups() + [
            Key("rate", \.rate, "what still gets through").required,
            Key("buffer", \.buffer, "what may wait; without a limit when left out"),
        ]
}

extension FaultPlan.Reset: BetweenGroups {
    static let keys: [Key<Self>] = groups()
}
