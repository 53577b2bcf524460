internal import Simulation
internal import Vocabulary

/// The thresholds that may be lost long before the end: those on counts and maxima, which only rise, and on
/// percentiles. Each is asked again whenever something was counted or measured, until it is lost; one with
/// `abort` then ends the run.
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

    /// Whether the run is to end for a count of times, whose samples otherwise come in batches.
    var hangOnTimes: Bool {
        open.contains { threshold in
            guard threshold.abort, case .times = threshold.subject else { return false }
            return true
        }
    }

    func ask() {
        guard !open.isEmpty else { return }
        for threshold in open where measurement.isBeyondHope(threshold) {
            losses.append(LostThreshold(threshold: threshold, time: world.now))
            if threshold.abort { world.stop(because: "\(threshold)") }
        }
        open.removeAll { threshold in losses.contains { $0.threshold == threshold } }
    }
}
