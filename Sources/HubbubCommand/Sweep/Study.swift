import Comparisons
internal import Experiments
import Reports
import Results
import Simulation
import Vocabulary

/// A parameter study: its points, read and checked before the first is played.
struct Study {
    private struct Planned {
        let settings: [Sweep.Setting]
        let play: Play
        let text: UInt64
    }

    private let call: Call
    private var planned: [Planned] = []
    private(set) var name = ""
    private var title = ""
    private var keys: [String] = []
    private(set) var exitCode = ExitCode.held

    init(_ call: Call) throws(Failure) {
        self.call = call
        let given = try call.overrides()
        let seeds = try call.seeds()
        let files = try ScenarioFiles(call, overrides: given)
        files.report(to: call)
        guard files.exitCode == .held, let file = files.files.first else {
            exitCode = files.exitCode
            return
        }
        guard let sweep = file.loaded.sweep, let scenario = file.loaded.scenario else {
            throw Failure(
                .badFile,
                "\(visible(file.path)): it has no key 'sweep'; one looks like "
                    + "sweep: { topology.ROLE.count: [2, 4, 8] }")
        }
        (name, title, keys) = (scenario.name, scenario.title, sweep.keys)
        guard seeds == nil || !sweep.keys.contains("seed") else {
            throw Failure(.usage, "option '--seeds': the file varies 'seed' itself")
        }
        if let idle = given.first(where: { $0.label.hasPrefix("--") && sweep.keys.contains($0.key) }) {
            throw Failure(.usage, "option '\(idle.label)': the file varies '\(idle.key)' itself")
        }
        var findings = Experiments.Findings()
        for settings in sweep.points {
            let loaded = files.again(file, given + settings.map(\.override), call)
            // What is doubtful of the file was said above.
            findings = findings + Experiments.Findings(loaded.findings.all.filter { $0.severity == .error })
            guard findings.errors < 20 else { break }
            guard loaded.scenario != nil else { continue }
            for seed in seeds.map({ $0.map(Optional.some) }) ?? [nil] {
                let point = ScenarioFiles.ScenarioFile(path: file.path, bytes: file.bytes, loaded: loaded)
                let play = try call.play(point, seed: seed)
                planned.append(
                    Planned(settings: settings, play: play, text: Purpose(play.scenario.resolvedText).number))
            }
        }
        if !findings.isSound {
            try? call.errors.write(findings.text)
            exitCode = .badFile
        }
    }

    /// Whether a stored point is what would be played here and now.
    private func isCurrent(_ point: StudyPoint, _ number: Int) -> Bool {
        point.text.value == planned[number].text && point.of == UInt64(planned.count)
            && point.build == Build.name
    }

    private func point(_ number: Int, _ outcome: Play.PlayedRun) -> StudyPoint {
        var point = StudyPoint()
        (point.number, point.of) = (UInt64(number), UInt64(planned.count))
        point.settings = planned[number].settings.map { StudyPoint.Setting($0.key, $0.value) }
        point.seed = outcome.result.run.seed
        point.text = Digits(planned[number].text)
        point.build = Build.name
        point.digest = outcome.result.run.digest
        point.verdict = outcome.result.verdict.word
        point.figures = RunFigure.all(of: outcome.result).map { StudyPoint.NamedAmount($0.name, $0.value) }
        return point
    }

    // MARK: Playing

    /// The code with which to end, if somebody did not want to wait; what was played by then is kept.
    func play(_ part: StudyPart, in folder: StudyFolder) throws(Failure) -> ExitCode? {
        var missing: [Int] = []
        var stale = 0
        for number in planned.indices where part.contains(number) {
            let stored = try folder.point(number)
            if let stored, isCurrent(stored, number) { continue }
            if stored != nil { stale += 1 }
            missing.append(number)
        }
        let asked = planned.indices.count(where: part.contains)
        if missing.count < asked {
            call.remark("\(asked - missing.count) of \(asked) points are there already")
        }
        if stale > 0 {
            call.remark("\(stale) are of another program or another file, and are played again")
        }
        return try Matches(call, name: name, ifStopped: "the same command goes on from there").play(
            missing.map { planned[$0].play }
        ) {
            (index, outcome) throws(Failure) in
            let point = point(missing[index], outcome)
            try folder.write(point)
            if call.arguments.has(.ndjson) { try call.output.write(Self.line(of: point) + "\n") }
        }
    }

