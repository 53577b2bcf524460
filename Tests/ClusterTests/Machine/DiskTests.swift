import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("machine: disk")
struct DiskTests {
    /// 1 byte a ns, syncs of 1,000 ns, reads of 100 ns: all sums below are in ns.
    private static let plain = DiskProfile(
        sync: .constant(1_000), read: .constant(100), bytesPerSecond: 1_000_000_000)

    /// A disk, and what is heard of it.
    private struct Bench {
        var disk: Disk<Int>
        var stream = Streams(seed: 1, purpose: Purpose("disk test")).stream(of: 0)
        private(set) var heard: [String] = []
        /// How often the disk had to be looked at.
        private(set) var looks = 0
        /// Whether a sync follows an append of -(2 · number + file), which is then heard of by its number alone.
        var syncsFollow = false

        init(capacity: UInt64 = 100_000, depth: Int = 1, queueLimit: Int = 10, files: Int = 1) {
            disk = Disk(DiskTests.plain, capacity: capacity, depth: depth, queueLimit: queueLimit)
            for _ in 0..<files { _ = disk.addFile() }
        }

        /// Nobody waits for what has no number.
        @discardableResult
        mutating func ask(_ operation: Disk<Int>.Operation, _ number: Int? = nil, at time: UInt64)
            -> DiskError?
        {
            run(until: time)
            return disk.submit(operation, number, at: Instant(nanoseconds: time), drawing: &stream)
        }

        mutating func run(until end: UInt64) {
            while let due = disk.due, due.nanoseconds <= end {
                looks += 1
                while let outcome = disk.next(until: due) {
                    switch outcome {
                    case .done(let number) where syncsFollow && number < 0:
                        _ = disk.submit(.sync(-number % 2), -number / 2, at: due, drawing: &stream)
                    case .done(let number): heard.append("\(number) at \(due.nanoseconds)")
                    case .failed(let number, let error):
                        heard.append("\(number) \(error) at \(due.nanoseconds)")
                    }
                }
                disk.checkInvariants()
            }
            disk.advance(to: Instant(nanoseconds: end))
            disk.checkInvariants()
        }

        mutating func crash(_ kind: CrashKind, at time: UInt64) -> [Int] {
            let lost = disk.crash(kind, at: Instant(nanoseconds: time))
            disk.checkInvariants()
            return lost
        }

        mutating func trim(to position: UInt64, at time: UInt64) {
            disk.trim(0, to: position, at: Instant(nanoseconds: time))
            disk.checkInvariants()
        }

        mutating func truncate(to position: UInt64, at time: UInt64) {
            disk.truncate(0, to: position, at: Instant(nanoseconds: time))
            disk.checkInvariants()
        }
    }

    /// A disk with 300 bytes, of which the first 200 are synced, at 1,300 ns.
    private func partlySynced() -> Bench {
        var bench = Bench()
        bench.ask(.append(bytes: 200, to: 0), at: 0)
        bench.ask(.sync(0), 1, at: 200)
        bench.ask(.append(bytes: 100, to: 0), at: 1_200)
        bench.run(until: 1_300)
        return bench
    }

    // MARK: Time

    /// Nothing at the start of a file that is empty, and nothing where one was trimmed.
    @Test("an append of nothing is one all the same")
    func emptyAppend() {
        var bench = Bench()
        bench.ask(.append(bytes: 0, to: 0), 1, at: 10)
        bench.ask(.append(bytes: 100, to: 0), 2, at: 20)
        bench.run(until: 200)
        bench.trim(to: 100, at: 200)
        bench.ask(.append(bytes: 0, to: 0), 3, at: 300)
        bench.run(until: 1_000)
        #expect(bench.heard == ["1 at 10", "2 at 120", "3 at 300"])
    }

