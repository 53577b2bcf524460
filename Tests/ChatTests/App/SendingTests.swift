import Chat
import Cluster
import Simulation
import Testing
import Vocabulary

/// User 0 writes to user 1 at 1 s. The pauses are worked out from the draws that the app has for them.
@Suite("app: letters without an answer")
struct SendingTests {
    /// Draw `number` for a letter of user 0, in 0 ..< 1.
    private static func draw(_ number: UInt64, letter: UInt64 = 0) -> Double {
        var stream = Streams(seed: 1, purpose: Purpose("app retries"))
            .stream(of: 0, drawn: letter << 20 + number)
        return stream.unit()
    }

    /// Attempts to send from `start` on: each a timeout of 10 s after the one before it, and a pause of up to
    /// so many seconds.
    private static func tries(
        from start: Span, letter: UInt64 = 0, longestPauses: [Double]
    ) -> [Instant] {
        longestPauses.enumerated().reduce(into: [Instant.at(start)]) { tries, pause in
            let drawn = draw(UInt64(pause.offset), letter: letter) * pause.element * 1e9
            tries.append(tries.last! + .seconds(10) + Span(roundingNanoseconds: drawn))
        }
    }

    /// Pauses of up to 1, 2 and 4 s, then of the cap, 5 s: 8 and 16 would be more. The last attempt has its
    /// timeout, and no pause.
    @Test(
        "S1-7 a letter is sent again after the timeout and a pause that doubles up to the cap; then it is given up"
    )
    func backsOff() {
        let run = StubHostRun { $0.retry = Tries(limit: 6, base: .seconds(1), cap: .seconds(5)) }
        let tries = Self.tries(from: .seconds(1), longestPauses: [1, 2, 4, 5, 5])
        let end = tries.last! + .seconds(10)
        run.play(until: end - .nanoseconds(1))
        #expect(run.ledger.counts.givenUp == 0)
        run.play(until: end + .nanoseconds(1))
        #expect(run.ledger.counts.givenUp == 1)
        #expect(run.accepts == [])  // samples come in batches
        run.play()
        run.ledger.finish(at: .at(.minutes(9)))
        #expect(run.arrivals() == tries.map { $0 + StubHostRun.way })
        #expect(run.accepts == ["@1s never"])
        #expect(run.ledger.counts.acceptedInTime == 0)
        #expect(run.ledger.counts.judged == 1)
    }

    /// The host is silent until it is asked twice; its sender closes the app half a second after the tap, for 18.5 s, or has
    /// no network meanwhile.
    @Test(
        "while the sender is away, a letter that had not got through is on the sender's phone",
        arguments: [true, false])
    func away(byClosing: Bool) throws {
        let script = [
            StubHostRun.letter(at: .seconds(1)),
            ScriptedAct(at: .milliseconds(1_500), user: User(0), .goOffline),
            ScriptedAct(at: .seconds(20), user: User(0), .goOnline),
        ]
        let run = StubHostRun(script: byClosing ? script : Array(script.prefix(1)), acceptsFrom: 2)
        if !byClosing {
            run.cluster.plan(
                Disconnection(of: [run.phones[0]], town: run.town), at: .at(.milliseconds(1_500)),
                for: .milliseconds(18_500))
        }
        let watch = run.ledger.watch(LetterID(of: User(0), 0))
        run.play(until: .at(.seconds(60)))
        let begun = watch.entries.filter { $0.what.hasSuffix("begins") }
        #expect(begun.map(\.what) == ["way in begins", "sender's app begins", "way in begins"])
        #expect(begun.prefix(2).map(\.time) == [.at(.seconds(1)), .at(.milliseconds(1_500))])
        let back = try #require(begun.last).time
        #expect(back > .at(.seconds(20)))
        // Where the network was gone, there is a pause before the app connects again.
        #expect(back < .at(.seconds(30)))
    }

    @Test("with one attempt it is sent once, and given up after the timeout")
    func once() {
        let run = StubHostRun {
            $0.retry.limit = 1; $0.answerWithin = .seconds(3)
        }
        run.play(until: .at(.seconds(4)) - .nanoseconds(1))
        #expect(run.ledger.counts.givenUp == 0)
        run.play(until: .at(.seconds(4)) + .nanoseconds(1))
        #expect(run.ledger.counts.givenUp == 1)
        #expect(run.play().arrivals() == [.at(.seconds(1)) + StubHostRun.way])
    }

