import Results
import Simulation
import Vocabulary

/// What has to hold between runs that are compared: `B.delivery p99 <= A.delivery p99`, or a limit for one,
/// `B.delivery p99 <= 5s`.
package struct Requirement: Hashable, Sendable, CustomStringConvertible {
    package enum Operand: Hashable, Sendable {
        case figure(run: String, name: String)
        /// As it was written: its unit is that of the figure.
        case value(String)
    }

    package let left: Operand
    package let comparison: String
    package let right: Operand
    package let description: String

    private static let comparisons = ["<=", ">=", "<", ">"]

    package init(reading text: String) throws(Misreading) {
        let example = "write it like 'B.delivery p99 <= A.delivery p99'"
        let words = text.split(separator: " ").map(String.init)
        guard let place = words.firstIndex(where: Self.comparisons.contains) else {
            throw Misreading("\(quoted(text)) compares nothing: it has none of < <= > >=", remedy: example)
        }
        description = words.joined(separator: " ")
        comparison = words[place]
        left = try Self.side(words[..<place].joined(separator: " "), example)
        right = try Self.side(words[(place + 1)...].joined(separator: " "), example)
        guard case .figure = left else {
            throw Misreading("\(quoted(text)) begins with no figure of a run", remedy: example)
        }
    }

    /// The runs that it speaks of.
    package var runs: [String] {
        [left, right].compactMap { if case .figure(let run, _) = $0 { run } else { nil } }
    }

    private static func side(_ text: String, _ example: String) throws(Misreading) -> Operand {
        let dot = text.firstIndex(of: ".")
        let isNumber = text.first?.isNumber == true
        // Runs may be called by a number, and values may have a point in them: `1.delivery p99`, `1.5s`.
        if isNumber, dot.map({ text[text.index(after: $0)...].first?.isNumber == true }) ?? true {
            return .value(text)
        }
        guard let dot, dot > text.startIndex, text[dot...].count > 1 else {
            throw Misreading("\(quoted(text)) is neither a value nor a figure of a run", remedy: example)
        }
        return .figure(run: String(text[..<dot]), name: String(text[text.index(after: dot)...]))
    }

    /// Whether it holds, as far as these seeds can tell: pairs of seeds that do not agree say nothing.
    ///
    /// - Parameters:
    ///   - values: those of a run's figure, seed by seed.
    ///   - limit: reads a value in the unit of the figure that it is compared with.
    package func outcome(
        values: (_ run: String, _ name: String) throws(Misreading) -> [Amount?],
        limit: (_ text: String, _ unit: Metric.Unit) throws(Misreading) -> Amount
    ) throws(Misreading) -> (outcome: Outcome, why: String) {
        guard case .figure(let run, let name) = left else { preconditionFailure("read as a figure") }
        let ours = try values(run, name)
        let unit = ours.lazy.compactMap { $0?.unit }.first
        let theirs: [Amount?]
        switch right {
        case .figure(let run, let name):
            theirs = try values(run, name)
            let other = theirs.lazy.compactMap { $0?.unit }.first
            guard unit == nil || other == nil || unit == other else {
                throw Misreading("the figures of \(quoted(description)) have different units")
            }
        case .value(let text):
            let value = try unit.map { (unit) throws(Misreading) in try limit(text, unit) }
            theirs = ours.map { _ in value }
        }
        guard let difference = PairedDifference(before: theirs, after: ours) else {
            return (.inconclusive, "no seed has a value on both sides")
        }
        let wantsLess = comparison.hasPrefix("<")
        let allowsEqual = comparison.hasSuffix("=")
        guard difference.infiniteAfter == 0, difference.infiniteBefore == 0 else {
            let isLess = difference.infiniteAfter < difference.infiniteBefore
            let isEqual = difference.infiniteAfter == difference.infiniteBefore
            return (isEqual ? allowsEqual : isLess == wantsLess)
                ? (.held, "∞ in some seeds") : (.failed, "∞ in some seeds")
        }
        let excess = wantsLess ? difference.mean : -difference.mean
        if allowsEqual ? excess <= 0 : excess < 0 { return (.held, "") }
        if excess == 0 { return (.failed, "they are equal") }
        guard let half = difference.halfWidth(level: 0.05) else {
            return (.inconclusive, "one seed cannot tell")
        }
        return excess > half ? (.failed, "") : (.inconclusive, "the seeds do not agree")
    }
}
