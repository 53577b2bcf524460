import Foundation
import HubbubCommand
import Results
import Testing

/// `cmp` of two files says nothing.
@Suite("command line: the same result")
struct SameResultTests {
    /// What is said beside a scenario, where it lies and where its result goes decide nothing.
    @Test("another folder, other comments and another --out give the same result.json, and no complaint")
    func elsewhere() throws {
        let folder = try Folder()
        for name in ["here", "there"] {
            try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: false)
        }
        let quiet = quietPeople.replacing("delivery p50 < 10s", with: "delivery p50 < 1ms")
        let first = try folder.file("here/a.yaml", quiet)
        let second = try folder.file("there/b.yaml", "# A word on it.\n\n" + quiet + "# The end.\n")
        func result(_ file: String, _ out: String) throws -> Data {
            let ended = Hubbub(["run", file, "--out", folder(out), "--quiet"])
            #expect(ended.code == .failed)
            #expect(ended.err == "")
            return try Data(contentsOf: URL(filePath: folder("\(out)/quiet-people/latest/result.json")))
        }
        let one = try result(first, "one")
        #expect(try result(second, "two") == one)
        #expect(try result(second, "one") == one)
        // Where it stands is looked up: the last one that was run.
        let junit = Hubbub(["run", second, "--out", folder("one"), "--junit=-"]).out
        #expect(junit.contains("name=\"delivery p50 &lt; 1ms (line 15)\""), "\(junit)")
        let story = Hubbub(["explain", folder("one/quiet-people/latest")]).out
        #expect(story.hasSuffix("  hubbub run \(second)\n"), "\(story)")
    }

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

    /// Nothing in a run is random but by its seed: what another digest of the same comes from is a mistake in a design.
    @Test("another digest of the same program, scenario and seed gets a remark, and nothing else does")
    func contradiction() throws {
        func coming(to digest: UInt64) -> Player {
            { play, watch in
                var outcome = play.run(watch)
                outcome.result.run.digest = Digits(digest)
                return outcome
            }
        }
        let site = try Site()
        #expect(site.run().err == "")
        #expect(site.run("--seed 2", player: coming(to: 1)).err == "")
        #expect(site.run("--set users.count=11", player: coming(to: 2)).err == "")
        let parted = site.run(player: coming(to: 3))
        #expect(parted.code == .held)
        #expect(
            parted.err.contains("is of the same program, scenario and seed, and its digest is another one"),
            "\(parted.err)")
        #expect(
            parted.err.contains("`hubbub run \(site.file) --verify` says where two runs part"),
            "\(parted.err)")

        // Another program may come to something else.
        let before = try Site()
        #expect(before.run().err == "")
        let machine = before.latest("machine.json")
        try String(contentsOfFile: machine, encoding: .utf8)
            .replacing(/executable [-0-9a-f]+/, with: "executable 0000-0000-0000-0001")
            .write(toFile: machine, atomically: true, encoding: .utf8)
        #expect(before.run(player: coming(to: 3)).err == "")
    }
}
