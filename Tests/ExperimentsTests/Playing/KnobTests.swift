import Designs
import Experiments
import Results
import Testing
import Vocabulary

/// One key of a scenario, and another value for it.
struct Turn: Sendable, CustomTestStringConvertible {
    /// As the format lists it, `faults.NAME.loss.burst`.
    let key: String
    let value: String
    /// What the scenario needs so that the key matters, as `--set` would say it.
    let ground: [Override]

    init(_ key: String, _ value: String, on ground: [(key: String, value: String)] = []) {
        self.key = key
        self.value = value
        self.ground = ground.map { Override($0.key, $0.value) }
    }

    /// `faults.it.loss.burst`: where the value goes. Tables are set whole, as lists of values are.
    var path: String {
        var path = key
        for (list, element) in [
            ("load.NAME", "load.usual"), ("faults.NAME", "faults.it"), ("script.NAME", "script.0"),
            ("topology.links.KEY", "topology.links.* <-> *"),
        ] where path.hasPrefix(list) { path = element + path.dropFirst(list.count) }
        for rest in [".KEY", ".NAME"] where path.hasSuffix(rest) { path = String(path.dropLast(rest.count)) }
        return path
    }

    var testDescription: String { "\(path): \(value)" }

    func play(_ isTurned: Bool) throws -> Play.PlayedRun {
        try Self.play(ground + (isTurned ? [Override(path, value)] : []))
    }

    /// Thirty people, some of whose letters go to rooms of five, on a server that loses power once: small,
    /// and with something for every key to act on.
    private static func play(_ overrides: [Override]) throws -> Play.PlayedRun {
        let text = """
            hubbub: 1
            name: keys
            design: single-server
            seed: 3
            duration: 40s
            drain: 40s
            users: { count: 30, rooms: { sizes: { 5: 100% } } }
            load: [{ name: usual, send: 1/s per user, size: 1KB, direct: 50% }]
            topology: { server: { cores: 1, service-time: exp 10ms } }
            faults: [{ name: it, at: 20s, crash: { target: server, restart-after: 2s } }]
            """
        let loaded = ScenarioLoader(designs: [SingleServer.sheet], overrides: overrides) {
            (path) throws(Misreading) in throw Misreading("there is no \(path)")
        }.load(Array(text.utf8), from: "keys.yaml")
        let scenario = try #require(loaded.scenario, "\(loaded.findings.text)")
        return Play(
            scenario, design: SingleServer.self, thresholds: loaded.thresholds, healthy: loaded.healthy
        ).run()
    }

    /// A fault from 10 s on, for 10 s unless it says otherwise, among people of two regions, whose server
    /// stands in the first.
    static func fault(_ key: String, _ value: String, _ fault: String, _ times: String = "at: 10s, for: 10s")
        -> Turn
    {
        Turn(
            "faults.NAME.\(key)", value,
            on: [("users.regions", "{ eu: 50%, us: 50% }"), ("faults", "[{ name: it, \(times), \(fault) }]")])
    }

    /// A script, beside the load; room 6 has everybody in it.
    static func act(_ key: String, _ value: String, _ script: String) -> Turn {
        Turn(
            "script.NAME.\(key)", value,
            on: [("users.rooms.sizes", "{ 5: 50%, 30: 50% }"), ("script", "[\(script)]")])
    }
}

@Suite("experiments: keys of scenario files")
struct KnobTests {
    @Test("every key that `explain` lists is turned by these tests, or they say why it cannot be")
    func all() {
        let keys = Self.changing.map(\.key) + Self.measured.map(\.key) + Self.fixed
        #expect(Set(keys).count == keys.count)
        #expect(Set(ScenarioFormat.paths(for: SingleServer.sheet)) == Set(keys))
    }

    @Test("turning a key changes what happens", arguments: changing)
    func turned(_ turn: Turn) throws {
        #expect(try turn.play(true).behaviourDigest != turn.play(false).behaviourDigest)
    }

    /// The scenario's own text is a part of the result, and the digest of both: they do not count.
    @Test("turning a key of measurement changes the result, and nothing that happens", arguments: measured)
    func onlyMeasured(_ turn: Turn) throws {
        let outcomes = try [turn.play(true), turn.play(false)]
        #expect(outcomes[0].behaviourDigest == outcomes[1].behaviourDigest)
        let results = outcomes.map { outcome in
            var result = outcome.result
            result.scenario.text = ""
            result.run.digest = Digits(0)
            return ResultFile.text(of: result)
        }
        #expect(results[0] != results[1])
    }
}
