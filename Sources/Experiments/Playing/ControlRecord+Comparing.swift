internal import Chat
public import Results
internal import Vocabulary

extension Play.PlayedRun {
    /// What the control run says to this one: it kept the deliveries that this one did, in the same order.
    public func compared(with control: Play.PlayedRun) -> ControlRecord {
        precondition(deliveries.count == control.deliveries.count, "the control run kept other deliveries")
        var record = ControlRecord()
        record.digest = control.result.run.digest
        record.summaries = control.result.summaries.filter { $0.window == "all" }
        record.latencies = control.result.latencies.map { series in
            var series = series
            series.isControl = true
            return series
        }
        record.spectra = control.result.spectra.filter { $0.window == "all" }.map { spectrum in
            var spectrum = spectrum
            spectrum.window = "control"
            return spectrum
        }
        record.excess = occasions.map { excess(of: $0, control) }
        return record
    }

    private func excess(of occasion: FaultSchedule.Occasion, _ control: Play.PlayedRun)
        -> ControlRecord.Excess
    {
        var excess = ControlRecord.Excess()
        excess.fault = occasion.name
        excess.from = occasion.from
        var later: [Int64] = []  // ns
        for (here, there) in zip(deliveries, control.deliveries)
        where here.isUnderWay(from: occasion.from, to: occasion.to) {
            switch (here.latency, there.latency) {
            case (let here?, let there?): later.append(max(0, (here - there).nanoseconds))
            case (nil, _?): excess.neverCame += 1
            case (_, nil): break  // without the faults it did not come either, or came to nobody
            }
        }
        compareAfter(occasion, control, &excess)
        guard !later.isEmpty else { return excess }
        later.sort()
        excess.compared = UInt64(later.count)
        excess.mean = .nanoseconds(later.reduce(0, +) / Int64(later.count))
        /// The least value that so many of a hundred do not exceed.
        func percentile(_ percent: Int) -> Span {
            .nanoseconds(later[max(0, (later.count * percent + 99) / 100 - 1)])
        }
        (excess.p50, excess.p99, excess.max) = (percentile(50), percentile(99), percentile(100))
        excess.laterThanASecond = UInt64(later.count { $0 > Span.seconds(1).nanoseconds })
        return excess
    }

    /// Those tapped after its end, until another fault begins: from then on nobody can tell which of the two it was.
    private func compareAfter(
        _ occasion: FaultSchedule.Occasion, _ control: Play.PlayedRun, _ excess: inout ControlRecord.Excess
    ) {
        guard let end = occasion.to else { return }
        let next = occasions.filter { $0.to.map { $0 > end } ?? true }.map(\.from).min()
        var sum = Span.zero
        for (here, there) in zip(deliveries, control.deliveries)
        where here.tapped >= end && next.map({ here.tapped < $0 }) ?? true
            && !here.isUnderWay(from: occasion.from, to: end)
        {
            guard let usual = there.latency else { continue }
            if let latency = here.latency {
                guard latency - usual > .seconds(1) else { continue }
                excess.laterAfter += 1
                sum += latency - usual
            } else {
                excess.neverCameAfter += 1
            }
            excess.lastAfter = max(excess.lastAfter ?? .zero, here.tapped - end)
        }
        if excess.laterAfter > 0 { excess.meanAfter = sum / Int64(excess.laterAfter) }
    }
}
