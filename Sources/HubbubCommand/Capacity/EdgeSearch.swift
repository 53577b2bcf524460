import Comparisons
internal import Experiments
import Reports
import Results
import Vocabulary

/// Plays a scenario with more and more of something until it passes no longer, and closes in on the edge.
struct EdgeSearch {
    /// Where nobody says otherwise.
    private static let seedCount = 5
    /// The edge is known to half a per cent.
    private static let precision = 0.005
    /// Without a key the load is varied, in thousandths of what the file says.
    private static let whole = 1_000

    /// What a value came to.
    struct Probe {
        let value: Int
        var results: [RunResult]
    }

    private let call: Call
    private let key: String?
    private let side: CapacitySearch.Goal
    private var file: ScenarioFiles.ScenarioFile?
    private var files: ScenarioFiles
    private var seeds: [Int] = []
    private var search = CapacitySearch(from: 1, in: 1...1, side: .most, seeds: 1, precision: 1)
    private var points: [Probe] = []
    /// What no file can say, and why not.
    private var unplayable: [(value: Int, why: String)] = []
    private(set) var exitCode = ExitCode.held
    private var thresholds: [String] = []

    init(_ call: Call, key: String?, side: CapacitySearch.Goal, most: Int) throws(Failure) {
        (self.call, self.key, self.side) = (call, key, side)
        files = try ScenarioFiles(call, overrides: try call.overrides())
        files.report(to: call)
        guard files.exitCode == .held, let file = files.files.first, let scenario = file.loaded.scenario
        else {
            exitCode = files.exitCode
            return
        }
        guard !file.loaded.thresholds.isEmpty else {
            throw Failure(
                .badFile, "\(visible(file.path)): it has no thresholds, so that everything passes")
        }
        self.file = file
        thresholds = file.loaded.thresholds.map(\.description)
        var start = Self.whole
        if let key {
            guard let text = file.loaded.values.first(where: { $0.path == key })?.text, let value = Int(text)
            else {
                let numbers = file.loaded.values.filter { Int($0.text) != nil }.map(\.path)
                throw Failure.usage(
                    "\(quoted(key)) is no key with a whole number", nearest: nearest(to: key, among: numbers),
                    see: "\(programName) explain \(file.path)")
            }
            start = value
        }
        guard start > 0, start <= most else {
            throw Failure(.usage, "option '--most' is below where the search begins, \(grouped(start))")
        }
        seeds =
            try call.seeds().map(Array.init) ?? (0..<Self.seedCount).map { scenario.seed + $0 }
        search = CapacitySearch(
            from: start, in: 1...most, side: side, seeds: seeds.count, precision: Self.precision)
    }

    /// The scenario with so much of it; nil where the file cannot have that.
    private mutating func play(_ value: Int, seed: Int) throws(Failure) -> Play? {
        guard let file else { return nil }
        guard let key else {
            var play = try call.play(file, seed: seed)
            var scenario = play.scenario
            for place in scenario.load.indices {
                scenario.load[place].send = scenario.load[place].send.scaled(value, over: Self.whole)
            }
            play = Play(
                scenario, design: play.design, thresholds: play.thresholds, healthy: play.healthy,
                origin: play.origin)
            return play
        }
        let loaded = files.again(file, try call.overrides() + [Override(key, "\(value)")], call)
        guard loaded.scenario != nil else {
            let error = loaded.findings.all.first { $0.severity == .error }
            let why = [error?.message, error?.hint].compactMap(\.self).joined(separator: "; ")
            unplayable.append((value, why))
            return nil
        }
        return try call.play(
            ScenarioFiles.ScenarioFile(path: file.path, bytes: file.bytes, loaded: loaded), seed: seed)
    }