    /// 500 bytes from 0 to 500, then the read: 100 until its bytes come, and 40 for them: 640.
    @Test("a disk does one thing after the other")
    func oneAtATime() {
        var bench = Bench()
        bench.ask(.append(bytes: 500, to: 0), 1, at: 0)
        bench.ask(.readAnywhere(bytes: 40), 2, at: 1)
        bench.run(until: 1_000)
        #expect(bench.heard == ["1 at 500", "2 at 640"])
        #expect(bench.disk[0].written == 500)
        #expect(bench.stream.drawn == 1)
    }

    /// Three reads of 400 bytes at once: each waits 100, overlapping, for its first byte; but the disk moves
    /// 1,200 bytes in all. The first ends at 100 + 400; the second when 400 + 400 have moved, at 800; the
    /// third at 1,200. At 1,150, 50 bytes are still to move: less than the 100 ns until the first byte of the
    /// fourth comes.
    @Test("in a deep queue latencies overlap and transfers do not")
    func sharedBandwidth() {
        var bench = Bench(depth: 4)
        for number in 1...3 { bench.ask(.readAnywhere(bytes: 400), number, at: 0) }
        bench.ask(.readAnywhere(bytes: 10), 4, at: 1_150)
        bench.run(until: 2_000)
        #expect(bench.heard == ["1 at 500", "2 at 800", "3 at 1200", "4 at 1260"])
    }

    /// 1,000 bytes; by 400, 400 have moved, the other 600 take 1,800: 2,200. Back at 1,000, 600 have moved
    /// and 400 are left.
    @Test("slow by three, and restored: what is left is rescaled")
    func slow() {
        var bench = Bench()
        bench.ask(.append(bytes: 1_000, to: 0), 1, at: 0)
        bench.disk.slow(by: .times(3), id: 1, at: Instant(nanoseconds: 400))
        let slowed = bench.disk.due
        #expect(slowed == Instant(nanoseconds: 2_200))
        bench.disk.restore(id: 1, at: Instant(nanoseconds: 1_000))
        let restored = bench.disk.due
        #expect(restored == Instant(nanoseconds: 1_400))
    }

    /// At 100, 900 bytes of the first append are left. Slowed by two, they take until 1,900; the second
    /// append, 50 bytes, has to wait for them at the same pace: (900 + 50) · 2 = 1,900 from 100 on.
    @Test("transfers that wait for others are slowed with them")
    func slowTransfers() {
        var bench = Bench(depth: 2)
        bench.ask(.append(bytes: 1_000, to: 0), 1, at: 0)
        bench.disk.slow(by: .times(2), id: 1, at: Instant(nanoseconds: 100))
        bench.ask(.append(bytes: 50, to: 0), 2, at: 100)
        bench.run(until: 3_000)
        #expect(bench.heard == ["1 at 1900", "2 at 2000"])
    }

    // MARK: Appends for which nobody waits

    /// A thousand appends of 1 ns each, one every 10 ns.
    @Test("an append for which nobody waits needs nobody's attention")
    func unwatched() {
        var bench = Bench()
        for number in 0..<1_000 { bench.ask(.append(bytes: 1, to: 0), at: UInt64(10 * number)) }
        bench.run(until: 20_000)
        #expect(bench.looks == 0)
        #expect(bench.disk[0].written == 1_000)
    }

    /// Three appends of 100, the read behind them begins at 300 and ends at 300 + 100 + 10. It ends then too
    /// when the appends are waited for.
    @Test("who waits behind such appends waits as long as behind others", arguments: [false, true])
    func behindUnwatched(isAwaited: Bool) {
        var bench = Bench()
        for number in 1...3 { bench.ask(.append(bytes: 100, to: 0), isAwaited ? number : nil, at: 0) }
        bench.ask(.readAnywhere(bytes: 10), 4, at: 50)
        bench.run(until: 1_000)
        #expect(bench.heard.last == "4 at 410")
        #expect(bench.heard.count == (isAwaited ? 4 : 1))
    }

