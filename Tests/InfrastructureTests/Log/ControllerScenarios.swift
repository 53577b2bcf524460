import Cluster
import Infrastructure
import Testing
import Vocabulary

/// The controllers of a log: who leads them, and what they decide when brokers and controllers go.
@Suite("log: controllers")
struct ControllerScenarios {
    private func leader(of site: LogSite) -> (number: Int, epoch: Int)? {
        for controller in site.controllers {
            if let epoch = site.cluster.inspect(controller, { $0.leadsInEpoch }) ?? nil {
                return (controller.number, epoch)
            }
        }
        return nil
    }

    /// Each waits from 1 to 2 s before it stands for election; that takes a round trip of 2 ms and three syncs, and to
    /// be sure of the earlier entries another round trip and sync.
    @Test("one of them leads 2 s after the start")
    func start() {
        let site = LogSite()
        site.run(until: .milliseconds(990))
        #expect(leader(of: site) == nil)
        site.run(until: .milliseconds(2_050))
        #expect(leader(of: site) != nil)
    }

    /// The others hear nothing for 1 to 2 s. When two stand at once a round is lost: 4 s are enough for most.
    @Test(
        "when the leader goes another one leads, in a later epoch, and knows all",
        arguments: CrashKind.allCases)
    func crash(kind: CrashKind) throws {
        let site = LogSite()
        site.cluster.plan(Crash(site.machines(0)), at: .at(.seconds(4)), for: .minutes(2))
        site.run(until: .seconds(20))
        let before = site.leadership()
        #expect(before?.leader == 1)
        #expect(before?.inSync == [1, 2])
        let (number, epoch) = try #require(leader(of: site))
        site.cluster.crash(site.controllers[number], losing: kind)
        site.run(until: .seconds(24))
        let (next, nextEpoch) = try #require(leader(of: site))
        #expect(next != number)
        #expect(nextEpoch > epoch)
        #expect(site.leadership() == before)
        site.cluster.restart(site.controllers[number])
        site.run(until: .seconds(30))
        let states = site.controllers.map { site.cluster.inspect($0) { $0.state.leaderships } }
        #expect(states.allSatisfy { $0 == states[next] })
    }

    /// What it leads with it must have on its disk first, so it ends when it is to decide that broker 0 is gone. Sessions of 9 s
    /// begin anew at the next leader. At 72 s there is room, and it starts again.
    @Test("a leader without room on its disk ends, and another one decides")
    func fullDisk() throws {
        let site = LogSite()
        site.run(until: .seconds(10))
        let (number, _) = try #require(leader(of: site))
        let machine = site.cluster.machines(of: [site.controllers[number]])
        site.cluster.plan(DiskFault(machine, .full), at: .at(.seconds(12)), for: .minutes(1))
        site.cluster.plan(Crash(site.machines(0)), at: .at(.seconds(15)), for: .minutes(2))
        site.run(until: .seconds(50))
        #expect(leader(of: site).map { $0.number != number } == true)
        #expect(site.leadership()?.inSync == [1, 2])
        #expect(site.cluster.endedParts.map(\.name.number) == [number])
        site.run(until: .seconds(73))
        #expect(site.cluster.endedParts.isEmpty)
    }

    /// Its last word comes within 2.5 s before it goes at 20 s; the session is 9 s, and looked at every 0.5 s: from
    /// 26.5 to 29.5 s. What was agreed is with the brokers some milliseconds later.
    @Test("a broker that goes is missed after a session, and the next in order leads")
    func session() {
        let site = LogSite()
        site.cluster.plan(Crash(site.machines(0)), at: .at(.seconds(20)), for: .minutes(2))
        site.run(until: .seconds(26))
        #expect(site.leadership() == .init(epoch: 1, leader: 0, inSync: [0, 1, 2]))
        site.run(until: .seconds(30))
        #expect(site.leadership() == .init(epoch: 2, leader: 1, inSync: [1, 2]))
        #expect(site.replica(of: 1)?.leads == true)
    }

    /// Broker 0 is back after 2 s, before its session ends: it says that it is another incarnation.
    @Test("a broker that was away for a moment leads no more, for it may have lost something")
    func moment() {
        let site = LogSite()
        site.write(0..<100, .all, from: .seconds(10))
        site.cluster.plan(Crash(site.machines(0)), at: .at(.seconds(20)), for: .seconds(2))
        site.run(until: .seconds(40))
        #expect(site.leadership() == .init(epoch: 2, leader: 1, inSync: [0, 1, 2], version: 1))
        #expect(site.committed() == Array(0..<100))
        #expect(site.records(of: 0) == Array(0..<100))
    }

    /// That broker 2 was away at 5 s has made a decision of every partition, in which 0 still leads the first. Broker 0 is back
    /// with nothing 2 s after it went, and hears of that decision before the controllers know of it: as a leader it would have
    /// the others cut off all that they have.
    @Test("a broker that is back takes no part before the controllers know that it was away")
    func admission() {
        let site = LogSite(delay: .milliseconds(20))
        site.write(0..<100, .all, from: .seconds(10))
        site.cluster.plan(Crash(site.machines(2)), at: .at(.seconds(5)), for: .seconds(1))
        site.cluster.plan(Crash(site.machines(0), losing: .disk), at: .at(.seconds(20)), for: .seconds(2))
        site.run(until: .seconds(20))
        #expect(site.replica(of: 1)?.leadership.version != 0)
        var timesLed = 0
        for step in 0..<400 {
            site.run(until: .seconds(22) + .milliseconds(5) * Int64(step))
            if site.replica(of: 0)?.leads == true { timesLed += 1 }
        }
        #expect(timesLed == 0)
        site.run(until: .seconds(40))
        for broker in 0..<3 { #expect(site.records(of: broker) == Array(0..<100)) }
    }

    /// Broker 0 goes at 20 s and is back at 40 s; partitions are looked at every 5 minutes.
    @Test("partitions go back to the brokers that should lead them")
    func rebalance() {
        let site = LogSite()
        site.cluster.plan(Crash(site.machines(0)), at: .at(.seconds(20)), for: .seconds(20))
        site.run(until: .seconds(299))
        #expect(site.leadership()?.leader == 1)
        site.run(until: .seconds(301))
        #expect(site.leadership()?.leader == 0)
        #expect(site.replica(of: 0)?.leads == true)
    }

    /// Two of three are gone: the third cannot agree with anybody, and says so to who asks.
    @Test("without most of them nothing is decided")
    func minority() throws {
        let site = LogSite()
        site.run(until: .seconds(10))
        let (number, _) = try #require(leader(of: site))
        for other in 0..<3 where other != number { site.cluster.crash(site.controllers[other]) }
        site.cluster.crash(site.brokers[0])
        site.run(until: .seconds(40))
        #expect(leader(of: site) == nil)
        for other in 0..<3 where other != number { site.cluster.restart(site.controllers[other]) }
        site.run(until: .seconds(60))
        #expect(site.leadership()?.leader == 1)
    }
}
