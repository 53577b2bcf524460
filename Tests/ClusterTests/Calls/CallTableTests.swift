import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("calls: table of open calls")
struct CallTableTests {
    private func ms(_ n: Int64) -> Instant { .at(.milliseconds(n)) }

    @Test("a reply finds the step that its call was made in")
    func reply() {
        var table = CallTable<String>(deadline: .seconds(1))
        let (id, armAt) = table.open("locate", attempt: 2, at: ms(3))
        #expect(armAt == ms(1_003))
        let call = table.close(id)
        #expect(call?.then == "locate")
        #expect(call?.attempt == 2)
        table.checkInvariants()
    }

    /// Two new slots, and then that of the first call once more.
    @Test("what the next call will be known by is known before it is made")
    func next() {
        var table = CallTable<Int>(deadline: .milliseconds(10))
        var foreseen = [table.next]
        let first = table.open(1, at: ms(0)).id
        foreseen.append(table.next)
        let second = table.open(2, at: ms(1)).id
        _ = table.close(first)
        foreseen.append(table.next)
        let third = table.open(3, at: ms(2)).id
        #expect(foreseen == [first, second, third])
        #expect(third.slot == first.slot)
    }

    /// The second call takes the slot of the first: the reply to the first must not end it.
    @Test("a reply after the deadline is late, and is not taken for the reply to a later call")
    func late() {
        var table = CallTable<Int>(deadline: .milliseconds(10))
        let first = table.open(1, at: ms(0)).id
        #expect(table.expire(at: ms(10))?.then == 1)
        let second = table.open(2, at: ms(11)).id
        #expect(second.slot == first.slot)
        #expect(table.close(first) == nil)
        #expect(table.openCount == 1)
        #expect(table.close(second)?.then == 2)
        #expect(table.close(second) == nil)
    }

    /// The timer is armed for the first call; the second waits for it to be armed anew.
    @Test("one timer serves the deadlines of all calls")
    func oneTimer() {
        var table = CallTable<Int>(deadline: .milliseconds(10))
        #expect(table.open(1, at: ms(1)).armAt == ms(11))
        #expect(table.open(2, at: ms(2)).armAt == nil)
        #expect(table.expire(at: ms(11))?.then == 1)
        #expect(table.expire(at: ms(11)) == nil)
        #expect(table.rearm() == ms(12))
        #expect(table.expire(at: ms(12))?.then == 2)
        #expect(table.rearm() == nil)
    }

    /// Calls in a random trial, and how often each has ended.
    private struct Trial {
        var table = CallTable<Int>(deadline: .nanoseconds(300))
        var ids: [CallID] = []
        var outcomes: [Int] = []
        var (closed, late, timedOut) = (0, 0, 0)
        var armed: Instant?
        var now = Instant.start

        mutating func open() {
            let (id, armAt) = table.open(ids.count, at: now)
            ids.append(id)
            outcomes.append(0)
            armed = armed ?? armAt
        }

        mutating func close(_ id: CallID) {
            guard let call = table.close(id) else { return late += 1 }
            outcomes[call.then] += 1
            closed += 1
        }

        mutating func advance(by span: Span) {
            now = now + span
            while let time = armed, time <= now {
                while let call = table.expire(at: time) {
                    outcomes[call.then] += 1
                    timedOut += 1
                }
                armed = table.rearm()
            }
        }
    }

    @Test(
        "every call has exactly one outcome, whatever comes how often",
        arguments: 1...4 as ClosedRange<UInt64>)
    func exactlyOnce(seed: UInt64) {
        var stream = Streams(seed: seed, purpose: Purpose("call test")).stream(of: 0)
        var trial = Trial()
        for _ in 0..<20_000 {
            let recent = trial.ids.isEmpty ? nil : trial.ids[max(0, trial.ids.count - 1 - stream.below(30))]
            switch stream.below(10) {
            case 0...3: trial.open()
            case 4...6: if let recent { trial.close(recent) }
            default: trial.advance(by: .nanoseconds(Int64(stream.below(100))))
            }
        }
        trial.table.checkInvariants()
        trial.advance(by: .nanoseconds(300))
        #expect(trial.outcomes.allSatisfy { $0 == 1 })
        for each in [trial.closed, trial.late, trial.timedOut] { #expect(each > 50) }
        #expect(trial.table.openCount == 0)
        trial.table.checkInvariants()
    }
}
