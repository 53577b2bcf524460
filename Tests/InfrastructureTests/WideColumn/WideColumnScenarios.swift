import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// What a wide-column store does while nothing fails.
@Suite("wide-column: scenarios")
struct WideColumnScenarios {
    /// When connections are open: 1 ms to the coordinator, which is a replica itself; the others are 1 ms away, and
    /// their answers too; the answer is at the clerk 1 ms after that: 4 ms, and what bytes take on the way. ONE has the
    /// coordinator's own.
    @Test(
        "a quorum takes two round trips, one replica takes one",
        arguments: [(Consistency.one, 2), (.localQuorum, 4), (.quorum, 4), (.all, 4)])
    func latency(level: Consistency, milliseconds: Int) throws {
        let site = WideSite()
        for node in 0..<3 {
            site.write(100 + node, WideSite.row(9), with: .all, at: .seconds(1 + Int64(node)))
        }
        site.write(1, WideSite.row(7), with: level, at: .seconds(5))
        site.read(2, with: level, at: .seconds(6))
        site.run(until: .seconds(7))
        let bytes = Span.microseconds(20)
        let written = try #require(site.answer(1))
        #expect(written.at - .at(.seconds(5)) >= .milliseconds(Int64(milliseconds)))
        #expect(written.at - .at(.seconds(5)) < .milliseconds(Int64(milliseconds)) + bytes)
        let read = try #require(site.answer(2))
        #expect(read.values == [7, 9])
        #expect(read.at - .at(.seconds(6)) >= .milliseconds(Int64(milliseconds)))
        #expect(read.at - .at(.seconds(6)) < .milliseconds(Int64(milliseconds)) + bytes)
    }

    /// Nine nodes in three zones, three copies: one in each zone. A node has about a third of the partitions, and with
    /// 16 tokens each no node has twice as many as another one.
    @Test("a partition has a replica in each zone, and partitions are spread over the nodes")
    func ring() {
        let site = WideSite(nodes: 9)
        var counts = Array(repeating: 0, count: 9)
        for partition in 0..<3_000 {
            let nodes = site.ring.nodes(of: UInt64(partition))
            #expect(Set(nodes.map { $0 % 3 }).count == 3)
            for node in nodes { counts[node] += 1 }
        }
        #expect(counts.reduce(0, +) == 9_000)
        #expect(counts.min()! * 2 > counts.max()!)
        // With fewer nodes than copies each has all of them.
        #expect(Set(WideSite(nodes: 2, zones: 1).ring.nodes(of: 1)) == [0, 1])
        // Fewer zones than copies: all of them, before one has it twice.
        let zones = WideSite(nodes: 6, zones: 2).ring.nodes(of: 1).map { $0 % 2 }
        #expect(Set(zones).count == 2)
    }

    /// Two regions have three copies each: a quorum is four of six, a local one two of three.
    @Test("each region has its copies")
    func regions() {
        let site = WideSite(nodes: 8, zones: 4, regions: ["here", "here", "there", "there"])
        for partition in UInt64(0)..<100 {
            let nodes = site.ring.nodes(of: partition)
            #expect(nodes.count == 6)
            #expect(nodes.count { $0 % 4 < 2 } == 3)
            #expect(Set(nodes.map { $0 % 4 }).count == 4)
        }
    }

    /// 25 rows, written in any order, in pages of ten; the last page has five.
    @Test("pages come in the order of clustering keys, both ways", arguments: [false, true])
    func pages(descends: Bool) {
        let site = WideSite()
        for (place, key) in [Int](0..<25).map({ ($0 * 7) % 25 }).enumerated() {
            site.write(100 + place, WideSite.row(UInt64(key)), at: .seconds(1) + .milliseconds(Int64(place)))
        }
        site.read(1, WideRead(of: 1, limit: 10, descends: descends), at: .seconds(2))
        site.read(2, WideRead(of: 1, rows: 5...9, limit: 10, descends: descends), at: .seconds(2))
        site.read(3, WideRead(of: 2, descends: descends), at: .seconds(2))
        site.run(until: .seconds(3))
        let keys = Array<UInt64>(0..<25)
        #expect(site.answer(1)?.values == (descends ? keys.reversed() : keys))
        #expect(site.answer(1)?.pages == 3)
        #expect(site.answer(2)?.values == (descends ? [9, 8, 7, 6, 5] : [5, 6, 7, 8, 9]))
        #expect(site.answer(2)?.pages == 1)
        #expect(site.answer(3)?.values == [])
    }

