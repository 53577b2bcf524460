public import Simulation
internal import Vocabulary

/// What a threshold asks of a metric's values, with the percentile where it is one.
public enum Statistic: Hashable, Sendable {
    case percentile(Percentile)
    case min, max, mean, count, sum, rate, ratio, last

    var kind: Metric.Statistic {
        switch self {
        case .percentile: .percentile
        case .min: .min
        case .max: .max
        case .mean: .mean
        case .count: .count
        case .sum: .sum
        case .rate: .rate
        case .ratio: .ratio
        case .last: .last
        }
    }

    /// Smallest and largest are the percentiles at the ends.
    var percentile: Percentile? {
        switch self {
        case .percentile(let percentile): percentile
        case .min: Percentile(partsPerMillion: 0)
        case .max: Percentile(partsPerMillion: 1_000_000)
        case .mean, .count, .sum, .rate, .ratio, .last: nil
        }
    }

    /// All but the percentiles, as files write them.
    static let words: [(word: String, statistic: Statistic)] = [
        ("min", .min), ("max", .max), ("mean", .mean), ("count", .count), ("sum", .sum), ("rate", .rate),
        ("ratio", .ratio), ("last", .last),
    ]

    /// Reads `p99.95` or `max`; nil for any other word.
    init?(reading word: String) {
        if let named = Self.words.first(where: { $0.word == word }) {
            self = named.statistic
        } else if let percentile = Self.percentile(word) {
            self = .percentile(percentile)
        } else {
            return nil
        }
    }

    /// `p`, then 0 to 100 with up to four decimals.
    private static func percentile(_ word: String) -> Percentile? {
        guard word.first == "p", let percent = FixedDecimal(word.dropFirst()), percent.decimals <= 4,
            percent.units <= 100 * UInt128(powerOfTen(percent.decimals))
        else { return nil }
        return Percentile(partsPerMillion: UInt32(percent.units * UInt128(powerOfTen(4 - percent.decimals))))
    }
}

extension Statistic: CustomStringConvertible {
    public var description: String {
        switch self {
        case .percentile(let percentile): percentile.description
        case .min, .max, .mean, .count, .sum, .rate, .ratio, .last: kind.rawValue
        }
    }
}
