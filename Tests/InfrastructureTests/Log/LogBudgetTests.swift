import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// What a record costs Hubbub itself.
@Suite("log: budgets")
struct LogBudgetTests {
    /// Events from the tenth second to the twentieth for each record of that time, without the one that has a feeder send
    /// it: three replicas, all in sync have it, a group of eight reads it; idle long polls and heartbeats included.
    private func eventsPerRecord(every span: Span, together: Int, linger: Span) -> Double {
        let site = LogSite {
            $0.partitions = 64
            $0.requestTime = Varied("20us")
            $0.recordTime = Varied("5us")
        }
        let journal = Journal()
        let feeders = site.addFeeders(8, journal: journal) { $0.linger = linger }
        _ = site.addReaders(8, journal: journal)
        var number = 0
        var time = Span.seconds(5)
        while time < .seconds(20) {
            for _ in 0..<together {
                // Keys that come together lie in one partition.
                let key = UInt64(number / together)
                site.cluster.deliver(
                    .send(number, key: key), to: feeders[number / together % 8], at: .at(time))
                number += 1
            }
            time = time + span
        }
        site.run(until: .seconds(10))
        let (events, records) = (site.cluster.world.eventNumber, journal.read.count)
        site.run(until: .seconds(20))
        let count = Double(journal.read.count - records)
        return Double(site.cluster.world.eventNumber - events) / count - 1
    }

    /// 1,667 records a second over 64 partitions from eight producers: one at a time, nearly always.
    /// What only waits needs no event at the end of its work: a consumer's fetch, that of a follower which commits nothing, a
    /// batch while all followers have their fetches under way.
    @Test("one at a time a record costs at most 10.5 events")
    func single() {
        let events = eventsPerRecord(every: .microseconds(600), together: 1, linger: .zero)
        #expect(events <= 10.5, "\(events)")
    }

    @Test("ten at a time a record costs at most 3 events")
    func batch() {
        let events = eventsPerRecord(every: .milliseconds(6), together: 10, linger: .milliseconds(1))
        #expect(events <= 3, "\(events)")
    }

    /// A run of ten minutes with a letter a minute from each of 100,000 people holds three million.
    @Test("a record takes 56 bytes")
    func size() { #expect(MemoryLayout<LogRecord>.stride == 56) }
}
