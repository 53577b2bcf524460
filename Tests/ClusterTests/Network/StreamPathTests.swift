import Cluster
import Simulation
import Testing
import Vocabulary

/// Timelines by hand on a path that is well. A packet takes 50 ms each way, a full segment has 1,448 + 52
/// bytes.
@Suite("cluster: network: streams")
struct StreamPathTests {
    /// A stream with its link.
    private struct Line {
        var route: StreamRoute
        var link = LinkState(entity: 0)
        var path = StreamPath(.linux, isMeasured: true)

        init(_ loss: LossModel = .none, bandwidth: Bandwidth? = nil, seed: UInt64 = 1) {
            func conditions(_ name: String, _ loss: LossModel, _ bandwidth: Bandwidth?) -> LinkConditions {
                LinkConditions(
                    LinkProfile(delay: .delay(.milliseconds(50)), loss: loss, bandwidth: bandwidth),
                    named: name, seed: seed)
            }
            route = StreamRoute(
                there: conditions("there", loss, bandwidth), back: conditions("back", .none, nil))
        }

        mutating func send(segments: Int64, at time: Span) -> Instant? {
            send(.bytes(1_448) * segments, at: .at(time))
        }

        mutating func send(_ size: ByteCount, at now: Instant) -> Instant? {
            let arrival = path.send(
                wire: StreamSettings.linux.wireSize(of: size), at: now, on: &link, over: route, .linux)
            path.checkInvariants(.linux)
            return arrival
        }
    }

    private func at(_ milliseconds: Int64) -> Instant { .at(.milliseconds(milliseconds)) }

    @Test("a stream's state is 32 bytes")
    func size() {
        #expect(MemoryLayout<StreamPath>.stride == 32)
    }

    @Test("a small message takes the delay of its packets", arguments: [0, 1, 1_448, 14_480])
    func small(bytes: Int64) {
        var line = Line()
        #expect(line.send(.bytes(bytes), at: .start) == at(50))
        #expect(line.link.packets == UInt64(max(1, (bytes + 1_447) / 1_448)))
    }

    /// 100 segments: 10 at 0, 20 at 100 ms, 40 at 200 ms, 30 at 300 ms. The first acknowledgement of the last
    /// flight is back at 400 ms, and the timeout is 100 + 200 ms. Up to 700 ms the window stays open; then
    /// each 300 ms halve it, down to the 10 of the start: 80, 40 after 700 ms, 20 after 1,000, 10 after 1,300.
    @Test("a large message starts slowly, and again after a pause")
    func slowStart() {
        var line = Line()
        #expect(line.send(segments: 100, at: .zero) == at(350))
        #expect(line.path.windowSize == 80)
        for (time, window) in [(700, 80), (701, 40), (1_001, 20), (1_301, 10), (9_000, 10)] as [(Int64, Int)]
        {
            var later = line
            #expect(later.send(segments: 1, at: .milliseconds(time)) == at(time + 50))
            #expect(later.path.windowSize == window)
        }
    }

    /// 6 and 4 fill the window; the 2 at 20 ms leave at 100 ms, when the first acknowledgement is back.
    @Test("messages share the window")
    func sharedWindow() {
        var line = Line()
        #expect(line.send(segments: 6, at: .zero) == at(50))
        #expect(line.send(segments: 4, at: .milliseconds(10)) == at(60))
        #expect(line.send(segments: 2, at: .milliseconds(20)) == at(150))
    }

    /// A segment takes 1 ms at 12 Mbit/s. Flights begin when the first acknowledgement of the last is back,
    /// 101 ms after its begin, and then at the line's own pace:
    ///
    ///     segments   10     20      40      80     160   then the line is never idle: 90
    ///     from, ms    0    101     202     303     404                               564
    ///     to         10    121     242     383     564                               654
    @Test("a narrow stretch sets the pace, and the window stops where it fills the path")
    func narrow() {
        var line = Line(bandwidth: Bandwidth(.megabitsPerSecond(12)))
        #expect(line.send(segments: 400, at: .zero) == at(704))
        #expect(line.path.windowSize == 160)
    }

    /// 3 segments keep the stretch busy until 3 ms; what another stream sends at 1 ms leaves at 4 ms.
    @Test("streams queue for a narrow stretch")
    func shared() {
        var line = Line(bandwidth: Bandwidth(.megabitsPerSecond(12)))
        #expect(line.send(segments: 3, at: .zero) == at(53))
        line.path = StreamPath(.linux)
        #expect(line.send(segments: 1, at: .milliseconds(1)) == at(54))
    }

    @Test("what loses a segment is not decided here, and changes nothing", arguments: [1, 4, 30])
    func loses(segments: Int64) {
        var line = Line(.chosen([0]))
        let (path, packets) = (line.path, line.link.packets)
        #expect(line.send(segments: segments, at: .zero) == nil)
        #expect(line.path == path)
        #expect(line.link.packets == packets)
    }

    @Test("a loss of strength zero changes nothing", arguments: Chance.seeds)
    func strengthZero(seed: UInt64) {
        let bandwidth = Bandwidth(.megabitsPerSecond(8))
        var healthy = Line(.independent(Bernoulli(0.05)), bandwidth: bandwidth, seed: seed)
        var faulty = healthy
        var conditions = faulty.route.there
        _ = conditions.apply(LinkProfile(loss: .independent(Bernoulli(0))), named: "fault")
        faulty.route = StreamRoute(there: conditions, back: faulty.route.back)
        for step in 0..<200 {
            let size = ByteCount.bytes(Int64(step * step))
            let time = Instant.at(.milliseconds(Int64(step) * 90))
            #expect(healthy.send(size, at: time) == faulty.send(size, at: time))
        }
    }
}
