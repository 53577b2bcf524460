import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

@Suite("cache: what is lost, and when")
struct CacheLossScenarios {
    private var client: CacheClientSettings {
        var client = CacheClientSettings()
        client.timeout = .milliseconds(200)
        client.giveUpAfter = .seconds(20)
        return client
    }

    /// Writes go to the replicas 50 ms after the first of them: of 1,000 a second those of up to 50 ms are lost with the
    /// primary, and they are the last ones that it has acknowledged.
    @Test("a failover loses the acknowledged tail, for as long as replication takes")
    func tail() throws {
        let site = CacheSite(client: client) { settings, watching in
            settings.replicationDelay = .milliseconds(50)
            watching.downAfter = .seconds(1)
        }
        let time = Span.milliseconds(10_033)
        site.write(4_000, at: .seconds(9), every: .milliseconds(1))
        site.cluster.plan(Crash(site.machines(0), losing: .process), at: .at(time), for: nil)
        site.run(until: .seconds(15))
        #expect(site.isPrimary(1))
        let acknowledged = site.acknowledged()
        let missing = site.missing(acknowledged.map(\.id), at: 1)
        #expect(!missing.isEmpty)
        #expect(missing.count <= 51)
        let before = acknowledged.filter { $0.time <= .at(time) }.map(\.id)
        #expect(missing == Array(before.suffix(missing.count)))
    }

    /// A node timeout of 2 s. Pings are answered for the last time when the cut begins, and the next one is sent a
    /// second later at most: after 3 s the primary knows that it is alone, and its last acknowledgement comes a
    /// tenth of a second later at most. Its replica is chosen by the other two primaries in the meantime.
    @Test("what a primary in the minority takes until its node timeout is lost, and then it takes nothing")
    func minority() throws {
        let site = CacheSite(shards: 3, customers: 2, client: client) { settings, _ in
            settings.failover = .cluster
            settings.nodeTimeout = .seconds(2)
        }
        let alone = site.machines(0).union(site.cluster.machines(of: [site.customers[1]]))
        let others = site.machines(1, 2, 3, 4, 5).union(site.cluster.machines(of: [site.customers[0]]))
        site.cluster.plan(Partition(between: alone, and: others), at: .at(.seconds(10)), for: .seconds(20))
        // Keys of the first shard, in which the cut-off customer is alone with the primary.
        let ids = (0..<4_000).filter { site.place.layout.shard(of: CacheKey(1, $0)) == 0 }
        for (number, id) in ids.enumerated() {
            site.cluster.deliver(
                .write(from: id, count: 1, every: .zero), to: site.customers[1],
                at: .at(.seconds(9) + .milliseconds(Int64(5 * number))))
        }
        site.run(until: .seconds(60))
        let taken = site.acknowledged(by: 1).filter {
            $0.time > .at(.seconds(10)) && $0.time < .at(.seconds(29))
        }
        let last = try #require(taken.last)
        #expect(last.time > .at(.seconds(12)))
        #expect(last.time <= .at(.milliseconds(13_200)))
        #expect(site.missing(taken.map(\.id), at: 1) == taken.map(\.id))
    }

