import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: faults of machines")
struct MachineFaultTests {
    private func crash(at time: Span, isEager: Bool = false) -> [String]? {
        let office = Office(isEager: isEager)
        let machines = office.cluster.machines(of: office.workers)
        office.work(1, costing: .milliseconds(5), at: .milliseconds(10), on: office.workers[0])
        office.work(2, costing: .milliseconds(5), at: .milliseconds(10), on: office.workers[0])
        var done: [String]?
        // What the incarnation had done is looked at in the instant before it goes.
        #expect(office.run(until: time) == .reachedEnd)
        done = office.done(by: office.workers[0])
        office.cluster.plan(Crash(machines), at: .at(time), for: .milliseconds(30))
        office.work(3, costing: .milliseconds(1), at: .milliseconds(60), on: office.workers[0])
        #expect(office.run() == .reachedEnd)
        // The new incarnation knows nothing of the old one's work, and gets none of what had waited.
        #expect(office.done(by: office.workers[0]) == [isEager ? "3 at 60ms" : "3 at 61ms"])
        return done
    }

    /// The first work ends at 15 ms.
    @Test("a crash one nanosecond before the end of service: nothing happened")
    func crashBefore() {
        #expect(crash(at: .milliseconds(15) - .nanoseconds(1)) == [])
    }

    @Test("a handler that runs at the start of service is found out by that")
    func eagerHandler() {
        #expect(crash(at: .milliseconds(15) - .nanoseconds(1), isEager: true) == ["1 at 10ms"])
    }

    /// At 15 ms + 1 ns the first work has had its effect; the second, just begun, has none.
    @Test("a crash one nanosecond after the end of service: it happened")
    func crashAfter() {
        #expect(crash(at: .milliseconds(15) + .nanoseconds(1)) == ["1 at 15ms"])
    }

    /// 10 ms of work begin at 10 ms. At 15 ms half is left, which at half the speed takes 10 ms: 25 ms. The
    /// next one has 5 ms of the slow time, in which it does 2.5 ms of its 10 ms of work; from 30 ms on it is
    /// fast again: 37.5 ms.
    @Test("slow by two half-way doubles what is left, and ends when it ends")
    func slow() {
        let office = Office()
        let machines = office.cluster.machines(of: office.workers)
        for number in 1...2 {
            office.work(number, costing: .milliseconds(10), at: .milliseconds(10), on: office.workers[0])
        }
        office.cluster.plan(Slow(machines, by: .times(2)), at: .at(.milliseconds(15)), for: .milliseconds(15))
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == ["1 at 25ms", "2 at 37.5ms"])
    }

    /// 12 ms of work begin at 0. Until 2 ms 2 are done; slow by two until 4 ms: 1 more; by six until 10 ms: 1
    /// more; by three until 16 ms: 2 more; the other 6 from there: 22 ms.
    @Test("two overlapping slowdowns multiply, and are taken off one by one")
    func slowTwice() {
        let office = Office()
        let machines = office.cluster.machines(of: office.workers)
        office.work(1, costing: .milliseconds(12), at: .zero, on: office.workers[0])
        office.cluster.plan(Slow(machines, by: .times(2)), at: .at(.milliseconds(2)), for: .milliseconds(8))
        office.cluster.plan(Slow(machines, by: .times(3)), at: .at(.milliseconds(4)), for: .milliseconds(12))
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == ["1 at 22ms"])
    }

    /// Four cores are busy with 10 ms from 0 on. Two stop at 4 ms for 20 ms: theirs end at 30 ms, the others'
    /// at 10 ms, and the two that waited are taken by these: 20 ms.
    @Test("a pause of two of four busy cores holds up their work, and nobody else's")
    func pause() {
        let office = Office(cores: 4)
        let machines = office.cluster.machines(of: office.workers)
        for number in 1...6 {
            office.work(number, costing: .milliseconds(10), at: .zero, on: office.workers[0])
        }
        office.cluster.plan(Pause(machines, cores: 2), at: .at(.milliseconds(4)), for: .milliseconds(20))
        #expect(office.run() == .reachedEnd)
        #expect(
            office.done(by: office.workers[0])
                == ["3 at 10ms", "4 at 10ms", "5 at 20ms", "6 at 20ms", "1 at 30ms", "2 at 30ms"])
    }

    /// Down from 2 to 12 ms by one crash and from 7 to 17 ms by the other.
    @Test("overlapping crashes keep a machine down until both are healed")
    func crashTwice() {
        let office = Office()
        let machines = office.cluster.machines(of: office.farWorkers)
        office.cluster.plan(Crash(machines), at: .at(.milliseconds(2)), for: .milliseconds(10))
        office.cluster.plan(Crash(machines), at: .at(.milliseconds(7)), for: .milliseconds(10))
        for arrival in [13, 16, 17] as [Int64] {
            office.pass(Int(arrival), at: .milliseconds(arrival - 10), to: office.farWorkers[0])
        }
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.farWorkers[0]) == ["17 at 17ms"])
    }

    private static let collector = Collector(pause: .constant(1e7), interval: .constant(3e7))

    /// Cores stand still from 30 to 40 ms and from 70 to 80 ms. Of 5 ms of work 2 are done before, the other 3 behind it.
    @Test("a collector of garbage stops all cores now and then")
    func collector() {
        let office = Office(cores: 2, collector: Self.collector)
        for (number, cost, time) in [(1, 5, 28), (2, 1, 35), (3, 5, 60)] as [(Int, Int64, Int64)] {
            office.work(number, costing: .milliseconds(cost), at: .milliseconds(time), on: office.workers[0])
        }
        #expect(office.run(until: .milliseconds(100)) == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == ["2 at 41ms", "1 at 43ms", "3 at 65ms"])
    }

    /// Down from 25 to 50 ms it collects nothing; the next time is from 60 to 70 ms.
    @Test("a machine that is down collects nothing")
    func collectorWhileDown() {
        let office = Office(collector: Self.collector)
        office.cluster.plan(
            Crash(office.cluster.machines(of: office.workers)), at: .at(.milliseconds(25)),
            for: .milliseconds(25))
        office.work(1, costing: .milliseconds(5), at: .milliseconds(51), on: office.workers[0])
        office.work(2, costing: .milliseconds(5), at: .milliseconds(59), on: office.workers[0])
        #expect(office.run(until: .milliseconds(100)) == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == ["1 at 56ms", "2 at 74ms"])
    }

    /// Paused from 2 to 12 ms by one and from 7 to 17 ms by the other: 15 ms in all.
    @Test("overlapping pauses last until both have ended")
    func pauseTwice() {
        let office = Office()
        let machines = office.cluster.machines(of: office.workers)
        office.work(1, costing: .milliseconds(5), at: .zero, on: office.workers[0])
        office.work(2, costing: .milliseconds(5), at: .milliseconds(8), on: office.workers[0])
        office.cluster.plan(Pause(machines), at: .at(.milliseconds(2)), for: .milliseconds(10))
        office.cluster.plan(Pause(machines), at: .at(.milliseconds(7)), for: .milliseconds(10))
        #expect(office.run() == .reachedEnd)
        #expect(office.done(by: office.workers[0]) == ["1 at 20ms", "2 at 25ms"])
    }
}

