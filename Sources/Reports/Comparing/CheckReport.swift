import Comparisons
import Results
import Vocabulary

/// What a check of scenarios against their baseline came to, for people.
///
///     same        6 of 8 scenarios: all that people saw, and every figure, is equal
///     improved    quiet-night        delivery p99  0.61s → 0.52s  -14.8 %  (5 of 5 seeds)
///     REGRESSED   partition-at-peak  delivery p99  4.12s → 4.71s  +14.3 %  allowed +5 %  (5 of 5 seeds, 99 %
///                                    sure of +11.1 to +17.5 %)
///                 recipient-log wait +0.52s, chat-host queue +0.07s (on average)
package struct CheckReport {
    let checks: [ScenarioCheck]
    /// Scenarios of the baseline that were not among the files.
    let gone: [String]
    /// What accepts the changes, if they are meant.
    let update: String
    /// What finds the commit.
    let bisect: String?
    package var isColored = false
    package var isASCII = false
    package var isQuiet = false
    package var isVerbose = false
    /// Whether nothing passes but what is the same.
    package var isStrict = false
    /// Scenarios that were not played to their end, since somebody did not want to wait.
    package var stopped: [StoppedCheck] = []

    package struct StoppedCheck {
        let name: String
        let design: String
        let words: String

        package init(_ name: String, design: String, played: Int, of seeds: Int) {
            (self.name, self.design) = (name, design)
            words =
                "interrupted: \(grouped(played)) of \(grouped(seeds)) seeds were played, and nothing is judged"
        }
    }

    package init(_ checks: [ScenarioCheck], gone: [String], update: String, bisect: String?) {
        (self.checks, self.gone, self.update, self.bisect) = (checks, gone, update, bisect)
    }

    /// The gravest word of all.
    package var word: ScenarioCheck.Assessment {
        let order: [ScenarioCheck.Assessment] = [
            .regressed, .violated, .inconclusive, .unclear, .new, .weaker, .improved, .otherCost, .alike,
            .same,
        ]
        return order.first { word in checks.contains { $0.word == word } } ?? .same
    }

    func fails(_ check: ScenarioCheck) -> Bool {
        switch check.word {
        case .regressed, .violated: true
        case .alike, .otherCost, .improved, .weaker: isStrict
        case .same, .inconclusive, .unclear, .new: false
        }
    }

    // MARK: Terminal

    package var text: String {
        var text = ""
        let same = checks.filter { $0.word == .same }
        let counted = "\(same.count) of \(checks.count) scenario\(checks.count == 1 ? "" : "s")"
        if !same.isEmpty {
            text += line("same", "\(counted): \(Self.equal)")
            for check in same where !isQuiet {
                for difference in Self.differences(of: check) {
                    text += line("", "\(check.name): \(difference)")
                }
            }
        }
        let order: [ScenarioCheck.Assessment] = [
            .alike, .otherCost, .improved, .weaker, .new, .unclear, .inconclusive, .violated, .regressed,
        ]
        for word in order {
            for check in checks where check.word == word { text += isQuiet ? short(check) : lines(of: check) }
        }
        if !gone.isEmpty, !isQuiet {
            text += line(
                "not asked", "\(gone.joined(separator: ", ")): in the baseline, and in no file given")
        }
        if !isQuiet { text += advice }
        return isASCII ? asciiOnly(text) : text
    }

    private static let margin = 12

    private func line(_ word: String, _ text: String) -> String {
        leftAligned(word, Self.margin) + wrapped(text, indent: Self.margin) + "\n"
    }

    private func mark(_ word: ScenarioCheck.Assessment) -> String {
        let gap = spaces(max(1, Self.margin - word.rawValue.count))
        guard isColored else { return word.rawValue + gap }
        let colour =
            switch word {
            case .regressed, .violated: "31"
            case .inconclusive, .unclear, .new, .weaker: "33"
            case .improved: "32"
            case .same, .alike, .otherCost: "0"
            }
        return "\u{1b}[\(colour)m\(word.rawValue)\u{1b}[0m" + gap
    }

    private func short(_ check: ScenarioCheck) -> String {
        mark(check.word) + wrapped("\(check.name)  \(Self.headline(of: check))", indent: Self.margin) + "\n"
    }

    private func lines(of check: ScenarioCheck) -> String {
        var lines = Self.details(
            of: check, most: isVerbose ? .max : Self.mostFigures, hint: "; --verbose shows ")
        if isVerbose { lines += check.changes.filter { $0.word == .small }.map { Self.words(of: $0) } }
        lines += Self.differences(of: check)
        if Self.isSightTold(of: check) { lines.append(Self.sight(of: check)) }
        return short(check) + lines.map { line("", $0) }.joined()
    }

    private var advice: String {
        switch word {
        case .same, .inconclusive: ""
        case .new, .alike, .otherCost, .improved, .weaker: "to take this as the baseline: \(update)\n"
        case .violated: "if it is meant:      invariants: { off: [NAME] } in the scenario\n"
        case .regressed, .unclear:
            (bisect.map { "to find the commit:  \($0)\n" } ?? "") + "if it is meant:      \(update)\n"
        }
    }

    // MARK: Words

    private static let equal = "all that people saw, and every figure, is equal"

    /// What says most about a scenario, in one line.
    static func headline(of check: ScenarioCheck) -> String {
        if let change = foremost(of: check) { return words(of: change) }
        let isStanding = check.word == .violated || check.word == .inconclusive
        let broken = isStanding ? check.broken.first : nil
        return broken ?? headline(of: check, as: check.word)
    }

    private static func headline(of check: ScenarioCheck, as word: ScenarioCheck.Assessment) -> String {
        switch word {
        case .new: return "not in the baseline"
        case .otherCost:
            let shown = check.changes.prefix(3).map { words(of: $0, isShort: true) }
            let known = shown.isEmpty ? ["figures came or went"] : shown
            return "the same letters at the same moments; " + known.joined(separator: "; ")
        case .alike:
            let most = check.changes.first { ["delivery p99", "delivery p50"].contains($0.name) }
            return "other letters or moments, and nothing by more than is allowed"
                + (most.map { ": " + words(of: $0, isShort: true) } ?? "")
        case .same: return equal
        case .weaker: return check.weaker.first ?? ""
        case .improved, .regressed, .unclear, .violated, .inconclusive: return check.verdicts.first ?? ""
        }
    }

    /// Beside the one in the headline.
    static let mostFigures = 4

    /// What is said of a scenario below its headline: notes, causes, and the other figures that count, so many of them.
    ///
    /// - Parameter hint: what shows the rest, before `it` or `them`.
    static func details(of check: ScenarioCheck, most: Int, hint: String? = nil) -> [String] {
        notes(of: check) + (foremost(of: check)?.causes ?? []) + others(of: check, most: most, hint: hint)
    }

    static func others(of check: ScenarioCheck, most: Int, hint: String? = nil) -> [String] {
        let first = foremost(of: check)
        let others = check.changes.filter { $0.word != .small && $0.name != first?.name }
        let shown = others.prefix(most).map { change in
            (change.word == .improved && check.word != .improved ? "better: " : "") + words(of: change)
        }
        let hidden = others.count - shown.count
        guard hidden > 0 else { return shown }
        let rest = hint.map { $0 + (hidden == 1 ? "it" : "them") } ?? ""
        return shown + ["and \(hidden) more figure\(hidden == 1 ? "" : "s")\(rest)"]
    }

    static func isSightTold(of check: ScenarioCheck) -> Bool {
        [.alike, .improved, .regressed, .unclear].contains(check.word) && !check.sight.isEmpty
    }

    /// The change that the word of a scenario is about.
    static func foremost(of check: ScenarioCheck) -> FigureChange? {
        let word: FigureChange.Assessment? =
            switch check.word {
            case .regressed: .regressed
            case .improved: .improved
            case .unclear, .alike, .otherCost: .unclear
            case .same, .weaker, .new, .violated, .inconclusive: nil
            }
        return word.flatMap { word in check.changes.first { $0.word == word } }
    }

    /// What else has to be said of a scenario: what it asks no more, other verdicts, and promises that are broken.
    static func notes(of check: ScenarioCheck) -> [String] {
        let headline = headline(of: check)
        let besides =
            [.violated, .inconclusive].contains(check.word)
                && [.same, .alike, .otherCost].contains(check.besides)
            ? ["apart from that " + Self.headline(of: check, as: check.besides)] : []
        return (check.weaker + check.verdicts + check.broken).filter { $0 != headline } + besides
    }

    static let otherScenario =
        "the scenario itself, or a default of its design, is another one than in the baseline"

    /// Where the two programs part, and how it is another scenario than that of the baseline.
    static func differences(of check: ScenarioCheck) -> [String] {
        (check.parting?.split(separator: "\n").map(String.init) ?? [])
            + (check.isTextChanged ? [otherScenario] : [])
            + (check.goneFigures.isEmpty ? [] : ["no longer there: \(some(check.goneFigures))"])
            + (check.newFigures.isEmpty ? [] : ["not in the baseline: \(some(check.newFigures))"])
    }

    /// `delivery p99  4.12s → 4.71s  +14.3 %  allowed +5 %  (5 of 5 seeds, 99.9 % sure of …)`
    static func words(of change: FigureChange, isShort: Bool = false) -> String {
        let values = "\(Self.before(change)) → \(Self.after(change))"
        let difference = change.difference
        guard difference.infiniteBefore == difference.infiniteAfter else {
            return
                "\(change.name)  \(values)  (never in \(difference.infiniteBefore) of \(change.seeds) seeds, "
                + "now in \(difference.infiniteAfter))"
        }
        let by = Self.by(change).map { "  \($0)" } ?? ""
        var text = "\(change.name)  \(values)\(by)"
        guard !isShort else { return text }
        if change.word == .regressed || (change.word == .unclear && change.isWorse) {
            text += "  allowed \(allowed(change))"
        }
        text += "  (\(change.agreeing) of \(change.seeds) seeds"
        if let half = change.halfWidth, half > 0, change.share != nil {
            text += ", surely \(range(difference.interval(halfWidth: half)))"
        }
        text += ")"
        if change.word == .unclear {
            text += change.halfWidth == nil ? ": one seed cannot tell" : ": more seeds would tell"
            if !change.isWorse { text += " whether it is better" }
        }
        return text
    }

    static func before(_ change: FigureChange) -> String { values(change).before }

    static func after(_ change: FigureChange) -> String { values(change).after }

    private static func values(_ change: FigureChange) -> (before: String, after: String) {
        guard let before = change.before, let after = change.after else {
            return (change.before?.description ?? "—", change.after?.description ?? "—")
        }
        return Amount.change(from: before, to: after)
    }

    /// `+14.3 %`; of a share that should be whole, `missing +14.3 %`.
    static func by(_ change: FigureChange) -> String? {
        change.share.map { (change.isOfMissing ? "missing " : "") + percent($0) }
    }

    private static func allowed(_ change: FigureChange) -> String {
        change.allowed == 0 ? "none" : percent(change.allowed * change.sign)
    }

    static func sight(of check: ScenarioCheck) -> String {
        let seeds = check.seeds.count == 1 ? "this seed shows" : "these \(check.seeds.count) seeds show"
        let known = check.sight.map { "\($0.name) \(percent($0.smallest).dropFirst())" }
        return "the smallest changes that \(seeds): \(known.joined(separator: ", "))"
    }

    /// ` ± 14 %`; where figures end before the interval does, `, -100 % to +178 %`.
    static func interval(_ difference: PairedDifference, halfWidth: Double) -> String {
        let interval = difference.interval(halfWidth: halfWidth)
        return interval == difference.mean - halfWidth...difference.mean + halfWidth
            ? " ± \(percent(halfWidth).dropFirst())" : ", \(range(interval))"
    }

    private static func range(_ shares: ClosedRange<Double>) -> String {
        "\(percent(shares.lowerBound)) to \(percent(shares.upperBound))"
    }

    static func percent(_ share: Double) -> String {
        var text = decimal(share * 100, places: share.magnitude < 0.1 ? 2 : 1)
        while text.contains("."), text.last == "0" || text.last == "." { text.removeLast() }
        return (share >= 0 ? "+" : "") + text + " %"
    }

    private static func some(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ")
            + (names.count > 5 ? " and \(names.count - 5) more" : "")
    }
}
