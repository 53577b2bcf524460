import Experiments
import Foundation
import HubbubCommand
import Results
import Synchronization
import Testing
import Vocabulary

@Suite("command line: run")
struct RunTests {
    @Test("a run is judged and written")
    func once() throws {
        let site = try Site()
        let ended = site.run()
        #expect(ended.err == "")
        #expect(ended.code == .held)
        let lines = ended.out.split(separator: "\n")
        #expect(lines.first?.hasPrefix("hubbub run quiet-people - single-server - seed 42 - digest ") == true)
        #expect(lines.first?.hasSuffix("  PASS") == true)
        let names = try site.folder.names(in: "out/quiet-people")
        #expect(names.count == 2)
        #expect(names.first?.hasPrefix("42-") == true)
        #expect(names.last == "latest")
        #expect(
            try site.folder.names(in: "out/quiet-people/latest") == [
                "events.ndjson", "latency.hgrm", "machine.json", "result.json", "scenario.resolved.yaml",
                "series.csv",
            ])
        #expect(lines.last == "result  \(site.folder("out/quiet-people/\(names[0])"))")
        let result = try site.result()
        #expect(result.thresholds.count == 2)
        let machine = try ResultFile.machine(
            parsing: String(contentsOfFile: site.latest("machine.json"), encoding: .utf8),
            file: "machine.json")
        #expect(
            machine.origin
                == RunOrigin(
                    command: "hubbub run \(site.file)", file: site.file, thresholdLines: [13, 14],
                    thresholdFiles: [site.file, site.file]))
    }

    /// `--color`, whether a terminal is there, the variables: the flag beats all, NO_COLOR all other
    /// variables. What is empty is not set, and 0 does not force.
    @Test(
        "colours where they are wanted",
        arguments: [
            ("auto", false, [:], false), ("auto", true, [:], true), ("auto", true, ["TERM": "dumb"], false),
            ("auto", true, ["TERM": "xterm"], true), ("auto", true, ["NO_COLOR": "1"], false),
            ("auto", true, ["NO_COLOR": ""], true), ("auto", false, ["CLICOLOR_FORCE": "1"], true),
            ("auto", false, ["FORCE_COLOR": "1"], true), ("auto", false, ["CLICOLOR_FORCE": "0"], false),
            ("auto", false, ["FORCE_COLOR": ""], false),
            ("auto", true, ["TERM": "dumb", "CLICOLOR_FORCE": "1"], true),
            ("auto", false, ["NO_COLOR": "1", "FORCE_COLOR": "1"], false),
            ("auto", false, ["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
            ("always", false, ["NO_COLOR": "1", "TERM": "dumb"], true),
            ("never", true, ["FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
        ] as [(String, Bool, [String: String], Bool)])
    func colors(choice: String, isWatched: Bool, variables: [String: String], isColored: Bool) throws {
        let ended = try Site().run("--quiet --color \(choice)", isWatched: isWatched, variables: variables)
        #expect(ended.out.contains("\u{1B}[1;32mPASS\u{1B}[0m") == isColored)
        #expect(ended.out.contains("\u{1B}") == isColored)
    }

    /// A line is written over, and erased at the end, by an escape each.
    @Test("a dumb terminal gets no escapes, and another one does", arguments: ["dumb", "xterm"])
    func dumb(terminal: String) throws {
        let ended = try Site().run("--progress line", isWatched: true, variables: ["TERM": terminal])
        #expect((ended.out + ended.err).contains("\u{1B}") == (terminal != "dumb"))
    }

    /// As the C library asks for them: the first that is set and not empty.
    @Test(
        "marks where the locale has them",
        arguments: [
            ("", [:], false), ("", ["LANG": "C.UTF-8"], true), ("", ["LANG": "de_DE.utf8"], true),
            ("", ["LANG": "C"], false), ("", ["LANG": "en_US.ISO-8859-1"], false),
            ("", ["LC_CTYPE": "C.UTF-8", "LANG": "C"], true),
            ("", ["LC_ALL": "C", "LC_CTYPE": "C.UTF-8", "LANG": "C.UTF-8"], false),
            ("", ["LC_ALL": "", "LANG": "C.UTF-8"], true), ("--ascii", ["LC_ALL": "C.UTF-8"], false),
        ] as [(String, [String: String], Bool)])
    func marks(option: String, variables: [String: String], hasMarks: Bool) throws {
        let out = try Site().run(option, variables: variables).out
        #expect(out.contains("  ✓ delivery p50") == hasMarks)
        #expect(out.utf8.allSatisfy { $0 < 128 } != hasMarks)
    }

    @Test("the same again replaces what the machine says, and nothing else")
    func again() throws {
        let site = try Site()
        #expect(site.run().code == .held)
        let result = try Data(contentsOf: URL(filePath: site.latest("result.json")))
        try "old".write(toFile: site.latest("machine.json"), atomically: true, encoding: .utf8)
        // The same scenario by other words.
        #expect(site.run("--set users.count=10 --report --control").code == .held)
        #expect(try Data(contentsOf: URL(filePath: site.latest("result.json"))) == result)
        #expect(try String(contentsOfFile: site.latest("machine.json"), encoding: .utf8) != "old")
        let names = try site.folder.names(in: "out/quiet-people/latest")
        #expect(names.contains("report.html"))
        #expect(names.contains("control.json"))
        #expect(try site.folder.names(in: "out/quiet-people").count == 2)
    }

    @Test("another result under the same digest is a mistake in Hubbub")
    func differing() throws {
        let site = try Site()
        #expect(site.run().code == .held)
        try site.rewrite { $0.run.title = "Two people on one server" }
        let ended = site.run()
        #expect(ended.code == .internalError)
        #expect(ended.err.contains("is there already, with the same digest and another result: line 6 was"))
        #expect(
            ended.err.hasSuffix(
                "wrote it, and has to come to the same each time: please report it, with the command that "
                    + "repeats it\n  hubbub run \(site.file)\n"))
    }

    /// What another build wrote may say the same in other words; then nobody is to report it.
    @Test(
        "another result under the same digest, by another build or by nobody knows which, can be moved out of the way",
        arguments: [true, false])
    func differingBuild(isNamed: Bool) throws {
        let site = try Site()
        #expect(site.run().code == .held)
        try site.rewrite { $0.run.title = "Two people on one server" }
        let machine = try String(contentsOfFile: site.latest("machine.json"), encoding: .utf8)
        let older = machine.replacing(#/"build": "executable [^"]+"/#, with: "\"build\": \"executable 1234\"")
        try (isNamed ? older : "{").write(
            toFile: site.latest("machine.json"), atomically: true, encoding: .utf8)
        let ended = site.run()
        #expect(ended.code == .internalError)
        let writer =
            isNamed
            ? "  another build wrote it (executable 1234); this is executable "
            : "  which build wrote it nobody knows, without a machine.json that can be read; this is executable "
        #expect(ended.err.contains(writer))
        #expect(ended.err.hasSuffix("\n  delete that folder, or write elsewhere with --out DIR\n"))
        #expect(!ended.err.contains("report"))
        #expect(site.run("--out \(site.folder("elsewhere"))").code == .usage)  // given twice
        #expect(Hubbub(["run", site.file, "--out", site.folder("elsewhere")]).code == .held)
    }

    @Test("the page marks what the scenario says that is no default")
    func marked() throws {
        let site = try Site()
        #expect(site.run("--report").code == .held)
        let page = try String(contentsOfFile: site.latest("report.html"), encoding: .utf8)
        #expect(page.contains("<mark>seed: 42</mark>"))
        #expect(page.contains("<mark>    send: 6/m per user</mark>"))
        #expect(page.contains("<span>    size: 1KB</span>"))
        #expect(page.contains("<span>patience: 10s</span>"))
    }

    @Test("a run that did not pass says where to look for the cause")
    func cause() throws {
        let site = try Site(quietPeople.replacing("delivery p50 < 10s", with: "delivery p50 < 1us"))
        let lines = site.run().out.split(separator: "\n")
        let folder = try #require(lines.last?.dropFirst("result  ".count))
        #expect(lines.dropLast().last == "       hubbub explain \(folder) --slowest")
        #expect(Hubbub(["explain", String(folder), "--slowest"]).code == .held)
    }

    @Test(
        "the verdict is the exit code",
        arguments: [("delivery p50 < 1us", ExitCode.failed), ("catch-up p99 < 1s", .inconclusive)])
    func verdicts(threshold: String, code: ExitCode) throws {
        let site = try Site(quietPeople.replacing("delivery p50 < 10s", with: threshold))
        #expect(site.run().code == code)
    }

    @Test("nothing is run when one of the files is wrong")
    func wrongFile() throws {
        let site = try Site()
        let wrong = try site.folder.file("b.yaml", quietPeople.replacing("count: 10", with: "count: ten"))
        let ended = site.run(wrong)
        #expect(ended.code == .badFile)
        #expect(ended.out == "")
        #expect(!FileManager.default.fileExists(atPath: site.folder("out")))
        #expect(site.run(site.folder("none.yaml")).code == .noFile)
    }

    @Test("seeds come in their order, whatever the number of threads")
    func seeds() throws {
        let site = try Site(quietPeople.replacing("delivery p50 < 10s", with: "delivery max < 150ms"))
        let one = site.run("--seeds 1..6")
        let three = site.run("--seeds 1..6 --jobs 3")
        #expect(one.out == three.out)
        #expect(one.code == three.code)
        // What people want to know first stands first.
        #expect(one.out.hasPrefix("hubbub run quiet-people - single-server - "))
        let seeds = one.out.matches(of: #/(?m)^seed (\d+) /#).compactMap { Int($0.1) }
        #expect(seeds == seeds.sorted())
        #expect(one.out.contains("  hubbub run \(site.file) --seed \(seeds.first ?? 0)\n"))
        #expect(one.out.contains("\(6 - seeds.count) of 6 seeds passed, \(seeds.count) failed\n"))
        #expect(one.out.contains(#/\n  threshold +held +median   least to most +mean, 95 % sure\n/#))
        #expect(one.out.hasSuffix("\nresults  \(site.folder("out/quiet-people"))\n"))
    }

    @Test("of several files the last lines say which did not pass")
    func severalFiles() throws {
        let site = try Site()
        let slow = try site.folder.file(
            "b.yaml",
            quietPeople.replacing("name: quiet-people", with: "name: slow-people")
                .replacing("delivery p50 < 10s", with: "delivery p50 < 1us"))
        let ended = site.run(slow)
        #expect(ended.code == .failed)
        #expect(ended.out.contains("\n\nhubbub run slow-people - "))
        #expect(ended.out.hasSuffix("\n\n1 of 2 scenarios passed; not slow-people\n"))
        #expect(site.run("\(slow) --quiet").out.split(separator: "\n").count == 2)
        #expect(
            site.run("\(slow) --seeds 1..2").out.hasSuffix("\n\n1 of 2 scenarios passed; not slow-people\n"))
    }

    @Test("seeds that were not played are not counted as passed")
    func interruptedSeeds() throws {
        let asked = Atomic(0)
        let interruption = Interruption(listen: {}) {
            asked.add(1, ordering: .relaxed).newValue > 5 ? .interrupted : nil
        }
        let ended = try Site().run("--seeds 1..4", interruption: interruption)
        #expect(ended.code == .interrupted)
        #expect(ended.out.contains(" - 0 of 4 seeds passed, 1 interrupted, 3 not played\n"))
    }

    @Test("a scenario none of whose seeds were played has not passed")
    func interruptedScenarios() throws {
        let asked = Atomic(0)
        let interruption = Interruption(listen: {}) {
            asked.add(1, ordering: .relaxed).newValue > 5 ? .interrupted : nil
        }
        let site = try Site()
        let other = try site.folder.file(
            "b.yaml", quietPeople.replacing("name: quiet-people", with: "name: others"))
        let ended = site.run("\(other) --seeds 1..2", interruption: interruption)
        #expect(ended.out.contains("\n0 of 2 scenarios passed"))
    }

    /// 50 letters to be counted on average, with a standard deviation of 7: some of eight seeds come to 50, and are
    /// stopped, the others do not.
    @Test("a seed that was stopped says nothing about what is typical")
    func stoppedSeeds() throws {
        let ended = try Site(
            quietPeople.replacing(
                "thresholds:", with: "thresholds:\n  - { check: delivery count < 50, abort: true }")
        ).run("--seeds 1..8 --json")
        let stopped = ended.out.matches(of: #/"complete": *false/#).count
        let seeds = try #require(ended.out.firstMatch(of: #/"seeds": *(\d+)/#).map { Int($0.1) })
        #expect((1...7).contains(stopped), "\(ended.out)")
        #expect(seeds == 8 - stopped)
    }

    @Test("for programs there is one document")
    func document() throws {
        let site = try Site()
        let document = try JSON(parsing: site.run("--seeds 1..2 --json").out)
        guard case .object(let members) = document,
            case .array(let runs)? = members.first(where: { $0.0 == "runs" })?.1
        else { throw CancellationError() }
        #expect(members.map(\.0) == ["format", "exit_code", "runs", "across_seeds"])
        #expect(runs.count == 2)
        let xml = site.run("--junit=-")
        #expect(xml.out.hasPrefix("<?xml"))
        #expect(site.run("--junit=- --json").code == .usage)
        #expect(site.run("--trace=\(site.folder("t.gz")) --seeds 1..2").code == .usage)
    }

    /// CI servers take two cases of one class and one name for one.
    @Test("JUnit: the cases of several seeds can be told apart, in one file and beside each result")
    func junitOfSeeds() throws {
        let site = try Site()
        let xml = site.run("--seeds 1..2 --junit=-").out
        let names = xml.matches(of: #/<testcase classname="([^"]*)" name="([^"]*)"/#).map {
            "\($0.1) \($0.2)"
        }
        #expect(names.contains("single-server.seed-1 never-lost"))
        #expect(Set(names).count == names.count)
        #expect(xml.contains(" name=\"quiet-people, seed 2\""))
        _ = site.run("--seeds 1..2 --junit")
        let beside = try String(contentsOfFile: site.latest("junit.xml"), encoding: .utf8)
        #expect(beside.contains(#/<testcase classname="single-server\.seed-[12]"/#))
        #expect(site.run("--junit=-").out.contains("<testcase classname=\"single-server\""))
    }

    /// The page of both goes where it was asked for, those of each beside its result, and links lead there.
    @Test("several seeds have one page, wherever it is to go")
    func seedPage() throws {
        let site = try Site()
        try FileManager.default.createDirectory(
            atPath: site.folder("pages"), withIntermediateDirectories: true)
        let page = site.folder("pages/r.html")
        let ended = site.run("--report=\(page) --seeds 1..2")
        #expect(ended.code == .held && ended.out.contains("report   \(page)\n"))
        let html = try String(contentsOfFile: page, encoding: .utf8)
        #expect(html.contains("2 of 2 seeds passed"))
        let links = html.matches(of: #/<a href="([^"#]+)">seed /#).map { String($0.1) }
        #expect(links.count == 2)
        for link in links {
            #expect(link.hasPrefix("../out/quiet-people/"))
            #expect(FileManager.default.fileExists(atPath: site.folder("pages/\(link)")))
        }
        let refused = Hubbub(["run", site.file, site.file, "--out", site.folder("out"), "--report=\(page)"])
        #expect(
            refused.err
                == "hubbub: option '--report' takes a file for one scenario, and there are 2; without a file each "
                + "goes beside its result\n")
    }

    @Test("on GitHub lines are annotated, and the summary goes to its file")
    func gitHub() throws {
        let site = try Site(quietPeople.replacing("delivery p50 < 10s", with: "delivery p50 < 1us"))
        let ended = site.run(
            variables: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": site.folder("summary.md")])
        #expect(ended.err.hasPrefix("::error file="))
        #expect(ended.err.contains("line=13,col=1::delivery p50 < 1us"))
        #expect(try site.folder.text("summary.md").hasPrefix("## ✗ FAIL"))
    }

    @Test("a place where nothing can be written is known before anything runs")
    func unwritable() throws {
        let site = try Site()
        let ended = Hubbub(["run", site.file, "--out", "\(site.file)/out"]) { _, _ in
            Issue.record("nothing is to be played")
            fatalError("played")
        }
        #expect(ended.code == .cannotCreate)
        #expect(ended.err == "hubbub: \(site.file)/out cannot be created: Not a directory\n")
    }

    @Test("a full disk is an error of its own")
    func fullDisk() throws {
        let site = try Site()
        let ended = site.run("--junit=/dev/full")
        #expect(ended.code == .outputFailed)
        #expect(ended.err == "hubbub: /dev/full cannot be written: No space left on device\n")
    }

    @Test("an interrupted run is written as far as it came")
    func interrupted() throws {
        let site = try Site()
        let asked = Atomic(0)
        // Once before it begins, then twice a simulated second.
        let interruption = Interruption(listen: {}) {
            asked.add(1, ordering: .relaxed).newValue > 5 ? .interrupted : nil
        }
        let ended = site.run(interruption: interruption)
        #expect(ended.code == .interrupted)
        #expect(ended.out.contains("INTERRUPTED"))
        let result = try site.result()
        #expect(!result.run.isComplete)
        #expect(result.verdict.exitCode == 130)
        #expect(site.command("replay", on: site.latest()).code == .badFile)
    }

    @Test("work that left the simulation, and runs that part, are mistakes in Hubbub")
    func faults() throws {
        let site = try Site()
        let escaped = site.run { play, watch in
            var outcome = play.run(watch)
            outcome.escape = "a task"
            return outcome
        }
        #expect(escaped.code == .internalError)
        #expect(
            escaped.err
                == "hubbub: work left the simulation: a task; `hubbub run \(site.file) --verify` repeats it\n"
        )
        #expect(site.run("--verify").code == .held)
        let count = Atomic<UInt64>(0)
        let parted = site.run("--verify") { play, watch in
            var outcome = play.run(watch)
            outcome.traceDigest = count.add(1, ordering: .relaxed).newValue
            return outcome
        }
        #expect(parted.code == .internalError)
        #expect(parted.err.contains("a second run of the same has another trace: 0000-0000-0000-0001"))
    }

    /// The program, and 1.1 KB a device or 1.75 KB: 49 and 55.5 MB. It is a world that can be played, so that the test ends
    /// where nobody refuses it.
    @Test(
        "what does not fit into the memory is refused before anybody is drawn up",
        arguments: [("single-server", "49 MB"), ("sender-service", "55.5 MB")])
    func tooLarge(design: String, size: String) throws {
        let site = try Site(
            """
            hubbub: 1
            name: all
            design: \(design)
            seed: 1
            duration: 1s
            users: { count: 10000 }
            """)
        let ended = Hubbub(["run", site.file, "--out", site.folder("out")], memory: 40_000_000)
        #expect(ended.code == .usage)
        #expect(
            ended.err.contains("needs about \(size) of memory, and this machine has 40 MB"), "\(ended.err)")
    }

    @Test("progress is a line for a person, and nothing in a short log")
    func progress() throws {
        let site = try Site()
        #expect(site.run("--progress none").err == "")
        #expect(site.run().err == "")
        #expect(site.run("--progress line").err.hasSuffix("\r\u{1b}[2K"))
        #expect(site.run("--progress line --quiet").err == "")
    }

    @Test("of several codes the gravest is returned")
    func precedence() {
        #expect(ExitCode.gravest([.failed, .violated, .held]) == .violated)
        #expect(ExitCode.gravest([.inconclusive, .failed]) == .failed)
        #expect(ExitCode.gravest([.violated, .internalError, .outputFailed]) == .internalError)
        #expect(ExitCode.gravest([.internalError, .terminated]) == .terminated)
        #expect(ExitCode.gravest([]) == .held)
        #expect(Set(ExitCode.precedence) == Set(ExitCode.allCases))
    }
}

@Suite("command line: stored runs")
struct StoredRunTests {
    @Test("its page is made, with the control run that lies beside it")
    func report() throws {
        let site = try Site()
        #expect(site.run("--control").code == .held)
        let ended = site.command("report", on: site.latest())
        #expect(ended == Hubbub(out: "\(site.latest("report.html"))\n", code: .held))
        let page = try String(contentsOfFile: site.latest("report.html"), encoding: .utf8)
        #expect(page.contains("control"))
    }

    @Test("a result that was copied under another name is read as one, and its page has that name")
    func copy() throws {
        let site = try Site()
        #expect(site.run().code == .held)
        let copy = site.folder("before.json")
        try FileManager.default.copyItem(atPath: site.latest("result.json"), toPath: copy)
        let reported = site.command("report", on: copy)
        #expect(reported == Hubbub(out: site.folder("before.html") + "\n", code: .held))
        let explained = site.command("explain", on: copy)
        #expect(explained.code == .held)
        #expect(explained.out.contains("hubbub explain \(copy) --message "), "\(explained.out)")
        #expect(site.command("replay", on: copy).code == .held)
    }

    @Test("a scenario that is JSON is explained as a scenario")
    func scenarioInJSON() throws {
        let site = try Site()
        let file = try site.folder.file(
            "a.json",
            #"{"hubbub": 1, "name": "j", "design": "single-server", "seed": 1, "duration": "1m", "users": {"count": 5}}"#
        )
        let ended = site.command("explain", on: file)
        #expect(ended.code == .held, "\(ended.err)")
    }

    @Test("who names a folder above a result is told where the newest one is")
    func above() throws {
        let site = try Site()
        #expect(site.run().code == .held)
        let out = site.folder("out")
        for folder in [out, "\(out)/quiet-people"] {
            let ended = site.command("report", on: folder)
            #expect(ended.code == .noFile)
            #expect(ended.err.hasSuffix("; did you mean '\(out)/quiet-people/latest'?\n"), "\(ended.err)")
        }
    }

    @Test("what is no result is refused")
    func broken() throws {
        let site = try Site()
        #expect(site.command("report", on: site.folder("none")).code == .noFile)
        _ = try site.folder.file("result.json", "{")
        let ended = site.command("replay", on: site.folder.path)
        #expect(ended.code == .badFile)
        #expect(ended.err.contains("result.json:1:2: error: "))
    }
}
