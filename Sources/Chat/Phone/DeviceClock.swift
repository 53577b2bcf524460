package import Cluster
internal import Simulation
internal import Vocabulary

extension Town {
    /// The clock of a device: drawn anew each time that it is looked at, since that is rare.
    package func clock(of device: DeviceID) -> LocalClock {
        var stream = clockDraws.stream(of: UInt64(number(of: device)))
        let offset = app.clocks.offset.sample(&stream)
        let isAhead = stream.unit() < 0.5
        let drift = Double(app.clocks.drift.partsPerBillion) * (2 * stream.unit() - 1)
        return LocalClock(
            offset: Span(roundingNanoseconds: isAhead ? offset : -offset),
            drift: Drift(partsPerBillion: Int64(drift.rounded(.towardZero))))
    }
}
