import Comparisons
internal import Experiments
import Reports
import Results
import Vocabulary

/// Scenarios and stored runs that are set beside each other.
struct Contest {
    private struct Entrant {
        let label: String
        let name: String
        /// Nil for what was played before.
        let file: ScenarioFiles.ScenarioFile?
        let loaded: LoadedScenario?
        var outcomes: [SeedOutcome] = []
        /// Of the first seed, for the page and for single letters.
        var first: RunResult?
        var letters: [KeptDelivery] = []
    }

    private let call: Call
    private let vary: String?
    private var entrants: [Entrant] = []
    private var seeds: [Int] = []
    private(set) var exitCode = ExitCode.held

    private static let seedCount = 5

    init(_ call: Call, vary: String?) throws(Failure) {
        (self.call, self.vary) = (call, vary)
        let isStored = call.arguments.operands.map(StoredRun.isRun)
        guard isStored.allSatisfy({ $0 == isStored[0] }) else {
            if let missing = call.arguments.operands.first(where: { $0 != "-" && !FileSystem.isThere($0) }) {
                throw Failure(.noFile, "\(visible(missing)): No such file or directory")
            }
            throw Failure(
                .usage, "give scenario files or stored runs, not some of each: they have no seed in common")
        }
        if isStored[0] {
            guard vary == nil, call.arguments.texts(.set).isEmpty else {
                throw Failure(.usage, "what was played before cannot be varied; give its scenario file")
            }
            try takeStored()
        } else {
            try takeFiles(vary)
        }
        guard exitCode != .held || entrants.count > 1 else {
            throw Failure(.usage, "one alone is compared with nothing; give another one, or --vary KEY=A,B")
        }
    }

    private static func label(_ place: Int) -> String { String(Array("ABCDEFGH")[place]) }

    private mutating func takeStored() throws(Failure) {
        for path in call.arguments.operands {
            var folders = [path]
            if FileSystem.isFolder(path), !FileSystem.isReadable("\(path)/\(ResultFolder.resultFile)") {
                folders = FileSystem.namesIfAny(in: path).filter { $0 != "latest" }.map { "\(path)/\($0)" }
                    .filter {
                        FileSystem.isReadable("\($0)/\(ResultFolder.resultFile)")
                    }
                guard !folders.isEmpty else {
                    throw Failure(.noFile, "\(visible(path)): there is no result in it")
                }
            }
            var runs: [StoredRun] = []
            for folder in folders { runs.append(try StoredRun(folder, call)) }
            runs.sort { ($0.result.run.seed, $0.path) < ($1.result.run.seed, $1.path) }
            let seeds = runs.map(\.result.run.seed)
            guard Set(seeds).count == seeds.count else {
                throw Failure(
                    .badFile, "\(visible(path)): it has two results of one seed; give the one that is meant")
            }
            entrants.append(
                Entrant(
                    label: Self.label(entrants.count), name: path, file: nil, loaded: runs[0].loaded(call),
                    outcomes: runs.map { SeedOutcome($0.result, letters: $0.result.run.digest.value) },
                    first: runs[0].result))
        }
    }

    private mutating func takeFiles(_ vary: String?) throws(Failure) {
        let given = try call.overrides()
        let files = try ScenarioFiles(call, overrides: given)
        files.report(to: call)
        guard files.exitCode == .held else {
            exitCode = files.exitCode
            return
        }
        var findings = Experiments.Findings()
        if let vary {
            let parts = vary.split(separator: "=", maxSplits: 1).map(String.init)
            let values = parts.count == 2 ? parts[1].split(separator: ",").map(String.init) : []
            guard files.files.count == 1, (2...8).contains(values.count) else {
                throw Failure(
                    .usage,
                    "option '--vary' takes one file, and two to eight values of a key, as in "
                        + "topology.server.cores=2,4,8, not \(quoted(vary))")
            }
            guard parts[0] != "seed" else {
                throw Failure(
                    .usage,
                    "option '--vary' sets something beside itself with the same seeds, and 'seed' is none of it; "
                        + "--seeds 1..5 plays all with each of these")
            }
            guard !given.contains(where: { $0.key == parts[0] }) else {
                throw Failure(.usage, "option '--set': --vary sets \(quoted(parts[0])) itself")
            }
            for value in values {
                let loaded = files.again(files.files[0], given + [Override(parts[0], value)], call)
                findings = findings + loaded.findings
                let file = ScenarioFiles.ScenarioFile(
                    path: files.files[0].path, bytes: files.files[0].bytes, loaded: loaded)
                entrants.append(
                    Entrant(
                        label: Self.label(entrants.count), name: "\(parts[0])=\(value)", file: file,
                        loaded: loaded))
            }
        } else {
            for file in files.files {
                entrants.append(
                    Entrant(
                        label: Self.label(entrants.count), name: file.path, file: file, loaded: file.loaded))
            }
        }
        guard findings.isSound else {
            try? call.errors.write(findings.text)
            exitCode = .badFile
            return
        }
        let first = entrants.first?.loaded?.scenario?.seed ?? 0
        seeds =
            try call.seeds().map(Array.init)
            ?? (0..<(call.arguments.has(.seed) ? 1 : Self.seedCount)).map { first + $0 }
    }

