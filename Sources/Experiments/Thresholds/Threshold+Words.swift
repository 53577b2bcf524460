internal import Simulation
internal import Vocabulary

/// A threshold as a sentence, for those who do not live with percentiles.
extension Threshold {
    /// `99 of 100 deliveries take less than 10 s, in the usual phase, the fault split left out`.
    public var words: String {
        [claim, letters].filter { !$0.isEmpty }.joined(separator: ", ")
    }

    /// Which letters count: `for recipients in eu, in the usual phase`; empty for all of them.
    var letters: String {
        [scope?.words(for: subject.isOfSenders ? "senders" : "recipients") ?? "", window.words]
            .filter { !$0.isEmpty }.joined(separator: ", ")
    }

    private var claim: String {
        let plural = subject.metric.plural
        let demand = "\(comparison.words) \(limit.words)"
        switch subject {
        case .availability: return "\(demand) of taps are accepted in time"
        case .availabilityOfService:
            return "\(demand) of taps are accepted in time, not counting devices without a network"
        case .recovery: return "until the system is healthy again it takes \(demand)"
        case .events: return "\(statistic == .rate ? "the rate" : "the number") of \(plural) is \(demand)"
        case .role(let role, let resource): return "\(ofRole) \(resource.metric) of \(role) is \(demand)"
        case .own(let sheet) where sheet.metric.kind == .durations: return ofTimes(plural, demand)
        case .own(let sheet) where sheet.metric.kind == .share:
            return "of \(plural), \(demand) are \(sheet.metric)"
        case .own(let sheet): return "\(ofRole) \(sheet.metric) of \(sheet.role) is \(demand)"
        case .times: return ofTimes(plural, demand)
        }
    }

    private func ofTimes(_ plural: String, _ demand: String) -> String {
        switch statistic {
        case .percentile(Self.first), .min: return "the quickest of the \(plural) takes \(demand)"
        case .percentile(Self.last), .max: return "the slowest of the \(plural) takes \(demand)"
        case .percentile(let percentile):
            let (some, all) = Self.parts(of: percentile)
            switch comparison {
            case .less, .atMost: return "\(some) of \(all) \(plural) take \(demand)"
            case .more: return "fewer than \(some) of \(all) \(plural) take at most \(limit.words)"
            case .atLeast: return "fewer than \(some) of \(all) \(plural) take less than \(limit.words)"
            case .equal, .different: return "the \(percentile) of \(plural) is \(demand)"
            }
        case .mean: return "\(plural) take \(demand) on average"
        case .ratio: return "of the \(plural) due, \(demand) come about"
        case .rate: return "the rate of \(plural) is \(demand)"
        case nil, .count, .sum, .last: return "the number of \(plural) is \(demand)"
        }
    }

    private static let first = Percentile(partsPerMillion: 0)
    private static let last = Percentile(partsPerMillion: 1_000_000)

    /// p99.9 is 999 of 1,000.
    private static func parts(of percentile: Percentile) -> (some: String, all: String) {
        var (some, all) = (percentile.partsPerMillion, 1_000_000 as UInt32)
        while some % 10 == 0, all > 1 { (some, all) = (some / 10, all / 10) }
        return (grouped(some), grouped(all))
    }

    private var ofRole: String {
        switch statistic {
        case .min: "the least"
        case .max: "the largest"
        case .mean: "the average"
        case .last: "the last"
        case .sum: "the total of"
        case nil, .percentile, .count, .rate, .ratio: "the rate of"
        }
    }
}
