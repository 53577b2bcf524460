public import Simulation
internal import Vocabulary

/// A collector of garbage that stops all cores of a machine now and then, in the middle of what they do.
public struct Collector: Sendable {
    /// How long each pause lasts, and how long it is from the end of one to the next, in ns.
    public var pause: Spread
    public var interval: Spread

    public init(pause: Spread, interval: Spread) {
        self.pause = pause
        self.interval = interval
    }
}

/// When it collects, a machine draws by a stream of its own, also while it is down: nothing that happens changes it.
struct Collecting {
    let collector: Collector
    var draws: RandomStream
    /// Whether its next pause, or the end of one, is to come.
    var isUnderWay = false
}

extension MachinePointer {
    func awaitCollection() {
        guard pointee.collecting?.isUnderWay == false else { return }
        let interval = pointee.collecting!.drawInterval()
        pointee.collecting!.isUnderWay = true
        _ = pointee.turn.arm(.collect, after: max(.milliseconds(1), interval))
    }

    /// A machine without a process collects nothing.
    func collect() {
        let pause = pointee.collecting!.drawPause()
        guard pointee.power.isOn, pointee.isUp else { return endCollection(isPaused: false) }
        pointee.cluster.pause(self, cores: nil)
        _ = pointee.turn.arm(.collected, after: pause)
    }

    func endCollection(isPaused: Bool) {
        if isPaused { pointee.cluster.resume(self, cores: nil) }
        pointee.collecting!.isUnderWay = false
        if pointee.power.isOn { awaitCollection() }
    }
}

extension Collecting {
    mutating func drawPause() -> Span { Span(roundingNanoseconds: collector.pause.sample(&draws)) }
    mutating func drawInterval() -> Span { Span(roundingNanoseconds: collector.interval.sample(&draws)) }
}