    /// Rows 0 to 9; 3 is deleted, then 5 to 7, and 6 is written anew.
    @Test("deleted rows are gone, and what is written later is there")
    func deleting() {
        let site = WideSite()
        for key in 0..<10 { site.write(100 + key, WideSite.row(UInt64(key)), at: .seconds(1)) }
        site.write(1, .deletion(in: 1, at: 3), at: .seconds(2))
        site.write(2, .deletion(in: 1, of: 5...7), at: .seconds(3))
        site.write(3, WideSite.row(6, value: 66), at: .seconds(4))
        site.read(4, at: .seconds(5))
        site.read(5, WideRead(of: 1, limit: 2), at: .seconds(5))
        site.run(until: .seconds(6))
        #expect(site.answer(4)?.values == [0, 1, 2, 4, 66, 8, 9])
        #expect(site.answer(5)?.values == [0, 1, 2, 4, 66, 8, 9])
    }

    /// The nodes' clocks are 30 s behind that of the clerk who deletes.
    @Test("a deleted row is not seen, however late it was deleted by the coordinator's clock")
    func deletedLater() {
        let site = WideSite()
        site.cluster.plan(
            ClockFault(site.machines(0, 1, 2), .step(by: .seconds(-30))), at: .at(.seconds(1)), for: nil)
        for key in 5...6 { site.write(key, WideSite.row(UInt64(key)), at: .seconds(2)) }
        site.write(10, .deletion(in: 1, at: 5), at: .seconds(3))
        site.read(11, at: .seconds(4))
        site.run(until: .seconds(5))
        #expect(site.answer(11)?.values == [6])
    }

    /// One write of five rows in two partitions is two writes, and one answer.
    @Test("a batch is written, and has one answer")
    func batch() {
        let site = WideSite()
        site.write(
            1, WideSite.row(1), WideSite.row(2), WideSite.row(1, of: 2), WideSite.row(3),
            WideSite.row(5, of: 2),
            at: .seconds(1))
        site.read(2, at: .seconds(2))
        site.read(3, WideRead(of: 2), at: .seconds(2))
        site.run(until: .seconds(3))
        #expect(site.isWritten(1))
        #expect(site.answer(2)?.values == [1, 2, 3])
        #expect(site.answer(3)?.values == [1, 5])
    }

    /// Written at 1 s for 10 s: there at 10.9 s, gone at 11.1 s. What is rewritten at 5 s for 10 s stays until 15 s.
    @Test("a row is not there any more when its lifetime is over")
    func expiry() {
        let site = WideSite()
        site.write(1, WideSite.row(1, lifetime: .seconds(10)), at: .seconds(1))
        site.write(2, WideSite.row(2, lifetime: .seconds(10)), at: .seconds(1))
        site.write(3, WideSite.row(3), at: .seconds(1))
        site.write(4, WideSite.row(2, lifetime: .seconds(10)), at: .seconds(5))
        site.read(5, at: .milliseconds(10_900))
        site.read(6, at: .milliseconds(11_100))
        site.read(7, at: .milliseconds(15_100))
        site.run(until: .seconds(16))
        #expect(site.answer(5)?.values == [1, 2, 3])
        #expect(site.answer(6)?.values == [2, 3])
        #expect(site.answer(7)?.values == [3])
    }

    /// The second clerk's clock is 5 s behind: what it writes at 3 s is of -2 s, and what the first has written at 1 s
    /// holds. Its row of another key is there.
    @Test("a writer with a slow clock loses its update")
    func slowClock() {
        let site = WideSite(clocks: [LocalClock(), LocalClock(offset: .seconds(-5))])
        site.write(1, WideSite.row(1, value: 10), by: 0, at: .seconds(1))
        site.write(2, WideSite.row(1, value: 20), by: 1, at: .seconds(3))
        site.write(3, WideSite.row(2, value: 30), by: 1, at: .seconds(3))
        site.read(4, at: .seconds(4))
        site.run(until: .seconds(5))
        #expect(site.isWritten(2, by: 1))
        #expect(site.answer(4)?.values == [10, 30])
    }

    /// A row has a reference for each replica, its body one for all of them.
    @Test("a body lies in its pool once, as long as a row says it")
    func bodies() {
        let site = WideSite()
        let pool = site.cluster.world.pool(of: Note.self)
        for number in 0..<10 {
            let body = pool.write(Note(number: number))
            let row = WideRow(
                in: 1, at: UInt64(number), body: body, mark: UInt64(number), weight: .bytes(1_000))
            site.write(number, row, at: .seconds(1))
        }
        site.run(until: .seconds(2))
        #expect((0..<10).allSatisfy { site.isWritten($0) })
        #expect(pool.references(to: 0) == 10)
        #expect(site.cluster.world.pool(of: WideRow.self).references(to: 0) == 30)
        #expect(MemoryLayout<WideRow>.stride == 36)
    }
}
