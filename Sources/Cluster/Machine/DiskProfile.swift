public import Simulation

/// How fast a disk is: what a sync and a read take, in ns, and what it moves in a second.
public struct DiskProfile: Hashable, Sendable {
    /// How long a sync takes, in ns.
    public var sync: Spread
    /// How long a read takes before its bytes begin to come, in ns.
    public var read: Spread
    /// Both ways together.
    public var bytesPerSecond: UInt64

    public init(sync: Spread, read: Spread, bytesPerSecond: UInt64) {
        precondition(bytesPerSecond > 0, "a disk that moves nothing")
        self.sync = sync
        self.read = read
        self.bytesPerSecond = bytesPerSecond
    }

    // Where the sources give a range, its ends are the floor and the 99th percentile. They give no spread for
    // reads.

    /// `disk.fsync.nvme`, with power-loss protection: 0.05 ms, from 0.012 ms on
    /// (smalldatum.blogspot.com/2026/01/ssds-power-loss-protection-and-fsync.html), p99 0.5 ms (a rule of
    /// thumb).
    /// `disk.bw` and `disk.readRandom`, NVMe: 2 GB/s, 0.1 ms (rules of thumb).
    public static let nvme = DiskProfile(
        sync: .logNormal(LogNormal(median: 50_000, share: 0.99, below: 500_000, floor: 12_000)),
        read: .constant(100_000), bytesPerSecond: 2_000_000_000)

    /// `disk.fsync.consumerSsd`: 1.6 ms, 0.9 to 5.6 ms (Samsung 990 Pro,
    /// tanelpoder.com/posts/using-pg-test-fsync-for-testing-low-latency-writes). The rest as for `nvme`,
    /// which that model is, but for its lack of power-loss protection.
    public static let consumerSSD = DiskProfile(
        sync: .logNormal(LogNormal(median: 1_600_000, share: 0.99, below: 5_600_000, floor: 900_000)),
        read: .constant(100_000), bytesPerSecond: 2_000_000_000)

    /// `disk.fsync.cloudBlock`: 1.5 ms, p99 10 ms (a rule of thumb; gp3 takes 1.8 ms,
    /// earezki.com/books/fast-by-design/ch28). `disk.bw` and `disk.readRandom`, cloud block: 125 MB/s, the
    /// baseline of gp3 (same source), 1 ms.
    public static let cloudBlock = DiskProfile(
        sync: .logNormal(LogNormal(median: 1_500_000, share: 0.99, below: 10_000_000)),
        read: .constant(1_000_000), bytesPerSecond: 125_000_000)

    /// `disk.fsync.hdd`: 10 ms, 5 to 30 ms (etcd.io/docs/v3.1/op-guide/performance, "about 10 ms").
    /// `disk.bw` and `disk.readRandom`, HDD: 150 MB/s, 8 ms (rules of thumb).
    public static let hdd = DiskProfile(
        sync: .logNormal(LogNormal(median: 10_000_000, share: 0.99, below: 30_000_000, floor: 5_000_000)),
        read: .constant(8_000_000), bytesPerSecond: 150_000_000)
}
