public import Vocabulary

/// How much people write at each hour of the day, where 1 is the mean hour. Runs begin at midnight.
///
/// The busy hour, from 18 to 19, has 1.6 times the mean (calibration `load.peakToMean`, from the share that
/// it has of a day's use); the least is written at 4. Between the points it changes linearly, and the area
/// below is 24:
///
///     from   0  4  9 17 18 19     to 24
///     area  2.8  2.75  8.8  1.55  1.6  6.5
enum DayCurve {
    static let points: [(hour: Int64, factor: Double)] = [
        (0, 1), (4, 0.4), (9, 0.7), (17, 1.5), (18, 1.6), (19, 1.6), (24, 1),
    ]

    private static let day = Span.hours(24)

    /// At a time of the run.
    static func factor(at time: Span) -> Double {
        let time = Span(nanoseconds: time.nanoseconds % day.nanoseconds)
        let next = points.firstIndex { time < .hours($0.hour) }!  // the last one is at 24
        let (from, to) = (points[next - 1], points[next])
        let share = (time - .hours(from.hour)).seconds / Span.hours(to.hour - from.hour).seconds
        return from.factor + (to.factor - from.factor) * share
    }

    /// The times at which the rate of change is another one, of each day.
    static func bends(after start: Span, before end: Span) -> [Span] {
        var bends: [Span] = []
        var midnight = Span.zero
        while midnight < end {
            bends += points.dropLast().map { midnight + .hours($0.hour) }
            midnight += day
        }
        return bends.filter { $0 > start && $0 < end }
    }
}

extension LoadCurve {
    /// The load of phases: each one's rate is reached at the end of its ramp, and lasts until the next phase.
    public init(_ phases: [PopulationPlan.LoadPhase], end: Span) {
        var points: [(at: Span, perSecond: Double)] = []
        for (place, phase) in phases.enumerated() {
            func rate(at time: Span) -> Double {
                phase.followsDay ? phase.perSecond * DayCurve.factor(at: time) : phase.perSecond
            }
            let reached = phase.from + phase.ramp
            let next = place + 1 < phases.count ? phases[place + 1].from : end
            // Two points at one time are a step; a ramp of the first phase begins at nothing.
            let former = points.last?.perSecond ?? 0
            if phase.ramp > .zero || place > 0 { points.append((phase.from, former)) }
            points.append((reached, rate(at: reached)))
            guard phase.followsDay, reached < next else { continue }
            for time in DayCurve.bends(after: reached, before: next) + [next] {
                points.append((time, rate(at: time)))
            }
        }
        self.init(points, end: end)
    }
}
