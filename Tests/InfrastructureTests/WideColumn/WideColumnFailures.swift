import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// What a wide-column store promises when something fails, and what it loses.
@Suite("wide-column: failures")
struct WideColumnFailures {
    /// All have 10. Node 2 is cut off from the others from 2 to 9 s, and the clerk reaches all of them. A write of 20 is
    /// stored by the two others; when node 2 coordinates it, it is in vain for 2 s, and another one does it. At 8 s each
    /// node is asked for its own: two have 20. A quorum needs one of them.
    @Test("a quorum read sees what a quorum wrote, one replica may not")
    func quorum() {
        let site = WideSite()
        site.write(1, WideSite.row(1, value: 10), with: .all, at: .seconds(1))
        site.cluster.plan(
            Partition(between: site.machines(2), and: site.machines(0, 1)), at: .at(.seconds(2)),
            for: .seconds(7))
        site.write(2, WideSite.row(1, value: 20), at: .seconds(3))
        site.readByEach(10, with: .one, at: .seconds(8))
        site.read(20, at: .seconds(9))
        site.run(until: .seconds(30))
        #expect(site.isWritten(1) && site.isWritten(2))
        #expect(Set(site.answers(10..<13)) == [[10], [20]])
        #expect(site.answer(20)?.values == [20])
    }

    /// Node 2 is gone from 5 to 40 s, and known to be gone from about 15 s on. Of ten rows written from 20 s on, its
    /// hints are with the coordinators, which are the two others. It is back, hears the next gossip, and gets them.
    @Test("a node that was away gets what was kept for it")
    func hints() {
        let site = WideSite()
        site.cluster.plan(Crash(site.machines(2), losing: .process), at: .at(.seconds(5)), for: .seconds(35))
        for key in 0..<10 { site.write(key, WideSite.row(UInt64(key)), at: .seconds(20 + Int64(key))) }
        site.run(until: .seconds(39))
        #expect((0..<10).allSatisfy { site.isWritten($0) })
        #expect(site.hintCount == 10)
        #expect(site.rows(of: 2) == [])
        site.run(until: .seconds(55))
        #expect(site.rows(of: 2) == Array(0..<10))
        #expect(site.hintCount == 0)
    }

    /// Nobody knows yet that node 2 is gone when it does not answer: after 2 s its coordinator keeps a hint.
    @Test("what was not acknowledged in time is kept as a hint")
    func hintsOfTimeouts() {
        let site = WideSite()
        site.cluster.plan(Crash(site.machines(2)), at: .at(.seconds(5)), for: .seconds(3))
        for key in 0..<3 { site.write(key, WideSite.row(UInt64(key)), at: .milliseconds(5_100)) }
        site.run(until: .seconds(60))
        #expect((0..<3).allSatisfy { site.isWritten($0) })
        #expect(site.rows(of: 2) == [0, 1, 2])
        #expect(site.hintCount == 0)
    }

    /// Hints are kept for 5 s. Node 2 is gone from 5 s on, is known to be by 16 s, and misses what is written at 30 s. Back
    /// at 60 s, it has nothing at 69 s; reads find that its digest differs, and bring it the row.
    @Test("a hint that outlives its window is repaired on read")
    func window() {
        let site = WideSite { $0.hintWindow = .seconds(5) }
        site.cluster.plan(Crash(site.machines(2), losing: .process), at: .at(.seconds(5)), for: .seconds(55))
        site.write(1, WideSite.row(1, value: 10), at: .seconds(30))
        site.readByEach(10, at: .seconds(70))
        site.run(until: .seconds(69))
        #expect(site.isWritten(1))
        #expect(site.hintCount == 0)
        #expect(site.rows(of: 2) == [])
        site.run(until: .seconds(80))
        #expect(site.answers(10..<13) == [[10], [10], [10]])
        #expect(site.rows(of: 2) == [10])
    }

    /// With node 2 known to be gone, ALL is refused without being tried, and is nowhere; a quorum is served.
    @Test("too few replicas refuse, and what they refuse is nowhere")
    func unavailable() {
        let site = WideSite()
        site.cluster.plan(Crash(site.machines(2)), at: .at(.seconds(1)), for: .minutes(10))
        site.write(1, WideSite.row(1), with: .all, at: .seconds(20))
        site.write(2, WideSite.row(2), at: .seconds(20))
        site.cluster.plan(Crash(site.machines(1)), at: .at(.seconds(30)), for: .minutes(10))
        site.write(3, WideSite.row(3), at: .seconds(50))
        site.write(4, WideSite.row(4), with: .one, at: .seconds(50))
        site.run(until: .minutes(1))
        #expect(site.answer(1)?.error != nil)
        #expect(site.isWritten(2))
        #expect(site.answer(3)?.error != nil)
        #expect(site.isWritten(4))
        #expect(site.rows(of: 0) == [2, 4])
    }

