public import Vocabulary

/// A fault as a scenario plans it: what, to whom, when and for how long.
public struct FaultPlan: Hashable, Sendable {
    public var name = ""
    public var at: Span?
    /// Nil for ever, or for what takes no time.
    public var duration: Span?
    /// From one beginning to the next; nil for once.
    public var every: Span?
    /// In what share of its turns it acts, drawn from the seed.
    public var ratio = Share.all
    public var effect: Effect?

    /// What goes wrong. Each kind is a struct with its own parameters.
    public enum Effect: Hashable, Sendable {
        case partition(Partition)
        case delay(Delay)
        case loss(Loss)
        case duplicate(Duplication)
        case reorder(Reordering)
        case corrupt(Corruption)
        case bandwidth(Narrowing)
        case reset(Reset)
        case crash(Crash)
        case pause(Pause)
        case slow(Slow)
        case disk(Disk)
        case clock(Clock)
        case disconnect(Hit)
        case roam(Hit)
        case revoke(Hit)
        case leaderLoss(LeaderLoss)
        case rebalance(Service)
        case flush(Service)
        case errors(Errors)
    }
}

extension FaultPlan: Section {
    static let keys: [Key<FaultPlan>] =
        [
            Key<FaultPlan>.name(\.name, "what reports and thresholds call it").required,
            Key("at", \.at, "when it begins, from the start of the run"),
            Key(
                "for", \.duration, "how long it lasts; for ever when left out",
                in: .nanoseconds(1)...Span.bounds.upperBound),
            Key(
                "every", \.every, "from one beginning to the next, for what comes again",
                in: .nanoseconds(1)...Span.bounds.upperBound),
            Key("ratio", \.ratio, "in what share of its turns it acts"),
        ] + kinds

    /// The kinds of faults, in the order of the help page.
    static let kinds: [Key<FaultPlan>] = [
        kind("partition", "packets between two groups do not arrive", Effect.partition) {
            if case .partition(let value) = $0 { value } else { nil }
        },
        kind("delay", "packets take longer", Effect.delay) {
            if case .delay(let value) = $0 { value } else { nil }
        },
        kind("loss", "packets get lost", Effect.loss) {
            if case .loss(let value) = $0 { value } else { nil }
        },
        kind("duplicate", "packets arrive twice", Effect.duplicate) {
            if case .duplicate(let value) = $0 { value } else { nil }
        },
        kind("reorder", "packets overtake others", Effect.reorder) {
            if case .reorder(let value) = $0 { value } else { nil }
        },
        kind("corrupt", "packets arrive spoiled, which a checksum finds", Effect.corrupt) {
            if case .corrupt(let value) = $0 { value } else { nil }
        },
        kind("bandwidth", "links carry less", Effect.bandwidth) {
            if case .bandwidth(let value) = $0 { value } else { nil }
        },
        kind("reset", "connections are reset", Effect.reset) {
            if case .reset(let value) = $0 { value } else { nil }
        },
        kind("crash", "machines go down, and come back", Effect.crash) {
            if case .crash(let value) = $0 { value } else { nil }
        },
        kind("pause", "machines stop and go on where they were", Effect.pause) {
            if case .pause(let value) = $0 { value } else { nil }
        },
        kind("slow", "work takes longer by a factor", Effect.slow) {
            if case .slow(let value) = $0 { value } else { nil }
        },
        kind("disk", "disks are slow, full, or fail to read", Effect.disk) {
            if case .disk(let value) = $0 { value } else { nil }
        },
        kind("clock", "clocks jump or drift", Effect.clock) {
            if case .clock(let value) = $0 { value } else { nil }
        },
        kind("disconnect", "people lose coverage", Effect.disconnect) {
            if case .disconnect(let value) = $0 { value } else { nil }
        },
        kind("roam", "people move to another network", Effect.roam) {
            if case .roam(let value) = $0 { value } else { nil }
        },
        kind("revoke", "credentials are revoked", Effect.revoke) {
            if case .revoke(let value) = $0 { value } else { nil }
        },
        kind("leader-loss", "a replica that leads a partition or a shard no longer does", Effect.leaderLoss) {
            if case .leaderLoss(let value) = $0 { value } else { nil }
        },
        kind("rebalance", "consumers are assigned anew", Effect.rebalance) {
            if case .rebalance(let value) = $0 { value } else { nil }
        },
        kind("flush", "a cache forgets everything", Effect.flush) {
            if case .flush(let value) = $0 { value } else { nil }
        },
        kind("errors", "calls are answered with errors", Effect.errors) {
            if case .errors(let value) = $0 { value } else { nil }
        },
    ]

    static var kindNames: [String] { kinds.map(\.description.name) }

    private static func kind<Value: Section>(
        _ name: String, _ sentence: String, _ wrap: @escaping @Sendable (Value) -> Effect,
        _ unwrap: @escaping @Sendable (Effect) -> Value?
    ) -> Key<FaultPlan> {
        let shape = KeyDescription.Shape.section(Value.keys.map(\.description))
        return Key(KeyDescription(name: name, sentence: sentence, shape: shape)) { node, plan, reading in
            if let other = plan.effect {
                reading.fail(node.place, "this fault is a \(other.kind) already; one fault, one kind")
            }
            var value = Value()
            reading.section(node, into: &value, name)
            plan.effect = wrap(value)
        } outline: {
            $0.effect.flatMap(unwrap)?.outline
        }
    }

    func check(_ reading: inout Reading) {
        let path = reading.path
        guard let effect else {
            // One that could not be read has been reported.
            if reading.isSound(path),
                Self.kindNames.allSatisfy({ reading.place(of: "\(path).\($0)") == reading.place(of: path) })
            {
                reading.fail(
                    at: path, "this fault does not say what happens",
                    "add one of \(Self.kindNames.joined(separator: ", "))")
            }
            return
        }
        if at == nil, every == nil, reading.isSound("\(path).at", "\(path).every") {
            reading.fail(at: path, "this fault does not say when", "add 'at: 4m' or 'every: 1m'")
        }
        if let every, let duration, duration >= every, reading.isSound("\(path).for", "\(path).every") {
            reading.fail(
                at: "\(path).for", "it lasts \(duration.written) and begins again every \(every.written)",
                "make 'for' shorter than 'every'")
        }
        if case .crash(let crash) = effect, crash.restartAfter != nil, duration != nil {
            reading.fail(
                at: "\(path).for", "'for' and 'restart-after' say the same thing twice",
                "leave one of them out")
        }
    }
}

extension FaultPlan.Effect {
    /// As files write it.
    public var kind: String {
        let plan = FaultPlan(effect: self)
        return FaultPlan.kinds.first { $0.outline(plan) != nil }!.description.name
    }
}
