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
        let porch = Porch { $0.retry = Tries(limit: 6, base: .seconds(1), cap: .seconds(5)) }
        let tries = Self.tries(from: .seconds(1), longestPauses: [1, 2, 4, 5, 5])
        let end = tries.last! + .seconds(10)
        porch.play(until: end - .nanoseconds(1))
        #expect(porch.ledger.counts.givenUp == 0)
        porch.play(until: end + .nanoseconds(1))
        #expect(porch.ledger.counts.givenUp == 1)
        #expect(porch.accepts == [])  // samples come in batches
        porch.play()
        porch.ledger.finish(at: .at(.minutes(9)))
        #expect(porch.arrivals() == tries.map { $0 + Porch.way })
        #expect(porch.accepts == ["@1s never"])
        #expect(porch.ledger.counts.acceptedInTime == 0)
        #expect(porch.ledger.counts.judged == 1)
    }

    @Test("with one attempt it is sent once, and given up after the timeout")
    func once() {
        let porch = Porch {
            $0.retry.limit = 1; $0.answerWithin = .seconds(3)
        }
        porch.play(until: .at(.seconds(4)) - .nanoseconds(1))
        #expect(porch.ledger.counts.givenUp == 0)
        porch.play(until: .at(.seconds(4)) + .nanoseconds(1))
        #expect(porch.ledger.counts.givenUp == 1)
        #expect(porch.play().arrivals() == [.at(.seconds(1)) + Porch.way])
    }

    @Test("S1-7 attempts stop at the first answer")
    func firstAnswer() {
        let porch = Porch(acceptsFrom: 3) { $0.retry = Tries(limit: 8, base: .seconds(1), cap: .minutes(1)) }
        porch.play()
        #expect(
            porch.arrivals() == Self.tries(from: .seconds(1), longestPauses: [1, 2]).map { $0 + Porch.way })
        #expect(porch.ledger.counts.accepted == 1)
        #expect(porch.ledger.counts.givenUp == 0)
    }

    /// The wall is 3 s away, and the app waits for 1 s.
    @Test("an answer that comes when the letter was given up changes nothing")
    func lateAnswer() {
        let porch = Porch(delay: .seconds(3), acceptsFrom: 1) {
            $0.retry.limit = 1; $0.answerWithin = .seconds(1)
        }
        porch.play()
        #expect(porch.arrivals().count == 1)
        #expect(porch.ledger.counts.givenUp == 1)
        #expect(porch.ledger.counts.accepted == 0)
    }

    /// Two attempts go different ways, and the one that comes to a busy service tells nothing about the other.
    @Test("X-4 a letter that was accepted stays so, whatever is said of another attempt")
    func staysAccepted() {
        let porch = Porch(acceptsFrom: 1, takesBack: true)
        porch.play()
        #expect(porch.ledger.counts.accepted == 1)
        #expect(porch.ledger.counts.refusedInTrouble == 0)
        #expect(porch.ledger.counts.lost == 0)
    }

    @Test("the pauses of a letter are its own: they do not move with what else is sent")
    func ownDraws() {
        let alone = Porch { $0.retry.limit = 4 }.play()
        let beside = Porch(script: [.seconds(1), .seconds(2), .seconds(7)].map { Porch.letter(at: $0) }) {
            $0.retry.limit = 4
        }.play()
        #expect(beside.arrivals() == alone.arrivals())
        #expect(
            beside.arrivals(of: 2)
                == Self.tries(from: .seconds(7), letter: 2, longestPauses: [1, 2, 4]).map { $0 + Porch.way })
    }

    /// The line ends at 5 s; within 1 s and a handshake there is another one. Of two attempts that is the
    /// second; its timeout ends before 17 s.
    @Test("a letter sent on a new line has used an attempt")
    func newLine() {
        let porch = Porch { $0.retry.limit = 2 }
        porch.cluster.plan(LineReset(DeviceSet()), at: .at(.seconds(5)), for: nil)
        porch.play(until: .at(.seconds(8)))
        #expect(porch.arrivals().count == 2)
        porch.play(until: .at(.seconds(14)))
        #expect(porch.ledger.counts.givenUp == 0)
        porch.play(until: .at(.seconds(17)))
        #expect(porch.ledger.counts.givenUp == 1)
        #expect(porch.play().arrivals().count == 2)
    }

    /// The line ends at 1.5 s with the only attempt used, and another one comes before the timeout is over.
    @Test("a letter that has used its attempts is not sent on a new line")
    func usedUp() {
        let porch = Porch { $0.retry.limit = 1 }
        porch.cluster.plan(LineReset(DeviceSet()), at: .at(.milliseconds(1_500)), for: nil)
        porch.play()
        #expect(porch.attempts == 1)
        #expect(porch.arrivals().count == 1)
        #expect(porch.ledger.counts.givenUp == 1)
    }

    @Test("a letter that waits for a line uses no attempt, however long that takes")
    func waits() {
        let porch = Porch { $0.retry.limit = 1 }
        porch.closeUp(at: .milliseconds(500), for: .minutes(3))
        porch.play(until: .at(.minutes(3)))
        #expect(porch.ledger.counts.givenUp == 0)
        porch.play()
        #expect(porch.arrivals().count == 1)
        #expect(porch.ledger.counts.givenUp == 1)
    }
}
