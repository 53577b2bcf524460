import Comparisons
internal import Experiments
import Reports
import Results
import Simulation
import Vocabulary

/// All scenarios of a check: read, played with the seeds and values of the baseline, and judged by it.
struct Gate {
    /// Where nobody says otherwise: enough to tell a change of a few per cent from chance, and few enough for
    /// every commit.
    private static let seedCount = 5

    private struct Played {
        let file: ScenarioFiles.ScenarioFile
        let name: String
        /// What is set beyond the file, for the baseline to repeat.
        let set: [String]
        /// With what the command line sets beyond that.
        let allSet: [String]
        let seeds: [Int]
        var outcomes: [SeedOutcome] = []
        /// The run of the first seed, for the page.
        var first: RunResult?
        var text: UInt64 = 0
    }

    private let call: Call
    private var baseline: Baseline
    private let isUpdate: Bool
    private var contests: [Played] = []
    private var partings: [String: String] = [:]  // looked up only, never iterated
    /// Of the files, once all were read.
    private(set) var exitCode = ExitCode.held

    init(_ call: Call, baseline: Baseline, isUpdate: Bool) throws(Failure) {
        (self.call, self.baseline, self.isUpdate) = (call, baseline, isUpdate)
        let given = try call.overrides()
        let seeds = try call.seeds()
        // Names first: the baseline knows by name what to set.
        let bare = try ScenarioFiles(call, overrides: given)
        guard bare.exitCode == .held else {
            bare.report(to: call)
            exitCode = bare.exitCode
            return
        }
        var findings = Experiments.Findings()
        for file in bare.files {
            guard let name = file.loaded.scenario?.name else {
                preconditionFailure("a sound file has a name")
            }
            guard !contests.contains(where: { $0.name == name }) else {
                throw Failure(.usage, "two files have a scenario '\(name)': a baseline knows them by name")
            }
            let entry = baseline.entry(name)
            let typed = call.arguments.texts(.set)
            let places = baseline.placesOfSet[name] ?? []
            let stored = (entry?.set ?? []).enumerated().map { index, text in
                (text: text, place: places.indices.contains(index) ? places[index] : String?.none)
            }
            // An update keeps what was set before, but for keys that it sets itself.
            func key(_ text: String) -> Substring { text.prefix { $0 != "=" } }
            let kept = stored.filter { old in !typed.contains { key($0) == key(old.text) } }
            let set = isUpdate ? kept + typed.map { (text: $0, place: String?.none) } : stored
            let overrides =
                set.compactMap { text, place -> Override? in
                    text.firstIndex(of: "=").map {
                        Override(
                            String(text[..<$0]), String(text[text.index(after: $0)...]), at: place)
                    }
                } + (isUpdate ? [] : given)
            let loaded = bare.again(file, overrides, call)
            findings = findings + loaded.findings
            guard let scenario = loaded.scenario else { continue }
            let usual = (0..<Self.seedCount).map { scenario.seed + $0 }
            let known = entry?.seeds.map { Int(clamping: $0) }
            contests.append(
                Played(
                    file: ScenarioFiles.ScenarioFile(path: file.path, bytes: file.bytes, loaded: loaded),
                    name: name,
                    set: set.map(\.text), allSet: set.map(\.text) + (isUpdate ? [] : typed),
                    seeds: seeds.map(Array.init) ?? known ?? usual))
        }
        try? call.errors.write(findings.text)
        if !findings.isSound { exitCode = .badFile }
    }

    /// A seed that the baseline lacks is compared with nothing, and would be played for nothing.
    func checkSeeds(_ path: String) throws(Failure) {
        for contest in contests {
            guard let known = baseline.entry(contest.name)?.seeds else { continue }
            let missing = contest.seeds.map { UInt64($0) }.filter { !known.contains($0) }
            guard !missing.isEmpty else { continue }
            throw Failure(
                .usage,
                "option '--seeds': \(visible(path)) has no \(seedNames(missing)) of '\(visible(contest.name))'; it has "
                    + "\(seedNames(known)), and --update plays others")
        }
    }

