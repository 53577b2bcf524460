import Results
import Vocabulary

/// What a scenario asks: a threshold, an expectation of health (`healthy delivery p99 < 1000ms`) or a promise that is
/// not switched off (`promise never-lost == 0`), as far as two of them can be told weaker and stronger.
package struct Demand: Hashable, Sendable {
    /// `delivery p99 during split`.
    package var figure: String
    /// `<`
    package var comparison: String
    package var limit: Amount

    package init(_ figure: String, _ comparison: String, _ limit: Amount) {
        (self.figure, self.comparison, self.limit) = (figure, comparison, limit)
    }

    init(_ judgement: Judgement) {
        self.init(RunFigure.name(of: judgement), judgement.comparison, judgement.limit)
    }

    /// Promises that the design makes, and that the scenario has watched.
    static func promises(of result: RunResult) -> [Demand] {
        result.invariants.filter { $0.state != .notPromised }.map {
            Demand("promise \($0.name)", "==", .count(0))
        }
    }

    /// Whether whoever meets `other` meets this one as well.
    func follows(from other: Demand) -> Bool {
        guard figure == other.figure, let limit = limit.magnitude, let known = other.limit.magnitude else {
            return false
        }
        return switch (comparison, other.comparison) {
        case ("<", "<"), ("<=", "<"), ("<=", "<="), ("<=", "=="): known <= limit
        case ("<", "<="), ("<", "=="): known < limit
        case (">", ">"), (">=", ">"), (">=", ">="), (">=", "=="): known >= limit
        case (">", ">="), (">", "=="): known > limit
        case ("==", "=="), ("!=", "!="): known == limit
        // Nothing is below zero.
        case ("==", "<="): limit == 0 && known == 0
        case ("!=", "=="): known != limit
        default: false
        }
    }

    /// What is asked of the same figure in the same sense.
    func isAlike(_ other: Demand) -> Bool {
        figure == other.figure && comparison.first == other.comparison.first
    }

    /// `delivery p99 < 5s is now < 9s`, for each that does not follow from what is asked now.
    static func weaker(_ now: [Demand], than before: [Demand]) -> [String] {
        before.filter { demand in !now.contains { demand.follows(from: $0) } }.map { demand in
            let other = now.first(where: demand.isAlike)
            return "\(demand.figure) \(demand.words) is "
                + (other.map { "now \($0.words)" } ?? "asked no more")
        }
    }

    private var words: String {
        let text = if case .time(let span) = limit { span.written } else { limit.text() }
        return "\(comparison) \(text)"
    }
}

extension Demand {
    /// `delivery p99 during split < 5000ms`
    var exactText: String { "\(figure) \(comparison) \(limit.exactText)" }

    init(exactWords words: [String]) throws(Misreading) {
        guard words.count > 2 else {
            throw Misreading(
                "\(quoted(words.joined(separator: " "))) asks nothing",
                remedy: "write it like asks: delivery p99 < 5000ms")
        }
        self.init(
            words.dropLast(2).joined(separator: " "), words[words.count - 2],
            try Amount(exactText: words[words.count - 1]))
    }
}