    /// The code with which to end, if somebody did not want to wait.
    mutating func run() throws(Failure) -> ExitCode? {
        while case .attempt(let value, let allSeeds) = search.next {
            let wanted = allSeeds ? seeds : Array(seeds.prefix(1))
            var plays: [Play] = []
            for seed in wanted { if let play = try play(value, seed: seed) { plays.append(play) } }
            guard plays.count == wanted.count else {
                // What no file can say cannot be had either.
                search.record(value, passed: 0, of: wanted.count)
                continue
            }
            var results: [RunResult] = []
            let name = "\(plays[0].scenario.name) \(text(value))"
            let code = try Matches(call, name: name, ifStopped: "the edge is not found yet").play(plays) {
                (_, outcome) throws(Failure) in
                results.append(outcome.result)
            }
            if let code { return code }
            search.record(
                value, passed: results.count { $0.verdict.word == .passed },
                unclear: results.count(where: Self.lacksSamples), of: wanted.count)
            points.removeAll { $0.value == value }
            points.append(Probe(value: value, results: results))
            points.sort { $0.value < $1.value }
        }
        return nil
    }

    /// Whether it says nothing because too little happened. What was never healthy, or delivered nothing of what was
    /// due, is inconclusive as well, and no pass for want of data.
    private static func lacksSamples(_ result: RunResult) -> Bool {
        guard result.verdict.word == .inconclusive, result.verdict.headline != Verdict.neverHealthy,
            result.thresholds.contains(where: { $0.outcome == .inconclusive })
        else { return false }
        let deliveries = result.summaries.first { $0.metric == "delivery" && $0.window == "all" }
        return deliveries.map { $0.count == 0 || $0.undelivered < $0.count } ?? true
    }

    private func text(_ value: Int) -> String {
        guard key == nil else { return grouped(value) }
        return decimal(Double(value) / Double(Self.whole), places: 3)
    }

    // MARK: The answer

    func tell(_ extras: Extras) throws(Failure) -> ExitCode {
        guard let file, let scenario = file.loaded.scenario else { return exitCode }
        let report = CapacityReport(
            name: scenario.name, what: key ?? "load", isLeast: side == .least, outcome: search.next,
            isMonotonic: search.isMonotonic, isUnclear: search.isUnclear, thresholds: thresholds,
            points: points.map { point in
                CapacityReport.Probe(
                    value: point.value, text: text(point.value), results: point.results,
                    outcome: search.trials.first { $0.value == point.value }?.outcome ?? .failed)
            }, unplayable: unplayable, valueText: text, load: key == nil ? loadText(scenario) : nil)
        let command =
            (["\(programName) capacity \(shellWord(file.path))"]
            + call.arguments.words(Subcommand.capacityKeys + [.seeds, .set]))
            .joined(separator: " ")
        switch extras.report {
        case .beside:
            let path = "\(call.results)/\(scenario.name)"
            do throws(FileProblem) { try FileSystem.makeFolder(path) } catch {
                throw Failure(.cannotCreate, "\(visible(path)) cannot be created: \(error.message)")
            }
            let page = "\(path)/capacity.html"
            try ResultFolder.write(Array(report.page(command).utf8), at: page, call)
            call.remark("wrote \(visible(page))")
        case .at(let path): try ResultFolder.write(Array(report.page(command).utf8), at: path, call)
        case nil: break
        }
        if call.arguments.has(.json) {
            try call.output.write(report.json(Version.capacityFormat).document)
        } else if !extras.takesOutput {
            let text = call.arguments.has(.quiet) ? report.headline + "\n" : report.text
            try call.print(text)
        }
        guard !search.isUnclear else { return .inconclusive }
        switch search.next {
        case .edge: return search.isMonotonic ? .held : .inconclusive
        // One machine is an answer, however little it has to do.
        case .noBracket(true) where side == .least: return .held
        case .noBracket, .attempt: return .inconclusive
        }
    }

    /// `load 1.000 is 100/s at the beginning`: what a factor stands for.
    private func loadText(_ scenario: Scenario) -> String {
        let phases = scenario.load.map { "\($0.name) \($0.send.written)" }
        return "load 1.000 is \(phases.joined(separator: ", "))"
    }
}

extension Rate {
    /// So many times as often, exactly.
    fileprivate func scaled(_ factor: Int, over whole: Int) -> Rate {
        Rate(count * factor, every: interval * Int64(whole), perUser: isPerUser)
    }
}