    /// Whether the runs that these speak of are there.
    func check(_ requirements: [Requirement]) throws(Failure) {
        let known = entrants.flatMap { [$0.label, $0.name] }
        guard let run = requirements.flatMap(\.runs).first(where: { !known.contains($0) }) else { return }
        throw Failure(
            .usage,
            "option '--require': there is no run \(quoted(run)); runs are "
                + entrants.map(\.label).joined(separator: ", "))
    }

    /// The code with which to end, if somebody did not want to wait.
    mutating func play() throws(Failure) -> ExitCode? {
        var (plays, places): ([Play], [Int]) = ([], [])
        for (place, entrant) in entrants.enumerated() {
            guard let file = entrant.file else { continue }
            for seed in seeds {
                var play = try call.play(file, seed: seed)
                if seed == seeds.first { play.keeping = .everything }
                plays.append(play)
                places.append(place)
            }
        }
        guard !plays.isEmpty else { return nil }
        var entrants = entrants
        let code = try Matches(call, name: "compare", ifStopped: "nothing is compared").play(plays) {
            (index, outcome) throws(Failure) in
            let place = places[index]
            entrants[place].outcomes.append(SeedOutcome(outcome.result, letters: outcome.behaviourDigest))
            if entrants[place].first == nil {
                entrants[place].first = outcome.result
                entrants[place].letters = outcome.deliveries
            }
        }
        self.entrants = entrants
        return code
    }

    func tell(_ requirements: [Requirement], _ extras: Extras) throws(Failure) -> ExitCode {
        let comparison = RunComparison(
            entrants.map { RunComparison.Candidate(label: $0.label, name: $0.name, outcomes: $0.outcomes) })
        guard !comparison.seeds.isEmpty else {
            throw Failure(.badFile, "these runs have no seed in common: nothing can be compared in pairs")
        }
        var judged: [(text: String, outcome: Results.Outcome, why: String)] = []
        for requirement in requirements {
            do throws(Misreading) {
                let outcome = try requirement.outcome(
                    values: { (run, name) throws(Misreading) in
                        guard let values = comparison.values(of: name, candidate: run) else {
                            let names = comparison.rows.map(\.name)
                            throw Misreading(
                                "there is no \(quoted(name)) of \(quoted(run))",
                                remedy: nearest(to: name, among: names).map { "did you mean '\($0)'?" }
                                    ?? "--verbose lists all")
                        }
                        return values
                    }, limit: Amount.init(limit:as:))
                let part = comparison.incomplete.first { candidate, _ in
                    !Set(requirement.runs).isDisjoint(with: [candidate.label, candidate.name])
                }
                judged.append(
                    (
                        requirement.description, part == nil ? outcome.outcome : .inconclusive,
                        part.map { "\($0.candidate.label) did not come to its end" } ?? outcome.why
                    ))
            } catch { throw Failure(.usage, "option '--require': \(error.text)") }
        }
        let code = ExitCode.gravest(
            judged.map { $0.outcome == .held ? .held : $0.outcome == .failed ? .failed : .inconclusive })
        var report = CompareReport(comparison, remarks: remarks(on: comparison), requirements: judged)
        (report.isASCII, report.isVerbose) = (OutputStyle(call).isASCII, call.arguments.has(.verbose))
        let command = command
        let runs = entrants.compactMap { entrant in
            entrant.first.map { ComparisonPage.LabelledRun(entrant.label, $0) }
        }
        switch extras.report {
        case .beside:
            let path = "\(call.results)/compare"
            do throws(FileProblem) { try FileSystem.makeFolder(path) } catch {
                throw Failure(.cannotCreate, "\(visible(path)) cannot be created: \(error.message)")
            }
            let file = "\(path)/\(ResultFolder.pageFile)"
            try ResultFolder.write(Array(report.page(runs: runs, command: command).utf8), at: file, call)
            call.remark("wrote \(visible(file))")
        case .at(let path):
            try ResultFolder.write(Array(report.page(runs: runs, command: command).utf8), at: path, call)
        case nil: break
        }
        if call.arguments.has(.json) {
            try call.output.write(document(comparison, judged, code))
        } else if !extras.takesOutput {
            if call.arguments.has(.quiet) {
                try call.output.write(
                    judged.map { "\($0.outcome.rawValue) \(visible($0.text))\n" }.joined())
            } else {
                try call.output.write(report.text)
            }
        }
        return code
    }

    /// What repeats it.
    private var command: String {
        let words = ["\(programName) compare"] + call.arguments.operands.map(shellWord)
        let varied = vary.map { ["--vary \(shellWord($0))"] } ?? []
        return (words + varied + call.arguments.words([.seeds, .set])).joined(separator: " ")
    }

    // MARK: What differs

    private func remarks(on comparison: RunComparison) -> [String] {
        guard let first = entrants.first else { return [] }
        return parts(in: comparison)
            + entrants.dropFirst().flatMap { entrant in
                differences(first, entrant) + letters(first, entrant)
            }
    }