    /// The same operations on two disks, with truncations, slowness and crashes between them; on one of them
    /// somebody waits for each append.
    @Test("whether anybody waits for appends changes nothing of what happens when", arguments: [1, 2, 4])
    func watching(depth: Int) {
        var disks = [
            Bench(depth: depth, queueLimit: 100, files: 2), Bench(depth: depth, queueLimit: 100, files: 2),
        ]
        var stream = Streams(seed: 1, purpose: Purpose("watching")).stream(of: 0)
        var time: UInt64 = 0
        var slowness: Int?
        for number in 1...3_000 {
            time += UInt64(stream.below(300))
            let (kind, file) = (stream.below(100), stream.below(2))
            let (bytes, kindOfCrash) = (UInt64(1 + stream.below(20)), stream.below(8))
            let share = stream.unit()
            for watched in 0...1 {
                disks[watched].run(until: time)
                switch kind {
                case 0..<70:
                    disks[watched].ask(
                        .append(bytes: bytes, to: file), watched == 0 ? nil : -number, at: time)
                case 70..<80: disks[watched].ask(.sync(file), number, at: time)
                case 80..<90: disks[watched].ask(.readAnywhere(bytes: bytes), number, at: time)
                case 90..<95:
                    let end = disks[watched].disk[file].written
                    disks[watched].disk.truncate(
                        file, to: UInt64(share * Double(end)), at: Instant(nanoseconds: time))
                case 95..<97:
                    if let slowness {
                        disks[watched].disk.restore(id: slowness, at: Instant(nanoseconds: time))
                    } else {
                        disks[watched].disk.slow(by: .times(5), id: number, at: Instant(nanoseconds: time))
                    }
                case 97: _ = disks[watched].crash(CrashKind.allCases[min(kindOfCrash, 2)], at: time)
                default: break
                }
            }
            if (95..<97).contains(kind) { slowness = slowness == nil ? number : nil }
            guard (0...1).allSatisfy({ disks[0].disk[$0] == disks[1].disk[$0] }) else {
                Issue.record("the files differ after operation \(number)")
                return
            }
        }
        #expect(disks[0].heard == disks[1].heard.filter { !$0.hasPrefix("-") })
        #expect(disks[0].heard.count > 300)
        #expect(disks[0].looks < disks[1].looks)
    }

    // MARK: Sync

    /// The append ends at 200, and the sync that follows at 1,200: nobody looks at the disk before.
    @Test("an append and its sync end as one")
    func appendAndSync() {
        var bench = Bench()
        bench.ask(.appendAndSync(bytes: 200, to: 0), 1, at: 0)
        bench.run(until: 1_199)
        #expect(bench.disk[0].written == 200)
        #expect(bench.heard == [])
        bench.run(until: 1_200)
        #expect(bench.disk[0].synced == 200)
        #expect(bench.heard == ["1 at 1200"])
        #expect(bench.looks == 1)
    }

