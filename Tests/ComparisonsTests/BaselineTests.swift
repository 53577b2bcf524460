import Comparisons
import Foundation
import Results
import Testing
import Vocabulary

@Suite("comparisons: baselines")
struct BaselineTests {
    private var baseline: Baseline {
        var baseline = Baseline()
        baseline.put(entry([madeUp(seed: 1), madeUp(seed: 2, undelivered: 20)], letters: 5).entry)
        return baseline
    }

    @Test("what is written reads back as the same, and is written the same")
    func roundTrip() throws {
        let text = baseline.text
        let read = try Baseline(parsing: text, file: "b.txt")
        #expect(read == baseline)
        #expect(read.text == text)
        #expect(text.contains("\n  asks: delivery p99 < 5000ms\n"))
        #expect(text.contains("\n  delivery p99: 1000ms never:20/1000\n"))
    }

    @Test("what spoke against a run is written, and read as the same")
    func against() throws {
        var lost = madeUp(seed: 1, word: .violated)
        lost.speak(.promise, "never-lost", .violated, "never-lost violated, once")
        lost.speak(.threshold, "delivery p99 < 5s", .failed, "delivery p99 < 5s is 6.00s")
        var baseline = Baseline()
        baseline.put(entry([lost, madeUp(seed: 2)], letters: 5).entry)
        let text = baseline.text
        #expect(text.contains("\n  against, promise never-lost: violated -\n"))
        #expect(text.contains("\n  against, threshold delivery p99 < 5000ms: failed -\n"))
        #expect(try Baseline(parsing: text, file: "b.txt") == baseline)
    }

