extension Threshold {
    /// What a threshold is for; each use refuses what it could not judge.
    public enum Use: Hashable, Sendable {
        /// Judged at the end.
        case verdict
        /// Judged whenever something is counted or measured: the run ends as soon as it cannot be met any more.
        case aborting
        /// Judged in every tumbling window, as part of what healthy means.
        case expectation
    }
}

extension Threshold {
    /// Why the threshold does not suit its use, if it does not.
    func problem(as use: Use) -> Limit.Mistake? {
        switch use {
        case .verdict: return nil
        case .aborting:
            guard !canFailEarly else { return nil }
            return Limit.Mistake(
                message: "'\(measure) \(comparison.rawValue)' is only known at the end of the run",
                hint:
                    "a count, a maximum or a percentile with < or <= can abort, as in 'duplicate count == 0'")
        case .expectation:
            guard window == .all else {
                return Limit.Mistake(
                    message: "an expectation of 'healthy' has no window", hint: "it is judged in every window"
                )
            }
            guard !canBeJudgedOften else { return nil }
            return Limit.Mistake(
                message: "'\(measure)' says nothing of health",
                hint: "health is judged by percentiles, min, max or ratio of times, and by availability")
        }
    }

    /// Whether two or three counters a window are enough to judge it.
    private var canBeJudgedOften: Bool {
        switch subject {
        case .times: statistic == .ratio || statistic?.percentile != nil
        case .availability, .availabilityOfService: true
        case .events, .recovery, .role, .own: false
        }
    }
}