    /// The code with which to end, if somebody did not want to wait.
    mutating func play(_ extras: Extras) throws(Failure) -> ExitCode? {
        var (plays, places): ([Play], [Int]) = ([], [])
        for (place, contest) in contests.enumerated() {
            for seed in contest.seeds {
                plays.append(try call.play(contest.file, seed: seed))
                places.append(place)
            }
        }
        for place in contests.indices {
            guard var scenario = contests[place].file.loaded.scenario else { continue }
            scenario.seed = 0
            contests[place].text = Purpose(scenario.resolvedText).number
        }
        var contests = contests
        let ifStopped =
            isUpdate
            ? "the baseline is as it was"
            : extras.junit == nil
                ? "nothing is judged" : "of scenarios with all their seeds the JUnit file says what came out"
        let code = try Matches(call, name: "check", ifStopped: ifStopped).play(plays) {
            (index, outcome) throws(Failure) in
            let place = places[index]
            contests[place].outcomes.append(SeedOutcome(outcome.result, letters: outcome.behaviourDigest))
            if contests[place].first == nil { contests[place].first = outcome.result }
        }
        self.contests = contests
        return code
    }

    private func entry(_ contest: Played) -> Baseline.Reference {
        let loaded = contest.file.loaded
        return Baseline.Reference(
            contest.name, design: loaded.scenario?.design ?? "", set: contest.set, text: contest.text,
            healthy: (loaded.healthy?.expectations ?? []).map { expected in
                Demand(
                    "healthy \(expected.measure)" + (expected.scope.map { " where \($0)" } ?? ""),
                    expected.comparison.rawValue, Amount(expected.limit.value, expected.limit.unit))
            }, outcomes: contest.outcomes)
    }

    // MARK: Another program

    /// Puts what it comes to in place of what is stored, and finds out where the two part.
    mutating func ask(_ against: Against) throws(Failure) {
        for contest in contests {
            let theirs = try against.baseline(
                contest.file.path, seeds: contest.seeds, set: contest.allSet,
                jobs: call.arguments.wholeNumber(.jobs))
            guard let entry = theirs.entry(contest.name) else { continue }
            baseline.put(entry)
            let differs = zip(contest.outcomes, entry.letters).first { $0.0.letters != $0.1 }
            guard let seed = differs?.0.seed else { continue }
            partings[contest.name] = try against.parting(
                contest.file.path, contest.name, seed: Int(clamping: seed), set: contest.allSet,
                play: call.play(contest.file, seed: Int(clamping: seed)))
        }
    }

    // MARK: The baseline

    /// Over what is there by now: whoever updated other scenarios in the meantime keeps them.
    func write(to path: String) throws(Failure) {
        guard path != "-", FileSystem.isReplaceable(path) else { return try write(to: path, over: baseline) }
        try FileSystem.locking(folderOf: path) { () throws(Failure) in
            try write(to: path, over: BaselineFile.read(path, isUpdate: true))
        }
    }

    private func write(to path: String, over baseline: Baseline) throws(Failure) {
        var updated = baseline
        for contest in contests { updated.put(entry(contest)) }
        for name in updated.dropIdleTolerances() {
            call.remark(
                "the tolerance of '\(visible(name))' is left out: no scenario has that figure any more")
        }
        for contest in contests {
            for line in SeedOutcome.shortcomings(of: contest.outcomes) {
                call.remark("recorded as it is: \(visible(contest.name)), \(visible(line))")
            }
        }
        for contest in contests {
            let known = baseline.entry(contest.name)?.seeds ?? []
            let dropped = known.filter { !contest.seeds.contains(Int(clamping: $0)) }
            guard !dropped.isEmpty else { continue }
            call.remark("\(visible(contest.name)) has no \(seedNames(dropped)) any more: --seeds says so")
        }
        guard updated != baseline else {
            call.remark("\(visible(path)) is as it was")
            return
        }
        try ResultFolder.write(Array(updated.text.utf8), at: path, call)
        let names = contests.map(\.name).filter { updated.entry($0) != baseline.entry($0) }
        call.remark("wrote \(visible(path)): \(names.joined(separator: ", "))")
    }

    // MARK: The verdict

