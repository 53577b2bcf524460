import Chat
import Cluster
import Designs
import Experiments
import Results
import Testing

/// The first violation of a promise has the whole history of its letter.
@Suite("experiments: histories of violations")
struct HistoryTests {
    /// The single server, which stores letters and sends them to nobody.
    private enum Forgetful: Design {
        static let sheet = SingleServer.sheet
        static let stages = SingleServer.stages
        static let promises = SingleServer.promises
        static func build(on site: Site) -> (User) -> FrontDoor {
            SingleServer.build(on: site, rules: .losesLetters)
        }
    }

    private static let text = """
        hubbub: 1
        name: loss
        design: single-server
        seed: 5
        duration: 10s
        drain: 20s
        users: { count: 2 }
        script:
          - { at: 1s, user: 0, send: user 1 }
          - { at: 2s, user: 1, send: user 0 }
        """

    @Test("tapped, on its way, worked on, stored, accepted, and then nothing more")
    func lost() throws {
        let result = try play(Self.text, on: Forgetful.self).run().result
        #expect(result.verdict.word == .violated)
        let lost = try #require(result.invariants.first { $0.name == "never-lost" })
        #expect(lost.broken == 2)
        let first = try #require(lost.violations.first)
        #expect(first.letter == "letter 0.0")
        #expect(
            first.history.map { "\($0.place): \($0.what)" } == [
                "phone of user 0: tapped on device 0.0, for user 1",
                "phone of user 0: way in begins",
                "server[0]: server core wait begins",
                "server[0]: server work begins",
                "server[0]: server disk begins",
                "server[0]: server core wait begins",
                "server[0]: server disk begins",
                "server[0]: server core wait begins",
                "server[0]: server disk begins",
                "phone of user 0: is told that the system has it",
            ])
        #expect(first.history.map(\.time) == first.history.map(\.time).sorted())
        // Only the first is followed.
        #expect(lost.violations.dropFirst().allSatisfy { $0.history.isEmpty && $0.letter.isEmpty })
    }

    @Test("the same run has the same history, and one without a violation has none")
    func same() throws {
        let (one, two) = (
            try play(Self.text, on: Forgetful.self).run(), try play(Self.text, on: Forgetful.self).run()
        )
        #expect(ResultFile.text(of: one.result) == ResultFile.text(of: two.result))
        #expect(try played(Self.text).result.invariants.allSatisfy { $0.violations.isEmpty })
    }

    @Test("a run that is stopped while it is played once more is incomplete, under a name of its own")
    func stopped() throws {
        let whole = try play(Self.text, on: Forgetful.self).run().result
        var asked = 0
        let stopped = try play(Self.text, on: Forgetful.self).run { _ in
            asked += 1
            return asked < 40  // the run is of 30 s
        }.result
        #expect(!stopped.run.isComplete)
        #expect(stopped.verdict.word == .interrupted)
        #expect(stopped.run.digest != whole.run.digest)
    }
}
