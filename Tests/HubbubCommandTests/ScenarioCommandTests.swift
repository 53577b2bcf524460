import Foundation
import HubbubCommand
import Testing
import Vocabulary

@Suite("command line: validate")
struct ValidateTests {
    @Test("a sound file leaves nothing to say")
    func sound() throws {
        let folder = try Folder()
        #expect(Hubbub(["validate", try folder.file("a.yaml", fewPeople)]) == Hubbub(code: .held))
    }

    @Test("each file that ships is sound")
    func shipped() throws {
        let scenarios = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Scenarios")
        let names = try FileManager.default.subpathsOfDirectory(atPath: scenarios.path)
            .filter { $0.hasSuffix(".yaml") }.sorted()
        for name in names {
            #expect(
                Hubbub(["validate", scenarios.appending(path: name).path]) == Hubbub(code: .held), "\(name)")
        }
    }

    /// Three brokers with three replicas each, and two nodes that are one shard with its replica, are what there is.
    @Test(
        "machines that do not go with what is set of them are an error, and no fault inside",
        arguments: [
            ("message-log: { brokers: 1 }", "3 replicas need as many brokers, and there is 1"),
            ("recipient-log: { replicas: 9 }", "9 replicas need as many brokers, and there are 3"),
            (
                "message-log: { min-in-sync: 4 }",
                "there are never 4 replicas in sync of 3: it would take nothing"
            ),
            (
                "cache: { count: 1 }",
                "a shard with replicas: 1 is 2 nodes, so their count is a multiple of that"
            ),
            (
                "cache: { replicas: 5 }",
                "a shard with replicas: 5 is 6 nodes, so their count is a multiple of that"
            ),
            (
                "autoscaler: { lower-limit: 50%, upper-limit: 10% }",
                "it has to be below upper-limit, 10%: hosts would come and go without end"
            ),
        ])
    func machines(_ topology: String, _ message: String) throws {
        let folder = try Folder()
        let file = try folder.file(
            "a.yaml",
            quietPeople.replacing("single-server", with: "sender-service") + "topology: { \(topology) }\n")
        let said = Hubbub(["validate", file])
        #expect(said.code == .badFile)
        #expect(said.err.contains(message), "\(said.err)")
    }

    @Test("all mistakes of all files are told at once, those of thresholds too")
    func mistakes() throws {
        let folder = try Folder()
        let first = try folder.file(
            "a.yaml", fewPeople.replacing("delivery p99 < 10s", with: "delivry p99 < 10s"))
        let second = try folder.file("b.yaml", fewPeople.replacing("count: 10 ", with: "count: ten "))
        let ended = Hubbub(["validate", first, second])
        #expect(ended.out == "")
        #expect(ended.code == .badFile)
        #expect(
            ended.err.replacing(folder.path + "/", with: "") == """
                a.yaml:18:5: error: unknown metric 'delivry'
                   18 |   - delivry p99 < 10s
                      |     ^~~~~~~ did you mean 'delivery'? `hubbub explain --metrics single-server` lists all
                b.yaml:9:17: error: 'ten' is not a count
                    9 | users: { count: ten }
                      |                 ^~~ write it like 40, 200k or 1.5M
                2 errors; nothing was run

                """)
    }

    @Test("a mistake in a file that others extend is told once")
    func extended() throws {
        let folder = try Folder()
        let base = try folder.file("base.yaml", fewPeople.replacing("count: 10 ", with: "count: ten "))
        let others = try ["a", "b"].map {
            try folder.file("\($0).yaml", "extends: base.yaml\nname: \($0)\n")
        }
        let ended = Hubbub(["validate", base] + others)
        #expect(ended.code == .badFile)
        #expect(ended.err.hasSuffix("\n1 error; nothing was run\n"), "\(ended.err)")
        #expect(Hubbub(["validate"] + others).err == ended.err)
    }

    @Test("a file that is not there, and a folder")
    func unreadable() throws {
        let folder = try Folder()
        let ended = Hubbub(["validate", folder("none.yaml"), folder.path])
        #expect(ended.code == .noFile)
        #expect(
            ended.err == """
                hubbub: \(folder("none.yaml")): No such file or directory
                hubbub: \(folder.path): Is a directory

                """)
    }

    @Test("for programs a file that is not there is an error like any other")
    func unreadableForPrograms() throws {
        let folder = try Folder()
        let (sound, none) = (try folder.file("a.yaml", fewPeople), folder("none.yaml"))
        let json = Hubbub(["validate", sound, none, "--format", "json"])
        #expect(json.code == .noFile)
        #expect(json.out.contains(#""errors": 1,"#))
        #expect(json.out.contains(#""message": "No such file or directory""#))
        #expect(json.err == "hubbub: \(none): No such file or directory\n")
        #expect(
            Hubbub(["validate", none, "--format", "github"]).out
                == "::error file=\(none),line=1,col=1::No such file or directory\n")
        #expect(Hubbub(["validate", none, "--format", "sarif"]).out.contains("No such file or directory"))
    }

    @Test("for programs: JSON, SARIF and the lines of GitHub go to standard output")
    func formats() throws {
        let folder = try Folder()
        let file = try folder.file(
            "a.yaml", fewPeople.replacing("delivery p99 < 10s", with: "delivry p99 < 10s"))
        let json = Hubbub(["validate", "--format", "json", file])
        #expect(json.code == .badFile)
        #expect(json.err == "")
        #expect(json.out.contains(#""format": "hubbub-findings-1""#))
        #expect(json.out.contains(#""line": 18"#))
        let sarif = Hubbub(["validate", "--format", "sarif", file])
        #expect(sarif.out.contains(#""startLine": 18"#))
        #expect(
            Hubbub(["validate", "--format", "github", file]).out
                == "::error file=\(file),line=18,col=5::unknown metric 'delivry'; did you mean 'delivery'? "
                + "`hubbub explain --metrics single-server` lists all\n")
        let sound = try folder.file("b.yaml", fewPeople)
        #expect(Hubbub(["validate", "--format", "github", sound]) == Hubbub(code: .held))
    }

    @Test("options are checked as the file is, and so are variables")
    func overrides() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", fewPeople)
        let set = Hubbub(["validate", file, "--set", "topology.server.cors=4"])
        #expect(set.code == .badFile)
        #expect(set.err.hasPrefix("--set topology.server.cors=4: error: there is no 'cors' in server\n"))
        let variable = Hubbub(["explain", file], variables: ["HUBBUB_SEED": "x"])
        #expect(variable.code == .usage)
        #expect(variable.err.hasPrefix("hubbub: variable 'HUBBUB_SEED' takes a whole number from 0"))
        for seed in ["x", "-1", "1.5", "1000000000000000000"] {
            let option = Hubbub(["explain", file, "--seed=\(seed)"])
            #expect(option.code == .usage, "\(option)")
            #expect(option.err.hasPrefix("hubbub: option '--seed' takes a whole number from 0"))
        }
        let both = Hubbub(
            ["explain", file, "--seed", "7"], variables: ["HUBBUB_SEED": "6", "LANG": "C.UTF-8"])
        #expect(both.out.contains("· seed 7 ·"))
        #expect(
            Hubbub(["explain", file], variables: ["HUBBUB_SEED": "6"]).out.contains("# HUBBUB_SEED"))
    }

    @Test("the schema knows the designs")
    func schema() {
        let ended = Hubbub("validate --schema")
        #expect(ended.code == .held)
        #expect(ended.out.contains(#""single-server""#))
    }
}

