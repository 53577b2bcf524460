import Chat
import Experiments
import Testing
import Vocabulary

@Suite("thresholds: what they say")
struct ThresholdTests {
    /// One line per case: the text; how it prints itself when that is not how it was written; in words.
    @Test(
        "a threshold is read, prints itself, and says itself in words",
        arguments: [
            ("delivery p99 < 10s", nil, "99 of 100 deliveries take less than 10 s"),
            (
                "delivery p99 < 10s during usual except split", nil,
                "99 of 100 deliveries take less than 10 s, in the usual phase, the fault split left out"
            ),
            (
                "delivery p99.9 < 90s during split", nil,
                "999 of 1,000 deliveries take less than 90 s, during the fault split"
            ),
            ("delivery p99.95 <= 1m30s", nil, "9,995 of 10,000 deliveries take at most 1 m 30 s"),
            ("delivery p50 < 250ms", nil, "5 of 10 deliveries take less than 250 ms"),
            ("delivery p90 > 1s", nil, "fewer than 9 of 10 deliveries take at most 1 s"),
            ("delivery p90 >= 1s", nil, "fewer than 9 of 10 deliveries take less than 1 s"),
            ("accept p99 == 40ms", nil, "the p99 of acceptances is exactly 40 ms"),
            ("accept p99 != 40ms", nil, "the p99 of acceptances is not 40 ms"),
            ("delivery p100 < 10s", nil, "the slowest of the deliveries takes less than 10 s"),
            ("delivery p0 < 10s", nil, "the quickest of the deliveries takes less than 10 s"),
            ("delivery max < 2h", nil, "the slowest of the deliveries takes less than 2 h"),
            ("delivery min >= 150us", nil, "the quickest of the deliveries takes at least 150 us"),
            ("receipt mean < 1.5s", nil, "receipts take less than 1.5 s on average"),
            ("delivery count >= 1.5M", nil, "the number of deliveries is at least 1,500,000"),
            ("delivery rate >= 100/s", nil, "the rate of deliveries is at least 100/s"),
            ("delivery rate >= 1k/m", nil, "the rate of deliveries is at least 1 k/m"),
            ("delivery ratio >= 99.9%", nil, "of the deliveries due, at least 99.9 % come about"),
            ("delivery.all p99 < 20s", nil, "99 of 100 deliveries to all devices take less than 20 s"),
            ("delivery.interrupted count < 10", nil, "the number of interrupted deliveries is less than 10"),
            (
                "catch-up p99 < 5s after split", nil,
                "99 of 100 catch-ups take less than 5 s, after the fault split"
            ),
            (
                "read p99 < 5s before rush", nil,
                "99 of 100 read receipts take less than 5 s, before the rush phase"
            ),
            ("availability >= 99.99%", nil, "at least 99.99 % of taps are accepted in time"),
            (
                "availability.service >= 99.99% except split", nil,
                "at least 99.99 % of taps are accepted in time, not counting devices without a network, "
                    + "the fault split left out"
            ),
            (
                "recovery < 90s after split", nil,
                "until the system is healthy again it takes less than 90 s, after the fault split"
            ),
            ("recipient-log.lag max < 200k", nil, "the largest lag of recipient-log is less than 200,000"),
            ("recipient-log.queue mean < 12.5", nil, "the average queue of recipient-log is less than 12.5"),
            ("chat-host.utilisation max <= 80%", nil, "the largest utilisation of chat-host is at most 80 %"),
            ("chat-host.bytes rate < 10MB/s", nil, "the rate of bytes of chat-host is less than 10 MB/s"),
            ("chat-host.bytes sum < 1GB", nil, "the total of bytes of chat-host is less than 1 GB"),
            ("chat-host.storage last < 64KiB", nil, "the last storage of chat-host is less than 64 KiB"),
            ("chat-host.connections min > 0", nil, "the least connections of chat-host is more than 0"),
            ("duplicate count == 0", nil, "the number of duplicates is exactly 0"),
            ("lost count != 1", nil, "the number of lost letters is not 1"),
            ("misordered rate <= 0.5/h", nil, "the rate of misordered letters is at most 0.5/h"),
            ("disagreements count < 9", nil, "the number of letters shown in another order is less than 9"),
            (
                "delivery p99 < 10s where region == eu", nil,
                "99 of 100 deliveries take less than 10 s, for recipients in eu"
            ),
            (
                "delivery p99 < 10s where region != eu", nil,
                "99 of 100 deliveries take less than 10 s, for recipients outside of eu"
            ),
            (
                "delivery p99 < 10s where access == wifi", nil,
                "99 of 100 deliveries take less than 10 s, for recipients on wifi"
            ),
            (
                "availability >= 99% where region == eu", nil,
                "at least 99 % of taps are accepted in time, for senders in eu"
            ),
            (
                "delivery p99 < 10s where kind == room", nil,
                "99 of 100 deliveries take less than 10 s, in rooms"
            ),
            (
                "delivery p99 < 10s where kind != room", nil,
                "99 of 100 deliveries take less than 10 s, between two people"
            ),
            (
                "delivery p99 < 10s during usual except split where kind == direct", nil,
                "99 of 100 deliveries take less than 10 s, between two people, in the usual phase, the fault split left out"
            ),
            ("  delivery   p99<10s  ", "delivery p99 < 10s", "99 of 100 deliveries take less than 10 s"),
            ("delivery p99.90 < 10s", "delivery p99.9 < 10s", "999 of 1,000 deliveries take less than 10 s"),
            (
                "leaked count==0 where kind==room", "leaked count == 0 where kind == room",
                "the number of leaked letters is exactly 0, in rooms"
            ),
        ] as [(String, String?, String)])
    func reading(text: String, printed: String?, words: String) throws {
        let read = try threshold(text)
        #expect(read.description == printed ?? text)
        #expect(read.words == words)
        #expect(try threshold(read.description) == read)
    }

