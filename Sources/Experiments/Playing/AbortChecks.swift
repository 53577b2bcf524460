internal import Chat
internal import Simulation
internal import Vocabulary

/// The thresholds that may be lost long before the end: those on counts and maxima, which only rise, and on
/// percentiles. Each is asked again whenever something was counted or measured, until it is lost; one with
/// `abort` then ends the run. What nobody has got by the time of its limit has missed it, though nothing is told of it: one
/// that aborts is asked once a second what is overdue.
final class AbortChecks {
    struct LostThreshold {
        var threshold: Threshold
        var time: Instant
    }

    private let measurement: Measurement
    private unowned let world: World
    /// They may hold yet.
    private var open: [Threshold]
    /// In the order in which they were lost.
    private(set) var losses: [LostThreshold] = []

    init(_ measurement: Measurement, in world: World) {
        (self.measurement, self.world) = (measurement, world)
        open = measurement.thresholds.filter(\.canFailEarly)
    }

    /// The loss for which the run is to end.
    var abort: LostThreshold? { losses.first(where: \.threshold.abort) }

    /// Whether the run is to end for times, whose samples otherwise come in batches.
    var hangOnTimes: Bool { open.contains { $0.abort && $0.isOnTimes } }

    func ask() {
        guard !open.isEmpty else { return }
        lose(open.filter { measurement.isBeyondHope($0) })
    }

    /// To be told every second.
    func askWhatIsOverdue(in ledger: Ledger) {
        lose(
            open.filter { threshold in
                guard threshold.abort, threshold.isOnTimes, threshold.statistic != .count else {
                    return false
                }
                let overdue = measurement.overdue(threshold, in: ledger, at: world.now)
                return measurement.isBeyondHope(threshold, overdue: overdue)
            })
    }

    private func lose(_ lost: [Threshold]) {
        guard !lost.isEmpty else { return }
        for threshold in lost {
            losses.append(LostThreshold(threshold: threshold, time: world.now))
            if threshold.abort { world.stop(because: "\(threshold)") }
        }
        open.removeAll { threshold in losses.contains { $0.threshold == threshold } }
    }
}

extension Threshold {
    fileprivate var isOnTimes: Bool { if case .times = subject { true } else { false } }
}