    /// On one disk a sync is asked for by who hears that an append is done, on the other together with it.
    @Test("an append and its sync come to what they come to one after the other", arguments: [1, 2, 4])
    func oneAfterTheOther(depth: Int) {
        var disks = [
            Bench(depth: depth, queueLimit: 1_000, files: 2),
            Bench(depth: depth, queueLimit: 1_000, files: 2),
        ]
        disks[1].syncsFollow = true
        var stream = Streams(seed: 2, purpose: Purpose("appends and syncs")).stream(of: 0)
        var time: UInt64 = 0
        var slowness: Int?
        for number in 1...3_000 {
            time += UInt64(stream.below(1_500))
            let (kind, file) = (stream.below(100), stream.below(2))
            let (bytes, kindOfCrash) = (UInt64(1 + stream.below(300)), stream.below(8))
            for place in 0...1 {
                disks[place].run(until: time)
                switch kind {
                case 0..<50:
                    if place == 0 {
                        disks[0].ask(.appendAndSync(bytes: bytes, to: file), number, at: time)
                    } else {
                        disks[1].ask(.append(bytes: bytes, to: file), -(2 * number + file), at: time)
                    }
                case 50..<70: disks[place].ask(.append(bytes: bytes, to: file), at: time)
                case 70..<80: disks[place].ask(.sync(file), number, at: time)
                case 80..<90: disks[place].ask(.readAnywhere(bytes: bytes), number, at: time)
                case 90..<94:
                    if let slowness {
                        disks[place].disk.restore(id: slowness, at: Instant(nanoseconds: time))
                    } else {
                        disks[place].disk.slow(by: .times(5), id: number, at: Instant(nanoseconds: time))
                    }
                case 94: _ = disks[place].crash(CrashKind.allCases[min(kindOfCrash, 2)], at: time)
                default: break
                }
            }
            if (90..<94).contains(kind) { slowness = slowness == nil ? number : nil }
            guard (0...1).allSatisfy({ disks[0].disk[$0] == disks[1].disk[$0] }) else {
                Issue.record("the files differ after operation \(number)")
                return
            }
        }
        #expect(disks[0].heard == disks[1].heard)
        #expect(disks[0].heard.count > 300)
        #expect(disks[0].looks < disks[1].looks)
    }

    /// The first sync runs from 0 to 1,000. Two more are asked for meanwhile: both are done when the next
    /// ends, at 2,000. By then that one runs, and the fourth is too late for it: 3,000.
    @Test("syncs asked for during a sync share the next one, whatever their files", arguments: [1, 3])
    func groupCommit(depth: Int) {
        var bench = Bench(depth: depth, files: 2)
        for (number, file, time) in [(1, 0, 0), (2, 1, 300), (3, 0, 900), (4, 1, 1_500)] {
            bench.ask(.sync(file), number, at: UInt64(time))
        }
        bench.run(until: 5_000)
        #expect(bench.heard == ["1 at 1000", "2 at 2000", "3 at 2000", "4 at 3000"])
    }

    /// The append ends at 100, and a sync waits for that. Who hears of the append asks for a sync then and there, and
    /// gets that one: from 100 to 1,100.
    @Test("who hears that an append is done and asks for a sync shares the one that was about to start")
    func syncAtCompletion() throws {
        var bench = Bench()
        bench.ask(.append(bytes: 100, to: 0), 1, at: 0)
        bench.ask(.sync(0), 2, at: 50)
        guard case .done(1) = bench.disk.next(until: Instant(nanoseconds: 100)) else {
            Issue.record("the append is not done")
            return
        }
        _ = bench.disk.submit(.sync(0), 3, at: Instant(nanoseconds: 100), drawing: &bench.stream)
        bench.run(until: 5_000)
        #expect(bench.heard == ["2 at 1100", "3 at 1100"])
        #expect(bench.disk[0].synced == 100)
    }

    /// The sync starts at 100, when 100 bytes are there. 50 more come while it runs.
    @Test("a sync covers what was written when it started")
    func syncCovers() {
        var bench = Bench(depth: 2)
        bench.ask(.append(bytes: 100, to: 0), at: 0)
        bench.ask(.sync(0), 1, at: 100)
        bench.ask(.append(bytes: 50, to: 0), at: 100)
        bench.run(until: 2_000)
        #expect(bench.disk[0].written == 150)
        #expect(bench.disk[0].synced == 100)
    }

    /// The append takes from 0 to 500, the sync in the other slot from 400 to 1,400: it ends long after the
    /// append, and covers nothing of it.
    @Test("a sync covers no append that is still under way when it starts", arguments: [false, true])
    func syncBeforeCompletion(isAwaited: Bool) {
        var bench = Bench(depth: 2)
        bench.ask(.append(bytes: 500, to: 0), isAwaited ? 1 : nil, at: 0)
        bench.ask(.sync(0), 2, at: 400)
        bench.run(until: 1_400)
        #expect(bench.heard.last == "2 at 1400")
        #expect(bench.disk[0].written == 500)
        #expect(bench.disk[0].synced == 0)
        #expect(bench.crash(.unsynced, at: 1_500) == [])
        #expect(bench.disk[0].written == 0)
    }

