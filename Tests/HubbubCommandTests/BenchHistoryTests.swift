import Benchmarks
import Foundation
import HubbubCommand
import Synchronization
import Testing

@Suite("hubbub bench --history")
struct BenchHistoryTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// A benchmark of made-up times: so many nanoseconds an event, with one more in every other round.
    private func bench(_ each: Int, _ words: String = "") -> Hubbub {
        let round = Atomic(0)
        let made = Benchmark(suite: "kernel", name: "made", title: "made up", unit: "event") { _ in
            let odd = round.wrappingAdd(1, ordering: .relaxed).newValue % 2
            return .init(count: 1_000, elapsed: .nanoseconds(1_000 * each + 1_000 * odd))
        }
        return Hubbub("bench --history \(folder("speed.db")) \(words)", benchmarks: [made])
    }

    @Test("the first time there is nothing to compare with; within noise nothing is said; slower twice is 1")
    func compared() throws {
        let first = bench(100)
        #expect(first.code == .held, "\(first)")
        #expect(first.out.contains("first time"))
        let same = bench(101)
        #expect(same.code == .held)
        #expect(!same.out.contains("slower than noise"), "\(same.out)")
        let slower = bench(150)
        #expect(slower.code == .failed)
        #expect(slower.err.contains("measuring made once more"))
        #expect(slower.err.contains("slower than the last time, twice: made"))
        // It was kept: the same again is no news.
        #expect(bench(150).code == .held)
        #expect(bench(150, "--json").out.contains("\"format\": \"hubbub-bench-history-1\""))
    }

    @Test("from twenty points on a step is named, with its time")
    func steps() {
        for _ in 0..<10 { _ = bench(100) }
        for _ in 0..<9 { _ = bench(150) }
        let said = bench(150)
        #expect(said.out.contains(/\+49\.[0-9] % since [0-9]{4}-/), "\(said.out)")
    }

    @Test("a file that is no history is refused before anything is measured")
    func refused() throws {
        _ = try folder.file("speed.db", String(repeating: "no database\n", count: 100))
        let refused = bench(100)
        #expect(refused.code == .badFile)
        #expect(refused.out == "")
        #expect(bench(100, "--repeat 3").code == .usage)
        #expect(bench(100, "--plain").code == .usage)
    }
}