    /// Above tolerances, of which the file has its own order; of a scenario, and one behind the last.
    @Test("comments of its readers are kept, also when a scenario is written anew")
    func comments() throws {
        let text = baseline.text.replacing(
            "tolerance accept p50", with: "# agreed in May\ntolerance accept p50"
        )
        .replacing("scenario evening\n", with: "# the worst hour\nscenario evening\n  # of one house\n")
        var read = try Baseline(parsing: text + "# the end\n", file: "b.txt")
        read.put(entry([madeUp(seed: 1)], letters: 9).entry)
        let again = read.text
        #expect(again.contains("\n# agreed in May\n# the end\n\ntolerance default: 5%\n"), "\(again)")
        #expect(
            again.contains("\n# the worst hour\n# of one house\nscenario evening\n  design: "), "\(again)")
        #expect(try Baseline(parsing: again, file: "b.txt").text == again)
    }

    /// What is cut off between lines leaves a text that reads well. Lines before the first scenario are the
    /// tolerances and the number of scenarios.
    @Test("a baseline that was cut anywhere, or lacks a line of a scenario, is refused")
    func cut() throws {
        var baseline = baseline
        var other = entry([madeUp(seed: 1), madeUp(seed: 2)], letters: 5).entry
        other.name = "morning"
        baseline.put(other)
        let lines = baseline.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let first = try #require(lines.firstIndex { $0.hasPrefix("scenario ") })
        func isRefused(_ lines: some Sequence<Substring>) -> Bool {
            let text = lines.map { $0 + "\n" }.joined()
            return (try? Baseline(parsing: text, file: "b.txt")) == nil
        }
        #expect(!isRefused(lines))
        for place in lines.indices where !lines[place].isEmpty {
            // Its last line is the last that holds something.
            #expect(isRefused(lines[..<place]), "cut before \(lines[place])")
            if place >= first {
                #expect(
                    isRefused(lines[..<place] + lines[(place + 1)...]), "without \(lines[place])")
            }
        }
    }

    @Test("line ends of Windows are read")
    func windows() throws {
        let text = baseline.text.split(separator: "\n", omittingEmptySubsequences: false)
            .joined(separator: "\r\n")
        #expect(try Baseline(parsing: text, file: "b.txt") == baseline)
    }

    /// It would be refused as a slip of the pen, by the check after the update that wrote it.
    @Test("a tolerance of a figure that is gone is left out, and told")
    func idleTolerance() throws {
        var baseline = baseline
        baseline.tolerances.named += [
            ("delivery p99", .percent(9)), ("delivery p99 during split", .percent(9)),
        ]
        #expect((try? Baseline(parsing: baseline.text, file: "b.txt")) == nil)
        #expect(baseline.dropIdleTolerances() == ["delivery p99 during split"])
        #expect(try Baseline(parsing: baseline.text, file: "b.txt") == baseline)
        // Of a design whose letters are not accepted: the usual ones are no slip.
        #expect(baseline.tolerances.isNamed("accept p50"))
    }

    /// 90 slices are merged by threes; the worst of each counts, and nothing due is no value.
    @Test("a curve is merged to what fits, is read back, and draws what it was made of")
    func curves() throws {
        var result = madeUp(seed: 1)
        var series = LatencySeries()
        (series.metric, series.slice) = ("delivery", .seconds(1))
        series.counts = (0..<90).map { (number: Int) in number < 87 ? 5 : 0 }
        series.p50 = (1...90).map { (number: UInt64) in 1_000_000 * number }
        series.p99 = (1...90).map { (number: UInt64) in number == 5 ? nil : 2_000_000 * number }
        result.latencies = [series]
        let curves = Curve.all(of: result)
        #expect(curves.map(\.name) == ["delivery p50", "delivery p99"])
        #expect(curves[1].slice == .seconds(3) && curves[1].values.count == 30)
        #expect(curves[0].values[0] == .time(.milliseconds(3)))
        #expect(curves[1].values[1] == .never(undelivered: 0, of: 0))
        #expect(curves[1].values[29] == nil)
        var baseline = Baseline()
        baseline.put(entry([result], letters: 5).entry)
        let text = baseline.text
        #expect(text.contains("\n  over time, delivery p99 each 3000ms: 6ms never:0/0 18ms "))
        let read = try Baseline(parsing: text, file: "b.txt")
        #expect(read == baseline)
        let drawn = try #require(read.scenarios[0].drawn(over: result))
        #expect(drawn.latencies[0].p99[..<3] == [6_000_000, nil, 18_000_000])
        #expect(drawn.latencies[0].counts[29] == 0)
        #expect(drawn.spectra[0].values.count == 5)
        #expect(read.scenarios[0].drawn(over: madeUp(seed: 2)) == nil)
    }

    @Test("scenarios are sorted, and one takes the place of the one of its name")
    func sorted() {
        var baseline = baseline
        for name in ["overload", "crash", "evening"] {
            var entry = Baseline.Reference()
            entry.name = name
            baseline.put(entry)
        }
        #expect(baseline.scenarios.map(\.name) == ["crash", "evening", "overload"])
    }

    @Test(
        "values are exact",
        arguments: [
            .time(.nanoseconds(48_012_345)), .count(12), .bytes(512), .perSecond(3),
            .bytesPerSecond(64_000),
            .share(part: 3, whole: 400), .quotient(21, over: 4, of: .count),
            .quotient(2_443, over: 50, of: .rate), .quotient(7, over: 3, of: .byteRate),
            .quotient(7, over: 3, of: .bytes),
            .never(undelivered: 3, of: 400), .time(.zero),
        ] as [Amount])
    func exact(_ amount: Amount) throws {
        #expect(try Amount(exactText: amount.exactText) == amount)
    }

    /// Files with one mistake each; beside them what is said about it. A text that is missing is recorded.
    @Test("a broken baseline is refused at its line")
    func broken() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Broken")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".txt")
        }
        #expect(names.count >= 30)
        for name in names.sorted() {
            let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            let expected = folder.appending(path: name.dropLast(4) + ".expected")
            var said = "nothing is wrong with it\n"
            do { _ = try Baseline(parsing: text, file: name) } catch { said = error.description + "\n" }
            guard let recorded = try? String(contentsOf: expected, encoding: .utf8) else {
                try said.write(to: expected, atomically: true, encoding: .utf8)
                Issue.record("recorded \(expected.lastPathComponent); look at it")
                continue
            }
            #expect(said == recorded, "\(name)")
        }
    }
}
