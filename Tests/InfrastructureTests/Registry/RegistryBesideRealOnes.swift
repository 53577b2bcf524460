import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// Three servers with a tick of 2 s, as ZooKeeper 3.8.0 was broken on one machine: writers with one write outstanding,
/// sessions of 10 s. Seconds after the fault; configuration only, 20 seeds for each row.
@Suite("registry: beside the real one")
struct RegistryBesideRealOnes {
    private static let seeds: ClosedRange<UInt64> = 1...20

    /// The moment of the fault lies anywhere in a tick.
    private func faultTime(seed: UInt64) -> Span { .seconds(10) + .milliseconds(Int64(seed) * 347 % 2_000) }

    /// Three servers, a writer at each from half a second before the fault on.
    private func site(seed: UInt64) -> (site: RegistrySite, time: Span, leader: Int) {
        let site = RegistrySite(seed: seed)
        let time = faultTime(seed: seed)
        for tenant in 0..<3 {
            site.tell(.make(folder: UInt32(tenant)), tenant, at: time - .milliseconds(500))
        }
        site.run(until: .seconds(8))
        return (site, time, site.leader ?? -1)
    }

    private func firstWrite(_ site: RegistrySite, after time: Span) -> Span? {
        (0..<3).compactMap { tenant in
            site.made(tenant).first { $0.time > .at(time + .milliseconds(5)) }?.time
        }.min().map { $0 - .at(time) }
    }

    private func lost(_ site: RegistrySite, at server: Int) -> Int {
        (0..<3).reduce(0) { sum, tenant in
            sum
                + site.made(tenant).count {
                    site.entry(RegistryName(UInt32(tenant), $0.number), at: server) == nil
                }
        }
    }

    @Test("the leader is killed: the others notice at once, and lose nothing")
    func leaderKilled() {
        var first: [Span] = []
        for seed in Self.seeds {
            let (site, time, leader) = site(seed: seed)
            site.cluster.plan(Crash(site.machines(leader), losing: .process), at: .at(time), for: nil)
            site.run(until: time + .milliseconds(50))
            #expect((0..<3).allSatisfy { $0 == leader || !site.isServing($0) })
            site.run(until: time + .milliseconds(1_500))
            first += [firstWrite(site, after: time)].compactMap { $0 }
            let next = site.leader
            #expect(next != nil && next != leader)
            #expect(next.map { lost(site, at: $0) } == 0)
        }
        #expect(first.count == 20)
        MeasuredRow("first write", median: 0.476).checkMedian(first)
    }

    @Test("a follower is killed: its client goes on elsewhere, the others see nothing")
    func followerKilled() {
        var first: [Span] = []
        for seed in Self.seeds {
            let (site, time, leader) = site(seed: seed)
            let follower = (leader + 1) % 3
            site.cluster.plan(Crash(site.machines(follower), losing: .process), at: .at(time), for: nil)
            site.run(until: time + .milliseconds(500))
            #expect(site.leader == leader)
            for tenant in 0..<3 where site.heard(tenant).contains("suspended") {
                first += [site.made(tenant).first { $0.time > .at(time + .milliseconds(5)) }].compactMap {
                    $0.map { $0.time - .at(time) }
                }
            }
        }
        #expect(first.count >= 20)
        MeasuredRow("first write", median: 0.054).checkMedian(first)
    }

    @Test("a client is stopped: its entry goes with its session of 4 s, at a tick")
    func clientStopped() {
        var gone: [Span] = []
        for seed in Self.seeds {
            let site = RegistrySite(seed: seed, tenants: 2, session: .seconds(4))
            let name = RegistryName(1, 0)
            let time = faultTime(seed: seed)
            site.tell(.write(.create(name, RegistryValue(1), isEphemeral: true), id: 1), 0, at: .seconds(5))
            site.tell(.read(.get(name, watches: true), id: 2), 1, at: .seconds(6))
            site.cluster.plan(Pause(site.tenantMachines(0)), at: .at(time), for: .seconds(20))
            site.run(until: time + .seconds(9))
            if site.heard(1).last == "changed 1/0", let last = site.times(1).last {
                gone.append(last - .at(time))
            }
        }
        #expect(gone.count == 20)
        MeasuredRow("gone", median: 5.23).check(gone)
    }

    @Test("two of three are killed: the leader steps down within a tick, and no session ends")
    func noMajority() {
        var until: [Span] = []
        for seed in Self.seeds {
            let (site, time, leader) = site(seed: seed)
            for server in 0..<3 where server != leader {
                site.cluster.plan(
                    Crash(site.machines(server), losing: .process), at: .at(time), for: .seconds(60))
            }
            var end = time
            while end < time + .seconds(4), site.isServing(leader) {
                end += .milliseconds(20)
                site.run(until: end)
            }
            until.append(end - time)
            site.run(until: time + .seconds(65))
            #expect((site.cluster.inspect(site.servers[leader]) { $0.sessions.count }) == 3)
            #expect(site.leader != nil)
            for tenant in 0..<3 { #expect(!site.heard(tenant).contains("expired")) }
        }
        MeasuredRow("serves", median: 0.94).check(until)
    }
}
