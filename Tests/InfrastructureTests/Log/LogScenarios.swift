import Cluster
import Infrastructure
import Testing
import Vocabulary

/// What a partitioned log promises, and what it loses.
@Suite("log: scenarios")
struct LogScenarios {
    /// When connections are open: the request takes 1 ms to the leader, and two followers that wait for it hear of it 1 ms later; their next
    /// fetch, 1 ms, says that they have it; the answer is at the writer 1 ms after that: 4 ms, and what bytes take on
    /// the way.
    @Test("a record that all in sync must have takes two round trips, one that only the leader must have one")
    func latency() {
        let site = LogSite()
        site.write(0..<2, .all, from: .seconds(2), every: .seconds(1))
        site.run(until: .seconds(3) + .microseconds(3_990))
        #expect(site.acknowledged == [0])
        site.run(until: .seconds(3) + .microseconds(4_050))
        #expect(site.acknowledged == [0, 1])
        #expect((0..<3).map { site.records(of: $0) } == [[0, 1], [0, 1], [0, 1]])

        let other = LogSite()
        other.write(0..<2, .leader, from: .seconds(2), every: .seconds(1))
        other.run(until: .seconds(3) + .microseconds(1_990))
        #expect(other.acknowledged == [0])
        other.run(until: .seconds(3) + .microseconds(2_050))
        #expect(other.acknowledged == [0, 1])
    }

    /// 100 records a second to four partitions for 60 s; a broker goes at 10 s, in each way, and is back at 30 s.
    @Test(
        "a log whose records all in sync have survives any one broker",
        arguments: [0, 1, 2], CrashKind.allCases)
    func survives(broker: Int, kind: CrashKind) {
        let site = LogSite()
        for partition in 0..<4 {
            site.write(
                1_000 * partition..<1_000 * partition + 600, to: partition, from: .seconds(3),
                every: .milliseconds(100))
        }
        site.cluster.plan(
            Crash(site.machines(broker), losing: kind), at: .at(.seconds(10)), for: .seconds(20))
        site.run(until: .seconds(120))
        #expect(site.acknowledged.count == 2_400)
        for partition in 0..<4 {
            let expected = Array(1_000 * partition..<1_000 * partition + 600)
            #expect(site.committed(partition: partition).sorted() == expected)
            for broker in 0..<3 {
                #expect(site.records(of: broker, partition: partition).sorted() == expected)
            }
            #expect(site.leadership(of: partition)?.inSync.count == 3)
        }
    }

    /// Broker 0 goes at 10 s and broker 1 at 22 s, each for 5 s. What broker 2 had asked of 0 at 10 s would time out at 40 s;
    /// from 27 s on 0 leads again what 1 had led in the meantime.
    @Test(
        "two brokers that restart one after the other hold nothing up once both are back",
        arguments: [CrashKind.process, .unsynced])
    func restartsInTurn(kind: CrashKind) {
        let site = LogSite()
        for partition in 0..<4 {
            site.write(
                1_000 * partition..<1_000 * partition + 260, to: partition, from: .seconds(3),
                every: .milliseconds(100))
        }
        for (broker, time) in [(0, 10), (1, 22)] {
            site.cluster.plan(
                Crash(site.machines(broker), losing: kind), at: .at(.seconds(Int64(time))), for: .seconds(5))
        }
        site.run(until: .seconds(36))
        #expect(site.leadership()?.leader == 0)
        #expect(site.acknowledged.count == 1_040)
    }

    /// Each of the brokers is asked to end, at 10, 35 and 60 s, and is back 5 s later: the session of 9 s is never over. Others
    /// lead before it ends, so a record waits for the pause of 100 ms of its producer, twice where what that learns is old, and
    /// for a fetch of half a second under way.
    @Test("brokers that are restarted in turn have others lead before they end")
    func rollingRestart() {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        site.cluster.plan(
            RollingRestart(
                site.cluster.machines(of: site.brokers), downFor: .seconds(5), pause: .seconds(20)),
            at: .at(.seconds(10)), for: nil)
        site.send(0..<7_000, by: feeder, from: .seconds(5))
        site.run(until: .seconds(90))
        #expect(journal.stored.map(\.number).sorted() == Array(0..<7_000))
        let waits = journal.stored.map { $0.time - .at(.seconds(5) + .milliseconds(10) * Int64($0.number)) }
        #expect(waits.max()! < .seconds(1))
        #expect(site.leadership()?.inSync == [0, 1, 2])
    }

