import Chaos
import Foundation
import Testing

/// `make chaos-table`: how many runs it takes to find each planted fault, by the search and by pure random
/// draws, over several seeds. It takes its time, so it is asked for by name.
@Suite("chaos: table of planted faults")
struct PlantedTableTests {
    static let seeds = ProcessInfo.processInfo.environment["HUBBUB_CHAOS_SEEDS"].flatMap { Int($0) }
    /// Only those whose name has this in it; all of them when it is empty.
    static let part = ProcessInfo.processInfo.environment["HUBBUB_CHAOS_ONLY"] ?? ""
    static let limit = 500

    struct Row {
        var name: String
        /// In the order of seeds; nil when it was not found.
        var search: [Int?]
        var random: [Int?]

        /// The middle one, where what was not found took one run more than was allowed.
        static func median(_ runs: [Int?]) -> Int {
            let all = runs.map { $0 ?? limit + 1 }.sorted()
            return all[all.count / 2]
        }

        var text: String {
            func cell(_ runs: [Int?]) -> String {
                let median = Self.median(runs)
                let missed = runs.count { $0 == nil }
                return (median > limit ? ">\(limit)" : "\(median)")
                    + (missed > 0 ? " (\(missed) missed)" : "")
            }
            func padded(_ text: String, _ width: Int) -> String {
                text + String(repeating: " ", count: max(1, width - text.count))
            }
            return padded(name, 68) + padded(cell(search), 18) + cell(random)
        }
    }

    @Test("planted faults, search against pure random", .enabled(if: seeds != nil))
    func table() async throws {
        let seeds = Self.seeds ?? 1
        let rows = try await withThrowingTaskGroup(of: (Int, Row).self) { group in
            for number in PlantedFault.all.indices
            where Self.part.isEmpty || PlantedFault.all[number].name.contains(Self.part) {
                group.addTask {
                    func runs(_ learns: Bool) throws -> [Int?] {
                        try (1...seeds).map { seed in
                            try Search(number, seed: seed, learns: learns).runs(atMost: Self.limit)
                        }
                    }
                    let row = Row(
                        name: PlantedFault.all[number].name, search: try runs(true), random: try runs(false))
                    print(row.text)
                    return (number, row)
                }
            }
            var rows: [(Int, Row)] = []
            for try await row in group { rows.append(row) }
            return rows.sorted { $0.0 < $1.0 }.map(\.1)
        }
        print(
            "\nplanted fault" + String(repeating: " ", count: 55)
                + "search            random   (runs, median of \(seeds))")
        for row in rows { print(row.text) }
        let found = rows.count { !$0.search.contains(nil) }
        print("\n\(found) of \(rows.count) found within \(Self.limit) runs with every seed")
        let rare = rows.filter { Row.median($0.random) > 100 }
        let halved = rare.count { Row.median($0.search) * 2 <= Row.median($0.random) }
        print(
            "\(rare.count) take random over 100 runs; search takes at most half of that in \(halved) of them")
    }
}
