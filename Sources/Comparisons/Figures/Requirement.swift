import Results
import Simulation
import Vocabulary

/// What has to hold between runs that are compared: `B.delivery p99 <= A.delivery p99`, or a limit for one,
/// `B.delivery p99 <= 5s`.
package struct Requirement: Hashable, Sendable, CustomStringConvertible {
    package enum Operand: Hashable, Sendable {
        case figure(run: String, name: String)
        case value(Amount)
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

    private static func side(_ text: String, _ example: String) throws(Misreading) -> Operand {
        if let value = try? Amount(exactText: text) { return .value(value) }
        if let share = try? Share(reading: text) {
            return .value(.share(part: UInt64(share.count), whole: UInt64(share.of)))
        }
        guard let dot = text.firstIndex(of: "."), dot > text.startIndex, text[dot...].count > 1 else {
            throw Misreading("\(quoted(text)) is neither a value nor a figure of a run", remedy: example)
        }
        return .figure(run: String(text[..<dot]), name: String(text[text.index(after: dot)...]))
    }

    /// Whether it holds, as far as these seeds can tell: pairs of seeds that do not agree say nothing.
    ///
    /// - Parameter values: those of a run's figure, seed by seed.
    package func outcome(
        _ values: (_ run: String, _ name: String) throws(Misreading) -> [Amount?]
    ) throws(Misreading) -> (outcome: Outcome, why: String) {
        guard case .figure(let run, let name) = left else { preconditionFailure("read as a figure") }
        let ours = try values(run, name)
        let theirs: [Amount?]
        switch right {
        case .figure(let run, let name): theirs = try values(run, name)
        case .value(let value): theirs = ours.map { _ in value }
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
