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

    /// How long there a killed process is still to be seen by those it was connected with: 0.012 / 0.017 / 0.026 s. Here its
    /// connections end with it.
    private static let exit = 0.017

    /// The moment of the fault lies anywhere in a tick.
    private func faultTime(seed: UInt64) -> Span { .seconds(10) + .milliseconds(Int64(seed) * 347 % 2_000) }

    /// Three servers, a writer at each from half a second before the fault on.
    private func site(
        seed: UInt64, tenants: Int = 3, every pause: Span = .zero
    ) -> (site: RegistrySite, time: Span, leader: Int) {
        let site = RegistrySite(seed: seed, tenants: tenants)
        let time = faultTime(seed: seed)
        for tenant in 0..<3 {
            site.tell(.make(folder: UInt32(tenant), every: pause), tenant, at: time - .milliseconds(500))
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
        MeasuredRow("first write", median: 0.476 - Self.exit).check(first)
    }

    /// Stopped for 20 s. One client reaches the leader alone, and asks for an entry that is changed meanwhile: in the first
    /// 1 to 2 s after it goes on. Measured twice: it is left after 10.00 and 10.01 s, others serve after 10.53 and 10.40, the first
    /// write is acknowledged after 12.94 and 13.39, and it steps down after 1.0 and 2.0.
    @Test(
        "the leader is stopped: others leave it after five ticks, and until its tick it answers with old values"
    )
    func leaderStopped() {
        var (left, serves, first, stepsDown): ([Span], [Span], [Span], [Span]) = ([], [], [], [])
        let name = RegistryName(9, 0)
        for seed in Self.seeds {
            let (site, time, leader) = site(seed: seed, tenants: 6, every: .milliseconds(20))
            let others = (0..<3).filter { $0 != leader }
            let (reader, writer) = (3 + leader, 3 + others[0])
            let back = time + .seconds(20)
            site.cluster.plan(Pause(site.machines(leader)), at: .at(time), for: .seconds(20))
            site.cluster.plan(
                Partition(
                    between: site.tenantMachines(reader), and: site.machines(others[0], others[1]),
                    packets: .reject), at: .at(.seconds(9)), for: .seconds(60))
            site.tell(
                .write(.create(name, RegistryValue(1), isEphemeral: false), id: 0), writer, at: .seconds(9))
            site.tell(
                .write(.set(name, RegistryValue(2), version: nil), id: 0), writer, at: time + .seconds(18))
            for id in 0..<100 {
                site.tell(
                    .read(.get(name, watches: false), id: id), reader,
                    at: back + .milliseconds(30) * Int64(id))
            }
            /// Looks each 10 ms.
            func wait(from start: Span, until isTrue: () -> Bool) -> Span {
                var end = start
                while end < start + .seconds(5), !isTrue() {
                    end += .milliseconds(10)
                    site.run(until: end)
                }
                return end
            }
            site.run(until: time + .seconds(9))
            let isLeft = wait(from: time + .seconds(9)) { !others.contains(where: site.isServing) }
            let serve = wait(from: isLeft) { others.contains(where: site.isServing) }
            site.run(until: back)
            let isDown = wait(from: back) { !site.isServing(leader) }
            site.run(until: back + .seconds(5))
            left.append(isLeft - time)
            serves.append(serve - time)
            first += [firstWrite(site, after: time)].compactMap { $0 }
            stepsDown.append(isDown - back)
            let stale = zip(site.heard(reader), site.times(reader)).filter {
                $0.1 > .at(back) && $0.0.hasSuffix(": 1 v0")
            }
            #expect(stale.count > 10)
            #expect(stale.last.map { $0.1 <= .at(isDown) } ?? false)
        }
        MeasuredRow("left", median: 10.005).check(left)
        MeasuredRow("serves", median: 10.465).check(serves)
        MeasuredRow("first write", median: 13.165).checkMedian(first)
        #expect(first.count == 20)
        #expect(Set(stepsDown.map { ($0.seconds + 0.5).rounded(.down) }) == [1, 2])
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
        // All clients are at the server that was the first to serve: with five seeds that is the one that is killed.
        #expect(first.count >= 15)
        MeasuredRow("first write", median: 0.054 - Self.exit).check(first)
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
            let (site, time, leader) = site(seed: seed, every: .milliseconds(20))
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