    // MARK: Putting together

    func gather(_ parts: [String], into folder: StudyFolder) throws(Failure) {
        var builds: [String] = []
        for number in planned.indices {
            for part in parts {
                // The folder that was given to --out, or the study's own within it.
                let candidates = [StudyFolder("\(part)/\(name)/sweep"), StudyFolder(part)]
                guard let place = candidates.first(where: { FileSystem.isFolder("\($0.path)/points") }) else {
                    throw Failure(
                        .noFile,
                        "\(visible(part)): there is no study '\(name)' in it; give what --out was given")
                }
                guard let point = try place.point(number) else { continue }
                guard point.text.value == planned[number].text, point.of == UInt64(planned.count) else {
                    throw Failure(
                        .badFile,
                        "\(visible(place.file(number))): this point is of another study than the file describes"
                    )
                }
                if !builds.contains(point.build) { builds.append(point.build) }
                guard builds.count == 1 else {
                    throw Failure(
                        .badFile,
                        "\(visible(place.file(number))): it was played by another program than the others "
                            + "(\(visible(point.build)))")
                }
                try folder.write(point)
            }
        }
    }

    // MARK: The end

    func conclude(_ part: StudyPart, in folder: StudyFolder, _ extras: Extras) throws(Failure) -> ExitCode {
        var (points, missing): ([StudyPoint], [Int]) = ([], [])
        for number in planned.indices {
            if let point = try folder.point(number), point.text.value == planned[number].text {
                points.append(point)
            } else {
                missing.append(number)
            }
        }
        guard missing.isEmpty else {
            let isPart = part != .whole
            if !call.arguments.has(.quiet) || !isPart {
                call.remark(
                    "\(points.count) of \(planned.count) points are in \(visible(folder.path))"
                        + (isPart
                            ? ""
                            : "; missing: \(missing.prefix(10).map(String.init).joined(separator: ", "))"))
            }
            return isPart
                ? code(of: points.filter { part.contains(Int(clamping: $0.number)) }) : .inconclusive
        }
        let table = StudyTable.csv(of: points)
        try ResultFolder.write(Array(table.utf8), at: "\(folder.path)/\(StudyFolder.table)", call)
        let command =
            (["\(programName) sweep \(shellWord(call.arguments.operands[0]))"]
            + call.arguments.words([.seeds, .set])
            + ["--report"])
            .joined(separator: " ")
        switch extras.report {
        case .beside:
            let path = "\(folder.path)/\(StudyFolder.page)"
            try ResultFolder.write(Array(page(points, command).utf8), at: path, call)
            call.remark("wrote \(visible(path))")
        case .at(let path): try ResultFolder.write(Array(page(points, command).utf8), at: path, call)
        case nil: break
        }
        if call.arguments.has(.json) {
            try call.output.write(
                JSON.object([
                    ("format", .string(Version.studyFormat)), ("name", .string(name)),
                    ("varies", .array(keys.map(JSON.string))), ("points", .array(points.map(\.stored))),
                ]).document)
        } else if !extras.takesOutput, !call.arguments.has(.ndjson), !call.arguments.has(.quiet) {
            try call.output.write(table)
        }
        return code(of: points)
    }

    private func page(_ points: [StudyPoint], _ command: String) -> String {
        StudyPage(name: name, title: title, keys: keys, points: points, command: command).html
    }

    private func code(of points: [StudyPoint]) -> ExitCode {
        points.allSatisfy { $0.verdict == .passed } ? .held : .failed
    }

    private static func line(of point: StudyPoint) -> String {
        guard case .object(let members) = point.stored else { return "" }
        return JSON.object([("format", .string(StudyPoint.format))] + members).line
    }
}
