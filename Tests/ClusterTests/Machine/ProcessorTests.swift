import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("machine: processor")
struct ProcessorTests {
    /// A moment so many ns into the run.
    private func ns(_ n: UInt64) -> Instant { Instant(nanoseconds: n) }

    /// A processor whose cores all began work of `cost` ns at the start of the run; the work of core n is n.
    private func busy(cores: Int, cost: Int64, queueLimit: Int = 10) -> Processor<Int> {
        var processor = Processor<Int>(cores: cores, queueLimit: queueLimit)
        for core in 0..<cores {
            #expect(processor.arrive(core, at: .start) == .starts(core: core))
            #expect(processor.begin(core, cost: .nanoseconds(cost), at: .start) == ns(UInt64(cost)))
        }
        return processor
    }

    /// As if it had been begun and completed: it is served, has not waited, and a core was busy for no time. A core that has
    /// to do first what it was charged, until 60 ns, does not take it at once; where none is free it waits.
    @Test("work that costs nothing passes at once where a core is ready")
    func passing() {
        var processor = Processor<Int>(cores: 1, queueLimit: 1)
        let ready = processor.readyCore(at: ns(5))
        #expect(ready == 0)
        let passes = processor.serveAtOnce(on: 0, at: ns(5))
        #expect(passes)
        #expect(processor.latestService(on: 0).arrived == ns(5))
        #expect(processor.latestService(on: 0).began == ns(5))
        #expect([processor.waits.count, UInt64(processor.waits.sum)] == [1, 0])
        #expect(processor.reading(at: ns(10)).served == 1)
        #expect(processor.reading(at: ns(10)).coreTime == .zero)
        processor.charge(.nanoseconds(50), at: ns(10))
        let whileCharged = [59, 60].map { processor.serveAtOnce(on: 0, at: ns($0)) }
        #expect(whileCharged == [false, true])
        #expect(processor.arrive(7, at: ns(70)) == .starts(core: 0))
        #expect(processor.begin(0, cost: .nanoseconds(10), at: ns(70)) == ns(80))
        let busy = processor.readyCore(at: ns(75))
        #expect(busy == nil)
        let waits = [8, 9].map { processor.enqueue($0, at: ns(75)) }
        #expect(waits == [true, false])
        processor.checkInvariants()
    }

    /// One core, work of 100 and 30 ns. The second waits from 10 to 100: 90 ns, and ends at 130.
    @Test("what arrives waits for a core, and its cost is asked for when service starts")
    func queueing() {
        var processor = busy(cores: 1, cost: 100)
        #expect(processor.arrive(7, at: ns(10)) == .queued)
        #expect(processor.next(at: ns(10)) == nil)
        #expect(processor.complete(0, at: ns(100)) == 0)
        let start = processor.next(at: ns(100))
        #expect(start?.core == 0)
        #expect(start?.work == 7)
        #expect(processor.begin(0, cost: .nanoseconds(30), at: ns(100)) == ns(130))
        #expect(processor.complete(0, at: ns(130)) == 7)
        #expect(processor.waits.count == 2)
        #expect(processor.waits.sum == 90)
        processor.checkInvariants()
    }

    @Test("a full queue rejects, and what it rejects takes no place")
    func rejection() {
        var processor = busy(cores: 1, cost: 100, queueLimit: 2)
        #expect(processor.arrive(1, at: ns(1)) == .queued)
        #expect(processor.arrive(2, at: ns(2)) == .queued)
        #expect(processor.arrive(3, at: ns(3)) == .rejected)
        #expect(processor.complete(0, at: ns(100)) == 0)
        #expect(processor.next(at: ns(100))?.work == 1)
        #expect(processor.arrive(4, at: ns(100)) == .queued)
        #expect(processor.reading(at: ns(100)).rejected == 1)
    }

