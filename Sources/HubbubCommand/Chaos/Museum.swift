internal import Experiments
import Glibc
import Results
import Simulation
import Vocabulary

/// A folder of capsules: what was found once, played again to see whether it is mended.
struct Museum {
    private let folder: String
    private let call: Call
    private let capsules: [Capsule]

    private static let ending = ".capsule.json"

    /// All capsules are read and checked before any is played.
    init(_ folder: String, _ call: Call) throws(Failure) {
        (self.folder, self.call) = (folder, call)
        var names: [String] = []
        do throws(FileProblem) { names = try FileSystem.names(in: folder) } catch {
            throw Failure(.noFile, "\(visible(folder)): \(error.message)")
        }
        var capsules: [Capsule] = []
        for name in names.filter({ $0.hasSuffix(Self.ending) }).sorted() {
            let path = "\(folder)/\(name)"
            let bytes: [UInt8]
            do throws(FileProblem) { bytes = try FileSystem.read(path) } catch {
                throw Failure(.noFile, "\(visible(path)): \(error.message)")
            }
            capsules.append(try Capsule(bytes, at: path))
        }
        guard !capsules.isEmpty else {
            throw Failure(
                .noFile,
                "\(visible(folder)) has no capsule in it: '\(programName) chaos FILE --save DIR' keeps some")
        }
        self.capsules = capsules
    }

    /// Exits as the gravest of its runs does: 0 when all that was found holds by now.
    func play() throws(Failure) -> ExitCode {
        var plays: [Play] = []
        for capsule in capsules { plays.append(try capsule.play(call)) }
        let (player, stop) = (call.around.player, call.around.interruption)
        stop.listen()
        var codes: [ExitCode] = []
        var documents: [JSON] = []
        var failure: Failure?
        let all = plays
        Crew.run(count: all.count, threads: call.arguments.wholeNumber(.jobs)) { index in
            player(all[index]) { _ in stop.received() == nil }
        } take: { index, outcome in
            guard failure == nil, stop.received() == nil else { return }
            let (capsule, result) = (capsules[index], outcome.result)
            let givesWay = Capsule.broken(in: result).contains(capsule.record.oracle)
            let isSame = result.run.digest == capsule.record.digest
            let code = ExitCode(rawValue: Int32(clamping: result.verdict.exitCode)) ?? .internalError
            codes.append(code)
            if call.arguments.has(.json) {
                documents.append(
                    .object([
                        ("capsule", .string(capsule.path)), ("oracle", .string(capsule.record.oracle)),
                        ("gives_way", .bool(givesWay)), ("same", .bool(isSame)),
                        ("verdict", result.verdict.stored),
                    ]))
                return
            }
            let word = givesWay ? "BREAKS" : code == .held ? "holds" : "other"
            let rest = code == .held || givesWay ? "" : ": \(result.verdict.reasons.first ?? "")"
            do throws(Failure) {
                try call.print(
                    "\(leftAligned(word, 7)) \(visible(capsule.record.title))\(visible(rest))"
                        + (isSame ? "  (the same run)" : "") + "\n        \(visible(capsule.path))\n")
            } catch { failure = error }
        }
        if let failure { throw failure }
        if let code = stop.received() { codes.append(code) }
        let code = ExitCode.gravest(codes)
        if call.arguments.has(.json) {
            try call.output.write(
                JSON.object([
                    ("format", .string(Version.museumFormat)),
                    ("exit_code", .integer(UInt64(code.rawValue))), ("capsules", .array(documents)),
                ]).document)
        }
        return code
    }

    /// Keeps a capsule in a folder, one for each cause; the first one stays. Where it is, and whether it is
    /// new.
    static func keep(_ capsule: CapsuleRecord, in folder: String) throws(Failure) -> (String, isNew: Bool) {
        var digest = Digest()
        for text in [capsule.design, capsule.oracle] + capsule.causes {
            digest.fold(Purpose(text).number)
        }
        let slug = String(capsule.oracle.map { $0.isLetter || $0.isNumber ? $0 : "-" }.prefix(40))
        let digits = digestText(digest.value).filter { $0 != "-" }.prefix(8)
        let path = "\(folder)/\(slug)-\(digits)\(ending)"
        do throws(FileProblem) { try FileSystem.makeFolder(folder) } catch {
            throw Failure(.cannotCreate, "\(visible(folder)) cannot be created: \(error.message)")
        }
        if access(path, F_OK) == 0 { return (path, false) }
        do throws(FileProblem) {
            try FileSystem.write(Array(ResultFile.text(of: capsule).utf8), to: path)
        } catch {
            throw Failure(
                error.isFull ? .outputFailed : .cannotCreate,
                "\(visible(path)) cannot be written: \(error.message)")
        }
        return (path, true)
    }
}
