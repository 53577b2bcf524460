import Cluster
import Simulation
import Testing
import Vocabulary

/// Timelines by hand. Unless something else is said, a packet takes 50 ms each way, a full segment has 1,448
/// + 52 bytes,
/// and the timeout is 1 s. Repetitions are counted among the packets at the moment that decides on them.
@Suite("cluster: network: streams")
struct StreamPathTests {
    /// A stream with its link.
    private struct Line {
        var conditions: LinkConditions
        var link = LinkState(entity: 0)
        var path = StreamPath(.standard)
        var trip = RoundTrip(there: .milliseconds(50), back: .milliseconds(50))

        init(_ loss: LossModel = .none, bandwidth: Bandwidth? = nil, seed: UInt64 = 1) {
            conditions = LinkConditions(
                LinkProfile(loss: loss, bandwidth: bandwidth), named: "link", seed: seed)
        }

        mutating func send(segments: Int64, at time: Span) -> Transfer {
            send(.bytes(1_448) * segments, at: .at(time))
        }

        mutating func send(_ size: ByteCount, at now: Instant) -> Transfer {
            let transfer = path.send(
                size, at: now, taking: trip, on: &link, under: conditions, .standard)
            path.checkInvariants(.standard)
            return transfer
        }

        mutating func attempt(_ pending: inout PendingMessage, at now: Instant, _ reach: Reach) -> Attempt {
            let attempt = path.attempt(
                &pending, at: now, reach: reach, taking: trip, on: &link, under: conditions, .standard)
            path.checkInvariants(.standard)
            return attempt
        }
    }

    private func available(_ milliseconds: Int64) -> Transfer.Outcome {
        .available(at: .at(.milliseconds(milliseconds)))
    }

    @Test("a stream's state is 32 bytes")
    func size() {
        #expect(MemoryLayout<StreamPath>.stride == 32)
    }

    @Test("a small message takes the delay of its packets", arguments: [0, 1, 1_448, 14_480])
    func small(bytes: Int64) {
        var line = Line()
        let transfer = line.send(.bytes(bytes), at: .start)
        let segments = max(1, (bytes + 1_447) / 1_448)
        #expect(transfer.outcome == available(50))
        #expect(transfer.segments == Int(segments))
        #expect(transfer.retransmissions == 0)
        #expect(transfer.wire == .bytes(bytes + 52 * segments))
        #expect(line.path.timer.smoothedRoundTrip == .milliseconds(100))
    }

    /// 100 segments: 10 at 0, 20 at 100 ms, 40 at 200 ms, 30 at 300 ms.
    @Test("a large message starts slowly, and again after a pause")
    func slowStart() {
        var line = Line()
        #expect(line.send(segments: 100, at: .zero).outcome == available(350))
        #expect(line.path.windowSize == 80)
        // The last acknowledgement is back at 400 ms. 1 s after it, the window is still open…
        var again = line
        #expect(again.send(segments: 11, at: .milliseconds(1_400)).outcome == available(1_450))
        // …and a millisecond later it is not: 10 at 1,401 ms, 1 at 1,501 ms.
        #expect(line.send(segments: 11, at: .milliseconds(1_401)).outcome == available(1_551))
        #expect(line.path.windowSize == 20)
    }

    /// 6 and 4 fill the window; the 2 at 20 ms leave at 100 ms, when the first acknowledgement is back.
    @Test("messages share the window")
    func sharedWindow() {
        var line = Line()
        #expect(line.send(segments: 6, at: .zero).outcome == available(50))
        #expect(line.send(segments: 4, at: .milliseconds(10)).outcome == available(60))
        #expect(line.send(segments: 2, at: .milliseconds(20)).outcome == available(150))
    }

    /// A segment takes 1 ms at 12 Mbit/s. Flights begin when the first acknowledgement of the last is back,
    /// 101 ms after
    /// its begin, and then at the line's own pace:
    ///
    ///     segments   10     20      40      80     160   then the line is never idle: 90
    ///     from, ms    0    101     202     303     404                               564
    ///     to         10    121     242     383     564                               654
    @Test("a narrow stretch sets the pace, and the window stops where it fills the path")
    func narrow() {
        var line = Line(bandwidth: Bandwidth(.megabitsPerSecond(12)))
        #expect(line.send(segments: 400, at: .zero).outcome == available(704))
        #expect(line.path.windowSize == 160)
    }

    /// 3 segments keep the stretch busy until 3 ms; what another stream sends at 1 ms leaves at 4 ms.
    @Test("streams queue for a narrow stretch")
    func shared() {
        var line = Line(bandwidth: Bandwidth(.megabitsPerSecond(12)))
        #expect(line.send(segments: 3, at: .zero).outcome == available(53))
        line.path = StreamPath(.standard)
        #expect(line.send(segments: 1, at: .milliseconds(1)).outcome == available(54))
    }

