import Results
import Vocabulary

/// What scenarios came to with a program that was good: one text file, made to be read in a review.
///
///     hubbub-baseline-2
///     tolerance default: 5%
///     tolerance delivery p50: 2%
///     scenarios: 1
///
///     scenario crash
///       design: single-server
///       set: users.count=2000
///       text: 0123-4567-89ab-cdef
///       seeds: 11 12
///       letters: 7c1e-09aa-53d2-e410 53d2-e410-7c1e-09aa
///       verdict: failed passed
///       lines: 4
///       asks: delivery p99 < 5000ms
///       against, threshold accept p99 < 1000ms: failed -
///       delivery p99: 4120ms 4150ms
///       over time, delivery p99 each 15000ms: 310ms 295ms 4120ms
///
/// It says how much it holds. A file that lost its end, or lines in a merge, would be a baseline of less, and
/// all that is left of it would be equal. Counts, and no checksum: whoever takes a scenario out by hand can
/// count as well.
package struct Baseline: Equatable, Sendable {
    package static let format = "hubbub-baseline-2"

    package var tolerances = Tolerances()
    /// Those of its readers, above the tolerances.
    var comments: [String] = []
    /// By name.
    package var scenarios: [Reference] = []
    /// By scenario, where a file that was read says what is set, `baseline.txt:7`; no part of what it says.
    package internal(set) var placesOfSet: [String: [String]] = [:]  // looked up only, never iterated

    package init() {}

    package static func == (a: Baseline, b: Baseline) -> Bool {
        a.tolerances == b.tolerances && a.scenarios == b.scenarios
    }

    package func entry(_ name: String) -> Reference? { scenarios.first { $0.name == name } }

    /// In place of the one of that name, below its comments.
    package mutating func put(_ entry: Reference) {
        var entry = entry
        entry.comments = (self.entry(entry.name)?.comments ?? []) + entry.comments
        scenarios.removeAll { $0.name == entry.name }
        let place = scenarios.firstIndex { $0.name > entry.name } ?? scenarios.count
        scenarios.insert(entry, at: place)
    }

    /// One scenario with all its seeds.
    package struct Reference: Equatable, Sendable {
        /// Those of its readers, above its name.
        var comments: [String] = []
        package var name = ""
        package var design = ""
        /// What was set on the command line, `users.count=2000`; a check sets the same.
        package var set: [String] = []
        /// Hash of the resolved scenario without its seed: another one means that somebody changed the file,
        /// or a default.
        package var text = Digits(0)
        package var seeds: [UInt64] = []
        /// Seed by seed the hash of all that people saw.
        package var letters: [Digits] = []
        package var verdicts: [Results.Verdict.Conclusion] = []
        /// What the scenario asked: thresholds, promises, and what it calls healthy.
        package var demands: [Demand] = []
        /// What spoke against runs. None of a seed that did not pass: the program that wrote this did not say it.
        package var against: [SeedWords] = []
        package var rows: [SeedValues] = []
        /// Of the first seed, over time.
        package var curves: [Curve] = []

        package init() {}

        package func row(_ name: String) -> SeedValues? { rows.first { $0.name == name } }

        package func values(of name: String, seeds wanted: [UInt64]) -> [Amount?] {
            let row = row(name)
            return wanted.map { seed in
                seeds.firstIndex(of: seed).flatMap { row?.values[$0] }
            }
        }
    }

    package struct SeedValues: Equatable, Sendable {
        package var name: String
        package var values: [Amount?]

        package init(_ name: String, _ values: [Amount?]) { (self.name, self.values) = (name, values) }
    }

    /// How something came out that spoke against a run, with each seed; nil where it did not.
    package struct SeedWords: Equatable, Sendable {
        /// `threshold delivery p99 < 5000ms`, `promise never-lost`
        package var about: String
        package var words: [Results.Verdict.Conclusion?]

        package init(_ about: String, _ words: [Results.Verdict.Conclusion?]) {
            (self.about, self.words) = (about, words)
        }
    }
}

