import Results
import Vocabulary

extension RunResult {
    /// What a summary says of the very letters of some slices: of a fault or a phase that begins and ends with
    /// a slice. A chart that told this from its slices would say another figure than the tables beside it.
    func summarised(_ percentile: KeyPath<Summary, Span?>, of series: LatencySeries) -> [Range<Int>: UInt64?]
    {
        let width = series.slice.nanoseconds
        guard !series.isControl, width > 0 else { return [:] }
        let windows =
            faults.map { (name: $0.name, from: $0.from, to: $0.to) }
            + phases.map { (name: $0.name, from: $0.from, to: Instant?.some($0.to)) }
        var known: [Range<Int>: UInt64?] = [:]  // looked up only, never iterated
        for window in windows where windows.count(where: { $0.name == window.name }) == 1 {
            guard let end = window.to,
                let summary = summaries.first(where: {
                    $0.metric == series.metric && $0.window == window.name
                })
            else { continue }
            let (from, to) = ((window.from - .start).nanoseconds, (end - .start).nanoseconds)
            guard from % width == 0, to % width == 0, from < to, to / width <= series.counts.count else {
                continue
            }
            let slices = Int(from / width)..<Int(to / width)
            guard series.counts[slices].reduce(0, +) == summary.count else { continue }
            known.updateValue(
                summary[keyPath: percentile].map { UInt64($0.nanoseconds.magnitude) }, forKey: slices)
        }
        return known
    }
}
