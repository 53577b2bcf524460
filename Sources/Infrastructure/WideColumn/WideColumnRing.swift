public import Cluster
internal import Simulation
public import Vocabulary

/// Which nodes of a wide-column store have which rows: each node has places on a ring of tokens, and a partition lies
/// on the nodes behind its own token, in as many zones as there are before a zone has it twice, so many of each
/// region.
///
///     token of a partition ─▶ |·····A·····C··B·······A···C·····B···|   ─▶ the first of each zone behind it
///
/// Nodes and clients know it from the beginning, and it does not change while a run goes on.
public struct WideColumnRing: Sendable {
    /// How many nodes there may be: each keeps what it has to hand over to each other one.
    public static let nodeCounts = 1...500

    public let nodes: Endpoints<WideColumnNode>
    /// Of each node, by number.
    let zones: [Zone]
    let regions: [Int]
    /// Of each zone of the cluster; nil where no node stands in its region.
    private let regionsOfZones: [Int?]
    /// Ends of ranges, in order.
    private let tokens: [UInt64]
    /// Of each range, `width` of them.
    private let owners: [UInt16]
    /// Of each range, which nodes these are, in whatever order: equal numbers for equal ones.
    private let sets: [UInt32]
    /// How many replicas a partition has, in all regions.
    let width: Int
    /// The same of each region.
    private let widths: [Int]

    /// - Parameter nodes: reserved, and standing in their zones.
    public init(of nodes: Endpoints<WideColumnNode>, in cluster: Cluster, settings: WideColumnSettings) {
        let zones = nodes.map { cluster.zone(of: $0) }
        var names: [String] = []
        let regions = zones.map { zone in
            let name = cluster.region(of: zone)
            if let known = names.firstIndex(of: name) { return known }
            names.append(name)
            return names.count - 1
        }
        (self.nodes, self.zones, self.regions) = (nodes, zones, regions)
        regionsOfZones = cluster.regions.map { names.firstIndex(of: $0) }
        precondition(Self.nodeCounts.contains(nodes.count), "a ring of \(nodes.count) nodes")
        let places = nodes.indices.flatMap { node in
            (0..<settings.tokens).map { (token: Self.token(ofNode: node, place: $0), node: node) }
        }
        .sorted { ($0.token, $0.node) < ($1.token, $1.node) }
        tokens = places.map(\.token)
        let regionCount = names.count
        let ring = places.map(\.node)
        let zonesOfRegions = (0..<regionCount).map { region in
            Set(nodes.indices.filter { regions[$0] == region }.map { zones[$0] }).count
        }
        let each = ring.indices.map { first in
            (0..<regionCount).flatMap { region in
                Self.owners(
                    behind: first, on: ring, count: settings.replicas, zones: zones,
                    in: zonesOfRegions[region]
                ) { regions[$0] == region }
            }
        }
        width = each[0].count
        widths = (0..<regionCount).map { region in each[0].count { regions[$0] == region } }
        owners = each.flatMap { $0.map { UInt16($0) } }
        var known: [[Int]: UInt32] = [:]  // looked up only, never iterated
        sets = each.map { owners in
            let owners = owners.sorted()
            let set = known[owners] ?? UInt32(known.count)
            known[owners] = set
            return set
        }
    }

    /// In the order of the ring; those in zones that have the row already come last.
    ///
    /// - Parameter zoneCount: in how many zones there are any that are meant.
    private static func owners(
        behind first: Int, on ring: [Int], count: Int, zones: [Zone], in zoneCount: Int,
        where isMeant: (Int) -> Bool
    ) -> [Int] {
        var chosen: [Int] = []
        var others: [Int] = []
        for step in ring.indices {
            // Who comes later comes behind these.
            if chosen.count >= min(count, zoneCount), chosen.count + others.count >= count { break }
            let node = ring[(first + step) % ring.count]
            guard isMeant(node), !chosen.contains(node), !others.contains(node) else { continue }
            if chosen.contains(where: { zones[$0] == zones[node] }) {
                others.append(node)
            } else {
                chosen.append(node)
            }
        }
        return Array((chosen + others).prefix(count))
    }

