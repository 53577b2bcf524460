internal import Chat
internal import Simulation
internal import Vocabulary

/// All that is measured of the letters of one part of a run: exact counts, and a fine histogram for each
/// time.
///
/// A class, and its counters behind a pointer: it is met once per sample, and checks of ownership would cost
/// more than the counting.
final class Meter {
    private let marks: Marks
    let times: [FineHistogram]
    /// The same without counting references, which would take longer than all the rest; `times` keeps them
    /// alive.
    private let unowned: [Unmanaged<FineHistogram>]
    /// How many never came, by the places of times.
    private(set) var missing: [UInt64]
    /// How many values lie between a mark and the one before it; what is above the last one is not counted.
    private let between: UnsafeMutablePointer<UInt64>
    private(set) var incidents: [UInt64]
    /// By reason.
    private(set) var refusals: [UInt64]
    /// Taps not accepted in time whose device had no working network all that time.
    private(set) var excused: UInt64 = 0
    /// Taps that the end of the run came before the end of patience for.
    private(set) var cutShortTaps: UInt64 = 0
    /// By role and resource, then those that the design declares.
    private(set) var levels: [Level]

    init(marks: Marks, levels: Int) {
        self.marks = marks
        times = marks.starts.dropLast().map { _ in FineHistogram() }
        unowned = times.map { .passUnretained($0) }
        missing = times.map { _ in 0 }
        between = .allocate(capacity: marks.values.count)
        between.initialize(repeating: 0, count: marks.values.count)
        incidents = Incident.allCases.map { _ in 0 }
        refusals = Refusal.allCases.map { _ in 0 }
        self.levels = Array(repeating: Level(), count: levels)
    }

    deinit { between.deallocate() }

    @inline(__always)
    func record(_ latency: Span?, of metric: Int) {
        guard let latency else {
            missing[metric] += 1
            return
        }
        let value = UInt64(bitPattern: latency.nanoseconds)
        unowned[metric]._withUnsafeGuaranteedRef { $0.record(value) }
        var place = marks.starts[metric]
        let end = marks.starts[metric + 1]
        while place < end, value >= marks.values[place] { place += 1 }
        if place < end { between[place] += 1 }
    }

    func record(_ incident: Incident) { incidents[Int(incident.rawValue)] += 1 }

    func record(_ refusal: Refusal) {
        record(refusal.incident)
        refusals[Int(refusal.rawValue)] += 1
    }

    func excuse() { excused += 1 }

    func cutShort() { cutShortTaps += 1 }

    func record(_ value: UInt64, highest: UInt64, at time: Instant, level: Int) {
        levels[level].record(value, highest: highest, at: time)
    }

    func record(_ part: UInt64, of whole: UInt64, level: Int) { levels[level].record(part, of: whole) }

    func merge(_ other: Meter) {
        for metric in times.indices {
            times[metric].merge(other.times[metric])
            missing[metric] += other.missing[metric]
        }
        for place in marks.values.indices { between[place] += other.between[place] }
        for incident in incidents.indices { incidents[incident] += other.incidents[incident] }
        for refusal in refusals.indices { refusals[refusal] += other.refusals[refusal] }
        excused += other.excused
        cutShortTaps += other.cutShortTaps
        for level in levels.indices { levels[level].merge(other.levels[level]) }
    }
}

extension Meter {
    func came(_ metric: Int) -> UInt64 { times[metric].count }

    /// How many there should be.
    func due(_ metric: Int) -> UInt64 { came(metric) + missing[metric] }

    /// How many values are below a mark, exactly.
    func count(of metric: Int, below mark: UInt64) -> UInt64 {
        let range = marks.starts[metric]..<marks.starts[metric + 1]
        guard let place = range.first(where: { marks.values[$0] == mark }) else {
            preconditionFailure("nobody counted what is below \(mark) ns")
        }
        return (range.lowerBound...place).reduce(0) { $0 + between[$1] }
    }

    func count(_ incident: Incident) -> UInt64 { incidents[Int(incident.rawValue)] }

    /// Whether anybody did anything, so that a count of nothing says something.
    var sawLetters: Bool {
        Sample.Metric.allCases.contains { due($0.place) > 0 } || incidents.contains { $0 > 0 }
    }

    /// Whether anything was accepted that could be lost or shown twice: of what a rule refuses no more comes.
    var sawAccepted: Bool {
        let refusals = [Incident.refusedByRule, .refusedInTrouble]
        return Sample.Metric.allCases.contains { ($0 == .accept ? came($0.place) : due($0.place)) > 0 }
            || Incident.allCases.contains { !refusals.contains($0) && count($0) > 0 }
    }

    /// A time at a percentile to within a thousandth; nil for one that never came.
    func time(_ percentile: Percentile, of metric: Int) -> Span? {
        times[metric].value(at: percentile, outOf: due(metric)).map {
            Span(nanoseconds: Int64($0))
        }
    }
}
