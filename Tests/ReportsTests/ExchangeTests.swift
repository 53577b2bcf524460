import Foundation
import Reports
import Results
import Testing
import Vocabulary

@Suite("reports: for CI")
struct CIReportTests {
    /// 1,234.5678 s: no reader takes more than three decimals, nor a comma.
    private static func junit(_ results: [RunResult]) -> String {
        JUnit.text(
            of: results.map { JUnit.TimedRun($0, took: .microseconds(1_234_567_800)) },
            at: "2000-12-31T23:59:59")
    }

    @Test("JUnit: a case for each threshold and invariant")
    func junit() throws {
        try expectSnapshot(Self.junit([MadeUp.partition, MadeUp.quiet]), "junit.xml")
    }

    @Test("JUnit is valid by the schema that CI servers go by, whatever the names are")
    func junitSchema() throws {
        let schema = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "JUnit.xsd")
        func check(_ text: String) throws -> (output: String, code: Int32) {
            let file = FileManager.default.temporaryDirectory.appending(path: "hubbub-junit-\(UUID()).xml")
            try text.write(to: file, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(at: file) }
            return try run("xmllint", ["--noout", "--nonet", "--schema", schema.path(), file.path()])
        }
        let hostile = MadeUp.hostile("\"><x/>]]>&amp;\u{0}\u{1B}[1m\u{202E}")
        var nameless = RunResult()
        nameless.run.name = "-"
        let text = Self.junit([MadeUp.partition, MadeUp.quiet, MadeUp.large, hostile, nameless])
        let checked = try check(text)
        #expect(checked.code == 0, "\(checked.output)")
        // What one of the two schemas refuses is found.
        let spoilt = [
            ("failures=", "failed="), (" hostname=\"localhost\"", ""), (" type=\"threshold\"", ""),
            ("<testsuites>", "<testsuites name=\"hubbub\">"), ("  <system-err/>\n", ""),
            ("time=\"1234.568\"", "time=\"1,234.568\""), ("time=\"1234.568\"", "time=\"1234.5678\""),
            ("23:59:59\"", "23:59:59Z\""), (" time=\"0\"", ""),
        ]
        for (part, other) in spoilt {
            let broken = text.replacing(part, with: other)
            #expect(broken != text, "\(part)")
            #expect(try check(broken).code != 0, "\(part)")
        }
    }

    @Test("JUnit: a run that failed without a threshold is not green")
    func junitVerdict() {
        var stopped = MadeUp.quiet
        stopped.verdict.word = .interrupted
        stopped.verdict.reasons = ["interrupted at 3m"]
        let text = Self.junit([stopped])
        // 2 thresholds, 3 invariants, the verdict.
        #expect(text.contains("tests=\"6\" failures=\"0\" errors=\"1\""))
        #expect(text.contains("<error message=\"interrupted at 3m\" type=\"inconclusive\"></error>"))
    }

    @Test("Markdown: what changed against a baseline comes first")
    func markdown() throws {
        var result = MadeUp.partition
        // 520 ms → 4,120 ms: +692.3 %; 58.4 s and 91.9 s against 0.94 s and 2.2 s are more.
        result.figures[3].value = .count(4)
        try expectSnapshot(MarkdownReport(of: result, baseline: MadeUp.quiet).text, "changed.md")
        try expectSnapshot(MarkdownReport(of: MadeUp.partition).text, "plain.md")
    }

    @Test("Markdown: an equal digest needs no table")
    func markdownSame() {
        let text = MarkdownReport(of: MadeUp.quiet, baseline: MadeUp.quiet).text
        #expect(text.contains("The digest is that of the baseline: nothing can have changed."))
        #expect(!text.contains("changed | baseline"))
    }

    @Test("Markdown: names are text")
    func markdownHostile() {
        let text = MarkdownReport(of: MadeUp.hostile("<b>|*x*|``y`\n# z")).text
        // In code, fenced with three backticks, nothing has to be escaped.
        let code = "``` <b>|*x*|``y`\\n# z ```"
        #expect(text.contains(code))
        #expect(!text.replacing(code, with: "").contains("<b>") && !text.contains("\n# z"))
        #expect(text.contains(##"&lt;b>\|\*x\*\|\`\`y\`\\n\# z"##))
    }

    @Test("Markdown: nothing in a name is markup, whatever the sign")
    func markdownSigns() {
        for (name, inert) in [
            ("[a](b)", #"\[a\](b)"#), ("![c](d)", #"\!\[c\](d)"#), ("_e_", #"\_e\_"#), ("@f", #"\@f"#),
            (#"\*"#, #"\\\*"#), ("&amp;", "&amp;amp;"), ("a < b", "a < b"), ("<i>", "&lt;i>"),
            ("#1", ##"\#1"##),
        ] {
            var result = MadeUp.quiet
            result.run.name = name
            let first = MarkdownReport(of: result).text.split(separator: "\n").first
            #expect(first == "## ✓ PASS · \(inert)")
        }
    }

    @Test("annotations: at most ten, the last says how many more")
    func annotations() {
        let finding = FileFinding(
            file: "a,b:c.yaml", position: SourcePosition(line: 3, column: 5), severity: .error,
            message: "100 %\nof it")
        #expect(
            GitHub.annotations([finding]) == "::error file=a%2Cb%3Ac.yaml,line=3,col=5::100 %25%0Aof it\n")
        let lines = GitHub.annotations(Array(repeating: finding, count: 12)).split(separator: "\n")
        #expect(lines.count == 10)
        #expect(lines.last == "::error::and 3 more; see the report")
        #expect(GitHub.annotations(Array(repeating: finding, count: 10)).split(separator: "\n").count == 10)
    }

    @Test("annotations point at the thresholds that did not hold")
    func findings() {
        #expect(
            GitHub.findings(of: MadeUp.partition).map { "\($0.position.line) \($0.message)" } == [
                "33 delivery p99.9 < 90s: ∞ (0.13% undelivered) in split (seed 42)",
                "35 search p99 < 1s: cannot be told: no samples: nobody searched (seed 42)",
            ])
    }

    @Test("a threshold of a file that the scenario extends is annotated there")
    func inherited() {
        var result = MadeUp.partition
        result.origin?.thresholdFiles = Array(repeating: "base.yaml", count: 4) + ["a.yaml"]
        #expect(
            GitHub.findings(of: result).map { "\($0.file):\($0.position.line)" } == [
                "base.yaml:33", "a.yaml:35",
            ])
        #expect(Self.junit([result]).contains(" (base.yaml, line 33)"))
    }

    @Test("a step summary stays below 1 MiB, and says what it leaves out")
    func stepSummary() {
        let large = String(repeating: "x", count: 400_000)
        let text = GitHub.stepSummary([large, large, large, large])
        #expect(text.utf8.count < 1_048_576)
        #expect(text.hasSuffix("and 2 more, for which there is no room here\n"))
        #expect(GitHub.stepSummary(["a\n", "b\n"]) == "a\n\nb\n")
    }

    @Test("SARIF: a result for each finding, at its place")
    func sarif() throws {
        let findings = [
            FileFinding(
                file: "my scenarios/é.yaml", position: SourcePosition(line: 43, column: 5), severity: .error,
                message: "unknown metric 'delivry'"),
            FileFinding(
                file: "b.yaml", position: SourcePosition(line: 1, column: 1), severity: .warning,
                message: "late"),
        ]
        let text = SARIF.text(of: findings, version: "0.1")
        let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(document["version"] as? String == "2.1.0")
        let run = try #require((document["runs"] as? [[String: Any]])?.first)
        let results = try #require(run["results"] as? [[String: Any]])
        #expect(results.map { $0["level"] as? String } == ["error", "warning"])
        let places = try #require(results[0]["locations"] as? [[String: [String: [String: Any]]]])
        #expect(
            places[0]["physicalLocation"]?["artifactLocation"]?["uri"] as? String
                == "my%20scenarios/%C3%A9.yaml")
        #expect(places[0]["physicalLocation"]?["region"]?["startLine"] as? Int == 43)
        let driver = try #require((run["tool"] as? [String: [String: Any]])?["driver"])
        let rules = try #require(driver["rules"] as? [[String: String]]).map { $0["id"] }
        #expect(Set(rules).count == rules.count)
        #expect(results.allSatisfy { rules.contains($0["ruleId"] as? String) })
    }
}

