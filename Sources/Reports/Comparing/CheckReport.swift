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

    package init(_ checks: [ScenarioCheck], gone: [String], update: String, bisect: String?) {
        (self.checks, self.gone, self.update, self.bisect) = (checks, gone, update, bisect)
    }

    /// The gravest word of all.
    package var word: ScenarioCheck.Assessment {
        let order: [ScenarioCheck.Assessment] = [
            .regressed, .unclear, .new, .improved, .otherCost, .alike, .same,
        ]
        return order.first { word in checks.contains { $0.word == word } } ?? .same
    }

    // MARK: Terminal

    package var text: String {
        var text = ""
        let same = checks.filter { $0.word == .same }
        let counted = "\(same.count) of \(checks.count) scenario\(checks.count == 1 ? "" : "s")"
        if !same.isEmpty {
            text += line("same", "\(counted): all that people saw, and every figure, is equal")
        }
        let order: [ScenarioCheck.Assessment] = [.alike, .otherCost, .improved, .new, .unclear, .regressed]
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
        guard isColored else { return leftAligned(word.rawValue, Self.margin) }
        let colour =
            switch word {
            case .regressed: "31"
            case .unclear, .new: "33"
            case .improved: "32"
            case .same, .alike, .otherCost: "0"
            }
        return "\u{1b}[\(colour)m\(word.rawValue)\u{1b}[0m"
            + spaces(Self.margin - word.rawValue.count)
    }

    private func short(_ check: ScenarioCheck) -> String {
        mark(check.word) + wrapped("\(check.name)  \(Self.headline(of: check))", indent: Self.margin) + "\n"
    }

    private func lines(of check: ScenarioCheck) -> String {
        var text = short(check)
        func add(_ words: String) { text += line("", words) }
        for verdict in check.verdicts { add(verdict) }
        let grave = check.changes.filter { $0.word != .small }
        for cause in grave.first?.causes ?? [] { add(cause) }
        for change in grave.dropFirst().prefix(isVerbose ? .max : 4) { add(Self.words(of: change)) }
        let hidden = grave.count - 5
        if hidden > 0, !isVerbose {
            add(
                "and \(hidden) more figure\(hidden == 1 ? "" : "s"); --verbose shows \(hidden == 1 ? "it" : "them")"
            )
        }
        if isVerbose {
            for change in check.changes where change.word == .small { add(Self.words(of: change)) }
        }
        if let parting = check.parting {
            for line in parting.split(separator: "\n") { add(String(line)) }
        }
        if check.isTextChanged {
            add("the scenario itself, or a default of its design, is another one than in the baseline")
        }
        if !check.goneFigures.isEmpty { add("no longer there: \(Self.some(check.goneFigures))") }
        if !check.newFigures.isEmpty { add("not in the baseline: \(Self.some(check.newFigures))") }
        if [.alike, .improved, .regressed, .unclear].contains(check.word), !check.sight.isEmpty {
            add(Self.sight(of: check))
        }
        return text
    }

    private var advice: String {
        switch word {
        case .same: ""
        case .new, .alike, .otherCost, .improved: "to take this as the baseline: \(update)\n"
        case .regressed, .unclear:
            (bisect.map { "to find the commit:  \($0)\n" } ?? "") + "if it is meant:      \(update)\n"
        }
    }

    // MARK: Words

    /// What says most about a scenario, in one line.
    static func headline(of check: ScenarioCheck) -> String {
        if check.word == .new { return "not in the baseline" }
        if let change = check.changes.first, change.word != .small { return words(of: change) }
        switch check.word {
        case .otherCost:
            let shown = check.changes.prefix(3).map { words(of: $0, isShort: true) }
            let known = shown.isEmpty ? ["figures came or went"] : shown
            return "the same letters at the same moments; " + known.joined(separator: "; ")
        case .alike:
            let most = check.changes.first { ["delivery p99", "delivery p50"].contains($0.name) }
            return "other letters or moments, and nothing by more than is allowed"
                + (most.map { ": " + words(of: $0, isShort: true) } ?? "")
        default: return check.verdicts.first ?? ""
        }
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
        let by = change.before?.magnitude == 0 ? "" : "  \(percent(difference.mean))"
        var text = "\(change.name)  \(values)\(by)"
        guard !isShort else { return text }
        if change.word == .regressed || change.word == .unclear { text += "  allowed \(allowed(change))" }
        text += "  (\(change.agreeing) of \(change.seeds) seeds"
        if let half = change.halfWidth, half > 0, change.before?.magnitude != 0 {
            text += ", surely \(percent(difference.mean - half)) to \(percent(difference.mean + half))"
        }
        text += ")"
        if change.word == .unclear {
            text += change.halfWidth == nil ? ": one seed cannot tell" : ": more seeds would tell"
        }
        return text
    }

    /// With as many digits as tell one from the other.
    static func before(_ change: FigureChange) -> String {
        change.before?.text(apartFrom: change.after == change.before ? nil : change.after) ?? "—"
    }

    static func after(_ change: FigureChange) -> String {
        change.after?.text(apartFrom: change.after == change.before ? nil : change.before) ?? "—"
    }

    private static func allowed(_ change: FigureChange) -> String {
        change.allowed == 0 ? "none" : percent(change.allowed)
    }

    static func sight(of check: ScenarioCheck) -> String {
        let seeds = check.seeds.count == 1 ? "this seed shows" : "these \(check.seeds.count) seeds show"
        let known = check.sight.map { "\($0.name) \(percent($0.smallest).dropFirst())" }
        return "the smallest changes that \(seeds): \(known.joined(separator: ", "))"
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