    /// 100 bytes are written at 100; the sync runs from 100 to 1,100, and the power goes at 1,099.
    @Test("a loss of power in the middle of a sync takes what it would have covered")
    func powerDuringSync() {
        var bench = Bench()
        bench.ask(.append(bytes: 100, to: 0), at: 0)
        bench.ask(.sync(0), 1, at: 100)
        #expect(bench.crash(.unsynced, at: 1_099) == [1])
        #expect(bench.disk[0].written == 0)
        bench.run(until: 5_000)
        #expect(bench.heard == [])
    }

    /// Both files have 100 bytes at 200. One of them is synced.
    @Test("a sync is of one file")
    func syncOfOneFile() {
        var bench = Bench(files: 2)
        bench.ask(.append(bytes: 100, to: 0), at: 0)
        bench.ask(.append(bytes: 100, to: 1), at: 0)
        bench.ask(.sync(1), 1, at: 200)
        bench.run(until: 1_200)
        _ = bench.crash(.unsynced, at: 1_300)
        #expect(bench.disk[0].written == 0)
        #expect(bench.disk[1].written == 100)
        #expect(bench.disk.stored == 100)
    }

    // MARK: Crashes

    @Test("what a crash leaves depends on its kind")
    func crashes() {
        for (kind, end) in [(.process, 300), (.unsynced, 200), (.disk, 0)] as [(CrashKind, UInt64)] {
            var bench = partlySynced()
            #expect(bench.crash(kind, at: 1_300) == [])
            #expect(bench.disk[0].written == end)
            #expect(bench.disk[0].synced == min(end, 200))
        }
    }

    @Test("a program that dies leaves the page cache, and a power loss after that takes it")
    func processThenPower() {
        var bench = partlySynced()
        _ = bench.crash(.process, at: 1_300)
        _ = bench.crash(.unsynced, at: 1_400)
        #expect(bench.disk[0].written == 200)
    }

    @Test("what was under way at a crash did not happen, and is handed back")
    func underWay() {
        var bench = Bench()
        bench.ask(.append(bytes: 100, to: 0), 1, at: 0)
        bench.ask(.sync(0), 2, at: 0)
        bench.ask(.sync(0), 3, at: 0)
        bench.ask(.append(bytes: 20, to: 0), 4, at: 0)
        bench.ask(.append(bytes: 20, to: 0), at: 0)
        #expect(bench.crash(.process, at: 99).sorted() == [1, 2, 3, 4])
        #expect(bench.disk[0].written == 0)
        bench.ask(.sync(0), 5, at: 200)
        bench.run(until: 2_000)
        #expect(bench.heard == ["5 at 1200"])
    }

    /// The first was done at 100, and nobody was told by then.
    @Test("who had not heard yet that it was done does not hear it after a crash")
    func untold() {
        var bench = Bench()
        bench.ask(.append(bytes: 100, to: 0), 1, at: 0)
        #expect(bench.crash(.process, at: 100) == [1])
        #expect(bench.disk[0].written == 100)
        let due = bench.disk.due
        #expect(due == nil)
    }

    // MARK: Shorter files

    /// 300 bytes, 200 of them synced. Cut at 150, and 30 written behind that: a loss of power leaves 150. Trimmed
    /// to 250 instead, it leaves nothing, and what comes next lies behind 250.
    @Test("what is cut off or trimmed needs no sync")
    func shorter() {
        var bench = partlySynced()
        bench.truncate(to: 150, at: 1_300)
        #expect(bench.disk.stored == 150)
        bench.ask(.append(bytes: 30, to: 0), at: 1_300)
        bench.run(until: 1_400)
        #expect(bench.disk.stored == 180)
        _ = bench.crash(.unsynced, at: 1_400)
        #expect(bench.disk[0].written == 150)

        var other = partlySynced()
        other.trim(to: 250, at: 1_300)
        #expect(other.disk.stored == 50)
        _ = other.crash(.unsynced, at: 1_300)
        #expect(other.disk.stored == 0)
        other.ask(.append(bytes: 10, to: 0), at: 1_400)
        other.run(until: 1_500)
        #expect(other.disk[0].start == 250)
        #expect(other.disk[0].written == 260)
    }

