import Cluster
import Foundation
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// Asynchronous replication may lose what was acknowledged shortly before a primary went, and nothing else.
@Suite("cache: what asynchronous replication allows")
struct CachePropertyTests {
    private static var seeds: ClosedRange<UInt64> {
        1...(ProcessInfo.processInfo.environment["HUBBUB_CACHE_SEEDS"].flatMap(UInt64.init) ?? 20)
    }

    /// One replica is cut off from the primary for a while before that one is killed; one of three is restarted now and
    /// then. Returns what was lost that had been acknowledged 100 ms and more before the kill.
    private func lost(seed: UInt64, rule: PromotionRule) -> [Int] {
        var client = CacheClientSettings()
        client.timeout = .milliseconds(200)
        client.giveUpAfter = .seconds(20)
        let site = CacheSite(seed: seed, rule: rule, client: client) { settings, watching in
            settings.replicas = 2
            watching.downAfter = .seconds(1)
        }
        var stream = Streams(seed: seed, purpose: Purpose("cache faults")).stream(of: 0)
        let behind = 1 + stream.below(2)
        let kill = Span.seconds(12) + .milliseconds(Int64(stream.below(2_000)))
        let cut = Span.milliseconds(Int64(500 + stream.below(1_500)))
        site.cluster.plan(
            Partition(between: site.machines(0), and: site.machines(behind)), at: .at(kill - cut),
            for: .seconds(60))
        site.cluster.plan(Crash(site.machines(0), losing: .process), at: .at(kill), for: .seconds(30))
        site.write(3_000, at: .seconds(10), every: .milliseconds(2))
        site.run(until: .seconds(25))
        guard let primary = (1..<3).first(where: { site.isPrimary($0) }) else { return [-1] }
        let acknowledged = site.acknowledged()
        #expect(acknowledged.count == 3_000)
        let safe = acknowledged.filter {
            $0.time <= .at(kill - .milliseconds(100)) || $0.time > .at(kill + .milliseconds(100))
        }
        return site.missing(safe.map(\.id), at: primary)
    }

    @Test("the replica that has most takes over, and nothing that it had is lost")
    func holds() { for seed in Self.seeds { #expect(lost(seed: seed, rule: .mostComplete) == []) } }

    @Test("a replica that is promoted before it caught up is found out")
    func mutant() {
        let least = PromotionRule { candidates in candidates.min { $0.end < $1.end }?.node }
        #expect(Self.seeds.prefix(3).contains { !lost(seed: $0, rule: least).isEmpty })
    }
}
