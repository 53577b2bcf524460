public import Cluster
public import Simulation
internal import Vocabulary

/// How wrong the clocks of devices are. Nobody but their owners looks at them, so they show in what devices write.
public struct ClockSettings: Hashable, Sendable {
    /// How far off, in ns; ahead or behind as often.
    public var offset: Spread = .logNormal(LogNormal(median: 0.3e9, share: 0.99, below: 60e9))
    /// How much too fast or too slow at most.
    public var drift = Drift.partsPerMillion(50)

    public init() {}
}

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
