import Reports
import Results
import Testing
import Vocabulary

@Suite("reports: terminal")
struct TerminalTests {
    private static func report(_ result: RunResult) -> TerminalReport {
        var report = TerminalReport(of: result)
        report.folder = "Reports/runs/partition-at-peak/42-7c1e09aa53d2e410"
        report.page = "…/report.html"
        report.machine = MadeUp.machine
        return report
    }

    @Test("the summary of a run that failed")
    func failed() throws { try expectSnapshot(Self.report(MadeUp.partition).text, "failed.txt") }

    @Test("the summary of a run that passed says no cause")
    func passed() throws { try expectSnapshot(Self.report(MadeUp.quiet).text, "passed.txt") }

    @Test("with all metrics and components")
    func verbose() throws {
        var report = Self.report(MadeUp.large)
        report.detail = .verbose
        try expectSnapshot(report.text, "verbose.txt")
    }

    @Test("words in place of marks: not a letter outside of ASCII")
    func ascii() throws {
        var report = Self.report(MadeUp.partition)
        report.isASCII = true
        #expect(report.text.utf8.allSatisfy { $0 < 128 })
        try expectSnapshot(report.text, "ascii.txt")
    }

    @Test("quiet is the line with the verdict")
    func quiet() {
        var report = Self.report(MadeUp.partition)
        report.detail = .quiet
        #expect(
            report.text
                == "hubbub run partition-at-peak · single-server · seed 42 · digest 7c1e-09aa-53d2-e410  FAIL\n"
        )
    }

    @Test("colour changes nothing but colour")
    func color() {
        var report = Self.report(MadeUp.partition)
        let plain = report.text
        report.isColored = true
        #expect(report.text.contains("\u{1B}[1;31mFAIL\u{1B}[0m"))
        #expect(report.text.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test("never wider than the page, whatever the names are")
    func width() {
        let long = String(repeating: "a-rather-long-name-", count: 12)
        for result in [MadeUp.partition, MadeUp.large, MadeUp.hostile(long)] {
            var report = Self.report(result)
            report.detail = .verbose
            for line in report.text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
        }
    }

    @Test("an escape sequence in a name does not reach the terminal")
    func escape() {
        #expect(
            !Self.report(MadeUp.hostile("\u{1B}]0;owned\u{7}\u{202E}")).text.unicodeScalars.contains {
                $0 == "\u{1B}"
            })
    }
}
