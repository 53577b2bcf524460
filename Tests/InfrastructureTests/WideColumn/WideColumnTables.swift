import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// What flushes and compactions do to disks, and what a node finds on its own after a crash.
@Suite("wide-column: SSTables")
struct WideColumnTables {
    /// 1,000 rows of a kilobyte, of ten partitions, with memtables of 100 KB: ten flushes, and compactions of four at a
    /// time, two megabytes a second. All are there, on a disk that has them about once, and after a crash.
    @Test("what was flushed and compacted is there, also after a crash", arguments: CrashKind.allCases)
    func flushing(kind: CrashKind) {
        let site = WideSite {
            $0.memtable = .kilobytes(100)
            $0.compactionRate = .megabytes(2)
        }
        for row in 0..<1_000 {
            site.write(
                row, WideSite.row(UInt64(row / 10), of: UInt64(row % 10)),
                at: .seconds(1) + .milliseconds(10) * Int64(row))
        }
        site.run(until: .seconds(30))
        for node in 0..<3 {
            let sizes = site.tableSizes(of: node)
            #expect((1...4).contains(sizes.count))
            #expect(sizes.reduce(ByteCount.zero, +) >= .kilobytes(900))
        }
        #expect(site.stored.allSatisfy { (1_000_000..<1_100_000).contains($0) })
        // A disk that is lost takes what was on it, of one node.
        let crashed = kind == .disk ? site.machines(2) : site.machines(0, 1, 2)
        site.cluster.plan(Crash(crashed, losing: kind), at: .at(.seconds(31)), for: .seconds(5))
        for partition in 0..<10 {
            site.read(2_000 + partition, WideRead(of: UInt64(partition), limit: 1_000), at: .seconds(60))
        }
        site.run(until: .seconds(70))
        for partition in 0..<10 { #expect(site.answer(2_000 + partition)?.values == Array(0..<100)) }
    }

    /// 1,000 rows of 10 KB, most of them in SSTables. One of them is there after four ways of 1 ms, a read of 100 us of each
    /// SSTable that there is, and what two cores do with a row. All ten megabytes would be 10 ms of the disk, and a thousand
    /// rows a second of each core.
    @Test(
        "a read pays for the rows that it asks for, not for all of its partition", arguments: ["0us", "1ms"])
    func fewOfMany(rowTime: String) throws {
        let site = WideSite {
            $0.memtable = .megabytes(1)
            $0.rowTime = Varied(rowTime)
        }
        for row in 0..<1_000 {
            site.write(
                row, WideRow(in: 1, at: UInt64(row), value: UInt64(row), weight: .bytes(10_000)),
                at: .seconds(1) + .milliseconds(10) * Int64(row))
        }
        for (number, descends) in [(2_000, false), (2_001, true)] {
            let read = WideRead(of: 1, rows: 500...500, limit: 5_000, descends: descends)
            site.read(number, read, at: .seconds(60 + Int64(number)))
        }
        site.run(until: .seconds(2_100))
        for number in [2_000, 2_001] {
            let answer = try #require(site.answer(number))
            #expect(answer.values == [500])
            #expect(answer.at < .at(.seconds(60 + Int64(number)) + .milliseconds(8)))
        }
    }

    /// Ten rows are written 100 times each, and half of what a compaction finds is older than the other half: in the end
    /// ten of a thousand are on the disk, and what has not been compacted yet.
    @Test("a compaction leaves out what was written over")
    func overwriting() {
        let site = WideSite { $0.memtable = .kilobytes(100) }
        for row in 0..<1_000 {
            site.write(
                row, WideSite.row(UInt64(row % 10), value: UInt64(row)),
                at: .seconds(1) + .milliseconds(10) * Int64(row))
        }
        site.read(2_000, at: .seconds(60))
        site.run(until: .seconds(61))
        #expect(site.answer(2_000)?.values == Array(990..<1_000))
        #expect(site.stored.allSatisfy { $0 < 450_000 })
    }

    /// Rows live for 10 s, and nobody needs to know of them 5 s later: at 60 s all of the first 40 s are off the disk when
    /// the last compaction has been.
    @Test("a compaction leaves out what is expired")
    func expiry() {
        let site = WideSite {
            $0.memtable = .kilobytes(20)
            $0.grace = .seconds(5)
        }
        for row in 0..<500 {
            site.write(
                row, WideSite.row(UInt64(row), lifetime: .seconds(10)),
                at: .seconds(1) + .milliseconds(100) * Int64(row))
        }
        site.run(until: .seconds(52))
        #expect(site.stored.allSatisfy { $0 < 330_000 })
        #expect((0..<3).allSatisfy { site.rows(of: $0).count < 330 })
    }

    /// From 11 s on a sync takes 5 s, and a flush two of them. With memtables of 100 KB the first one is flushed when 100 rows
    /// of a kilobyte are there, and 200 more find room until that is done.
    @Test("a write waits where flushes do not keep up")
    func memtablesAreFull() {
        let site = WideSite { $0.memtable = .kilobytes(100) }
        site.cluster.plan(
            DiskFault(site.machines(0, 1, 2), .slow(by: .times(5_000))), at: .at(.seconds(11)),
            for: .seconds(12))
        for row in 0..<350 {
            site.write(
                row, WideSite.row(UInt64(row), of: UInt64(row % 10)),
                at: .milliseconds(11_100) + .milliseconds(5) * Int64(row))
        }
        site.write(1_000, WideSite.row(0, of: 11), at: .seconds(26))
        site.run(until: .seconds(30))
        #expect((0..<290).allSatisfy { site.isWritten($0) })
        #expect((310..<350).allSatisfy { site.answer($0)?.error != nil })
        #expect(site.isWritten(1_000))
    }

    /// The row is in an SSTable of each; its deletion misses node 2, and gets into another SSTable of the two others,
    /// which are compacted. Too early, that forgets the deletion, and node 2 brings the row back.
    @Test("a tombstone is kept until its grace is over", arguments: [false, true])
    func tombstone(isDroppedEarly: Bool) {
        var rules = WideColumnRules()
        if isDroppedEarly { rules.mayDrop = { _, _ in true } }
        let site = WideSite(rules: rules) {
            $0.memtable = .kilobytes(3)
            $0.compactAt = 2
            $0.hintWindow = .seconds(1)
        }
        for key in 1...3 { site.write(key, WideSite.row(UInt64(key)), with: .all, at: .seconds(1)) }
        site.cluster.plan(Crash(site.machines(2), losing: .process), at: .at(.seconds(5)), for: .seconds(55))
        site.write(10, .deletion(in: 1, at: 1), at: .seconds(30))
        for row in 0..<5 { site.write(20 + row, WideSite.row(UInt64(row), of: 2), at: .seconds(31)) }
        site.readByEach(100, at: .seconds(70))
        site.run(until: .seconds(59))
        #expect(site.rows(of: 0) == (isDroppedEarly ? [2, 3] : [1_001, 2, 3]))
        site.run(until: .seconds(80))
        // Those who ask node 2 see it, and bring it back to the others.
        #expect(site.answers(100..<103).contains([1, 2, 3]) == isDroppedEarly)
    }

    /// A page of ten rows of a kilobyte from memory is at the clerk after two round trips, 4 ms, and 10 µs of bytes twice.
    /// For 12 rows of one SSTable its replica reads 100 and 12 µs; the one that sends a digest does too, at the same time.
    @Test("reading an SSTable takes the disk its time")
    func reading() throws {
        let site = WideSite { $0.memtable = .kilobytes(12) }
        for key in 0..<12 { site.write(key, WideSite.row(UInt64(key)), with: .all, at: .seconds(1)) }
        for key in 0..<10 {
            site.write(50 + key, WideSite.row(UInt64(key), of: 2), with: .all, at: .seconds(2))
        }
        site.readByEach(100, WideRead(of: 2), at: .seconds(10))
        site.readByEach(200, WideRead(of: 1), at: .seconds(11))
        site.readByEach(300, WideRead(of: 1, rows: 20...30), at: .seconds(12))
        site.run(until: .seconds(13))
        func time(_ number: Int) throws -> Span {
            let answer = try #require(site.answer(number))
            return answer.at
                - .at(.seconds(10 + Int64(number / 100 - 1)) + .milliseconds(100) * Int64(number % 100))
        }
        for node in 0..<3 {
            let memory = try time(100 + node)
            #expect(memory >= .milliseconds(4) && memory < .microseconds(4_030))
            let disk = try time(200 + node)
            #expect(disk >= .microseconds(4_112) && disk < .microseconds(4_150))
            // No SSTable has such keys.
            let none = try time(300 + node)
            #expect(none < .microseconds(4_010))
        }
    }
}