    /// Murmur3 there; any function that spreads evenly is as good.
    static func token(of partition: UInt64) -> UInt64 { Mixing.finalize(partition) }

    private static func token(ofNode node: Int, place: Int) -> UInt64 {
        Mixing.finalize(Mixing.finalize(UInt64(node) + 1) &+ UInt64(place))
    }

    /// The nodes that have a partition.
    func replicas(of partition: UInt64) -> Replicas { Replicas(first: range(of: partition) * width) }

    /// Partitions of one set lie on the same nodes.
    @usableFromInline
    func set(of partition: UInt64) -> UInt32 { sets[range(of: partition)] }

    private func range(of partition: UInt64) -> Int {
        let token = Self.token(of: partition)
        var (low, high) = (0, tokens.count)
        while low < high {
            let middle = (low + high) / 2
            if tokens[middle] < token { low = middle + 1 } else { high = middle }
        }
        return low == tokens.count ? 0 : low
    }

    /// Some of the nodes, by their places among owners.
    struct Replicas {
        fileprivate let first: Int
    }

    func width(ofRegion region: Int) -> Int { widths[region] }

    /// Nil when no node stands there.
    @usableFromInline
    func region(of zone: Zone) -> Int? { regionsOfZones[zone.number] }

    /// Where a client in a region sends a request: to a replica of the partition, those of its region first, in turn;
    /// to one that it avoids only when there is no other.
    @usableFromInline
    func coordinator(
        _ tries: WideTries, of partition: UInt64, from region: Int?, at now: Instant, avoiding: [Instant]
    ) -> UInt16 {
        let replicas = replicas(of: partition)
        let first = region.map { widths[..<$0].reduce(0, +) } ?? 0
        let near = region.map { widths[$0] } ?? width
        var best: Int?
        for step in 0..<width {
            let turn = Int(tries.turn) + Int(tries.attempt) + step
            let place = step < near ? first + turn % near : (first + step) % width
            let node = node(place, of: replicas)
            if avoiding[node] <= now { return UInt16(node) }
            if best == nil { best = node }
        }
        return UInt16(best!)
    }

    func node(_ place: Int, of replicas: Replicas) -> Int { Int(owners[replicas.first + place]) }

    /// The numbers of the nodes that have a partition, for looking on.
    public func nodes(of partition: UInt64) -> [Int] {
        let replicas = replicas(of: partition)
        return (0..<width).map { node($0, of: replicas) }
    }

    /// Whether all nodes serve and take each other to be up, every hint is delivered, and those that have begun anew have
    /// all that others have of their partitions, for looking on.
    public func isInSync(in cluster: Cluster) -> Bool {
        let known = nodes.map { node in
            cluster.inspect(node) {
                (
                    isReady: $0.isServing && $0.hintCount == 0 && !$0.isUp.contains(false), table: $0.table,
                    isNew: $0.seat.incarnation > 1
                )
            }
        }
        guard known.allSatisfy({ $0?.isReady == true }) else { return false }
        let settled = Int64(cluster.world.now.nanoseconds) / 1_000 - Self.inFlight
        return known.indices.allSatisfy { node in
            guard let mine = known[node], mine.isNew else { return true }
            return known.indices.allSatisfy { other in
                guard other != node, let table = known[other]?.table else { return true }
                return mine.table.hasAll(of: table, writtenBefore: settled) {
                    self.nodes(of: $0).contains(node)
                }
            }
        }
    }

    /// What was written in the last second may be on its way, in µs.
    private static let inFlight: Int64 = 1_000_000

    /// How many answers make a quorum of so many.
    static func majority(of count: Int) -> Int { count / 2 + 1 }
}