@Suite("reports: for other tools")
struct ExportTests {
    @Test("a trace holds each step of the slowest letters, the faults and what roles carried")
    func trace() throws {
        let document = try JSON(parsing: Trace.text(of: MadeUp.partition))
        let events = try #require(document["traceEvents"]?.elements)
        // 3 letters of 6 steps each, and 1 fault.
        #expect(events.filter { $0["ph"]?.text == "X" }.count == 19)
        // 2 measures of the whole and 6 of each of 2 roles, in 144 slices; lag is not known in the first 12.
        #expect(events.filter { $0["ph"]?.text == "C" }.count == 14 * 144 - 2 * 12)
        let hop = try #require(events.first { $0["name"]?.text == "users → server" })
        // Sent at 241 s, waited 88 s, then 21 ms on the way; all in microseconds.
        #expect(hop["ts"]?.integer == 329_000_000)
        #expect(hop["dur"]?.integer == 21_000)
    }

    /// By the description of the format: what each kind of event has to have, whole numbers for processes
    /// and threads, and on one thread no slice that begins within another one and outlasts it.
    @Test("a trace keeps the rules of its format", arguments: [MadeUp.partition, MadeUp.large, RunResult()])
    func traceFormat(result: RunResult) throws {
        let document = try JSON(parsing: Trace.text(of: result))
        let events = try #require(document["traceEvents"]?.elements)
        var named: [UInt64] = []
        var ends: [[UInt64]: UInt64] = [:]
        for event in events {
            let kind = try #require(event["ph"]?.text)
            let process = try #require(event["pid"]?.integer)
            #expect(event["name"]?.text?.isEmpty == false)
            switch kind {
            case "M":
                #expect(["process_name", "thread_name"].contains(event["name"]?.text))
                #expect(event["args"]?["name"]?.text?.isEmpty == false)
                if event["name"]?.text == "process_name" { named.append(process) }
            case "X":
                let start = try #require(event["ts"]?.nanoseconds)
                let length = try #require(event["dur"]?.nanoseconds)
                let thread = [process, try #require(event["tid"]?.integer)]
                #expect(start >= ends[thread] ?? 0, "\(event.line)")
                ends[thread] = start + length
            case "C":
                #expect(event["ts"]?.nanoseconds != nil)
                #expect(event["args"]?["value"]?.integer != nil)
            default: Issue.record("no event of the kind '\(kind)' is made here")
            }
            #expect(named.contains(process), "\(event.line)")
        }
        #expect(Set(named).count == named.count)
    }

    @Test("a trace as a file: no time in its header, the same twice, and gzip reads it")
    func gzip() throws {
        let bytes = Trace.compressed(MadeUp.large)
        #expect(Array(bytes.prefix(10)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
        #expect(bytes == Trace.compressed(MadeUp.large))
        #expect(bytes.count < 50_000_000)
        let file = FileManager.default.temporaryDirectory.appending(path: "hubbub-\(UUID()).gz")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let unpacked = try run("gzip", ["-dc", file.path()])
        #expect(unpacked.code == 0)
        #expect(unpacked.output == Trace.text(of: MadeUp.large))
    }

    @Test("series as a table: what never came is inf, what nothing was due for has no row")
    func series() {
        let rows = Export.series(of: MadeUp.partition).split(separator: "\n")
        #expect(rows[0] == "time_ns,role,metric,statistic,unit,value")
        #expect(rows[1] == "0,,delivery,count,count,1250")
        #expect(rows.contains("240000000000,,delivery,p99.9,ns,inf"))
        #expect(rows.contains("600000000000,,delivery,count,count,0"))
        #expect(!rows.contains { $0.hasPrefix("600000000000,,delivery,p50") })
        #expect(rows.contains("0,server,utilisation,,ppm,304000"))
        #expect(rows.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 6 })
    }

    @Test("all percentiles as HdrHistogram's text, in milliseconds")
    func percentiles() throws {
        let text = try #require(Export.percentiles(of: MadeUp.partition))
        #expect(text.hasPrefix("       Value     Percentile TotalCount 1/(1-Percentile)\n"))
        #expect(text.contains("Total count    =        20000]"))
        #expect(!text.contains("never came"))
        #expect(Export.percentiles(of: RunResult()) == nil)
    }

    /// 20 of 4,020 never came: 4,000/4,020 of all did.
    @Test("what never came is part of the distribution")
    func percentilesOfAll() throws {
        var result = MadeUp.partition
        result.spectra.removeFirst()
        let text = try #require(Export.percentiles(of: result))
        #expect(
            text.contains("\n# 20 of 4020 never came: all percentiles above 0.995024875622 are infinite\n"))
        #expect(text.contains("Total count    =         4020]"))
        let last = try #require(text.split(separator: "\n").last { !$0.hasPrefix("#") })
        #expect(last.hasSuffix(" 0.995024875622       4000         201.00"))
    }

    @Test("events, one on each line")
    func events() {
        #expect(
            Export.events(of: MadeUp.partition) == """
                {"time_ns":240000000000,"kind":"fault","target":"users@eu | server","what":"split begins"}
                {"time_ns":300000000000,"kind":"heal","target":"users@eu | server","what":"split is healed"}

                """)
    }
}

extension JSON {
    fileprivate subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.0 == key }?.1
    }
    fileprivate var elements: [JSON]? { if case .array(let elements) = self { elements } else { nil } }
    fileprivate var text: String? { if case .string(let string) = self { string } else { nil } }
    /// Of a time in microseconds.
    fileprivate var nanoseconds: UInt64? {
        switch self {
        case .integer(let integer): integer * 1_000
        case .number(let number): UInt64((number * 1_000).rounded())
        default: nil
        }
    }
    fileprivate var integer: UInt64? { if case .integer(let integer) = self { integer } else { nil } }
}