    /// A node timeout of 2 s: the ping that is not answered is sent within a second, suspected after 2 s, told with the
    /// next pings; then 0.5 to 1 s, and the votes.
    @Test("nodes of a cluster replace a primary that was killed")
    func cluster() throws {
        let site = CacheSite(shards: 3, client: client) { settings, _ in
            settings.failover = .cluster
            settings.nodeTimeout = .seconds(2)
        }
        site.cluster.plan(Crash(site.machines(0), losing: .process), at: .at(.seconds(10)), for: nil)
        site.write(2_000, at: .seconds(8), every: .milliseconds(5))
        site.run(until: .seconds(20))
        #expect(site.isPrimary(1))
        let ids = site.acknowledged().map(\.id)
        #expect(ids.count == 2_000)
        let first = try #require(
            site.acknowledged().first {
                $0.time > .at(.milliseconds(10_010))
                    && site.place.layout.shard(of: CacheKey(1, $0.id)) == 0
            })
        #expect(first.time > .at(.milliseconds(12_500)))
        #expect(first.time < .at(.milliseconds(15_500)))
        let lost = ids.filter { site.place.layout.shard(of: CacheKey(1, $0)) == 0 }
        #expect(site.missing(lost, at: 1) == [])
    }

    /// Of five that are drawn the oldest goes: it is from the younger half when all five are, 1 in 32. The standard error
    /// of 20,000 draws is √(0.96875 · 0.03125 / 20,000) = 0.00123.
    @Test("of keys evicted by samples of five 96.9 % come from the less recently used half")
    func sampling() {
        let pool = Pool<CachePair>(number: 0)
        var store = CacheStore()
        for number in 0..<1_000 {
            _ = store.carryOut(
                .set(CacheValue(1)), on: CacheKey(1, number), at: LocalTime(nanoseconds: Int64(number)),
                writing: pool)
        }
        var stream = Streams(seed: 1, purpose: Purpose("sampling")).stream(of: 0)
        var old = 0
        for _ in 0..<20_000 {
            let key = store.leastRecentlyUsed(of: 5, expiringOnly: false, drawing: &stream)
            if key.map({ $0.word & 0xFFFF < 500 }) == true { old += 1 }
        }
        #expect(abs(Double(old) / 20_000 - 0.96875) < 2 * 0.00123)
        store.checkInvariants()
    }

    /// An entry takes 100 + 24 + 1,000 B: of 100 in a memory of 50 entries some go, or nothing more is taken.
    @Test("a full cache evicts, or refuses writes")
    func memory() {
        for eviction in [CacheEviction.leastRecentlyUsed, .none] {
            let site = CacheSite { settings, _ in
                settings.eviction = eviction
                settings.memoryLimit = .bytes(50 * 1_124)
            }
            for number in 0..<100 {
                site.ask(
                    .set(CacheValue(1, size: .kilobytes(1))), CacheKey(2, number),
                    at: .milliseconds(Int64(8_000 + number)))
            }
            site.run(until: .seconds(9))
            let refused = site.outcomes.count { $0 == "outOfMemory" }
            // One more than fits is taken before it is noticed.
            #expect(refused == (eviction == .none ? 49 : 0))
            for node in site.nodes { #expect(site.cluster.inspect(node) { $0.entryCount } == 51) }
        }
    }

    /// 100 MB at 1 s a GB: a fork takes 100 ms, in which nobody is answered. It comes 5 s after the replica is back. Of those
    /// that ask every 10 ms nine wait for longer than 5 ms at least.
    @Test("a fork stops a node for as long as its memory is large")
    func fork() throws {
        let site = CacheSite { settings, _ in
            settings.forkPause = .seconds(1)
            settings.memoryLimit = .megabytes(1_000)
            settings.replicationTimeout = .seconds(600)
        }
        for number in 0..<100 {
            site.ask(
                .set(CacheValue(1, size: .megabytes(1))), CacheKey(2, number),
                at: .milliseconds(Int64(8_000 + 20 * number)))
        }
        site.cluster.plan(Crash(site.machines(1), losing: .process), at: .at(.seconds(12)), for: .seconds(1))
        for number in 0..<1_000 {
            site.ask(.get, CacheKey(3, number), at: .milliseconds(Int64(14_000 + 10 * number)))
        }
        site.run(until: .seconds(30))
        let times = try #require(site.cluster.inspect(site.customers[0]) { $0.outcomes.map(\.time) })
        let waits = times.suffix(1_000).enumerated().map {
            ($0.element - .at(.milliseconds(Int64(14_000 + 10 * $0.offset)))).seconds
        }
        #expect(waits.filter { $0 > 0.005 }.count >= 9)
    }
}