    /// What arrives between a completion and the look into the queue is later than what waits there.
    @Test("a core that has just become free does not let anybody past the queue")
    func fairness() {
        var processor = busy(cores: 1, cost: 100)
        #expect(processor.arrive(1, at: ns(1)) == .queued)
        #expect(processor.complete(0, at: ns(100)) == 0)
        #expect(processor.arrive(2, at: ns(100)) == .queued)
        #expect(processor.next(at: ns(100))?.work == 1)
    }

    /// 1,000 ns at speed 2.5 take 400; 1,001 take 400.4, hence 401. Slowed by 2.5, they take what they cost.
    @Test("a fast machine takes less time, rounded up to a whole nanosecond")
    func speed() {
        var processor = Processor<Int>(cores: 2, speed: Factor(rounding: 2.5), queueLimit: 0)
        #expect(processor.arrive(1, at: .start) == .starts(core: 0))
        #expect(processor.begin(0, cost: .nanoseconds(1_000), at: .start) == ns(400))
        #expect(processor.arrive(2, at: .start) == .starts(core: 1))
        #expect(processor.begin(1, cost: .nanoseconds(1_001), at: .start) == ns(401))
        #expect(processor.complete(0, at: ns(400)) == 1)
        #expect(processor.complete(1, at: ns(401)) == 2)
        #expect(processor.slow(by: Factor(rounding: 2.5), id: 0, at: ns(500)) == [])
        #expect(processor.arrive(3, at: ns(500)) == .starts(core: 0))
        #expect(processor.begin(0, cost: .nanoseconds(1_001), at: ns(500)) == ns(1_501))
    }

