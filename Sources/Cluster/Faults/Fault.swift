internal import Simulation
public import Vocabulary

/// Something that goes wrong with machines or with what lies between them, and comes right again.
///
/// A fault is a small value that knows what it hits. It is applied once and healed once; several may be on at the same time, of
/// the same kind and on the same machine too, and each is healed on its own.
public protocol Fault: Sendable {
    /// What it is called in scenarios and reports, `partition`.
    static var kind: String { get }

    func apply(to cluster: Cluster, id: Int)
    func heal(in cluster: Cluster, id: Int)
}

extension Cluster {
    /// Plans a fault: it begins at `start` and is healed after `duration`, or never when that is nil. Faults act from the
    /// control lane, before everything else of their instant, so one that changes nothing leaves no trace.
    public func plan(_ fault: some Fault, at start: Instant, for duration: Span?) {
        faults.append(fault)
        let turn = world.turn(of: director)
        turn.send(.apply(faults.count - 1), to: director, after: start - world.now)
        guard let duration else { return }
        turn.send(.heal(faults.count - 1), to: director, after: start + duration - world.now)
    }
}

/// Applies the faults that are planned, and heals them.
actor Director: Component {
    enum Inbox: Marked {
        case apply(Int)
        case heal(Int)

        var mark: UInt64 {
            switch self {
            case .apply(let fault): Vocabulary.mark(1, UInt64(fault))
            case .heal(let fault): Vocabulary.mark(2, UInt64(fault))
            }
        }
    }

    nonisolated let home: Home
    private unowned(unsafe) let cluster: Cluster

    init(home: Home, cluster: Cluster) {
        self.home = home
        self.cluster = cluster
    }

    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .apply(let id): cluster.faults[id].apply(to: cluster, id: id)
        case .heal(let id): cluster.faults[id].heal(in: cluster, id: id)
        }
    }
}
