import Experiments
import Results
import Testing
import Vocabulary

/// A run beside the same seed without its faults, letter by letter.
@Suite("experiments: a control run")
struct ControlTests {
    /// User 0 writes to user 1 at four moments, over links that lose nothing and always take 10 ms.
    private static func town(_ fault: String) -> String {
        """
        hubbub: 1
        name: pair
        design: single-server
        seed: 11
        duration: 20s
        drain: 20s
        users: { count: 2, access: { wifi: 100% } }
        topology:
          links: { "client <-> server": { delay: 10ms, loss: 0% } }
        script:
          - { at: 1s, user: 0, send: user 1 }
          - { at: 5s, user: 0, send: user 1 }
          - { at: 6s, user: 0, send: user 1 }
          - { at: 12s, user: 0, send: user 1 }
        faults:
        \(fault)
        """
    }

    private static func compared(_ fault: String) throws -> (result: RunResult, control: ControlRecord) {
        var with = try play(town(fault))
        with.keeping = .touched
        let outcome = with.run()
        var without = try play(town("  []"))
        without.keeping = .these(outcome.deliveries)
        return (outcome.result, outcome.compared(with: without.run()))
    }

    /// Two of the four letters are tapped while each way takes 200 ms more: 400 ms later each, to the
    /// nanosecond, since nothing else is drawn.
    @Test("says how much later the letters came that a fault met, and only these")
    func later() throws {
        let (result, control) = try Self.compared(
            "  - { name: mud, at: 4s, for: 3s, delay: { between: client, and: server, add: 200ms } }")
        #expect(result.faults.map(\.lettersTouched) == [2])
        let excess = try #require(control.excess.first)
        #expect(control.excess.count == 1)
        #expect((excess.fault, excess.from) == ("mud", .at(.seconds(4))))
        #expect((excess.compared, excess.neverCame, excess.laterThanASecond) == (2, 0, 0))
        let late = Span.milliseconds(400)
        #expect([excess.mean, excess.p50, excess.p99, excess.max] == [late, late, late, late])
        #expect(result.compared(with: control).faults.map(\.excess) == [late])
    }

    /// The first is under way when the pause begins, 15 ms after its tap: it waits for all of the 2 s but the
    /// rest of what it would have taken anyway.
    @Test("a letter that was tapped before the fault is met by it too")
    func underWay() throws {
        let (result, control) = try Self.compared(
            "  - { name: nap, at: 1005ms, for: 2s, pause: { target: server } }")
        #expect(result.faults.map(\.lettersTouched) == [1])
        let excess = try #require(control.excess.first)
        let mean = try #require(excess.mean)
        #expect((excess.compared, excess.laterThanASecond) == (1, 1))
        // It arrives at 1,010 ms and a little, and the server works again from 3,005 ms on.
        #expect(mean > .milliseconds(1_990))
        #expect(mean < .milliseconds(1_995))
    }

    /// Cut off for good from 11 s on: the last letter never comes, and without the cut it does.
    @Test("letters that came in the control run only are counted, not averaged")
    func never() throws {
        let (result, control) = try Self.compared(
            "  - { name: cut, at: 11s, partition: { between: client, and: server } }")
        #expect(result.faults.map(\.lettersTouched) == [1])
        let excess = try #require(control.excess.first)
        #expect((excess.compared, excess.neverCame) == (0, 1))
        #expect(excess.mean == nil)
    }

    /// The server forgets all lines at 4 s, when nothing is under way, and user 1 finds out by a ping at 19 s: the letters
    /// of 5 s, 6 s and 12 s wait for that. From 5.5 s on another fault is on, and those behind it are no more of the first.
    @Test("what a fault leaves behind is counted after its end, up to the next fault")
    func aftermath() throws {
        let fault = "  - { name: deaf, at: 4s, half-open: { between: server, and: client } }"
        let excess = try #require(try Self.compared(fault).control.excess.first)
        #expect((excess.compared, excess.neverCame) == (0, 0))
        #expect((excess.laterAfter, excess.neverCameAfter) == (3, 0))
        #expect(try #require(excess.meanAfter) > .seconds(11))
        #expect(excess.lastAfter == .seconds(8))
        let next = "- { name: mud, at: 5500ms, for: 1s, delay: { between: client, and: server, add: 1ms } }"
        let both = try Self.compared("\(fault)\n  \(next)").control.excess
        #expect(both.map(\.laterAfter) == [1, 1])
        #expect(both.map(\.lastAfter) == [.seconds(1), .milliseconds(5_500)])
    }

    @Test("what is kept changes nothing of the result")
    func same() throws {
        let fault = "  - { name: mud, at: 4s, for: 3s, delay: { between: client, and: server, add: 200ms } }"
        var kept = try play(Self.town(fault))
        kept.keeping = .touched
        #expect(
            ResultFile.text(of: kept.run().result) == ResultFile.text(of: try played(Self.town(fault)).result)
        )
    }
}
