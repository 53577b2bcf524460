public import Cluster
public import Vocabulary

/// Faults of machines: which, and how many of these.
extension FaultPlan {
    public struct Crash: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var lose = Loss.unsynced
        /// Nil: it stays down, or comes back with `for`.
        public var restartAfter: Span?

        /// What it takes along; memory is gone after each.
        public enum Loss: String, Choice {
            case process
            case unsynced
            case disk
        }
    }

    public struct Pause: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        /// All when nil.
        public var cores: Int?
    }

    public struct Slow: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var factor = Factor.one
    }

    public struct Disk: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var mode = Mode.slow
        public var factor = Factor.times(10)

        public enum Mode: String, Choice {
            case full
            case slow
            case failing
        }
    }

    public struct Clock: Hashable, Sendable {
        public var target = Target.everything
        public var pick = Pick.all
        public var offset: Span?
        public var drift: Drift?
    }
}

/// Which machines, and how many of them: the same in all of them.
protocol HitsTarget: Section {
    var target: Target { get set }
    var pick: Pick { get set }
}

extension HitsTarget {
    static func hits() -> [Key<Self>] {
        [
            Key("target", \.target, "whom it hits").required,
            Key("pick", \.pick, "how many of these, drawn from the seed"),
        ]
    }
}

extension FaultPlan.Crash: HitsTarget {
    static let keys: [Key<Self>] =
        hits() + [
            Key("lose", \.lose, "what goes with the memory: nothing, what was not synced, or the disk"),
            Key("restart-after", \.restartAfter, "how long they stay down"),
        ]
}

extension FaultPlan.Pause: HitsTarget {
    static let keys: [Key<Self>] =
        hits() + [Key("cores", \.cores, "how many of each machine's cores; all when left out", in: 1...1_024)]
}

extension FaultPlan.Slow: HitsTarget {
    static let keys: [Key<Self>] = hits() + [Key("factor", \.factor, "how much longer work takes").required]
}

extension FaultPlan.Disk: HitsTarget {
    static let keys: [Key<Self>] =
        hits() + [
            Key("mode", \.mode, "what is wrong with them").required,
            Key("factor", \.factor, "how much slower, in the mode slow"),
        ]
}

extension FaultPlan.Clock: HitsTarget {
    static let keys: [Key<Self>] =
        hits() + [
            Key(
                "offset", \.offset, "a jump, back if it is negative",
                in: -Span.bounds.upperBound...Span.bounds.upperBound),
            Key("drift", \.drift, "how much too fast they run, 200ppm"),
        ]

    func check(_ reading: inout Reading) {
        if offset == nil, drift == nil, reading.isSound("\(reading.path).offset", "\(reading.path).drift") {
            reading.fail(
                at: reading.path, "this clock fault does nothing", "add 'offset: 2s' or 'drift: 200ppm'")
        }
    }
}
