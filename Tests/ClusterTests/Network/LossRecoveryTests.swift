import Cluster
import Simulation
import Testing
import Vocabulary

/// Timelines by hand. Unless something else is said, a packet takes 50 ms each way, and the round trip has
/// been measured eight times: SRTT 100 ms, RTTVAR 50 · (3/4)⁷ = 6.7 ms, so that the timeout is 100 + 200 ms,
/// and a probe leaves after 2 · 100 + 2 ms, or after the timeout when one segment alone is out. Timers are
/// exact. `.chosen` counts packets from 0, repetitions included.
@Suite("cluster: network: loss recovery")
struct LossRecoveryTests {
    private static let exact = StreamSettings(ticks: nil)

    /// A stream with both of its ends, and when its messages become available.
    private struct Line {
        let settings: StreamSettings
        var route: StreamRoute
        var link = LinkState(entity: 0)
        var path: StreamPath
        var recovery: LossRecovery?
        var arrivals: [Instant] = []
        private var healing: (time: Span, route: StreamRoute)?

        init(
            _ loss: LossModel = .none, back: LossModel = .none, delay: Span = .milliseconds(50),
            isMeasured: Bool = true, entity: UInt32 = 0, _ settings: StreamSettings = exact, seed: UInt64 = 1
        ) {
            self.settings = settings
            path = StreamPath(settings, isMeasured: isMeasured)
            link = LinkState(entity: entity)
            func conditions(_ name: String, _ loss: LossModel) -> LinkConditions {
                LinkConditions(LinkProfile(delay: .delay(delay), loss: loss), named: name, seed: seed)
            }
            route = StreamRoute(there: conditions("there", loss), back: conditions("back", back))
        }

        /// A fault adds to the delay in both directions, until it is healed.
        mutating func delay(by added: Span, healedAt time: Span) {
            let healthy = route
            var (there, back) = (route.there, route.back)
            _ = there.apply(LinkProfile(delay: .delay(added)), named: "delay")
            _ = back.apply(LinkProfile(delay: .delay(added)), named: "delay")
            healing = (time, healthy)
            route = StreamRoute(there: there, back: back)
        }

        /// As its users do: the path as long as all is well.
        mutating func send(segments: Int64, at time: Span, reach: Reach = .through) {
            let now = Instant.at(time)
            let wire = settings.wireSize(of: .bytes(1_448) * segments)
            play(until: time, reach: reach)
            if recovery == nil, reach == .through,
                let arrival = path.send(wire: wire, at: now, on: &link, over: route, settings)
            {
                return arrivals.append(arrival)
            }
            if recovery == nil { recovery = LossRecovery(path, at: now, on: link, over: route, settings) }
            recovery!.reach = reach
            recovery!.send(wire: wire, at: now, on: &link, over: route)
            arrivals += recovery!.takeArrivals()
        }

        mutating func play(until time: Span, reach: Reach = .through) {
            if let healing, time >= healing.time {
                recovery?.play(before: .at(healing.time), on: &link, over: route)
                (route, self.healing) = (healing.route, nil)
            }
            guard recovery != nil else { return }
            recovery!.play(before: .at(time), on: &link, over: route)
            recovery!.reach = reach
            recovery!.play(before: .at(time), orThen: true, on: &link, over: route)
            arrivals += recovery!.takeArrivals()
            guard recovery!.isOver else { return }
            path = recovery!.path(at: .at(time), on: link, over: route)
            recovery = nil
        }

        /// The next event of a user, and what is foreseen for it.
        var nextEvent: Instant? { recovery?.nextEvent(on: link, over: route) }

        /// Nothing is under way or in doubt.
        var isWell: Bool { recovery == nil }

        /// In ms.
        mutating func allArrivals() -> [Double] {
            while let next = nextEvent, recovery?.hasGivenUp == false { play(until: next - .start) }
            play(until: .seconds(5_000))
            return arrivals.map { Double(($0 - .start).nanoseconds) / 1e6 }
        }
    }

    ///     0        300 probe
    ///     x         \
    ///                350
    @Test("a single segment is sent again when the timeout is due")
    func single() {
        var line = Line(.chosen([0]))
        line.send(segments: 1, at: .zero)
        #expect(line.nextEvent == .at(.milliseconds(300)))
        #expect(line.allArrivals() == [350])
        #expect(line.path.windowSize == 10)
    }

    ///     0 1 2 3  at 0 ms          100    127 1
    ///     . x . .  at 50 ms: 2, 3 are out of order, and reported to the sender by 100 ms
    ///
    /// Two reports are too few to be sure: it waits for a quarter of the round trip and 2 ms. 100 + 25 + 2 +
    /// 50 = 177.
    @Test("a segment in the middle that two others follow is sent again after the reordering window")
    func middle() {
        var line = Line(.chosen([1]))
        line.send(segments: 4, at: .zero)
        #expect(line.nextEvent == .at(.milliseconds(127)))
        #expect(line.allArrivals() == [177])
        #expect(line.path.windowSize == 5)
    }