    /// The sync of 300 bytes begins at 300 and ends at 1,300. At 500 they are cut at 100, and 200 others come.
    @Test("a sync under way does not cover what was written behind a cut")
    func cutDuringSync() {
        var bench = Bench(depth: 2)
        bench.ask(.append(bytes: 300, to: 0), at: 0)
        bench.ask(.sync(0), 1, at: 300)
        bench.run(until: 500)
        bench.truncate(to: 100, at: 500)
        bench.ask(.append(bytes: 200, to: 0), at: 500)
        bench.run(until: 1_300)
        #expect(bench.disk[0].written == 300)
        #expect(bench.disk[0].synced == 100)
    }

    /// 1 and 2 are on their way when all behind 100 is cut off; 3 comes behind that.
    @Test("an append that is cut off on its way fails when it would have been done")
    func cutOnItsWay() {
        var bench = Bench()
        for number in 1...2 { bench.ask(.append(bytes: 100, to: 0), number, at: 0) }
        bench.truncate(to: 100, at: 50)
        bench.ask(.append(bytes: 10, to: 0), 3, at: 60)
        bench.run(until: 1_000)
        #expect(bench.heard == ["1 at 100", "2 missing at 200", "3 at 210"])
        #expect(bench.disk[0].written == 110)
        #expect(bench.disk.stored == 110)
    }

    /// The first is there, the second on its way when both are trimmed away; the third is not touched by that.
    @Test("an append that is trimmed away on its way takes no space")
    func trimmedOnItsWay() {
        var bench = Bench()
        for number in 1...3 { bench.ask(.append(bytes: 100, to: 0), number, at: 0) }
        bench.run(until: 150)
        bench.trim(to: 200, at: 150)
        #expect(bench.disk.stored == 0)
        bench.run(until: 1_000)
        #expect(bench.heard == ["1 at 100", "2 missing at 200", "3 at 300"])
        #expect(bench.disk.stored == 100)
    }

    @Test("a file that was erased begins at 0 again, whatever was on its way to it")
    func erased() {
        var bench = Bench(files: 2)
        for file in 0...1 { bench.ask(.append(bytes: 100, to: file), at: 0) }
        bench.ask(.append(bytes: 100, to: 0), 1, at: 0)
        bench.run(until: 250)
        bench.disk.erase(0, at: Instant(nanoseconds: 250))
        bench.ask(.append(bytes: 7, to: 0), 2, at: 260)
        bench.run(until: 1_000)
        #expect(bench.heard == ["1 missing at 300", "2 at 307"])
        #expect(bench.disk[0].written == 7)
        #expect(bench.disk[1].written == 100)
        #expect(bench.disk.stored == 107)
    }

    // MARK: Errors

    /// 10,000 bytes: 6,000 there or on their way leave 4,000.
    @Test("a full disk refuses appends, counts those under way, and takes more after a trim")
    func full() {
        var bench = Bench(capacity: 10_000, files: 2)
        #expect(bench.ask(.append(bytes: 6_000, to: 0), at: 0) == nil)
        #expect(bench.ask(.append(bytes: 4_001, to: 1), at: 0) == .full)
        #expect(bench.ask(.append(bytes: 4_000, to: 1), at: 0) == nil)
        bench.run(until: 6_000)
        bench.trim(to: 500, at: 6_000)
        #expect(bench.ask(.append(bytes: 501, to: 1), at: 6_000) == .full)
        #expect(bench.ask(.append(bytes: 500, to: 0), at: 6_000) == nil)
    }