@Suite("command line: designs and explain")
struct ExplainTests {
    @Test("the designs, and one of them")
    func designs() throws {
        let marks = ["LANG": "C.UTF-8"]
        try expectSnapshot(Hubbub("designs", variables: marks).out, "designs.txt")
        // So many KB as it takes, 1 to 100,000.
        let sender = Hubbub("designs sender-service", variables: marks).out
        #expect(sender.contains("    avatar 1 "))
        #expect(sender.contains("how many more are off until they are needed"))
        #expect(
            sender.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(
                ", one of per-recipient, per-room"))
        try expectSnapshot(Hubbub("designs single-server", variables: marks).out, "design.txt")
        #expect(Hubbub("designs --json").out.contains(#""format": "hubbub-designs-1""#))
    }

    @Test(
        "where the terminal has no other letters, there are those of ASCII alone",
        arguments: ["designs", "designs sender-service", "explain --metrics sender-service"])
    func ascii(line: String) {
        let ended = Hubbub(line, variables: ["LC_ALL": "C", "LANG": "C.UTF-8"])
        #expect(ended.code == .held)
        #expect(ended.out.utf8.allSatisfy { $0 < 128 }, "\(ended.out)")
        #expect(!ended.out.contains("?"), "\(ended.out)")
    }

    /// From 20 s on every 10, while letters are sent: at 20, 30, 40 and 50 s of 60, each for a second. The bar of
    /// the drain, another 20 s, stays empty; a column is 80/48 s.
    @Test("what comes again is drawn with the turns that a run has")
    func turns() throws {
        let folder = try Folder()
        let file = try folder.file(
            "a.yaml",
            quietPeople.replacing("drain: 10s", with: "drain: 20s")
                + "faults: [{ name: a, at: 20s, every: 10s, for: 1s, pause: { target: server } }]\n")
        let text = Hubbub(["explain", file]).out
        #expect(text.contains("............#.....#.....#.....#.....|..........."), "\(text)")
        let document = Hubbub(["explain", file, "--json"]).out
        let starts = document.matches(of: /"from_ns": ([0-9]+)/).compactMap { UInt64($0.1) }
        #expect(starts == [0, 20, 30, 40, 50].map { $0 * 1_000_000_000 })  // the phase begins at 0
        // 20 ms apart, they fill the bar to the end of the sends, and not only to its tenth.
        let often = try folder.file(
            "b.yaml",
            quietPeople.replacing("drain: 10s", with: "drain: 20s")
                + "faults: [{ name: a, at: 20s, every: 20ms, for: 10ms, pause: { target: server } }]\n")
        #expect(
            Hubbub(["explain", often]).out.contains("............########################|..........."))
    }

    /// 10 users at 6 a minute are 1 a second; at 12 a minute 2. 40 s of 1, then 20 s of 2 with a ramp of 10
    /// s, on which half of the difference is missing: 40 + 40 - 5 = 75 letters, each to the one other member
    /// of its room.
    @Test("a scenario in other words")
    func explain() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", fewPeople)
        let words = ["explain", file, "--set", "users.contacts=5"]
        let ended = Hubbub(words, variables: ["LANG": "C.UTF-8"])
        #expect(ended.err == "")
        #expect(ended.code == .held)
        try expectSnapshot(ended.out, "explain.txt")
        let plain = Hubbub(words + ["--ascii"], variables: ["LANG": "C.UTF-8"]).out
        #expect(plain.utf8.allSatisfy { $0 < 128 })
        #expect(plain == Hubbub(words).out)  // where nobody says what letters the terminal has
        // Only the lines of the resolved scenario are longer, when its values are.
        for line in ended.out.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    }

    /// 30 s of 2 min are a quarter, so of one letter a second there is a quarter; with two devices, which are both closed
    /// for 0.75², it is 0.4375.
    @Test("who is away taps nothing, and the planned load has them not")
    func plannedLoadOfSessions() throws {
        let folder = try Folder()
        func load(_ more: String) throws -> String {
            let file = try folder.file(
                "a.yaml", fewPeople.replacing("count: 10", with: "count: 10, \(more)"))
            return Hubbub(["explain", file]).out
        }
        let sessions = "sessions: { online: exp 30s, away: exp 90s }"
        #expect(try load(sessions).contains(" 0.25 letters/s "))
        #expect(try load("online: 25%").contains(" 0.25 letters/s "))
        #expect(try load("\(sessions), devices: { 2: 100% }").contains(" 0.44 letters/s "))
    }

    /// What a rule leaves out is as without it.
    @Test("rules for links are in the table of links, on the rows that they are about")
    func linksWithRules() throws {
        let folder = try Folder()
        func rows(_ rules: String) throws -> [String] {
            let file = try folder.file(
                "a.yaml",
                fewPeople.replacing(
                    "count: 10", with: "count: 10, regions: { eu: 50%, us: 50% }, access: { wifi: 100% }")
                    + "topology: { zones: 2, links: { \(rules) } }\n")
            return Hubbub(["explain", file]).out.split(separator: "\n")
                .filter { $0.hasSuffix("topology.links") }
                .map { $0.split(separator: " ").joined(separator: " ") }
        }
        #expect(
            try rows("\"@eu <-> @us\": { delay: 40ms }")
                == ["eu to us, and back 40.0ms loses 0.01000% unlimited topology.links"])
        #expect(
            try rows("\"@eu <-> @us\": { bandwidth: 100kbit/s }")
                == ["eu to us, and back 40.3ms, p99 44.3ms loses 0.01000% 100kbit/s topology.links"])
        #expect(
            try rows("\"@eu/a -> @eu/b\": { delay: 20ms }")
                == ["eu/a to eu/b 20.0ms loses 0.001000% unlimited topology.links"])
        #expect(
            try rows("\"client@us -> @eu\": { delay: 5ms }")
                == [
                    "phones in us, wifi, up to eu, all of it 5.00ms loses 0.2000% 19Mbit/s topology.links"
                ])
    }

    @Test("acts of a script are told with what they do")
    func script() throws {
        let folder = try Folder()
        let script = "script: [{ at: 1s, user: 2, block: 7 }, { at: 62s, user: 3, send: room 0 }]\n"
        let file = try folder.file(
            "a.yaml", fewPeople.replacing("duration: 1m", with: "duration: 2m") + script)
        let ended = Hubbub(["explain", file])
        #expect(
            ended.out.contains(
                """

                script
                  1s      user 2   block 7       blocks a user
                  1m02s   user 3   send room 0   sends a letter to a room or a user

                """), "\(ended.out) \(ended.err)")
    }

    @Test("the same for programs")
    func document() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", fewPeople)
        let document = try JSON(parsing: Hubbub(["explain", file, "--json"]).out)
        guard case .object(let members) = document else { throw CancellationError() }
        #expect(
            members.map(\.0) == [
                "format", "name", "design", "seed", "values", "links", "load", "estimate", "faults",
                "thresholds", "healthy", "invariants", "scenario",
            ])
    }

    @Test("what can be measured: of all, of a design, of a file")
    func metrics() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", fewPeople)
        try expectSnapshot(Hubbub("explain --metrics").out, "metrics.txt")
        let ofDesign = Hubbub("explain --metrics single-server").out
        #expect(ofDesign.contains("server.utilisation"))
        #expect(Hubbub(["explain", "--metrics", file]).out == ofDesign)
        #expect(Hubbub("explain --metrics nowhere").code == .usage)
    }

    @Test("a file with mistakes is not explained")
    func broken() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", fewPeople.replacing("count: 10 ", with: "count: ten "))
        let ended = Hubbub(["explain", file])
        #expect(ended.out == "")
        #expect(ended.code == .badFile)
    }
}

