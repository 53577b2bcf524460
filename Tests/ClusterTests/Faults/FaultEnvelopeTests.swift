import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: random schedules")
struct FaultEnvelopeTests {
    private func envelope(atMost: Int = 1, recovery: Span = .zero) -> FaultEnvelope {
        FaultEnvelope(
            [
                .init("broker", 0...2, kinds: ["crash", "pause"], atMost: atMost),
                .init("chat-host", 4...7, kinds: ["slow"], atMost: atMost),
            ], in: .at(.seconds(10)) ..< .at(.minutes(20)), healedBy: .at(.minutes(20)),
            interval: .exponential(Exponential(mean: 2e9)),
            duration: .uniform(Uniform(from: 1e9, to: 9e9)), recovery: recovery)
    }

    @Test("a seed draws one schedule, in the order of time, inside of its window", arguments: Chance.seeds)
    func pure(seed: UInt64) {
        let strikes = envelope().schedule(seed: seed)
        #expect(strikes == envelope().schedule(seed: seed))
        #expect(strikes != envelope().schedule(seed: seed + 100))
        #expect(strikes == strikes.sorted { $0.start < $1.start })
        for strike in strikes {
            #expect(strike.start >= .at(.seconds(10)))
            #expect(strike.start + strike.duration <= .at(.minutes(20)))
            #expect(strike.duration <= .seconds(9))
            switch strike.role {
            case "broker":
                #expect((0...2).contains(strike.number))
                #expect(["crash", "pause"].contains(strike.kind))
            default:
                #expect(strike.role == "chat-host")
                #expect((4...7).contains(strike.number))
                #expect(strike.kind == "slow")
            }
        }
        // Every machine and kind comes up: a set is free for at least a seventh of 1,190 s.
        let met = Set(strikes.map { strike -> String in "\(strike.role)[\(strike.number)] \(strike.kind)" })
        #expect(met.count == 3 * 2 + 4)
    }

    @Test(
        "no more of a set are faulty at a time than may be, and the next waits until the last is in sync",
        arguments: [1, 2], [Span.zero, .seconds(7)])
    func bounds(atMost: Int, recovery: Span) {
        let strikes = envelope(atMost: atMost, recovery: recovery).schedule(seed: 7)
        #expect(strikes.count > 100)
        #expect(excess(strikes, atMost: atMost, recovery: recovery) == nil)
        // The check notices an envelope that is wider.
        #expect(
            excess(
                envelope(atMost: atMost + 1, recovery: recovery).schedule(seed: 7), atMost: atMost,
                recovery: recovery) != nil)
        #expect(excess(strikes, atMost: atMost, recovery: recovery + .seconds(1)) != nil)
    }

    /// A zone has a machine of each role, and stands for one of it: while it is cut off nothing else of these roles fails.
    @Test("a zone counts as one machine of each role that is spread over zones")
    func zones() {
        var spread = envelope()
        spread.sets.append(
            .init("@home/b", 0...0, kinds: ["partition"], roles: ["broker", "chat-host"]))
        let strikes = spread.schedule(seed: 7)
        let cuts = strikes.filter { $0.role == "@home/b" }
        #expect(cuts.count > 20)
        for cut in cuts {
            let meanwhile = strikes.filter {
                $0 != cut && $0.start < cut.start + cut.duration && cut.start < $0.start + $0.duration
            }
            #expect(meanwhile == [])
        }
        // The roles by themselves have nothing to do with each other.
        let others = strikes.filter { $0.role != "@home/b" }
        #expect(zip(others, others.dropFirst()).contains { $1.start < $0.start + $0.duration })
    }

    @Test("what one set may suffer changes nothing of what befalls another one")
    func independent() {
        var wider = envelope()
        wider.sets[1].atMost = 4
        func strikes(_ envelope: FaultEnvelope, _ role: String) -> [FaultEnvelope.Strike] {
            envelope.schedule(seed: 3).filter { $0.role == role }
        }
        #expect(strikes(wider, "broker") == strikes(envelope(), "broker"))
        #expect(strikes(wider, "chat-host").count > strikes(envelope(), "chat-host").count)
    }

    /// Where more of a role are faulty, or in recovery, than may be.
    private func excess(_ strikes: [FaultEnvelope.Strike], atMost: Int, recovery: Span) -> Instant? {
        for strike in strikes {
            let faulty = strikes.filter {
                $0.role == strike.role && $0.start <= strike.start
                    && strike.start < $0.start + $0.duration + recovery
            }
            if faulty.count > atMost || Set(faulty.map(\.number)).count < faulty.count { return strike.start }
        }
        return nil
    }
}
