import Designs
import Experiments
import Foundation
import Testing
import Vocabulary

/// A run is played again from the scenario that it has written down, with all that nobody said.
@Suite("experiments: resolved scenarios")
struct ResolvedTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Scenarios")

    private static let names = ((try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".yaml") }.sorted()

    private func load(_ text: String, from path: String = "test.yaml") -> LoadedScenario {
        ScenarioLoader(designs: [SingleServer.sheet, SenderService.sheet]) { (path) throws(Misreading) in
            guard let data = FileManager.default.contents(atPath: path) else {
                throw Misreading("there is no such file")
            }
            return Array(data)
        }.load(Array(text.utf8), from: path)
    }

    private func expectItReadsBack(_ scenario: Scenario) {
        let again = load(scenario.resolvedText)
        #expect(again.findings.isSound, "\(again.findings.text)")
        #expect(again.scenario == scenario)
        #expect(again.scenario?.resolvedText == scenario.resolvedText)
    }

    @Test("each scenario that ships reads back", arguments: names)
    func shipped(name: String) throws {
        let path = Self.folder.appending(path: name).path
        let loaded = load(try String(contentsOfFile: path, encoding: .utf8), from: path)
        expectItReadsBack(try #require(loaded.scenario, "\(loaded.findings.text)"))
    }

    /// What one key says would contradict the default of another one, or make it say nothing.
    @Test(
        "a value beside which the default of another key would be wrong reads back",
        arguments: [
            "users: { count: 100, rooms: { one-of-all: true } }",
            "users: { count: 2 }",
            "users: { count: 100, sessions: { online: 1m, away: 1m } }",
            "users: { count: 100 }\nhealthy: { window: 2m, expect: [delivery p99 < 1s] }",
            "users: { count: 100 }\nfaults: [{ name: cut, at: 10s, reset: { between: server, and: client } }]",
            "users: { count: 100 }\nfaults: [{ name: cut, at: 10s, for: 5s, ratio: 0%, pause: { target: server } }]",
            "users: { count: 100 }\nduration: 2s\nwarmup: 1s\npatience: 5s",
        ])
    func contradictions(keys: String) throws {
        let text = """
            hubbub: 1
            name: keys
            design: single-server
            seed: 1
            \(keys.contains("duration") ? "" : "duration: 1m")
            load: [{ name: usual, send: 2/m per user, size: 1KB, direct: 50% }]
            \(keys)
            """
        let loaded = load(text)
        expectItReadsBack(try #require(loaded.scenario, "\(loaded.findings.text)"))
    }
}
