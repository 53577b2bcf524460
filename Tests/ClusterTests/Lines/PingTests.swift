import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: pings")
struct PingTests {
    private static func settings(folds: Bool, spreads: Bool = false) -> LineSettings {
        LineSettings(
            pingEvery: .seconds(30), answerWithin: .seconds(10), silenceLimit: .seconds(75),
            foldsPings: folds, spreadsPings: spreads)
    }

    /// Cut off at 100 s. The pings of 30, 60 and 90 s had their answers; that of 120 s has none by 130 s. The
    /// part last heard something at 90.010 s: at 165.010 s it has had enough.
    @Test(
        "a cut is found out by the next ping at one end, and by silence at the other",
        arguments: [true, false])
    func death(folds: Bool) {
        let salon = Salon(settings: Self.settings(folds: folds))
        salon.cluster.plan(DeviceCut(between: DeviceSet()), at: .at(.seconds(100)), for: nil)
        #expect(salon.run(until: .seconds(300)) == .reachedEnd)
        #expect(salon.notes() == ["opened at 0s", "silent at 130s"])
        #expect(salon.butlerNotes == ["opened at 0s", "silent at 165.01s"])
    }

    /// Pings of 50 s: that of 100 s has no answer by 110 s. The part last heard something at 50.010 s, and waits for two and a
    /// half of them.
    @Test("a door may say how often it is to be pinged", arguments: [true, false])
    func door(folds: Bool) {
        let salon = Salon(pingEvery: .seconds(50), settings: Self.settings(folds: folds))
        salon.cluster.plan(DeviceCut(between: DeviceSet()), at: .at(.seconds(100)), for: nil)
        #expect(salon.run(until: .seconds(300)) == .reachedEnd)
        #expect(salon.notes() == ["opened at 0s", "silent at 110s"])
        #expect(salon.butlerNotes == ["opened at 0s", "silent at 175.01s"])
    }

    /// The ping of 120 s is sent again at 121, 123 and 127 s; by then the path is well again.
    @Test("a cut that ends before the answer is overdue kills nobody", arguments: [true, false])
    func survival(folds: Bool) {
        let salon = Salon(settings: Self.settings(folds: folds))
        salon.cluster.plan(DeviceCut(between: DeviceSet()), at: .at(.seconds(100)), for: .seconds(25))
        salon.tell(Guest.say(1), at: .seconds(200))
        #expect(salon.run(until: .seconds(300)) == .reachedEnd)
        #expect(salon.notes() == ["opened at 0s", "1 at 200021000.104us"])
        #expect(salon.butlerNotes == ["opened at 0s", "1 at 200011000.052us"])
    }

    /// Cut off at 100 s, when each line has its next ping within 30 s, and no answer 10 s later. By chance, of 200 lines
    /// a third is found dead in each third of these times: 67 on average, with a deviation of 7.
    @Test("lines that stand from the start ping each in a phase of its own")
    func spread() throws {
        func deaths(folds: Bool) throws -> [Span] {
            let salon = Salon(guests: 200, settings: Self.settings(folds: folds, spreads: true))
            salon.cluster.plan(DeviceCut(between: DeviceSet()), at: .at(.seconds(100)), for: nil)
            #expect(salon.run(until: .seconds(300)) == .reachedEnd)
            return try (0..<200).map { guest in
                let note = try #require(salon.notes(of: guest).last)
                #expect(note.hasPrefix("silent at "))
                return try Span(reading: String(note.dropFirst("silent at ".count)))
            }
        }
        let times = try deaths(folds: true)
        #expect(try times == deaths(folds: false))
        for start: Int64 in [110, 120, 130] {
            let third = Span.seconds(start)..<Span.seconds(start + 10)
            #expect((40..<94).contains(times.count { third.contains($0) }))
        }
    }

    /// Many lines with delays that vary, and faults of several kinds that come and go, some while pings are
    /// under way.
    @Test("folded and unfolded pings find the same deaths at the same instants")
    func folding() {
        func deaths(folds: Bool) -> [[String]] {
            let salon = Salon(
                guests: 60, connected: false,
                link: LinkProfile(delay: .delay(median: .milliseconds(40), p99: .milliseconds(900))),
                settings: Self.settings(folds: folds))
            for guest in 0..<60 { salon.tell(Guest.open, to: guest, at: .milliseconds(Int64(guest) * 997)) }
            func half(_ name: String) -> DeviceSet {
                DeviceSet(share: 0.5, draws: Streams(seed: 1, purpose: Purpose(name)))
            }
            let cluster = salon.cluster
            cluster.plan(DeviceCut(between: half("a")), at: .at(.milliseconds(91_020)), for: .seconds(4))
            cluster.plan(
                DeviceCut(between: half("b"), direction: .up), at: .at(.seconds(130)), for: .seconds(33))
            cluster.plan(
                DeviceCut(between: half("c"), direction: .down), at: .at(.seconds(150)), for: .seconds(12))
            cluster.plan(RouterRestart(half("d")), at: .at(.seconds(200)), for: nil)
            cluster.plan(
                Crash(cluster.machines(of: [salon.butler])), at: .at(.seconds(260)), for: .seconds(5))
            #expect(salon.run(until: .seconds(600)) == .reachedEnd)
            return (0..<60).map { salon.notes(of: $0) } + [salon.butlerNotes]
        }
        let folded = deaths(folds: true)
        #expect(folded == deaths(folds: false))
        #expect(folded.joined().count { $0.hasPrefix("silent") } > 20)
        #expect(folded.joined().count { $0.hasPrefix("reset") } > 20)
    }

    /// Nobody pings, and nobody speaks: neither end ever finds out.
    @Test("without pings a line that is half open stays so")
    func halfOpen() {
        let salon = Salon()
        salon.tell(Guest.vanish, at: .seconds(1))
        #expect(salon.run(until: .seconds(3_600)) == .reachedEnd)
        #expect(salon.butlerNotes == ["opened at 0s"])
    }
}
