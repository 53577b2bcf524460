import Designs
import Experiments
import Testing

/// What a run's letters would cost at the scale that the design was made for.
@Suite("experiments: at the scale of the design")
struct ScaleTests {
    private static func first(_ load: String) throws -> String { try #require(try lines(load).first) }

    private static func lines(
        _ load: String, server: String = "{}", client: String = "{}"
    ) throws -> [String] {
        try played(
            """
            hubbub: 1
            name: small
            design: single-server
            seed: 3
            duration: 1m
            drain: 10s
            users: { count: 20, contacts: 5 }
            load: [\(load)]
            topology: { server: \(server) }
            client: \(client)
            """
        ).result.cost.extrapolation
    }

    /// S0-6 asks for letters of 4 KB.
    @Test("letters of another size than the design is made for are said to be")
    func sizes() throws {
        let other = try Self.first(
            "{ name: a, send: 6/m per user, size: 1KB, direct: 100% }, "
                + "{ name: b, send: 6/m per user, from: 30s, size: 2KB, direct: 100% }")
        #expect(
            other.hasPrefix("S0-6 asks for 100,000 people, each with a letter of 4 KB every 60s"), "\(other)")
        #expect(
            other.hasSuffix(
                "of this run, whose letters are of 1KB and 2KB: all bytes below are for such letters"),
            "\(other)")
        let same = try Self.first("{ name: a, send: 6/m per user, size: 4KB, direct: 100% }")
        #expect(same.hasSuffix(" letters/s of this run"), "\(same)")
    }

    /// Two letters a second, and 67 machines that look after each other.
    @Test("a small run of a design that does much without letters says nothing of what many letters take")
    func small() throws {
        let lines = try played(
            """
            hubbub: 1
            name: small
            design: sender-service
            seed: 3
            duration: 1m
            drain: 10s
            users: { count: 20, contacts: 5 }
            load: [{ name: a, send: 6/m per user, size: 4KB, direct: 100% }]
            """, on: SenderService.self
        ).result.cost.extrapolation
        #expect(lines.count == 2, "\(lines)")
        #expect(lines.last?.hasPrefix("what that takes such a small run does not tell") == true, "\(lines)")
    }

    /// 20 letters a second, and a server that does ten of them: half of them wait at the end.
    @Test("what has not been done is not in the work that a run is said to be")
    func undone() throws {
        let load = "{ name: a, send: 60/m per user, size: 4KB, direct: 100% }"
        func partly(_ server: String, _ client: String) throws -> [String] {
            try Self.lines(load, server: server, client: client).filter { $0.contains("of what was done") }
        }
        let some = try partly("{ cores: 1, service-time: 100ms }", "{ timeout: 10m }")
        #expect(some.count == 2, "\(some)")
        #expect(some.first?.contains(" deliveries of this run never came: ") == true, "\(some)")
        #expect(some.last?.hasPrefix("server: work for ") == true, "\(some)")
        #expect(try partly("{ cores: 4, service-time: 100ms }", "{ timeout: 10m }") == [])
        let again = try Self.lines(
            load, server: "{ cores: 1, service-time: 100ms }", client: "{ timeout: 5s }")
        #expect(again.contains { $0.hasPrefix("apps sent letters of this run again ") }, "\(again)")
    }
}
