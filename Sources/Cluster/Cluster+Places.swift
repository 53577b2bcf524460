internal import Simulation
internal import Vocabulary

extension Cluster {
    /// The machines on which these parts run.
    public func machines<P: Part>(of endpoints: some Sequence<Endpoint<P>>) -> MachineSet {
        MachineSet(endpoints.map { machine(of: $0.target).pointee.number })
    }

    /// The machines that stand in a zone.
    public func machines(in zone: Zone) -> MachineSet {
        MachineSet(machines.indices.filter { machines[$0].pointee.zone == zone })
    }

    /// The zone in which the machine of a part stands.
    public func zone<P: Part>(of endpoint: Endpoint<P>) -> Zone { machine(of: endpoint.target).pointee.zone }

    public var allMachines: MachineSet { MachineSet(machines.indices) }

    /// So many of these machines, drawn by chance.
    ///
    /// - Parameter name: of the fault that they are for: it has a stream of its own, so that no other draw
    /// moves.
    public func choose(_ count: Int, of machines: MachineSet, for name: String) -> MachineSet {
        var numbers = machines.machines
        precondition(count <= numbers.count, "\(count) of \(numbers.count) machines")
        var stream = Streams(seed: world.seed, purpose: Purpose("pick of \(name)")).stream(of: 0)
        stream.draw(count, to: &numbers)
        return MachineSet(numbers.prefix(count))
    }

    public func region(of zone: Zone) -> String { regions[zone.number] }

    /// The machines at a place, or some of them, drawn as `choose` draws.
    public func find(
        _ place: Whereabouts, pick: Pick = .all, for name: String = ""
    ) throws(FindingError) -> MachineSet {
        let found = MachineSet(try numbers(at: place))
        let count: Int
        switch pick {
        case .all: return found
        case .number(let number): count = number
        case .share(let share):
            precondition(share >= 0, "a share of \(share)")
            precondition(share <= 1, "a share of \(share)")
            count = Int((share * Double(found.count)).rounded(.up))
        }
        guard count <= found.count else { throw .tooFew(asked: count, count: found.count) }
        return choose(count, of: found, for: name)
    }

    private func numbers(at place: Whereabouts) throws(FindingError) -> [Int] {
        switch place {
        case .role(let name): return try machines(ofRole: name)
        case .parts(let name, let range):
            let all = try machines(ofRole: name)
            guard range.lowerBound >= 0, range.upperBound < all.count else {
                throw .pastTheEnd(role: name, asked: range, count: all.count)
            }
            return Array(all[range])
        case .zone(let name):
            guard let number = zones.firstIndex(of: name) else {
                throw .noSuch(what: "zone", name: name, nearest: nearest(to: name, among: zones))
            }
            return machines(in: Zone(number: number)).machines
        case .region(let name):
            guard regions.contains(name) else {
                throw .noSuch(what: "region", name: name, nearest: nearest(to: name, among: regions))
            }
            return machines.indices.filter { regions[machines[$0].pointee.zone.number] == name }
        }
    }

    private func machines(ofRole name: String) throws(FindingError) -> [Int] {
        guard let role = roles.number(of: name) else {
            throw .noSuch(what: "role", name: name, nearest: nearest(to: name, among: roles.names))
        }
        return roles[role].pointee.all.map(\.pointee.number)
    }
}
