public import Results
public import Vocabulary

/// What CI servers read: a suite for the scenario, a case for each threshold and each invariant.
///
/// A server knows a case again by the names of its class and its own: where several seeds are played, both the suite and the
/// class have the seed in their names.
///
/// What cannot be told is an error, not a failure and not a pass; both make a CI server red. Two
/// schemas are in use, that of Jenkins' xUnit plugin (`junit-10.xsd`) and that of Ant's tasks
/// (`JUnit.xsd`), which asks for more: the output is valid by both. Of attributes that mean nothing
/// here it has those that Ant's schema demands.
public enum JUnit {
    /// A run, and what of it is no part of its result: how long it took on the wall.
    public struct TimedRun {
        var result: RunResult
        var took: Span
        var isOneOfSeeds: Bool

        public init(_ result: RunResult, took: Span, isOneOfSeeds: Bool = false) {
            self.result = result
            self.took = took
            self.isOneOfSeeds = isOneOfSeeds
        }

        var suite: String { result.run.name + (isOneOfSeeds ? ", seed \(result.run.seed)" : "") }
        var className: String { result.run.design + (isOneOfSeeds ? ".seed-\(result.run.seed)" : "") }
    }

    /// - Parameter time: when they were played, in UTC, as in `2000-12-31T23:59:59`.
    public static func text(of runs: [TimedRun], at time: String) -> String {
        let suites = runs.enumerated().map { suite($1, number: $0, at: time) }
        let document: Markup = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites>
            \(suites)</testsuites>

            """
        return document.text
    }

    private static func suite(_ run: TimedRun, number: Int, at time: String) -> Markup {
        let result = run.result
        let outcomes = result.thresholds.map(\.outcome)
        let broken = result.invariants.filter { $0.broken > 0 }.count
        let failures = outcomes.filter { $0 == .failed }.count + broken
        // A run that was stopped, or not healthy to begin with, has nothing to fail in; it must not look
        // passed.
        let isOpen = [.inconclusive, .interrupted].contains(result.verdict.word)
        // Why a run ended too early is told by none of its thresholds.
        let others =
            result.verdict.word != .passed && (failures == 0 && !outcomes.contains(.inconclusive))
            || !result.run.isComplete
        let errors = outcomes.filter { $0 == .inconclusive }.count + (others ? 1 : 0)
        let cases =
            result.thresholds.indices.map { threshold($0, of: run) }
            + result.invariants.filter(\.isJudged).map { invariant($0, of: run) }
            + (others
                ? [
                    testcase(
                        named: "verdict",
                        outcome(
                            "error", result.verdict.reasons.joined(separator: "; "),
                            type: isOpen ? "inconclusive" : "failed", ""), of: run)
                ] : [])
        let verdict = result.verdict
        let story =
            ([Wording.headline(verdict)] + verdict.reasons + verdict.notes + verdict.causes + verdict.hints
            + open(result.invariants))
            .joined(separator: "\n")
        return """
            <testsuite id="\(number)" package="\(result.run.design)" name="\(run.suite)" \
            timestamp="\(time)" hostname="localhost" tests="\(cases.count)" failures="\(failures)" \
            errors="\(errors)" skipped="0" time="\(seconds(run.took))">
              <properties>
                <property name="verdict" value="\(Wording.headline(verdict))"/>
                <property name="seed" value="\(result.run.seed)"/>
                <property name="digest" value="\(digestText(result.run.digest.value))"/>
                <property name="repeat" value="\(result.command)"/>
              </properties>
            \(cases)  <system-out>\(lines: story)</system-out>
              <system-err/>
            </testsuite>

            """
    }

    private static func threshold(_ place: Int, of run: TimedRun) -> Markup {
        let result = run.result
        let judgement = result.thresholds[place]
        let line =
            result.position(ofThreshold: place).map { position in
                let file = position.file == result.origin?.file ? "" : "\(visible(position.file)), "
                return " (\(file)line \(position.line))"
            } ?? ""
        let message = "\(Wording.outcome(judgement)), limit \(Wording.limit(judgement))"
        let body: Markup =
            switch judgement.outcome {
            case .held: ""
            case .failed: outcome("failure", message, type: "threshold", judgement.words)
            case .inconclusive: outcome("error", message, type: "inconclusive", judgement.words)
            }
        return testcase(named: judgement.text + line, body, of: run)
    }

    /// What was not tested, or is not promised, neither passes nor fails: it is in the text of the suite.
    private static func open(_ invariants: [InvariantOutcome]) -> [String] {
        invariants.filter { !$0.isJudged }.map { "\($0.name): \($0.state.rawValue)" }
    }

    private static func invariant(_ invariant: InvariantOutcome, of run: TimedRun) -> Markup {
        let evidence =
            (["rules \(invariant.requirement) of the design's document"]
            + invariant.violations.map { "\(clockText($0.time)) \($0.evidence)" }).joined(separator: "\n")
        return testcase(
            named: invariant.name,
            invariant.broken == 0
                ? "" : outcome("failure", Wording.broken(invariant), type: "invariant", evidence), of: run)
    }

    private static func outcome(_ element: Markup, _ message: String, type: String, _ text: String) -> Markup
    {
        """
            <\(element) message="\(message)" type="\(type)">\(lines: text)</\(element)>

        """
    }

    /// The cases of a run are judged at its end, all at once, and take no time of their own.
    private static func testcase(named name: String, _ body: Markup, of run: TimedRun) -> Markup {
        """
          <testcase classname="\(run.className)" name="\(name)" time="0">
        \(body)  </testcase>

        """
    }

    /// To the millisecond: Jenkins takes no more decimals, and Ant no separators.
    private static func seconds(_ span: Span) -> String {
        FixedDecimal(rounding: UInt128(span.nanoseconds), over: 1_000_000_000, decimals: 3).description
    }
}
