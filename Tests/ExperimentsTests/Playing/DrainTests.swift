import Designs
import Experiments
import Results
import Testing

/// A run that ends with its last letters under way.
@Suite("experiments: the end of a run")
struct DrainTests {
    private static func town(drain: String, server: String = "{}") -> String {
        """
        hubbub: 1
        name: town
        design: single-server
        seed: 1
        duration: 1s
        drain: \(drain)
        users: { count: 100 }
        load: [{ name: steady, send: 60/m per user, size: 1KB, direct: 100% }]
        topology: { server: \(server) }
        thresholds: [delivery p50 < 1ms, availability > 99%, availability.service > 99%]
        """
    }

    @Test("letters that the end of the run came before are put down to the drain, and not to links")
    func drain() throws {
        let none = try played(Self.town(drain: "0s")).result.verdict
        #expect(
            none.causes.contains {
                $0.hasSuffix(" deliveries that never came were sent less than 10s before the run ended")
            }, "\(none.causes)")
        #expect(!none.causes.contains { $0.contains("nobody was busy") })
        #expect(
            none.hints.contains(
                "drain is 0s: letters that are sent last have no more time than that: --set drain=10s"))
        let long = try played(Self.town(drain: "10s")).result.verdict
        #expect(!(long.causes + long.hints).contains { $0.contains("drain") })
    }

    /// Of about 100 letters the last few have no answer yet. With a drain of the patience, nobody's letter is left out.
    @Test("a tap whose time was not up when the run ended counts in no availability")
    func availability() throws {
        for name in ["availability", "availability.service"] {
            let judged = try played(Self.town(drain: "0s")).result.thresholds.filter {
                $0.text.hasPrefix("\(name) ")
            }
            #expect(judged.count == 1)
            #expect(judged.allSatisfy { $0.outcome == .held })
        }
    }
}
