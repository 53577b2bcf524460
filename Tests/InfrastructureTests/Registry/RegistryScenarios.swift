import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

@Suite("registry: what clients see")
struct RegistryScenarios {
    private let first = RegistryName(1, 0)

    @Test("entries are made, set by version, and deleted, in the order in which that was asked")
    func entries() {
        let site = RegistrySite()
        let value = RegistryValue(5)
        let asked: [Tenant.Inbox] = [
            .read(.get(first, watches: false), id: 1),
            .write(.create(first, value, isEphemeral: false), id: 2),
            .write(.create(first, value, isEphemeral: false), id: 3),
            .write(.set(first, RegistryValue(6), version: 1), id: 4),
            .write(.set(first, RegistryValue(6), version: 0), id: 5),
            .read(.get(first, watches: false), id: 6),
            .write(.delete(first, version: 0), id: 7), .write(.delete(first, version: nil), id: 8),
            .read(.get(first, watches: false), id: 9),
        ]
        for message in asked { site.tell(message, at: .seconds(3)) }
        site.run(until: .seconds(4))
        #expect(
            site.heard() == [
                "resumed", "1: noEntry", "2: 5 v0", "3: exists", "4: wrongVersion", "5: 6 v1", "6: 6 v1",
                "7: wrongVersion", "8: done", "9: noEntry",
            ])
    }

    /// What one client has been told, another one at another server sees a moment later: the leader tells its
    /// followers at once what is committed.
    @Test("servers have the same, and numbers of a folder are given out once")
    func sequence() {
        let site = RegistrySite()
        for tenant in 0..<3 {
            for id in 0..<3 {
                site.tell(
                    .write(.createNext(folder: 2, RegistryValue(7), isEphemeral: false), id: id), tenant,
                    at: .seconds(3))
            }
            site.tell(.read(.list(folder: 2, watches: false), id: 9), tenant, at: .seconds(4))
        }
        site.run(until: .seconds(5))
        for tenant in 0..<3 { #expect(site.heard(tenant).last == "9: [0, 1, 2, 3, 4, 5, 6, 7, 8]") }
    }

    @Test("a watch is told once, of an entry and of a folder")
    func watches() {
        let site = RegistrySite()
        site.tell(.read(.get(first, watches: true), id: 1), at: .seconds(3))
        site.tell(.read(.list(folder: 1, watches: true), id: 2), at: .seconds(3))
        site.tell(.write(.create(first, RegistryValue(1), isEphemeral: false), id: 0), 1, at: .seconds(4))
        site.tell(.write(.set(first, RegistryValue(2), version: nil), id: 0), 1, at: .seconds(5))
        site.run(until: .seconds(6))
        #expect(site.heard() == ["resumed", "1: noEntry", "2: []", "changed 1/0", "changed 1"])
    }

    /// Each is granted what it asks for, between 2 and 20 ticks of 2 s.
    @Test(
        "sessions are granted between 2 and 20 ticks",
        arguments: [(1, 4), (2, 4), (4, 4), (10, 10), (40, 40), (60, 40)])
    func granted(asked: Int64, granted: Int64) {
        #expect(RegistrySettings().granted(.seconds(asked)) == .seconds(granted))
    }

    /// A machine with a client stops at 5 s. The session of 10 s ends at the first tick behind 10 s after the leader has
    /// heard of it last, which is at most a ping of 3.3 s and half a tick ago; the one that watched is told.
    @Test("the entries of a session go with it, and who watches them is told")
    func ephemeral() throws {
        let site = RegistrySite()
        site.tell(.write(.create(first, RegistryValue(1), isEphemeral: true), id: 1), 0, at: .seconds(3))
        site.tell(.read(.get(first, watches: true), id: 2), 1, at: .seconds(4))
        site.cluster.plan(Crash(site.tenantMachines(0)), at: .at(.seconds(5)), for: nil)
        site.run(until: .seconds(30))
        #expect(site.heard(1) == ["resumed", "2: 1 v0", "changed 1/0"])
        let gone = try #require(site.times(1).last) - .at(.seconds(5))
        #expect(gone > .milliseconds(6_600))
        #expect(gone < .seconds(14))
    }

    /// As long as pings go, nothing ends.
    @Test("a session lives as long as its client is heard of")
    func keptAlive() {
        let site = RegistrySite(session: .seconds(4))
        site.tell(.write(.create(first, RegistryValue(1), isEphemeral: true), id: 1), at: .seconds(3))
        site.run(until: .seconds(120))
        #expect(site.heard() == ["resumed", "1: 1 v0"])
        #expect(site.entry(first, at: 0)?.value.word == 1)
    }

    /// Both cores of its machine are at work for five sessions.
    @Test("a client whose part is at work for long keeps its session")
    func keptAliveAtWork() {
        let site = RegistrySite(session: .seconds(4))
        site.tell(.write(.create(first, RegistryValue(1), isEphemeral: true), id: 1), at: .seconds(3))
        for _ in 0..<2 { site.tell(.work(.seconds(20)), at: .seconds(5)) }
        site.run(until: .seconds(60))
        #expect(site.heard() == ["resumed", "1: 1 v0"])
        #expect(site.entry(first, at: 0)?.value.word == 1)
    }

    /// Two stand in a folder and one follows it, who comes late and finds one. It is cut off for 30 s, which ends its
    /// session of 10 s with all that was watched, while one of the two goes; it is told when it is back.
    @Test(
        "who follows a folder is told what is there, and again when that has changed, in this session or the next"
    )
    func following() {
        let site = RegistrySite()
        site.tell(.stand(5), 0, at: .seconds(3))
        site.tell(.follow(5), 2, at: .seconds(4))
        site.tell(.stand(5), 1, at: .seconds(5))
        site.cluster.plan(
            Partition(between: site.tenantMachines(2), and: site.machines(0, 1, 2)), at: .at(.seconds(10)),
            for: .seconds(30))
        site.cluster.plan(Crash(site.tenantMachines(0)), at: .at(.seconds(12)), for: nil)
        site.run(until: .seconds(60))
        #expect(
            site.heard(2) == [
                "resumed", "members [0]", "members [0, 1]", "suspended", "expired", "resumed", "members [1]",
            ])
    }

    /// Paused for 30 s, behind the end of its session of 10 s: it goes on as if it were attached, and hears from the
    /// server that the session is over, once.
    @Test("a follower that was paused hears once that its session is over, and follows in the next one")
    func followingAfterPause() {
        let site = RegistrySite()
        site.tell(.stand(5), 0, at: .seconds(3))
        site.tell(.follow(5), 2, at: .seconds(4))
        site.cluster.plan(Pause(site.tenantMachines(2)), at: .at(.seconds(10)), for: .seconds(30))
        site.run(until: .seconds(60))
        let heard = site.heard(2)
        #expect(heard.count { $0 == "expired" } == 1, "\(heard)")
        #expect(heard.count { $0 == "resumed" } == 2, "\(heard)")
        #expect(heard.last == "members [0]", "\(heard)")
    }

    /// A change for each of six that stand within some milliseconds: whoever follows knows all of them in the end.
    @Test("a change that comes while a follower still reads is not forgotten")
    func followingChanges() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let site = RegistrySite(seed: seed, tenants: 7)
            site.tell(.follow(5), 6, at: .seconds(4))
            for tenant in 0..<6 {
                site.tell(.stand(5), tenant, at: .seconds(5) + .milliseconds(Int64(tenant)))
            }
            site.run(until: .seconds(10))
            let members = site.heard(6).last.map { $0.filter(\.isNumber).sorted() }
            #expect(members == Array("012345"), "seed \(seed): \(site.heard(6))")
        }
    }

    /// The first leads; when its machine is gone, the next one does, under a higher epoch. The third is not woken.
    @Test("leadership goes to the next in line, under a higher epoch")
    func election() throws {
        let site = RegistrySite()
        for tenant in 0..<3 { site.tell(.stand(5), tenant, at: .milliseconds(Int64(3_000 + 100 * tenant))) }
        site.cluster.plan(Crash(site.tenantMachines(0)), at: .at(.seconds(5)), for: nil)
        site.run(until: .seconds(4))
        #expect(site.heard(0) == ["resumed", "elected"])
        let former = try #require((site.cluster.inspect(site.tenants[0]) { $0.fence }) ?? nil)
        site.run(until: .seconds(30))
        #expect(site.heard(1) == ["resumed", "elected"])
        #expect(site.heard(2) == ["resumed"])
        let next = try #require((site.cluster.inspect(site.tenants[1]) { $0.fence }) ?? nil)
        #expect(next.epoch > former.epoch)
    }
}
