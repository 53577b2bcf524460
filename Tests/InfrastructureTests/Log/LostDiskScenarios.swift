import Cluster
import Infrastructure
import Testing
import Vocabulary

/// Three partitions, each on one broker alone: what that has is gone with its disk.
@Suite("log: a log that has lost its disk")
struct LostDiskScenarios {
    /// All of the first 300 records are read and committed when a broker that does not coordinate the group loses its disk,
    /// with some hundred of them. The reader is gone too, and is a member again when its session of 30 s is over. By then its
    /// partition has begun anew, and has fewer records than the group had done, or more: 4, or some 140.
    @Test("a group goes on where the new one begins, however far it was", arguments: [12, 420])
    func shorterThanRead(later count: Int) throws {
        let site = LogSite {
            ($0.partitions, $0.replicas, $0.minInSync) = (3, 1, 1)
        }
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        let readers = site.addReaders(journal: journal) {
            $0.settings.session = .seconds(30)
            $0.settings.commitEvery = .milliseconds(100)
        }
        site.send(0..<300, by: feeder, from: .seconds(5))
        site.run(until: .seconds(10))
        #expect(journal.numbers().sorted() == Array(0..<300))
        let coordinator = try #require(
            site.brokers.firstIndex { broker in
                site.cluster.inspect(broker) { $0.look(at: GroupID("readers")) != nil } == true
            })
        let lost = (coordinator + 1) % 3
        let done = try #require(site.committedOffsets()[lost])
        #expect(done > 50)

        site.cluster.plan(Crash(site.machines(lost), losing: .disk), at: .at(.seconds(11)), for: .seconds(1))
        site.cluster.plan(
            Crash(site.cluster.machines(of: readers), losing: .process), at: .at(.seconds(11)),
            for: .seconds(1))
        site.send(300..<300 + count, by: feeder, from: .seconds(14))
        site.run(until: .seconds(20))
        let end = try #require(site.replica(of: lost, partition: lost)).end
        #expect(count == 12 ? end < done : end > done)
        #expect(journal.numbers().count == 300)

        site.run(until: .seconds(90))
        #expect(Set(journal.stored.map(\.number)) == Set(0..<300 + count))
        #expect(Set(journal.numbers()) == Set(0..<300 + count))
        #expect(site.log.lag(in: site.cluster) == 0)
    }
}
