import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// A primary, two replicas and three sentinels with a quorum of two, as Redis 7.0.15 was broken with them on one machine:
/// a client follows the sentinels and writes 200 times a second, with a timeout of 200 ms, and 20 ms after an error.
/// Seconds after the fault; configuration only, 20 seeds for each row.
@Suite("cache: beside the real one")
struct CacheBesideRealOnes {
    private static let seeds: ClosedRange<UInt64> = 1...20

    private struct Trial {
        var down: Span?
        var downForMost: Span?
        var firstWrite: Span?
        var lost = 0
    }

    private static var client: CacheClientSettings {
        var client = CacheClientSettings()
        client.timeout = .milliseconds(200)
        client.giveUpAfter = .seconds(20)
        return client
    }

    private func site(seed: UInt64, downAfter: Span, customers: Int = 1) -> CacheSite {
        CacheSite(seed: seed, customers: customers, client: Self.client, pinned: 1) { settings, watching in
            settings.replicas = 2
            watching.downAfter = downAfter
        }
    }

    /// The moment of the fault lies anywhere in the second of pings.
    private func faultTime(seed: UInt64) -> Span { .seconds(20) + .milliseconds(Int64(seed) * 347 % 1_000) }

    private func trial(seed: UInt64, downAfter: Span, _ fault: (MachineSet) -> any Fault) -> Trial {
        let site = site(seed: seed, downAfter: downAfter)
        let time = faultTime(seed: seed)
        site.cluster.plan(fault(site.machines(0)), at: .at(time), for: nil)
        site.write(3_400, at: .seconds(10), every: .milliseconds(5))
        site.run(until: .seconds(27))
        var trial = Trial()
        for sentinel in 0..<3 {
            let events = site.events(of: sentinel).filter { $0.time > .at(time) }
            if let down = events.first(where: { $0.event == .down(node: 0) }) {
                trial.down = min(trial.down ?? .seconds(99), down.time - .at(time))
            }
            let promotes = events.contains { if case .promoted = $0.event { true } else { false } }
            if promotes, let odown = events.first(where: { $0.event == .downForMost(shard: 0) }) {
                trial.downForMost = odown.time - .at(time)
            }
        }
        let acknowledged = site.acknowledged()
        // What left before the fault may come after it.
        trial.firstWrite = acknowledged.first { $0.time > .at(time + .milliseconds(10)) }.map {
            $0.time - .at(time)
        }
        let primary = (1..<3).first { site.isPrimary($0) }
        trial.lost = primary.map { site.missing(acknowledged.map(\.id), at: $0).count } ?? -1
        return trial
    }

    @Test("a primary is killed, down-after 1 s and 3 s", arguments: [1, 3])
    func killed(downAfter: Int64) {
        let trials = Self.seeds.map { seed in
            trial(seed: seed, downAfter: .seconds(downAfter)) { Crash($0, losing: .process) }
        }
        let measured = downAfter == 1 ? [1.05, 1.16, 2.28] : [3.04, 3.15, 4.25]
        MeasuredRow("down", median: measured[0]).check(trials.compactMap(\.down))
        MeasuredRow("down for most", median: measured[1]).check(trials.compactMap(\.downForMost))
        MeasuredRow("first write", median: measured[2]).check(trials.compactMap(\.firstWrite))
        #expect(trials.map(\.lost) == trials.map { _ in 0 })
    }

    @Test("a primary is stopped, down-after 3 s")
    func stopped() {
        let trials = Self.seeds.map { seed in
            trial(seed: seed, downAfter: .seconds(3)) { Pause($0) }
        }
        MeasuredRow("down", median: 3.45).check(trials.compactMap(\.down))
        MeasuredRow("down for most", median: 3.59).check(trials.compactMap(\.downForMost))
        MeasuredRow("first write", median: 4.88).check(trials.compactMap(\.firstWrite))
        #expect(trials.map(\.lost) == trials.map { _ in 0 })
    }

