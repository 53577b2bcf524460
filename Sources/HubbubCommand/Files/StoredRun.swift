internal import Experiments
import Results
import Vocabulary

/// A result as it lies on the disk, with what lies beside it.
struct StoredRun {
    /// What commands are to be given for it: its folder, or the file where somebody has kept it under another name.
    let path: String
    let result: RunResult
    /// What may differ, if it is still there.
    let machine: MachineRecord?
    let control: ControlRecord?

    /// Whether a word names a run and not a scenario file, which may be JSON too.
    static func isRun(_ path: String) -> Bool {
        if FileSystem.isFolder(path) || path == ResultFolder.resultFile { return true }
        if path.hasSuffix("/" + ResultFolder.resultFile) { return true }
        guard path.hasSuffix(".json"), let bytes = try? FileSystem.read(path) else { return false }
        return String(decoding: bytes.prefix(100), as: UTF8.self).contains("\"hubbub-result-")
    }

    /// `given` is the folder, the `result.json` in it, or a copy of that. Beside a copy lies nothing of its run.
    /// Who asked is told of a result that is no longer what Hubbub wrote.
    init(_ given: String, _ call: Call) throws(Failure) {
        let file = "/" + ResultFolder.resultFile
        path =
            given == ResultFolder.resultFile
            ? "." : given.hasSuffix(file) ? String(given.dropLast(file.count)) : given
        if path.hasSuffix(".yaml") || path.hasSuffix(".yml"), !FileSystem.isFolder(path) {
            throw Failure(
                .usage,
                "\(visible(path)) is a scenario, and this takes what a run of it has left: "
                    + "`\(programName) run \(shellWord(visible(path)))` plays it and says where")
        }
        do throws(Failure) {
            result = try Self.result(at: Self.resultPath(path))
        } catch {
            guard error.code == .noFile, let meant = Self.newest(in: path) else { throw error }
            throw Failure(error.code, "\(error.message); did you mean '\(visible(meant))'?")
        }
        machine = try Self.beside(path, ResultFolder.machineFile) {
            (text, path) throws(ResultFileError) in
            try ResultFile.machine(parsing: text, file: path)
        }
        control = try Self.beside(path, ResultFolder.controlFile) {
            (text, path) throws(ResultFileError) in
            try ResultFile.control(parsing: text, file: path)
        }
        if result.isAltered {
            let command = result.played(from: machine?.origin).command
            call.remark(
                "\(visible(resultPath)) was changed after the run wrote it: what it says is not what the run "
                    + "came to; `\(visible(command))` plays it anew")
        }
    }

    private static func beside<Kind>(
        _ path: String, _ name: String, _ parse: (String, String) throws(ResultFileError) -> Kind
    ) throws(Failure) -> Kind? {
        isCopy(path) ? nil : try read("\(path)/\(name)", parse)
    }

    private static func isCopy(_ path: String) -> Bool {
        path.hasSuffix(".json") && !FileSystem.isFolder(path)
    }

    private static func resultPath(_ path: String) -> String {
        isCopy(path) ? path : "\(path)/\(ResultFolder.resultFile)"
    }

    /// Results of a scenario lie below its folder, and those folders below that of all results; of each the newest is
    /// linked.
    private static func newest(in folder: String) -> String? {
        let folders = [folder] + FileSystem.namesIfAny(in: folder).map { "\(folder)/\($0)" }
        return folders.map { "\($0)/latest" }.first { FileSystem.isFolder($0) }
    }

    /// For reports: with what lies beside it.
    var shown: RunResult { result.compared(with: control).played(from: machine?.origin) }

    var resultPath: String { Self.resultPath(path) }
    /// Where its page goes.
    var pagePath: String {
        Self.isCopy(path)
            ? String(path.dropLast(".json".count)) + ".html" : "\(path)/\(ResultFolder.pageFile)"
    }

    /// Its scenario, as this Hubbub reads it.
    func loaded(_ call: Call) -> LoadedScenario {
        ScenarioLoader(designs: call.sheets) { (_) throws(Misreading) in
            throw Misreading("a resolved scenario needs no other file")
        }.load(Array(result.scenario.text.utf8), from: resultPath)
    }

    /// The run once more, from its beginning.
    func play(_ call: Call) throws(Failure) -> Play {
        let loaded = loaded(call)
        guard let scenario = loaded.scenario else {
            try? call.errors.write(loaded.findings.text)
            throw Failure(.badFile, "\(visible(resultPath)): its scenario cannot be read by this Hubbub")
        }
        return Play(
            scenario, design: try call.design(scenario.design), thresholds: loaded.thresholds,
            healthy: loaded.healthy, origin: result.origin ?? RunOrigin())
    }

    /// Only a run that went to its end can be played to it again. Where a threshold ended one follows from the run
    /// itself.
    func checkWhole() throws(Failure) {
        guard result.verdict.word != .interrupted else {
            throw Failure(
                .badFile,
                "\(visible(path)): this run was stopped, and where is not part of its result; with "
                    + "--until it can be played up to a moment")
        }
    }

    /// What the machine said beside the result in a folder, if that can be read.
    static func machine(in folder: String) -> MachineRecord? {
        let path = "\(folder)/\(ResultFolder.machineFile)"
        guard let bytes = try? FileSystem.read(path) else { return nil }
        return try? ResultFile.machine(parsing: String(decoding: bytes, as: UTF8.self), file: path)
    }

    static func result(at path: String) throws(Failure) -> RunResult {
        let result = try read(path) { (text, path) throws(ResultFileError) in
            try ResultFile.result(parsing: text, file: path)
        }
        guard let result else { throw Failure(.noFile, "\(visible(path)): No such file or directory") }
        return result
    }

    /// Nil for a file that is not there.
    private static func read<Kind>(
        _ path: String, _ parse: (String, String) throws(ResultFileError) -> Kind
    ) throws(Failure) -> Kind? {
        let bytes: [UInt8]
        do throws(FileProblem) {
            bytes = try FileSystem.read(path)
        } catch {
            if error.isMissing { return nil }
            throw Failure(.noFile, "\(visible(path)): \(error.message)")
        }
        do throws(ResultFileError) {
            return try parse(String(decoding: bytes, as: UTF8.self), path)
        } catch {
            throw Failure(.badFile, error.description)
        }
    }
}