@Suite("command line: manual and completion")
struct ManualTests {
    /// `make man` writes them anew.
    @Test(
        "the pages in the repository are those of this program",
        arguments: ["hubbub.1", "hubbub-scenario.5", "hubbub-metrics.7"])
    func pages(file: String) throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "man/\(file)")
        let name = String(file.prefix { $0 != "." })
        let ended = Hubbub("help --man \(name)")
        #expect(ended.code == .held)
        let difference = difference(of: ended.out, from: try String(contentsOf: page, encoding: .utf8))
        #expect(difference == nil, "stale: make man")
    }

    /// Bash itself completes, as if somebody had pressed the key.
    @Test(
        "bash completes commands, options, their words, designs and keys",
        arguments: [
            ("hubbub exp", "explain"), ("hubbub validate --for", "--format"),
            ("hubbub validate --format s", "sarif"), ("hubbub designs sin", "single-server"),
            ("hubbub explain --set topology.server.service", "topology.server.service-time="),
            ("hubbub explain --set faults", "faults."), ("hubbub help val", "validate"),
            ("hubbub completion f", "fish"),
        ])
    func bash(line: String, reply: String) throws {
        let folder = try Folder()
        let script = try folder.file(
            "test.bash",
            Hubbub("completion bash").out + """
                COMP_WORDS=(\(line)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _hubbub
                echo "${COMPREPLY[@]}"
                """)
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/bash")
        shell.arguments = [script]
        let pipe = Pipe()
        shell.standardOutput = pipe
        try shell.run()
        let answer = pipe.fileHandleForReading.readDataToEndOfFile()
        shell.waitUntilExit()
        #expect(String(decoding: answer, as: UTF8.self) == reply + "\n")
    }

    @Test("zsh and fish are told of every command and option")
    func others() {
        for shell in ["zsh", "fish"] {
            let script = Hubbub("completion \(shell)").out
            for word in ["validate", "explain", "designs", "single-server", "format", "metrics"] {
                #expect(script.contains(word), "\(shell): \(word)")
            }
        }
    }
}
