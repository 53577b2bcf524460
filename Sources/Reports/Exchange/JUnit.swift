public import Results
import Vocabulary

/// What CI servers read: a suite for the scenario, a case for each threshold and each invariant.
///
/// What cannot be told is an error, not a failure and not a pass; both make a CI server red.
public enum JUnit {
    public static func text(of results: [RunResult]) -> String {
        let suites = results.map(suite)
        let document: Markup = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="hubbub">
            \(suites)</testsuites>

            """
        return document.text
    }

    private static func suite(of result: RunResult) -> Markup {
        let outcomes = result.thresholds.map(\.outcome)
        let broken = result.invariants.filter { $0.broken > 0 }.count
        let failures = outcomes.filter { $0 == .failed }.count + broken
        // A run that was stopped, or not healthy to begin with, has nothing to fail in; it must not look
        // passed.
        let isOpen = [.inconclusive, .interrupted].contains(result.verdict.word)
        let others = result.verdict.word != .passed && failures == 0 && !outcomes.contains(.inconclusive)
        let errors = outcomes.filter { $0 == .inconclusive }.count + (others ? 1 : 0)
        let cases =
            result.thresholds.map { threshold($0, of: result) }
            + result.invariants.map { invariant($0, of: result) }
        let verdict: Markup =
            others
            ? """
              <testcase classname="\(result.run.design)" name="verdict">
                <error message="\(result.verdict.reasons.joined(separator: "; "))" type="\(isOpen ? "inconclusive" : "failed")"/>
              </testcase>

            """ : ""
        let count = cases.count + (others ? 1 : 0)
        return """
            <testsuite name="\(result.run.name)" tests="\(count)" failures="\(failures)" errors="\(errors)" skipped="0">
              <properties>
                <property name="seed" value="\(result.run.seed)"/>
                <property name="digest" value="\(digestText(result.run.digest.value))"/>
                <property name="repeat" value="\(result.run.command)"/>
              </properties>
            \(cases)\(verdict)</testsuite>

            """
    }

    private static func threshold(_ judgement: Judgement, of result: RunResult) -> Markup {
        let message = "\(Wording.measured(judgement)), limit \(Wording.limit(judgement)), \(judgement.window)"
        let name = "\(judgement.text) (line \(judgement.line))"
        let body: Markup =
            switch judgement.outcome {
            case .held: ""
            case .failed:
                "    <failure message=\"\(message)\" type=\"threshold\">\(judgement.words)</failure>\n"
            case .inconclusive:
                "    <error message=\"\(message)\" type=\"inconclusive\">\(judgement.words)</error>\n"
            }
        return testcase(named: name, body, of: result)
    }

    private static func invariant(_ invariant: InvariantOutcome, of result: RunResult) -> Markup {
        let name = "\(invariant.requirement) \(invariant.name)"
        let evidence = invariant.violations.map { "\(clockText($0.time)) \($0.evidence)" }.joined(
            separator: "\n")
        let body: Markup =
            invariant.broken == 0
            ? ""
            : """
                <failure message="\(invariant.promise): broken \(grouped(invariant.broken)) times" \
            type="invariant">\(lines: evidence)</failure>

            """
        return testcase(named: name, body, of: result)
    }

    private static func testcase(named name: String, _ body: Markup, of result: RunResult) -> Markup {
        """
          <testcase classname="\(result.run.design)" name="\(name)">
        \(body)  </testcase>

        """
    }
}
