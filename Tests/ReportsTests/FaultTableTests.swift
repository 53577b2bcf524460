import Reports
import Results
import Testing
import Vocabulary

@Suite("reports: faults and words of the page")
struct FaultTableTests {
    /// Cut off from two others, a zone is hit twice at once; what that did cannot be told apart.
    private static var twice: RunResult {
        var result = MadeUp.partition
        var other = result.faults[0]
        (other.name, other.target) = ("split-too", "users@eu | cache")
        result.faults.append(other)
        return result
    }

    private static func rows(_ result: RunResult) throws -> String {
        try #require(between("<section id=\"faults\"", "</section>", in: Page(of: result).html))
    }

    @Test("faults that came at once and did the same are one row, and others are not")
    func joined() throws {
        let one = try Self.rows(Self.twice)
        // Its effect, and one change.
        #expect(one.ranges(of: "<th scope=\"row\">split, split-too</th>").count == 2)
        #expect(one.contains("partition of users@eu | server; of users@eu | cache</td>"))
        var apart = Self.twice
        apart.faults[1].lettersTouched += 1
        #expect(try Self.rows(apart).contains("<th scope=\"row\">split-too</th>"))
        // With a control run, what each did to its letters has to be the same too.
        var later = Self.twice
        var control = MadeUp.control
        control.excess.append(control.excess[0])
        later.control = control
        #expect(try Self.rows(later).contains("split, split-too"))
        later.control?.excess[1].neverCame += 1
        #expect(!(try Self.rows(later).contains("split, split-too")))
    }

    @Test("of several faults the control run has none, and letters came later than without any of them")
    func severalLeftOut() {
        var result = MadeUp.partition.compared(with: MadeUp.control)
        #expect(Page(of: result).html.contains("in the mean than without it<"))
        result.faults.append(result.faults[0])
        result.faults[1].from = result.faults[0].from + .seconds(1)
        let html = Page(of: result).html
        #expect(html.contains("in the mean than without any of the faults<"))
        #expect(!html.contains("in the mean than without it"))
    }