    /// Broker 0 stands still from 10 s on, and its session is over between 17 and 19.5 s. The first request waits for it until
    /// 15 s; 0.1 s later it leads still, and gets all there is by then, until 20.1 s: 0.1 s later another one leads. What had no
    /// room beside the first request would be sent at 15 and wait until 20 s, and the first once more from then until 25 s.
    @Test("nothing is sent to a broker that has not answered before it is known anew who leads")
    func stoppedLeader() {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal) {
            $0.inFlight = 1
            $0.requestTimeout = .seconds(5)
        }[0]
        site.cluster.plan(Pause(site.machines(0)), at: .at(.seconds(10)), for: .seconds(30))
        site.send(0..<200, by: feeder, from: .seconds(9))
        site.run(until: .seconds(21))
        #expect(journal.stored.map(\.number).sorted() == Array(0..<200))
    }

    /// Followers ask each half second, and say nothing of a partition in which they have all there is. A replica in sync may lack
    /// something for 30 s, and brokers look each 15 s.
    @Test("who has all there is stays in sync, however long nothing comes")
    func silence() {
        let site = LogSite()
        site.write(0..<1, .all, from: .seconds(3))
        site.write(1..<2, .all, from: .seconds(100))
        site.run(until: .seconds(101))
        #expect(site.acknowledged == [0, 1])
        #expect(site.leadership()?.inSync == [0, 1, 2])
        #expect(site.leadership()?.version == 0)
    }

    /// From 5 s on followers do not hear of the leader. It takes 20 more and acknowledges them alone; at 6 s it is
    /// gone with its disk. Its session ends 9 s later, and another one leads with what it had.
    @Test("what only the leader had to have is lost with it, from where the others ended")
    func leaderOnly() {
        let site = LogSite(goesOn: false)
        site.write(0..<20, .leader, from: .seconds(4))
        site.write(20..<40, .leader, from: .seconds(5) + .milliseconds(10))
        site.cluster.plan(
            Partition(between: site.machines(0), and: site.machines(1, 2)), at: .at(.seconds(5)),
            for: .seconds(30))
        site.cluster.plan(Crash(site.machines(0), losing: .disk), at: .at(.seconds(6)), for: .seconds(20))
        site.run(until: .seconds(25))
        #expect(site.acknowledged == Array(0..<40))
        #expect(site.leadership()?.leader == 1)
        #expect(site.committed() == Array(0..<20))
        site.run(until: .minutes(3))
        #expect(site.records(of: 0) == Array(0..<20))
    }

    /// Nothing more fits on the disk of a leader from 5 to 120 s: it halts at 6 s, with the first record, and is missed after a
    /// session of 9 s, which the controllers look at each half second. When there is room again it starts anew and gets what it
    /// has missed.
    @Test("a leader whose disk is full halts, and another one leads after its session")
    func fullDisk() {
        let site = LogSite()
        let first = site.leadership()?.leader ?? 0
        site.cluster.plan(DiskFault(site.machines(first), .full), at: .at(.seconds(5)), for: .seconds(115))
        site.write(0..<20, .all, from: .seconds(6))
        site.run(until: .seconds(17))
        #expect(site.acknowledged == Array(0..<20))
        #expect(site.leadership()?.leader != first)
        #expect(site.committed() == Array(0..<20))
        #expect(site.cluster.endedParts.map(\.name.number) == [first])
        site.run(until: .minutes(4))
        #expect(site.cluster.endedParts.isEmpty)
        #expect(site.records(of: first) == Array(0..<20))
    }

    /// Half of what broker 0 has on its disk at 10 s has lost bits; it is killed, and reads its files at 14 s, in 1 ms. What lies
    /// before those bits it keeps, and asks for the rest a little later.
    @Test("a broker cuts its logs off where a checksum is wrong, and has the rest from the leaders")
    func lostBits() {
        let site = LogSite()
        for partition in 0..<4 {
            site.write(
                1_000 * partition..<1_000 * partition + 100, to: partition, from: .seconds(3),
                every: .milliseconds(100))
        }
        site.cluster.plan(
            DiskFault(site.machines(0), .corrupt(share: 0.5)), at: .at(.seconds(10)), for: nil)
        site.cluster.plan(
            Crash(site.machines(0), losing: .process), at: .at(.seconds(11)), for: .seconds(3))
        site.run(until: .seconds(14) + .milliseconds(3))
        let kept = (0..<4).map { site.records(of: 0, partition: $0).count }
        #expect(kept.contains { $0 > 0 })
        #expect(kept.contains { $0 < 80 })
        site.run(until: .seconds(60))
        for partition in 0..<4 {
            let expected = Array(1_000 * partition..<1_000 * partition + 100)
            #expect(site.records(of: 0, partition: partition) == expected)
            #expect(site.leadership(of: partition)?.inSync.count == 3)
        }
    }

    /// Two of three are gone from 5 s on. When their sessions are over the leader is alone in sync, and refuses what
    /// more than one should have; what it alone must have, it takes.
    @Test("below the least number in sync producers are refused")
    func belowLeast() {
        let site = LogSite(isIdempotent: false, goesOn: false, deadline: .seconds(40))
        site.cluster.plan(Crash(site.machines(1, 2)), at: .at(.seconds(5)), for: .minutes(10))
        site.write(0..<1, .all, from: .seconds(4))
        site.write(1..<2, .all, from: .seconds(60))
        site.write(2..<3, .leader, from: .seconds(61))
        site.run(until: .seconds(62))
        #expect(site.acknowledged == [0, 2])
        #expect(site.refused == ["1: notEnoughReplicas"])
        #expect(site.leadership()?.inSync == [0])
    }

    /// The leader is behind a partition from 5 to 40 s, together with the writer. What it takes alone, from 6 s on, is
    /// on no other broker; one of those leads from about 14 s on. When the partition ends it hears of that, cuts off
    /// what the other has not, and follows.
    @Test("a deposed leader behind a partition cuts off what it alone had")
    func deposed() {
        let site = LogSite(goesOn: false)
        site.write(0..<10, .leader, from: .seconds(4))
        site.write(10..<15, .leader, from: .seconds(6))
        for others in [site.machines(1, 2), site.cluster.machines(of: site.controllers)] {
            site.cluster.plan(
                Partition(between: site.machines(0), and: others), at: .at(.seconds(5)), for: .seconds(35))
        }
        site.run(until: .seconds(39))
        #expect(site.records(of: 0) == Array(0..<15))
        #expect(site.leadership()?.leader == 1)
        site.run(until: .seconds(80))
        #expect((0..<3).map { site.records(of: $0) } == Array(repeating: Array(0..<10), count: 3))
        #expect(site.leadership()?.inSync == [0, 1, 2])
        #expect(site.replica(of: 0)?.leads == false)
    }

    /// The answers to the writer are lost from 4 to 7 s: it hears nothing for 2 s, and asks another broker, which
    /// refuses, and so on until it hears from the leader.
    @Test(
        "a record whose answer is lost is stored once by who counts, and twice by who does not",
        arguments: [true, false])
    func retry(isIdempotent: Bool) {
        let site = LogSite(isIdempotent: isIdempotent)
        site.write(0..<1, .all, from: .seconds(4))
        site.cluster.plan(
            Partition(
                between: site.machines(0, 1, 2), and: site.cluster.machines(of: [site.writer]),
                direction: .oneWay),
            at: .at(.seconds(4)), for: .seconds(3))
        site.run(until: .seconds(30))
        #expect(site.acknowledged == [0])
        #expect(site.records(of: 0).count == (isIdempotent ? 1 : 2))
    }

    /// Of 10 records in a second for 200 s each replica has synced those up to the 120th second.
    @Test("a log that is synced every two minutes loses what came since, when all lose power at once")
    func power() {
        let site = LogSite(goesOn: false) { $0.syncEvery = .minutes(2) }
        site.write(0..<2_000, .all, from: .seconds(1), every: .milliseconds(100))
        site.cluster.plan(Crash(site.machines(0, 1, 2)), at: .at(.seconds(201)), for: .seconds(5))
        site.run(until: .minutes(5))
        #expect(site.acknowledged.count == 2_000)
        // The 1,190th comes at 120 s.
        let left = site.committed()
        #expect((1_188...1_192).contains(left.count))
        #expect(left == Array(0..<left.count))
    }

    /// All have 0 to 9; 1 and 2 are gone from 5 s on, and 0 takes 10 more alone when it is alone in sync. It goes at
    /// 60 s, before the others come back at 70 s.
    @Test(
        "an unclean election loses what the one in sync had; without it nobody leads",
        arguments: [false, true])
    func unclean(isAllowed: Bool) {
        let site = LogSite(goesOn: false) {
            $0.minInSync = 1
            if isAllowed { $0.uncleanElection = .yes }
        }
        site.write(0..<10, .all, from: .seconds(4))
        site.write(10..<20, .all, from: .seconds(55))
        site.cluster.plan(
            Crash(site.machines(1, 2), losing: .process), at: .at(.seconds(5)), for: .seconds(65))
        site.cluster.plan(
            Crash(site.machines(0), losing: .process), at: .at(.seconds(60)), for: .seconds(60))
        site.run(until: .seconds(110))
        #expect(site.acknowledged == Array(0..<20))
        #expect(site.leadership()?.leader == (isAllowed ? 1 : nil))
        site.run(until: .seconds(180))
        #expect(site.committed() == (isAllowed ? Array(0..<10) : Array(0..<20)))
        #expect(site.leadership()?.inSync == [0, 1, 2])
    }

    /// 10 records a second of a kilobyte; those older than 60 s go each 10 s.
    @Test("what is too old goes, on all replicas, and is not stored any more")
    func retention() {
        let site = LogSite {
            $0.partitions = 1
            $0.retention = .minutes(1)
            $0.retentionCheck = .seconds(10)
        }
        site.write(0..<3_000, .all, from: .seconds(1), every: .milliseconds(100))
        site.run(until: .seconds(300))
        for broker in 0..<3 {
            let records = site.records(of: broker)
            #expect((600...700).contains(records.count))
            #expect(records.last == 2_989)
        }
        let stored = site.cluster.readings.filter { $0.role == "log" }.map(\.stored)
        #expect(stored.count == 3)
        #expect(stored.allSatisfy { $0 < 700 * 1_068 + 1_000 })
    }

    /// Broker 2 is away while what it lacks grows too old everywhere.
    @Test("a follower that lacks what is not kept any more goes on where the leader begins")
    func behindRetention() {
        let site = LogSite {
            $0.partitions = 1
            $0.retention = .minutes(1)
            $0.retentionCheck = .seconds(10)
        }
        site.write(0..<4_000, .all, from: .seconds(1), every: .milliseconds(100))
        site.cluster.plan(Crash(site.machines(2)), at: .at(.seconds(20)), for: .minutes(4))
        site.run(until: .seconds(400))
        // They look for old records at different moments.
        #expect(site.records(of: 2).count > 600)
        #expect(site.records(of: 2).suffix(600) == site.records(of: 0).suffix(600))
        #expect(site.leadership()?.inSync == [0, 1, 2])
    }

    @Test("a record that is too large is refused")
    func tooLarge() {
        let site = LogSite(goesOn: false) { $0.recordLimit = .bytes(999) }
        site.write(0..<1, .all, from: .seconds(4))
        site.run(until: .seconds(5))
        #expect(site.refused == ["0: recordTooLarge"])
    }

    /// A record has one reference for each replica, and none when it is gone everywhere.
    @Test("contents lie in the pool once, and go with the last replica that has them")
    func contents() {
        let site = LogSite { $0.partitions = 1 }
        site.write(0..<100, .all, from: .seconds(1))
        site.run(until: .seconds(10))
        let pool = site.cluster.world.pool(of: LogRecord.self)
        #expect(pool.chunkCount == 1)
        #expect(pool.references(to: 0) == 300)
    }
}