    @Test("faults that fill it overlap: it takes appends again when the last is gone")
    func filled() {
        var bench = Bench()
        bench.disk.fill()
        bench.disk.fill()
        bench.disk.empty()
        #expect(bench.ask(.append(bytes: 1, to: 0), at: 0) == .full)
        bench.disk.empty()
        #expect(bench.ask(.append(bytes: 1, to: 0), at: 0) == nil)
    }

    @Test("a queue that is full refuses")
    func busy() {
        var bench = Bench(queueLimit: 0)
        #expect(bench.ask(.sync(0), 1, at: 0) == nil)
        #expect(bench.ask(.append(bytes: 60, to: 0), 2, at: 0) == .busy)
        #expect(bench.ask(.sync(0), 3, at: 0) == .busy)
        bench.ask(.append(bytes: 100, to: 0), 4, at: 1_000)
        bench.run(until: 2_000)
        #expect(bench.heard == ["1 at 1000", "4 at 1100"])
    }

    /// 300 bytes are there, the first 50 trimmed; one spoils those from 100 to 110, another one those from
    /// 104 to 114. A stretch is counted from the first byte that is there.
    @Test("a read says what is wrong with what it reads")
    func reads() {
        var bench = partlySynced()
        var time: UInt64 = 1_300
        func read(_ bytes: UInt64, at position: UInt64?) -> String {
            let operation: Disk<Int>.Operation =
                position.map { .read(bytes: bytes, at: $0, of: 0) } ?? .readAnywhere(bytes: bytes)
            bench.ask(operation, 9, at: time)
            time += 1_000
            bench.run(until: time)
            return bench.heard.last!.split(separator: " at ")[0].description
        }
        bench.trim(to: 50, at: 1_300)
        bench.disk.corrupt(50..<60, id: 1)
        bench.disk.corrupt(54..<64, id: 2)
        #expect(read(50, at: 50) == "9")
        #expect(read(51, at: 50) == "9 corrupt")
        #expect(read(1, at: 113) == "9 corrupt")
        #expect(read(1, at: 114) == "9")
        #expect(read(10, at: nil) == "9")
        #expect(read(1, at: 49) == "9 missing")
        #expect(read(1, at: 300) == "9 missing")
        bench.disk.failReads()
        #expect(read(10, at: nil) == "9 failing")
        bench.disk.healReads()
        #expect(read(10, at: nil) == "9")
        // A power loss takes the spoilt bytes from 190 to 210 along from 200 on; what is written there next
        // is sound.
        bench.disk.corrupt(140..<160, id: 3)
        _ = bench.crash(.unsynced, at: time)
        #expect(read(1, at: 199) == "9 corrupt")
        bench.ask(.append(bytes: 50, to: 0), at: time)
        time += 50
        #expect(read(50, at: 200) == "9")
    }

    /// Files of 100, 50 and 100 bytes: the stretch from 90 to 160 takes the end of the first, all of the second
    /// and the beginning of the third.
    @Test("a spoilt stretch goes over the borders of files")
    func corruptFiles() {
        var bench = Bench(files: 3)
        for (file, bytes) in [100, 50, 100].enumerated() {
            bench.ask(.append(bytes: UInt64(bytes), to: file), at: 0)
        }
        bench.run(until: 250)
        bench.disk.corrupt(90..<160, id: 1)
        let places: [(Int, UInt64)] = [(0, 89), (0, 90), (1, 0), (1, 49), (2, 9), (2, 10)]
        for (number, (file, position)) in places.enumerated() {
            bench.ask(.read(bytes: 1, at: position, of: file), number, at: 250)
        }
        bench.run(until: 2_000)
        #expect(bench.heard.filter { $0.contains("corrupt") }.map { $0.prefix(1) } == ["1", "2", "3", "4"])
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
