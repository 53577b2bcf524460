internal import Chaos
internal import Experiments
import Glibc
import Results
import Vocabulary

/// Where a campaign lies: `OUT/NAME/chaos-SEED-DIGEST/`, with the smallest scenario of each finding as a file
/// that `hubbub run` plays; and beside all results what is remembered from one campaign to the next.
struct CampaignFolder {
    private let out: String

    static let recordFile = "chaos.json"
    static let memoryFile = "chaos.sqlite"

    init(_ out: String) { self.out = out }

    func prepare() throws(Failure) { try ResultFolder(out: out).prepare() }

    func memory(of arena: Arena, build: String) throws(Failure) -> CampaignMemory {
        try remember { () throws(CampaignMemory.Failure) in
            try CampaignMemory(at: "\(out)/\(Self.memoryFile)", of: arena, build: build)
        }
    }

    func remember<Result>(_ body: () throws(CampaignMemory.Failure) -> Result) throws(Failure) -> Result {
        do throws(CampaignMemory.Failure) { return try body() } catch {
            throw Failure(error.isOfDisk ? .outputFailed : .cannotCreate, error.message)
        }
    }

    func write(_ record: CampaignRecord, beside: [(String, String)]) throws(Failure) -> String {
        let digits = digestText(record.run.digest.value).filter { $0 != "-" }
        let path = "\(out)/\(record.run.name)/chaos-\(record.run.seed)-\(digits)"
        do throws(FileProblem) { try FileSystem.makeFolder(path) } catch {
            throw Failure(.cannotCreate, "\(visible(path)) cannot be created: \(error.message)")
        }
        let scenarios = record.findings.enumerated().map {
            (Self.scenarioFile($0.offset + 1), $0.element.scenario.text)
        }
        for (name, text) in scenarios + [(Self.recordFile, ResultFile.text(of: record))] + beside {
            do throws(FileProblem) { try FileSystem.write(Array(text.utf8), to: "\(path)/\(name)") } catch {
                throw Failure(
                    error.isFull ? .outputFailed : .cannotCreate,
                    "\(visible(path))/\(name) cannot be written: \(error.message)")
            }
        }
        return path
    }

    static func scenarioFile(_ number: Int) -> String { "finding-\(number).yaml" }
}

extension FileProblem {
    /// There is no room, or the device does not take it.
    var isFull: Bool { [ENOSPC, EIO, EDQUOT, EFBIG].contains(code) }
}
