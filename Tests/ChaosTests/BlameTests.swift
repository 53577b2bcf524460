import Chaos
import Experiments
import Testing
import Vocabulary

/// What each set of faults does is made up, so that who is to blame is known.
@Suite("chaos: blame")
struct BlameTests {
    private func faults(_ names: [String]) throws -> [FaultPlan] {
        let arena = try SmallWorld().arena()
        return names.map { arena.palette.choices[0].plan(named: $0, at: .seconds(30), for: .seconds(1)) }
    }

    private func blame(
        _ names: [String], fails: @escaping (Set<String>) -> Bool = { _ in false },
        _ sum: @escaping (Set<String>) -> Int64
    ) throws -> Blame {
        Blame(of: try faults(names), seed: 1) { faults in
            let set = Set(faults.map(\.name))
            return (Excess(sum: sum(set), later: 0, never: 0), fails(set))
        }
    }

    private func shares(_ blame: Blame) -> [String: Int64] {
        Dictionary(uniqueKeysWithValues: blame.causes.map { ($0.name, $0.share) })
    }

    @Test("what each does by itself is its share")
    func additive() throws {
        let each: [String: Int64] = ["a": 700, "b": 20, "c": 1]
        let blame = try blame(["a", "b", "c"]) { $0.reduce(0) { $0 + each[$1]! } }
        #expect(shares(blame) == each)
        #expect(blame.interactions == [])
        #expect(blame.causes.map(\.alone.sum) == [700, 20, 1])
        #expect(blame.causes.map(\.without.sum) == [21, 701, 720])
    }

    /// A server that is down all the time hides that its disk is slow: (100 + 0) / 2 = 50 + (100 - 40) / 2.
    @Test("a fault that hides another one shares with it")
    func masking() throws {
        let blame = try blame(["down", "slow"]) { $0.contains("down") ? 100 : $0.contains("slow") ? 40 : 0 }
        #expect(shares(blame) == ["down": 80, "slow": 20])
        #expect(blame.interactions.map(\.words) == ["down alone 100ns, slow alone 40ns, both 100ns"])
        #expect(blame.interactions.first?.beyondSum == -40)
    }

    @Test("what only hurts together is shared evenly, and named")
    func pureInteraction() throws {
        let blame = try blame(["disk", "split"], fails: { $0.count == 2 }) { $0.count == 2 ? 9 : 0 }
        #expect(blame.excess.sum == 9)
        // Nine cannot be halved: the odd one goes to the first by name.
        #expect(shares(blame) == ["disk": 5, "split": 4])
        #expect(blame.necessary == ["disk", "split"])
        #expect(blame.causes.allSatisfy { !$0.isSufficient })
        #expect(blame.interactions.map(\.words) == ["disk alone 0s, split alone 0s, both 9ns"])
    }

    @Test("a fault that takes off what others do has a share below nothing")
    func relief() throws {
        let blame = try blame(["brake", "storm"]) { set in
            set.contains("storm") ? (set.contains("brake") ? 30 : 90) : 0
        }
        #expect(shares(blame) == ["brake": -30, "storm": 60])
    }

    /// A made-up sum of 2 to 8 faults in which neighbours help each other.
    @Test("shares add up to the excess exactly, and the order of the file changes nothing", arguments: 2...8)
    func sums(count: Int) throws {
        let names = (0..<count).map { "fault-\($0)" }
        func sum(_ set: Set<String>) -> Int64 {
            names.enumerated().reduce(Int64(0)) { sum, fault in
                guard set.contains(fault.element) else { return sum }
                let helps = set.contains("fault-\(fault.offset + 1)")
                return sum + Int64(fault.offset * 101 + 7) + (helps ? 1_003 : 0)
            }
        }
        let forwards = try blame(names, sum)
        let backwards = try blame(names.reversed(), sum)
        #expect(forwards.causes.reduce(0) { $0 + $1.share } == sum(Set(names)))
        #expect(shares(forwards) == shares(backwards))
        #expect(forwards.interactions == backwards.interactions)
        #expect(forwards.isSampled == (count > 5))
    }

    /// 1 s later, sooner, never, and one that did not come without the faults either.
    @Test("excess counts what came later, and what never came up to the end of the drain")
    func excess() {
        func delivery(_ latency: Span?) -> KeptDelivery {
            KeptDelivery(.init(of: .init(0), 0), to: .init(1), tapped: .at(.seconds(10)), latency: latency)
        }
        let control = [Span.seconds(1), .seconds(5), .seconds(2), nil].map(delivery)
        let run = [Span.seconds(2), .seconds(1), nil, .seconds(3)].map(delivery)
        // 1 s, nothing, 100 s - 10 s - 2 s, nothing.
        #expect(
            Excess(of: run, beyond: control, end: .at(.seconds(100)))
                == Excess(sum: 89_000_000_000, later: 1, never: 1))
    }
}
