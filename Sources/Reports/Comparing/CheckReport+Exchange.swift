import Comparisons
import Results
import Vocabulary

// The same for a pull request's comment, for CI servers, and as a page.
extension CheckReport {
    private static let mostLines = 10

    /// What changed first, in about ten lines.
    package var markdown: String {
        let mark =
            if checks.contains(where: fails) {
                "✗"
            } else {
                switch word {
                case .regressed, .violated: "✗"
                case .inconclusive, .unclear, .new, .weaker: "?"
                case .same, .alike, .otherCost, .improved: "✓"
                }
            }
        let same = checks.count(where: \.isEqual)
        var lines = [
            "## \(mark) Hubbub: \(word == .same ? "nothing changed" : word.rawValue)", "",
            checks.count == 1
                ? Self.sentence(of: checks[0])
                : "\(same) of \(checks.count) scenarios are the same: all that people saw, and every figure.",
        ]
        let order: [ScenarioCheck.Assessment] = [
            .regressed, .violated, .inconclusive, .unclear, .new, .weaker, .improved, .otherCost, .alike,
        ]
        let changed = order.flatMap { word in checks.filter { $0.word == word } }
        if !changed.isEmpty { lines += ["", "| | scenario | what changed | why |", "|---|---|---|---|"] }
        for check in changed.prefix(Self.mostLines) {
            let figures = [Self.headline(of: check)] + Self.others(of: check, most: Self.mostFigures)
            let why =
                (Self.foremost(of: check)?.causes ?? []) + Self.notes(of: check)
                + Self.differences(of: check)
            let cells = [[check.word.rawValue], [check.name], figures, why].map {
                $0.map(inert).joined(separator: "<br>")
            }
            lines.append("| " + cells.joined(separator: " | ") + " |")
        }
        if changed.count > Self.mostLines {
            lines += ["", "and \(changed.count - Self.mostLines) more scenarios"]
        }
        let others = checks.filter { $0.word == .same && $0.isTextChanged }.map(\.name)
        if !others.isEmpty {
            lines += ["", inert("\(Self.otherScenario): \(others.joined(separator: ", "))")]
        }
        for check in changed.prefix(Self.mostLines) where Self.isSightTold(of: check) {
            let name = checks.count > 1 ? "\(check.name): " : ""
            lines += ["", inert(name + Self.sight(of: check))]
        }
        if word == .regressed || word == .unclear {
            if let bisect { lines += ["", "To find the commit: \(code(bisect))"] }
            lines += ["", "If it is meant: \(code(update))"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func isOpen(_ check: ScenarioCheck) -> Bool {
        [.inconclusive, .unclear, .new].contains(check.word)
    }

    private static func sentence(of check: ScenarioCheck) -> String {
        if check.isEqual { return "The scenario is the same in all that people saw, and in every figure." }
        return check.besides == .new
            ? "There is nothing to compare the scenario with."
            : "What people saw, or what it cost, is not the same."
    }

    /// A suite for the check, a case for each scenario.
    package func junit(at time: String) -> String {
        let failures = checks.count(where: fails)
        let errors = checks.count(where: isOpen) + stopped.count
        let cases = checks.map { check -> Markup in
            let message = Self.headline(of: check)
            let told = Self.details(of: check, most: .max) + Self.differences(of: check)
            let detail = ([message] + told).joined(separator: "\n")
            let body: Markup =
                if fails(check) {
                    "    <failure message=\"\(message)\" type=\"\(check.word == .violated ? "violation" : "regression")\">\(lines: detail)</failure>\n"
                } else if isOpen(check) {
                    "    <error message=\"\(message)\" type=\"inconclusive\">\(lines: detail)</error>\n"
                } else {
                    ""
                }
            return """
                  <testcase classname="\(check.design)" name="\(check.name)" time="0">
                \(body)  </testcase>

                """
        }
        let interrupted = stopped.map { check -> Markup in
            """
              <testcase classname="\(check.design)" name="\(check.name)" time="0">
                <error message="\(check.words)" type="interrupted"></error>
              </testcase>

            """
        }
        // Of a case that passes the format says nothing, and of the whole suite this.
        let passing = checks.filter { !fails($0) }.flatMap { check in
            (check.weaker + check.verdicts).map { "\(check.name): \($0)" }
        }.joined(separator: "\n")
        let document: Markup = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites>
            <testsuite id="0" package="hubbub" name="check" timestamp="\(time)" hostname="localhost" \
            tests="\(checks.count + stopped.count)" failures="\(failures)" errors="\(errors)" skipped="0" time="0">
              <properties/>
            \(cases)\(interrupted)  <system-out>\(lines: passing)</system-out>
              <system-err/>
            </testsuite>
            </testsuites>

            """
        return document.text
    }

    /// What is not 0, at the beginning of its scenario file; `files` has a path for each check.
    package func findings(files: [String]) -> [FileFinding] {
        zip(checks, files).filter { fails($0.0) || isOpen($0.0) }.map { check, file in
            let told = [Self.headline(of: check)] + Self.details(of: check, most: Self.mostFigures)
            return FileFinding(
                file: file, position: SourcePosition(line: 1, column: 1), severity: .error,
                message: "\(check.name): \(told.joined(separator: "\n"))")
        }
    }

    /// `± 14 %`
    private static func sureness(of change: FigureChange) -> String {
        guard let half = change.halfWidth else { return "—" }
        guard half > 0 else { return "exact" }
        guard change.share != nil else { return "—" }
        return String(interval(change.difference, halfWidth: half).trimmingPrefix(#/,? /#))
    }

    /// - Parameter runs: for each check what its first seed came to, before where that is known, and now.
    package func page(runs: [[ComparisonPage.LabelledRun]]) -> String {
        let sections = zip(checks, runs).map { check, runs in
            let rows = check.changes.map { change in
                ComparisonPage.Row(
                    cells: [
                        change.name, Self.before(change), Self.after(change),
                        Self.by(change)
                            ?? (change.difference.infiniteBefore == change.difference.infiniteAfter
                                ? "—" : "∞"),
                        Self.sureness(of: change),
                        change.causes.joined(separator: "; "),
                    ],
                    tone: change.word == .regressed
                        ? .bad : change.word == .improved ? .good : change.word == .unclear ? .unsure : .plain
                )
            }
            return ComparisonPage.Section(
                title: "\(check.name): \(check.word.rawValue)",
                lead: ([Self.headline(of: check)] + Self.notes(of: check)
                    + (check.sight.isEmpty ? [] : [Self.sight(of: check)])
                    + (runs.count > 1
                        ? ["Charts are of the first seed; each point is the worst of its slice"] : []))
                    .filter { !$0.isEmpty }
                    .joined(separator: ". "),
                table: rows.isEmpty
                    ? nil
                    : ComparisonPage.Table(
                        headings: ["figure", "baseline", "now", "change", "sure to", "why"], rows: rows),
                runs: runs)
        }
        let tone: ComparisonPage.Tone =
            switch word {
            case .regressed, .violated: .bad
            case .inconclusive, .unclear, .new, .weaker: .unsure
            case .same, .alike, .otherCost, .improved: .good
            }
        return ComparisonPage(
            verdict: word == .same ? "nothing changed" : word.rawValue,
            title:
                "\(checks.count) scenario\(checks.count == 1 ? "" : "s") beside \(checks.count == 1 ? "its" : "their") baseline",
            tone: tone, command: update,
            sections: sections
        ).html
    }
}
