import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("machine: disk")
struct DiskTests {
    private typealias Log = Disk<Int>

    /// 1 byte a ns, syncs of 1,000 ns, reads of 100 ns: all sums below are in ns.
    private static let plain = DiskProfile(
        sync: .constant(1_000), read: .constant(100), bytesPerSecond: 1_000_000_000)

    private var stream = Streams(seed: 1, purpose: Purpose("disk test")).stream(of: 0)

    private func ns(_ n: UInt64) -> Instant { Instant(nanoseconds: n) }
    private func starts(_ slot: Int, _ completion: UInt64) -> Log.Submission {
        .starts(Log.Start(slot: slot, completion: ns(completion)))
    }
    private func disk(capacity: UInt64 = 10_000, depth: Int = 1) -> Log {
        Disk(Self.plain, capacity: capacity, depth: depth, queueLimit: 10)
    }

    /// A disk with 300 bytes, of which the first 200 are synced, at 1,300 ns.
    private mutating func partlySynced() -> Log {
        var disk = disk()
        #expect(disk.submit(.append(bytes: 200), 1, at: .start, drawing: &stream) == starts(0, 200))
        _ = disk.complete(0, at: ns(200))
        #expect(disk.submit(.sync, 2, at: ns(200), drawing: &stream) == starts(0, 1_200))
        _ = disk.complete(0, at: ns(1_200))
        #expect(disk.takeSynced() == 2)
        #expect(disk.submit(.append(bytes: 100), 3, at: ns(1_200), drawing: &stream) == starts(0, 1_300))
        _ = disk.complete(0, at: ns(1_300))
        disk.checkInvariants()
        return disk
    }

    /// What a completion is, in words that compare.
    private func text(_ completion: Log.Completion) -> String {
        switch completion {
        case .appended(let token, let end): "\(token) lies before \(end)"
        case .read(let token): "\(token) read"
        case .readFailed(let token, let error): "\(token) \(error)"
        case .synced: "synced"
        }
    }

    private func synced(_ disk: inout Log) -> [Int] {
        var tokens: [Int] = []
        while let token = disk.takeSynced() { tokens.append(token) }
        return tokens
    }

    // MARK: Time

    /// 500 bytes from 0 to 500, then the read: 100 until its bytes come, and 40 for them: 640.
    @Test("a disk does one thing after the other")
    func oneAtATime() {
        var (disk, stream) = (disk(), stream)
        #expect(disk.submit(.append(bytes: 500), 1, at: .start, drawing: &stream) == starts(0, 500))
        #expect(disk.submit(.read(bytes: 40, at: nil), 2, at: ns(1), drawing: &stream) == .queued)
        #expect(text(disk.complete(0, at: ns(500))) == "1 lies before 500")
        #expect(disk.next(at: ns(500)) == Log.Start(slot: 0, completion: ns(640)))
        #expect(text(disk.complete(0, at: ns(640))) == "2 read")
        #expect(disk.next(at: ns(640)) == nil)
        #expect(stream.drawn == 1)
    }

