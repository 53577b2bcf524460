internal import Chat
internal import Simulation
internal import Vocabulary

/// The times at which limits lie: a meter counts exactly how many values are below each.
///
/// A histogram knows a value to a thousandth only, which could turn a limit around: p99 < 10s with a p99 of
/// 9.997 s would fail if its bucket's middle were 10.002 s. So thresholds are judged by counts, which are
/// exact, and the histogram only says what to show.
struct Marks {
    /// Of all metrics, one after the other; in rising order within each.
    let values: [UInt64]  // ns
    /// Where the marks of each metric begin, by raw value, and where the last ones end.
    let starts: [Int]

    init(thresholds: [Threshold], patience: Span) {
        var marks = Sample.Metric.allCases.map { _ in [] as [UInt64] }
        for threshold in thresholds {
            guard case .times(let metric) = threshold.subject, threshold.statistic?.percentile != nil else {
                continue
            }
            let limit = threshold.limit.nanoseconds
            marks[Int(metric.rawValue)] += [limit, limit + 1]
        }
        marks[Int(Sample.Metric.accept.rawValue)].append(UInt64(patience.nanoseconds) + 1)
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
