public import Cluster
public import Simulation
public import Vocabulary

/// What a server runs on, as knobs that every role may take over.
public struct MachineSettings: Settings {
    public var cores = 8
    public var queue = 100_000
    public var bandwidth = DataRate.gigabitsPerSecond(10)
    public var connections = 1_000_000
    public var connectionMemory = ByteCount.kilobytes(25)
    public var sync = Varied<Span>("lognormal 50us p99 500us")
    public var diskRate = ByteRate(.megabytes(2_000))
    public var pingEvery = PingInterval.asClient
    public var collector = CollectorPauses.none

    public init() {}

    public static let knobs: [Knob<Self>] = [
        Knob("cores", \.cores, "cores of its machine", in: 1...64, source: "host.cores", relieves: .cores),
        Knob("queue", \.queue, "messages that may wait for a core", in: 1...1_000_000_000, relieves: .queue),
        Knob(
            "bandwidth", \.bandwidth, "its network interface, each way", source: "net.bw.host",
            relieves: .bandwidth),
        Knob(
            "connections", \.connections, "lines of devices that it takes", in: 0...1_000_000_000,
            relieves: .connections),
        Knob(
            "connection-memory", \.connectionMemory, "memory that each connection takes",
            source: "host.memPerIdleConn"),
        Knob("sync", \.sync, "time of a sync of its disk", source: "disk.fsync.nvme", relieves: .disk),
        Knob(
            "disk-rate", \.diskRate, "what goes to and from its disk in a second",
            in: ByteRate(.kilobytes(1))...ByteRate.bounds.upperBound, source: "disk.bw", relieves: .disk),
        Knob(
            "collector", \.collector,
            "how a collector of garbage stops it: of a JVM, lognormal 20ms p99 250ms each exp 10s",
            source: "gc.pause"),
    ]

    /// These knobs, for the settings of a role that keep them at `place`.
    public static func knobs<Owner: Settings>(
        at place: any WritableKeyPath<Owner, MachineSettings> & Sendable
    ) -> [Knob<Owner>] { knobs.map { Knob($0, of: place) } }

    /// The same for a role to which devices come.
    public static func doorKnobs<Owner: Settings>(
        at place: any WritableKeyPath<Owner, MachineSettings> & Sendable
    ) -> [Knob<Owner>] {
        let ping = Knob<Self>(
            "ping-every", \.pingEvery,
            "how often devices ping over a line to it; 'client' is as client.heartbeat says",
            source: "client.heartbeat")
        return (knobs + [ping]).map { Knob($0, of: place) }
    }

    public var hardware: Hardware {
        var hardware = Hardware(
            processor: .init(cores: cores, queueLimit: queue),
            disk: .init(
                DiskProfile(
                    sync: sync.spread, read: .delay(.microseconds(100)),
                    bytesPerSecond: UInt64(diskRate.size.bytes)),
                capacity: .megabytes(100_000_000)),
            connectionLimit: connections, connectionMemory: connectionMemory,
            uplink: Bandwidth(bandwidth), downlink: Bandwidth(bandwidth))
        if case .every(let interval) = pingEvery { hardware.pingEvery = interval }
        hardware.collector = collector.collector
        return hardware
    }
}