extension Baseline {
    /// The whole file.
    package var text: String {
        var text = Self.format + "\n\n" + Self.introduction + "\n"
        if !comments.isEmpty { text += comments.map { $0 + "\n" }.joined() + "\n" }
        text += tolerances.text
        text += "scenarios: \(scenarios.count)\n"
        for entry in scenarios { text += "\n" + entry.block }
        return text
    }

    static let introduction = """
        # What each scenario came to, a value for each seed. `hubbub check --update` writes this file; a review
        # of its changes is a review of what a change does. A line is exact: any other digit is another run.
        # A tolerance says how much worse a figure may become, on average over the seeds, before the check
        # fails; change them by hand, they are kept. `tolerance NAME: P%` for any name below judges that too.
        # How many scenarios there are, and lines of each from there on, tells a file that was cut.
        # Other comments are kept: those of a scenario above its name.

        """

    /// Whether a tolerance of that name can be meant: for a figure that some scenario has.
    func hasFigure(_ name: String) -> Bool {
        Tolerances().isNamed(name) || scenarios.contains { $0.row(name) != nil }
    }

    /// Leaves out tolerances of figures that are gone, which a reader would take for slips of the pen, and
    /// tells which.
    package mutating func dropIdleTolerances() -> [String] {
        let idle = tolerances.named.map(\.name).filter { !hasFigure($0) }
        tolerances.named.removeAll { idle.contains($0.name) }
        return idle
    }
}

extension Baseline.Reference {
    /// What begins the line of a curve, and that of what spoke against runs.
    static let overTime = "over time, "
    static let spokeAgainst = "against, "

    /// How many lines follow the one that says so.
    var lineCount: Int { demands.count + against.count + rows.count + curves.count }

    fileprivate var block: String {
        var lines = comments + ["scenario \(name)", "  design: \(design)"]
        lines += set.map { "  set: \($0)" }
        lines += [
            "  text: \(digestText(text.value))",
            "  seeds: " + seeds.map(String.init).joined(separator: " "),
            "  letters: " + letters.map { digestText($0.value) }.joined(separator: " "),
            "  verdict: " + verdicts.map(\.rawValue).joined(separator: " "), "  lines: \(lineCount)",
        ]
        lines += demands.map { "  asks: \($0.exactText)" }
        lines += against.map { entry in
            "  \(Self.spokeAgainst)\(entry.about): "
                + entry.words.map { $0?.rawValue ?? "-" }.joined(separator: " ")
        }
        lines += rows.map { row in
            "  \(row.name): " + row.values.map { $0?.exactText ?? "-" }.joined(separator: " ")
        }
        lines += curves.map { curve in
            "  \(Self.overTime)\(curve.name) each \(Amount.time(curve.slice).exactText): "
                + curve.values.map { $0?.exactText ?? "-" }.joined(separator: " ")
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

/// How much worse a figure may become, as a share of what it was.
package struct Tolerances: Equatable, Sendable {
    package static let usual: Share = .percent(5)

    /// For what has none of its own.
    package var byDefault = Tolerances.usual
    /// By name. Half a second more in the median of a minute is nothing; of the median that everybody feels
    /// five seeds see a change of two per cent, so that is what it may move unnoticed.
    package var named: [(name: String, share: Share)] = [
        ("accept p50", .percent(2)), ("delivery p50", .percent(2)),
    ]

    package init() {}

    package func share(of name: String) -> Share {
        named.first { $0.name == name }?.share ?? byDefault
    }

    package func isNamed(_ name: String) -> Bool { named.contains { $0.name == name } }

    package static func == (a: Tolerances, b: Tolerances) -> Bool { a.text == b.text }

    var text: String {
        "tolerance default: \(byDefault.written)\n"
            + named.sorted { $0.name < $1.name }.map { "tolerance \($0.name): \($0.share.written)\n" }
            .joined()
    }
}
