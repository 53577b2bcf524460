import Chat
import Cluster
import Simulation
import Testing
import Vocabulary

/// From some moment on nobody gets through, and whoever tries is told at once. The pauses are worked out from
/// the draws that the app of user 0 has for them.
@Suite("app: connecting again")
struct ConnectingTests {
    /// Pause `number` of user 0, of up to so many seconds.
    private static func pause(_ number: UInt64, upTo longest: Double) -> Span {
        var stream = Streams(seed: 1, purpose: Purpose("app reconnects")).stream(of: 0, drawn: number)
        return Span(roundingNanoseconds: stream.unit() * longest * 1e9)
    }

    /// Pauses of up to so many seconds each lead to an attempt, and there are no others until `end`.
    private static func expectAttempts(
        _ run: StubHostRun, from start: Span, longestPauses: [Double], firstPause: UInt64 = 0,
        until end: Span,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var time = Instant.at(start)
        for (number, longest) in longestPauses.enumerated() {
            time = time + Self.pause(firstPause + UInt64(number), upTo: longest)
            let before = run.play(until: time - .nanoseconds(1)).attempts
            let after = run.play(until: time + .nanoseconds(1)).attempts
            #expect(after == before + 1, "attempt after pause \(number)", sourceLocation: sourceLocation)
        }
        let last = run.attempts
        #expect(
            run.play(until: .at(end)).attempts == last, "further attempts", sourceLocation: sourceLocation)
    }

    /// The line ends at 1 s. Pauses of up to 1, 2, 4 s, then of the cap, 5 s, and five attempts in all.
    @Test("the pause before each attempt doubles up to the cap; after the last one there is no other")
    func backsOff() {
        let run = StubHostRun(script: []) {
            $0.reconnect = Tries(limit: 5, base: .seconds(1), cap: .seconds(5))
        }
        run.closeUp(at: .seconds(1))
        Self.expectAttempts(run, from: .seconds(1), longestPauses: [1, 2, 4, 5, 5], until: .minutes(9))
        #expect(run.attempts == 5)
    }

    /// Two attempts come to nothing before 5 s. The letter of 20 s leads to one at once and, after a pause of
    /// up to 2 s, to one more. From 30 s on there is a way: the letter of 40 s opens it, and both arrive.
    @Test("what its owner taps has it try anew")
    func tapped() {
        let run = StubHostRun(script: [.seconds(20), .seconds(40)].map { StubHostRun.letter(at: $0) }) {
            $0.reconnect = Tries(limit: 2, base: .seconds(1), cap: .minutes(1))
        }
        run.closeUp(at: .seconds(1), for: .seconds(29))
        Self.expectAttempts(run, from: .seconds(1), longestPauses: [1, 2], until: .seconds(19))
        #expect(run.play(until: .at(.seconds(20)) + .nanoseconds(1)).attempts == 3)
        Self.expectAttempts(
            run, from: .seconds(20), longestPauses: [2], firstPause: 2, until: .seconds(39))
        #expect(run.attempts == 4)
        #expect(run.arrivals() == [])
        run.play(until: .at(.seconds(41)))
        #expect(run.attempts == 5)
        #expect(run.arrivals().count == 1)
        #expect(run.arrivals(of: 1).count == 1)
    }

    /// The first attempt of an app that is opened comes at once, so the pause that follows is the second.
    @Test("so does opening the app")
    func opened() {
        let run = StubHostRun(
            script: [
                ScriptedAct(at: .seconds(20), user: User(0), .goOffline),
                ScriptedAct(at: .seconds(21), user: User(0), .goOnline),
            ]
        ) { $0.reconnect = Tries(limit: 2, base: .seconds(1), cap: .minutes(1)) }
        run.closeUp(at: .seconds(1))
        Self.expectAttempts(run, from: .seconds(1), longestPauses: [1, 2], until: .seconds(20))
        #expect(run.play(until: .at(.seconds(21)) + .nanoseconds(1)).attempts == 3)
        Self.expectAttempts(run, from: .seconds(21), longestPauses: [2], firstPause: 2, until: .minutes(9))
        #expect(run.attempts == 4)
    }

    @Test("so does a network that is there again, after a pause: many come back at once")
    func regained() {
        let run = StubHostRun(script: []) {
            $0.reconnect = Tries(limit: 2, base: .seconds(1), cap: .minutes(1))
        }
        run.closeUp(at: .seconds(1))
        run.cluster.plan(
            Disconnection(of: [run.phones[0]], town: run.town), at: .at(.seconds(20)), for: .seconds(10))
        Self.expectAttempts(run, from: .seconds(1), longestPauses: [1, 2], until: .seconds(30))
        Self.expectAttempts(
            run, from: .seconds(30), longestPauses: [1, 2], firstPause: 2, until: .minutes(9))
        #expect(run.attempts == 4)
    }

    /// Lines end at 1, 3, 6, 19 and 28 s. The one that opens after 1 s stands for two seconds at most, the next one for three;
    /// that of 6 s comes back within 4 s and a handshake, and stands for more than 5 s. So does that of 19 s, for less than
    /// the 10 s of an answer.
    @Test("a line that ends soon was no success: pauses go on doubling until one has stood")
    func endsSoon() {
        let run = StubHostRun(script: [])
        for time: Int64 in [1, 3, 6, 19, 28] {
            run.cluster.plan(LineReset(DeviceSet()), at: .at(.seconds(time)), for: nil)
        }
        Self.expectAttempts(run, from: .seconds(1), longestPauses: [1], until: .milliseconds(2_999))
        Self.expectAttempts(
            run, from: .seconds(3), longestPauses: [2], firstPause: 1, until: .milliseconds(5_999))
        Self.expectAttempts(
            run, from: .seconds(6), longestPauses: [4], firstPause: 2, until: .milliseconds(18_999))
        Self.expectAttempts(
            run, from: .seconds(19), longestPauses: [1], firstPause: 3, until: .milliseconds(27_999))
        Self.expectAttempts(run, from: .seconds(28), longestPauses: [1], firstPause: 4, until: .minutes(9))
    }

    /// The line that opens after 1 s ends at 3 s, as above, but a letter was accepted on it.
    @Test("a line on which something was answered was a success, however short")
    func answered() {
        let run = StubHostRun(script: [StubHostRun.letter(at: .milliseconds(2_500))], acceptsFrom: 1)
        for time: Int64 in [1, 3] {
            run.cluster.plan(LineReset(DeviceSet()), at: .at(.seconds(time)), for: nil)
        }
        Self.expectAttempts(run, from: .seconds(1), longestPauses: [1], until: .milliseconds(2_999))
        #expect(run.ledger.counts.accepted == 1)
        Self.expectAttempts(run, from: .seconds(3), longestPauses: [1], firstPause: 1, until: .minutes(9))
    }
}
