import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: machines")
struct MachineTests {
    /// Two arrive at once: the second waits for the first. The third finds the core idle.
    @Test("messages are worked on one after the other, and take effect when the work ends")
    func service() {
        let office = Office()
        office.work(1, costing: .milliseconds(3), at: .milliseconds(10), on: office.workers[0])
        office.work(2, costing: .milliseconds(4), at: .milliseconds(10), on: office.workers[0])
        office.work(3, costing: .milliseconds(1), at: .milliseconds(30), on: office.workers[0])
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == ["1 at 13ms", "2 at 17ms", "3 at 31ms"])
    }

    @Test("two cores work side by side")
    func cores() {
        let office = Office(cores: 2)
        for number in 1...3 {
            office.work(
                number, costing: .milliseconds(10), at: .milliseconds(Int64(number)), on: office.workers[0])
        }
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == ["1 at 11ms", "2 at 12ms", "3 at 21ms"])
    }

    @Test("on a user's device nothing waits, and nothing takes time")
    func device() {
        let office = Office(cores: nil)
        for number in 1...2 {
            office.work(number, costing: .milliseconds(10), at: .milliseconds(5), on: office.workers[0])
        }
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == ["1 at 5ms", "2 at 5ms"])
    }

    /// One is in service and one waits; the third is refused, and counted as what it is.
    @Test("a full queue refuses")
    func full() {
        let office = Office(queueLimit: 1)
        for number in 1...3 {
            office.pass(
                number, costing: .milliseconds(5), at: .microseconds(1_000 + Int64(number)),
                from: office.farWorkers[0],
                to: office.workers[0])
        }
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == ["1 at 16.001ms", "2 at 21.001ms"])
        let traffic = office.cluster.traffic(from: Office.far, to: Office.near)
        #expect(traffic.sent == 3)
        #expect(traffic.delivered == 2)
        #expect(traffic.dropped(.overloaded) == 1)
    }

    /// The alarm is due at 12 ms and finds the core busy until 15 ms; it takes 1 ms itself.
    @Test("an alarm waits for a core like anything else")
    func alarm() {
        let office = Office()
        office.cluster.deliver(.arm(7, after: .milliseconds(12)), to: office.workers[0], at: .start)
        office.work(1, costing: .milliseconds(5), at: .milliseconds(10), on: office.workers[0])
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == ["1 at 15ms", "7 at 16ms"])
    }

    @Test("a cancelled alarm never rings, and does not outlive its incarnation either")
    func cancelledAlarm() {
        let office = Office(workers: 2)
        for worker in office.workers {
            office.cluster.deliver(.arm(7, after: .milliseconds(12)), to: worker, at: .start)
        }
        office.cluster.deliver(.cancelAlarm, to: office.workers[0], at: .at(.milliseconds(11)))
        office.cluster.plan(
            Crash(office.cluster.machines(of: [office.workers[1]])), at: .at(.milliseconds(5)),
            for: .milliseconds(1))
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == [])
        #expect(office.done(by: office.workers[1]) == [])
    }

    @Test("a role may be put into several zones; each part stays where it was put, also after a crash")
    func severalZones() {
        let office = Office(workers: 1, farWorkers: 1)
        let cluster = office.cluster
        cluster.plan(
            Crash(cluster.machines(of: office.farWorkers)), at: .at(.milliseconds(1)), for: .milliseconds(1))
        office.pass(1, at: .milliseconds(5), to: office.farWorkers[0])
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.farWorkers[0]) == ["1 at 15ms"])
        #expect(cluster.lane(of: office.farWorkers[0]) == Office.far.lane)
        #expect(cluster.lane(of: office.workers[0]) == Office.near.lane)
    }

    /// Busy for 3 + 4 of 20 ms. The second waited 3 ms, the first not at all: 3 ms of waiting in 20 ms.
    @Test("utilisation, queue and waits are metered")
    func meters() throws {
        let office = Office()
        let before = try #require(office.cluster.processorReading(of: office.workers[0]))
        office.work(1, costing: .milliseconds(3), at: .milliseconds(10), on: office.workers[0])
        office.work(2, costing: .milliseconds(4), at: .milliseconds(10), on: office.workers[0])
        #expect(office.run(until: .milliseconds(20)) == .reachedEnd)
        let after = try #require(office.cluster.processorReading(of: office.workers[0]))
        #expect(after.utilisation(since: before) == 0.35)
        #expect(after.meanQueueLength(since: before) == 0.15)
        #expect(after.longestQueue == 1)
        #expect(office.cluster.waits(of: office.workers[0])?.max == 3_000_000)
    }
}

@Suite("cluster: network")
struct NetworkTests {
    /// 1,000,000 B leave at 8 Gbit/s in 1 ms, cross in 10 ms, and are taken in while they come: 1 ms more,
    /// because the receiving interface is as fast. 1 + 10 + 1 = 12 ms.
    @Test("a packet takes sending, link and receiving")
    func path() {
        let office = Office()
        office.pass(1, at: .zero, to: office.farWorkers[0], size: .megabytes(1))
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.farWorkers[0]) == ["1 at 12ms"])
    }

    /// Three of 1 ms each leave one behind the other, at 1, 2 and 3 ms.
    @Test("a burst leaves one after the other")
    func burst() {
        let office = Office()
        for number in 1...3 { office.pass(number, at: .zero, to: office.farWorkers[0], size: .megabytes(1)) }
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.farWorkers[0]) == ["1 at 12ms", "2 at 13ms", "3 at 14ms"])
    }

    /// Two senders, each with an interface of its own, reach the same receiver at the same time: it takes in
    /// one after the other.
    @Test("what arrives from two sides at once is taken in one after the other")
    func incast() {
        let office = Office(workers: 2)
        for (number, worker) in office.workers.enumerated() {
            office.pass(number, at: .zero, from: worker, to: office.farWorkers[0], size: .megabytes(1))
        }
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.farWorkers[0]) == ["0 at 12ms", "1 at 13ms"])
    }

    @Test("what is for nobody is refused, and what is for a machine that is down is lost")
    func nobody() {
        let office = Office()
        office.cluster.plan(
            Crash(office.cluster.machines(of: office.farWorkers)), at: .at(.milliseconds(5)),
            for: .milliseconds(10))
        office.pass(1, at: .zero, to: office.farWorkers[0])  // arrives at 10 ms
        office.pass(2, at: .milliseconds(6), to: office.farWorkers[0])  // arrives at 16 ms, after the restart
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.farWorkers[0]) == ["2 at 16ms"])
        #expect(office.cluster.traffic(from: Office.near, to: Office.far).dropped(.machineDown) == 1)
    }

    @Test("bytes and packets of a link are counted")
    func traffic() {
        let office = Office()
        for number in 1...3 { office.pass(number, at: .zero, to: office.farWorkers[0], size: .kilobytes(4)) }
        #expect(office.run() == .reachedEnd)
        let traffic = office.cluster.traffic(from: Office.near, to: Office.far)
        #expect(traffic.sent == 3)
        #expect(traffic.sentBytes == 12_000)
        #expect(traffic.delivered == 3)
        #expect(office.cluster.traffic(from: Office.far, to: Office.near).sent == 0)
    }
}
