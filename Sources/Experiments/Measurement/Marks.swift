internal import Chat
internal import Simulation
internal import Vocabulary

/// The times at which limits lie: a meter counts exactly how many values are below each.
///
/// A histogram knows a value to a thousandth only, which could turn a limit around: p99 < 10s with a p99 of
/// 9.997 s would fail if its bucket's middle were 10.002 s. So thresholds are judged by counts, which are
/// exact, and the histogram only says what to show.
struct Marks {
    /// Of all times, one after the other; in rising order within each.
    let values: [UInt64]  // ns
    /// Where the marks of each begin, by their places, and where the last ones end.
    let starts: [Int]

    init(thresholds: [Threshold], patience: Span, own: [MetricSheet]) {
        var marks = Array(repeating: [] as [UInt64], count: Sample.Metric.allCases.count + own.count)
        for threshold in thresholds where threshold.statistic?.percentile != nil {
            guard let place = threshold.subject.placeAmongTimes(own) else { continue }
            let limit = threshold.limit.nanoseconds
            marks[place] += [limit, limit + 1]
        }
        marks[Sample.Metric.accept.place].append(UInt64(patience.nanoseconds) + 1)
        var values: [UInt64] = []
        var starts: [Int] = []
        for marks in marks {
            starts.append(values.count)
            for mark in marks.sorted() where values.count == starts.last || values.last != mark {
                values.append(mark)
            }
        }
        self.values = values
        self.starts = starts + [values.count]
    }
}

extension Subject {
    /// Where its times are, when it is about times: those of letters come first, then those that the design
    /// declares.
    func placeAmongTimes(_ own: [MetricSheet]) -> Int? {
        switch self {
        case .times(let metric): metric.place
        case .own(let sheet) where sheet.metric.kind == .durations:
            own.firstIndex(of: sheet).map { Sample.Metric.allCases.count + $0 }
        case .own, .events, .availability, .availabilityOfService, .recovery, .role: nil
        }
    }
}
