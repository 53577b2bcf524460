internal import Chat
internal import Results
internal import Vocabulary

/// Counts what `healthy` asks, window by window: three numbers for each expectation, so that a day costs
/// little.
///
/// What was under way when the first fault began, and not late yet, says nothing of the time before it: a window that was
/// over by then is judged without.
final class HealthMeter {
    private let healthy: Healthy
    private let start: UInt64  // ns
    private let width: UInt64  // ns
    private let expectations: [Expectation]
    /// When the first fault begins, as far as that is known.
    var firstFault: Instant? {
        didSet { currentWidth = 0 }
    }
    /// By window, then expectation.
    @exclusivity(unchecked) private var tallies: [Tally] = []
    /// The place of the first tally of the window of the latest sample.
    @exclusivity(unchecked) private var current = 0
    @exclusivity(unchecked) private var currentStart: UInt64 = 0  // ns
    @exclusivity(unchecked) private var currentWidth: UInt64 = 0  // ns
    /// By when what that window is judged by has come or is late: the first fault, of one that is over by then.
    @exclusivity(unchecked) private var currentEnd = UInt64.max  // ns

    private struct Expectation {
        var metric: Sample.Metric
        /// What counts is at most this, in nanoseconds: a limit, the patience, or any time at all.
        var bound: UInt64
        /// What has not come for so long is late: it is not waited for longer than senders wait.
        var patience: UInt64  // ns
        var scope: Scope?
        var leavesOutExcused: Bool
        var leavesOutCutShort: Bool
    }

    private struct Tally {
        var below: UInt64 = 0
        var upTo: UInt64 = 0
        var all: UInt64 = 0
        /// Taps that are left out. One may be excused before its sample comes, and after.
        var excused: UInt64 = 0

        var due: UInt64 { all - excused }

        mutating func record(_ latency: Span?, bound: UInt64) {
            all += 1
            guard let latency else { return }
            let value = UInt64(bitPattern: latency.nanoseconds)
            below += value < bound ? 1 : 0
            upTo += value <= bound ? 1 : 0
        }
    }

    init(_ healthy: Healthy, from start: Instant, firstFault: Instant?, patience: Span) {
        self.healthy = healthy
        self.firstFault = firstFault
        self.start = start.nanoseconds
        width = UInt64(healthy.window.nanoseconds)
        expectations = healthy.expectations.map { threshold in
            let (metric, bound): (Sample.Metric, UInt64) =
                switch threshold.subject {
                case .times(let metric):
                    (metric, threshold.statistic == .ratio ? .max : threshold.limit.nanoseconds)
                case .availability, .availabilityOfService: (.accept, UInt64(patience.nanoseconds))
                case .events, .recovery, .role, .own:
                    preconditionFailure("'\(threshold)' is not judged by windows")
                }
            return Expectation(
                metric: metric, bound: bound, patience: min(bound, UInt64(patience.nanoseconds)),
                scope: threshold.scope,
                leavesOutExcused: threshold.subject == .availabilityOfService,
                leavesOutCutShort: metric == .accept && threshold.statistic == nil)
        }
    }

    @inline(__always)
    func record(_ sample: Sample) {
        let time = sample.intended.nanoseconds
        guard time >= start else { return }
        if time &- currentStart >= currentWidth { select(time) }
        for place in expectations.indices where expectations[place].metric == sample.metric {
            if let scope = expectations[place].scope, !scope.contains(sample.tags) { continue }
            if time + expectations[place].patience > currentEnd, !sample.came(by: currentEnd) { continue }
            tallies[current + place].record(sample.latency, bound: expectations[place].bound)
        }
    }

    func excuse(_ tags: Sample.Tags, intended: Instant) {
        leaveOut(tags, intended, \.leavesOutExcused)
    }

    func cutShort(_ tags: Sample.Tags, intended: Instant) {
        leaveOut(tags, intended, \.leavesOutCutShort)
    }

    private func leaveOut(
        _ tags: Sample.Tags, _ intended: Instant, _ concerns: KeyPath<Expectation, Bool>
    ) {
        guard intended.nanoseconds >= start else { return }
        select(intended.nanoseconds)
        for place in expectations.indices where expectations[place][keyPath: concerns] {
            if let scope = expectations[place].scope, !scope.contains(tags) { continue }
            if intended.nanoseconds + expectations[place].patience > currentEnd { continue }
            tallies[current + place].excused += 1
        }
    }

    private func select(_ time: UInt64) {
        let window = (time - start) / width
        current = Int(window) * expectations.count
        currentStart = start + window * width
        currentWidth = width
        currentEnd = firstFault.map(\.nanoseconds).flatMap { currentStart + width <= $0 ? $0 : nil } ?? .max
        while tallies.count < current + expectations.count { tallies.append(Tally()) }
    }

    /// The whole windows up to the end of the sends, judged.
    func judged(until endOfSends: Instant) -> Health {
        let begin = Instant(nanoseconds: start)
        let count = endOfSends > begin ? (endOfSends.nanoseconds - start) / width : 0
        return Health(
            start: begin, window: healthy.window, hold: healthy.hold,
            states: (0..<Int(count)).map { state(of: $0) })
    }

    private func state(of window: Int) -> WindowState {
        var isKnown = true
        for (place, threshold) in healthy.expectations.enumerated() {
            let place = window * expectations.count + place
            let tally = place < tallies.count ? tallies[place] : Tally()
            guard tally.due >= Healthy.leastSamples else {
                isKnown = false
                continue
            }
            if !holds(threshold, tally) { return .bad }
        }
        return isKnown ? .good : .unknown
    }

    private func holds(_ threshold: Threshold, _ tally: Tally) -> Bool {
        guard let percentile = threshold.statistic?.percentile else {
            return threshold.comparison.holds(Quotient(tally.upTo, over: tally.due), threshold.limit.value)
        }
        return threshold.comparison.holds(
            rank: percentile.rank(among: tally.due), below: tally.below, upTo: tally.upTo)
    }
}

extension Sample {
    fileprivate func came(by time: UInt64) -> Bool {
        latency.map { intended.nanoseconds + UInt64($0.nanoseconds) <= time } ?? false
    }
}
