import HubbubCommand
import Testing
import Vocabulary

@Suite("command line: parsing and help")
struct CommandLineTests {
    /// One line each on standard error, and nothing is run.
    @Test(
        "a wrong command line says what would be right",
        arguments: [
            ("--jsn", "unknown option '--jsn'; `hubbub help` lists all"),
            ("--hlep", "unknown option '--hlep'; did you mean '--help'? `hubbub help` lists all"),
            ("-x bench", "unknown option '-x'; `hubbub help` lists all"),
            ("--help=yes", "option '--help' takes no value"),
            ("bnech", "unknown command 'bnech'; did you mean 'bench'? `hubbub help` lists all"),
            ("simulate", "unknown command 'simulate'; `hubbub help` lists all"),
            ("help bnech", "unknown command 'bnech'; did you mean 'bench'? `hubbub help` lists all"),
            ("validate", "FILE is missing; `hubbub help validate` shows the usage"),
            (
                "validate --format xml x.yaml",
                "option '--format' takes text, json, sarif or github, not 'xml'"
            ),
            (
                "validate --set seed x.yaml",
                "option '--set' takes KEY=VALUE, as in --set faults.split.for=2m, not 'seed'"
            ),
            ("explain", "FILE|RUN is missing; `hubbub help explain` shows the usage"),
            ("explain --slowest --metrics", "options '--metrics' and '--slowest' exclude each other"),
            ("replay --until 1s", "RUN is missing; `hubbub help replay` shows the usage"),
            ("replay a --message", "option '--message' needs a value: --message ID"),
            ("explain a.yaml b.yaml", "unexpected word 'b.yaml'; `hubbub help explain` shows the usage"),
            (
                "designs single-sever",
                "there is no design 'single-sever'; did you mean 'single-server'? `hubbub designs` lists all"
            ),
            ("completion", "SHELL is missing; `hubbub help completion` shows the usage"),
            (
                "completion fihs",
                "unknown shell 'fihs'; did you mean 'fish'? `hubbub help completion` lists all"
            ),
            (
                "help --man hubub",
                "there is no page 'hubub'; did you mean 'hubbub'? `hubbub help help` lists all"
            ),
            ("help bench help", "unexpected word 'help'; `hubbub help help` shows the usage"),
            ("bench --jsn", "unknown option '--jsn'; did you mean '--json'? `hubbub help bench` lists all"),
            (
                "bench --rep=5",
                "unknown option '--rep'; did you mean '--repeat'? `hubbub help bench` lists all"
            ),
            ("bench --frobnicate", "unknown option '--frobnicate'; `hubbub help bench` lists all"),
            ("bench -j", "unknown option '-j'; `hubbub help bench` lists all"),
            ("bench --json --json", "option '--json' is given twice"),
            ("bench --repeat 2 --repeat=3", "option '--repeat' is given twice"),
            ("bench --json=pretty", "option '--json' takes no value"),
            ("bench --repeat", "option '--repeat' needs a value: --repeat N"),
            ("bench --repeat=", "option '--repeat' needs a value: --repeat N"),
            ("bench --repeat --json", "option '--repeat' needs a value: --repeat N"),
            ("bench --only --json", "option '--only' needs a value: --only NAME"),
            ("bench --repeat five", "option '--repeat' takes a whole number from 1 to 1,000, not 'five'"),
            ("bench --repeat 2.5", "option '--repeat' takes a whole number from 1 to 1,000, not '2.5'"),
            ("bench --repeat 0", "option '--repeat' takes a whole number from 1 to 1,000, not '0'"),
            ("bench --repeat -3", "option '--repeat' takes a whole number from 1 to 1,000, not '-3'"),
            ("bench --repeat=1001", "option '--repeat' takes a whole number from 1 to 1,000, not '1001'"),
            (
                "bench --repeat 99999999999999999999",
                "option '--repeat' takes a whole number from 1 to 1,000, not '99999999999999999999'"
            ),
            (
                "bench fidelty",
                "unknown suite 'fidelty'; did you mean 'fidelity'? `hubbub bench --list` lists all"
            ),
            (
                "bench phold-1024x1",
                "unknown suite 'phold-1024x1'; did you mean '--only phold-1024x1'? `hubbub bench --list` lists all"
            ),
            ("bench -", "unknown suite '-'; `hubbub bench --list` lists all"),
            ("bench -- --json", "unknown suite '--json'; `hubbub bench --list` lists all"),
            (
                "bench --only phold-1024",
                "unknown benchmark 'phold-1024'; did you mean 'phold-1024x1'? `hubbub bench --list` lists all"
            ),
            ("bench --only=--json", "unknown benchmark '--json'; `hubbub bench --list` lists all"),
            ("bench kernel --only mm1", "benchmark 'mm1' is in suite 'fidelity', which was not named"),
        ])
    func wrong(line: String, problem: String) {
        #expect(Hubbub(line) == Hubbub(err: "hubbub: \(problem)\n", code: .usage))
    }

