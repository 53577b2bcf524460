internal import Chaos
internal import Cluster
internal import Experiments
import Reports
import Results
import Vocabulary

/// A campaign that is played: generation after generation on several threads, then what was found is looked
/// into, and all of it is written.
final class Hunting {
    private var arena: Arena
    private let hunt: Hunt
    private let file: String
    private let folder: CampaignFolder
    private let extras: Extras
    private let call: Call
    private let style: OutputStyle
    private let line: ChaosLine
    private let lines: ChaosLines?
    private let player: Player
    private let stop: Interruption
    private let begin = ContinuousClock.now
    private var remarks: [String] = []

    init(
        _ arena: Arena, _ hunt: Hunt, file: String, folder: CampaignFolder, extras: Extras, _ call: Call
    ) {
        (self.arena, self.hunt, self.file, self.folder) = (arena, hunt, file, folder)
        (self.extras, self.call) = (extras, call)
        style = OutputStyle(call)
        (player, stop) = (call.around.player, call.around.interruption)
        line = ChaosLine(arena.scenario.name, runs: hunt.runs, call)
        lines = call.arguments.has(.ndjson) ? ChaosLines(call.output) : nil
    }

    func run() throws(Failure) -> ExitCode {
        defer { line.erase() }
        try lines?.begin(arena, command: command(runs: nil))
        noteArena()
        guard let control = play(arena.control) else {
            line.erase()
            call.remark("stopped in the run without faults: nothing is kept")
            return stop.received() ?? .inconclusive
        }
        if let fault = control.escape ?? control.runaway { return try broken(fault, []) }
        arena.learn(from: control)
        var campaign = Campaign(arena)
        if let reason = Self.unfit(control, arena) {
            return try write(
                CampaignRecord(
                    campaign, control: control, search: FindingSearch(),
                    command: command(runs: nil), remarks: remarks
                ).inconclusive(because: reason))
        }
        let memory = try folder.memory(of: arena, build: Build.name)
        if memory.restore(into: &campaign) > 0 {
            remarks.append("went on after run \(grouped(campaign.runs.count)) of a campaign that was stopped")
        }
        if let missed = try missedCanary() {
            return try write(
                CampaignRecord(
                    campaign, control: control, search: FindingSearch(),
                    command: command(runs: nil), remarks: remarks
                ).inconclusive(because: missed))
        }
        try search(&campaign, memory)
        if let run = campaign.runs.first(where: { $0.outcome.fault != nil }) {
            return try broken(run.outcome.fault ?? "", run.faults)
        }
        if hunt.time != nil, stop.received() == nil {
            remarks.append("--runs \(campaign.runs.count) repeats it")
        }
        let search = findings(of: campaign)
        var record = CampaignRecord(
            campaign, control: control, search: search,
            command: command(runs: campaign.runs.count), remarks: remarks)
        guard let code = stop.received() else {
            record.merged = try folder.remember { () throws(CampaignMemory.Failure) in
                try memory.finish(campaign)
                return try memory.merged().map(CoverageRecord.Merged.init)
            }
            if let museum = call.arguments.text(.save) { try save(record, in: museum) }
            return try write(record)
        }
        record.run.isComplete = false
        (record.verdict.word, record.verdict.exitCode) = (.interrupted, UInt64(code.rawValue))
        _ = try write(record)
        call.remark(
            campaign.runs.isEmpty
                ? "stopped in the first \(Campaign.generationSize) runs, which are kept together: the same command begins anew"
                : "stopped after run \(grouped(campaign.runs.count)); the same command goes on from there")
        return code
    }

    private func command(runs: Int?) -> String {
        var words = ["\(programName) chaos", shellWord(file)]
        if let seed = call.arguments.text(.seed) { words.append("--seed \(seed)") }
        words += call.arguments.texts(.set).map { "--set \(shellWord($0))" }
        if let runs = runs ?? hunt.runs { words.append("--runs \(runs)") }
        if arena.isBeyond { words.append("--beyond") }
        return words.joined(separator: " ")
    }

    private func noteArena() {
        if arena.healthy == nil {
            remarks.append("the scenario has no 'healthy', so nobody asks whether it recovers")
        }
        if !arena.leftOut.isEmpty {
            remarks.append(
                "not judged, since they speak of faults of the file: "
                    + arena.leftOut.map { "'\($0)'" }.joined(separator: ", "))
        }
    }

    /// Why the control run is nothing to compare with, if so.
    private static func unfit(_ control: Play.PlayedRun, _ arena: Arena) -> String? {
        let outcome = TrialOutcome(control, of: Trial([], in: arena))
        if let oracle = outcome.broken.first { return "without any fault \(oracle) gives way" }
        let health = control.result.health
        if let bad = health.windows.firstIndex(where: { $0 != .held }) {
            let at = clockText(health.start + health.window * Int64(bad))
            return health.windows[bad] == .failed
                ? "not healthy without any fault, at \(at)"
                : "too few letters to say whether it is healthy without any fault, at \(at): "
                    + Healthy.remedy
        }
        return outcome.unknown.map { "nobody can tell how the run without faults came out: \($0)" }
    }

    /// Nil when somebody wanted it stopped.
    private func play(_ play: Play) -> Play.PlayedRun? {
        let outcome = player(play) { [stop] _ in stop.received() == nil }
        return stop.received() == nil ? outcome : nil
    }

    // MARK: The search