    /// Three that follow report it at 100 ms, and it leaves at once.
    @Test("a segment that three others follow is sent again after a round trip", arguments: [4, 10])
    func first(segments: Int64) {
        var line = Line(.chosen([0]))
        line.send(segments: segments, at: .zero)
        #expect(line.allArrivals() == [150])
        #expect(line.path.windowSize == 5)
    }

    /// 5 ms each way: SRTT 10 ms, timeout 210 ms.
    ///
    /// The first two are acknowledged at 10 ms; two are out, so the probe leaves after 2 · 10 + 2 ms, before
    /// the acknowledgement of the third, which is kept back until 45 ms: 10 + 22 + 5 = 37. When the receiver
    /// acknowledges the three together, one is out, and the probe leaves with the timeout: 10 + 210 + 5 = 225.
    @Test("a lost last segment is probed", arguments: [37.0, 225])
    func last(arrival: Double) {
        let lines = (0..<8 as Range<UInt32>).map { entity in
            var line = Line(.chosen([3]), delay: .milliseconds(5), entity: entity)
            line.send(segments: 4, at: .zero)
            return line.allArrivals()
        }
        #expect(lines.contains([arrival]))
        #expect(lines.allSatisfy { $0 == [37] || $0 == [225] })
    }

    ///     0     300 probe     600      1,200     2,400
    ///      \      \             \          \         \      each 60 s later, until the fault is healed at 2 s
    ///                                              2,450
    @Test("what a fault holds back is sent again, and overtaken once the fault is healed")
    func delayed() {
        var line = Line()
        line.delay(by: .seconds(60), healedAt: .seconds(2))
        line.send(segments: 1, at: .zero)
        #expect(line.nextEvent == .at(.milliseconds(300)))
        #expect(line.allArrivals() == [2_450])
        #expect(line.isWell)
    }

    /// At 150 ms three segments arrive that have overtaken the first; their reports are back at 200 ms, it leaves again and
    /// is there at 250 ms, and only then is what came before it of any use.
    @Test("what leaves after the fault reports what it has overtaken")
    func overtaken() {
        var line = Line()
        line.delay(by: .seconds(60), healedAt: .milliseconds(100))
        line.send(segments: 1, at: .zero)
        line.send(segments: 3, at: .milliseconds(100))
        #expect(line.allArrivals() == [250, 250])
    }

    /// The first copy takes 3,050 ms. What is sent again in vain, and what is acknowledged late, holds nothing up: the
    /// next message is there after as long.
    @Test("while a fault holds everything back, the first copy counts")
    func firstCopy() {
        var line = Line()
        line.delay(by: .seconds(3), healedAt: .seconds(1_000))
        line.send(segments: 1, at: .zero)
        line.send(segments: 1, at: .seconds(10))
        line.send(segments: 1, at: .seconds(20))
        #expect(line.allArrivals() == [3_050, 13_050, 23_050])
    }

    @Test("a delay below the least timeout is one of the path", arguments: [Int64(1), 200])
    func shortDelay(added: Int64) {
        var line = Line()
        line.delay(by: .milliseconds(added), healedAt: .seconds(1_000))
        line.send(segments: 1, at: .zero)
        #expect(line.isWell)
        #expect(line.allArrivals() == [50 + Double(added)])
    }

    /// The probe at 300 ms is lost; the timeout runs anew, and is doubled when it has run down.
    ///
    ///     0     300 probe     600      1,200
    ///     x      x             x         \ 1,250
    @Test("a probe that is lost as well waits for the timeout, which doubles")
    func probeLost() {
        var line = Line(.chosen([0, 1]))
        line.send(segments: 1, at: .zero)
        // What a timeout does is decided when it comes.
        #expect(line.nextEvent == .at(.milliseconds(600)))
        #expect(line.allArrivals() == [650])
        line = Line(.chosen([0, 1, 2]))
        line.send(segments: 1, at: .zero)
        #expect(line.allArrivals() == [1_250])
    }

    /// Sent again at 100 ms (packet 4), lost again. Nothing that left later tells of it: 100 + 300 + 50.
    @Test("a lost repetition waits for the timeout")
    func repetitionLost() {
        var line = Line(.chosen([0, 4]))
        line.send(segments: 4, at: .zero)
        #expect(line.allArrivals() == [450])
    }

