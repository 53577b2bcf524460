import Foundation
import Reports
import Results
import Testing
import Vocabulary

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("reports: page and terminal of a campaign")
struct CampaignPageTests {
    /// A campaign with a finding in which every text has markup in it.
    private static var hostile: CampaignRecord {
        let bad = "</script><b onload=\"x\">'&"
        var record = CampaignRecord()
        (record.run.name, record.run.title, record.run.design) = ("few", bad, "single-server")
        (record.command, record.runs, record.oracles) = ("hubbub chaos \(bad)", 64, [bad, "hang"])
        (record.verdict.word, record.verdict.exitCode, record.verdict.reasons) = (.violated, 3, [bad])
        record.remarks = [bad]
        var row = CoverageRecord()
        (row.kind, row.role, row.hit, row.met, row.first) = ("crash", bad, 7, 3, 12)
        row.judged = [3, 0]
        var other = row
        (other.kind, other.met, other.first, other.judged) = ("flush", 0, nil, [0, 0])
        other.impossible = bad
        record.coverage = [row, other]
        var finding = FindingRecord()
        (finding.oracle, finding.isWrong, finding.runs, finding.tests) = (bad, true, [12, 40], 61)
        (finding.evidence, finding.edges, finding.indifferent) = ([bad], [bad], [bad])
        (finding.duration, finding.drain) = (.minutes(1), .seconds(30))
        (finding.parting, finding.scenario.text) = (bad, "name: \(bad)\n")
        var fault = FaultEffect()
        (fault.name, fault.kind, fault.target) = ("crash-1", "crash", bad)
        (fault.from, fault.to) = (.at(.seconds(20)), .at(.seconds(25)))
        finding.faults = [fault]
        var cause = BlameRecord.Cause()
        (cause.fault, cause.share, cause.isNecessary) = ("crash-1", .seconds(9), true)
        (finding.blame.excess, finding.blame.later, finding.blame.causes) = (.seconds(9), 4, [cause])
        finding.blame.interactions = [bad]
        var wait = FindingRecord.Wait()
        (wait.stage, wait.sum) = (bad, .seconds(9))
        finding.waits = [wait]
        var series = LatencySeries()
        (series.metric, series.slice, series.counts) = ("delivery", .seconds(30), [5, 5, 5])
        (series.p50, series.p90) = ([1, 2, 3], [1, 2, 3])
        (series.p99, series.p99_9) = ([1, 2, nil], [1, 2, nil])
        finding.latencies = [series]
        record.findings = [finding, finding]
        return record
    }

    @Test("whatever texts hold, the page is well-formed, with each id once")
    func structure() throws {
        let html = CampaignPage(of: Self.hostile).html
        var text = html
        for (start, end) in [("<script>", "</script>"), ("<style>", "</style>"), ("<!DOCTYPE", "html>")] {
            let begin = try #require(text.range(of: start))
            let finish = try #require(text.range(of: end, range: begin.upperBound..<text.endIndex))
            text.removeSubrange(begin.lowerBound..<finish.upperBound)
        }
        let parser = XMLParser(data: Data(text.utf8))
        #expect(parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))")
        let ids = html.matches(of: /\ id="([^"]+)"/).map { String($0.1) }
        #expect(ids.count == Set(ids).count)
        for link in html.matches(of: /href="#([^"]+)"/) { #expect(ids.contains(String(link.1))) }
        for table in html.matches(of: /data-table="([^"]+)"/) { #expect(ids.contains(String(table.1))) }
        #expect(!text.contains("<b onload"))
    }

    @Test("on a terminal each line keeps to the width of the page, and says who is to blame")
    func terminal() {
        var report = CampaignReport(of: Self.hostile)
        report.folder = "out/few/chaos-0-0000"
        for line in report.text.split(separator: "\n") { #expect(line.count <= 100 || line.contains("play")) }
        #expect(report.text.contains("crash-1: crash of "))
        #expect(report.text.contains("20s–25s; necessary, 100 % of the excess"))
        #expect(report.text.contains("hubbub run out/few/chaos-0-0000/finding-2.yaml"))
        report.isASCII = true
        #expect(report.text.utf8.count == report.text.count)
    }

    @Test("what is written reads back as the same")
    func file() throws {
        let text = ResultFile.text(of: Self.hostile)
        #expect(try ResultFile.campaign(parsing: text, file: "chaos.json") == Self.hostile)
    }

    /// As many as a terminal is too narrow for.
    private static var wide: CampaignRecord {
        var record = CampaignRecord()
        record.runs = 5
        record.coverage = ["crash", "pause", "swizzle"].flatMap { kind in
            (1...6).map { number in
                var row = CoverageRecord()
                (row.kind, row.role, row.hit) = (kind, "role-\(number)", 5)
                row.met = kind == "crash" && number > 1 ? 3 : 0
                row.impossible = kind == "swizzle" ? "never comes at random" : nil
                return row
            }
        }
        return record
    }

    @Test("of many roles each has a line in the terminal, and what cannot come is said once")
    func manyRoles() {
        let text = CampaignReport(of: Self.wide).text
        #expect(text.contains("role-1  met work in 0 of 2 kinds\n"), "\(text)")
        #expect(text.contains("role-2  met work in 1 of 2 kinds, not in pause\n"))
        #expect(text.contains("never comes at random: swizzle\n"))
        #expect(!text.contains("never met"))
    }

    @Test("the page has faults by roles")
    func matrix() {
        let html = CampaignPage(of: Self.wide).html
        #expect(html.contains("<b>5 of 12 cells have met work.</b>"))
        #expect(html.components(separatedBy: "<td class=\"met\">3/5</td>").count == 6)
        #expect(html.components(separatedBy: "<td class=\"idle\">0/5</td>").count == 8)
    }
}
