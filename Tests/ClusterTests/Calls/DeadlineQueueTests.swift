import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("calls: deadlines")
struct DeadlineQueueTests {
    private func ms(_ n: Int64) -> Instant { .at(.milliseconds(n)) }

    /// Deadlines of 100 ms, added at 0, 10 and 20 ms. The first is met at 50; the timer fires at 100 all the
    /// same, finds nothing, and is armed for 110.
    @Test("many deadlines need one timer")
    func oneTimer() {
        var queue = DeadlineQueue<Int>(length: .milliseconds(100))
        let first = queue.add(1, at: ms(0))
        #expect(first.armAt == ms(100))
        #expect(queue.add(2, at: ms(10)).armAt == nil)
        #expect(queue.add(3, at: ms(20)).armAt == nil)
        queue.remove(first.entry)
        #expect(queue.expire(at: ms(100)) == nil)
        #expect(queue.rearm() == ms(110))
        #expect(queue.expire(at: ms(110)) == 2)
        #expect(queue.expire(at: ms(110)) == nil)
        #expect(queue.rearm() == ms(120))
        #expect(queue.expire(at: ms(120)) == 3)
        #expect(queue.rearm() == nil)
        #expect(queue.add(4, at: ms(500)).armAt == ms(600))
        queue.checkInvariants()
    }

    @Test("deadlines of one instant expire in the order in which they were added")
    func ties() {
        var queue = DeadlineQueue<Int>(length: .milliseconds(1))
        for token in 0..<100 { _ = queue.add(token, at: ms(7)) }
        for token in 0..<100 { #expect(queue.expire(at: ms(8)) == token) }
        #expect(queue.expire(at: ms(8)) == nil)
    }

    @Test("a deadline that is over is not removed again")
    func twice() async {
        await #expect(processExitsWith: .failure) {
            var queue = DeadlineQueue<Int>(length: .milliseconds(1))
            let entry = queue.add(1, at: .start).entry
            queue.remove(entry)
            queue.remove(entry)
        }
    }

    /// The timer fires when it was armed for, as the event queue would let it. No deadline may expire at
    /// another instant than its own, nor stay open longer.
    @Test("each deadline is met or expires at its instant, in order", arguments: 1...4 as ClosedRange<UInt64>)
    func random(seed: UInt64) {
        var stream = Streams(seed: seed, purpose: Purpose("deadline test")).stream(of: 0)
        var queue = DeadlineQueue<Int>(length: .nanoseconds(1_000))
        var open: [(token: Int, due: Instant, entry: DeadlineQueue<Int>.Handle)] = []
        var (now, armed, next) = (Instant.start, Instant?.none, 0)
        var expired = 0
        for _ in 0..<20_000 {
            let target = now + .nanoseconds(Int64(stream.below(100)))
            while let time = armed, time <= target {
                while let token = queue.expire(at: time) {
                    #expect(open.first?.token == token)
                    #expect(open.first?.due == time)
                    open.removeFirst()
                    expired += 1
                }
                armed = queue.rearm()
                #expect(armed == open.first?.due)
            }
            now = target
            #expect(open.allSatisfy { $0.due > now })
            if stream.below(5) < 3 {
                let added = queue.add(next, at: now)
                #expect((added.armAt != nil) == (armed == nil))
                armed = armed ?? added.armAt
                open.append((next, now + .nanoseconds(1_000), added.entry))
                next += 1
            } else if !open.isEmpty {
                queue.remove(open.remove(at: stream.below(open.count)).entry)
            }
            #expect(queue.count == open.count)
            queue.checkInvariants()
        }
        #expect(expired > 100)
    }
}
