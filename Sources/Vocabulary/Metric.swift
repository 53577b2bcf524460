/// What can be measured: its unit, its direction and its sentence belong to it, and nobody keeps a list of
/// their own.
///
/// Thresholds are checked against it, and reports, comparisons and colours read it.
public struct Metric: Hashable, Sendable {
    /// As files write it; of a role's metric the part behind the role's name, `lag` in `recipient-log.lag`.
    public var name: String
    public var unit: Unit
    public var direction: Preference
    public var kind: Kind
    /// What it is, from where to where, as the first half of a sentence.
    public var sentence: String
    /// What it counts or times, for sentences about many: `deliveries`.
    public var plural: String

    public enum Unit: Hashable, Sendable {
        case time, count, share, bytes
        /// So many a second, and so many bytes a second.
        case rate, byteRate
    }

    public enum Preference: Hashable, Sendable {
        case smallerIsBetter, largerIsBetter
        /// It says how the system is used, and neither is a virtue.
        case neither
    }

    /// How its values come about, which decides what can be asked of them.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// One time for each letter and recipient, or none at all: infinitely late.
        case times
        /// Something that happens now and then, and is counted.
        case events
        /// One number for a run or a window.
        case oneNumber
        /// What a role holds or does at a moment, read once per slice of time.
        case level
        /// What goes through a role, added up per slice of time.
        case flow
        /// What part of something that goes through a role is so, both added up: hits of all look-ups.
        case share
        /// How long each piece of a role's work took. What is not over has no value.
        case durations
    }

    /// What is asked of many values.
    public enum Statistic: String, Hashable, Sendable, CaseIterable {
        case percentile, min, max, mean, count, sum, rate, ratio, last
    }

    /// What can be asked of it; nothing for a metric that is one number.
    public var statistics: [Statistic] {
        switch kind {
        case .times: [.percentile, .min, .max, .mean, .count, .rate, .ratio]
        case .events: [.count, .rate]
        case .oneNumber: []
        case .level: [.min, .max, .mean, .last]
        case .flow: [.sum, .rate]
        case .share: []
        case .durations: [.percentile, .min, .max, .mean, .count, .rate]
        }
    }

    /// The unit of an answer: a count of times is no time.
    public func unit(of statistic: Statistic?) -> Unit {
        switch statistic {
        case .count: .count
        case .rate: unit == .bytes ? .byteRate : .rate
        case .ratio: .share
        case nil, .percentile, .min, .max, .mean, .sum, .last: unit
        }
    }

    /// Whether each role has one of its own, written `role.name`.
    public var isPerRole: Bool {
        switch kind {
        case .level, .flow, .share, .durations: true
        case .times, .events, .oneNumber: false
        }
    }
}

extension Metric: CustomStringConvertible {
    public var description: String { name }
}
