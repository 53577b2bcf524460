import Comparisons
import Results
import Vocabulary

/// What a check came to, for programs.
struct CheckDocument {
    private let document: JSON

    var text: String { document.document }

    init(_ checks: [ScenarioCheck], gone: [String], code: ExitCode) {
        document = .object([
            ("format", .string(Version.checkFormat)), ("exit_code", .integer(UInt64(code.rawValue))),
            ("scenarios", .array(checks.map(Self.json))), ("not_asked", .array(gone.map(JSON.string))),
        ])
    }

    private static func json(_ check: ScenarioCheck) -> JSON {
        .object([
            ("name", .string(check.name)), ("design", .string(check.design)),
            ("outcome", .string(word(check.word))),
            ("seeds", .array(check.seeds.map(JSON.integer))),
            ("scenario_changed", .bool(check.isTextChanged)),
            ("verdicts", .array(check.verdicts.map(JSON.string))),
            ("violated", .array(check.broken.map(JSON.string))),
            ("thresholds_weaker", .array(check.weaker.map(JSON.string))),
            ("changes", .array(check.changes.map(json))),
            ("figures_gone", .array(check.goneFigures.map(JSON.string))),
            ("figures_new", .array(check.newFigures.map(JSON.string))),
            (
                "smallest_change",
                .array(
                    check.sight.map {
                        .object([("figure", .string($0.name)), ("share", .number($0.smallest))])
                    })
            ),
            ("parting", JSON(check.parting)),
        ])
    }

    private static func json(_ change: FigureChange) -> JSON {
        let word =
            switch change.word {
            case .improved: "improved"
            case .regressed: "regressed"
            case .unclear: "unclear"
            case .small: change.isJudged ? "allowed" : "not_judged"
            }
        return .object([
            ("figure", .string(change.name)), ("outcome", .string(word)),
            ("before", change.before?.stored ?? .null), ("after", change.after?.stored ?? .null),
            ("change_share", JSON(change.share)),
            ("change_of", .string(change.isOfMissing ? "missing" : "value")),
            ("allowed_share", change.isJudged ? .number(change.allowed) : .null),
            ("half_width_share", change.share == nil ? .null : JSON(change.halfWidth)),
            ("confidence", .number(1 - change.level)),
            ("seeds", .integer(UInt64(change.seeds))), ("seeds_agreeing", .integer(UInt64(change.agreeing))),
            ("causes", .array(change.causes.map(JSON.string))),
        ])
    }

    private static func word(_ word: ScenarioCheck.Assessment) -> String {
        switch word {
        case .same, .alike, .improved, .unclear, .new: word.rawValue
        case .otherCost: "other_cost"
        case .weaker: "asks_less"
        case .regressed: "regressed"
        case .violated: "violated"
        case .inconclusive: "inconclusive"
        }
    }
}
