internal import Simulation
internal import Vocabulary

/// How far a person's taps are apart, in the integral of the load: by draws with the mean of 1 (Poisson), or by 1
/// (constant).
///
/// Where phases change from one to the other, the first tap behind the change is drawn from there on, as if the run
/// began. What is left of the distance before follows the old law: a constant phase behind a Poisson one would get
/// 1 - 1/e of its taps in its first interval. Where only the rate changes, the integral has it already.
struct TapSpacing {
    /// Phases of one law, one after the other.
    private struct Stretch {
        var from: Double  // the integral of the load
        var isConstant: Bool

        /// The distance of the first tap.
        func first(drawing stream: inout RandomStream) -> Double {
            isConstant ? stream.unit() : Exponential(mean: 1).sample(&stream)
        }
    }

    private var stretches: [Stretch] = []
    private let draws, firstDraws: Streams

    /// - Parameters:
    ///   - draws: of users, a number for each tap.
    ///   - firstDraws: of users, a number for each stretch.
    init(
        _ phases: [PopulationPlan.LoadPhase], along curve: LoadCurve, drawing draws: Streams,
        _ firstDraws: Streams
    ) {
        (self.draws, self.firstDraws) = (draws, firstDraws)
        for phase in phases {
            let from = curve.integral(to: .start + phase.from)
            if stretches.last?.from == from { stretches.removeLast() }  // nobody taps in it
            guard stretches.last?.isConstant != phase.isConstant else { continue }
            stretches.append(Stretch(from: from, isConstant: phase.isConstant))
        }
    }

    /// Where the integral stands at a user's tap number `tap`, from 0, when it stood at `count` at the one before.
    func next(after count: Double, of user: User, number tap: UInt32) -> Double {
        var place = stretches.lastIndex { $0.from <= count } ?? 0
        var stream = draws.stream(of: UInt64(user.number), drawn: UInt64(tap))
        let isEven = stretches[place].isConstant && tap > 0
        var next = count + (isEven ? 1 : stretches[place].first(drawing: &stream))
        while place + 1 < stretches.count, next >= stretches[place + 1].from {
            place += 1
            var stream = firstDraws.stream(of: UInt64(user.number), drawn: UInt64(place))
            next = stretches[place].from + stretches[place].first(drawing: &stream)
        }
        return next
    }
}