    @Test("a word that could move the reader's cursor is shown, not obeyed")
    func controlCharacters() {
        let ended = Hubbub(["bench", "a\nb\u{1b}[2Jé"])
        #expect(
            ended.err == #"hubbub: unknown suite 'a\nb\u{1B}[2Jé'; `hubbub bench --list` lists all"# + "\n")
    }

    @Test("hubbub alone is a wrong command line, and shows the usage")
    func alone() throws {
        let ended = Hubbub("")
        #expect(ended.out == "")
        #expect(ended.code == .usage)
        try expectSnapshot(ended.err, "usage.txt")
    }

    @Test(
        "the version comes with the formats", arguments: ["--version", "bench --version", "--version bench"])
    func version(line: String) throws {
        let ended = Hubbub(line)
        #expect(ended.code == .held)
        let build = #/executable ([0-9a-f]{4}-){3}[0-9a-f]{4}/#
        #expect(ended.out.contains(build))
        // `make` in a checkout without changes knows the commit.
        try expectSnapshot(
            ended.out.replacing(build, with: "executable ####-####-####-####")
                .replacing(#/, commit [0-9a-f]{12}/#, with: ""), "version.txt")
    }

    @Test("the first page", arguments: ["help", "--help", "-h"])
    func help(line: String) throws {
        let ended = Hubbub(line)
        #expect(ended.code == .held)
        try expectSnapshot(ended.out, "help.txt")
    }

    @Test(
        "the page of a command",
        arguments: ["help bench", "bench --help", "bench -h", "--help bench", "bench fidelity --json --help"])
    func helpOfBench(line: String) {
        let page = """
            Measure Hubbub's own speed, and check it against known answers

            Usage
              hubbub bench [SUITE...] [OPTION...]

            Options
              SUITE            run only the benchmarks of these suites; without one, all that measure speed and
                               are soon over
              --only NAME      run only the benchmark of this name (may be repeated)
              --repeat N       run all of them, then all again, N times, and show median, minimum and maximum (1
                               to 1,000; 1 if not given)
              --history FILE   compare with the last time, keep what comes out in this file (SQLite), and look
                               for steps once there are 20
              --plain          run each also with its costs taken away one after the other
              --list           list them, of all suites without one, and run nothing
              --json           print one JSON document instead of text
              -h, --help       print help and do nothing else
              --version        print the version, the build and the formats of the documents it writes

            Examples
              hubbub bench                                         every speed once, a row as each finishes
              hubbub bench fidelity                                every known answer; takes a minute
              hubbub bench --only phold-1024x1 --plain             what each part of an event costs
              hubbub bench --history Reports/speed.db --repeat 7   against the last time, beyond what noise does
              hubbub bench --repeat 5 --json > bench.json          five rounds, for a program to read

            Exit codes
              0     everything asked for held
              1     a threshold, a requirement, a tolerance, health after the faults or a known answer did not
                    hold
              64    the command line is wrong; nothing was run
              65    a scenario or a stored result is wrong; nothing was run
              70    internal error: please report it, with the command that repeats it
              73    a file or folder of the output cannot be created
              74    the output could not be written
              130   interrupted

            """
        #expect(Hubbub(line) == Hubbub(out: page, code: .held))
    }

    /// The rows between the headings `Examples` and `Exit codes`, each up to its purpose or its redirection.
    @Test(
        "the examples of a help page run",
        arguments: [("bench", 4), ("designs", 3), ("completion", 3), ("help", 3)])
    func examples(command: String, count: Int) throws {
        let page = Hubbub("help \(command)").out
        let section = try #require(page.firstMatch(of: /Examples\n((?:.+\n)+)\n/)).1
        // What keeps a history writes into the folder it is called in.
        let lines = section.split(separator: "\n").compactMap {
            $0.firstMatch(of: #/^  (hubbub .+?)(   | > )/#)?.1
        }.filter { !$0.contains("--history") }
        #expect(lines.count == count)
        for line in lines {
            #expect(Hubbub(String(line.dropFirst("hubbub ".count))).code == .held, "\(line)")
        }
    }
}