    /// The first of ten is lost. Four more wait for room in the window: each of the two reports before the
    /// third makes some, so they are packets 10 and 11, and the repetition at 100 ms is packet 12. The other two
    /// leave right behind it: what they report at 200 ms left later, so the repetition is lost.
    @Test("what leaves later reports a lost repetition")
    func repetitionReported() {
        var line = Line(.chosen([0, 12]))
        line.send(segments: 10, at: .zero)
        line.send(segments: 4, at: .milliseconds(10))
        #expect(line.allArrivals() == [250, 250])
    }

    /// Sent at 0 and lost; the next, at 150 ms, is reported at 250 ms, which is far more than the reordering
    /// window too late for the first. Without it the first would have arrived at 350 ms.
    @Test("the next message reports the loss, and brings the earlier one forward")
    func nextReports() {
        var line = Line(.chosen([0]))
        line.send(segments: 1, at: .zero)
        #expect(line.nextEvent == .at(.milliseconds(300)))
        line.send(segments: 1, at: .milliseconds(150))
        #expect(line.nextEvent == .at(.milliseconds(250)))
        #expect(line.allArrivals() == [300, 300])
    }

    /// The message is there at 50 ms; its answer is lost. The probe at 300 ms comes twice, which the receiver
    /// says, so that nothing is taken for lost.
    @Test("a lost acknowledgement costs a probe and nothing else")
    func acknowledgementLost() {
        // That of packet 0 with the answer.
        var line = Line(back: .chosen([1]))
        line.send(segments: 1, at: .zero)
        #expect(line.allArrivals() == [50])
        var watched = Line(.chosen([0]), back: .chosen([3]))
        // Packet 0 is lost, packet 1 the probe at 300 ms, whose answer is lost; the timeout at 600 ms proves
        // needless, and the window is what it was.
        watched.send(segments: 1, at: .zero)
        #expect(watched.allArrivals() == [350])
        #expect(watched.path.windowSize == 10)
    }

    /// Lost with its probe at 0 and 300 ms; sent again at 600 ms, acknowledged at 700 ms: the window is 1, and
    /// doubles up to half of what it was. Of the four segments at 1 s two leave (the acknowledgement at 700 ms
    /// has made it 2), the others at 1,100 ms.
    @Test("after a timeout the window begins with one segment")
    func afterTimeout() {
        var line = Line(.chosen([0, 1]))
        line.send(segments: 1, at: .zero)
        line.send(segments: 4, at: .seconds(1))
        #expect(line.allArrivals() == [650, 1_150])
    }

    /// Each loss halves the window, 10 to 5 to 2, and it only grows when it is full. Four segments then take
    /// two round trips twice, with windows of 2 and 3.
    @Test("losses make later messages slower")
    func window() {
        var line = Line(.chosen([0, 5]))
        for second in 0..<5 as Range<Int64> { line.send(segments: 4, at: .seconds(second)) }
        #expect(line.allArrivals() == [150, 1_150, 2_150, 3_150, 4_050])
    }

    /// The third of ten is lost; the message behind it is there at 60 ms and waits.
    @Test("what arrives waits for what was sent before it")
    func headOfLine() {
        var line = Line(.chosen([2]))
        line.send(segments: 8, at: .zero)
        line.send(segments: 1, at: .milliseconds(10))
        #expect(line.allArrivals() == [150, 150])
    }

    /// Before the first measurement the timeout is a second, and there is no probe.
    @Test("the first timeout is a second")
    func unmeasured() {
        var line = Line(.chosen([0]), isMeasured: false)
        line.send(segments: 1, at: .zero)
        #expect(line.allArrivals() == [1_050])
    }

    @Test("with the floor of RFC 6298 a single segment waits for a second")
    func floorOfASecond() {
        var line = Line(.chosen([0]), StreamSettings(timer: .rfc6298, ticks: nil))
        line.send(segments: 1, at: .zero)
        #expect(line.allArrivals() == [1_050])
    }

    /// 300 ms are 75 ticks of 4 ms: more than 62, so the probe leaves at the next multiple of 8 ticks after
    /// tick 75, that is 80: 320 + 50. 27 ms from 100 ms on are 7 ticks from tick 25: 33 · 4 = 132, + 50.
    @Test("timers fire at ticks")
    func ticks() {
        var line = Line(.chosen([0]), .linux)
        line.send(segments: 1, at: .zero)
        #expect(line.allArrivals() == [370])
        line = Line(.chosen([1]), .linux)
        line.send(segments: 4, at: .zero)
        #expect(line.allArrivals() == [182])
    }

    // MARK: Cuts