    /// 1h2m3s4ms5us6ns are 3,600 + 120 + 3 s and some; 90/m are 90 in 60 s.
    @Test("limits are exact, in nanoseconds, pieces, bytes and parts of one")
    func limits() throws {
        func limit(_ text: String) throws -> [UInt128] {
            let value = try threshold(text).limit.value
            return [value.numerator, value.denominator]
        }
        #expect(try limit("delivery p99 < 1m30s") == [90_000_000_000, 1])
        #expect(try limit("delivery p99 < 1h2m3s4ms5us6ns") == [3_723_004_005_006, 1])
        #expect(try limit("delivery p99 < 0.1us") == [100, 1])
        #expect(try limit("availability >= 99.99%") == [9_999, 10_000])
        #expect(try limit("availability >= 100%") == [1, 1])
        #expect(try limit("lost count < 1.5k") == [1_500, 1])
        #expect(try limit("delivery rate < 90/m") == [90, 60])
        #expect(try limit("chat-host.bytes sum < 1.5KB") == [1_500, 1])
        #expect(try limit("chat-host.bytes sum < 1KiB") == [1_024, 1])
        #expect(try limit("chat-host.queue mean < 2.5") == [25, 10])
    }

    @Test("what is read is what is meant")
    func meaning() throws {
        let read = try threshold(
            "delivery.all p99.95 <= 10s after rush except split where access != cellular")
        #expect(read.subject == .times(.deliveryToAll))
        #expect(read.statistic == .percentile(.init(partsPerMillion: 999_500)))
        #expect(read.comparison == .atMost)
        #expect(read.window == Window(.after(.init(phase: "rush")), except: .init(fault: "split")))
        #expect(read.scope?.tag == .access)
        #expect(read.scope?.number == 1)
        #expect(read.scope?.isEqual == false)
        #expect(read.measure == "delivery.all p99.95")
        #expect(read.demand == "<= 10s")
        #expect(read.windowName == "after rush except split where access != cellular")
        #expect(!read.abort)
        #expect(try threshold("chat-host.lag last == 0").subject == .role("chat-host", .lag))
    }

    @Test("a number that can only rise may abort, and a percentile that letters can miss for good")
    func aborting() throws {
        for text in [
            "duplicate count == 0", "lost count < 5", "delivery count <= 100 during split",
            "delivery max < 10s", "chat-host.queue max <= 100", "delivery p99 < 10s", "receipt p50 <= 1s",
        ] {
            #expect(try threshold(text, as: .aborting).abort)
        }
    }

    @Test("percentiles, extremes and ratios of times may be expected of healthy windows, and availability")
    func expectations() throws {
        for text in [
            "delivery p99 < 1s", "delivery max <= 1s", "receipt min < 1s where kind == room",
            "delivery ratio >= 99.9%",
            "availability >= 99%", "availability.service >= 99%",
        ] {
            #expect(try threshold(text, as: .expectation).description == text)
        }
    }

    @Test("names of phases and faults that a threshold could not tell from its own words")
    func reservedWords() {
        #expect(
            Threshold.reservedWords == [
                "during", "before", "after", "except", "where", "min", "max", "mean", "count", "sum", "rate",
                "ratio", "last",
            ])
    }
}

@Suite("thresholds: the catalogue of metrics")
struct MetricTests {
    @Test("every metric has a name of its own and a sentence, and one subject measures it")
    func catalogue() {
        #expect(Metric.all.count == 28)
        #expect(Set(Metric.all.map(\.name)).count == 28)
        #expect(Metric.all.allSatisfy { !$0.sentence.isEmpty && !$0.plural.isEmpty })
        let measured =
            Sample.Metric.allCases.map(\.described) + Incident.allCases.map(\.metric)
            + [.availability, .availabilityOfService, .recovery] + Resource.allCases.map(\.metric)
        #expect(Set(measured) == Set(Metric.all))
        #expect(measured.count == 28)
    }

    @Test("what can be asked depends on how values come about")
    func statistics() {
        #expect(Metric.delivery.statistics == [.percentile, .min, .max, .mean, .count, .rate, .ratio])
        #expect(Metric.duplicate.statistics == [.count, .rate])
        #expect(Metric.availability.statistics == [])
        #expect(Metric.lag.statistics == [.min, .max, .mean, .last])
        #expect(Metric.bytes.statistics == [.sum, .rate])
        #expect(Metric.delivery.unit(of: .percentile) == .time)
        #expect(Metric.delivery.unit(of: .ratio) == .share)
        #expect(Metric.delivery.unit(of: .rate) == .rate)
        #expect(Metric.bytes.unit(of: .rate) == .byteRate)
        #expect(Metric.lag.unit(of: .max) == .count)
        #expect(
            Metric.all.filter(\.isPerRole).map(\.name) == [
                "utilisation", "queue", "lag", "bytes", "sending", "receiving", "connections", "disk",
                "disk-queue", "storage",
                "memory",
            ])
    }
}