    /// The third of ten is lost, the fourth to sixth arrive: sent again at 100 ms.
    @Test("a loss that three segments follow costs a round trip")
    func fastRetransmit() {
        var line = Line(.chosen([2]))
        let transfer = line.send(segments: 10, at: .zero)
        #expect(transfer.outcome == available(150))
        #expect(transfer.retransmissions == 1)
        #expect(transfer.wire == .bytes(11 * 1_500))
        #expect(line.path.windowSize == 5)
        // 6 at 200 ms: 5, and with them the window grows by one; the last at 300 ms.
        #expect(line.send(segments: 7, at: .milliseconds(200)).outcome == available(350))
        #expect(line.path.windowSize == 7)
    }

    /// The eighth of ten is lost; two follow. It is sent again 1 s after it left.
    @Test("a loss that two segments follow costs the timeout")
    func tailLoss() {
        var line = Line(.chosen([7]))
        let transfer = line.send(segments: 10, at: .zero)
        #expect(transfer.outcome == available(1_050))
        #expect(transfer.retransmissions == 1)
        #expect(line.path.windowSize == 1)
        #expect(line.path.timer.timeout(.standard) == .seconds(2))
        // The repetition is acknowledged at 1,100 ms: 1 at 1,100 ms would have been 2, since the window has
        // grown.
        #expect(line.send(segments: 2, at: .milliseconds(10)).outcome == available(1_150))
        // No clean round trip was measured by the first message, but by the second.
        #expect(line.path.timer.smoothedRoundTrip == .milliseconds(100))
    }

    /// The third is lost; so is its repetition (packet 6), sent at 100 ms. The timer runs from there.
    @Test("a lost repetition costs the timeout as well")
    func lostRepetition() {
        var line = Line(.chosen([2, 6]))
        let transfer = line.send(segments: 10, at: .zero)
        #expect(transfer.outcome == available(1_150))
        #expect(transfer.retransmissions == 2)
    }

