import Glibc
import Reports
import Results
import Vocabulary

/// Where results lie: `OUT/NAME/SEED-DIGEST/`, written aside and renamed, so that a folder of that name is
/// always whole.
///
/// The name says what is in it. So a folder that is there already holds the same result, and if it does not,
/// Hubbub is wrong.
struct ResultFolder {
    /// Files of one result, by name; the first is `result.json`.
    typealias Contents = [(name: String, bytes: [UInt8])]

    let out: String

    static let resultFile = "result.json"
    static let scenarioFile = "scenario.resolved.yaml"
    static let machineFile = "machine.json"
    static let controlFile = "control.json"
    static let pageFile = "report.html"
    static let traceFile = "trace.json.gz"
    static let junitFile = "junit.xml"
    static let markdownFile = "summary.md"

    /// Before anything is played: whether there will be a place for what comes of it.
    func prepare() throws(Failure) {
        do throws(FileProblem) { try FileSystem.makeFolder(out) } catch { throw cannotCreate(out, error) }
    }

    func path(of result: RunResult) -> String {
        let digits = digestText(result.run.digest.value).filter { $0 != "-" }
        return "\(out)/\(result.run.name)/\(result.run.seed)-\(digits)"
    }

    /// What every result is: the same bytes for the same run.
    static func contents(of result: RunResult, machine: MachineRecord) -> Contents {
        var contents: [(String, String)] = [
            (resultFile, ResultFile.text(of: result)), (machineFile, ResultFile.text(of: machine)),
            (scenarioFile, result.scenario.text), ("series.csv", Export.series(of: result)),
            ("events.ndjson", Export.events(of: result)),
        ]
        if let percentiles = Export.percentiles(of: result) { contents.append(("latency.hgrm", percentiles)) }
        return contents.map { ($0, Array($1.utf8)) }
    }

    /// Writes a result with `extras` beside it, and says where it is.
    func write(_ result: RunResult, machine: MachineRecord, extras: Contents) throws(Failure) -> String {
        let path = path(of: result)
        let parent = "\(out)/\(result.run.name)"
        do throws(FileProblem) { try FileSystem.makeFolder(parent) } catch {
            throw cannotCreate(parent, error)
        }
        let contents = Self.contents(of: result, machine: machine) + extras
        if !FileSystem.isFolder(path), try !putInPlace(contents, path) {
            throw Failure(.outputFailed, "\(visible(path)) cannot be renamed to its place")
        } else if try existed(result, machine, path) {
            // The same result: what may differ is what the machine says, and what was asked for only now.
            for (name, bytes) in contents.filter({ $0.name == Self.machineFile }) + extras {
                do throws(FileProblem) {
                    try FileSystem.write(bytes, to: "\(path)/\(name)")
                } catch { throw writeFailed("\(path)/\(name)", error) }
            }
        }
        do throws(FileProblem) {
            try FileSystem.link("\(parent)/latest", to: String(path.dropFirst(parent.count + 1)))
        } catch { throw cannotCreate("\(parent)/latest", error) }
        return path
    }

    /// The folder of another result of this very program, scenario and seed: what decides a run is the same, and what it
    /// came to is not.
    func contradiction(to result: RunResult) -> String? {
        guard result.verdict.word != .interrupted else { return nil }
        let own = path(of: result)
        let parent = "\(out)/\(result.run.name)"
        return FileSystem.namesIfAny(in: parent).filter { $0.hasPrefix("\(result.run.seed)-") }
            .map { "\(parent)/\($0)" }.first { path in
                // What is cheap to read goes first.
                guard path != own, StoredRun.machine(in: path)?.build == Build.name,
                    (try? FileSystem.read("\(path)/\(Self.scenarioFile)"))
                        == Array(result.scenario.text.utf8),
                    let before = try? StoredRun.result(at: "\(path)/\(Self.resultFile)")
                else { return false }
                return before.verdict.word != .interrupted && !before.isAltered
            }
    }

