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

    /// Something befalls a primary, a replica or a sentinel for up to 8 s while a client writes. The file is synced each second.
    /// What is acknowledged until 2.1 s before that, or after all is in step again, is there; returns what is not, of all that
    /// was acknowledged, and of what was safe.
    private func struck(
        seed: UInt64, _ strokes: [Stroke], _ table: inout CellTable
    ) -> (all: [Int], safe: [Int]) {
        var client = CacheClientSettings()
        client.timeout = .milliseconds(200)
        client.giveUpAfter = .seconds(20)
        let site = CacheSite(seed: seed, client: client) { settings, watching in
            settings.replicas = 2
            settings.appendOnly = .everySecond
            watching.downAfter = .seconds(1)
        }
        var stream = Streams(seed: seed, purpose: Purpose("cache strokes")).stream(of: 0)
        let stroke = strokes[stream.below(strokes.count)]
        let number = stream.below(6)
        let machine =
            number < 3
            ? site.machines(number) : site.cluster.machines(of: [site.sentinels[number - 3]])
        let start = Span.seconds(15) + .milliseconds(Int64(stream.below(2_000)))
        let span = Span.milliseconds(Int64(500 + stream.below(7_500)))
        let servers = site.machines(0, 1, 2).union(site.cluster.machines(of: site.sentinels))
        stroke.strike(machine, in: site.cluster, servers: servers, at: .at(start), for: span, named: "strike")
        site.write(6_000, at: .seconds(10), every: .milliseconds(10))
        site.run(until: .seconds(75))
        table.note(site.cluster.encounters)
        guard let primary = (0..<3).first(where: { site.isPrimary($0) }) else { return ([-1], [-1]) }
        let acknowledged = site.acknowledged()
        let settled = start + span + .seconds(25)
        let safe = acknowledged.filter {
            $0.time <= .at(start - .milliseconds(2_100)) || $0.time > .at(settled)
        }
        return (
            site.missing(acknowledged.map(\.id), at: primary), site.missing(safe.map(\.id), at: primary)
        )
    }

    @Test("whatever befalls one machine, what was acknowledged well before and after is there")
    func inside() {
        // Without its disk a primary that is back before it is missed has its replicas forget everything too.
        let strokes = Stroke.allCases.filter { $0 != .crashWithDisk }
        var table = CellTable(
            roles: ["cache", "cache-sentinel"],
            spared: [.init("disk", ["cache-sentinel"], "it writes a page at each vote, and is done at once")])
        for seed in Self.seeds { #expect(struck(seed: seed, strokes, &table).safe == [], "seed \(seed)") }
        // Nodes and sentinels whose work takes some microseconds are idle at nearly every moment.
        table.check(isWhole: false)
    }

    @Test("a primary that loses its disk, or is cut off, loses what was acknowledged")
    func outside() {
        var table = CellTable(roles: [], spared: [])
        let losses = (1...UInt64(max(20, Self.seeds.count / 5))).count { seed in
            !struck(seed: seed, [.crashWithDisk, .split, .pause], &table).all.isEmpty
        }
        #expect(losses > 0)
    }
}
