import Cluster
import Infrastructure
import Testing
import Vocabulary

/// Producers and consumers of a log on which nothing fails.
@Suite("log: producers and consumers")
struct ClientScenarios {
    /// Two readers share four partitions: two each. Of 50 keys each has 20 records.
    @Test(
        "S0-15 records of one key are read in their order, by one member of the group",
        arguments: [Partitioning.hash, .consistent])
    func order(partitioning: Partitioning) throws {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal) { $0.partitioning = partitioning }[0]
        let readers = site.addReaders(2, journal: journal)
        site.send(0..<1_000, by: feeder, from: .seconds(5)) { UInt64($0 % 50) }
        site.run(until: .seconds(30))
        #expect(journal.stored.map(\.number).sorted() == Array(0..<1_000))
        #expect(journal.numbers().sorted() == Array(0..<1_000))
        for key in 0..<50 {
            let read = journal.read.filter { $0.number % 50 == key }
            #expect(read.map(\.number) == stride(from: key, to: 1_000, by: 50).map { $0 })
            #expect(Set(read.map(\.place.partition)).count == 1)
            #expect(Set(read.map(\.reader)).count == 1)
        }
        let shares = readers.map { reader in
            journal.assigned.last { $0.reader == reader.number }?.partitions
        }
        #expect(shares == [0..<2, 2..<4] || shares == [2..<4, 0..<2])
        // 50 keys over four partitions: each has some.
        #expect(Set(journal.read.map(\.place.partition)) == [0, 1, 2, 3])
    }

    /// The record is at the leader after 1 ms; followers that wait for it have it after 2, and say so after 3. Then it
    /// is committed: the producer hears of it after 4 ms, and so does the consumer that waits.
    @Test("a record is at the consumer after two round trips")
    func latency() throws {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        _ = site.addReaders(journal: journal)
        // Connections are open from the second one on.
        site.send(0..<8, by: feeder, from: .seconds(10), every: .seconds(1)) { _ in 1 }
        site.run(until: .seconds(20))
        let sent = Instant.at(.seconds(17))
        let stored = try #require(journal.stored.last)
        let read = try #require(journal.read.last)
        #expect(stored.number == 7)
        #expect(read.number == 7)
        #expect(stored.time - sent >= .milliseconds(4))
        #expect(stored.time - sent <= .microseconds(4_050))
        #expect(read.time - sent >= .milliseconds(4))
        #expect(read.time - sent <= .microseconds(4_050))
    }

    /// Ten records within 9 ms, with a linger of 20 ms: they go 20 ms after the first one, and are stored together.
    @Test("with a linger records of a partition go together")
    func linger() {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal) { $0.linger = .milliseconds(20) }[0]
        site.send(0..<1, by: feeder, from: .seconds(5)) { _ in 1 }
        site.send(1..<11, by: feeder, from: .seconds(6), every: .milliseconds(1)) { _ in 1 }
        site.run(until: .seconds(8))
        let times = Set(journal.stored.dropFirst().map(\.time))
        #expect(journal.stored.count == 11)
        #expect(times.count == 1)
        // 20 ms, and 4 ms for two round trips.
        #expect(times.allSatisfy { $0 - .at(.seconds(6)) >= .milliseconds(24) })
        #expect(times.allSatisfy { $0 - .at(.seconds(6)) <= .microseconds(24_200) })
        #expect(journal.stored.map(\.place.offset) == Array(0..<11))
    }

    /// A batch holds 4 records of 1,068 bytes; 8 make two of them at once, and one more waits for its time.
    @Test("a batch that is full does not wait")
    func fullBatch() {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal) {
            $0.linger = .seconds(1)
            $0.batch = .bytes(4_272)
        }[0]
        site.send(0..<9, by: feeder, from: .seconds(5), every: .zero) { _ in 1 }
        site.run(until: .seconds(5) + .milliseconds(900))
        #expect(journal.stored.map(\.number) == Array(0..<8))
        site.run(until: .seconds(7))
        #expect(journal.stored.map(\.number) == Array(0..<9))
    }

    /// A round trip to store takes 4 ms. With one request at a time what comes meanwhile waits, and goes together: of
    /// 40 records a millisecond apart each request but the first takes four.
    @Test("what comes while too much is under way goes together afterwards")
    func inFlight() {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal) { $0.inFlight = 1 }[0]
        site.send(0..<1, by: feeder, from: .seconds(5)) { _ in 1 }
        site.send(1..<42, by: feeder, from: .seconds(6), every: .milliseconds(1)) { _ in 1 }
        site.run(until: .seconds(8))
        #expect(journal.stored.map(\.place.offset) == Array(0..<42))
        let requests = Set(journal.stored.dropFirst().map(\.time)).count
        #expect((10...12).contains(requests))
    }

    /// Nobody answers. Records of 1,068 bytes fill 10,000 bytes with ten.
    @Test("a producer with a full buffer takes no more, until some of it is stored")
    func full() {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal) { $0.buffer = .bytes(10_000) }[0]
        site.send(0..<1, by: feeder, from: .seconds(4))
        site.cluster.plan(
            Partition(
                between: site.machines(0, 1, 2), and: site.cluster.machines(of: [feeder])),
            at: .at(.seconds(5)), for: .seconds(5))
        site.send(1..<21, by: feeder, from: .seconds(6)) { _ in 1 }
        site.send(100..<101, by: feeder, from: .seconds(60)) { _ in 1 }
        site.run(until: .seconds(70))
        #expect(journal.refused == Dictionary(uniqueKeysWithValues: (11..<21).map { ($0, "full") }))
        #expect(journal.stored.map(\.number) == Array(0..<11) + [100])
    }

    @Test("a record above the limit is not taken")
    func tooLarge() {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal) { $0.recordLimit = .bytes(999) }[0]
        site.send(0..<1, by: feeder, from: .seconds(5))
        site.run(until: .seconds(6))
        #expect(journal.refused == [0: "tooLarge"])
    }

    /// A fetch brings five records of 1,068 bytes at most; the reader has three in hand, for good. The other two of the
    /// first fetch wait, and nothing more is asked for.
    @Test("S0-39 a part without capacity pulls nothing")
    func capacity() throws {
        let site = LogSite { $0.partitions = 1 }
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        let reader = site.addReaders(journal: journal) {
            $0.capacity = 3
            $0.work = .minutes(10)
            $0.settings.partitionLimit = .bytes(5_500)
        }[0]
        site.send(0..<20, by: feeder, from: .seconds(1), every: .zero)
        site.run(until: .seconds(60))
        #expect(journal.numbers() == [0, 1, 2])
        #expect(site.cluster.inspect(reader) { $0.consumer.untaken } == 2)
        // Of 20 committed ones it has taken three.
        let places = site.cluster.inspect(reader) { $0.consumer.positions } ?? []
        #expect(places == [LogPlace(partition: 0, offset: 3)])
        #expect(site.log.untaken(by: "readers", at: places, in: site.cluster) == 17)
        #expect(site.committedOffsets() == [nil])
    }

    /// 30 records at once from 10 s on; a group does one a second from then on, another one does all and goes on.
    @Test("the lag of a log is what the slowest group has not done yet")
    func lag() {
        let site = LogSite { $0.partitions = 1 }
        let (journal, other) = (Journal(), Journal())
        let feeder = site.addFeeders(journal: journal)[0]
        _ = site.addReaders(journal: journal) {
            $0.capacity = 1
            $0.work = .seconds(1)
            $0.settings.commitEvery = .zero
        }
        _ = site.addReaders(name: "auditor", journal: other) { $0.group = "auditors" }
        site.send(0..<30, by: feeder, from: .seconds(10), every: .zero)
        site.run(until: .seconds(9))
        #expect(site.log.lag(in: site.cluster) == 0)
        // It has begun at 10.004 s; the tenth is done at 20.004 s, and that is stored some milliseconds later.
        site.run(until: .seconds(20) + .milliseconds(500))
        #expect(site.log.lag(in: site.cluster) == 20)
        site.run(until: .seconds(45))
        #expect(site.log.lag(in: site.cluster) == 0)
    }

    /// The reader has done ten records, and said so, when it is gone; five more come, and wait for it and for whoever comes
    /// in its place.
    @Test("what nobody takes is told behind what its group has done")
    func untaken() {
        let site = LogSite { $0.partitions = 1 }
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        let reader = site.addReaders(journal: journal) { $0.settings.commitEvery = .zero }[0]
        func untaken() -> Int {
            let places = site.cluster.inspect(reader) { $0.consumer.positions } ?? []
            return site.log.untaken(by: "readers", at: places, in: site.cluster)
        }
        site.send(0..<10, by: feeder, from: .seconds(10), every: .zero)
        site.run(until: .seconds(15))
        #expect(untaken() == 0)
        site.cluster.crash(reader)
        site.send(10..<15, by: feeder, from: .seconds(20), every: .zero)
        site.run(until: .seconds(25))
        #expect(untaken() == 5)
        #expect(site.log.untaken(by: "nobody", at: [], in: site.cluster) == 15)
    }

    /// Each record takes a second, one at a time: 20 take 20 s, in order.
    @Test("a part that works slowly reads on when it is done")
    func slow() {
        let site = LogSite { $0.partitions = 1 }
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        _ = site.addReaders(journal: journal) {
            $0.capacity = 1
            $0.work = .seconds(1)
            $0.settings.commitEvery = .zero
        }
        site.send(0..<20, by: feeder, from: .seconds(10), every: .zero)
        site.run(until: .seconds(25))
        #expect((14...15).contains(journal.read.count))
        #expect(site.committedOffsets() == [journal.read.count - 1])
        site.run(until: .seconds(40))
        #expect(journal.numbers() == Array(0..<20))
        #expect(site.committedOffsets() == [20])
    }

    /// Nothing of a group is in the way of another one.
    @Test("each group reads all")
    func groups() {
        let site = LogSite()
        let journal = Journal()
        let other = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        _ = site.addReaders(3, journal: journal)
        _ = site.addReaders(2, name: "auditor", journal: other) { $0.group = "auditors" }
        site.send(0..<200, by: feeder, from: .seconds(5))
        site.run(until: .seconds(20))
        #expect(journal.numbers().sorted() == Array(0..<200))
        #expect(other.numbers().sorted() == Array(0..<200))
    }

    /// The first fetch is answered when there is something, or after half a second: nothing goes on in between.
    @Test("a consumer that has read all waits, and asks again twice a second")
    func longPoll() {
        let site = LogSite { $0.partitions = 1 }
        let journal = Journal()
        let reader = site.addReaders(journal: journal)
        site.run(until: .seconds(20))
        let before = site.cluster.traffic(of: reader).sent
        site.run(until: .seconds(30))
        let after = site.cluster.traffic(of: reader).sent
        // A round trip of 2 ms and 500 ms of waiting: 19.9 fetches in 10 s; and a heartbeat every 3 s.
        #expect((22...24).contains(after - before))
    }

    /// As many as were sent, and what reading them left behind: nothing beside the replicas.
    @Test("records that were read leave nothing behind")
    func references() {
        let site = LogSite { $0.partitions = 1 }
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        _ = site.addReaders(journal: journal)
        site.send(0..<100, by: feeder, from: .seconds(5))
        site.run(until: .seconds(20))
        #expect(journal.read.count == 100)
        let pool = site.cluster.world.pool(of: LogRecord.self)
        let groups = site.groupRecordCount()
        #expect(pool.references(to: 0) == 3 * (100 + groups))
    }
}