    /// Of twelve, the ten of the first flight are lost. From 1 s on: 1, 2, 4 and, above half of the window
    /// that was lost, 5,
    /// a round trip apart. The two that had not left are no repetitions.
    @Test("a lost flight is sent again slowly")
    func lostFlight() {
        var line = Line(.chosen([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
        let transfer = line.send(segments: 12, at: .zero)
        #expect(transfer.outcome == available(1_350))
        #expect(transfer.retransmissions == 10)
        #expect(transfer.wire == .bytes(22 * 1_500))
        // Those two measured a clean round trip, so the timeout is no longer doubled.
        #expect(line.path.timer.timeout(.standard) == .seconds(1))
    }

    /// Lost at 0 and at 1 s: folded is one timeout; the next, doubled, is due at 3 s.
    @Test("from the second timeout on, attempts are events")
    func secondTimeout() throws {
        var line = Line(.chosen([0, 1, 2]))
        let transfer = line.send(segments: 1, at: .zero)
        guard case .pending(var pending) = transfer.outcome else {
            Issue.record("\(transfer.outcome)")
            return
        }
        #expect(pending.next == .at(.seconds(3)))
        #expect(transfer.retransmissions == 1)
        #expect(line.path.isStalled)
        #expect(line.attempt(&pending, at: pending.next, .through) == .retry(at: .at(.seconds(7))))
        #expect(
            line.attempt(&pending, at: pending.next, .through) == .delivered(at: .at(.milliseconds(7_050))))
        #expect(pending.repeated == 3)
        #expect(!line.path.isStalled)
    }

    /// Lost at 0 and sent again at 1 s, as it is known at once. Lost at 10 s, when the timeout is still
    /// doubled: that at 12 s is the second in a row, and decided on when it comes.
    @Test("a timeout that follows one of an earlier message is an event too")
    func timeoutAfterTimeout() {
        var line = Line(.chosen([0, 2]))
        #expect(line.send(segments: 1, at: .zero).outcome == available(1_050))
        guard case .pending(var pending) = line.send(segments: 1, at: .seconds(10)).outcome else {
            Issue.record("the second timeout was decided on at once")
            return
        }
        #expect(pending.next == .at(.seconds(12)))
        #expect(
            line.attempt(&pending, at: pending.next, .through) == .delivered(at: .at(.milliseconds(12_050))))
    }

    /// The first takes 80 ms; the second, 10 ms later, 20 ms.
    @Test("what arrives early waits for what was sent before")
    func headOfLine() {
        var line = Line()
        line.trip = RoundTrip(there: .milliseconds(80), back: .milliseconds(50))
        #expect(line.send(segments: 1, at: .zero).outcome == available(80))
        line.trip = RoundTrip(there: .milliseconds(20), back: .milliseconds(50))
        #expect(line.send(segments: 1, at: .milliseconds(10)).outcome == available(80))
        #expect(line.send(segments: 1, at: .milliseconds(70)).outcome == available(90))
    }

    /// Cut from 0 to 20 s: attempts at 0, 1, 3, 7 and 15 s fail, that at 31 s delivers. Of the three segments
    /// one leaves
    /// first, and the two others when it is acknowledged.
    @Test("a cut is over with the first attempt after it")
    func cut() {
        var line = Line()
        var pending = line.path.hold(.bytes(3 * 1_448), sentAt: .start, .standard)
        #expect(pending.next == .start)
        for next: Int64 in [1, 3, 7, 15, 31] {
            #expect(
                line.attempt(&pending, at: pending.next, .nowhere) == .retry(at: .at(.seconds(next))))
        }
        #expect(
            line.attempt(&pending, at: pending.next, .through) == .delivered(at: .at(.milliseconds(31_150))))
        #expect(pending.repeated == 4 + 3)
        #expect(line.path.available == .at(.milliseconds(31_150)))
        // The timeout stays doubled until a message gets through at once.
        #expect(line.path.timer.timeout(.standard) == .seconds(32))
        #expect(line.send(segments: 1, at: .seconds(32)).outcome == available(32_050))
        #expect(line.path.timer.timeout(.standard) == .seconds(1))
    }

    @Test("a held message on a healthy path is a sent one")
    func heldButHealthy() {
        var line = Line(.chosen([2]))
        var pending = line.path.hold(.bytes(10 * 1_448), sentAt: .start, .standard)
        #expect(line.attempt(&pending, at: .start, .through) == .delivered(at: .at(.milliseconds(150))))
        var other = Line(.chosen([2]))
        _ = other.send(segments: 10, at: .zero)
        #expect(line.path == other.path)
    }

    @Test("a cut that lasts breaks the connection after 924 s")
    func givenUp() {
        var line = Line()
        var pending = line.path.hold(.bytes(1), sentAt: .at(.seconds(5)), .standard)
        var attempts = 0
        while case .retry = line.attempt(&pending, at: pending.next, .nowhere) { attempts += 1 }
        #expect(pending.next == .at(.seconds(929)))
        // At 0, at 1, 3, 7, 15 and 31 s, and fifteen times from 63 to 903 s.
        #expect(attempts == 21)
    }

    @Test("where only answers are cut, the receiver has the message and the sender repeats it")
    func oneWay() {
        var line = Line()
        var pending = line.path.hold(.bytes(3 * 1_448), sentAt: .start, .standard)
        #expect(
            line.attempt(&pending, at: .start, .oneWay)
                == .received(at: .at(.milliseconds(50)), retry: .at(.seconds(1))))
        #expect(line.attempt(&pending, at: pending.next, .oneWay) == .retry(at: .at(.seconds(3))))
        #expect(line.attempt(&pending, at: pending.next, .nowhere) == .retry(at: .at(.seconds(7))))
        #expect(line.attempt(&pending, at: pending.next, .through) == .acknowledged)
        #expect(!line.path.isStalled)
    }

    @Test("what the receiver has, it does not get again")
    func oneWayOnce() {
        var line = Line()
        var pending = line.path.hold(.bytes(100), sentAt: .start, .standard)
        #expect(
            line.attempt(&pending, at: .start, .oneWay)
                == .received(at: .at(.milliseconds(50)), retry: .at(.seconds(1))))
        #expect(line.attempt(&pending, at: pending.next, .oneWay) == .retry(at: .at(.seconds(3))))
        #expect(line.attempt(&pending, at: pending.next, .through) == .acknowledged)
    }

    /// The eleventh segment would leave with an acknowledgement. After 1 s: 1, 2, 4 and the last 4.
    @Test("what exceeds the window does not arrive without answers")
    func oneWayTooLarge() {
        var line = Line()
        var pending = line.path.hold(.bytes(11 * 1_448), sentAt: .start, .standard)
        #expect(line.attempt(&pending, at: .start, .oneWay) == .retry(at: .at(.seconds(1))))
        #expect(
            line.attempt(&pending, at: pending.next, .through) == .delivered(at: .at(.milliseconds(1_350))))
        #expect(pending.repeated == 10)
    }

    @Test("nothing is sent past a pending message")
    func past() async {
        await #expect(processExitsWith: .failure) {
            var line = Line()
            _ = line.path.hold(.bytes(1), sentAt: .start, .standard)
            _ = line.send(.bytes(1), at: .start)
        }
    }

    /// Random sizes, pauses, delays, losses and cuts.
    @Test("messages never overtake each other, and every segment is accounted for", arguments: Chance.seeds)
    func random(seed: UInt64) {
        var draws = Streams(seed: seed, purpose: Purpose("stream test")).stream(of: 0)
        let bursts = GilbertElliott(worsens: Bernoulli(0.05), recovers: Bernoulli(0.3))
        for loss in [LossModel.none, .independent(Bernoulli(0.1)), .bursts(bursts)] {
            for bandwidth in [nil, Bandwidth(.megabitsPerSecond(8))] {
                var line = Line(loss, bandwidth: bandwidth, seed: seed)
                var now = Instant.start
                var delivered: [Instant] = []
                var brokenOff = 0
                for _ in 0..<1_000 {
                    now = now + .milliseconds(Int64(draws.below(draws.below(10) == 0 ? 5_000 : 100)))
                    line.trip.there = .milliseconds(Int64(20 + draws.below(100)))
                    let size = ByteCount.bytes(Int64(draws.below(draws.below(20) == 0 ? 500_000 : 5_000)))
                    let before = line.link.packets
                    var pending: PendingMessage?
                    if draws.below(20) == 0 {
                        pending = line.path.hold(size, sentAt: now, .standard)
                    } else {
                        let transfer = line.send(size, at: now)
                        let packets = Int(line.link.packets - before)
                        switch transfer.outcome {
                        case .available(let time):
                            #expect(packets == transfer.segments + transfer.retransmissions)
                            #expect(
                                transfer.wire
                                    == StreamSettings.standard.wireSize(of: size)
                                    + .bytes(1_500) * Int64(transfer.retransmissions))
                            #expect(time >= now + line.trip.there)
                            delivered.append(time)
                        case .pending(let rest):
                            #expect(packets <= transfer.segments + transfer.retransmissions)
                            pending = rest
                        }
                    }
                    while var rest = pending {
                        now = max(now, rest.next)
                        let reach: Reach = draws.below(3) == 0 ? .nowhere : .through
                        switch line.attempt(&rest, at: now, reach) {
                        case .delivered(let time):
                            #expect(time >= now)
                            delivered.append(time)
                            pending = nil
                        case .retry(let next):
                            #expect(next > now)
                            pending = rest
                        case .gaveUp:  // a new connection then
                            #expect(now == rest.waitingSince + .seconds(924))
                            brokenOff += 1
                            line.path = StreamPath(.standard)
                            pending = nil
                        case .received, .acknowledged:
                            Issue.record("nothing was half cut")
                            return
                        }
                    }
                }
                #expect(delivered.count + brokenOff == 1_000)
                #expect(brokenOff < 10)
                #expect(overtaking(delivered) == nil)
            }
        }
    }

    /// The two messages of `headOfLine` as they arrive, without waiting for each other.
    @Test("the check notices a message that overtakes")
    func mutant() {
        #expect(
            overtaking([.at(.milliseconds(80)), .at(.milliseconds(30))])
                == "message 1 is available at 30ms, message 0 at 80ms")
    }

    private func overtaking(_ times: [Instant]) -> String? {
        for later in times.indices.dropFirst() where times[later] < times[later - 1] {
            return
                "message \(later) is available at \(times[later]), message \(later - 1) at \(times[later - 1])"
        }
        return nil
    }

    @Test("a loss of strength zero changes nothing", arguments: Chance.seeds)
    func strengthZero(seed: UInt64) {
        let bandwidth = Bandwidth(.megabitsPerSecond(8))
        var healthy = Line(.independent(Bernoulli(0.05)), bandwidth: bandwidth, seed: seed)
        var clean = Line(bandwidth: bandwidth, seed: seed)
        var faulty = healthy
        var cleanButFaulty = clean
        let none = LinkProfile(loss: .independent(Bernoulli(0)))
        _ = faulty.conditions.apply(none, named: "fault")
        _ = cleanButFaulty.conditions.apply(none, named: "fault")
        for step in 0..<200 {
            let size = ByteCount.bytes(Int64(step * step))
            let time = Span.milliseconds(Int64(step) * 90)
            if !healthy.path.isStalled {
                #expect(healthy.send(size, at: .at(time)) == faulty.send(size, at: .at(time)))
            }
            #expect(clean.send(size, at: .at(time)) == cleanButFaulty.send(size, at: .at(time)))
        }
    }
}
