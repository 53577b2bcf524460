import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

@Suite("cache: what clients see")
struct CacheScenarios {
    /// A request is there after 100 us, takes 10 us of the core, and the answer is back after 100 us more, beside some
    /// hundred bytes on the wire at 1 ns each.
    @Test("an answer takes a round trip and the time of a command")
    func latency() throws {
        let site = CacheSite()
        site.ask(.set(CacheValue(1)), at: .seconds(1))  // finds the primary first
        site.ask(.get, at: .seconds(2))
        site.run(until: .seconds(3))
        let times = try #require(site.cluster.inspect(site.customers[0]) { $0.outcomes.map(\.time) })
        #expect(site.outcomes == ["done", "1"])
        let latency = times[1] - .at(.seconds(2))
        #expect(latency > .microseconds(210))
        #expect(latency < .microseconds(211))
    }

    @Test("values: conditions, counters, deletion")
    func values() {
        let site = CacheSite()
        let commands: [CacheCommand] = [
            .get, .set(CacheValue(5), .ifPresent), .set(CacheValue(5), .ifAbsent),
            .set(CacheValue(6), .ifAbsent), .get, .add(3), .get, .delete, .delete, .add(-2), .hashAll,
        ]
        for (place, command) in commands.enumerated() {
            site.ask(command, at: .milliseconds(Int64(1_000 + place)))
        }
        site.run(until: .seconds(2))
        #expect(
            site.outcomes == [
                "nothing", "nothing", "done", "nothing", "5", "(8)", "8", "(1)", "(0)", "(-2)", "wrongKind",
            ])
    }

    @Test("hashes")
    func hashes() {
        let site = CacheSite()
        let commands: [CacheCommand] = [
            .hashGet(field: 1), .hashSet(field: 1, CacheValue(10)), .hashSet(field: 2, CacheValue(20)),
            .hashSet(field: 1, CacheValue(11)), .hashAdd(field: 2, 5), .hashAdd(field: 3, 1), .hashAll,
            .hashDelete(field: 1), .hashDelete(field: 1), .hashGet(field: 2), .hashDelete(field: 2),
            .hashDelete(field: 3), .get,
        ]
        for (place, command) in commands.enumerated() {
            site.ask(command, at: .milliseconds(Int64(1_000 + place)))
        }
        site.run(until: .seconds(2))
        #expect(
            site.outcomes == [
                "nothing", "(1)", "(1)", "(0)", "(25)", "(1)", "1:11 2:25 3:1", "(1)", "(0)", "25", "(1)",
                "(1)", "nothing",
            ])
    }

    @Test("lists")
    func lists() {
        let site = CacheSite()
        let commands: [CacheCommand] = [
            .popFirst, .pushLast(CacheValue(1)), .pushLast(CacheValue(2)), .pushFirst(CacheValue(0)),
            .range(from: 0, count: 10), .range(from: 1, count: 1), .length, .popFirst, .popLast, .popLast,
            .length, .pushFirst(CacheValue(7)), .pushFirst(CacheValue(8)), .pushFirst(CacheValue(9)),
            .keepLast(2), .popLast, .popLast, .popLast,
        ]
        for (place, command) in commands.enumerated() {
            site.ask(command, at: .milliseconds(Int64(1_000 + place)))
        }
        site.run(until: .seconds(2))
        #expect(
            site.outcomes == [
                "nothing", "(1)", "(2)", "(3)", "0:0 1:1 2:2", "1:1", "(3)", "0", "2", "1", "(0)", "(1)",
                "(2)", "(3)", "done", "7", "8", "nothing",
            ])
    }

    /// Set at 1 s to go after 1 s: there at 1.9 s, gone at 2.1 s. Made permanent, it stays.
    @Test("entries go when their time is over, and stay when that is taken back")
    func expiry() {
        let site = CacheSite()
        site.ask(.set(CacheValue(1), expiry: .after(.seconds(1))), at: .seconds(1))
        site.ask(.get, at: .milliseconds(1_900))
        site.ask(.get, at: .milliseconds(2_100))
        site.ask(.set(CacheValue(2), expiry: .after(.seconds(1))), at: .seconds(3))
        site.ask(.expire(.never), at: .milliseconds(3_500))
        site.ask(.get, at: .seconds(6))
        site.run(until: .seconds(7))
        #expect(site.outcomes == ["done", "1", "nothing", "done", "(1)", "2"])
    }

    /// Nobody asks for them again: twenty at a time are looked at, ten times a second.
    @Test("entries that nobody asks for go too, at the replica as well")
    func activeExpiry() throws {
        let site = CacheSite()
        for number in 0..<100 {
            site.ask(
                .set(CacheValue(1), expiry: .after(.seconds(1))), CacheKey(2, number), at: .seconds(10))
        }
        site.run(until: .seconds(15))
        for node in site.nodes {
            let count = try #require(site.cluster.inspect(node) { $0.entryCount })
            #expect(count <= 10)
        }
    }

    /// Replicas ask for everything at the start, and get it after 5 s; from then on they get every write.
    @Test("a replica has what its primary has, a moment later")
    func replication() {
        let site = CacheSite()
        site.write(100, at: .seconds(1), every: .milliseconds(100))
        site.run(until: .seconds(20))
        #expect(site.acknowledged().count == 100)
        #expect(site.missing(Array(0..<100), at: 0) == [])
        #expect(site.missing(Array(0..<100), at: 1) == [])
        #expect(site.isPrimary(0))
        #expect(!site.isPrimary(1))
        let ends = site.nodes.map { node in site.cluster.inspect(node) { $0.logEnd } }
        #expect(ends[0] == ends[1])
    }

    /// Three shards: each key is at the shard of its slot, and at its replica, and nowhere else.
    @Test("keys are spread over shards by their slots")
    func shards() {
        let site = CacheSite(shards: 3)
        site.write(300, at: .seconds(10), every: .milliseconds(1))
        site.run(until: .seconds(12))
        #expect(site.acknowledged().count == 300)
        let counts = site.nodes.map { node in site.cluster.inspect(node) { $0.entryCount } ?? 0 }
        #expect(counts[0] + counts[2] + counts[4] == 300)
        for shard in 0..<3 {
            #expect(counts[2 * shard] == counts[2 * shard + 1])
            // 100 expected of 300, with a standard deviation of 8.
            #expect((70...130).contains(counts[2 * shard]))
        }
    }
}
