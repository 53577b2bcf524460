public import Chat
public import Simulation
public import Vocabulary

/// A metric in a window, as tables show it.
public struct Summary: Hashable, Sendable {
    public var metric: Sample.Metric
    public var window: Window
    /// How many came.
    public var count: UInt64
    public var undelivered: UInt64
    /// Nil is infinite: that percentile falls on what never came.
    public var p50, p90, p99, p99_9, max: Span?
}

/// A metric in a slice of time.
public struct TimesSlice: Hashable, Sendable {
    public var start: Instant
    public var count: UInt64
    public var undelivered: UInt64
    /// Nil is infinite.
    public var p50, p90, p99, p99_9: Span?
}

/// A role in a slice of time; shares in millionths.
public struct LevelSlice: Hashable, Sendable {
    public var start: Instant
    public var count: UInt64
    public var min, max, last: UInt64
    public var sum: UInt128
}

/// What tables and charts show of a run.
extension Measurement {
    /// Of each metric that saw a letter: the whole run, each phase, and each fault with before and after.
    public var summaries: [Summary] {
        // No letter is meant to be sent in the drain: without it a window has the same ones.
        let windows = windows.filter { !$0.leavesOutDrain }
        let meters = windows.map { meter(of: $0) }
        return Sample.Metric.allCases.flatMap { metric in
            zip(windows, meters).filter { $1.due(metric.place) > 0 }.map { window, meter in
                func time(_ percentile: Percentile) -> Span? { meter.time(percentile, of: metric.place) }
                return Summary(
                    metric: metric, window: window, count: meter.came(metric.place),
                    undelivered: meter.missing[metric.place],
                    p50: time(.p50), p90: time(.p90), p99: time(.p99), p99_9: time(.p99_9),
                    max: time(Percentile(partsPerMillion: 1_000_000)))
            }
        }
    }

    /// What came of a metric in one of the run's windows, for the spectrum of its percentiles.
    public func histogram(of metric: Sample.Metric, in window: Window) -> FineHistogram {
        meter(of: window).times[metric.place]
    }

    /// Incidents in slices of equal width; those without one are left out.
    public func overTime(_ incident: Incident) -> (width: Span, slices: [LevelSlice]) {
        overTime(incidentsOverTime[Int(incident.rawValue)])
    }

    /// A metric over all of the run, warm-up too, in slices of equal width; those without a letter are left
    /// out.
    public func overTime(_ metric: Sample.Metric) -> (width: Span, slices: [TimesSlice]) {
        overTime(timesOverTime[metric.place])
    }

    /// Durations that the design declares, likewise, by their place in `own`.
    public func durationsOverTime(own place: Int) -> (width: Span, slices: [TimesSlice]) {
        overTime(timesOverTime[Sample.Metric.allCases.count + place])
    }

    /// What a threshold is about, likewise; nil where that is no time.
    func overTime(of threshold: Threshold) -> (width: Span, slices: [TimesSlice])? {
        threshold.subject.placeAmongTimes(own).map { overTime(timesOverTime[$0]) }
    }

    private func overTime(_ slices: Slices) -> (width: Span, slices: [TimesSlice]) {
        let found = (0..<slices.count).compactMap { index -> TimesSlice? in
            guard let histogram = slices[index] else { return nil }
            func time(_ percentile: Percentile) -> Span? {
                histogram.value(at: percentile).flatMap {
                    $0 < Self.forEver ? Span(nanoseconds: Int64($0)) : nil
                }
            }
            let undelivered = histogram.count(above: Self.forEver)
            return TimesSlice(
                start: slices.start(of: index), count: histogram.count - undelivered,
                undelivered: undelivered,
                p50: time(.p50), p90: time(.p90), p99: time(.p99), p99_9: time(.p99_9))
        }
        return (slices.width, found)
    }

    /// A role's resource over all of the run, in slices of equal width; those without a reading are left out.
    public func overTime(role: Int, _ resource: Resource) -> (width: Span, slices: [LevelSlice]) {
        overTime(levelsOverTime[level(of: resource, role: role)])
    }

    /// A level or a flow that the design declares, likewise, by its place in `own`.
    public func overTime(own place: Int) -> (width: Span, slices: [LevelSlice]) {
        overTime(levelsOverTime[levelOfOwn(place)])
    }

    private func overTime(_ slices: LevelSlices) -> (width: Span, slices: [LevelSlice]) {
        let found = slices.levels.enumerated().filter { $1.count > 0 }.map { index, level in
            LevelSlice(
                start: .start + slices.width * Int64(index), count: level.count, min: level.min,
                max: level.max,
                last: level.last, sum: level.sum)
        }
        return (slices.width, found)
    }

    /// Above any span, and below what slices record for a letter that never came.
    private static let forEver: UInt64 = 1 << 63
}
