import Vocabulary

/// All kinds of faults, in the order of the help page.
enum FaultKinds {
    static let all: [any FaultKind.Type] = [
        FaultPlan.Partition.self,
        FaultPlan.Isolation.self,
        FaultPlan.Flapping.self,
        FaultPlan.Swizzle.self,
        FaultPlan.Delay.self,
        FaultPlan.Loss.self,
        FaultPlan.Duplication.self,
        FaultPlan.Reordering.self,
        FaultPlan.Corruption.self,
        FaultPlan.Narrowing.self,
        FaultPlan.Reset.self,
        FaultPlan.HalfOpen.self,
        FaultPlan.Refusal.self,
        FaultPlan.Crash.self,
        FaultPlan.RestartStorm.self,
        FaultPlan.RollingRestart.self,
        FaultPlan.Pause.self,
        FaultPlan.Slow.self,
        FaultPlan.Disk.self,
        FaultPlan.Clock.self,
        FaultPlan.FrozenClock.self,
        FaultPlan.Memory.self,
        FaultPlan.Connections.self,
        FaultPlan.Disconnection.self,
        FaultPlan.Roaming.self,
        FaultPlan.RouterRestart.self,
        FaultPlan.Revocation.self,
        FaultPlan.LeaderLoss.self,
        FaultPlan.Rebalance.self,
        FaultPlan.Flush.self,
        FaultPlan.Eviction.self,
        FaultPlan.Staleness.self,
        FaultPlan.Errors.self,
        FaultPlan.Configuration.self,
    ]

    static let names = all.map { $0.name }

    static func named(_ name: String) -> (any FaultKind.Type)? { all.first { $0.name == name } }
}

extension FaultPlan {
    /// What goes wrong: one of the kinds, with its parameters.
    public struct Effect: Hashable, Sendable {
        let fault: any FaultKind

        init(_ fault: any FaultKind) { self.fault = fault }

        /// As files write it.
        public var kind: String { type(of: fault).name }

        /// Whom it hits, in words.
        public var text: String { fault.text }

        /// What of a system it hits.
        public var layer: FaultLayer { type(of: fault).layer }

        /// Whether it meets work by what comes by while it is on, and not by what is under way when it begins.
        public var meetsTraffic: Bool { type(of: fault).meetsTraffic }

        /// Whether there is nothing to be healed.
        var isOverAtOnce: Bool {
            if case .atOnce = fault.ending(in: Scenario()) { true } else { false }
        }

        /// The parameters, if it is of this kind.
        public func parameters<Kind>(_ kind: Kind.Type) -> Kind? { fault as? Kind }

        public static func == (a: Effect, b: Effect) -> Bool { AnyHashable(a.fault) == AnyHashable(b.fault) }

        public func hash(into hasher: inout Hasher) { AnyHashable(fault).hash(into: &hasher) }
    }

    /// How long it lasts in this scenario: nil for ever, zero for what is over at once.
    public func length(in scenario: Scenario) -> Span? {
        guard let effect else { return nil }
        switch effect.fault.ending(in: scenario) {
        case .whenHealed: return duration
        case .atOnce: return duration ?? .zero
        case .after(let span): return min(duration ?? span, span)
        }
    }

    /// The keys of the kinds.
    static var kinds: [Key<FaultPlan>] { FaultKinds.all.map { key(of: $0) } }

    private static func key<Kind: FaultKind>(of kind: Kind.Type) -> Key<FaultPlan> {
        let shape = KeyDescription.Shape.section(Kind.keys.map(\.description))
        return Key(KeyDescription(name: Kind.name, sentence: Kind.sentence, shape: shape)) {
            node, plan, reading in
            if let other = plan.effect {
                reading.fail(
                    node.place, "this fault is a \(other.kind) already; one fault, one kind",
                    "give it an element of its own, with 'name' and 'at'")
            }
            var value = Kind()
            reading.section(node, into: &value, Kind.name)
            plan.effect = Effect(value)
        } outline: {
            ($0.effect?.fault as? Kind)?.outline
        }
    }
}
