import Experiments
import Simulation
import Testing

/// Whatever bytes come in, an answer comes out: a scenario or findings, never a trap.
@Suite("experiments: any bytes at all")
struct ReaderFuzzTests {
    private static let pieces: [[UInt8]] = [
        "&a ", "*a", "<<: ", "{", "}", "[", "]", ": ", "- ", "\n", "\t", "  ", "\"", "'", "|\n", "#",
        "!!str ", "---\n",
        "%", "@eu", "0", "99999999999999999999", "-1", "1e9", "10%", "0s", "p99", "..", "\u{2028}", "é",
        "\u{FEFF}", "🏔️",
        "? ", "null", "~", "extends: a", "..\n", "\r", "[0..9]",
    ].map { Array($0.utf8) }

    private func load(_ bytes: [UInt8]) -> LoadedScenario {
        ScenarioLoader(designs: TestDesigns.all) { _ in bytes }.load(bytes, from: "fuzz.yaml")
    }

    /// A sound scenario has a text that reads back; a broken one says why, in a text of reasonable length.
    private func check(_ bytes: [UInt8]) {
        let loaded = load(bytes)
        if let scenario = loaded.scenario {
            #expect(TestDesigns.load(scenario.resolvedText).scenario == scenario)
        } else {
            #expect(loaded.findings.errors > 0)
            #expect(loaded.findings.text.utf8.count < 200_000)
        }
    }

    @Test("valid files with bytes changed, cut, doubled and words put in")
    func mutations() {
        var stream = Streams(seed: 1, purpose: Purpose("mutations")).stream(of: 0)
        let files = [TestDesigns.full, TestDesigns.least()].map { Array($0.utf8) }
        for round in 0..<1_500 {
            var bytes = files[round % 2]
            for _ in 0...stream.below(3) {
                let place = stream.below(bytes.count)
                switch stream.below(4) {
                case 0: bytes[place] = UInt8(stream.below(256))
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + stream.below(20)))
                case 2:
                    bytes.insert(
                        contentsOf: bytes[place..<min(bytes.count, place + stream.below(40))], at: place)
                default: bytes.insert(contentsOf: Self.pieces[stream.below(Self.pieces.count)], at: place)
                }
            }
            check(bytes)
        }
    }

    @Test("words of YAML in any order")
    func words() {
        var stream = Streams(seed: 2, purpose: Purpose("words")).stream(of: 0)
        for _ in 0..<2_000 {
            check((0..<stream.below(30)).flatMap { _ in Self.pieces[stream.below(Self.pieces.count)] })
        }
    }

    @Test("bytes in any order")
    func bytes() {
        var stream = Streams(seed: 3, purpose: Purpose("bytes")).stream(of: 0)
        for _ in 0..<2_000 { check((0..<stream.below(60)).map { _ in UInt8(stream.below(256)) }) }
    }

    /// Each of these takes a careless reader minutes, gigabytes or its stack.
    @Test("what is made to hurt")
    func malice() {
        let opens = String(repeating: "[", count: 200_000)
        let wide = "a: [" + String(repeating: "x,", count: 150_000) + "]"
        let line = "hubbub: " + String(repeating: "9", count: 900_000)
        let keys = (0..<10_000).map { "k\($0): 1" }.joined(separator: "\n")
        let marks = String(repeating: "? ", count: 100_000)
        for text in [opens, wide, line, keys, marks] { check(Array(text.utf8)) }
        check([UInt8](repeating: 0x20, count: 2_000_000))
    }

    /// 10,000 unknown keys and six that are missing; a hundred are listed.
    @Test("who has thousands of mistakes reads the first hundred, and how many there are")
    func many() {
        let findings = load(Array((0..<10_000).map { "k\($0): 1\n" }.joined().utf8)).findings
        #expect(findings.all.count == 100)
        #expect(findings.text.hasSuffix("… and 9,906 more\n10006 errors; nothing was run\n"))
    }
}