    private func parts(in comparison: RunComparison) -> [String] {
        comparison.incomplete.map { candidate, seeds in
            let which = seeds.map(String.init).joined(separator: ", ")
            return
                "\(candidate.label) is incomplete with seed \(which): it ended before its time, its figures are of "
                + "that part, and nothing is better or worse than these"
        }
    }

    /// Keys whose values differ, and whether people still send the same letters.
    private func differences(_ a: Entrant, _ b: Entrant) -> [String] {
        guard let old = a.loaded?.values, let new = b.loaded?.values, !old.isEmpty, !new.isEmpty else {
            return []
        }
        let changed = Self.changed(from: old, to: new)
        guard !changed.isEmpty else { return ["\(b.label) is the scenario of \(a.label)"] }
        let shown = changed.prefix(4).map { "\($0.path) (\($0.words))" }
        var words = [
            "\(b.label) differs in " + shown.joined(separator: ", ")
                + (changed.count > 4 ? " and \(changed.count - 4) more" : "")
        ]
        let people = ["users", "load", "script", "duration", "warmup"]
        if changed.contains(where: { value in people.contains { value.path.hasPrefix($0) } }) {
            words.append(
                "\(b.label): other people or other letters than \(a.label); seeds have less in common")
        }
        return words
    }

    /// What is set otherwise, what has come, and then what is gone; of a fault or a phase that only one of them has,
    /// its name.
    private static func changed(from old: [ResolvedValue], to new: [ResolvedValue])
        -> [(path: String, words: String)]
    {
        func element(_ path: String) -> String? {
            let steps = path.split(separator: ".")
            return steps.count > 2 && ["faults", "load"].contains(steps[0])
                ? steps[..<2].joined(separator: ".") : nil
        }
        func known(_ values: [ResolvedValue]) -> (texts: [String: String], elements: Set<String>) {
            (
                Dictionary(values.map { ($0.path, $0.text) }) { first, _ in first },
                Set(values.compactMap { element($0.path) })
            )
        }
        let (before, now) = (known(old), known(new))  // looked up only, never iterated
        var told: Set<String> = []  // looked up only, never iterated
        var changed: [(path: String, words: String)] = []
        for value in new where before.texts[value.path] != value.text {
            guard !["name", "title", "seed"].contains(value.path) else { continue }
            if let element = element(value.path), !before.elements.contains(element) {
                if told.insert(element).inserted { changed.append((element, "new")) }
            } else {
                changed.append((value.path, "\(before.texts[value.path] ?? "not there"), now \(value.text)"))
            }
        }
        for value in old where now.texts[value.path] == nil {
            if let element = element(value.path), !now.elements.contains(element) {
                if told.insert(element).inserted { changed.append((element, "now not there")) }
            } else {
                changed.append((value.path, "\(value.text), now not there"))
            }
        }
        return changed
    }

    private func letters(_ a: Entrant, _ b: Entrant) -> [String] {
        guard !a.letters.isEmpty, !b.letters.isEmpty else { return [] }
        let found = LetterByLetter(a.letters, b.letters)
        func by(_ span: Span?) -> String { span.map { ", by \(shortText($0)) in the median" } ?? "" }
        return [
            "letter by letter, seed \(seeds.first ?? 0): of \(grouped(found.compared)) deliveries that came in both, "
                + "\(grouped(found.sooner)) came sooner in \(b.label)\(by(found.medianSooner)), "
                + "\(grouped(found.later)) later\(by(found.medianLater)); \(grouped(found.onlyBefore)) came in "
                + "\(a.label) only, \(grouped(found.onlyNow)) in \(b.label) only"
        ]
    }

    private func document(
        _ comparison: RunComparison, _ judged: [(text: String, outcome: Results.Outcome, why: String)],
        _ code: ExitCode
    ) -> String {
        func difference(_ difference: PairedDifference?) -> JSON {
            guard let difference else { return .null }
            return .object([
                ("mean_share", .number(difference.mean)),
                ("half_width_share", JSON(difference.halfWidth(level: RunComparison.level))),
            ])
        }
        return JSON.object([
            ("format", .string(Version.compareFormat)), ("exit_code", .integer(UInt64(code.rawValue))),
            ("seeds", .array(comparison.seeds.map(JSON.integer))),
            (
                "runs",
                .array(
                    comparison.candidates.map {
                        .object([("label", .string($0.label)), ("name", .string($0.name))])
                    })
            ),
            (
                "figures",
                .array(
                    comparison.rows.map { row in
                        .object([
                            ("name", .string(row.name)),
                            ("values", .array(row.values.map { $0?.stored ?? .null })),
                            ("to_first", .array(row.differences.map(difference))),
                            ("winner", JSON(row.winner.map { comparison.candidates[$0].label })),
                        ])
                    })
            ),
            ("remarks", .array(remarks(on: comparison).map(JSON.string))),
            (
                "requirements",
                .array(
                    judged.map {
                        .object([
                            ("text", .string($0.text)), ("outcome", .string($0.outcome.rawValue)),
                            ("why", .string($0.why)),
                        ])
                    })
            ),
        ]).document
    }
}