    @Test("S1-7 attempts stop at the first answer")
    func firstAnswer() {
        let run = StubHostRun(acceptsFrom: 3) {
            $0.retry = Tries(limit: 8, base: .seconds(1), cap: .minutes(1))
        }
        run.play()
        #expect(
            run.arrivals()
                == Self.tries(from: .seconds(1), longestPauses: [1, 2]).map { $0 + StubHostRun.way })
        #expect(run.ledger.counts.accepted == 1)
        #expect(run.ledger.counts.givenUp == 0)
    }

    /// The wall is 3 s away, and the app waits for 1 s.
    @Test("an answer that comes when the letter was given up changes nothing")
    func lateAnswer() {
        let run = StubHostRun(delay: .seconds(3), acceptsFrom: 1) {
            $0.retry.limit = 1; $0.answerWithin = .seconds(1)
        }
        run.play()
        #expect(run.arrivals().count == 1)
        #expect(run.ledger.counts.givenUp == 1)
        #expect(run.ledger.counts.accepted == 0)
    }

    /// Two attempts go different ways, and the one that comes to a busy service tells nothing about the other.
    @Test("X-4 a letter that was accepted stays so, whatever is said of another attempt")
    func staysAccepted() {
        let run = StubHostRun(acceptsFrom: 1, takesBack: true)
        run.play()
        #expect(run.ledger.counts.accepted == 1)
        #expect(run.ledger.counts.refusedInTrouble == 0)
        #expect(run.ledger.counts.lost == 0)
    }

    @Test("the pauses of a letter are its own: they do not move with what else is sent")
    func ownDraws() {
        let alone = StubHostRun { $0.retry.limit = 4 }.play()
        let beside = StubHostRun(
            script: [.seconds(1), .seconds(2), .seconds(7)].map { StubHostRun.letter(at: $0) }
        ) {
            $0.retry.limit = 4
        }.play()
        #expect(beside.arrivals() == alone.arrivals())
        #expect(
            beside.arrivals(of: 2)
                == Self.tries(from: .seconds(7), letter: 2, longestPauses: [1, 2, 4]).map {
                    $0 + StubHostRun.way
                })
    }

    /// The line ends at 5 s; within 1 s and a handshake there is another one. Of two attempts that is the
    /// second; its timeout ends before 17 s.
    @Test("a letter sent on a new line has used an attempt")
    func newLine() {
        let run = StubHostRun { $0.retry.limit = 2 }
        run.cluster.plan(LineReset(DeviceSet()), at: .at(.seconds(5)), for: nil)
        run.play(until: .at(.seconds(8)))
        #expect(run.arrivals().count == 2)
        run.play(until: .at(.seconds(14)))
        #expect(run.ledger.counts.givenUp == 0)
        run.play(until: .at(.seconds(17)))
        #expect(run.ledger.counts.givenUp == 1)
        #expect(run.play().arrivals().count == 2)
    }

    /// The line ends at 1.5 s with the only attempt used, and another one comes before the timeout is over.
    @Test("a letter that has used its attempts is not sent on a new line")
    func usedUp() {
        let run = StubHostRun { $0.retry.limit = 1 }
        run.cluster.plan(LineReset(DeviceSet()), at: .at(.milliseconds(1_500)), for: nil)
        run.play()
        #expect(run.attempts == 1)
        #expect(run.arrivals().count == 1)
        #expect(run.ledger.counts.givenUp == 1)
    }

    @Test("a letter that waits for a line uses no attempt, however long that takes")
    func waits() {
        let run = StubHostRun { $0.retry.limit = 1 }
        run.closeUp(at: .milliseconds(500), for: .minutes(3))
        run.play(until: .at(.minutes(3)))
        #expect(run.ledger.counts.givenUp == 0)
        run.play()
        #expect(run.arrivals().count == 1)
        #expect(run.ledger.counts.givenUp == 1)
    }
}
