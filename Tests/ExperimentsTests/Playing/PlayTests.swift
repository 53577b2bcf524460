import Chat
import Designs
import Experiments
import Results
import Testing
import Vocabulary

/// A scenario's text, played.
func played(_ text: String, on design: any Design.Type = SingleServer.self) throws -> Play.PlayedRun {
    try play(text, on: design).run()
}

/// A scenario's text, ready to be played.
func play(_ text: String, on design: any Design.Type = SingleServer.self) throws -> Play {
    let loaded = ScenarioLoader(designs: [design.sheet]) { (path) throws(Misreading) in
        throw Misreading("there is no \(path)")
    }.load(Array(text.utf8), from: "test.yaml")
    return Play(
        try #require(loaded.scenario, "\(loaded.findings.text)"), design: design,
        thresholds: loaded.thresholds, healthy: loaded.healthy)
}

@Suite("experiments: a run")
struct PlayTests {
    @Test("a small town is served, and the result says so")
    func small() throws {
        let outcome = try played(
            """
            hubbub: 1
            name: small
            design: single-server
            seed: 1
            duration: 2m
            warmup: 10s
            drain: 30s
            users: { count: 500 }
            load:
              - { name: usual, send: 10/m per user, size: 4KB, direct: 100% }
            topology: { server: { service-time: 1ms } }
            thresholds:
              - delivery p99 < 2s
              - availability >= 99.99%
              - server.utilisation max < 50%
              - delivery p50 < 1ms
            """)
        let result = outcome.result
        #expect(result.verdict.word == .failed)
        #expect(result.thresholds.map(\.outcome) == [.held, .held, .held, .failed])
        #expect(result.invariants.allSatisfy { $0.broken == 0 })
        #expect(result.summaries.first?.undelivered == 0)
    }

    @Test(
        "what is on its way when a run ends is late, not lost",
        arguments: [("1s", "0s"), ("1ms", "0s"), ("1s", "1ms")])
    func cutShort(duration: String, drain: String) throws {
        let result = try played(
            """
            hubbub: 1
            name: cut-short
            design: single-server
            seed: 1
            duration: \(duration)
            warmup: 0s
            drain: \(drain)
            users: { count: 500 }
            load:
              - { name: usual, send: 600/m per user, size: 4KB, direct: 100% }
            topology: { server: { service-time: 1ms } }
            """
        ).result
        #expect(try #require(result.summaries.first).undelivered > 0)
        #expect(result.invariants.allSatisfy { $0.broken == 0 })
    }

    /// 50 letters a second of 8 ms each.
    @Test("how busy a machine was is its share of the time under load, however long the drain is")
    func underLoad() throws {
        func utilisation(drain: String) throws -> UInt64 {
            let result = try played(
                """
                hubbub: 1
                name: under-load
                design: single-server
                seed: 4
                duration: 40s
                warmup: 5s
                drain: \(drain)
                users: { count: 100 }
                load:
                  - { name: usual, send: 30/m per user, size: 1KB, direct: 100% }
                topology: { server: { cores: 1, service-time: 8ms } }
                """
            ).result
            return try #require(result.topology.roles.first { $0.name == "server" }?.machines.first)
                .utilisation
        }
        let short = try utilisation(drain: "10s")
        #expect((360_000...440_000).contains(short))
        #expect(try utilisation(drain: "2m") == short)
    }

    /// A hundred people tap every 10 s, each at a moment of its own, so a stall of 10 s keeps a hundred of 5,000
    /// letters waiting, two in a hundred, for what is left of it. The 99th percentile is the 50th longest of
    /// these waits: of a hundred moments drawn from 10 s that is 5 s, give or take 0.5 s; three times that is
    /// granted. Whoever waits for an answer before sending on, or counts from when the server takes a letter,
    /// sees a stall in as many letters as it has senders, or in none.
    @Test("a server that stalls for 10 s is in the p99 of those who tap meanwhile, and they tap all the same")
    func stall() throws {
        let outcome = try played(
            """
            hubbub: 1
            name: stall
            design: single-server
            seed: 1
            duration: 500s
            drain: 1m
            users: { count: 100, access: { wifi: 100% } }
            load:
              - { name: usual, send: 6/m per user, size: 100B, arrivals: constant, direct: 100% }
            topology:
              server: { store: behind }
              links:
                "* <-> *": { delay: 1ms, loss: 0% }
            faults:
              - { name: stall, at: 200s, for: 10s, pause: { target: server } }
            thresholds:
              - delivery count == 5000
              - delivery p97 < 20ms
              - delivery p99 > 3500ms
              - delivery p99 < 6500ms
              - delivery max > 9s
              - delivery max < 10200ms
              - accept p99 > 3500ms
              - accept p99 < 6500ms
            """)
        let judgements = outcome.result.thresholds
        #expect(judgements.map(\.outcome) == judgements.map { _ in .held }, "\(judgements)")
    }
}
