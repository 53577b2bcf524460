internal import Experiments
import Reports
import Results
import Vocabulary

/// All runs of a command line: played by several threads, written and told in the order of the command line.
final class Runs {
    /// The runs of one file.
    struct Group {
        let thresholds: [Threshold]
        let assignments: [Assignment]
    }

    private let call: Call
    private let groups: [Group]
    private let folder: ResultFolder
    private let extras: Extras
    private let style: OutputStyle
    private let live: LiveLine
    private let lines: EventLines?
    private var codes: [ExitCode] = []
    private var summaries: [SeedSummary]
    private var junit: [JUnit.TimedRun] = []
    private var markdown: [String] = []
    private var findings: [FileFinding] = []
    private var documents: [JSON] = []
    /// Of each group with several seeds, what its page shows.
    private var seedPages: [SeedPage]
    /// What is said of seeds that did not pass: below the line that sums up.
    private var ofSeeds: [String]

    private struct SeedPage {
        var runs: [SeedRun] = []
        var worst: (result: RunResult, machine: MachineRecord, gravity: Int)?
    }

    init(_ call: Call, groups: [Group], folder: ResultFolder, extras: Extras) {
        (self.call, self.groups, self.folder, self.extras) = (call, groups, folder, extras)
        style = OutputStyle(call)
        summaries = groups.map { SeedSummary($0.thresholds, count: $0.assignments.count) }
        seedPages = groups.map { _ in SeedPage() }
        ofSeeds = groups.map { _ in "" }
        let first = groups.first?.assignments.first?.play.scenario.name ?? ""
        live = LiveLine(
            first, count: groups.reduce(0) { $0 + $1.assignments.count }, manner: LiveLine.manner(call),
            isASCII: style.isASCII, errors: call.errors, now: call.around.now)
        lines = call.arguments.has(.ndjson) ? EventLines(call.output) : nil
    }

    func play() throws(Failure) -> ExitCode {
        let places = groups.indices.flatMap { group in
            groups[group].assignments.indices.map {
                (group: group, assignment: groups[group].assignments[$0])
            }
        }
        let assignments = places.map(\.assignment)
        let (player, stop, live, lines) = (call.around.player, call.around.interruption, live, lines)
        let isCancelled = Stop()
        var failure: Failure?
        Crew.run(count: assignments.count, threads: call.arguments.wholeNumber(.jobs)) { index in
            guard !isCancelled.holds else { return Assignment.FinishedRun?.none }
            lines?.begin(index, assignments[index].play)
            let outcome = assignments[index].run(player, stop: stop) { status in
                lines?.tell(status, of: index, assignments[index].play)
            } watch: { status in
                live.show(status, of: index)
                return stop.received() == nil && !isCancelled.holds && lines?.failure == nil
            }
            live.finish(index, isPassed: outcome?.result.verdict.word == .passed)
            return outcome
        } take: { index, outcome in
            defer { lines?.next(after: index) }
            guard let outcome else { return }
            defer { stop.keeping(false) }
            guard failure == nil else { return }
            do throws(Failure) {
                live.erase()
                if let failure = lines?.failure { throw failure }
                try self.take(outcome, of: assignments[index], in: places[index].group, number: index)
            } catch {
                // What cannot be written now is not played to the end.
                failure = error
                isCancelled.set()
            }
        }
        live.erase()
        if let failure = failure ?? lines?.failure { throw failure }
        if let code = stop.received() { codes.append(code) }
        try finish()
        return ExitCode.gravest(codes)
    }

    private var tellsInWords: Bool {
        !call.arguments.has(.json) && !call.arguments.has(.ndjson) && !extras.takesOutput
    }

    // MARK: One run

