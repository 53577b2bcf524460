public import Simulation
public import Vocabulary

/// What may go wrong at random, and how much of it at a time.
///
/// Inside the envelope a design has to keep its promises: a loss there is a bug or a finding. So it is
/// written down, and what is drawn from it is a list of explicit faults, which can be read, repeated, and
/// made shorter. A pure value: it knows no cluster, and the same seed draws the same list.
public struct FaultEnvelope: Hashable, Sendable {
    /// Machines that stand in for each other, and what may befall them.
    public struct ReplicaSet: Hashable, Sendable {
        public var role: String
        public var members: ClosedRange<Int>
        public var kinds: [String]
        /// How many of them may be faulty at a time.
        public var atMost: Int
        /// The roles that lose machines by it: a zone stands for one machine of each role that is spread over zones.
        public var roles: [String]

        /// - Parameter roles: only that one when nil.
        public init(
            _ role: String, _ members: ClosedRange<Int>, kinds: [String], atMost: Int = 1,
            roles: [String]? = nil
        ) {
            precondition(!kinds.isEmpty, "nothing may befall \(role)")
            precondition(atMost >= 1, "at most \(atMost) of \(role) at a time")
            self.roles = roles ?? [role]
            self.role = role
            self.members = members
            self.kinds = kinds
            self.atMost = atMost
        }

        /// Whether a fault of the one takes something from the other.
        public func overlaps(_ other: ReplicaSet) -> Bool {
            role == other.role || roles.contains { other.roles.contains($0) }
        }
    }

    public var sets: [ReplicaSet]
    /// When faults may begin.
    public var window: Range<Instant>
    /// By when all are healed: those that would last longer are cut short.
    public var healedBy: Instant
    /// The time from one fault to the next, in ns. Those that would leave the envelope do not happen, so that
    /// there may be fewer.
    public var interval: Spread
    /// How long a fault lasts, in ns.
    public var duration: Spread
    /// How long a set has to be left alone after a fault, until it is in sync again; zero when the next may
    /// follow at once.
    public var recovery: Span

    public init(
        _ sets: [ReplicaSet], in window: Range<Instant>, healedBy: Instant, interval: Spread,
        duration: Spread,
        recovery: Span = .zero
    ) {
        precondition(!sets.isEmpty, "an envelope without anything that could fail")
        precondition(window.upperBound <= healedBy, "faults may begin after all are healed")
        precondition(interval.mean > 0, "a fault every \(interval)")
        self.sets = sets
        self.window = window
        self.healedBy = healedBy
        self.interval = interval
        self.duration = duration
        self.recovery = recovery
    }

    /// One fault: what befalls which machine, when, and for how long.
    public struct Strike: Hashable, Sendable {
        public var kind: String
        public var role: String
        public var number: Int
        public var start: Instant
        public var duration: Span
    }

    /// The faults that a seed draws, in the order in which they begin. Each takes five draws, whether it
    /// happens or not, so that what one set may suffer moves nothing of another one's.
    public func schedule(seed: UInt64) -> [Strike] {
        var stream = Streams(seed: seed, purpose: Purpose("schedule of faults")).stream(of: 0)
        var strikes: [(set: Int, strike: Strike)] = []
        var time = window.lowerBound
        while true {
            time = time + max(Span(roundingNanoseconds: interval.sample(&stream)), .nanoseconds(1))
            guard time < window.upperBound else { return strikes.map(\.strike) }
            let number = stream.below(sets.count)
            let set = sets[number]
            let kind = set.kinds[stream.below(set.kinds.count)]
            let member = set.members.lowerBound + stream.below(set.members.count)
            let drawn = Span(roundingNanoseconds: duration.sample(&stream))
            let span = min(max(drawn, .nanoseconds(1)), healedBy - time)
            let faulty = strikes.filter {
                sets[$0.set].overlaps(set) && time < $0.strike.start + $0.strike.duration + recovery
            }
            guard faulty.count < set.atMost,
                !faulty.contains(where: { $0.set == number && $0.strike.number == member })
            else { continue }
            strikes.append(
                (number, Strike(kind: kind, role: set.role, number: member, start: time, duration: span)))
        }
    }
}
