import Simulation
import Vocabulary

/// A logarithmic vertical axis: where a value stands, in thousandths from the top, and which values are
/// written beside it.
struct Axis {
    private let lowest: Double
    private let highest: Double
    /// How much at the top belongs to what never came, in thousandths.
    private let head: Double
    let ticks: [Double]

    /// From `least` to `greatest`, both above 0, with a tick for each power of ten, or at 1, 2 and 5 of each
    /// when these would be few.
    init(from least: Double, to greatest: Double) {
        var power = 1.0
        while power > least { power /= 10 }
        while power * 10 <= least { power *= 10 }
        let isFine = greatest / least < 200
        var candidates: [Double] = []
        while (candidates.last ?? 0) < greatest {
            candidates += isFine ? [power, 2 * power, 5 * power] : [power]
            power *= 10
        }
        self.init(ticks: candidates, from: least, to: greatest, head: 0)
    }

    /// Of times in ns, with ticks as people say them: 20 s, 1 m, 5 m. What never came has a place of its own
    /// above all others, where `hasNever` says that there is any.
    init(timesFrom least: Double, to greatest: Double, hasNever: Bool) {
        let isFine = greatest / least < 200
        self.init(
            ticks: isFine ? Self.fineTimes : Self.coarseTimes, from: least, to: greatest,
            head: hasNever ? 90 : 0)
    }

    private init(ticks: [Double], from least: Double, to greatest: Double, head: Double) {
        self.ticks = ticks.filter { $0 >= least && $0 <= greatest }
        self.head = head
        lowest = least
        highest = max(greatest, least * 2)
    }

    private static let powers: [Double] = (0...10).map { Double(powerOfTen($0)) }
    private static let coarseTimes: [Double] = powers + [60e9, 600e9, 3_600e9, 36_000e9]
    private static let fineTimes: [Double] = {
        let steps = powers.flatMap { power -> [Double] in [power, 2 * power, 5 * power] }
        let longer: [Double] = [60e9, 120e9, 300e9, 600e9, 1_200e9, 3_600e9, 7_200e9, 18_000e9, 36_000e9]
        return steps.filter { $0 < 60e9 } + longer
    }()

    /// What lies outside is drawn at the edge.
    func place(of value: Double) -> Double {
        let value = min(max(value, lowest), highest)
        return head + (1_000 - head) * (1 - Elementary.log(value / lowest) / Elementary.log(highest / lowest))
    }

    /// Of what never came.
    var never: Double { head / 2 }

    /// Where the values end and ∞ begins; nil where all came.
    var border: Double? { head > 0 ? head : nil }
}