    private func take(
        _ outcome: Assignment.FinishedRun, of assignment: Assignment, in group: Int, number: Int
    ) throws(Failure) {
        let result = outcome.result
        codes.append(ExitCode(rawValue: Int32(clamping: result.verdict.exitCode)) ?? .internalError)
        let shown = result.compared(with: outcome.control).played(from: outcome.machine.origin)
        var beside: ResultFolder.Contents = []
        func add(_ place: Extras.OutputPath?, _ name: String, _ bytes: @autoclosure () -> [UInt8])
            throws(Failure)
        {
            switch place {
            case .beside: beside.append((name, bytes()))
            case .at(let path): try ResultFolder.write(bytes(), at: path, call)
            case nil: break
            }
        }
        func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }
        if let control = outcome.control {
            beside.append((ResultFolder.controlFile, utf8(ResultFile.text(of: control))))
        }
        // A page of several seeds links to that of each, which is beside its result wherever the other one goes.
        let hasSeedPage = extras.report != nil && groups[group].assignments.count > 1
        try add(
            hasSeedPage ? .beside : extras.report, ResultFolder.pageFile,
            utf8(Page(of: shown, machine: outcome.machine).html))
        try add(extras.trace, ResultFolder.traceFile, Trace.compressed(result))
        let forJUnit = JUnit.TimedRun(
            shown, took: outcome.machine.wall, isOneOfSeeds: groups[group].assignments.count > 1)
        if extras.junit == .beside {
            try add(
                .beside, ResultFolder.junitFile, utf8(JUnit.text(of: [forJUnit], at: Stopwatch.dateAndTime)))
        }
        if extras.markdown == .beside {
            try add(.beside, ResultFolder.markdownFile, utf8(MarkdownReport(of: shown).text))
        }
        if case .at = extras.junit { junit.append(forJUnit) }
        if case .at = extras.markdown { markdown.append(MarkdownReport(of: shown).text) }
        let path = try folder.write(result, machine: outcome.machine, extras: beside)
        if let other = folder.contradiction(to: result) {
            call.remark(
                "\(visible(other)) is of the same program, scenario and seed, and its digest is another one: something "
                    + "else decides, most often the order of a Set or a Dictionary that is iterated; "
                    + "`\(visible(assignment.play.origin.command)) --verify` says where two runs part")
        }
        if hasSeedPage {
            let link = FileSystem.path(
                "\(path)/\(ResultFolder.pageFile)", from: seedPage(of: result.run.name))
            let run = SeedRun(shown, link: SARIF.reference(link))
            seedPages[group].runs.append(run)
            if run.gravity > seedPages[group].worst?.gravity ?? -1 {
                seedPages[group].worst = (shown, outcome.machine, run.gravity)
            }
        }
        lines?.tell(outcome.lastNews, of: number, assignment.play)
        lines?.end(number, assignment.play, result, folder: path)
        if let fault = outcome.fault {
            codes.append(.internalError)
            call.remark("\(visible(fault)); `\(visible(assignment.play.origin.command)) --verify` repeats it")
        }
        if call.isOnGitHub {
            findings += GitHub.findings(of: shown)
            steps.append(MarkdownReport(of: shown).text)
        }
        if call.arguments.has(.json) { documents.append(document(shown, outcome.machine, path)) }
        try tell(shown, outcome.machine, path, in: group)
    }

    private func tell(_ result: RunResult, _ machine: MachineRecord, _ path: String, in group: Int)
        throws(Failure)
    {
        let isAlone = groups[group].assignments.count == 1
        let ofSeed = summaries[group].add(result, isASCII: style.isASCII)
        guard tellsInWords else { return }
        guard isAlone else {
            ofSeeds[group] += ofSeed
            return
        }
        var report = TerminalReport(of: result)
        report.detail = call.arguments.has(.quiet) ? .quiet : call.arguments.has(.verbose) ? .verbose : .usual
        (report.isColored, report.isASCII) = (style.isColored, style.isASCII)
        report.folder = path
        switch extras.report {
        case .beside: report.page = "\(path)/\(ResultFolder.pageFile)"
        case .at(let page): report.page = page
        case nil: break
        }
        report.machine = machine
        let isNext = toldAny && report.detail != .quiet
        toldAny = true
        try call.output.write((isNext ? "\n" : "") + report.text)
    }

    // MARK: All of them

    /// Whether a report stands above the next one.
    private var toldAny = false
    private var steps: [String] = []

    private func finish() throws(Failure) {
        if case .at(let path) = extras.junit {
            try ResultFolder.write(
                Array(JUnit.text(of: junit, at: Stopwatch.dateAndTime).utf8), at: path, call)
        }
        if case .at(let path) = extras.markdown {
            try ResultFolder.write(Array(markdown.joined(separator: "\n").utf8), at: path, call)
        }
        let pages = try writeSeedPages()
        if call.isOnGitHub { try call.tellGitHub(findings, summaries: steps) }
        if call.arguments.has(.json) { try call.output.write(document) }
        guard tellsInWords else { return }
        let isQuiet = call.arguments.has(.quiet)
        for (number, (group, summary)) in zip(groups, summaries).enumerated()
        where group.assignments.count > 1 {
            guard let scenario = group.assignments.first?.play.scenario else { continue }
            let line = summary.line(scenario.name, scenario.design, isASCII: style.isASCII)
            guard !isQuiet else {
                try call.output.write(line)
                continue
            }
            let page = pages[number].map { "report   \(visible($0))\n" } ?? ""
            let place = "results  \(visible("\(folder.out)/\(scenario.name)"))\n\(page)"
            let isNext = toldAny
            toldAny = true
            try call.output.write(
                (isNext ? "\n" : "") + line + ofSeeds[number] + "\n"
                    + summary.table(isASCII: style.isASCII) + place)
        }
        if groups.count > 1, !isQuiet { try call.output.write(ofAllFiles) }
    }

    /// Where the page over all seeds of a scenario goes: beside their folders, or where it was asked for.
    private func seedPage(of name: String) -> String {
        if case .at(let path) = extras.report { return path }
        return "\(folder.out)/\(name)/\(ResultFolder.pageFile)"
    }

    /// A page over all seeds of a scenario, which links to the page of each.
    private func writeSeedPages() throws(Failure) -> [String?] {
        var pages: [String?] = []
        for page in seedPages {
            guard let worst = page.worst else {
                pages.append(nil)
                continue
            }
            let path = seedPage(of: worst.result.run.name)
            let html = Page(of: worst.result, machine: worst.machine, seeds: page.runs).html
            try ResultFolder.write(Array(html.utf8), at: path, call)
            pages.append(path)
        }
        return pages
    }

    /// Whoever has played several files sees the last of them; what went wrong may have scrolled away.
    private var ofAllFiles: String {
        let words = summaries.map { $0.hasPassed }
        let passed = words.count { $0 }
        let names = zip(groups, words).filter { !$1 }.compactMap {
            $0.0.assignments.first?.play.scenario.name
        }
        return "\n\(grouped(passed)) of \(grouped(groups.count)) scenarios passed"
            + (names.isEmpty ? "\n" : "; not \(alternatives(names))\n")
    }

    // MARK: For programs

    private func document(_ result: RunResult, _ machine: MachineRecord, _ path: String) -> JSON {
        .object([
            ("folder", .string(path)), ("run", result.run.stored), ("verdict", result.verdict.stored),
            ("thresholds", result.thresholds.stored), ("invariants", result.invariants.stored),
            ("summaries", result.summaries.stored), ("figures", result.figures.stored),
            ("machine", machine.stored),
        ])
    }

    private var document: String {
        let across = zip(groups, summaries).filter { $0.0.assignments.count > 1 }.map { group, summary in
            JSON.object([
                ("scenario", JSON(group.assignments.first?.play.scenario.name)),
                (
                    "thresholds",
                    .array(
                        summary.across.map { across in
                            .object([
                                ("text", .string(across.threshold.description)),
                                ("seeds", .integer(UInt64(across.count))),
                                ("held", .integer(UInt64(across.held))),
                                ("median", JSON(across.median)), ("least", JSON(across.least)),
                                ("most", JSON(across.most)),
                                ("interval95_from", JSON(across.interval?.lowerBound)),
                                ("interval95_to", JSON(across.interval?.upperBound)),
                            ])
                        })
                ),
            ])
        }
        return JSON.object([
            ("format", .string(Version.runsFormat)),
            ("exit_code", .integer(UInt64(ExitCode.gravest(codes).rawValue))), ("runs", .array(documents)),
            ("across_seeds", .array(Array(across))),
        ]).document
    }
}