@Suite("cluster: faults of the network")
struct NetworkFaultTests {
    /// Sent each millisecond from 1 to 9 ms; what is sent from 3 ms on and before 6 ms does not pass.
    private func sent(while fault: (Office) -> any Fault) -> [Int] {
        let office = Office()
        for number in 1...9 {
            office.pass(number, at: .milliseconds(Int64(number)), to: office.farWorkers[0])
        }
        office.cluster.plan(fault(office), at: .at(.milliseconds(3)), for: .milliseconds(3))
        #expect(office.run() == .reachedEnd)
        return office.cluster.inspect(office.farWorkers[0]) { $0.done.map(\.number) } ?? []
    }

    @Test("a partition stops packets for as long as it lasts")
    func partition() {
        #expect(
            sent { office in
                Partition(
                    between: office.cluster.machines(in: Office.near),
                    and: office.cluster.machines(in: Office.far))
            } == [1, 2, 6, 7, 8, 9])
    }

    @Test("a one-way partition stops one direction only")
    func oneWay() {
        #expect(
            sent { office in
                Partition(
                    between: office.cluster.machines(in: Office.near),
                    and: office.cluster.machines(in: Office.far),
                    direction: .oneWay)
            } == [1, 2, 6, 7, 8, 9])
        #expect(
            sent { office in
                Partition(
                    between: office.cluster.machines(in: Office.far),
                    and: office.cluster.machines(in: Office.near),
                    direction: .oneWay)
            } == Array(1...9))
    }

    /// A cannot reach B from 2 to 6 ms, nor B and C from 4 to 8 ms: so B from 2 to 8 ms, and C from 4 to 8
    /// ms.
    @Test("two partitions that share a link heal independently")
    func overlapping() {
        let office = Office(farWorkers: 2)
        let (b, c) = (office.farWorkers[0], office.farWorkers[1])
        let near = office.cluster.machines(in: Office.near)
        office.cluster.plan(
            Partition(between: near, and: office.cluster.machines(of: [b])), at: .at(.milliseconds(2)),
            for: .milliseconds(4))
        office.cluster.plan(
            Partition(between: near, and: office.cluster.machines(of: [b, c])), at: .at(.milliseconds(4)),
            for: .milliseconds(4))
        for number in 1...9 {
            for target in [b, c] { office.pass(number, at: .milliseconds(Int64(number)), to: target) }
        }
        #expect(office.run() == .reachedEnd)
        #expect(office.cluster.inspect(b) { $0.done.map(\.number) } == [1, 8, 9])
        #expect(office.cluster.inspect(c) { $0.done.map(\.number) } == [1, 2, 3, 8, 9])
        #expect(office.cluster.traffic(from: Office.near, to: Office.far).dropped(.partitioned) == 10)
    }

    @Test("a link that loses everything loses everything, until it is mended")
    func loss() {
        #expect(
            sent { _ in
                LinkFault(
                    on: [.init(from: Office.near, to: Office.far)],
                    LinkProfile(loss: .independent(Bernoulli(1))))
            } == [1, 2, 6, 7, 8, 9])
    }

    /// 5 ms more for what is sent at 3, 4 and 5 ms: these arrive at 18, 19 and 20 ms, the others 10 ms after
    /// they were sent.
    @Test("added latency is added while it lasts")
    func delay() {
        #expect(
            sent { _ in
                LinkFault(
                    on: [.init(from: Office.near, to: Office.far)],
                    LinkProfile(delay: .delay(.milliseconds(5))))
            } == [1, 2, 6, 7, 3, 8, 4, 9, 5])
    }

    @Test("every packet twice, while it lasts")
    func duplication() {
        #expect(
            sent { _ in
                LinkFault(
                    on: [.init(from: Office.near, to: Office.far)], LinkProfile(duplication: Bernoulli(1)))
            } == [1, 2, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9])
    }

    @Test("what arrives corrupted is found out by its checksum")
    func corruption() {
        #expect(
            sent { _ in
                LinkFault(
                    on: [.init(from: Office.near, to: Office.far)], LinkProfile(corruption: Bernoulli(1)))
            } == [1, 2, 6, 7, 8, 9])
    }

    @Test("held up packets are overtaken")
    func reordering() {
        let held = LinkProfile.Reordering(probability: Bernoulli(1), extra: .milliseconds(20))
        #expect(
            sent { _ in
                LinkFault(on: [.init(from: Office.near, to: Office.far)], LinkProfile(reordering: held))
            } == [1, 2, 6, 7, 8, 9, 3, 4, 5])
    }

    /// 1,000 B take 1 us out of the interface, 1 ms through 8 Mbit/s, 10 ms over the link and 1 us in. Five
    /// leave together; those sent at 200 ms find the link as it was.
    @Test("a narrow link keeps all waiting, or loses what its buffer cannot hold, while it lasts")
    func narrow() {
        func done(_ fault: LinkFault) -> [String]? {
            let office = Office()
            for number in 1...5 {
                for time in [0, 200] as [Int64] {
                    office.pass(
                        number, at: .milliseconds(time), to: office.farWorkers[0], size: .kilobytes(1))
                }
            }
            office.cluster.plan(fault, at: .start, for: .milliseconds(100))
            #expect(office.run() == .reachedEnd)
            return office.done(by: office.farWorkers[0])
        }
        let link: [LinkFault.FaultyLink] = [.init(from: Office.near, to: Office.far)]
        let after = (1...5).map { "\($0) at \(Span.milliseconds(210) + .microseconds(Int64($0) + 1))" }
        #expect(
            done(.bufferbloat(on: link, .megabitsPerSecond(8)))
                == (1...5).map { "\($0) at \(Span.milliseconds(10 + Int64($0)) + .microseconds(2))" } + after)
        // 2 KB are 2 ms: the third would have to wait for 3.
        #expect(
            done(.bandwidth(on: link, .megabitsPerSecond(8), buffer: .kilobytes(2)))
                == ["1 at 11.002ms", "2 at 12.002ms"] + after)
    }

    /// A burst that begins at once and is not over after three packets; one that never begins.
    @Test("bursts of loss, while they last")
    func bursts() {
        let link: [LinkFault.FaultyLink] = [.init(from: Office.near, to: Office.far)]
        #expect(sent { _ in LinkFault.bursts(on: link, beginning: 1, length: 1e9) } == [1, 2, 6, 7, 8, 9])
        #expect(sent { _ in LinkFault.bursts(on: link, beginning: 0, length: 1e9) } == Array(1...9))
    }
}
