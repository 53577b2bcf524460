import Reports
import Results
import Testing
import Vocabulary

@Suite("reports: page of several seeds")
struct SeedsPageTests {
    /// Three seeds that failed, with a p99 of 4, 9 and 6 s, and a loss of none.
    private static let html: String = {
        var results: [RunResult] = []
        for (seed, p99) in [(1, 4), (2, 9), (3, 6)] {
            var result = MadeUp.partition
            result.run.seed = UInt64(seed)
            result.thresholds[0].value = .time(.seconds(Int64(p99)))
            results.append(result)
        }
        let seeds = results.map { SeedRun($0, link: "\($0.run.seed)/report.html") }
        return Page(of: results[0], machine: MadeUp.machine, seeds: seeds).html
    }()

    @Test("says which seed is shown, by which rule, and what of the page is of it alone")
    func shown() {
        #expect(
            Self.html.contains(
                "of seed 1: of those with the gravest verdict, FAIL, the first that was played."))
        #expect(Self.html.contains("<p class=\"of-one\">Seed 1, shown below:</p><ul class=\"reasons\">"))
        #expect(Self.html.contains("</code> repeats seed 1 alone "))
    }

    /// The middle one of 4, 6 and 9 is 6; the second threshold came to 0.48 s thrice.
    @Test("the last row has range and median, and one value where all are alike; each verdict has one mark")
    func table() throws {
        let table = try #require(between("<table class=\"wide seeds\">", "</table>", in: Self.html))
        #expect(table.contains("4.00s to 9.00s,<br/>median 6.00s"))
        #expect(table.contains("0.48s in all"))
        #expect(table.contains("<td>0 of 3 passed</td>"))
        let row = try #require(between("seed 2</a>", "</tr>", in: table))
        let verdict = try #require(between("<td class=\"failed\">", "</td>", in: row))
        #expect(verdict == "<span class=\"mark\" aria-hidden=\"true\">✗</span> FAIL")
    }
}
