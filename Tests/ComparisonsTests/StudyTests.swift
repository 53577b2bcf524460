import Comparisons
import Reports
import Results
import Testing
import Vocabulary

@Suite("comparisons: studies in parts")
struct StudyTests {
    @Test("parts share the points out, each exactly once")
    func parts() throws {
        let parts = try (1...3).map { try StudyPart(reading: "\($0)/3") { _ in nil } }
        for point in 0..<10 { #expect(parts.count { $0.contains(point) } == 1) }
        #expect((0..<10).filter(parts[0].contains) == [0, 3, 6, 9])
    }

    @Test(
        "schedulers count from 1 or from 0",
        arguments: [
            ("SLURM_ARRAY_TASK_ID", "3", 2), ("JOB_COMPLETION_INDEX", "2", 2),
            ("AWS_BATCH_JOB_ARRAY_INDEX", "0", 0),
        ])
    func schedulers(name: String, value: String, first: Int) throws {
        let part = try StudyPart(reading: "auto/4") { $0 == name ? value : nil }
        #expect((0..<4).filter(part.contains) == [first])
    }

    @Test(
        "what is no part is refused with what would be one",
        arguments: [
            ("3", "'3' is no part"), ("0/4", "'0/4' is no part"), ("5/4", "'5/4' is no part"),
            ("auto/4", "nothing says which part this is"), ("x/y", "'x/y' is no part"),
        ])
    func refused(text: String, message: String) {
        let error = #expect(throws: Misreading.self) { try StudyPart(reading: text) { _ in nil } }
        #expect(error?.message == message)
        #expect(error?.remedy?.contains("3/8") == true)
    }

    @Test("a task beyond the parts is refused, with how to submit it")
    func beyond() {
        let error = #expect(throws: Misreading.self) {
            try StudyPart(reading: "auto/4") { $0 == "SLURM_ARRAY_TASK_ID" ? "0" : nil }
        }
        #expect(error?.remedy == "submit it with --array=1-4")
    }

    private func point(_ number: UInt64, _ value: Amount?) -> StudyPoint {
        var point = StudyPoint()
        (point.number, point.of, point.seed) = (number, 2, 7)
        point.settings = [.init("topology.server.cores", "\(number + 1)"), .init("load.usual.size", "a,b")]
        point.figures = [.init("delivery p99", value), .init("availability", .share(part: 1, whole: 3))]
        return point
    }

    @Test("the table has a column for each figure, in its smallest unit")
    func table() {
        let points = [point(0, .time(.milliseconds(48))), point(1, .never(undelivered: 1, of: 3))]
        #expect(
            StudyTable.csv(of: points) == """
                topology.server.cores,load.usual.size,seed,digest,verdict,delivery p99 (ns),availability
                1,"a,b",7,0000-0000-0000-0000,passed,48000000,0.333333333
                2,"a,b",7,0000-0000-0000-0000,passed,inf,0.333333333

                """)
    }

    @Test("a point reads back as it was written")
    func roundTrip() throws {
        let point = point(1, nil)
        #expect(try StudyPoint(parsing: point.document, file: "p.json") == point)
        #expect(throws: ResultFileError.self) {
            try StudyPoint(parsing: String(point.document.dropLast(40)), file: "p.json")
        }
    }

    @Test("on the page a place is marked as its runs came out, and no number of it is blamed")
    func marks() {
        func rows(_ verdicts: [Results.Verdict.Conclusion]) -> [String] {
            let points = verdicts.indices.map { index -> StudyPoint in
                var point = point(UInt64(index), .time(.milliseconds(48)))
                point.verdict = verdicts[index]
                return point
            }
            let page = StudyPage(
                name: "study", title: "", keys: ["topology.server.cores", "load.usual.size"], points: points,
                command: "hubbub sweep study.yaml"
            ).html
            #expect(!page.contains("nth-of-type"))
            return page.matches(of: #/<tr class="(\w+)"><th scope="row" class="\w+"><span class="mark">(.)/#)
                .map { "\($0.1) \($0.2)" }
        }
        #expect(
            rows([.passed, .inconclusive, .failed, .violated, .interrupted]) == [
                "held ✓", "inconclusive ?", "failed ✗", "failed ✗", "inconclusive ?",
            ])
    }
}
