internal import Simulation
import Vocabulary

/// A time server that each machine asks at an interval, as NTP does: it knows the true time, and its answers
/// take none.
extension MachinePointer {
    func armClockCorrection() {
        guard let interval = pointee.clockCorrection else { return }
        precondition(interval > .zero, "a clock that is set every \(interval)")
        _ = pointee.turn.arm(.correctClock, after: interval)
    }

    /// Small errors are slewed, large ones stepped (`LocalClock.correct`); a machine that is down asks
    /// nobody.
    func correctClock() {
        guard pointee.power.isOn else { return }
        let now = pointee.core.now
        if pointee.isUp { pointee.clock.correct(pointee.clock.offset(at: now), at: now) }
        armClockCorrection()
    }
}
