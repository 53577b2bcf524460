import Chat
import Simulation
import Testing
import Vocabulary

@Suite("population: what people do")
struct TownTests {
    private static func load(_ perSecond: Double, isConstant: Bool = false) -> PopulationPlan.LoadPhase {
        PopulationPlan.LoadPhase(perSecond: perSecond, isConstant: isConstant, size: .constant(1_000))
    }

    /// 50 people, one letter in 50 s, for 10 min: 600. Of a Poisson number the standard error is √600 = 24.5;
    /// four are granted.
    @Test("as many letters are tapped as the load says, up to chance")
    func poisson() {
        let run = SingleServerRun(users: 50, plan: { $0.phases = [Self.load(0.02)] }).play(
            until: .minutes(13))
        #expect(abs(Int(run.ledger.counts.taps) - 600) < 98)
        #expect(run.ledger.counts.taps != 600)
        #expect(run.ledger.counts.shown == run.ledger.counts.taps)
        #expect(run.ledger.invariants.count == 0)
    }

    @Test("at equal distances there are exactly as many")
    func constant() {
        let run = SingleServerRun(
            users: 50, plan: { $0.phases = [Self.load(0.02, isConstant: true)] }
        ).play(until: .minutes(13))
        #expect(run.ledger.counts.taps == 600)
    }

    /// How many taps 400 people make until each of these moments.
    private static func taps(_ phases: [PopulationPlan.LoadPhase], until ends: [Span]) -> [Int] {
        ends.map { end in
            let run = SingleServerRun(
                users: 400,
                plan: {
                    $0.phases = phases.filter { $0.from < end }
                    $0.end = end
                })
            return Int(run.play(until: end).ledger.counts.taps)
        }
    }

    private static func phase(
        from: Span, perMinute: Double, isConstant: Bool = false
    ) -> PopulationPlan.LoadPhase {
        PopulationPlan.LoadPhase(
            from: from, perSecond: perMinute / 60, isConstant: isConstant, size: .constant(1_000))
    }

    /// 400 people, 1/m by chance, then 1/m and 2/m at equal distances, then 1/m by chance: in each interval at
    /// equal distances just one each. By chance it is 400 with a standard error of 20, of which four are granted; what
    /// is left of the equal distances would add an interval's half.
    @Test("a phase brings its load from its first moment on, however sends followed each other before")
    func changeOfSpacing() {
        let phases = [
            Self.phase(from: .zero, perMinute: 1),
            Self.phase(from: .minutes(1), perMinute: 1, isConstant: true),
            Self.phase(from: .minutes(2), perMinute: 2, isConstant: true),
            Self.phase(from: .minutes(3), perMinute: 1),
        ]
        let ends = [Span.minutes(1), .minutes(2), .seconds(150), .minutes(3), .minutes(4)]
        let taps = Self.taps(phases, until: ends)
        let each = zip(taps.dropFirst(), taps).map { $0 - $1 }
        #expect(abs(taps[0] - 400) < 80)
        #expect(each.dropLast() == [400, 400, 400])
        #expect(abs(each[3] - 400) < 80, "\(each[3])")
    }

    /// From 1/m to 6/m: 400 in the first 10 s, and in those that follow, ± 80.
    @Test("another rate of sends by chance holds from its first moment on")
    func changeOfRate() {
        let phases = [
            Self.phase(from: .zero, perMinute: 1), Self.phase(from: .minutes(1), perMinute: 6),
        ]
        let taps = Self.taps(phases, until: [.minutes(1), .seconds(70), .seconds(80)])
        #expect(abs(taps[1] - taps[0] - 400) < 80)
        #expect(abs(taps[2] - taps[1] - 400) < 80)
    }

