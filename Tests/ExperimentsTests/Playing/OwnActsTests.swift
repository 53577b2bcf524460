import Chat
import Experiments
import Testing
import Vocabulary

@Suite("experiments: acts of one design")
struct OwnActsTests {
    private static func scenario(_ act: String) -> String {
        """
        hubbub: 1
        name: acts
        design: lodge
        seed: 1
        duration: 3s
        users: { count: 7, rooms: { sizes: { 3: 100% } } }
        script: [{ at: 1s, user: 0, \(act) }]

        """
    }

    private func load(_ act: String) -> LoadedScenario {
        ScenarioLoader(designs: [Lodge.sheet]) { (_) throws(Misreading) in [] }
            .load(Array(Self.scenario(act).utf8), from: "acts.yaml")
    }

    @Test(
        "each kind of argument is read, and written as it was",
        arguments: [
            ("tip: 5", .count(5), "5"), ("tip: 2k", .count(2_000), "2000"),
            ("wave: 6", .user(User(6)), "6"), ("call: user 6", .recipient(.direct(User(6))), "user 6"),
            ("call: room 1", .recipient(.room(Room(1))), "room 1"),
            ("enter: room 1", .room(Room(1)), "room 1"), ("nod: ", .nothing, ""),
            ("greet: good-night", .word(1), "good-night"),
        ] as [(String, ActSheet.ArgumentValue, String)])
    func read(act: String, value: ActSheet.ArgumentValue, argument: String) throws {
        let loaded = load(act)
        let scenario = try #require(loaded.scenario, "\(loaded.findings.text)")
        #expect(scenario.script[0].value == value)
        #expect(scenario.script[0].argument == argument)
        let again = ScenarioLoader(designs: [Lodge.sheet]) { (_) throws(Misreading) in [] }
            .load(Array(scenario.resolvedText.utf8), from: "again.yaml")
        #expect(again.scenario == scenario)
    }

    /// Seven users make rooms of three, two and two.
    @Test(
        "and refused, with what would be right",
        arguments: [
            ("tip: much", "'much' is not a count"), ("tip: ", "a count is missing here"),
            ("wave: 7", "there is no user 7; they count from 0 to 6"),
            ("wave: 5G", "'5G' is more than 2147483647"),
            ("call: 6", "'6' is not whom it goes to"), ("call: user 7", "there is no user 7; they count"),
            ("call: room 3", "there is no room 3"), ("enter: user 1", "'user 1' is not whom it goes to"),
            ("nod: twice", "this act takes nothing"),
            ("greet: hello", "'hello' is none of good-morning, good-night"),
            ("bow: deep", "there is no 'bow' in an act"),
            ("send: user 7", "there is no user 7; they count"), ("join: room 3", "there is no room 3"),
        ])
    func refused(act: String, message: String) {
        let loaded = load(act)
        #expect(loaded.scenario == nil)
        #expect(loaded.findings.text.contains("error: \(message)"), "\(loaded.findings.text)")
    }

    @Test(
        "each is played: the behaviour of the run is another one", arguments: ["tip: 6", "nod: ", "wave: 1"])
    func acted(act: String) throws {
        let digest = try played(Self.scenario(act), on: Lodge.self).behaviourDigest
        #expect(try played(Self.scenario("tip: 5"), on: Lodge.self).behaviourDigest != digest)
    }
}