    private func search(_ campaign: inout Campaign, _ memory: CampaignMemory) throws(Failure) {
        while stop.received() == nil, !isEnough(campaign) {
            let (first, faults) = campaign.next(
                atMost: hunt.runs.map { [runs = campaign.runs.count] in $0 - runs } ?? .max)
            guard let outcomes = try play(faults, from: first, of: campaign, lines) else { return }
            campaign.take(outcomes, of: faults)
            try folder.remember { () throws(CampaignMemory.Failure) in
                try memory.keep(outcomes, from: first)
            }
            if outcomes.contains(where: { $0.fault != nil }) { return }
        }
    }

    /// Searches on machines that break their word, one way after the other; which of these was not found, if
    /// one was not.
    private func missedCanary() throws(Failure) -> String? {
        guard call.arguments.has(.canary) else { return nil }
        for canary in Canary.allCases {
            var cage = arena
            cage.canary = canary
            guard let control = play(cage.control) else { return nil }
            if TrialOutcome(control, of: Trial([], in: cage)).broken.contains(where: \.isWrong) {
                remarks.append("canary: \(canary.rawValue) was found without any fault")
                continue
            }
            cage.learn(from: control)
            var campaign = Campaign(cage)
            func found() -> Int? {
                campaign.runs.first { $0.outcome.broken.contains(where: \.isWrong) }?.number
            }
            let limit = hunt.runs ?? 256
            while found() == nil, campaign.runs.count < limit {
                let (first, faults) = campaign.next(atMost: limit - campaign.runs.count)
                guard let outcomes = try play(faults, from: first, of: campaign, nil) else { return nil }
                campaign.take(outcomes, of: faults)
            }
            guard let run = found() else {
                return "the canary was not found: \(canary.rawValue), in \(grouped(limit)) runs"
            }
            remarks.append("canary: \(canary.rawValue) was found in run \(grouped(run))")
        }
        return nil
    }

    /// Plays a generation on several threads; nil when it was stopped.
    private func play(
        _ faults: [[FaultPlan]], from first: Int, of campaign: Campaign, _ lines: ChaosLines?
    ) throws(Failure) -> [TrialOutcome]? {
        let trials = faults.map { Trial($0, in: campaign.arena) }
        var outcomes: [TrialOutcome] = []
        var failure: Failure?
        let (player, stop) = (player, stop)
        Crew.run(count: trials.count, threads: call.arguments.wholeNumber(.jobs)) { index in
            let outcome = player(trials[index].play()) { _ in stop.received() == nil }
            return stop.received() == nil ? TrialOutcome(outcome, of: trials[index]) : nil
        } take: { index, outcome in
            guard failure == nil, let outcome else { return }
            outcomes.append(outcome)
            line.show(campaign, and: outcomes)
            do throws(Failure) {
                try lines?.tell(outcome, of: first + index, faults[index])
            } catch { failure = error }
        }
        if let failure { throw failure }
        return outcomes.count == trials.count ? outcomes : nil
    }

    private func isEnough(_ campaign: Campaign) -> Bool {
        if let runs = hunt.runs { return campaign.runs.count >= runs }
        guard let time = hunt.time else { return true }
        return ContinuousClock.now - begin >= .nanoseconds(time.nanoseconds)
    }

    private func findings(of campaign: Campaign) -> FindingSearch {
        var search = FindingSearch()
        guard stop.received() == nil else { return search }
        search.go(through: campaign.runs, oracles: campaign.coverage.oracles) { run, oracle in
            line.look(into: oracle, run: run.number)
            return Investigation(arena) { self.play($0) }.look(into: run.faults, for: oracle)
        }
        return search
    }

    // MARK: What came of it

    private func write(_ record: CampaignRecord) throws(Failure) -> ExitCode {
        line.erase()
        var beside: [(String, String)] = []
        let page = CampaignPage(of: record).html
        if extras.report == .beside { beside.append((ResultFolder.pageFile, page)) }
        if case .at(let path)? = extras.report { try ResultFolder.write(Array(page.utf8), at: path, call) }
        let path = try folder.write(record, beside: beside)
        let code = ExitCode(rawValue: Int32(clamping: record.verdict.exitCode)) ?? .internalError
        if let lines {
            try lines.end(record, folder: path)
        } else if call.arguments.has(.json) {
            try call.output.write(ResultFile.text(of: record))
        } else if extras.report != .at("-") {
            var report = CampaignReport(of: record)
            report.isQuiet = call.arguments.has(.quiet)
            (report.isColored, report.isASCII) = (style.isColored, style.isASCII)
            report.folder = path
            switch extras.report {
            case .beside: report.page = "\(path)/\(ResultFolder.pageFile)"
            case .at(let page): report.page = page
            case nil: break
            }
            try call.output.write(report.text)
        }
        return code
    }

    private func save(_ record: CampaignRecord, in museum: String) throws(Failure) {
        for finding in record.findings {
            let capsule = CapsuleRecord(
                finding, of: record, version: Version.number, build: Build.name)
            let (path, isNew) = try Museum.keep(capsule, in: museum)
            call.remark(isNew ? "wrote \(visible(path))" : "\(visible(path)) has this finding already")
        }
    }

    /// Hubbub itself is wrong: what comes of it says nothing.
    private func broken(_ what: String, _ faults: [FaultPlan]) throws(Failure) -> ExitCode {
        throw Failure(
            .internalError,
            "\(visible(what)); `\(visible(command(runs: nil)))` repeats it"
                + (faults.isEmpty ? "" : ", with \(faults.map(\.words).joined(separator: ", "))"))
    }
}