    /// 50 people in 25 rooms of two and in one of them all, each half of the letters: 1,200 in all, so 600 ± 17.3
    /// to the large one, of which four are granted. By rooms it would have one of 26, by seats half of all seats
    /// and 25 times as many as any other.
    @Test("the share of a room size is a share of letters, however many people a room has")
    func roomShares() {
        let run = SingleServerRun(
            users: 50,
            plan: {
                $0.rooms = [(size: 2, share: 0.5), (size: 50, share: 0.5)]
                $0.phases = [PopulationPlan.LoadPhase(perSecond: 0.04, size: .constant(1_000), direct: 0)]
            }
        ).play(until: .minutes(10))
        let toLarge = run.taps.count { $0.contains(" to room 25,") }
        let taps = run.taps.count
        #expect(abs(taps - 1_200) < 139)
        #expect(abs(toLarge - taps / 2) < 70, "\(toLarge) of \(taps)")
        #expect(run.taps.allSatisfy { $0.contains(" to room ") })
    }

    /// Letters to people and to rooms, of sizes that are drawn, by people who come and go. Two minutes of a
    /// letter in 50 s each of 30 people: 72 in all if everybody were there, and 70 % are.
    @Test("taps are the same, byte for byte, whatever the server is like and whatever breaks")
    func sameTaps() {
        func play(
            _ server: [String: String] = [:], seed: UInt64 = 1, _ plan: (SingleServerRun) -> Void = { _ in }
        ) -> [String] {
            let run = SingleServerRun(
                users: 30, devices: 2, room: true, seed: seed, server: server,
                plan: {
                    $0.phases = [
                        PopulationPlan.LoadPhase(
                            perSecond: 0.02, size: .exponential(Exponential(mean: 1_000)), direct: 0.7)
                    ]
                    $0.online = 0.7
                    $0.session = .exponential(Exponential(mean: 60e9))
                    $0.end = .minutes(2)
                })
            plan(run)
            return run.play(until: .minutes(5)).taps
        }
        let taps = play()
        #expect(taps.count > 20)
        #expect(taps.contains { $0.contains(" to user ") })
        #expect(taps.contains { $0.contains(" to room ") })
        // Two different settings of the server.
        #expect(taps == play(["store": "behind", "service-time": "exp 50ms"]))
        #expect(taps == play(["store": "first", "service-time": "2s", "cores": "2"]))
        // Faults that lose letters, lines and answers, so that apps send and connect again.
        #expect(taps == play { $0.crash(at: .seconds(30), for: .seconds(20)) })
        #expect(
            taps
                == play { run in
                    let people = (0..<15).map { User($0) }
                    run.disconnect(people, at: .seconds(20), for: .seconds(40))
                })
        #expect(taps != play(seed: 2))
    }

    @Test("people write to a few others, and never to themselves")
    func contacts() {
        let run = SingleServerRun(
            users: 40,
            plan: {
                $0.phases = [Self.load(0.1)]
                $0.contacts = 3
                $0.end = .minutes(2)
            }
        ).play(until: .minutes(5))
        let letters = run.ledger.stages.run.slowest(1_000)
        let friends = Dictionary(grouping: letters, by: \.letter.sender).mapValues {
            Set($0.map(\.recipient))
        }
        #expect(friends.count == 40)
        #expect(friends.values.allSatisfy { $0.count <= 3 })
        #expect(friends.values.contains { $0.count == 3 })
        #expect(friends.allSatisfy { !$0.value.contains($0.key) })
    }

    /// Each letter finds its recipient online with 30 %. Sessions last 600 s on average, so the 400 people
    /// are about as many independent draws: √(0.3·0.7/400) = 2.3 %; four are granted.
    @Test("as large a share is online as the plan says, from the beginning to the end")
    func online() {
        let run = SingleServerRun(
            users: 400,
            plan: {
                $0.online = 0.3
                $0.phases = [Self.load(0.05)]
            }
        ).play(until: .minutes(13))
        let online = run.samples(.delivery).count + Int(run.ledger.counts.interrupted)
        let share = Double(online) / Double(run.ledger.counts.due)
        #expect(abs(share - 0.3) < 0.092, "a share of \(share)")
        #expect(run.ledger.invariants.count == 0)
    }
}
