internal import Experiments
import Results
import Vocabulary

/// The manual as man(1) reads it, made from the tables of commands, keys and metrics.
struct ManPage {
    /// As one asks for it, `hubbub-scenario`.
    let name: String
    let section: Int
    private let summary: String
    private let body: @Sendable () -> String

    static let all = [
        ManPage(
            name: "hubbub", section: 1, summary: "simulate chat backends, break them, and judge them",
            body: commands),
        ManPage(name: "hubbub-scenario", section: 5, summary: "scenario files of hubbub", body: format),
        ManPage(name: "hubbub-metrics", section: 7, summary: "what hubbub measures", body: metrics),
    ]

    var text: String {
        """
        .TH \(name.uppercased()) \(section) "" "hubbub \(Version.number)"
        .SH NAME
        \(Self.plain(name)) \\- \(Self.plain(summary))
        \(body())
        """
    }

    // MARK: The pages

    private static func commands() -> String {
        var text = """
            .SH SYNOPSIS
            .B hubbub
            .I COMMAND
            .RI [ OPTION ...]
            .SH COMMANDS

            """
        for command in Subcommand.all {
            let usage = [command.name, command.operand?.usage].compactMap(\.self).joined(separator: " ")
            text += ".SS \(plain(usage))\n\(plain(command.summary)).\n"
            if let operand = command.operand { text += item(operand.placeholder, operand.help) }
            for option in command.options { text += item(option.usage, option.fullHelp) }
            text += ".PP\nExamples:\n"
            for example in command.examples { text += item(example.line, example.purpose) }
        }
        text +=
            ".SH OPTIONS OF EVERY COMMAND\n" + Option.everywhere.map { item($0.usage, $0.fullHelp) }.joined()
        text += ".SH EXIT STATUS\n"
        for code in ExitCode.allCases { text += item(String(code.rawValue), code.meaning) }
        text += """
            .PP
            After SIGINT or SIGTERM what is known of the runs that go on is written, and marked as incomplete. A second
            signal ends at once, with the exit status of its own, and nothing more is written.

            """ + events
        text += ".SH ENVIRONMENT\n"
        for (variable, option) in variables {
            text += item(variable, "what \(option) says, where it is not given")
        }
        text += item("NO_COLOR", "no colours, unless --color asks for them")
        text += item("CLICOLOR_FORCE, FORCE_COLOR", "colours also where no terminal is")
        return text + seeAlso(except: "hubbub")
    }

    private static var events: String {
        """
        .SH EVENTS
        What hubbub run \\-\\-ndjson prints, and what lies in events.ndjson beside a result, are JSON objects, one
        on each line. Each has its kind and time_ns, nanoseconds of simulated time since the start of the run,
        and says to whom it happened (target) and in words what did (what). In the file they are in the order
        of time.
        .PP
        Live, each also names its run and seed, and they come as they become known; of several runs one comes
        after the other. The first line of a run is start, with the format; progress says now and then how
        far it is; and verdict is the last, when the result is written.

        """ + RunEvent.Kind.allCases.map { item($0.rawValue, $0.meaning) }.joined()
    }

    private static var variables: [(String, String)] {
        var seen: [(String, String)] = []
        for option in Subcommand.all.flatMap(\.options) {
            guard let variable = option.variable, !seen.contains(where: { $0.0 == variable }) else {
                continue
            }
            seen.append((variable, option.name))
        }
        return seen
    }

    private static func format() -> String {
        """
        .SH DESCRIPTION
        A scenario is a YAML file: who takes part, how much they send, what breaks, and what has to hold.
        A number with a dimension always has its unit. A key that is not listed here is an error.
        What may stand under topology is the design's own, and scripts may have acts of its own: see hubbub designs NAME.
        .SH KEYS

        """ + ScenarioFormat.keys.map { keys($0) }.joined() + """
            .SH THRESHOLDS
            METRIC [STATISTIC] OPERATOR VALUE [during|before|after NAME] [except NAME] [where TAG OPERATOR VALUE]
            .PP
            Operators are < <= > >= == and !=. Names are those of phases and faults. Tags are region, access and kind.
            What can be measured is in hubbub\\-metrics(7).

            """ + seeAlso(except: "hubbub-scenario")
    }

    /// A key, and indented under it those that it holds.
    private static func keys(_ key: KeyDescription, named: String? = nil) -> String {
        let usual = key.usual.map { "; \($0) if not given" } ?? ""
        let must = key.isRequired ? " (required)" : ""
        let source = key.source.map { " (\($0))" } ?? ""
        let form = form(of: key.shape).map { ": \($0)" } ?? ""
        let text = item(named ?? key.name, "\(key.sentence)\(source)\(form)\(must)\(usual)")
        let inner = held(by: key.shape).map { keys($0) }.joined()
        return inner.isEmpty ? text : text + ".RS\n" + inner + ".RE\n"
    }

    private static func form(of shape: KeyDescription.Shape) -> String? {
        switch shape {
        case .value(let form):
            form.example.isEmpty
                ? form.name
                : "\(form.name), as in \(form.example)" + (form.range.map { ", \($0.text)" } ?? "")
        case .list(let element): form(of: element).map { "a list of \($0)" } ?? "a list"
        case .table(let keys, let values):
            "by \(keys.name)" + (keys.range.map { ", \($0.text)" } ?? "")
                + (form(of: values).map { ", \($0)" } ?? "")
        case .either(let first, _): form(of: first)
        case .section: nil
        }
    }

    private static func held(by shape: KeyDescription.Shape) -> [KeyDescription] {
        switch shape {
        case .value: []
        case .section(let keys): keys
        case .list(let element): held(by: element)
        case .table(_, let values): held(by: values)
        case .either(let first, let second): held(by: first) + held(by: second)
        }
    }

    private static func metrics() -> String {
        var text = """
            .SH DESCRIPTION
            Times count from the moment at which somebody meant to send. What never came is infinitely late.
            Metrics written ROLE.name are there for each role of a design.
            A design may have others of its own: hubbub explain \\-\\-metrics NAME lists all.
            .SH METRICS

            """
        for metric in Metric.all {
            let statistics = MetricList.statistics(of: metric)
            let name = metric.isPerRole ? "ROLE.\(metric.name)" : metric.name
            text += item(
                name,
                "\(metric.sentence). \(MetricList.unit(of: metric)), \(MetricList.direction(of: metric)); "
                    + (statistics.isEmpty ? "one number" : statistics))
        }
        return text + seeAlso(except: "hubbub-metrics")
    }

    private static func seeAlso(except name: String) -> String {
        let pages = all.filter { $0.name != name }.map { ".BR \(plain($0.name)) (\($0.section))" }
        return ".SH SEE ALSO\n" + pages.joined(separator: ",\n") + "\n"
    }

    // MARK: Roff

    private static func item(_ term: String, _ text: String) -> String {
        ".TP\n.B \"\(plain(term))\"\n\(plain(text))\n"
    }

    /// A dash that can be typed, no quotes that end an argument, and no dot or quote in front, where roff has
    /// its requests.
    private static func plain(_ text: String) -> String {
        let escaped = text.map { character in
            switch character {
            case "\\": "\\e"
            case "-": "\\-"
            case "\"": "\\(dq"
            default: String(character)
            }
        }.joined()
        return escaped.first == "." || escaped.first == "'" ? "\\&" + escaped : escaped
    }
}