    /// False if somebody else was faster, whose folder is there now.
    private func putInPlace(_ contents: Contents, _ path: String) throws(Failure) -> Bool {
        let aside = "\(path).\(getpid())"
        do throws(FileProblem) { try FileSystem.makeFolder(aside) } catch { throw cannotCreate(aside, error) }
        var isInPlace = false
        defer { if !isInPlace { FileSystem.remove(folder: aside, files: contents.map(\.name)) } }
        for (name, bytes) in contents {
            do throws(FileProblem) {
                try FileSystem.writeDirectly(bytes, to: "\(aside)/\(name)")
            } catch { throw writeFailed("\(aside)/\(name)", error) }
        }
        isInPlace = rename(aside, path) == 0
        return isInPlace || FileSystem.isFolder(path)
    }

    /// Whether the folder was there before, with this result.
    private func existed(_ result: RunResult, _ machine: MachineRecord, _ path: String) throws(Failure)
        -> Bool
    {
        let before: RunResult
        do throws(Failure) {
            before = try StoredRun.result(at: "\(path)/\(Self.resultFile)")
        } catch {
            throw Failure(
                .internalError,
                "\(visible(path)) is there already, and is no result: \(error.message)\n"
                    + advice(machine, path))
        }
        guard before.bare != result.bare else { return true }
        guard !before.isAltered else {
            throw Failure(
                .cannotCreate,
                "\(visible(path)) is there already, and its result was changed after a run wrote it\n"
                    + "  delete that folder, or write elsewhere with --out DIR")
        }
        let difference = firstDifference(before, result)
        throw Failure(
            .internalError,
            "\(visible(path)) is there already, with the same digest and another result: \(difference)\n"
                + advice(machine, path))
    }

    /// Who wrote the result that is there, and what to do about it.
    private func advice(_ machine: MachineRecord, _ path: String) -> String {
        let writer = StoredRun.machine(in: path)?.build
        if writer == Build.name {
            return
                "  this very program (\(Build.name)) wrote it, and has to come to the same each time: please "
                + "report it, with the command that repeats it\n  \(visible(machine.origin.command))"
        }
        let before =
            writer.map { "another build wrote it (\(visible($0)))" }
            ?? "which build wrote it nobody knows, without a \(ResultFolder.machineFile) that can be read"
        return "  \(before); this is \(Build.name), which may tell of the same run in other words\n"
            + "  delete that folder, or write elsewhere with --out DIR"
    }

    /// Writes what was asked for at a path of its own; `-` is standard output.
    static func write(_ bytes: [UInt8], at path: String, _ call: Call) throws(Failure) {
        guard path != "-" else { return try call.output.writeBytes(bytes) }
        do throws(FileProblem) {
            if FileSystem.isReplaceable(path) {
                try FileSystem.write(bytes, to: FileSystem.target(of: path))
            } else {
                try FileSystem.writeDirectly(bytes, to: path)
            }
        } catch {
            let code: ExitCode =
                [ENOSPC, EIO, EDQUOT, EFBIG].contains(error.code) ? .outputFailed : .cannotCreate
            throw Failure(code, "\(visible(path)) cannot be written: \(error.message)")
        }
    }

    private func cannotCreate(_ path: String, _ problem: FileProblem) -> Failure {
        Failure(.cannotCreate, "\(visible(path)) cannot be created: \(problem.message)")
    }

    private func writeFailed(_ path: String, _ problem: FileProblem) -> Failure {
        Failure(.outputFailed, "\(visible(path)) cannot be written: \(problem.message)")
    }
}

/// Where the files of two results part: `line 12 was 'a', is 'b'`.
func firstDifference(_ before: RunResult, _ now: RunResult) -> String {
    /// That the checksums differ, too, tells nobody anything.
    func lines(of result: RunResult) -> [Substring] {
        ResultFile.text(of: result).split(separator: "\n").map { $0.hasPrefix("  \"checksum\":") ? "" : $0 }
    }
    let (a, b) = (lines(of: before), lines(of: now))
    let index = zip(a, b).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? min(a.count, b.count)
    func line(_ lines: [Substring]) -> String {
        index < lines.count ? quoted(lines[index].drop { $0 == " " }.prefix(60)) : "missing"
    }
    return "line \(index + 1) was \(line(a)), is \(line(b))"
}
