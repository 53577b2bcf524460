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
        #expect(text.contains("\n  delivery p99: 1000ms never:20/1000\n"))
    }

    @Test("scenarios are sorted, and one takes the place of the one of its name")
    func sorted() {
        var baseline = baseline
        for name in ["overload", "crash", "evening"] {
            var entry = Baseline.Entry()
            entry.name = name
            baseline.put(entry)
        }
        #expect(baseline.scenarios.map(\.name) == ["crash", "evening", "overload"])
    }

    @Test(
        "values are exact",
        arguments: [
            .time(.nanoseconds(48_012_345)), .count(12), .bytes(512), .perSecond(3),
            .share(part: 3, whole: 400),
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
        #expect(names.count >= 14)
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