    /// Stopped for 60 s; a client that kept its connection writes 182 times a second, which come to 1,820 in the 10 s
    /// until a sentinel has asked twice who it is.
    @Test("a primary that goes on after 60 s takes writes that are lost, until it is told who it is")
    func stale() {
        var told: [Span] = []
        var inStep: [Span] = []
        for seed in Self.seeds {
            let site = site(seed: seed, downAfter: .seconds(3), customers: 2)
            let time = faultTime(seed: seed) + .seconds(60)
            site.cluster.plan(Pause(site.machines(0)), at: .at(time - .seconds(60)), for: .seconds(60))
            site.write(3_640, at: time, every: .microseconds(5_495), by: 1)
            site.run(until: time + .seconds(9))
            let early = site.acknowledged(by: 1)
            #expect(early.first.map { $0.time - .at(time) < .milliseconds(140) } ?? false)
            var end = time + .seconds(14)
            site.run(until: end)
            let events = (0..<3).flatMap { site.events(of: $0) }
            told += [events.filter { $0.event == .demoted(node: 0) }.map(\.time).min()].compactMap { $0 }
                .map { $0 - .at(time) }
            while end < time + .seconds(20), site.cluster.inspect(site.nodes[0], { $0.isInStep }) != true {
                end += .milliseconds(100)
                site.run(until: end)
            }
            inStep.append(end - time)
            let taken = site.acknowledged(by: 1).map(\.id)
            #expect((1_700...1_900).contains(taken.count))
            let primary = (1..<3).first { site.isPrimary($0) }
            #expect(primary.map { site.missing(taken, at: $0).count } == taken.count)
            #expect(site.missing(taken, at: 0).count == taken.count)
        }
        MeasuredRow("told", median: 10.09).check(told)
        MeasuredRow("in step", median: 15.1).check(inStep)
    }

    /// 2,000 writes a second at a lone primary, killed; it reads its file when it starts again.
    private func lostFromFile(seed: UInt64, _ policy: AppendOnly, sync: Span) -> Int {
        var client = Self.client
        client.timeout = .seconds(2)
        let site = CacheSite(seed: seed, sync: sync, client: client) { settings, _ in
            settings.replicas = 0
            settings.failover = .none
            settings.appendOnly = policy
        }
        let time = Span.seconds(6) + .milliseconds(Int64(seed) * 347 % 1_000)
        site.cluster.plan(
            Crash(site.machines(0), losing: .process), at: .at(time), for: .seconds(1))
        site.write(
            Int((time - .seconds(2)).nanoseconds / 500_000), at: .seconds(2),
            every: .microseconds(500))
        site.run(until: time + .seconds(4))
        let acknowledged = site.acknowledged().filter { $0.time <= .at(time) }.map(\.id)
        #expect(acknowledged.count > 1_000)
        return site.missing(acknowledged, at: 0).count
    }

    @Test(
        "what was written is in the page cache: a kill loses nothing",
        arguments: [AppendOnly.everySecond, .always, .unsynced])
    func killedWithFile(policy: AppendOnly) {
        for seed in Self.seeds.prefix(5) {
            #expect(lostFromFile(seed: seed, policy, sync: .microseconds(100)) == 0)
        }
    }

    /// A sync that takes 500 ms begins once a second: a kill finds it under way half of the time, and loses what was
    /// written since it began, up to 1,000 of 2,000 a second. Measured: 0, 9, 159, 827, 839.
    @Test("behind a slow sync writes are put off, and lost")
    func slowSync() {
        let lost = Self.seeds.map { lostFromFile(seed: $0, .everySecond, sync: .milliseconds(500)) }.sorted()
        #expect(lost.first == 0)
        #expect(lost.last! >= 839)
        #expect(lost.last! <= 1_300)
        #expect(abs(lost[10] - 159) <= 500)
    }
}
