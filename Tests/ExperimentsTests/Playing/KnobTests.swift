import Designs
import Experiments
import Testing
import Vocabulary

@Suite("experiments: knobs of single-server")
struct KnobTests {
    /// Thirty people, some of whose letters go to rooms of five, on a server that loses power once: small, and with something for every
    /// knob to act on.
    private static func scenario(_ turned: String = "") -> String {
        """
        hubbub: 1
        name: knobs
        design: single-server
        seed: 3
        duration: 40s
        drain: 40s
        users: { count: 30, rooms: { sizes: { 5: 100% } } }
        load: [{ name: usual, send: 1/s per user, size: 1KB, direct: 50% }]
        topology: { server: { cores: 1, service-time: exp 10ms\(turned.isEmpty ? "" : ", " + turned) } }
        faults: [{ name: power, at: 20s, crash: { target: server, restart-after: 2s } }]
        """
    }

    /// Each knob with a value that matters here.
    private static let turns = [
        "cores: 2", "queue: 1", "bandwidth: 1Mbit/s", "connections: 10", "sync: 50ms", "disk-rate: 100KB",
        "service-time: 20ms", "receipt-time: 5ms", "connect-time: 100ms", "store: behind", "envelope: 1KB",
        "body-limit: 500B", "room-limit: 2",
    ]

    @Test("every knob is turned by the tests")
    func all() {
        let knobs = SingleServer.sheet.roles[0].settings.knobs.map(\.name)
        #expect(knobs.sorted() == Self.turns.map { String($0.prefix { $0 != ":" }) }.sorted())
    }

    @Test("turning a knob changes what happens", arguments: turns)
    func turned(_ turn: String) throws {
        let name = turn.prefix { $0 != ":" }
        var text = Self.scenario(turn)
        if name == "cores" { text = text.replacing("cores: 1, ", with: "") }
        if name == "service-time" { text = text.replacing("service-time: exp 10ms, ", with: "") }
        #expect(try played(text).behaviourDigest != played(Self.scenario()).behaviourDigest)
    }
}
