import Foundation
import HubbubCommand
import Results
import Synchronization
import Testing
import Vocabulary

@Suite("command line: chaos")
struct ChaosTests {
    /// Sixty people on one server whose work takes its time; nothing comes that they would notice, unless a
    /// test says so.
    private static func world(
        _ healthy: String = "delivery p10 < 30s", duration: String = "100s",
        kinds: String = "delay, duplicate, reorder"
    ) -> String {
        """
        hubbub: 1
        name: small
        design: single-server
        seed: 3
        duration: \(duration)
        warmup: 10s
        drain: 60s
        users: { count: 60, contacts: 10 }
        load:
          - { name: usual, send: 10/m per user, size: 1KB, direct: 100% }
        topology: { server: { cores: 1, service-time: exp 5ms } }
        healthy: { window: 20s, hold: 1, expect: [\(healthy)] }
        random: { kinds: [\(kinds)], for: 1s, recover-first: false }
        """
    }

    private let folder: Folder

    init() throws { folder = try Folder() }

    private func site(_ world: String = world()) throws -> (file: String, out: String) {
        let file = folder("small.yaml")
        try world.write(toFile: file, atomically: true, encoding: .utf8)
        return (file, folder("runs"))
    }

    /// The folder that the last line of an answer names.
    private func place(_ ended: Hubbub) throws -> String {
        let line = try #require(ended.out.split(separator: "\n").last { $0.hasPrefix("result") })
        return String(line.dropFirst("result  ".count).prefix { $0 != " " })
    }

