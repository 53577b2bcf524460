import Simulation
import Vocabulary

/// A vertical axis: where a value stands, in thousandths from the top, and which values are written beside it.
struct Axis {
    private enum Scale { case linear, logarithmic }

    private let scale: Scale
    private let lowest: Double
    private let highest: Double
    let ticks: [Double]

    /// From 0 to a little above `highest`, with two to five ticks at round numbers.
    init(linearTo highest: Double) {
        let step = Self.roundStep(atLeast: max(highest, 1e-9) / 4)
        let steps = (highest / step).rounded(.up)
        scale = .linear
        lowest = 0
        self.highest = max(1, steps) * step
        ticks = (0...Int(max(1, steps))).map { Double($0) * step }
    }

    /// From below `least` to above `greatest`, both above 0, with a tick for each power of ten, or at 1, 2 and 5
    /// of each when these would be few.
    init(logarithmicFrom least: Double, to greatest: Double) {
        var power = 1.0
        while power > least { power /= 10 }
        while power * 10 <= least { power *= 10 }
        let fine = greatest / power < 200
        var candidates: [Double] = []
        while (candidates.last ?? 0) < greatest {
            candidates += fine ? [power, 2 * power, 5 * power] : [power]
            power *= 10
        }
        let first = candidates.lastIndex { $0 <= least } ?? 0
        let last = candidates.firstIndex { $0 >= greatest } ?? candidates.count - 1
        ticks = Array(candidates[first...max(last, first)])
        scale = .logarithmic
        lowest = ticks[0]
        highest = max(ticks.last ?? 0, lowest * 2)
    }

    /// What lies outside is drawn at the edge.
    func place(of value: Double) -> Double {
        let value = min(max(value, lowest), highest)
        let share =
            switch scale {
            case .linear: (value - lowest) / (highest - lowest)
            case .logarithmic: Elementary.log(value / lowest) / Elementary.log(highest / lowest)
            }
        return 1_000 * (1 - share)
    }

    /// The least of 1, 2, 5, 10, 20… times a power of ten that reaches `least`.
    static func roundStep(atLeast least: Double) -> Double {
        var power = 1.0
        while power > least { power /= 10 }
        while power * 10 <= least { power *= 10 }
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= least } ?? 10 * power
    }
}
