import Results
import Vocabulary

/// The first time that a promise was broken, in a few lines: what was seen, and the way of its letter.
struct Story {
    private let violation: InvariantOutcome.Violation
    /// The beginning and the end of a long way say most.
    private static let limit = 8

    init(of violation: InvariantOutcome.Violation) { self.violation = violation }

    var lines: [String] {
        let first = "      first at \(clockText(violation.time)): \(visible(violation.evidence))"
        guard let start = violation.history.first?.time else { return [first] }
        let steps = violation.history.map { line in
            "+\(shortText(line.time - start)) \(visible(line.place)) \(visible(line.what))"
        }
        let told =
            steps.count <= Self.limit
            ? steps
            : Array(steps.prefix(Self.limit / 2)) + ["… \(steps.count - Self.limit) more …"]
                + steps.suffix(Self.limit / 2)
        let way = wrapped(told.joined(separator: " · "), indent: 8)
        return [first] + ("        " + way).split(separator: "\n").map(String.init)
    }
}