    /// Cut from 0 to 20 s: attempts at 0, 1, 3, 7 and 15 s fail, that at 31 s delivers the first of three at
    /// 31,050 ms. A single segment that completes no message is acknowledged 40 ms later, which is heard at
    /// 31,140 ms; then the two others follow.
    @Test("a cut is over with the first attempt after it")
    func cut() {
        var line = Line(isMeasured: false)
        line.send(segments: 3, at: .zero, reach: .nowhere)
        for next: Int64 in [1, 3, 7, 15, 31] {
            #expect(line.nextEvent == .at(.seconds(next)))
            line.play(until: .seconds(next), reach: next < 31 ? .nowhere : .through)
        }
        #expect(line.allArrivals() == [31_190])
        #expect(line.link.packets == 3)
    }

    @Test("a cut that lasts breaks the connection after 924 s")
    func givenUp() {
        var line = Line(isMeasured: false)
        line.send(segments: 1, at: .seconds(5), reach: .nowhere)
        var attempts = 0
        while let next = line.nextEvent, line.recovery?.hasGivenUp == false {
            line.play(until: next - .start, reach: .nowhere)
            attempts += 1
        }
        #expect(line.recovery?.hasGivenUp == true)
        // At 1, 3, 7, 15, 31 and 63 s after it was sent, then each 60 s up to 903 s; the last, at 924 s, gives
        // up.
        #expect(attempts == 6 + 14 + 1)
    }

    @Test("where only answers are cut, the receiver has the message and the sender repeats it")
    func oneWay() {
        var line = Line(isMeasured: false)
        line.send(segments: 3, at: .zero, reach: .oneWay)
        #expect(line.arrivals == [.at(.milliseconds(50))])
        line.play(until: .milliseconds(1_500), reach: .oneWay)
        #expect(line.recovery?.repetitions == 1)
        // The next attempt, at 3 s, is answered, for all three. Of the attempt at 1 s nobody ever said that it
        // was needless, so the window stays what the timeout made it, 1, and grows by 3.
        #expect(line.allArrivals() == [50])
        #expect(line.isWell)
        #expect(line.path.windowSize == 4)
    }

    /// The eleventh segment leaves with an acknowledgement: that of the repetition at 1 s, at 1,100 ms.
    @Test("what exceeds the window does not arrive without answers")
    func oneWayTooLarge() {
        var line = Line(isMeasured: false)
        line.send(segments: 11, at: .zero, reach: .oneWay)
        #expect(line.arrivals == [])
        line.play(until: .milliseconds(500), reach: .through)
        #expect(line.allArrivals() == [1_150])
    }

    // MARK: At random

    /// The two ways to work out a message agree where nothing is lost: flights and segments.
    @Test("without a loss it does what the path does", arguments: [1, 2, 9, 10, 11, 30, 31, 69, 70, 71, 200])
    func agrees(segments: Int64) {
        var (path, recovery) = (Line(), Line())
        path.send(segments: segments, at: .zero)
        recovery.recovery = LossRecovery(
            recovery.path, at: .start, on: recovery.link, over: recovery.route, Self.exact)
        recovery.recovery!.send(
            wire: Self.exact.wireSize(of: .bytes(1_448) * segments), at: .start, on: &recovery.link,
            over: recovery.route)
        #expect(path.allArrivals() == recovery.allArrivals())
    }

    /// Random sizes, pauses, losses and cuts.
    @Test(
        "messages never overtake each other, and all arrive or the connection breaks", arguments: Chance.seeds
    )
    func random(seed: UInt64) {
        var draws = Streams(seed: seed, purpose: Purpose("stream test")).stream(of: 0)
        let bursts = GilbertElliott(worsens: Bernoulli(0.05), recovers: Bernoulli(0.3))
        for loss in [LossModel.none, .independent(Bernoulli(0.1)), .bursts(bursts)] {
            var line = Line(loss, back: loss, .linux, seed: seed)
            var now = Span.zero
            var sent: [Span] = []
            var reach = Reach.through
            for _ in 0..<500 {
                now += .milliseconds(Int64(draws.below(draws.below(10) == 0 ? 5_000 : 100)))
                if draws.below(20) == 0 { reach = [.through, .oneWay, .nowhere][Int(draws.below(3))] }
                line.send(
                    segments: Int64(1 + draws.below(draws.below(20) == 0 ? 300 : 4)), at: now, reach: reach)
                sent.append(now)
                // What is foreseen comes about.
                guard let next = line.nextEvent, next >= .at(now), reach == .through else { continue }
                let before = line.arrivals.count
                var ahead = line
                ahead.play(until: next - .start)
                if ahead.arrivals.count == before, let later = ahead.nextEvent {
                    #expect(ahead.link.packets > line.link.packets || later > next)
                }
            }
            _ = line.allArrivals()
            let hasBroken = line.recovery?.hasGivenUp ?? false
            #expect(line.arrivals.count == 500 || hasBroken)
            #expect(overtaking(line.arrivals) == nil)
            for (time, arrival) in zip(sent, line.arrivals) {
                #expect(arrival >= .at(time + .milliseconds(50)))
            }
        }
    }

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
}
