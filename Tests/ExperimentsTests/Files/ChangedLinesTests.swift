import Chat
import Designs
import Experiments
import Testing
import Vocabulary

@Suite("experiments: values that are no defaults")
struct ChangedLinesTests {
    private static let text = """
        hubbub: 1
        name: changes
        design: single-server
        seed: 5
        duration: 2m
        patience: 10s
        users: { count: 500, access: { wifi: 70%, 4g: 25%, 5g: 5% } }
        load:
          - { name: usual, size: 1KB }
          - { name: rush, from: 1m, send: 2/m per user }
          - { name: late, from: 90s, send: 2/m per user }
        topology: { server: { cores: 4, service-time: exp 200us } }
        client: { reconnect: { attempts: 9 } }
        healthy: { window: 20s, hold: 3, expect: [delivery p99 < 1s] }
        """

    private static func changes(_ text: String) throws -> [String] {
        let loaded = ScenarioLoader(designs: [SingleServer.sheet]) { (path) throws(Misreading) in
            throw Misreading("there is no \(path)")
        }.load(Array(text.utf8), from: "test.yaml")
        let scenario = try #require(loaded.scenario, "\(loaded.findings.text)")
        let lines = scenario.resolvedText.split(separator: "\n")
        return scenario.changedLines(from: SingleServer.sheet).map {
            lines[$0 - 1].drop { $0 == " " }.description
        }
    }

    /// What a file says without need is not marked: `patience`, the size of the first phase, `service-time`, `hold`. Nor
    /// is what a phase takes over, whether it says so or not; and 8 attempts would be usual for a retry, not for
    /// a reconnect.
    @Test("what is written as it would be anyway does not count, by name, place and part")
    func changes() throws {
        #expect(
            try Self.changes(Self.text) == [
                "name: changes", "design: single-server", "seed: 5", "duration: 2m", "count: 500",
                "wifi: 70%",
                "5g: 5%", "- name: usual", "- name: rush", "from: 1m", "send: 2/m per user", "- name: late",
                "from: 1m30s", "cores: 4", "attempts: 9", "window: 20s", "- \"delivery p99 < 1s\"",
            ])
        #expect(
            try Self.changes(Self.text.replacing("attempts: 9", with: "attempts: 8")).contains("attempts: 8"))
    }

    /// A stored run is repeated from its resolved scenario, and has to come to the same lines.
    @Test("a resolved scenario has the same changes as the file that it came from")
    func resolved() throws {
        let loaded = ScenarioLoader(designs: [SingleServer.sheet]) { (path) throws(Misreading) in
            throw Misreading("there is no \(path)")
        }.load(Array(Self.text.utf8), from: "test.yaml")
        let resolved = try #require(loaded.scenario).resolvedText
        #expect(try Self.changes(resolved) == Self.changes(Self.text))
    }
}
