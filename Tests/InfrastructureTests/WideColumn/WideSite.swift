import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// Nodes of a wide-column store, one in each of some zones in turn, and clerks who ask them, in a zone of their own.
/// Everything is 1 ms apart. Messages cost nothing; a kilobyte takes a microsecond on the disk, a read 100 µs and a sync
/// a millisecond.
struct WideSite {
    let cluster: Cluster
    let nodes: Endpoints<WideColumnNode>
    let ring: WideColumnRing
    let clerks: Endpoints<Clerk>
    let settings: WideColumnSettings

    /// - Parameters:
    ///   - regions: of the zones; all in one when nil.
    ///   - clocks: of the clerks.
    init(
        seed: UInt64 = 1, nodes count: Int = 3, zones zoneCount: Int = 3, regions: [String]? = nil,
        clocks: [LocalClock] = [LocalClock()], rules: WideColumnRules = WideColumnRules(),
        _ change: (inout WideColumnSettings) -> Void = { _ in }
    ) {
        var settings = WideColumnSettings()
        settings.requestTime = Varied("0us")
        settings.writeTime = Varied("0us")
        settings.readTime = Varied("0us")
        settings.rowTime = Varied("0us")
        change(&settings)
        self.settings = settings
        let zones = (0..<zoneCount).map { "zone-\($0)" } + ["office"]
        let inRegions = (regions ?? Array(repeating: "here", count: zoneCount))
        cluster = Cluster(seed: seed, zones: zones, regions: inRegions + [inRegions[0]]) { _, _ in
            LinkProfile(delay: .delay(.milliseconds(1)))
        }
        let wire = Bandwidth(.gigabitsPerSecond(8))
        var hardware = Hardware(
            processor: .init(cores: 1),
            disk: .init(
                DiskProfile(
                    sync: .delay(.milliseconds(1)), read: .delay(.microseconds(100)),
                    bytesPerSecond: 1_000_000_000), capacity: .megabytes(1_000)),
            uplink: wire, downlink: wire)
        let nodes = cluster.reserve(
            "store", of: WideColumnNode.self, on: hardware,
            in: (0..<count).map { Zone(number: $0 % zoneCount) })
        let ring = WideColumnRing(of: nodes, in: cluster, settings: settings)
        cluster.start(nodes) { seat, _ in
            WideColumnNode(seat: seat, ring: ring, settings: settings, rules: rules)
        }
        for clock in clocks {
            hardware.clock = clock
            _ = cluster.add("clerk", count: 1, on: hardware, in: Zone(number: zoneCount)) { seat, _ in
                Clerk(seat: seat, ring: ring, settings: settings)
            }
        }
        (self.nodes, self.ring) = (nodes, ring)
        clerks = cluster.endpoints(of: "clerk")!
    }

    func machines(_ numbers: Int...) -> MachineSet { cluster.machines(of: numbers.map { nodes[$0] }) }

    static func row(
        _ clustering: UInt64, of partition: UInt64 = 1, value: UInt64? = nil, lifetime: Span? = nil
    ) -> WideRow {
        WideRow(
            in: partition, at: clustering, value: value ?? clustering, weight: .bytes(1_000),
            lifetime: lifetime)
    }

    /// Numbers of requests are those of their answers.
    func write(
        _ number: Int, _ rows: WideRow..., with level: Consistency = .quorum, by clerk: Int = 0, at time: Span
    ) {
        cluster.deliver(.write(rows, level, number: number), to: clerks[clerk], at: .at(time))
    }

    func read(
        _ number: Int, _ read: WideRead = WideRead(of: 1), with level: Consistency = .quorum,
        by clerk: Int = 0,
        at time: Span
    ) {
        cluster.deliver(.read(read, level, number: number), to: clerks[clerk], at: .at(time))
    }

    func run(until end: Span) { #expect(cluster.run(until: .at(end)) == .reachedEnd) }

    func answer(_ number: Int, by clerk: Int = 0) -> Clerk.Answer? {
        cluster.inspect(clerks[clerk]) { $0.answers[number] } ?? nil
    }

    func isWritten(_ number: Int, by clerk: Int = 0) -> Bool {
        answer(number, by: clerk).map { $0.error == nil } ?? false
    }
}

extension WideSite {
    /// What a node has of a partition: values, and what is deleted as its clustering key and 1,000.
    func rows(of node: Int, _ partition: UInt64 = 1) -> [UInt64] {
        let rows = cluster.inspect(nodes[node]) { $0.rows(of: partition) } ?? []
        return rows.map { $0.kind == .value ? $0.value : $0.clustering + 1_000 }
    }

    /// The numbers of all hints that nodes keep.
    var hintCount: Int { nodes.reduce(0) { $0 + (cluster.inspect($1) { $0.hintCount } ?? 0) } }

    func tableSizes(of node: Int) -> [ByteCount] { cluster.inspect(nodes[node]) { $0.tableSizes } ?? [] }

    /// Bytes on the disks of the nodes.
    var stored: [Int] { cluster.readings.filter { $0.role == "store" }.map { Int($0.stored) } }

    /// Reads once with each node as the coordinator: a client asks them in turn.
    func readByEach(
        _ number: Int, _ read: WideRead = WideRead(of: 1), with level: Consistency = .quorum, at time: Span
    ) {
        for place in 0..<nodes.count {
            self.read(number + place, read, with: level, at: time + .milliseconds(100) * Int64(place))
        }
    }

    func answers(_ numbers: Range<Int>) -> [[UInt64]] { numbers.map { answer($0)?.values ?? [.max] } }

    func errors(_ numbers: Range<Int>) -> [WideColumnError?] { numbers.map { answer($0)?.error } }
}