    @Test("what stands all that comes inside the envelope passes, and the same on any number of threads")
    func held() throws {
        let (file, out) = try site()
        let one = Hubbub(["chaos", file, "--runs", "20", "--out", out])
        #expect(one.code == .held)
        #expect(one.err == "")
        #expect(one.out.hasPrefix("hubbub chaos small - single-server - seed 3 - 20 runs - digest "))
        #expect(one.out.contains("  without faults   held, "))
        #expect(one.out.contains("  delay "))
        let path = try place(one)
        let three = Hubbub(["chaos", file, "--runs", "20", "--jobs", "3", "--out", folder("three")])
        #expect(
            three.out.replacing(folder("three"), with: out) == one.out)
        let again = try place(three)
        #expect(
            try String(contentsOfFile: "\(path)/chaos.json", encoding: .utf8).replacing(out, with: "")
                == String(contentsOfFile: "\(again)/chaos.json", encoding: .utf8).replacing(
                    folder("three"), with: ""))
    }

    @Test("a scenario that is not well without any fault is nothing to search in")
    func unhealthy() throws {
        let (file, out) = try site(Self.world("delivery p50 < 1ms"))
        let ended = Hubbub(["chaos", file, "--runs", "20", "--out", out])
        #expect(ended.code == .inconclusive)
        #expect(ended.out.contains("not healthy without any fault, at 10s"))
    }

    @Test("where there is no time for faults between two healthy times, the file is wrong")
    func noTime() throws {
        let (file, out) = try site(Self.world(duration: "50s"))
        let ended = Hubbub(["chaos", file, "--out", out])
        #expect(ended.code == .badFile)
        #expect(
            ended.err.contains("there is no time for faults: it has to be healthy for 20s after the warm-up"))
    }

    @Test("words that exclude each other")
    func usage() throws {
        let (file, _) = try site()
        #expect(Hubbub(["chaos"]).code == .usage)
        #expect(Hubbub(["chaos", file, "--runs", "3", "--for", "1m"]).code == .usage)
        #expect(Hubbub(["chaos", file, "--for", "soon"]).code == .usage)
        #expect(Hubbub(["chaos", file, "--regress", "museum"]).code == .usage)
        #expect(Hubbub(["chaos", "--regress", "nowhere"]).code == .noFile)
    }

    /// Beyond the envelope a disk may be lost, and with it letters that were accepted.
    @Test("beyond the envelope losses are found, made small, kept, and played again")
    func beyond() throws {
        let (file, out) = try site(Self.world(kinds: "crash"))
        let museum = folder("museum")
        let ended = Hubbub(
            ["chaos", file, "--runs", "24", "--beyond", "--out", out, "--save", museum, "--report"])
        #expect(ended.code == .failed)
        #expect(ended.out.contains("never-lost  (beyond the envelope)"))
        let path = try place(ended)
        let found = try ResultFile.campaign(
            parsing: String(contentsOfFile: "\(path)/chaos.json", encoding: .utf8), file: "chaos.json")
        let number = try #require(found.findings.firstIndex { $0.oracle == "never-lost" })
        let finding = found.findings[number]
        #expect(finding.faults.count <= 2)
        #expect(!finding.blame.causes.map(\.isNecessary).contains(false))
        #expect(finding.shrinking.contains { $0.what == "people" && $0.after != "60" })
        #expect(FileManager.default.fileExists(atPath: "\(path)/report.html"))

        // The smallest scenario is a file that anybody can play.
        let played = Hubbub(["run", "\(path)/finding-\(number + 1).yaml", "--out", folder("played")])
        #expect(played.code == .violated)
        #expect(played.out.contains(digestText(finding.digest.value)))

        let names = try FileManager.default.contentsOfDirectory(atPath: museum)
        #expect(names.count == found.findings.count)
        let capsule = try #require(names.first { $0.hasPrefix("never-lost-") })
        let replayed = Hubbub(["replay", "\(museum)/\(capsule)"])
        #expect(replayed.code == .held)
        #expect(replayed.out.hasSuffix("never-lost gives way, the same run as before\n"))
        let regress = Hubbub(["chaos", "--regress", museum])
        #expect(regress.code == .violated)
        #expect(regress.out.contains("BREAKS  never-lost gives way by "))

        // Of another build nobody can say that the digest has to be the same; what it shows it shows.
        let text = try String(contentsOfFile: "\(museum)/\(capsule)", encoding: .utf8)
        let other = folder("other.capsule.json")
        try text.replacing(#/"digest": "[0-9a-f]{4}/#, with: "\"digest\": \"0000")
            .replacing(#/"build": "executable [^"]*"/#, with: "\"build\": \"executable other\"")
            .write(toFile: other, atomically: true, encoding: .utf8)
        let elsewhere = Hubbub(["replay", other])
        #expect(elsewhere.code == .held)
        #expect(elsewhere.err.contains("made by another build (executable other)"))
        #expect(elsewhere.out.hasSuffix("never-lost gives way, not the same run as before\n"))

        let broken = folder("broken.capsule.json")
        try String(text.prefix(600)).write(toFile: broken, atomically: true, encoding: .utf8)
        #expect(Hubbub(["replay", broken]).code == .badFile)
        try FileManager.default.copyItem(atPath: broken, toPath: "\(museum)/x.capsule.json")
        #expect(Hubbub(["chaos", "--regress", museum]).code == .badFile)
    }

    /// Stopped in the second generation: the first one is kept.
    @Test("a campaign that was stopped goes on where it was, and comes to the same")
    func resumes() throws {
        let (file, out) = try site()
        let played = Atomic(0)
        let stopped = Atomic(false)
        let interruption = Interruption(
            listen: {}, received: { stopped.load(ordering: .relaxed) ? .interrupted : nil })
        let first = Hubbub(
            ["chaos", file, "--runs", "40", "--out", out], interruption: interruption,
            player: { play, watch in
                if played.add(1, ordering: .relaxed).newValue == 25 {
                    stopped.store(true, ordering: .relaxed)
                }
                return play.run(watch)
            })
        #expect(first.code == .interrupted)
        #expect(first.err.contains("stopped after run 16; the same command goes on from there"))
        #expect(first.out.split(separator: "\n").first?.hasSuffix("  INTERRUPTED, incomplete") == true)
        let record = try String(contentsOfFile: "\(try place(first))/chaos.json", encoding: .utf8)
        #expect(record.contains("\"word\": \"interrupted\"") && record.contains("\"exit_code\": 130"))
        let count = Atomic(0)
        let second = Hubbub(
            ["chaos", file, "--runs", "40", "--out", out],
            player: { play, watch in
                count.add(1, ordering: .relaxed)
                return play.run(watch)
            })
        #expect(count.load(ordering: .relaxed) == 1 + 40 - 16)
        #expect(second.out.contains("went on after run 16 of a campaign that was stopped"))
        let whole = Hubbub(["chaos", file, "--runs", "40", "--out", folder("whole")])
        func digest(_ ended: Hubbub) -> Substring? { ended.out.split(separator: "\n").first }
        #expect(digest(second) == digest(whole))
    }

    @Test(
        "a campaign that was stopped before anything could be kept says so",
        arguments: [
            (1, "stopped in the run without faults: nothing is kept"),
            (5, "stopped in the first 16 runs, which are kept together: the same command begins anew"),
        ])
    func stoppedEarly(run: Int, said: String) throws {
        let (file, out) = try site()
        let played = Atomic(0)
        let stopped = Atomic(false)
        let interruption = Interruption(
            listen: {}, received: { stopped.load(ordering: .relaxed) ? .interrupted : nil })
        let ended = Hubbub(
            ["chaos", file, "--runs", "40", "--out", out], interruption: interruption,
            player: { play, watch in
                if played.add(1, ordering: .relaxed).newValue == run {
                    stopped.store(true, ordering: .relaxed)
                }
                return play.run(watch)
            })
        #expect(ended.code == .interrupted)
        #expect(ended.err.contains("hubbub: \(said)\n"), "\(ended.err)")
    }

    @Test("a memory that is none has its clear end")
    func foreignMemory() throws {
        let (file, out) = try site()
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        try "no database, but long enough to be one".write(
            toFile: "\(out)/chaos.sqlite", atomically: true, encoding: .utf8)
        let ended = Hubbub(["chaos", file, "--runs", "4", "--out", out])
        #expect(ended.code == .cannotCreate)
        #expect(ended.err.contains("chaos.sqlite: this is no SQLite file"))
    }

    @Test("a line of JSON for each run, in their order, and the verdict last")
    func lines() throws {
        let (file, out) = try site()
        let ended = Hubbub(["chaos", file, "--runs", "8", "--jobs", "2", "--ndjson", "--out", out])
        let lines = ended.out.split(separator: "\n").map(String.init)
        #expect(lines.count == 1 + 8 + 1)
        #expect(lines[0].hasPrefix(#"{"kind":"start","format":"hubbub-chaos-lines-1","name":"small""#))
        for (number, line) in lines[1...8].enumerated() {
            #expect(line.hasPrefix(#"{"kind":"run","run":\#(number + 1),"faults":["#))
        }
        #expect(lines[9].hasPrefix(#"{"kind":"verdict","word":"passed","exit_code":0,"runs":8,"#))
    }

    @Test("machines that break their word are found, and the search goes on")
    func canary() throws {
        let (file, out) = try site(Self.world(kinds: "crash"))
        let ended = Hubbub(["chaos", file, "--runs", "64", "--canary", "--out", out])
        #expect(ended.code == .held)
        #expect(ended.out.contains("canary: a disk that calls synced what is not was found in run "))
        #expect(
            ended.out.contains(
                "canary: a process that forgets one message in a thousand after answering it was found"))
    }

    @Test("a canary that nothing could find ends as nobody can tell")
    func deafCanary() throws {
        let (file, out) = try site(Self.world(kinds: "delay"))
        let ended = Hubbub(["chaos", file, "--runs", "8", "--canary", "--out", out])
        #expect(ended.code == .inconclusive)
        #expect(
            ended.out.contains("the canary was not found: a disk that calls synced what is not, in 8 runs"))
    }
}
