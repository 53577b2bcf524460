import Comparisons
import Reports
import Results
import Testing
import Vocabulary

@Suite("comparisons: runs beside each other")
struct RequirementTests {
    private let a = (1...5).map { madeUp(seed: $0, p99: .milliseconds(1_000 + Int64($0))) }
    private let b = (1...5).map { madeUp(seed: $0, p99: .milliseconds(900 + 2 * Int64($0))) }

    private var comparison: RunComparison {
        RunComparison(
            [("A", a), ("B", b)].map { label, results in
                .init(
                    label: label, name: "\(label).yaml", outcomes: results.map { SeedOutcome($0, letters: 1) }
                )
            })
    }

    private func outcome(_ text: String) throws -> Outcome {
        try Requirement(reading: text).outcome(
            values: { run, name in comparison.values(of: name, candidate: run) ?? [] },
            limit: { text, _ throws(Misreading) in try Amount(exactText: text) }
        ).outcome
    }

    /// B is a tenth faster in every seed.
    @Test("a winner is marked where pairs of seeds agree, and nowhere else")
    func winner() throws {
        let row = try #require(comparison.rows.first { $0.name == "delivery p99" })
        #expect(row.winner == 1)
        let difference = try #require(row.differences[0])
        // 100 - d less of 1,000 + d, for d = 1…5: 97 of 1,003 in the mean.
        #expect((difference.mean + 97.0 / 1_003).magnitude < 1e-12)
        #expect(comparison.rows.first { $0.name == "delivery p50" }?.winner == nil)
        #expect(comparison.rows.allSatisfy { $0.kind != .role || $0.winner == nil })
    }

    @Test("a part of a run is neither better nor worse than a whole one")
    func incomplete() throws {
        var part = b
        part[2].run.isComplete = false
        let comparison = RunComparison(
            [("A", a), ("B", part)].map { label, results in
                .init(label: label, name: label, outcomes: results.map { SeedOutcome($0, letters: 1) })
            })
        #expect(comparison.rows.allSatisfy { $0.winner == nil })
        #expect(comparison.incomplete.map(\.candidate.label) == ["B"])
        #expect(comparison.incomplete.map(\.seeds) == [[3]])
    }

    /// 1 s to 0.1 s in one seed and to 2 s in the other: by -90 % and +100 %, 5 % in the mean, and half an interval of
    /// 12.7 times 95 %.
    @Test("an interval ends where figures do: at nothing, and shares at all")
    func intervals() throws {
        func difference(_ before: [Amount], _ after: [Amount]) throws -> PairedDifference {
            try #require(PairedDifference(before: before, after: after))
        }
        let times = try difference(
            [.time(.seconds(1)), .time(.seconds(1))], [.time(.milliseconds(100)), .time(.seconds(2))])
        let half = try #require(times.halfWidth(level: 0.05))
        #expect(half > 12)
        #expect(times.interval(halfWidth: half).lowerBound == -1)
        #expect(times.interval(halfWidth: half).upperBound == times.mean + half)
        #expect(times.interval(halfWidth: 0.5) == times.mean - 0.5...times.mean + 0.5)
        // From 80 % it is a quarter more to all.
        let all = Amount.share(part: 8, whole: 10)
        let shares = try difference([all, all], [.share(part: 6, whole: 10), .share(part: 1, whole: 1)])
        #expect((shares.interval(halfWidth: 9).upperBound - 0.25).magnitude < 1e-12)
    }

    /// 1, 1, 1, 4 and 4 become one each: by 0 % and -75 %, and all together from 2.2 to 1.
    @Test("a change is that of the two means that it stands beside")
    func means() throws {
        func counts(_ values: [UInt64]) -> [Amount] { values.map(Amount.count) }
        let difference = try #require(
            PairedDifference(before: counts([1, 1, 1, 4, 4]), after: counts([1, 1, 1, 1, 1])))
        #expect((difference.mean - (1 / 2.2 - 1)).magnitude < 1e-12)
        #expect(difference.count(up: false) == 2 && difference.count(up: true) == 0)
        // What is dearer by a tenth in each seed has no error, however unlike they are.
        let dearer = try #require(
            PairedDifference(before: counts([10, 100, 1_000]), after: counts([11, 110, 1_100])))
        #expect((dearer.mean - 0.1).magnitude < 1e-12)
        #expect(try #require(dearer.standardError) < 1e-12)
        #expect(dearer.count(up: true) == 3)
    }

    /// One seed without 40 % and one without 20 %: the row would have had either.
    @Test("what is infinite over several seeds has no share of one of them")
    func infinite() {
        let mean = Amount.mean(of: [.never(undelivered: 2, of: 5), .never(undelivered: 1, of: 5), nil])
        #expect(mean?.description == "∞")
        #expect(Amount.mean(of: [.never(undelivered: 2, of: 5)])?.description == "∞ (40% undelivered)")
    }

    @Test("figures of different units are not compared")
    func units() {
        #expect(throws: Misreading.self) { try outcome("B.delivery p99 <= A.lost count") }
    }

    /// Once in one seed of five, and never: -100 % ± 278 % by shares of the mean.
    @Test("few pieces are told as pieces, and percentages by their interval")
    func words() {
        func results(_ lost: [UInt64], _ p99: [Int64]) -> [RunResult] {
            zip(lost, p99).enumerated().map { seed, values in
                madeUp(seed: UInt64(seed + 1), p99: .milliseconds(values.1), lost: values.0)
            }
        }
        let candidates = [
            ("A", results([0, 1, 0, 0, 0], [100, 100, 100, 100, 100])),
            ("B", results([0, 0, 0, 0, 0], [50, 200, 100, 10, 300])),
        ].map { label, results in
            RunComparison.Candidate(
                label: label, name: label, outcomes: results.map { SeedOutcome($0, letters: 1) })
        }
        let text = CompareReport(RunComparison(candidates), remarks: [], requirements: []).text
        let lines = text.replacing(#/ +/#, with: " ").split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.hasSuffix("lost count 0.2 0 1 to 0 in 5 seeds") }, "\(text)")
        #expect(lines.contains { $0.hasSuffix(" +32 %, -100 % to +178.2 %") }, "\(text)")
    }

    @Test("requirements hold, fail, or cannot be told")
    func requirements() throws {
        #expect(try outcome("B.delivery p99 <= A.delivery p99") == .held)
        #expect(try outcome("B.delivery p99 < A.delivery p99") == .held)
        #expect(try outcome("A.delivery p99 <= B.delivery p99") == .failed)
        #expect(try outcome("B.delivery p50 <= A.delivery p50") == .held)
        #expect(try outcome("B.delivery p50 < A.delivery p50") == .failed)
        #expect(try outcome("B.delivery p99 <= 950ms") == .held)
        #expect(try outcome("B.delivery p99 <= 800ms") == .failed)
        #expect(try outcome("B.delivery p99 >= 800ms") == .held)
    }

    @Test(
        "what is no requirement is refused",
        arguments: ["B.delivery p99", "5ms <= A.delivery p99", "B.delivery p99 <= 5", "delivery <= B.x y"])
    func refused(_ text: String) {
        // A bare 5 is a count, which is a value; the others compare nothing.
        if text.hasSuffix("<= 5") {
            #expect(throws: Never.self) { try Requirement(reading: text) }
        } else {
            #expect(throws: Misreading.self) { try Requirement(reading: text) }
        }
    }
}
