import Comparisons
import Testing

@Suite("comparisons: the search for an edge")
struct CapacitySearchTests {
    private func search(
        from start: Int = 1_000, in range: ClosedRange<Int> = 1...1_000_000,
        side: CapacitySearch.Goal = .most,
        seeds: Int = 5, precision: Double = 0.005, passes: (Int) -> Bool
    ) -> CapacitySearch {
        var search = CapacitySearch(from: start, in: range, side: side, seeds: seeds, precision: precision)
        while case .attempt(let value, let all) = search.next {
            let count = all ? seeds : 1
            search.record(value, passed: passes(value) ? count : 0, of: count)
            #expect(search.trials.count < 60, "the search does not end")
            if search.trials.count >= 60 { break }
        }
        return search
    }

    /// The two sides are at most half a per cent apart, and all seeds have said so.
    @Test(
        "an edge is found within its precision, from below and from above", arguments: [700, 1_234, 99_000])
    func edge(at edge: Int) {
        let found = search { $0 <= edge }
        guard case .edge(let passing, let failing) = found.next else {
            Issue.record("\(found.next)")
            return
        }
        #expect(passing <= edge && edge < failing)
        #expect(Double(failing) <= Double(passing) * 1.005)
        for value in [passing, failing] {
            #expect(found.trials.first { $0.value == value }?.of == 5)
        }
    }

    @Test("few machines are found one by one")
    func least() {
        #expect(search(from: 8, in: 1...64, side: .least) { $0 >= 3 }.next == .edge(passing: 3, failing: 2))
        #expect(
            search(from: 2, in: 1...64, side: .least) { $0 >= 41 }.next == .edge(passing: 41, failing: 40))
    }

    @Test("where there is no edge that is said")
    func none() {
        #expect(search(in: 1...4_000) { _ in true }.next == .noBracket(allPass: true))
        #expect(search { _ in false }.next == .noBracket(allPass: false))
    }

    /// Passes up to 1,500, and again from 3,000 on: seen as soon as something beyond a failure was tried.
    @Test("what passes again beyond a failure is not monotonic")
    func monotonic() {
        var search = CapacitySearch(from: 1_000, in: 1...8_000, side: .most, seeds: 1, precision: 0.005)
        for (value, passed) in [(1_000, 1), (2_000, 0), (3_000, 1)] {
            search.record(value, passed: passed, of: 1)
        }
        #expect(!search.isMonotonic)
        #expect(self.search { $0 <= 1_234 }.isMonotonic)
    }

    /// Below 3,000 there are too few samples, and from 5,000 on it fails.
    @Test(
        "what has too few samples does not fail: the search goes on outwards, and says if it found nothing else"
    )
    func unclear() {
        func search(passes: ClosedRange<Int>, most: Int = 1_000_000) -> CapacitySearch {
            var search = CapacitySearch(
                from: 1_000, in: 1...most, side: .most, seeds: 5, precision: 0.005)
            while case .attempt(let value, let all) = search.next, search.trials.count < 60 {
                let count = all ? 5 : 1
                search.record(
                    value, passed: passes.contains(value) ? count : 0,
                    unclear: value < passes.lowerBound ? count : 0, of: count)
            }
            return search
        }
        let found = search(passes: 3_000...5_000)
        guard case .edge(let passing, let failing) = found.next else {
            Issue.record("\(found.next)")
            return
        }
        #expect(passing <= 5_000 && failing > 5_000 && !found.isUnclear)
        #expect(found.isMonotonic)
        let never = search(passes: 5_000...5_000, most: 4_000)
        #expect(never.next == .noBracket(allPass: true))
        #expect(never.isUnclear)
    }

    @Test("one unlucky seed of five does not move the edge")
    func majority() {
        var search = CapacitySearch(from: 10, in: 1...100, side: .most, seeds: 5, precision: 0.5)
        search.record(10, passed: 4, of: 5)
        search.record(11, passed: 2, of: 5)
        #expect(search.next == .edge(passing: 10, failing: 11))
    }
}
