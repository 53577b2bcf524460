internal import Chat
internal import Results
internal import Vocabulary

extension Verdict {
    /// What became of the letters as a whole, without which no figure of a run can be understood: half of them
    /// were refused, or none was delivered.
    struct Letters {
        /// That nothing was delivered of what was due, or that nothing was accepted; nil when something was, or when a
        /// threshold speaks of it.
        private(set) var nothingCame: String?
        private(set) var headline = ""
        private(set) var notes: [String] = []

        init(of measurement: Measurement, _ judgements: [Judgement]) {
            let meter = measurement.meter(of: .all)
            let (due, byRule) = (meter.due(Sample.Metric.delivery.place), meter.count(.refusedByRule))
            let isEmpty = due > 0 && meter.came(Sample.Metric.delivery.place) == 0
            let taps = meter.due(Sample.Metric.accept.place) + byRule
            let isUnanswered = taps > 0 && meter.came(Sample.Metric.accept.place) == 0
            if isEmpty, !judgements.contains(where: \.isAboutDelivery) {
                nothingCame =
                    isUnanswered
                    ? "nothing was accepted: \(taps == 1 ? "the only letter" : "\(grouped(taps)) letters") had no answer"
                    : "nothing was delivered: \(due == 1 ? "one delivery was due" : "\(grouped(due)) deliveries were due")"
            }
            let isRefused = taps > 0 && !meter.sawAccepted
            if isRefused, !judgements.contains(where: \.isAboutRefusals) {
                nothingCame =
                    "nothing was accepted: \(taps == 1 ? "the only letter was" : "all letters were") refused"
            }
            if byRule > 0 {
                notes.append(
                    "\(grouped(byRule)) of \(grouped(taps)) letters were refused by a rule of the design: "
                        + Self.reasons(meter, isByRule: true))
            }
            let inTrouble = meter.count(.refusedInTrouble)
            if inTrouble > 0 {
                notes.append(
                    "letters were refused in trouble \(inTrouble == 1 ? "once" : "\(grouped(inTrouble)) times"): "
                        + Self.reasons(meter, isByRule: false))
            }
            for (metric, name) in [(Sample.Metric.receipt, "receipt"), (.read, "read receipt")] {
                let due = meter.due(metric.place)
                guard due > 0, meter.came(metric.place) == 0 else { continue }
                notes.append(
                    "no sender heard that a letter was \(metric == .read ? "read" : "shown"): "
                        + (due == 1 ? "one \(name) was due" : "\(grouped(due)) \(name)s were due"))
            }
            if isRefused || isEmpty && isUnanswered {
                headline = "nothing accepted"
            } else if isEmpty {
                headline = "nothing delivered"
            } else if byRule > 0 {
                headline = "\(grouped(byRule)) of \(grouped(taps)) refused"
            } else if judgements.contains(where: \.lacksData) {
                headline = "too few samples"
            }
        }

        private static func reasons(_ meter: Meter, isByRule: Bool) -> String {
            Refusal.allCases.filter { $0.isByRule == isByRule && meter.refusals[Int($0.rawValue)] > 0 }
                .map { "\($0.words) (\(grouped(meter.refusals[Int($0.rawValue)])))" }.joined(separator: ", ")
        }
    }
}

extension Judgement {
    /// Nothing delivered is what the threshold asks for, or fails.
    fileprivate var isAboutDelivery: Bool {
        switch threshold.subject {
        case .times(.delivery), .times(.deliveryToAll), .times(.catchUp): outcome != .inconclusive
        case .times, .events, .availability, .availabilityOfService, .recovery, .role, .own: false
        }
    }

    /// Refusals are what the threshold asks for, or fails.
    fileprivate var isAboutRefusals: Bool {
        switch threshold.subject {
        case .events(.refusedByRule), .events(.refusedInTrouble): outcome != .inconclusive
        case .times, .events, .availability, .availabilityOfService, .recovery, .role, .own: false
        }
    }

    /// It has a value, and too few stand behind it.
    fileprivate var lacksData: Bool { outcome == .inconclusive && measured.approximation != nil }
}
