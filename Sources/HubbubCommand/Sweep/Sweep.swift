import Comparisons
internal import Experiments
import Reports
import Results
import Simulation
import Vocabulary

extension Subcommand {
    private static let part = Option(
        name: "--part", value: .text(placeholder: "I/N"),
        help:
            "play every Nth point, the Ith; auto/N takes I from Slurm, an indexed job of Kubernetes or AWS Batch"
    )
    private static let gather = Option(
        name: "--gather", value: .text(placeholder: "DIR"), repeats: true, stands: .folder,
        help: "play nothing, and put together what parts have written with --out DIR")

    static let sweep = Subcommand(
        name: "sweep",
        summary: "Play the parameter study of a scenario file, or what is missing of it",
        operand: Operand(
            placeholder: "FILE", limit: 1, stands: .scenarioFile,
            help: "a scenario file with a key sweep; - is standard input"),
        options: [
            part, gather, .seeds, .set, .jobs, .out, .report, .json, .ndjson, .quiet, .color, .ascii,
            .progress,
        ],
        examples: [
            Example(line: "\(programName) sweep study.yaml > study.csv", purpose: "all points, as a table"),
            Example(
                line: "\(programName) sweep study.yaml --seeds 1..5 --jobs 2 --report",
                purpose: "each with five seeds, and a page"),
            Example(
                line: "\(programName) sweep study.yaml --part auto/8 --out part",
                purpose: "a task of a Slurm array of 8"),
            Example(
                line: "\(programName) sweep study.yaml --gather part-1 --gather part-2",
                purpose: "what two machines have played, as one would have"),
        ],
        exitCodes: [
            .held, .failed, .inconclusive, .usage, .badFile, .noFile, .internalError, .cannotCreate,
            .outputFailed, .badDesign, .interrupted, .terminated,
        ],
        run: runSweep)

    private static func runSweep(_ call: Call) throws(Failure) -> ExitCode {
        guard !call.arguments.operands.isEmpty else { throw call.missing("FILE", of: "sweep") }
        let extras = Extras(call.arguments)
        try call.checkOutput(extras)
        let parts = call.arguments.texts(gather)
        var share = StudyPart.whole
        if let text = call.arguments.text(part) {
            guard parts.isEmpty else {
                throw Failure(.usage, "options '--part' and '--gather' exclude each other")
            }
            do throws(Misreading) {
                share = try StudyPart(reading: text, variable: call.around.variable)
            } catch { throw Failure(.usage, "option '--part': " + error.text) }
        }
        let study = try Study(call)
        guard study.exitCode == .held else { return study.exitCode }
        let folder = StudyFolder("\(call.results)/\(study.name)/sweep")
        try folder.prepare()
        if parts.isEmpty {
            if let code = try study.play(share, in: folder) { return code }
        } else {
            try study.gather(parts, into: folder)
        }
        return try study.conclude(share, in: folder, extras)
    }
}

extension Misreading {
    /// On one line.
    var text: String { message + (remedy.map { "; \($0)" } ?? "") }
}

/// Where the points of a study lie.
struct StudyFolder {
    let path: String

    init(_ path: String) { self.path = path }

    static let table = "sweep.csv"
    static let page = "sweep.html"

    func prepare() throws(Failure) {
        let points = "\(path)/points"
        do throws(FileProblem) { try FileSystem.makeFolder(points) } catch {
            throw Failure(.cannotCreate, "\(visible(points)) cannot be created: \(error.message)")
        }
    }

    /// Of six digits, so that they are listed in their order.
    func file(_ number: Int) -> String {
        let digits = String(number)
        return "\(path)/points/\(String(repeating: "0", count: max(0, 6 - digits.count)))\(digits).json"
    }

    /// Nil where there is none yet.
    func point(_ number: Int) throws(Failure) -> StudyPoint? {
        let path = file(number)
        let bytes: [UInt8]
        do throws(FileProblem) { bytes = try FileSystem.read(path) } catch {
            if error.isMissing { return nil }
            throw Failure(.noFile, "\(visible(path)): \(error.message)")
        }
        do throws(ResultFileError) {
            return try StudyPoint(parsing: String(decoding: bytes, as: UTF8.self), file: path)
        } catch { throw Failure(.badFile, error.description + "; delete it, and it is played again") }
    }

    func write(_ point: StudyPoint) throws(Failure) {
        let path = file(Int(clamping: point.number))
        do throws(FileProblem) { try FileSystem.write(Array(point.document.utf8), to: path) } catch {
            throw Failure(.outputFailed, "\(visible(path)) cannot be written: \(error.message)")
        }
    }
}