    /// 5·10¹³ ns, 14 hours, times 10⁶ millionths is more than 64 bits hold. 5·10¹³ · 3 / 1 = 1.5·10¹⁴.
    @Test("the longest work is computed as exactly as short work")
    func longWork() {
        var processor = Processor<Int>(cores: 1, queueLimit: 0)
        #expect(processor.slow(by: Factor(millionths: 3_000_001), id: 0, at: .start) == [])
        #expect(processor.arrive(1, at: .start) == .starts(core: 0))
        #expect(
            processor.begin(0, cost: .nanoseconds(50_000_000_000_000), at: .start) == ns(150_000_050_000_000))
    }

    // MARK: Slowdown

    /// 100 ns of work; at 50, half is left and takes 100 from then on: 150.
    @Test("slow by two, half-way: the other half takes twice as long")
    func slowHalfWay() {
        var processor = busy(cores: 1, cost: 100)
        #expect(processor.slow(by: .times(2), id: 1, at: ns(50)) == [.init(core: 0, completion: ns(150))])
        #expect(processor.complete(0, at: ns(150)) == 0)
        #expect(processor.arrive(1, at: ns(150)) == .starts(core: 0))
        #expect(processor.begin(0, cost: .nanoseconds(100), at: ns(150)) == ns(350))
    }

    /// 100 ns of work. By 10, 10 are done. Slow by 2 until 30: 10 more, 20. By 2 and 3 until 90: 60 / 6 = 10
    /// more, 30. By 3 until 120: 30 / 3 = 10 more, 40. At full speed the last 60 end at 180. What the pace
    /// was at each change says when it would have ended: 10 + 90 · 2 = 190, 30 + 80 · 6 = 510, 90 + 70 · 3 =
    /// 300.
    @Test("slowdowns that overlap multiply, and each is taken off alone")
    func overlappingSlowdowns() {
        var processor = busy(cores: 1, cost: 100)
        #expect(processor.slow(by: .times(2), id: 1, at: ns(10)) == [.init(core: 0, completion: ns(190))])
        #expect(processor.slow(by: .times(3), id: 2, at: ns(30)) == [.init(core: 0, completion: ns(510))])
        #expect(processor.restore(id: 1, at: ns(90)) == [.init(core: 0, completion: ns(300))])
        #expect(processor.restore(id: 2, at: ns(120)) == [.init(core: 0, completion: ns(180))])
    }

    /// Slowed by three, 100 ns of work take 300. Interrupted every ns by another slowdown that comes and goes
    /// at once, each ns does a third of a ns, and loses at most 2⁻¹⁶ of one to rounding: 600 times that is
    /// nothing beside the ns to which the end is rounded up.
    @Test("work that is interrupted six hundred times does not lose a nanosecond each time")
    func noDrift() {
        var processor = busy(cores: 1, cost: 100)
        var end = processor.slow(by: .times(3), id: 0, at: .start)
        #expect(end == [.init(core: 0, completion: ns(300))])
        for t in 1..<300 as Range<UInt64> {
            _ = processor.slow(by: .times(7), id: 1, at: ns(t))
            end = processor.restore(id: 1, at: ns(t))
        }
        #expect(end == [.init(core: 0, completion: ns(301))])
    }

    @Test("a slowdown by one changes nothing, not even the rounding")
    func slowByOne() {
        var processor = Processor<Int>(cores: 1, speed: .times(3), queueLimit: 0)
        #expect(processor.arrive(1, at: .start) == .starts(core: 0))
        #expect(processor.begin(0, cost: .nanoseconds(100), at: .start) == ns(34))
        for t in 0..<34 as Range<UInt64> {
            #expect(processor.slow(by: .one, id: 5, at: ns(t)) == [])
            #expect(processor.restore(id: 5, at: ns(t)) == [])
        }
        #expect(processor.complete(0, at: ns(34)) == 1)
    }

    // MARK: Pause

    /// Four cores with 100 ns each; two of them stand still from 40 to 75, so they end at 100 + 35 = 135.
    @Test("a pause on two of four busy cores: two go on, two end as much later as it lasted")
    func pauseTwoOfFour() {
        var processor = busy(cores: 4, cost: 100)
        #expect(
            processor.pause(cores: 2, at: ns(40))
                == [.init(core: 0, completion: nil), .init(core: 1, completion: nil)])
        #expect(processor.arrive(9, at: ns(50)) == .queued)
        #expect(
            processor.resume(cores: 2, at: ns(75))
                == [.init(core: 0, completion: ns(135)), .init(core: 1, completion: ns(135))])
        #expect(processor.next(at: ns(75)) == nil)
        #expect(processor.complete(2, at: ns(100)) == 2)
        #expect(processor.next(at: ns(100))?.core == 2)
        #expect(processor.begin(2, cost: .nanoseconds(1), at: ns(100)) == ns(101))
        #expect(processor.complete(3, at: ns(100)) == 3)
        #expect(processor.complete(2, at: ns(101)) == 9)
        #expect(processor.complete(0, at: ns(135)) == 0)
        #expect(processor.complete(1, at: ns(135)) == 1)
        // 2 · 100 + 2 · 100 + 1 ns of work, in four cores for 200 ns.
        let utilisation = processor.reading(at: ns(200)).utilisation(
            since: busy(cores: 4, cost: 1).reading(at: .start))
        #expect(utilisation == 401.0 / 800.0)
    }

    /// All of one core from 20 to 60, and again from 30 to 90: it stands still from 20 to 90, and ends at 100
    /// + 70.
    @Test("pauses nest: a core goes on when the last of them is over")
    func nestedPauses() {
        var processor = busy(cores: 1, cost: 100)
        #expect(processor.pause(cores: 1, at: ns(20)) == [.init(core: 0, completion: nil)])
        #expect(processor.pause(cores: 1, at: ns(30)) == [])
        #expect(processor.resume(cores: 1, at: ns(60)) == [])
        #expect(processor.resume(cores: 1, at: ns(90)) == [.init(core: 0, completion: ns(170))])
    }

    /// 100 ns of work, stopped at 50, slowed by 4 meanwhile: 50 · 4 = 200 from 80 on.
    @Test("a slowdown that begins during a pause counts from its end")
    func slowWhilePaused() {
        var processor = busy(cores: 1, cost: 100)
        #expect(processor.pause(cores: 1, at: ns(50)) == [.init(core: 0, completion: nil)])
        #expect(processor.slow(by: .times(4), id: 0, at: ns(60)) == [])
        #expect(processor.resume(cores: 1, at: ns(80)) == [.init(core: 0, completion: ns(280))])
    }

    @Test("a machine that stands still takes work into its queue, and starts it when it goes on")
    func pausedWhileIdle() {
        var processor = Processor<Int>(cores: 2, queueLimit: 5)
        #expect(processor.pause(cores: 2, at: .start) == [])
        #expect(processor.arrive(1, at: ns(1)) == .queued)
        #expect(processor.next(at: ns(1)) == nil)
        #expect(processor.resume(cores: 2, at: ns(10)) == [])
        #expect(processor.next(at: ns(10))?.work == 1)
        #expect(processor.waits.sum == 9)
    }

    // MARK: Crash

    /// 100 ns of work.
    @Test("a crash one nanosecond before the end means that nothing happened; one after it changes nothing")
    func crash() {
        var before = busy(cores: 1, cost: 100)
        #expect(before.arrive(1, at: ns(5)) == .queued)
        #expect(before.arrive(2, at: ns(6)) == .queued)
        let lost = before.crash(at: ns(99))
        #expect(lost.inService == [0])
        #expect(lost.queued == [1, 2])
        #expect(before.reading(at: ns(99)).served == 0)
        #expect(before.reading(at: ns(99)).dropped == 3)
        before.checkInvariants()
        #expect(before.arrive(3, at: ns(200)) == .starts(core: 0))

        var after = busy(cores: 1, cost: 100)
        #expect(after.complete(0, at: ns(100)) == 0)
        #expect(after.crash(at: ns(101)).inService == [])
        #expect(after.reading(at: ns(101)).served == 1)
        #expect(after.reading(at: ns(101)).dropped == 0)
    }

    @Test("pause and slowdown outlive a crash, as they belong to the machine")
    func crashWhilePaused() {
        var processor = busy(cores: 2, cost: 100)
        _ = processor.pause(cores: 1, at: ns(10))
        _ = processor.slow(by: .times(2), id: 3, at: ns(10))
        #expect(processor.crash(at: ns(20)).inService == [0, 1])
        processor.checkInvariants()
        #expect(processor.arrive(5, at: ns(30)) == .starts(core: 1))
        #expect(processor.begin(1, cost: .nanoseconds(10), at: ns(30)) == ns(50))
        #expect(processor.resume(cores: 1, at: ns(40)) == [])
    }

    // MARK: Meters

    /// One core; work of 100 at 0, then three more from 20, 40 and 70 on. Waiting in the window 50 … 100: two
    /// until 70, three until 100, so (2 · 20 + 3 · 30) / 50 = 2.6; the core works all the time.
    @Test("utilisation and mean queue length are exact over any window")
    func meters() {
        var processor = busy(cores: 1, cost: 100)
        for (work, time) in [(1, 20), (2, 40)] as [(Int, UInt64)] {
            #expect(processor.arrive(work, at: ns(time)) == .queued)
        }
        let early = processor.reading(at: ns(50))
        #expect(processor.arrive(3, at: ns(70)) == .queued)
        let late = processor.reading(at: ns(100))
        #expect(late.meanQueueLength(since: early) == 2.6)
        #expect(late.utilisation(since: early) == 1)
        #expect(late.longestQueue == 3)
    }

    @Test("a completion at another instant than was said is refused")
    func wrongInstant() async {
        await #expect(processExitsWith: .failure) {
            var processor = Processor<Int>(cores: 1, queueLimit: 0)
            _ = processor.arrive(1, at: .start)
            _ = processor.begin(0, cost: .nanoseconds(100), at: .start)
            _ = processor.slow(by: .times(2), id: 0, at: Instant(nanoseconds: 50))
            _ = processor.complete(0, at: Instant(nanoseconds: 100))
        }
    }
}
