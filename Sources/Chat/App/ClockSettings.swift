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