    func judge(_ path: String, _ extras: Extras, isStrict: Bool) throws(Failure) -> ExitCode {
        let checks = contests.map(check)
        let gone = baseline.scenarios.map(\.name).filter { name in !contests.contains { $0.name == name } }
        let files = contests.map(\.file.path)
        func words(_ seeds: String?) -> [String] {
            ["\(programName) check"] + files.map(shellWord)
                + (call.arguments.has(.baseline) ? ["--baseline \(shellWord(path))"] : [])
                + (seeds.map { ["--seeds \($0)"] } ?? [])
                + call.arguments.texts(.set).map { "--set \(shellWord($0))" }
        }
        let seeds = call.arguments.text(.seeds)
        // A check may play some of the seeds; an update of these alone would leave less to compare with.
        let isKnown = contests.contains { baseline.entry($0.name) != nil }
        var report = CheckReport(
            checks, gone: gone,
            update: (words(isKnown ? nil : seeds) + ["--update"]).joined(separator: " "),
            bisect: call.arguments.has(.baseline)
                ? (words(seeds) + ["--bisect \"$(git log -1 --format=%h \(shellWord(path)))..HEAD\""]).joined(
                    separator: " ")
                : nil)
        let style = OutputStyle(call)
        (report.isColored, report.isASCII) = (style.isColored, style.isASCII)
        (report.isQuiet, report.isVerbose) = (call.arguments.has(.quiet), call.arguments.has(.verbose))
        report.isStrict = isStrict
        let code = Self.exitCode(of: checks, isStrict: isStrict)
        try write(report, extras, files: files)
        if call.arguments.has(.json) {
            try call.output.write(CheckDocument(checks, gone: gone, code: code).text)
        } else if !extras.takesOutput {
            try call.output.write(report.text)
        }
        return code
    }

    private func check(_ contest: Played) -> ScenarioCheck {
        var check = ScenarioCheck(
            entry(contest), outcomes: contest.outcomes,
            before: baseline.entry(contest.name), tolerances: baseline.tolerances)
        check.parting = partings[contest.name]
        return check
    }

    /// What a server that waits for the file is to know of a check that was stopped: those scenarios that were played with
    /// all their seeds, and that the others were not.
    func judgeStopped(_ extras: Extras, isStrict: Bool) throws(Failure) {
        guard extras.junit != nil else { return }
        func isWhole(_ contest: Played) -> Bool {
            contest.outcomes.count == contest.seeds.count && call.arguments.has(.baseline)
        }
        var report = CheckReport(contests.filter(isWhole).map(check), gone: [], update: "", bisect: nil)
        report.isStrict = isStrict
        report.stopped = contests.filter { !isWhole($0) }.map { contest in
            CheckReport.StoppedCheck(
                contest.name, design: contest.file.loaded.scenario?.design ?? "",
                played: contest.outcomes.count, of: contest.seeds.count)
        }
        let text = report.junit(at: Stopwatch.dateAndTime)
        try write([(extras.junit, ResultFolder.junitFile, { text })])
    }

    private static func exitCode(of checks: [ScenarioCheck], isStrict: Bool) -> ExitCode {
        ExitCode.gravest(
            checks.map { check in
                switch check.word {
                case .same: .held
                case .alike, .otherCost, .improved, .weaker: isStrict ? .failed : .held
                case .regressed: check.isViolated ? .violated : .failed
                case .violated: .violated
                case .inconclusive, .unclear, .new: .inconclusive
                }
            })
    }

    private func write(_ report: CheckReport, _ extras: Extras, files: [String]) throws(Failure) {
        let runs = contests.map { contest -> [ComparisonPage.LabelledRun] in
            guard let now = contest.first else { return [] }
            let before = baseline.entry(contest.name)?.drawn(over: now)
            return (before.map { [ComparisonPage.LabelledRun("baseline", $0)] } ?? [])
                + [ComparisonPage.LabelledRun("now", before == nil ? now : now.drawn(Curve.all(of: now)))]
        }
        let time = Stopwatch.dateAndTime
        try write([
            (extras.report, ResultFolder.pageFile, { report.page(runs: runs) }),
            (extras.junit, ResultFolder.junitFile, { report.junit(at: time) }),
            (extras.markdown, ResultFolder.markdownFile, { report.markdown }),
        ])
        guard call.isOnGitHub else { return }
        try call.tellGitHub(report.findings(files: files), summaries: [report.markdown])
    }

    private func write(_ wanted: [(Extras.OutputPath?, String, () -> String)]) throws(Failure) {
        let folder = "\(call.results)/check"
        for (place, name, text) in wanted {
            switch place {
            case .beside:
                do throws(FileProblem) { try FileSystem.makeFolder(folder) } catch {
                    throw Failure(.cannotCreate, "\(visible(folder)) cannot be created: \(error.message)")
                }
                try ResultFolder.write(Array(text().utf8), at: "\(folder)/\(name)", call)
                call.remark("wrote \(visible("\(folder)/\(name)"))")
            case .at(let path): try ResultFolder.write(Array(text().utf8), at: path, call)
            case nil: break
            }
        }
    }
}
