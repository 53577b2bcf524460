import Experiments
import Foundation
import Testing
import Vocabulary

@Suite("experiments: what a study varies")
struct SweepTests {
    private func loaded(_ sweep: String) -> LoadedScenario {
        let text = """
            hubbub: 1
            name: study
            design: post-office
            seed: 7
            duration: 10m
            users: { count: 1000, regions: { eu: 60%, us: 40% } }
            load:
              - { name: usual, send: 1/m per user }
            \(sweep)

            """
        return ScenarioLoader(designs: TestDesigns.all) { (_) throws(Misreading) in
            throw Misreading("there is no other file")
        }.load(Array(text.utf8), from: "study.yaml")
    }

    @Test("a grid has each value with each, the last key fastest; ranges are whole numbers")
    func grid() throws {
        let sweep = try #require(loaded("sweep: { users.count: [10, 20], seed: 1..3 }").sweep)
        #expect(sweep.keys == ["users.count", "seed"])
        #expect(
            sweep.points.map { $0.map(\.value) } == [
                ["10", "1"], ["10", "2"], ["10", "3"], ["20", "1"], ["20", "2"], ["20", "3"],
            ])
    }

    @Test("a list has just its points")
    func list() throws {
        let sweep = try #require(
            loaded("sweep:\n  - { users.count: 10, seed: 1 }\n  - { users.count: 20, seed: 5 }").sweep)
        #expect(sweep.points.map { $0.map(\.value) } == [["10", "1"], ["20", "5"]])
    }

    @Test("what a file says of a study is no part of its scenario")
    func apart() {
        #expect(loaded("sweep: { seed: 1..3 }").scenario == loaded("").scenario)
        #expect(loaded("").sweep == nil)
    }

    @Test(
        "what is no study is refused, with a value where it stands",
        arguments: [
            ("sweep: { user.count: [10, 20] }", "there is no 'user' in a scenario"),
            ("sweep: { users.count: [10, many] }", "sweep: users.count=many: error: "),
            ("sweep: { users.count: [10, 20, 10] }", "study.yaml:9:32: error: '10' is here twice"),
            ("sweep: {}", "nothing is varied here"), ("sweep: []", "nothing is varied here"),
            ("sweep: users.count", "sweep is a mapping, not a single value"),
            ("sweep: { seed: 5..1 }", "'5..1' is no range of whole numbers that rises"),
            ("sweep: { seed: 1..1000, users.count: 1..1000 }", "these are more than 100,000 points in all"),
            ("sweep: { users.count: [[1], 2] }", "this is a single value, not a list"),
            ("sweep: { name: [a, b] }", "'name' cannot be varied"),
            ("sweep: { seed: [] }", "there is no value here"),
            ("sweep:\n  - { seed: 1, users.count: 10 }\n  - { seed: 2 }", "all points set the same keys"),
            ("sweep:\n  - { seed: 1 }\n  - { seed: 1 }", "this point is here twice"),
        ])
    func refused(_ sweep: String, _ message: String) {
        let found = loaded(sweep)
        #expect(found.scenario == nil)
        #expect(found.findings.text.contains(message), "\(found.findings.text)")
    }
}
