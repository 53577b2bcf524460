internal import Vocabulary

/// What the parts of a result have to be to each other. A file that was changed, or cut and mended, may hold
/// the right kinds of values and no result all the same; reports rely on what is asked for here, and add up
/// and count on without asking again.
extension RunResult {
    package func check() throws(Misfit) {
        let lengths = [
            ("duration_ns", run.duration), ("warmup_ns", run.warmup), ("drain_ns", run.drain),
        ]
        for (key, length) in lengths where !Span.bounds.contains(length) {
            throw Misfit("longer than ten years").within(".run.\(key)")
        }
        if let ended = run.ended, ended > .start + run.duration + run.drain {
            throw Misfit("later than the run").within(".run.ended_ns")
        }
        if !verdict.topics.isEmpty {
            try requireCount(
                verdict.topics.count, at: ".verdict.topics", sameAs: verdict.reasons.count, of: "reasons")
        }
        try each("thresholds", thresholds) { (judgement) throws(Misfit) in
            guard case .time(let limit) = judgement.limit else { return }
            try requireTimes([UInt64(limit.nanoseconds)], at: ".limit")
        }
        do { try health.check() } catch { throw error.within(".health") }
        try each("latencies", latencies) { (series) throws(Misfit) in try series.check() }
        try each("gauges", gauges) { (gauge) throws(Misfit) in
            try requireSlices(gauge.values.count, of: gauge.slice)
        }
        try each("spectra", spectra) { (spectrum) throws(Misfit) in try spectrum.check() }
        try each("heat_maps", heatMaps) { (map) throws(Misfit) in try map.check() }
        try requireSum(stages.map { UInt64($0.sum.nanoseconds) }, at: ".stages", "sum_ns")
        try requireSum(
            stages.map { UInt64($0.sumAmongSlowest.nanoseconds) }, at: ".stages", "sum_among_slowest_ns")
        try each("slowest", slowest) { (delivery) throws(Misfit) in try delivery.check() }
        try requireSum(topology.edges.map(\.messages), at: ".topology.edges", "messages")
        try requireSum(topology.edges.map(\.bytes), at: ".topology.edges", "bytes")
    }

    private func each<Part>(
        _ key: String, _ parts: [Part], _ check: (Part) throws(Misfit) -> Void
    ) throws(Misfit) {
        for (place, part) in parts.enumerated() {
            do { try check(part) } catch { throw error.within(".\(key)[\(place)]") }
        }
    }
}

extension Health {
    fileprivate func check() throws(Misfit) {
        try requireSlices(windows.count, of: window, key: ".window_ns")
    }
}

extension LatencySeries {
    fileprivate func check() throws(Misfit) {
        try requireSlices(counts.count, of: slice)
        try requireSum(counts, at: "", "counts")
        for (key, values) in [("p50", p50), ("p90", p90), ("p99", p99), ("p99_9", p99_9)] {
            try requireCount(values.count, at: ".\(key)_ns", sameAs: counts.count, of: "counts")
            try requireTimes(values.compactMap { $0 }, at: ".\(key)_ns")
        }
    }
}

extension Spectrum {
    fileprivate func check() throws(Misfit) {
        try requireTimes(values, at: ".value_ns")
        for (key, values) in [("value_ns", values), ("level_e12", levels), ("reached", reached)] {
            try requireRising(values, at: ".\(key)", by: 0)
        }
        try requireCount(levels.count, at: ".level_e12", sameAs: values.count, of: "value_ns")
        try requireCount(reached.count, at: ".reached", sameAs: values.count, of: "value_ns")
        try requireSum([count], at: "", "count")
        guard undelivered <= count else {
            throw Misfit("\(undelivered) of \(count) that were due").within(".undelivered")
        }
        if let most = reached.max(), most > count - undelivered {
            throw Misfit("\(most) of \(count - undelivered) that were delivered").within(".reached")
        }
    }
}

extension HeatMap {
    fileprivate func check() throws(Misfit) {
        try requireTimes(classes, at: ".class_ns")
        try requireRising(classes, at: ".class_ns", by: 1)
        let width = classes.count + 1
        guard counts.count.isMultiple(of: width) else {
            throw Misfit("\(counts.count) numbers, where each slice has \(width)").within(".counts")
        }
        try requireSlices(counts.count / width, of: slice)
        try requireSum(counts, at: "", "counts")
    }
}

extension Delivery {
    fileprivate func check() throws(Misfit) {
        var former = sent
        for (place, step) in path.enumerated() {
            guard step.time >= former else {
                throw Misfit("earlier than what comes before it").within(".path[\(place)].time_ns")
            }
            former = step.time
        }
    }
}

/// Ten times as long as a run may be: what is drawn beside a run stays below it, and sums of some of these
/// below what 64 bits hold.
private let longest = Span.bounds.upperBound * 10

private func requireSlices(_ count: Int, of width: Span, key: String = ".slice_ns") throws(Misfit) {
    guard count > 0 else { return }
    let (length, isTooLong) = width.nanoseconds.multipliedReportingOverflow(by: Int64(count) + 1)
    guard width > .zero, !isTooLong, length <= longest.nanoseconds else {
        throw Misfit("\(count) slices of \(width) are no run").within(key)
    }
}

private func requireTimes(_ times: [UInt64], at key: String) throws(Misfit) {
    guard let most = times.max(), most > UInt64(longest.nanoseconds) else { return }
    throw Misfit("longer than a hundred years").within(key)
}

private func requireRising(_ values: [UInt64], at key: String, by least: UInt64) throws(Misfit) {
    for (place, (before, value)) in zip(values, values.dropFirst()).enumerated() {
        guard value >= before, value - before >= least else {
            throw Misfit("lower than what comes before it allows").within("\(key)[\(place + 1)]")
        }
    }
}

private func requireCount(
    _ count: Int, at key: String, sameAs expected: Int, of other: String
) throws(Misfit) {
    guard count == expected else {
        throw Misfit("\(count) values, where '\(other)' has \(expected)").within(key)
    }
}

private func requireSum(_ parts: [UInt64], at key: String, _ what: String) throws(Misfit) {
    var sum: UInt64 = 0
    for part in parts {
        let (total, isTooMuch) = sum.addingReportingOverflow(part)
        // A span has one bit less than a count.
        guard !isTooMuch, total <= UInt64(Int64.max) else {
            throw Misfit("\(what): too much to be added up").within(key)
        }
        sum = total
    }
}