    @Test("what the warm-up sent is not set against what is due after it")
    func fromTheWarmup() {
        var result = MadeUp.partition
        result.faults[0].from = .start
        #expect(
            Page(of: result).html.contains(
                "\(grouped(result.faults[0].lettersTouched)) (warm-up included) deliveries were under way"))
    }

    @Test("what came late after a fault is said beside what came late during it")
    func aftermath() throws {
        var result = MadeUp.compared
        #expect(try Self.rows(result).contains("<td>—</td>"))
        #expect(!TerminalReport(of: result).text.contains("after it ended"))
        var excess = try #require(result.control?.excess[0])
        (excess.laterAfter, excess.meanAfter, excess.lastAfter) = (495, .seconds(20), .seconds(46))
        result.control?.excess[0] = excess
        let said = "495 over 1s later, by 20.00s in the mean, the last sent 46.00s after"
        #expect(try Self.rows(result).contains("<td>\(said)</td>"))
        #expect(Page(of: result).html.contains("<li>after it ended: \(said)</li>"))
        #expect(
            TerminalReport(of: result).text.contains(
                "after it ended: 495 over 1s later, by 20.00s in the mean"))
        excess = ControlRecord.Excess()
        (excess.fault, excess.neverCameAfter, excess.lastAfter) = ("split", 3, .seconds(2))
        result.control?.excess[0] = excess
        #expect(
            TerminalReport(of: result).text.contains(
                "without split         after it ended: 3 never came, the last sent 2.00s after"))
    }

    @Test("of several faults nothing is said as if one of them alone had been taken out")
    func severalFaults() throws {
        var result = Self.twice
        var control = MadeUp.control
        control.excess.append(control.excess[0])
        control.excess[1].fault = "split-too"
        result.control = control
        let text = TerminalReport(of: result).text
        #expect(
            text.contains(
                """
                  without these faults  all at once: split, split-too; by the one that letters were under way in
                    split               7,320 letters sooner by 28.30s in the mean, 61.00s at p99, 20 never came
                    split-too           7,320 letters sooner by 28.30s in the mean, 61.00s at p99, 20 never came

                """), "\(text)")
        #expect(try Self.rows(result).contains("the same seed without any of the faults"))
        #expect(try Self.rows(MadeUp.compared).contains("the same seed without the fault"))
        // What comes twice is one fault all the same.
        result.control?.excess[1].fault = "split"
        #expect(TerminalReport(of: result).text.contains("  without split "))
    }

    /// 67 machines of a system, of which a cut may disturb 40 and no more; 84 would be how often any of its kind came.
    @Test("a fault says how many machines it hit, and how many were at work")
    func machinesHit() throws {
        var result = MadeUp.partition
        func told(_ hit: UInt64?, _ met: UInt64, letters: UInt64 = 12) throws -> (String, String) {
            (result.faults[0].machinesHit, result.faults[0].metWork) = (hit, met)
            result.faults[0].lettersTouched = letters
            let story = RunStory(of: result).text.split(separator: "\n").joined(separator: " ")
            let words = story.replacing(#/ +/#, with: " ")
            return (try Self.rows(result), words)
        }
        let (cut, cutStory) = try told(67, 40)
        #expect(cut.contains(">67, 40 at work</td>") && cut.contains(">machines hit</th>"))
        #expect(
            cutStory.contains(
                "hit 67 machines, 40 of them at work; 12 deliveries were under way while it was on"))
        let (idle, idleStory) = try told(1, 0)
        #expect(idle.contains(">1, idle</td>"))
        #expect(
            idleStory.contains(
                "hit 1 machine, and met no work there; 12 deliveries were under way while it was on"))
        #expect(!idleStory.contains("tested nothing"))
        #expect(
            try told(1, 0, letters: 0).1.contains(
                "hit 1 machine, and met no work there; no delivery was under way while it was on: it has tested "
                    + "nothing; a moment with more to do would"))
        #expect(
            try told(0, 0, letters: 1).1.contains("hit no machine; 1 delivery was under way while it was on"))
        // What was written before says how often any fault of the kind met work, and nothing of machines.
        #expect(try told(nil, 84).0.contains(">at work 84 times</td>"))
    }

    @Test("a fault of people's devices hits phones, and no machine")
    func phonesHit() throws {
        var result = MadeUp.partition
        (result.faults[0].kind, result.faults[0].target) = ("disconnect", "50% of client@eu")
        // One machine, the one at the other end of all lines, is what results of before say.
        for machines in [0, 1] as [UInt64] {
            (result.faults[0].machinesHit, result.faults[0].metWork) = (machines, machines)
            let rows = try Self.rows(result)
            #expect(rows.contains(">50% of phones in region eu</td></tr>"), "\(rows)")
            let story = RunStory(of: result).text.split(separator: "\n").joined(separator: " ")
            #expect(
                story.replacing(#/ +/#, with: " ").contains(
                    "hit 50% of phones in region eu; 7,340 deliveries were under way while it was on"))
            #expect(!Page(of: result).html.contains("hit 1 machine"))
        }
        result.faults[0].target = "client and server"
        #expect(try Self.rows(result).contains(">1, 1 at work</td>"))
    }

    @Test("a recovery that is missing says why")
    func recovery() throws {
        var result = MadeUp.partition
        result.faults[0].recovery = nil
        #expect(try Self.rows(result).contains(">cannot be told</td>"))
        result.faults[0].to = nil
        #expect(try Self.rows(result).contains(">never healed</td>"))
        result.health = Health()
        let asked = try Self.rows(result)
        #expect(
            asked.contains(">not asked for</td>") && asked.contains("where the scenario says what is healthy")
        )
        #expect(!(try Self.rows(MadeUp.partition).contains("says what is healthy")))
    }

    @Test("words are explained that stand on the page, with an arrow to what is better")
    func words() throws {
        var result = MadeUp.partition
        let names = [
            ("delivery", "smaller is better"), ("availability", "larger is better"),
            ("catch-up", "smaller is better"),
            ("server.queue", "smaller is better"), ("misordered", "neither is better"),
        ]
        result.metrics = names.map { name, direction in
            var metric = MetricDefinition()
            (metric.name, metric.direction) = (name, direction)
            return metric
        }
        let html = try #require(
            between("<h3>What the metrics mean</h3>", "</table>", in: Page(of: result).html))
        #expect(html.ranges(of: "<th scope=\"row\">").count == 4 && !html.contains("catch-"))
        #expect(html.ranges(of: "<span aria-hidden=\"true\">↓</span>").count == 2)
        #expect(html.ranges(of: "<span aria-hidden=\"true\">↑</span>").count == 1)
        #expect(html.contains("<td><span class=\"spoken\">neither is better</span></td>"))
    }
}