    /// Three reads of 400 bytes at once: each waits 100, overlapping, for its first byte; but the disk moves
    /// 1,200 bytes in all. The first ends at 100 + 400; the second when 400 + 400 have moved, at 800; the
    /// third at 1,200.
    @Test("in a deep queue latencies overlap and transfers do not")
    func sharedBandwidth() {
        var (disk, stream) = (disk(depth: 4), stream)
        for (token, end) in [(0, 500), (1, 800), (2, 1_200)] as [(Int, UInt64)] {
            #expect(
                disk.submit(.read(bytes: 400, at: nil), token, at: .start, drawing: &stream)
                    == starts(token, end))
        }
        // At 1,150, 50 bytes are still to move: less than the 100 ns until the first byte comes.
        #expect(
            disk.submit(.read(bytes: 10, at: nil), 3, at: ns(1_150), drawing: &stream) == starts(3, 1_260))
    }

    /// 1,000 bytes; by 400, 400 have moved, the other 600 take 1,800: 2,200. Back at 1,000, 600 have moved
    /// and 400 are left.
    @Test("slow by three, and restored: what is left is rescaled")
    func slow() {
        var (disk, stream) = (disk(), stream)
        #expect(disk.submit(.append(bytes: 1_000), 1, at: .start, drawing: &stream) == starts(0, 1_000))
        #expect(
            disk.slow(by: .times(3), id: 1, at: ns(400)) == [Log.Start(slot: 0, completion: ns(2_200))])
        #expect(disk.restore(id: 1, at: ns(1_000)) == [Log.Start(slot: 0, completion: ns(1_400))])
    }

    /// At 100, 900 bytes of the first append are left. Slowed by two, they take until 1,900; the second
    /// append, 50 bytes, has
    /// to wait for them at the same pace: (900 + 50) · 2 = 1,900 from 100 on.
    @Test("transfers that wait for others are slowed with them")
    func slowTransfers() {
        var (disk, stream) = (disk(depth: 2), stream)
        #expect(disk.submit(.append(bytes: 1_000), 1, at: .start, drawing: &stream) == starts(0, 1_000))
        _ = disk.slow(by: .times(2), id: 1, at: ns(100))
        #expect(disk.submit(.append(bytes: 50), 2, at: ns(100), drawing: &stream) == starts(1, 2_000))
    }

    // MARK: Sync

    /// The first sync runs from 0 to 1,000. Two more are asked for meanwhile: both are done when the next
    /// ends, at 2,000.
    @Test("syncs asked for during a sync share the next one", arguments: [1, 3])
    func groupCommit(depth: Int) {
        var (disk, stream) = (disk(depth: depth), stream)
        #expect(disk.submit(.sync, 1, at: .start, drawing: &stream) == starts(0, 1_000))
        let second = disk.submit(.sync, 2, at: ns(300), drawing: &stream)
        #expect(second == (depth == 1 ? .queued : starts(1, 2_000)))
        #expect(disk.submit(.sync, 3, at: ns(900), drawing: &stream) == .queued)
        #expect(text(disk.complete(0, at: ns(1_000))) == "synced")
        #expect(synced(&disk) == [1])
        disk.checkInvariants()
        if depth == 1 {
            #expect(disk.next(at: ns(1_000)) == Log.Start(slot: 0, completion: ns(2_000)))
        }
        // The second sync runs by now: this one is too late for it.
        let fourth = disk.submit(.sync, 4, at: ns(1_500), drawing: &stream)
        #expect(fourth == (depth == 1 ? .queued : starts(0, 3_000)))
        #expect(text(disk.complete(depth == 1 ? 0 : 1, at: ns(2_000))) == "synced")
        #expect(synced(&disk) == [2, 3])
        disk.checkInvariants()
        if depth == 1 {
            #expect(disk.next(at: ns(2_000)) == Log.Start(slot: 0, completion: ns(3_000)))
        }
        #expect(text(disk.complete(0, at: ns(3_000))) == "synced")
        #expect(synced(&disk) == [4])
        disk.checkInvariants()
    }

    /// The sync starts at 100, when 100 bytes are there. 50 more come while it runs.
    @Test("a sync covers what was written when it started")
    func syncCovers() {
        var (disk, stream) = (disk(depth: 2), stream)
        #expect(disk.submit(.append(bytes: 100), 1, at: .start, drawing: &stream) == starts(0, 100))
        _ = disk.complete(0, at: ns(100))
        #expect(disk.submit(.sync, 2, at: ns(100), drawing: &stream) == starts(0, 1_100))
        #expect(disk.submit(.append(bytes: 50), 3, at: ns(100), drawing: &stream) == starts(1, 150))
        _ = disk.complete(1, at: ns(150))
        _ = disk.complete(0, at: ns(1_100))
        #expect(disk.written == 150)
        #expect(disk.synced == 100)
    }

    // MARK: Crashes

    @Test("what a crash leaves depends on its kind")
    func crashes() {
        for (kind, end) in [(.process, 300), (.unsynced, 200), (.disk, 0)] as [(CrashKind, UInt64)] {
            var suite = self
            var disk = suite.partlySynced()
            #expect(disk.crash(kind, at: ns(1_300)) == [])
            #expect(disk.written == end)
            #expect(disk.synced == min(end, 200))
            disk.checkInvariants()
        }
    }

    @Test("a program that dies leaves the page cache, and a power loss after that takes it")
    func processThenPower() {
        var suite = self
        var disk = suite.partlySynced()
        _ = disk.crash(.process, at: ns(1_300))
        _ = disk.crash(.unsynced, at: ns(1_400))
        #expect(disk.written == 200)
    }

    @Test(
        "what was under way at a crash did not happen, and is handed back: syncs first, then by slot, then by turn"
    )
    func underWay() {
        var (disk, stream) = (disk(), stream)
        #expect(disk.submit(.append(bytes: 100), 1, at: .start, drawing: &stream) == starts(0, 100))
        #expect(disk.submit(.sync, 2, at: .start, drawing: &stream) == .queued)
        #expect(disk.submit(.sync, 3, at: .start, drawing: &stream) == .queued)
        #expect(disk.submit(.append(bytes: 20), 4, at: .start, drawing: &stream) == .queued)
        #expect(disk.crash(.process, at: ns(99)) == [2, 3, 1, 4])
        #expect(disk.written == 0)
        disk.checkInvariants()
        #expect(disk.submit(.sync, 5, at: ns(200), drawing: &stream) == starts(0, 1_200))
        _ = disk.complete(0, at: ns(1_200))
        #expect(synced(&disk) == [5])
    }

    // MARK: Errors

    /// 10,000 bytes: 6,000 there or on their way leave 4,000.
    @Test("a full disk refuses appends, counts those under way, and takes more after a trim")
    func full() {
        var (disk, stream) = (disk(), stream)
        #expect(disk.submit(.append(bytes: 6_000), 1, at: .start, drawing: &stream) == starts(0, 6_000))
        #expect(
            disk.submit(.append(bytes: 4_001), 2, at: .start, drawing: &stream) == .refused(.full))
        #expect(disk.submit(.append(bytes: 4_000), 3, at: .start, drawing: &stream) == .queued)
        _ = disk.complete(0, at: ns(6_000))
        disk.trim(to: 500)
        #expect(disk.submit(.append(bytes: 501), 4, at: ns(6_000), drawing: &stream) == .refused(.full))
        #expect(disk.submit(.append(bytes: 500), 5, at: ns(6_000), drawing: &stream) == .queued)
        disk.checkInvariants()
    }

    @Test("faults that fill it overlap: it takes appends again when the last is gone")
    func filled() {
        var (disk, stream) = (disk(), stream)
        disk.fill()
        disk.fill()
        disk.empty()
        #expect(disk.submit(.append(bytes: 1), 1, at: .start, drawing: &stream) == .refused(.full))
        disk.empty()
        #expect(disk.submit(.append(bytes: 1), 1, at: .start, drawing: &stream) == starts(0, 1))
    }

    @Test("a queue that is full refuses")
    func busy() {
        var stream = stream
        var disk = Disk<Int>(Self.plain, capacity: 100, queueLimit: 0)
        #expect(disk.submit(.sync, 1, at: .start, drawing: &stream) == starts(0, 1_000))
        #expect(disk.submit(.append(bytes: 60), 2, at: .start, drawing: &stream) == .refused(.busy))
        #expect(disk.submit(.sync, 3, at: .start, drawing: &stream) == .refused(.busy))
        _ = disk.complete(0, at: ns(1_000))
        #expect(synced(&disk) == [1])
        #expect(disk.submit(.append(bytes: 100), 4, at: ns(1_000), drawing: &stream) == starts(0, 1_100))
    }

    /// 300 bytes are there, the first 50 trimmed; one spoils those from 100 to 110, another one those from
    /// 104 to 110; then the first is repaired.
    @Test("a read says what is wrong with what it reads")
    func reads() {
        var suite = self
        var disk = suite.partlySynced()
        var (time, stream) = (UInt64(1_300), stream)
        func read(_ bytes: UInt64, at position: UInt64?) -> String {
            guard
                case .starts(let start) = disk.submit(
                    .read(bytes: bytes, at: position), 9, at: ns(time), drawing: &stream)
            else { return "not started" }
            time = start.completion.nanoseconds
            return text(disk.complete(start.slot, at: start.completion))
        }
        disk.trim(to: 50)
        disk.corrupt(100..<110, id: 1)
        disk.corrupt(104..<110, id: 2)
        #expect(read(50, at: 50) == "9 read")
        #expect(read(51, at: 50) == "9 corrupt")
        #expect(read(1, at: 110) == "9 read")
        #expect(read(10, at: nil) == "9 read")
        disk.repair(id: 1)
        #expect(read(54, at: 50) == "9 read")
        #expect(read(1, at: 104) == "9 corrupt")
        #expect(read(1, at: 49) == "9 missing")
        #expect(read(1, at: 300) == "9 missing")
        disk.failReads()
        #expect(read(10, at: nil) == "9 failing")
        disk.healReads()
        #expect(read(10, at: nil) == "9 read")
        // A power loss takes the spoilt bytes from 190 to 210 along from 200 on; what is written there next
        // is sound.
        disk.corrupt(190..<210, id: 3)
        _ = disk.crash(.unsynced, at: ns(time))
        #expect(read(1, at: 199) == "9 corrupt")
        #expect(disk.submit(.append(bytes: 50), 1, at: ns(time), drawing: &stream) == starts(0, time + 50))
        time += 50
        _ = disk.complete(0, at: ns(time))
        #expect(read(50, at: 200) == "9 read")
    }

    // MARK: Profiles

    /// The median and the 99th percentile that calibration §10 gives, in ns.
    @Test("the disks of the calibration sync as it says")
    func profiles() {
        func check(_ profile: DiskProfile, median: Double, p99: Double) {
            #expect(abs(profile.sync.quantile(0.5) / median - 1) < 1e-9)
            #expect(abs(profile.sync.quantile(0.99) / p99 - 1) < 1e-9)
        }
        check(.nvme, median: 50_000, p99: 500_000)
        check(.consumerSSD, median: 1_600_000, p99: 5_600_000)
        check(.cloudBlock, median: 1_500_000, p99: 10_000_000)
        check(.hdd, median: 10_000_000, p99: 30_000_000)
    }
}
