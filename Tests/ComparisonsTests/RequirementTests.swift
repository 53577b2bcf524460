import Comparisons
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
        try Requirement(reading: text).outcome { run, name in
            comparison.values(of: name, candidate: run) ?? []
        }
        .outcome
    }

    /// B is a tenth faster in every seed.
    @Test("a winner is marked where pairs of seeds agree, and nowhere else")
    func winner() throws {
        let row = try #require(comparison.rows.first { $0.name == "delivery p99" })
        #expect(row.winner == 1)
        let difference = try #require(row.differences[0])
        // 100 - d less of 1,000 + d, for d = 1…5: -9.67 %.
        let sum = (1...5).reduce(0.0) { $0 - Double(100 - $1) / Double(1_000 + $1) }
        #expect((difference.mean - sum / 5).magnitude < 1e-12)
        #expect(comparison.rows.first { $0.name == "delivery p50" }?.winner == nil)
        #expect(comparison.rows.allSatisfy { $0.kind != .role || $0.winner == nil })
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
