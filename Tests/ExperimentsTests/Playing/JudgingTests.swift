import Chat
import Designs
import Experiments
import Reports
import Results
import Testing
import Vocabulary

/// What somebody has to know before any figure of a run stands in its first line, and in all reports of it.
@Suite("experiments: what a verdict leads with")
struct JudgingTests {
    private static func town(
        _ name: String, load: String, more: String = "", thresholds: String = "delivery p99 < 10s"
    ) -> String {
        """
        hubbub: 1
        name: \(name)
        design: single-server
        seed: 3
        duration: 1m
        drain: 1m
        users: { count: 200 }
        load:
          - { name: usual, direct: 100%, \(load) }
        thresholds: [\(thresholds)]
        \(more)

        """
    }

    /// The first line of each report that people or programs read.
    private func firstLines(_ result: RunResult) throws -> [String] {
        let junit = JUnit.text(of: [.init(result, took: .seconds(1))], at: "2000-12-31T23:59:59")
        return [
            String(try #require(TerminalReport(of: result).text.split(separator: "\n").first)),
            String(try #require(MarkdownReport(of: result).text.split(separator: "\n").first)),
            String(try #require(junit.split(separator: "\n").first { $0.contains("name=\"verdict\"") })),
            String(try #require(junit.split(separator: "\n").first { $0.contains("<system-out>") })),
            String(
                try #require(Page(of: result).html.split(separator: "\n").first { $0.contains("<title>") })),
        ]
    }

    private func expectFirstLines(_ result: RunResult, say text: String) throws {
        for line in try firstLines(result) { #expect(line.contains(text), "\(line)") }
    }

    /// 200 people, 20 letters a minute each, 4,096 bytes at the most: of sizes from 1 KB to 8 KB 56 % are above.
    @Test("letters that a rule refuses are counted, with their reason, and are not held against availability")
    func refused() throws {
        let result = try played(
            Self.town(
                "half-refused", load: "send: 20/m per user, size: uniform 1KB..8KB",
                thresholds: "delivery p99 < 10s, availability == 100%, refused.by-rule count < 1000")
        ).result
        let refused = try #require(result.refused.first)
        #expect(result.refused.count == 1)
        #expect(refused.reason == "the body is too large")
        #expect(refused.isByRule)
        // About 4,000 taps: 8,000 - 4,096 of 7,000 bytes are 55.8 %, 2,231 ± 31.
        #expect((2_100...2_360).contains(refused.count))
        #expect(result.thresholds.map(\.outcome) == [.held, .held, .failed])
        #expect(result.verdict.headline.hasPrefix("\(grouped(refused.count)) of "))
        #expect(result.verdict.headline.hasSuffix(" refused"))
        try expectFirstLines(result, say: result.verdict.headline)
        let note = try #require(result.verdict.notes.first)
        #expect(
            note.hasSuffix(
                "were refused by a rule of the design: the body is too large (\(grouped(refused.count)))"))
        #expect(TerminalReport(of: result).text.contains("were refused by a rule of the design"))
        let gauge = try #require(result.gauges.first { $0.metric == "refused.by-rule" })
        #expect(gauge.values.compactMap(\.self).reduce(0, +) == refused.count)
        #expect(Export.series(of: result).contains(",,refused.by-rule,,count,"))
        #expect(Page(of: result).html.contains("refused.by-rule"))
    }

    /// A server that is full answers nothing at all; a disk that is full answers that it failed.
    @Test("letters refused in trouble are counted too, and count against availability")
    func inTrouble() throws {
        let result = try played(
            Self.town(
                "disk-full", load: "send: 20/m per user, size: 1KB",
                more: "faults:\n  - { name: full, at: 20s, disk: { target: server, mode: full } }\n",
                thresholds: "availability < 60%, refused.in-trouble count > 100")
        ).result
        #expect(result.thresholds.map(\.outcome) == [.held, .held])
        #expect(result.refused.map(\.reason) == ["the system failed"])
        #expect(result.refused.allSatisfy { !$0.isByRule })
        #expect(result.verdict.notes.contains { $0.hasPrefix("letters were refused in trouble ") })
    }

    @Test("nothing accepted decides nothing, unless a threshold speaks of it")
    func nothingAnswered() throws {
        func run(_ thresholds: String) throws -> RunResult {
            try played(
                Self.town(
                    "nothing", load: "send: 2/m per user",
                    more: """
                        faults:
                          - { name: cut, at: 0s, partition: { between: client, and: server } }
                        """, thresholds: thresholds)
            ).result
        }
        let silent = try run("lost count == 0")
        #expect(silent.verdict.word == .inconclusive)
        #expect(silent.verdict.exitCode == 2)
        #expect(silent.verdict.headline == "nothing accepted")
        #expect(silent.verdict.reasons.first?.hasPrefix("nothing was accepted: ") == true)
        try expectFirstLines(silent, say: "INCONCLUSIVE, nothing accepted")
        #expect(try run("delivery ratio == 0%").verdict.word == .passed)
        #expect(try run("delivery p50 < 10s").verdict.word == .failed)
    }

    @Test("never healthy, not even before the first fault: what failed decides nothing, what was broken does")
    func neverHealthy() throws {
        let result = try played(
            Self.town(
                "never-healthy", load: "send: 40/m per user, size: 1KB",
                more: """
                    topology: { server: { service-time: 20ms, cores: 1 } }
                    healthy: { window: 5s, hold: 2, expect: [delivery p90 < 100ms] }
                    faults:
                      - { name: stop, at: 30s, for: 5s, pause: { target: server } }
                    """, thresholds: "delivery p99 < 1s, availability >= 99%")
        ).result
        #expect(result.verdict.word == .inconclusive)
        #expect(result.verdict.exitCode == 2)
        #expect(result.verdict.reasons.first == "never healthy, not even before the first fault")
        #expect(result.thresholds.map(\.outcome) == [.inconclusive, .inconclusive])
        try expectFirstLines(result, say: "INCONCLUSIVE, never healthy")
    }

    /// 200 people with a letter in twenty minutes: about ten in a minute.
    @Test("ten samples decide no p99")
    func tenSamples() throws {
        let result = try played(Self.town("ten", load: "send: 3/h per user, size: 1KB")).result
        let count = try #require(result.summaries.first).count
        #expect((2...20).contains(count))
        #expect(result.verdict.word == .inconclusive)
        #expect(
            result.verdict.reasons == [
                "delivery p99 < 10s is \(Wording.measured(result)), \(count) samples, and p99 takes 1,000"
            ])
        try expectFirstLines(result, say: "INCONCLUSIVE, too few samples")
    }

    private enum Wording {
        static func measured(_ result: RunResult) -> String {
            result.thresholds[0].value.map { $0.description } ?? "—"
        }
    }

    /// Each message crosses one link and belongs to one pair of roles, devices being one.
    @Test("what roles say to each other adds up to what the links carried")
    func traffic() throws {
        let result = try played(Self.town("traffic", load: "send: 20/m per user, size: 1KB")).result
        let edges = result.topology.edges
        #expect(edges.map { "\($0.from) to \($0.to)" } == ["users to server", "server to users"])
        #expect(edges.reduce(0) { $0 + $1.messages } == result.cost.messages)
        #expect(edges.reduce(0) { $0 + $1.bytes } == result.cost.bytes)
        #expect(edges.allSatisfy { $0.messagesAcross == $0.messages && $0.bytesAcross == $0.bytes })
        #expect(result.cost.messages > 0)
    }

    /// User 1 comes back when nobody gets through to the server any more: the letter that the system has was not
    /// lost, and nobody hangs.
    @Test("what people could not get because they were cut off is no broken promise, and no hang")
    func cutOff() throws {
        let result = try played(
            """
            hubbub: 1
            name: cut-off
            design: single-server
            seed: 1
            duration: 10m
            drain: 10m
            users: { count: 4 }
            script:
              - { at: 1s, user: 1, go: offline }
              - { at: 10s, user: 0, send: user 1 }
              - { at: 20s, user: 1, go: online }
            faults:
              - { name: wall, at: 15s, partition: { between: server, and: client } }
            """
        ).result
        #expect(result.invariants.allSatisfy { $0.broken == 0 })
        #expect(result.events.filter { $0.kind == "hang" } == [])
        #expect(result.verdict.word != .violated)
    }
}
