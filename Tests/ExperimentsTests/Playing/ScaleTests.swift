import Experiments
import Testing

/// What a run's letters would cost at the scale that the design was made for.
@Suite("experiments: at the scale of the design")
struct ScaleTests {
    private static func first(_ load: String) throws -> String {
        let result = try played(
            """
            hubbub: 1
            name: small
            design: single-server
            seed: 3
            duration: 1m
            drain: 10s
            users: { count: 20, contacts: 5 }
            load: [\(load)]
            """
        ).result
        return try #require(result.cost.extrapolation.first)
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
}
