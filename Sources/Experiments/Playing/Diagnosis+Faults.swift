internal import Chat
internal import Cluster
internal import Results
internal import Vocabulary

/// Which fault the slowest letters were under way in.
extension Diagnosis {
    /// Whether most of the slowest hundredth were under way while one and the same fault was on.
    mutating func lookAtFaults() -> Bool {
        guard let (fault, touched) = mostMetFault(by: worst) else { return lookAtManyFaults() }
        let cause =
            "\(count(touched)) of the \(count(worst)) slowest\(whichOnes) were under way while \(words(fault))"
        let last = touched.compactMap { delivery in delivery.latency.map { delivery.tapped + $0 } }.max()
        guard let end = fault.to, let last, last > end + Self.leastStretch else {
            add(cause)
            return true
        }
        // Which of the app's waits the rest of it was, the run does not say: so no knob is named.
        add("\(cause); the last came \(shortText(last - end)) after it was over")
        return true
    }

    /// No single fault met half of them. All together may have, each time that one came and whatever it was; or they left
    /// something behind.
    private mutating func lookAtManyFaults() -> Bool {
        let touched = worst.filter { delivery in
            suspects.contains { delivery.isUnderWay(from: $0.from, to: $0.to) }
        }
        if !worst.isEmpty, touched.count * 2 >= worst.count {
            let names = Set(suspects.map(\.name))
            let who =
                names.count == 1
                ? "\(suspects[0].name) was on, which came \(suspects.count) times"
                : "one of \(names.count) faults was on"
            add("\(count(touched)) of the \(count(worst)) slowest\(whichOnes) were under way while \(who)")
            return true
        }
        let behind = suspects.filter { fault in
            guard let end = fault.to else { return false }
            return worst.count { $0.tapped >= end && $0.tapped < end + Self.aftermath } * 2 > worst.count
        }
        guard let fault = behind.last, let end = fault.to else { return false }
        let within = clockText(min(Self.aftermath, result.run.end - end))
        add(
            "most of the \(count(worst)) slowest\(whichOnes) were sent within \(within) after \(fault.name) was over"
        )
        return true
    }

    private var suspects: [FaultEffect] { result.faults.filter { !$0.hasMetNothing(in: schedule) } }

    /// For so long after a fault it is what to look at first.
    private static let aftermath = Span.seconds(30)

    /// The fault that has most to do with some deliveries, and which of them were under way in it; nil where none met half
    /// of them. One that met all others as well tells these from them less than one that met few besides.
    func mostMetFault(by deliveries: [KeptDelivery]) -> (FaultEffect, [KeptDelivery])? {
        var most: (fault: FaultEffect, met: [KeptDelivery], weight: Double)?
        for fault in suspects {
            let met = deliveries.filter { $0.isUnderWay(from: fault.from, to: fault.to) }
            guard !met.isEmpty, met.count * 2 >= deliveries.count else { continue }
            let weight = Double(met.count) * Double(met.count) / Double(max(1, fault.lettersTouched))
            if weight > most?.weight ?? 0 { most = (fault, met, weight) }
        }
        return most.map { ($0.fault, $0.met) }
    }

    func words(_ fault: FaultEffect) -> String {
        "\(fault.name) was on (\(fault.kind) of \(fault.target))"
    }
}
