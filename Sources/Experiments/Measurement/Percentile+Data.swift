internal import Simulation

/// How many values a percentile takes before it says something.
///
/// With fewer than ten values beyond it, a percentile is the fate of a few: played with another seed it is
/// another one. Then it is read as it may well be: within two standard errors of its rank, which of `n`
/// values is n·p with a variance of n·p·(1 - p). What misses its limit by all of these readings misses it.
extension Percentile {
    private static let leastBeyond: UInt64 = 10

    /// Smallest and largest are values themselves, and no guesses at anything.
    private var isEnd: Bool { partsPerMillion == 0 || partsPerMillion == 1_000_000 }

    func isKnown(among count: UInt64) -> Bool {
        let rank = rank(among: count)
        let beyond = partsPerMillion < 500_000 ? rank - 1 : count - rank
        return isEnd || beyond >= Self.leastBeyond
    }

    /// With as many values it is known.
    var leastCount: UInt64 {
        let outer = UInt64(min(partsPerMillion, 1_000_000 - partsPerMillion))
        return isEnd ? 1 : (Self.leastBeyond * 1_000_000 + outer - 1) / outer
    }

    /// Which of `count` values in ascending order, from 1, it may well be.
    func plausibleRanks(among count: UInt64) -> ClosedRange<UInt64> {
        let share = Double(partsPerMillion) / 1_000_000
        let middle = Double(count) * share
        let error = 2 * (middle * (1 - share)).squareRoot()
        let rank = rank(among: count)
        let low = min(rank, UInt64(max(1, (middle - error).rounded(.down))))
        let high = max(rank, min(count, UInt64((middle + error).rounded(.up))))
        return low...high
    }

    /// So many values may be beyond it, of at most `most` that there will be: one more, and it is beyond hope.
    func mostBeyond(among most: UInt64) -> UInt64 {
        guard most > 0 else { return 0 }
        guard !isEnd else { return most - rank(among: most) }
        // With too few values it is read with favour, which may grant more than many values do.
        let few = min(most, leastCount)
        return max(most - rank(among: most), few - plausibleRanks(among: few).lowerBound)
    }
}
