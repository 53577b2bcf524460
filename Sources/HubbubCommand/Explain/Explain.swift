internal import Chat
internal import Experiments
import Reports
import Vocabulary

extension Subcommand {
    private static let metrics = Option(
        name: "--metrics", help: "list what thresholds can speak of, with the roles of the design or file")
    private static let slowest = Option(
        name: "--slowest", help: "of a run, the slowest letters with their ways, stage by stage")

    static let explain = Subcommand(
        name: "explain",
        summary: "Say what a scenario means, or what a stored run was like and why",
        operand: Operand(
            placeholder: "FILE|RUN", limit: 1, stands: .scenarioFile,
            help: "a scenario file, or the folder of a result; with --metrics also a design, or nothing"),
        options: [slowest, .message, metrics, .set, .seed, .json, .ascii],
        examples: [
            Example(
                line: "\(programName) explain scenario.yaml", purpose: "what would be played, and nothing is"),
            Example(
                line: "\(programName) explain scenario.yaml --set users.count=10",
                purpose: "the same with one value changed"),
            Example(line: "\(programName) explain --metrics single-server", purpose: "what can be measured"),
            Example(
                line: "\(programName) explain Reports/runs/few-people/latest",
                purpose: "the story of the newest run"),
            Example(
                line: "\(programName) explain Reports/runs/few-people/latest --slowest",
                purpose: "where its slowest letters were held up"),
        ],
        exitCodes: [.held, .usage, .badFile, .noFile, .outputFailed, .badDesign],
        run: runExplain)

    private static func runExplain(_ call: Call) throws(Failure) -> ExitCode {
        let views = [metrics, slowest, .message].filter(call.arguments.has)
        if views.count > 1 {
            throw Failure(.usage, "options '\(views[0].name)' and '\(views[1].name)' exclude each other")
        }
        if call.arguments.has(metrics) { return try explainMetrics(call) }
        guard let path = call.arguments.operands.first else { throw call.missing("FILE|RUN", of: "explain") }
        if StoredRun.isRun(path) { return try explainRun(path, call) }
        if let option = views.first {
            throw Failure(
                .usage,
                "option '\(option.name)' is for a stored run: the folder of a result, or its result.json, not "
                    + quoted(path))
        }
        let files = try ScenarioFiles(call, overrides: try call.overrides())
        files.report(to: call)
        guard files.exitCode == .held, let plan = files.files.first.flatMap({ Plan($0.loaded) }) else {
            return files.exitCode
        }
        if call.arguments.has(.json) {
            try call.output.write(plan.document)
        } else {
            try call.print(plan.text)
        }
        return .held
    }

    private static func explainRun(_ path: String, _ call: Call) throws(Failure) -> ExitCode {
        let run = try ExplainRun(path, call)
        if let letter = call.arguments.text(.message) {
            try run.message(letter)
        } else if call.arguments.has(slowest) {
            try run.slowest()
        } else {
            try run.story()
        }
        return .held
    }

    private static func explainMetrics(_ call: Call) throws(Failure) -> ExitCode {
        let list = MetricList(sheet: try sheet(call))
        if call.arguments.has(.json) {
            try call.output.write(list.document)
        } else {
            try call.print(list.text)
        }
        return .held
    }

    /// Of the design that is named, or that the file names; nil when neither is.
    private static func sheet(_ call: Call) throws(Failure) -> DesignSheet? {
        guard let name = call.arguments.operands.first else { return nil }
        if let sheet = call.sheets.first(where: { $0.name == name }) { return sheet }
        let files = try ScenarioFiles(call, overrides: try call.overrides())
        guard let sheet = files.files.first?.loaded.sheet else {
            files.report(to: call)
            throw Failure.usage(
                "\(quoted(name)) is no design and no scenario",
                nearest: nearest(to: name, among: call.sheets.map(\.name)),
                see: "\(programName) designs")
        }
        return sheet
    }
}

/// What can be measured, with its unit and what may be asked of it.
struct MetricList {
    /// Whose metrics to list by name; `ROLE` stands for all roles of any when nil.
    let sheet: DesignSheet?

    private var rows: [(name: String, metric: Metric)] {
        Metric.all.flatMap { metric in
            guard metric.isPerRole else { return [(metric.name, metric)] }
            guard let sheet else { return [("ROLE.\(metric.name)", metric)] }
            return sheet.roles.filter { metric != .lag || $0.hasLag }
                .map { ("\($0.name).\(metric.name)", metric) }
        } + (sheet?.metrics ?? []).map { ($0.name, $0.metric) }
    }

    var text: String { table(rows.map { [$0.name, Self.statistics(of: $0.metric), $0.metric.sentence] }) }

    var document: String {
        let metrics = rows.map { name, metric in
            JSON.object([
                ("name", .string(name)), ("unit", .string(Self.unit(of: metric))),
                ("direction", .string(Self.direction(of: metric))),
                ("statistics", .array(metric.statistics.map { .string($0.rawValue) })),
                ("sentence", .string(metric.sentence)),
            ])
        }
        return JSON.object([("format", .string(Version.metricsFormat)), ("metrics", .array(metrics))])
            .document
    }

    /// `p0 to p100 min max mean count rate ratio`.
    static func statistics(of metric: Metric) -> String {
        metric.statistics.map { $0 == .percentile ? "p0 to p100" : $0.rawValue }.joined(separator: " ")
    }

    static func unit(of metric: Metric) -> String {
        switch metric.unit {
        case .time: "time"
        case .count: "count"
        case .share: "share"
        case .bytes: "bytes"
        case .rate: "rate"
        case .byteRate: "bytes a second"
        }
    }

    static func direction(of metric: Metric) -> String {
        switch metric.direction {
        case .smallerIsBetter: "smaller is better"
        case .largerIsBetter: "larger is better"
        case .neither: "neither is better"
        }
    }
}
