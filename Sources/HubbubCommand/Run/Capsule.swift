internal import Experiments
import Reports
import Results
import Vocabulary

/// A finding that travels: scenario, faults and seed in one file, with the verdict to expect.
extension CapsuleRecord {
    init(_ finding: FindingRecord, of record: CampaignRecord, version: String, build: String) {
        self.init()
        (design, oracle) = (record.run.design, finding.oracle)
        causes = finding.faults.map { "\($0.kind) of \($0.target)" }.sorted()
        title = "\(finding.oracle) gives way by \(causes.joined(separator: ", "))"
        (scenario, verdict, digest) = (finding.scenario, finding.verdict, finding.digest)
        (self.version, self.build) = (version, build)
        command = record.command
    }
}

/// A capsule that was read from a file.
struct Capsule {
    let path: String
    let record: CapsuleRecord

    /// Whether a file is meant to be one, whatever else is wrong with it.
    static func looksLike(_ bytes: [UInt8]) -> Bool {
        let head = String(decoding: bytes.prefix(400), as: UTF8.self)
        return head.contains("\"hubbub-capsule-")
    }

    init(_ bytes: [UInt8], at path: String) throws(Failure) {
        self.path = path
        do throws(ResultFileError) {
            record = try ResultFile.capsule(parsing: String(decoding: bytes, as: UTF8.self), file: path)
        } catch { throw Failure(.badFile, error.description) }
    }

    /// As this Hubbub reads it.
    func play(_ call: Call) throws(Failure) -> Play {
        let loaded = ScenarioLoader(designs: call.sheets) { (_) throws(Misreading) in
            throw Misreading("a resolved scenario needs no other file")
        }.load(Array(record.scenario.text.utf8), from: path)
        guard let scenario = loaded.scenario else {
            try? call.errors.write(loaded.findings.text)
            throw Failure(.badFile, "\(visible(path)): its scenario cannot be read by this Hubbub")
        }
        return Play(
            scenario, design: try call.design(scenario.design), thresholds: loaded.thresholds,
            healthy: loaded.healthy, origin: RunOrigin(command: record.command, file: path))
    }

    var isOfThisBuild: Bool { record.build == Build.name }

    /// What gives way in a run of it, by name.
    static func broken(in result: RunResult) -> [String] {
        result.invariants.filter { $0.broken > 0 }.map(\.name)
            + (result.events.contains { $0.kind == RunEvent.Kind.hang.rawValue } ? ["hang"] : [])
            + result.thresholds.filter { $0.outcome == .failed }.map(\.text)
            + (result.health.after == .failed ? ["health after the faults"] : [])
    }

    /// `hubbub replay CAPSULE`: whether it comes out as it did.
    func replay(_ call: Call) throws(Failure) -> ExitCode {
        let play = try play(call)
        let stop = call.around.interruption
        stop.listen()
        if !isOfThisBuild {
            call.remark(
                "the capsule was made by another build (\(visible(record.build))); this is \(Build.name)")
        }
        let outcome = call.around.player(play) { _ in stop.received() == nil }
        if let code = stop.received() { return code }
        let result = outcome.result
        let isSame = result.run.digest == record.digest
        let givesWay = Self.broken(in: result).contains(record.oracle)
        if call.arguments.has(.json) {
            try call.output.write(
                JSON.object([
                    ("format", .string(Version.replayFormat)), ("same", .bool(isSame)),
                    ("same_build", .bool(isOfThisBuild)), ("oracle", .string(record.oracle)),
                    ("gives_way", .bool(givesWay)), ("run", result.run.stored),
                    ("verdict", result.verdict.stored),
                ]).document)
        } else {
            var report = TerminalReport(of: result)
            report.detail = .quiet
            let style = OutputStyle(call)
            (report.isColored, report.isASCII) = (style.isColored, style.isASCII)
            try call.output.write(
                report.text + "\(visible(record.oracle)) \(givesWay ? "gives way" : "holds")"
                    + (isSame ? ", the same run as before\n" : ", not the same run as before\n"))
        }
        if isSame { return .held }
        let digests =
            "the digest was \(digestText(record.digest.value)) and is \(digestText(result.run.digest.value))"
        guard isOfThisBuild else {
            call.remark(digests)
            // What was to be shown is shown.
            return givesWay ? .held : .inconclusive
        }
        call.remark(
            "\(digests)\nthe same program has to come to the same: please report it, with this line\n  "
                + "\(programName) replay \(shellWord(visible(path)))")
        return .internalError
    }
}
