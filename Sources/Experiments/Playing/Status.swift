internal import Chat
public import Results
internal import Simulation
public import Vocabulary

extension Play {
    /// How far a run is. It is for the moment in which it is told, on the thread that plays: what takes a
    /// while to find out is found out when it is asked for, and nothing of it reaches the run.
    public struct Status {
        public let time: Instant
        public let end: Instant
        /// How many events have happened.
        public let events: UInt64
        /// What became known since the status before, in the order of time.
        public let news: [RunEvent]
        let run: Run
    }
}

extension Play.Status {
    /// What goes on: the latest fault that is on, or else the phase of the load.
    public var stretch: String { run.chronicle.stretch(before: time) }

    /// The p99 of what was delivered so far, and of what is overdue: what waits already for longer than that. Nil while
    /// they are fewer than a window of health takes.
    public var deliveryP99: Span? {
        let times = run.measurement.timesSoFar(of: .delivery)
        let usual = times.value(at: .p99) ?? 0
        run.ledger.forEachWait(at: time) { wait in
            guard wait.metric == .delivery, let latency = wait.latency.map({ UInt64($0.nanoseconds) })
            else { return }
            if latency > usual { times.record(latency) }
        }
        guard times.count >= Healthy.leastSamples else { return nil }
        return times.value(at: .p99).map { Span(nanoseconds: Int64($0)) }
    }

    /// How many thresholds hold by what is known, and how many there are.
    public var thresholds: (held: Int, of: Int) {
        (run.measurement.heldSoFar, run.measurement.thresholds.count)
    }
}

extension Measurement {
    /// What has come over the whole run.
    fileprivate func timesSoFar(of metric: Sample.Metric) -> FineHistogram {
        let sum = FineHistogram()
        for meter in meters(of: .all, nil) { sum.merge(meter.times[Int(metric.rawValue)]) }
        return sum
    }
}