    /// Each node is cut off from the others from 5 to 65 s, so all take each other to be down. Gossip that was sent into the
    /// cut is sent again at 108 s, after a pause of 51 s; over new connections they hear of each other within seconds.
    @Test("nodes that were all cut off serve again soon after it")
    func comesTogether() {
        let site = WideSite()
        for node in 0..<3 {
            site.cluster.plan(
                Partition(isolating: site.machines(node)), at: .at(.seconds(5)), for: .seconds(60))
        }
        site.write(1, WideSite.row(1), at: .seconds(50))
        site.write(2, WideSite.row(2), at: .seconds(70))
        site.run(until: .seconds(75))
        #expect(site.answer(1)?.error != nil)
        #expect(site.isWritten(2))
    }

    /// The region there is cut off from 5 s on: two of three are here, and that is a quorum of this region, but not four
    /// of six.
    @Test("a local quorum does without the other region")
    func localQuorum() {
        let site = WideSite(nodes: 6, zones: 6, regions: ["here", "here", "here", "there", "there", "there"])
        let there = site.machines(3, 4, 5)
        site.cluster.plan(
            Partition(between: site.machines(0, 1, 2), and: there), at: .at(.seconds(5)), for: .seconds(30))
        site.write(1, WideSite.row(1), with: .localQuorum, at: .seconds(6))
        site.write(2, WideSite.row(2), with: .quorum, at: .seconds(6))
        site.run(until: .seconds(30))
        #expect(site.isWritten(1))
        #expect(site.answer(2)?.error != nil)
        // Hints bring it over afterwards.
        site.run(until: .minutes(3))
        #expect(site.rows(of: 4) == [1, 2])
    }

    /// The row is on all; its deletion, at 30 s, misses node 2, for which no hints are kept. Node 2 still has the row when
    /// it is back: of two versions the deletion holds, and is brought to it.
    @Test("a deleted row does not come back with a replica that missed it")
    func deletion() {
        let site = WideSite { $0.hintWindow = .seconds(1) }
        site.write(1, WideSite.row(1), with: .all, at: .seconds(1))
        site.write(2, WideSite.row(2), with: .all, at: .seconds(1))
        site.cluster.plan(Crash(site.machines(2), losing: .process), at: .at(.seconds(5)), for: .seconds(55))
        site.write(3, .deletion(in: 1, at: 1), at: .seconds(30))
        site.write(4, .deletion(in: 1, of: 2...5), at: .seconds(30))
        site.readByEach(10, at: .seconds(70))
        site.run(until: .seconds(69))
        #expect(site.rows(of: 2) == [1, 2])
        site.run(until: .seconds(80))
        #expect(site.answers(10..<13) == [[], [], []])
        #expect(site.errors(10..<13) == [nil, nil, nil])
        #expect(Set(site.rows(of: 2)) == [1_001, 1_002, 2])
    }

    /// One row each 100 ms from 1 s on. Commit logs are synced at 10 and 20 s; at 25 s all lose power. What was written up
    /// to 20 s is there: 190 rows, and the one or two on their way.
    @Test("commit logs that are synced from time to time lose what came since, when all lose power at once")
    func power() {
        let site = WideSite()
        for key in 0..<235 {
            site.write(key, WideSite.row(UInt64(key)), at: .seconds(1) + .milliseconds(100) * Int64(key))
        }
        site.cluster.plan(Crash(site.machines(0, 1, 2)), at: .at(.seconds(25)), for: .seconds(5))
        site.read(1_000, at: .seconds(60))
        site.run(until: .seconds(61))
        #expect((0..<235).allSatisfy { site.isWritten($0) })
        let left = site.answer(1_000)?.values ?? []
        #expect((188...192).contains(left.count))
        #expect(left == Array(0..<UInt64(left.count)))
    }

    /// The same, but rows are stored when they are synced: 1 ms more.
    @Test("commit logs that are synced first lose nothing")
    func powerWithBatch() throws {
        let site = WideSite { $0.sync = .batch }
        for key in 0..<235 {
            site.write(key, WideSite.row(UInt64(key)), at: .seconds(1) + .milliseconds(100) * Int64(key))
        }
        site.cluster.plan(Crash(site.machines(0, 1, 2)), at: .at(.seconds(25)), for: .seconds(5))
        site.read(1_000, at: .seconds(60))
        site.run(until: .seconds(61))
        #expect(site.answer(1_000)?.values == Array(0..<235))
        let time = try #require(site.answer(234)).at - .at(.milliseconds(24_400))
        #expect(time >= .milliseconds(5) && time < .microseconds(5_050))
    }

