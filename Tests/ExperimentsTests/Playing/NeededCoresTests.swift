import Designs
import Experiments
import Testing

/// How many cores a role is said to need.
@Suite("experiments: the cores that are needed")
struct NeededCoresTests {
    private static func hint(
        on role: String, _ topology: String, duration: String, _ load: [String]
    ) throws -> String {
        let hints = try played(
            """
            hubbub: 1
            name: needs
            design: sender-service
            seed: 1
            duration: \(duration)
            drain: 10s
            users: { count: 40, contacts: 10 }
            load: [\(load.joined(separator: ", "))]
            topology: { \(role): { count: 2, cores: 1, \(topology) } }
            thresholds: [delivery p99 < 1s]
            """, on: SenderService.self
        ).result.verdict.hints
        return try #require(hints.first { $0.hasPrefix("\(role).cores is 1") }, "\(hints)")
    }

    /// 40 letters a second take 40 ms as requests and 40 ms as answers: 3.2 cores. Answers to what waits in the queue have not
    /// been work yet, and copies have: it is told by the letters of the first 40 s.
    @Test("what letters took before there were too many says what they would take")
    func before() throws {
        let hint = try Self.hint(
            on: "gateway", "letter-every: 100ms, request-time: 40ms", duration: "80s",
            [
                "{ name: usual, send: 6/m per user, size: 1KB, direct: 100% }",
                "{ name: spike, send: 60/m per user, from: 40s, size: 1KB, direct: 100% }",
            ])
        let needed = try #require(
            hint.firstMatch(of: /was work for about ([0-9.]+) cores/).flatMap { Double($0.1) })
        #expect((2.9...3.5).contains(needed), "\(hint)")
    }

    /// Too many from the first second on. Consumers ask the assigner again and again, which is nothing that letters take.
    @Test(
        "where all is distorted by what is sent again no number is said",
        arguments: [("gateway", "request-time: 80ms"), ("host-assigner", "request-time: 60ms")])
    func never(role: String, topology: String) throws {
        let hint = try Self.hint(
            on: role, topology, duration: "40s",
            ["{ name: usual, send: 30/m per user, size: 1KB, direct: 100% }"])
        #expect(
            hint.hasPrefix(
                "\(role).cores is 1, and what came was work for more than 2 cores, for how many this run does "
                    + "not say: begin with --set topology.\(role).cores=2, or a shorter "),
            "\(hint)")
    }
}
