import Comparisons
import Testing

@Suite("comparisons: the first bad of many")
struct BisectionTests {
    private func search(_ count: Int, firstBad: Int, skipped: Set<Int> = []) -> (Bisection.Advice, asked: Int)
    {
        var bisection = Bisection(count: count)
        var asked = 0
        while case .ask(let place) = bisection.next {
            asked += 1
            bisection.record(skipped.contains(place) ? .skipped : place >= firstBad ? .bad : .good, of: place)
        }
        return (bisection.next, asked)
    }

    /// Each question halves what is left: five for sixteen, of which the last is known.
    @Test("each of sixteen is found with at most five questions")
    func each() {
        for bad in 0..<16 {
            let (step, asked) = search(16, firstBad: bad)
            #expect(step == .found(bad))
            #expect(asked <= 5, "\(bad): \(asked)")
        }
    }

    @Test("one that cannot be asked is stepped over, and named where it may be the one")
    func skipped() {
        #expect(search(16, firstBad: 11, skipped: [7]).0 == .found(11))
        #expect(search(16, firstBad: 7, skipped: [7]).0 == .among(7...8))
        #expect(search(16, firstBad: 8, skipped: [7]).0 == .among(7...8))
        #expect(search(1, firstBad: 0).0 == .found(0))
    }
}