    /// Commit logs are synced at 10 s. From 11 s on disks are so slow that the sync of 20 s is not done at 41 s, when they
    /// are as fast as before. So rows are stored as ever until 25 s, when the latest sync is 15 s old; then they wait, until
    /// the client has asked three coordinators for two seconds each.
    @Test("a write waits where the commit log cannot be synced in time")
    func lateSync() throws {
        let site = WideSite()
        site.cluster.plan(
            DiskFault(site.machines(0, 1, 2), .slow(by: .times(100_000))), at: .at(.seconds(11)),
            for: .seconds(30))
        let times: [Int64] = [1_000, 24_900, 25_100, 40_000, 45_000]
        for (number, time) in times.enumerated() {
            site.write(number, WideSite.row(UInt64(number)), at: .milliseconds(time))
        }
        site.run(until: .seconds(50))
        func wait(_ number: Int) throws -> Span {
            try #require(site.answer(number)).at - .at(.milliseconds(times[number]))
        }
        #expect((0..<5).map { site.isWritten($0) } == [true, true, false, true, true])
        #expect(try wait(1) < .milliseconds(5))
        #expect(try wait(2) >= .seconds(6))
        // The disks have caught up a moment after 41 s.
        #expect(try wait(3) >= .seconds(1))
        #expect(try wait(3) < .milliseconds(1_100))
        #expect(try wait(4) < .milliseconds(5))
        // What was given up came with hints.
        #expect((0..<3).allSatisfy { site.rows(of: $0) == [0, 1, 2, 3, 4] })
    }

    /// Node 1 does not answer node 0 from 5 s on. When node 0 coordinates, it asks node 1 first; after 30 ms it asks node 2
    /// too: 1 ms to it, 30, and 2 ms more there and back, and 1 ms to the clerk.
    @Test("a replica that takes long is not waited for")
    func speculation() throws {
        let site = WideSite()
        for node in 0..<3 { site.write(node, WideSite.row(1), with: .all, at: .seconds(1 + Int64(node))) }
        site.cluster.plan(
            Partition(between: site.machines(0), and: site.machines(1)), at: .at(.seconds(5)),
            for: .seconds(10))
        site.readByEach(10, at: .seconds(6))
        site.run(until: .seconds(30))
        #expect(site.answers(10..<13) == [[1], [1], [1]])
        let times = (10..<13).map {
            site.answer($0)!.at - .at(.seconds(6) + .milliseconds(100) * Int64($0 - 10))
        }
        #expect(times.sorted()[0] < .milliseconds(5))
        #expect(times.sorted()[2] >= .milliseconds(34) && times.sorted()[2] < .milliseconds(35))
    }

    /// Its coordinator is killed while it has requests under way: they are refused or reset, and asked elsewhere.
    @Test("a client goes on with another coordinator")
    func coordinatorDies() {
        let site = WideSite()
        for key in 0..<200 {
            site.write(key, WideSite.row(UInt64(key)), at: .seconds(4) + .milliseconds(10) * Int64(key))
        }
        site.cluster.plan(
            Crash(site.machines(1), losing: .process), at: .at(.milliseconds(5_002)), for: .seconds(60))
        site.read(1_000, WideRead(of: 1, limit: 1_000), at: .seconds(20))
        site.run(until: .seconds(30))
        #expect((0..<200).allSatisfy { site.isWritten($0) })
        #expect(site.answer(1_000)?.values == Array(0..<200))
    }

    /// 300 rows come in any order within 3 s; three times all pages of ten are read meanwhile. What was acknowledged
    /// before is in it, and everything is in order.
    @Test("pages are complete and in order while rows arrive")
    func pagesWhileWriting() {
        let site = WideSite(clocks: [LocalClock(), LocalClock()])
        let keys = (0..<300).map { ($0 * 71) % 300 }
        for (place, key) in keys.enumerated() {
            site.write(key, WideSite.row(UInt64(key)), at: .seconds(1) + .milliseconds(10) * Int64(place))
        }
        for (place, time) in [1_500, 2_500, 3_500].enumerated() {
            site.read(
                place, WideRead(of: 1, limit: 10, descends: place == 1), by: 1, at: .milliseconds(Int64(time))
            )
        }
        site.run(until: .seconds(6))
        for (place, time) in [1_500, 2_500, 3_500].enumerated() {
            let values = site.answer(place, by: 1)?.values ?? []
            let began = Instant.at(.milliseconds(Int64(time)))
            let before = keys.filter { site.answer($0)!.at < began }.map { UInt64($0) }
            #expect(before.count >= 48)
            #expect(Set(values).isSuperset(of: before))
            #expect(values == (place == 1 ? values.sorted().reversed() : values.sorted()))
            #expect(Set(values).count == values.count)
        }
    }
}
