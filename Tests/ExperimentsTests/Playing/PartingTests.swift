import Experiments
import Testing
import Vocabulary

/// The first event at which two runs part.
@Suite("experiments: where runs part")
struct PartingTests {
    /// User 0 writes to user 1 four times a second for 20 s: some thousand events, of which a trail has every
    /// 1,024th. With 3 ms more on the way from 12 s on, nothing before can differ.
    private static func town(_ faults: String) throws -> Play {
        try play(
            """
            hubbub: 1
            name: pair
            design: single-server
            seed: 3
            duration: 20s
            drain: 5s
            users: { count: 20, contacts: 5 }
            load: [{ name: usual, send: 1/s per user, direct: 100% }]
            faults: \(faults)
            """)
    }

    @Test("is told by the event, and not by the interval in which it lies")
    func event() throws {
        let fault = "[{ name: mud, at: 12s, for: 3s, delay: { between: client, and: server, add: 3ms } }]"
        let parting = try #require(try Self.town(fault).parting(from: try Self.town("[]")))
        let before = try #require(parting.before)
        let time = try #require(before.firstMatch(of: /event \d+ at ([\d.]+)s/).flatMap { Double($0.1) })
        // The next packet after 12 s: each of 20 people taps once a second.
        #expect((12.0...12.5).contains(time), "\(before)")
        #expect(!before.contains("0x0000"), "\(before)")
    }

    @Test("is nowhere for two runs of the same")
    func nowhere() throws {
        let parting = try Self.town("[]").parting(from: try Self.town("[]"))
        #expect(parting == nil)
        #expect(try Self.town("[]").events(1_025..<1_027) == (try Self.town("[]").events(1_025..<1_027)))
    }
}
