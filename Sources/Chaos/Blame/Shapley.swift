internal import Simulation

/// How much of a sum is due to each of several causes that may need each other, or hide each other: the mean
/// of what a cause adds, over all orders in which the causes may come (Shapley, *A value for n-person games*,
/// 1953).
///
/// Shares are whole numbers and add up to the sum exactly: what division leaves goes to those who lost most by
/// it, by name where they lost the same. So the order in which causes are listed changes nothing.
public enum Shapley {
    /// Up to so many causes all sets are asked; beyond, so many orders are drawn.
    public static let exactLimit = 5
    public static let orders = 24

    /// - Parameters:
    ///   - names: of the causes, each its own.
    ///   - value: of a set of places among `names`; that of no cause is nothing.
    public static func shares(
        of names: [String], seed: UInt64, value: (Set<Int>) -> Int64
    ) -> [Int64] {
        guard !names.isEmpty else { return [] }
        // By name from here on.
        let places = names.indices.sorted { names[$0] < names[$1] }
        var known: [Set<Int>: Int64] = [[]: 0]  // looked up only, never iterated
        func worth(_ set: Set<Int>) -> Int64 {
            if let worth = known[set] { return worth }
            let worth = value(Set(set.map { places[$0] }))
            known[set] = worth
            return worth
        }
        let sums: [Int128]
        let whole: Int128
        if names.count <= exactLimit {
            whole = (1...names.count).reduce(1) { $0 * Int128($1) }
            sums = places.indices.map { cause in
                subsets(of: places.indices.filter { $0 != cause }).reduce(into: Int128(0)) { sum, set in
                    let orders = factorial(set.count) * factorial(names.count - set.count - 1)
                    sum += orders * Int128(worth(set.union([cause])) - worth(set))
                }
            }
        } else {
            whole = Int128(orders)
            var drawn = [Int128](repeating: 0, count: names.count)
            let streams = Streams(seed: seed, purpose: Purpose("orders of causes"))
            for number in 0..<orders {
                var stream = streams.stream(of: UInt64(number / 2))
                var order = Array(places.indices)
                for place in order.indices.reversed() {
                    order.swapAt(place, stream.below(place + 1))
                }
                // Each order and its reverse: what one overrates the other underrates.
                if number % 2 == 1 { order.reverse() }
                var set: Set<Int> = []
                for cause in order {
                    let before = worth(set)
                    set.insert(cause)
                    drawn[cause] += Int128(worth(set) - before)
                }
            }
            sums = drawn
        }
        let rounded = divided(sums, by: whole)
        var shares = [Int64](repeating: 0, count: names.count)
        for (place, share) in zip(places, rounded) { shares[place] = share }
        return shares
    }

    private static func factorial(_ n: Int) -> Int128 { (0..<n).reduce(1) { $0 * Int128($1 + 1) } }

    private static func subsets(of places: [Int]) -> [Set<Int>] {
        (0..<1 << places.count).map { bits in
            Set(places.indices.filter { bits >> $0 & 1 == 1 }.map { places[$0] })
        }
    }

    /// Each divided, rounded so that the sum is what it was.
    private static func divided(_ sums: [Int128], by whole: Int128) -> [Int64] {
        var quotients: [Int64] = []
        var rests: [(rest: Int128, place: Int)] = []
        for (place, sum) in sums.enumerated() {
            var (quotient, rest) = sum.quotientAndRemainder(dividingBy: whole)
            if rest < 0 { (quotient, rest) = (quotient - 1, rest + whole) }
            quotients.append(Int64(quotient))
            rests.append((rest, place))
        }
        let left = Int(rests.reduce(0) { $0 + $1.rest } / whole)
        for (_, place) in rests.sorted(by: { ($1.rest, $0.place) < ($0.rest, $1.place) }).prefix(left) {
            quotients[place] += 1
        }
        return quotients
    }
}
