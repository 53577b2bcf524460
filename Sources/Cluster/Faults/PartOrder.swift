public import Simulation
internal import Vocabulary

/// A fault inside of parts, of which only they know what it means: a broker loses leadership, a registry
/// answers with what was true a minute ago, one answer in ten is an error, a cache is emptied.
///
/// The order is a message of the part's own. It is handed over at once, over no network and past every queue,
/// because it is not work but what the part has become; a paused machine changes nothing about it. An order
/// that has an end is a state, and is handed to every new incarnation until it is healed; one that has none
/// is an event, and is not.
public struct PartOrder<P: Part>: Fault {
    public let kind: String

    private let parts: [Endpoint<P>]
    private let begin: P.Inbox
    private let end: P.Inbox?
    /// Nil for those of all parts.
    private var machines: MachineSet?

    public init(
        _ kind: String, to parts: some Sequence<Endpoint<P>>, _ begin: P.Inbox, healedBy end: P.Inbox?
    ) {
        self.kind = kind
        self.parts = Array(parts)
        self.begin = begin
        self.end = end
    }

    /// The same to those of the parts that are on these machines.
    public func kept(to machines: MachineSet) -> PartOrder {
        var order = self
        order.machines = machines
        return order
    }

    private func parts(in cluster: Cluster) -> [Endpoint<P>] {
        guard let machines else { return parts }
        return parts.filter { machines.contains(cluster.machine(of: $0.target).pointee.number) }
    }

    public func apply(to cluster: Cluster, id: Int) {
        for part in parts(in: cluster) {
            cluster.noteHit(cluster.machine(of: part.target), at: .everything, by: id)
            cluster.order(begin, to: part)
            guard end != nil else { continue }
            cluster.standingOrders.append(
                StandingOrder(id: id, target: part.target) { [begin] in $0.order(begin, to: part) })
        }
    }

    public func heal(in cluster: Cluster, id: Int) {
        cluster.standingOrders.removeAll { $0.id == id }
        guard let end else { return }
        for part in parts(in: cluster) { cluster.order(end, to: part) }
    }
}

/// An order for whichever incarnation comes next.
struct StandingOrder {
    let id: Int
    let target: Target
    let give: (Cluster) -> Void
}

extension Cluster {
    fileprivate func order<P: Part>(_ message: P.Inbox, to endpoint: Endpoint<P>) {
        let machine = machine(of: endpoint.target)
        guard let place = listener(at: endpoint.target) else { return }
        let shift = ShiftOf<P>(turn: world.turn(of: Address(place)), machine: machine)
        world.inspect(Address<P>(place)) { $0.receive(message, in: shift) }
    }

    func repeatOrders(to target: Target) {
        for order in standingOrders where order.target == target { order.give(self) }
    }
}
