import Foundation
import Testing

/// `cmp` of two files says nothing.
@Suite("command line: the same result")
struct SameResultTests {
    /// With a crash, and a slow server that comes and goes.
    @Test("a scenario with faults gives the same files twice, alone and among others on several threads")
    func again() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", fewPeople)
        func files(_ out: String, _ words: String...) throws -> [String: Data] {
            let ended = Hubbub(["run", file, "--out", folder(out), "--set", "users.count=100"] + words)
            #expect(ended.err == "")
            let runs = URL(filePath: folder("\(out)/few-people"))
            let names = try FileManager.default.contentsOfDirectory(atPath: runs.path)
                .filter { $0 != "latest" }
            return Dictionary(
                uniqueKeysWithValues: try names.flatMap { name in
                    try ["result.json", "events.ndjson", "latency.hgrm", "series.csv"].map {
                        ("\(name)/\($0)", try Data(contentsOf: runs.appending(path: "\(name)/\($0)")))
                    }
                })
        }
        let together = try files("jobs", "--seeds", "1..8", "--jobs", "8")
        #expect(together.count == 32)
        #expect(try files("one by one", "--seeds", "1..8", "--jobs", "1") == together)
        for seed in [1, 8] {
            let alone = try files("alone \(seed)", "--seed", "\(seed)")
            #expect(alone == together.filter { $0.key.hasPrefix("\(seed)-") })
            #expect(try files("again \(seed)", "--seed", "\(seed)") == alone)
        }
    }
}
