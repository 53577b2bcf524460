import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("calls: table of open calls")
struct CallTableTests {
    private func ms(_ n: Int64) -> Instant { .at(.milliseconds(n)) }

    @Test("a reply finds the step that its call was made in")
    func reply() {
        var table = CallTable<String>(deadlines: [.seconds(1)])
        let (id, armAt) = table.open("locate", attempt: 2, deadline: 0, at: ms(3))
        #expect(armAt == ms(1_003))
        let call = table.replied(id)
        #expect(call?.then == "locate")
        #expect(call?.attempt == 2)
        #expect(call?.openedAt == ms(3))
        table.checkInvariants()
    }

    /// The second call takes the slot of the first: the reply to the first must not end it.
    @Test("a reply after the deadline is late, and is not taken for the reply to a later call")
    func late() {
        var table = CallTable<Int>(deadlines: [.milliseconds(10)])
        let first = table.open(1, deadline: 0, at: ms(0)).id
        #expect(table.expire(deadline: 0, at: ms(10))?.call.then == 1)
        let second = table.open(2, deadline: 0, at: ms(11)).id
        #expect(second.slot == first.slot)
        #expect(table.replied(first)?.then == nil)
        #expect(table.failed(first, .reset)?.then == nil)
        #expect(table.openCount == 1)
        #expect(table.replied(second)?.then == 2)
        #expect(table.replied(second)?.then == nil)
        #expect(table.outcomes.lateReplies == 2)
        #expect(table.outcomes.lateErrors == 1)
        #expect(table.outcomes.timedOut == 1)
        #expect(table.outcomes.replied == 1)
    }

    /// The longer deadline was set first, and ends last.
    @Test("deadlines of two lengths have a timer each")
    func twoLengths() {
        var table = CallTable<Int>(deadlines: [.milliseconds(50), .milliseconds(10)])
        #expect(table.open(1, deadline: 0, at: ms(0)).armAt == ms(50))
        #expect(table.open(2, deadline: 1, at: ms(1)).armAt == ms(11))
        #expect(table.open(3, deadline: 1, at: ms(2)).armAt == nil)
        #expect(table.expire(deadline: 1, at: ms(11))?.call.then == 2)
        #expect(table.expire(deadline: 1, at: ms(11))?.call.then == nil)
        #expect(table.rearm(deadline: 1) == ms(12))
        #expect(table.expire(deadline: 0, at: ms(50))?.call.then == 1)
        #expect(table.rearm(deadline: 0) == nil)
    }

    @Test("when the caller dies its calls are abandoned, and their replies are late for the next incarnation")
    func abandoned() {
        var table = CallTable<Int>(deadlines: [.milliseconds(10)])
        let id = table.open(1, deadline: 0, at: ms(0)).id
        table.abandonAll()
        table.checkInvariants()
        #expect(table.open(2, deadline: 0, at: ms(5)).armAt == ms(15))
        #expect(table.replied(id)?.then == nil)
        #expect(table.outcomes.abandoned == 1)
        #expect(table.outcomes.ended == 1)
    }

    /// A table in which something is done to random calls, also to those that are over, and in which timers
    /// fire when they were armed for. `outcomes[n]` counts how often call n ended.
    private struct Trial {
        var table = CallTable<Int>(deadlines: [.nanoseconds(300), .nanoseconds(2_000)])
        var ids: [CallID] = []
        var outcomes: [Int] = []
        var armed: [Instant?] = [nil, nil]
        var now = Instant.start

        mutating func open(deadline: Int) {
            let (id, armAt) = table.open(ids.count, deadline: deadline, at: now)
            ids.append(id)
            outcomes.append(0)
            armed[deadline] = armed[deadline] ?? armAt
        }

        mutating func end(_ call: CallTable<Int>.Call?) {
            if let call { outcomes[call.then] += 1 }
        }

        mutating func advance(by span: Span) {
            now = now + span
            for deadline in 0..<2 {
                while let time = armed[deadline], time <= now {
                    while let expired = table.expire(deadline: deadline, at: time) { end(expired.call) }
                    armed[deadline] = table.rearm(deadline: deadline)
                }
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
            case 0...3: trial.open(deadline: stream.below(2))
            case 4...5: if let recent { trial.end(trial.table.replied(recent)) }
            case 6: if let recent { trial.end(trial.table.failed(recent, .reset)) }
            case 7:
                if stream.below(500) == 0 {
                    let open = trial.outcomes.indices.filter { trial.outcomes[$0] == 0 }
                    #expect(open.count == trial.table.openCount)
                    trial.table.abandonAll()
                    for call in open { trial.outcomes[call] += 1 }
                    trial.armed = [nil, nil]
                }
            default: trial.advance(by: .nanoseconds(Int64(stream.below(100))))
            }
        }
        trial.table.checkInvariants()
        trial.advance(by: .nanoseconds(2_000))
        #expect(trial.outcomes.allSatisfy { $0 == 1 })
        let counts = trial.table.outcomes
        #expect(counts.opened == UInt64(trial.ids.count))
        #expect(counts.ended == counts.opened)
        for each in [counts.replied, counts.reset, counts.timedOut, counts.abandoned, counts.lateReplies] {
            #expect(each > 50)
        }
        trial.table.checkInvariants()
    }
}
