import Simulation

/// A logarithmic vertical axis: where a value stands, in thousandths from the top, and which values are
/// written beside it.
struct Axis {
    private let lowest: Double
    private let highest: Double
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
        ticks = candidates.filter { $0 >= least && $0 <= greatest }
        lowest = least
        highest = max(greatest, least * 2)
    }

    /// What lies outside is drawn at the edge.
    func place(of value: Double) -> Double {
        let value = min(max(value, lowest), highest)
        return 1_000 * (1 - Elementary.log(value / lowest) / Elementary.log(highest / lowest))
    }
}
