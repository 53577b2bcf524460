import Chaos
import Designs
import Experiments
import Simulation
import Testing
import Vocabulary

@Suite("chaos: drawing")
struct DrawingTests {
    private func drawn<Run>(_ count: Int, _ draw: (inout RandomStream) -> Run) -> [Run] {
        let streams = Streams(seed: 1, purpose: Purpose("drawing"))
        return (0..<count).map { number in
            var stream = streams.stream(of: UInt64(number))
            return draw(&stream)
        }
    }

    private func length(_ fault: FaultPlan) -> Span { (fault.end ?? .zero) - (fault.at ?? .zero) }

    /// Of what is drawn at random, next to nothing begins at the microsecond at which another one of the server
    /// is healed, or lasts while several of them come and go.
    @Test("faults come in volleys, one as another ends, under the cover of a long one, inside the envelope")
    func volleys() throws {
        let arena = try SmallWorld().arena()
        let swarm = Swarm(arena)
        let runs = drawn(300) { swarm.faults(&$0) }
        #expect(runs.contains { arena.admits($0) } && !runs.contains { !arena.admits($0) })
        #expect(!runs.contains { $0.count > 12 || $0.isEmpty })
        func isVolley(_ faults: [FaultPlan]) -> Bool {
            faults.contains { first in
                faults.contains { $0.role == first.role && $0.name != first.name && $0.at == first.end }
            }
        }
        func isCovered(_ faults: [FaultPlan]) -> Bool {
            faults.contains { cover in
                let inside = faults.filter {
                    $0.role != cover.role && $0.at ?? .zero >= cover.at ?? .zero
                        && $0.end ?? .zero <= cover.end ?? .zero
                }
                return length(cover) > .zero && inside.count >= 3
            }
        }
        #expect(runs.count(where: isVolley) > 100)
        #expect(runs.count(where: isCovered) > 75)
        let scattered = drawn(300) { swarm.scattered(&$0) }
        #expect(scattered.count(where: isVolley) < 10)
        #expect(scattered.count(where: isCovered) < 75)
    }

    /// Of the server's thirteen kinds eight are of its network, and one each of its power and its disk. Every
    /// third fault is of its power, and of the others a quarter: a half in all.
    @Test("what there are many kinds of comes no more often in volleys")
    func layers() throws {
        let swarm = Swarm(try SmallWorld().arena())
        func faults(_ runs: [[FaultPlan]]) -> [String] {
            runs.joined().filter { $0.role == "server" }.map(\.kind)
        }
        let together = faults(drawn(300) { swarm.faults(&$0) })
        let byThemselves = faults(drawn(300) { swarm.scattered(&$0) })
        #expect(together.count { $0 == "crash" } * 5 > together.count * 2)
        #expect(together.count { $0 == "disk" } * 10 > together.count)
        #expect(byThemselves.count { $0 == "crash" } * 10 < byThemselves.count)
    }

    /// Apart from its log, a consumer talks with hosts, but with neither the gateway nor the store behind a service.
    @Test("a partition is from everybody or from a role that is talked with, both ways or one way")
    func partitions() throws {
        let text = """
            hubbub: 1
            name: pairs
            design: sender-service
            seed: 3
            duration: 100s
            warmup: 10s
            drain: 60s
            users: { count: 20 }
            load: [{ name: usual, send: 10/m per user, size: 1KB, direct: 100% }]
            random: { kinds: [partition], targets: [message-consumer], for: exp 5s, recover-first: false }
            """
        let loaded = ScenarioLoader(designs: [SenderService.sheet]) { (_) throws(Misreading) in [] }
            .load(Array(text.utf8), from: "pairs.yaml")
        var arena = try Arena(
            try #require(loaded.scenario), design: SenderService.self, thresholds: loaded.thresholds,
            healthy: loaded.healthy, beyond: false)
        arena.learn(from: arena.control.run())
        let swarm = Swarm(arena)
        let targets = drawn(200) { swarm.faults(&$0) }.joined().map { fault in
            fault.targetText.drop { $0 != " " }
        }
        for peer in ["chat-host", "recipient-log", "host-assigner", "message-service"] {
            #expect(targets.contains(" and \(peer)"))
            #expect(targets.contains(" to \(peer)"))
        }
        #expect(targets.count { $0.hasSuffix(" *") } * 3 > targets.count)
        for stranger in ["gateway", "message-store"] { #expect(!targets.contains { $0.hasSuffix(stranger) }) }
    }

    /// One copy on one disk: neither a lost disk nor lost bits are survived by a design that keeps no more.
    @Test("what takes the only copy along comes beyond the envelope alone")
    func onlyCopy() throws {
        func worst(beyond: Bool) throws -> Set<String> {
            let swarm = Swarm(try SmallWorld().arena(beyond: beyond))
            let words = drawn(300) { swarm.faults(&$0) }.joined().flatMap { fault in
                fault.parameters.map { "\($0.path) \($0.text)" }
            }
            return Set(words).intersection(["crash.lose disk", "disk.mode corrupt"])
        }
        #expect(try worst(beyond: false) == [])
        #expect(try worst(beyond: true) == ["crash.lose disk", "disk.mode corrupt"])
    }

    /// A campaign plays what it has drawn without a file; what it finds goes through one.
    @Test("whatever is drawn or grown could be written in a file")
    func files() throws {
        let arena = try SmallWorld().arena()
        let swarm = Swarm(arena)
        let growth = Growth(arena)
        let grown = drawn(20) { stream in
            (0..<40).reduce(into: [swarm.faults(&stream)]) { runs, _ in
                let parent = Growth.Parent(runs[runs.count - 1], promises: [.at(arena.from)])
                runs.append(growth.grown(parent, beside: runs[0], &stream))
            }
        }
        for faults in grown.joined() {
            let trial = Trial(faults, in: arena)
            #expect(Trial(checking: trial.scenario, design: arena.design)?.scenario == trial.scenario)
        }
    }

    /// Of 40 s a tenth of a second is a four-hundredth.
    @Test("runs that are grown have the power fail right after a promise that was open for long")
    func promises() throws {
        let arena = try SmallWorld().arena()
        let away = try #require(arena.palette.choices.first { $0.kind == "disconnect" })
        let faults = [away.plan(named: "disconnect-1", at: arena.from, for: arena.healedBy - arena.from)]
        let middle = arena.from + (arena.healedBy - arena.from) / 2
        let growth = Growth(arena)
        func count(_ promises: [Instant]) -> Int {
            drawn(300) { growth.grown(Growth.Parent(faults, promises: promises), beside: [], &$0) }.count {
                run in
                run.contains {
                    $0.kind == "crash" && $0.at! >= middle && $0.at! <= middle + .milliseconds(100)
                }
            }
        }
        #expect(count([.at(middle)]) > 40)
        #expect(count([]) < 5)
    }

    /// One of two things was met ten times, the other once: of three that are drawn, the odds are seven to one
    /// that one is the rare.
    @Test("a run grows out of what few have met rather than out of what many have")
    func rare() throws {
        let choice = try #require(try SmallWorld().arena().palette.choices.first)
        func run(_ name: String) -> Growth.Parent {
            Growth.Parent([choice.plan(named: name, at: .seconds(1), for: .seconds(1))])
        }
        var corpus = Corpus()
        for _ in 0..<10 { corpus.take(["usual"], of: run("usual")) }
        corpus.take(["rare"], of: run("rare"))
        let chosen = drawn(800) { corpus.choose(&$0) }.count { $0 == run("rare") }
        #expect((650...750).contains(chosen))
    }
}
