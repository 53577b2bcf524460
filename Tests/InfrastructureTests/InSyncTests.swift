import Cluster
import Infrastructure
import Testing
import Vocabulary

/// When parts that keep copies for each other say that these are in sync: then one more of them may fail.
@Suite("parts: in sync")
struct InSyncTests {
    /// Node 2 misses what is written while it is gone, and gets it from hints.
    @Test("a wide-column store is when its hints are delivered")
    func hints() {
        let site = WideSite()
        site.cluster.plan(Crash(site.machines(2), losing: .process), at: .at(.seconds(5)), for: .seconds(35))
        for key in 0..<10 { site.write(key, WideSite.row(UInt64(key)), at: .seconds(20 + Int64(key))) }
        func isInSync(at time: Span) -> Bool {
            site.run(until: time)
            return site.ring.isInSync(in: site.cluster)
        }
        #expect(isInSync(at: .seconds(4)))
        #expect(!isInSync(at: .seconds(39)))
        #expect(!isInSync(at: .milliseconds(40_001)))
        #expect(isInSync(at: .seconds(55)))
    }

    /// The row of 30 s outlives its hint: a read at 70 s brings it to node 2, which is up all the time.
    @Test("a wide-column store is not while a node that began anew lacks what others have")
    func repair() {
        let site = WideSite { $0.hintWindow = .seconds(5) }
        site.cluster.plan(Crash(site.machines(2), losing: .process), at: .at(.seconds(5)), for: .seconds(55))
        site.write(1, WideSite.row(1, value: 10), at: .seconds(30))
        site.readByEach(10, at: .seconds(70))
        site.run(until: .seconds(69))
        #expect(site.hintCount == 0)
        #expect(!site.ring.isInSync(in: site.cluster))
        site.run(until: .seconds(80))
        #expect(site.ring.isInSync(in: site.cluster))
    }

    /// All that was written at 5 s and not synced is gone with the power of node 2 at 6 s; a read at 30 s brings it back.
    @Test("a wide-column store is not while a node has lost what it had not synced")
    func unsynced() {
        let site = WideSite { $0.sync = .periodic }
        site.write(1, WideSite.row(1, value: 10), with: .all, at: .seconds(5))
        site.cluster.plan(Crash(site.machines(2), losing: .unsynced), at: .at(.seconds(6)), for: .seconds(1))
        site.readByEach(10, at: .seconds(30))
        site.run(until: .seconds(29))
        #expect(site.rows(of: 2) == [])
        #expect(!site.ring.isInSync(in: site.cluster))
        site.run(until: .seconds(32))
        #expect(site.ring.isInSync(in: site.cluster))
    }

    /// A primary sends what it has 5 s after the first replica has asked for it. The replica is gone from 8 to 10 s. The
    /// primary from 20 to 40 s: its replica is the primary then, and the former one follows it when it is back.
    @Test("a cache is when each shard has one primary, whom all others follow")
    func cache() {
        let site = CacheSite { _, watching in watching.downAfter = .seconds(1) }
        site.cluster.plan(Crash(site.machines(1), losing: .process), at: .at(.seconds(8)), for: .seconds(2))
        site.cluster.plan(Crash(site.machines(0), losing: .process), at: .at(.seconds(20)), for: .seconds(20))
        func isInSync(at time: Span) -> Bool {
            site.run(until: time)
            return site.place.isInSync(in: site.cluster)
        }
        #expect(!isInSync(at: .seconds(4)))
        #expect(isInSync(at: .seconds(7)))
        #expect(!isInSync(at: .seconds(9)))
        #expect(isInSync(at: .seconds(18)))
        #expect(!isInSync(at: .seconds(35)))
        #expect(site.isPrimary(1))
        #expect(isInSync(at: .seconds(60)))
        #expect(site.isPrimary(1) && !site.isPrimary(0))
    }

    @Test("a registry is when all servers have carried out the same")
    func registry() {
        let site = RegistrySite()
        site.cluster.plan(Crash(site.machines(0), losing: .process), at: .at(.seconds(20)), for: .seconds(10))
        func isInSync(at time: Span) -> Bool {
            site.run(until: time)
            return RegistryServer.areInSync(site.servers, in: site.cluster)
        }
        #expect(isInSync(at: .seconds(19)))
        #expect(!isInSync(at: .seconds(25)))
        #expect(isInSync(at: .seconds(60)))
    }
}
