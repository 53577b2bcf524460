import Foundation
import HubbubCommand
import Testing

@Suite("hubbub check")
struct CheckTests {
    private let site: Site
    private var baseline: String { site.folder("baseline.txt") }

    init() throws { site = try Site() }

    private func check(_ words: String = "", _ interruption: Interruption = .never) -> Hubbub {
        site.command("check", "--baseline \(baseline) --seeds 1..5 \(words)", interruption: interruption)
    }

    @Test("what is played twice is the same, to the byte, and every figure of it")
    func same() throws {
        #expect(check("--update").code == .held)
        let text = try site.folder.text("baseline.txt")
        #expect(text.hasPrefix("hubbub-baseline-2\n"))
        #expect(check("--update").code == .held)
        #expect(try site.folder.text("baseline.txt") == text)
        let same = check()
        #expect(same.code == .held)
        #expect(same.out == "same        1 of 1 scenario: all that people saw, and every figure, is equal\n")
        #expect(check("--strict").code == .held)
    }

    /// An exponential 150 us is a hundredth of what the network takes; 200 ms are more than all of it.
    @Test("a slower server is worse, and what grew is named")
    func regressed() throws {
        _ = check("--update")
        let words = "--set topology.server.service-time=200ms"
        let worse = check(words + " --ascii")
        #expect(worse.code == .failed)
        #expect(worse.out.hasPrefix("REGRESSED   quiet-people delivery p"), "\(worse.out)")
        #expect(worse.out.contains("server work +") || worse.out.contains("server "), "\(worse.out)")
        #expect(worse.out.contains("if it is meant:"))
        #expect(worse.out.contains("the scenario itself, or a default of its design, is another one"))
        #expect(check(words + " --json").out.contains("\"outcome\": \"regressed\""))
        #expect(check(words + " --markdown=-").out.hasPrefix("## ✗ Hubbub: REGRESSED"))
        #expect(check(words + " --junit=-").out.contains("failures=\"1\""))
        #expect(
            check(words + " --report=-").out.contains("<h2 id=\"part-0-title\">quiet-people: REGRESSED</h2>"))
        #expect(check(words + " --github").err.contains("::error file="))
        // The other way round it is better, which passes, and is not the same.
        _ = check("--update " + words)
        let better = check("--set topology.server.service-time=1ms")
        #expect(better.code == .held)
        #expect(better.out.hasPrefix("improved"))
        #expect(check("--set topology.server.service-time=1ms --strict").code == .failed)
    }

    @Test("the baseline says what is set and with which seeds")
    func repeats() throws {
        _ = check("--update --set users.count=12")
        let text = try site.folder.text("baseline.txt")
        #expect(text.contains("\n  set: users.count=12\n  text: "))
        #expect(text.contains("\n  seeds: 1 2 3 4 5\n"))
        let again = site.command("check", "--baseline \(baseline)")
        #expect(again.code == .held, "\(again)")
        // An update that says nothing else keeps it.
        _ = site.command("check", "--baseline \(baseline) --update")
        #expect(try site.folder.text("baseline.txt") == text)
    }

    @Test("an update keeps what is set but for what it sets itself, and tells which seeds are gone")
    func keeps() throws {
        _ = check("--update --set users.count=12 --set users.contacts=5")
        let update = site.command(
            "check", "--baseline \(baseline) --update --seeds 1..2 --set users.contacts=6")
        #expect(update.err.contains("hubbub: quiet-people has no seeds 3 to 5 any more"), "\(update)")
        let text = try site.folder.text("baseline.txt")
        #expect(text.contains("\n  set: users.count=12\n  set: users.contacts=6\n  text: "), "\(text)")
    }

    @Test("the update that is named after a check of some seeds is one of all that the baseline has")
    func someSeeds() {
        _ = check("--update")
        let words = "--set topology.server.service-time=200ms"
        let some = site.command("check", "--baseline \(baseline) --seeds 1..2 \(words)")
        #expect(some.out.contains("--baseline \(baseline) \(words) --update"), "\(some.out)")
    }

    @Test("what the baseline sets and nobody could set is an error at its line")
    func wrongSet() throws {
        _ = check("--update --set users.count=12")
        try rewrite(baseline, "set: users.count=12", "set: users.cuont=12")
        let text = try site.folder.text("baseline.txt")
        let line = text.split(separator: "\n", omittingEmptySubsequences: false)
            .firstIndex { $0.contains("cuont") }
        let wrong = check()
        #expect(wrong.code == .badFile)
        #expect(
            wrong.err.hasPrefix(
                "\(baseline):\(try #require(line) + 1): set: users.cuont=12: error: there is no"),
            "\(wrong)")
    }

    /// A baseline in a folder that is misspelt would be one that no check ever finds.
    @Test("a baseline that cannot be written, or has no folder, is told before anything is played")
    func noFolder() throws {
        _ = try site.folder.file("plain", "no folder\n")
        for path in ["new/folder/b.txt", "plain/b.txt"] {
            let played = Memo()
            let refused = site.command("check", "--baseline \(site.folder(path)) --update") { play, watch in
                played.append(".")
                return play.run(watch)
            }
            #expect(refused.code == .cannotCreate)
            #expect(refused.err.contains("option '--baseline': "))
            #expect(played.text == "")
        }
        #expect(!FileManager.default.fileExists(atPath: site.folder("new")))
    }

    @Test("the page lays what came out now over the baseline, and JSON says what is judged")
    func overlaid() throws {
        _ = check("--update")
        let words = "--set topology.server.service-time=200ms"
        let page = check(words + " --report=-").out
        #expect(page.contains("data-line=\"s0\">baseline</button>"))
        #expect(page.contains("each point is the worst of its slice"))
        let json = check(words + " --json").out
        #expect(json.contains("\"outcome\": \"not_judged\""))
        #expect(check(words).out.contains("\(words) --update"), "\(check(words).out)")
    }

    @Test("no baseline is 66, a broken one 65, a scenario that is not in it 2")
    func troubles() throws {
        #expect(check().code == .noFile)
        #expect(check().err.contains("`hubbub check --update` makes it"))
        try "hubbub-baseline-9\n".write(toFile: baseline, atomically: true, encoding: .utf8)
        let broken = check("--update")
        #expect(broken.code == .badFile)
        #expect(broken.err.contains("baseline.txt:1: error: this is format 'hubbub-baseline-9'"))
        #expect(site.command("check").code == .usage)
        try "hubbub-baseline-2\nscenarios: 0\n".write(toFile: baseline, atomically: true, encoding: .utf8)
        let new = check()
        #expect(new.code == .inconclusive)
        #expect(new.out.hasPrefix("new         quiet-people not in the baseline\n"))
        let other = try site.folder.file("b.yaml", quietPeople)
        #expect(site.command("check", "\(other) --baseline \(baseline)").code == .usage)
    }

    private func rewrite(_ path: String, _ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains(old))
        try text.replacing(old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// Nothing that people saw is another, and whoever takes a limit away has made the check blind for it.
    @Test("a scenario that asks less is told in each form, and is not the same")
    func asksLess() throws {
        _ = check("--update")
        try rewrite(site.file, "  - availability >= 99.9%\n", "")
        try rewrite(site.file, "delivery p50 < 10s", "delivery p50 < 20s")
        let less = check()
        #expect(less.code == .held)
        #expect(
            less.out.hasPrefix("asks less   quiet-people delivery p50 < 10s is now < 20s\n"), "\(less.out)")
        #expect(less.out.contains("\n            availability >= 99.9% is asked no more\n"), "\(less.out)")
        let strict = check("--strict --json")
        #expect(strict.code == .failed)
        #expect(strict.out.contains("\"outcome\": \"asks_less\""))
        #expect(strict.out.contains("\"availability >= 99.9% is asked no more\""))
        let markdown = check("--markdown=-").out
        #expect(markdown.hasPrefix("## ? Hubbub: asks less"))
        #expect(markdown.contains("is asked no more"))
        let junit = check("--junit=-").out
        #expect(junit.contains("failures=\"0\"") && junit.contains("is asked no more"))
        #expect(check("--strict --junit=-").out.contains("failures=\"1\""))
    }

    @Test("a promise switched off, and health that is looser or gone, are asked less")
    func asksLessOfHealth() throws {
        let healthy = "healthy: { window: 5s, hold: 1, expect: [delivery p90 < 5s] }\n"
        let text = try site.folder.text("a.yaml")
        func write(_ more: String) throws {
            try (text + more).write(toFile: site.file, atomically: true, encoding: .utf8)
        }
        try write(healthy)
        _ = check("--update")
        #expect(try site.folder.text("baseline.txt").contains("\n  asks: healthy delivery p90 < 5000ms\n"))
        try write(healthy.replacing("5s]", with: "9s]"))
        #expect(check().out.contains("asks less   quiet-people healthy delivery p90 < 5s is now < 9s\n"))
        #expect(check("--strict").code == .failed)
        try write(healthy + "invariants: { off: [never-lost] }\n")
        #expect(check().out.contains("asks less   quiet-people promise never-lost == 0 is asked no more\n"))
        try write("")
        #expect(check().out.contains("asks less   quiet-people healthy delivery p90 < 5s is asked no more\n"))
        // What cannot be told weaker is another scenario, also in a comment.
        try write(healthy.replacing("hold: 1", with: "hold: 2"))
        let markdown = check("--markdown=-").out
        #expect(markdown.contains("is another one than in the baseline: quiet-people"), "\(markdown)")
    }

    /// A limit that no letter keeps, and then one that each does.
    @Test("a verdict that changed is told once, whichever way")
    func verdicts() throws {
        try rewrite(site.file, "delivery p50 < 10s", "delivery p50 < 1ms")
        _ = check("--update")
        try rewrite(site.file, "delivery p50 < 1ms", "delivery p50 < 10s")
        let passed = check()
        #expect(passed.out.contains("is now < 10s"), "\(passed.out)")
        #expect(passed.out.contains("seeds 1 to 5: failed, now passed"), "\(passed.out)")
        _ = check("--update")
        try rewrite(site.file, "delivery p50 < 10s", "delivery p50 < 1ms")
        let failed = check()
        #expect(failed.code == .failed)
        let words = "seeds 1 to 5: passed, now failed: delivery p50 < 1ms is "
        #expect(failed.out.split(separator: words, omittingEmptySubsequences: false).count == 2)
        #expect(failed.out.hasPrefix("REGRESSED   quiet-people \(words)"), "\(failed.out)")
        for form in ["--json", "--markdown=-", "--junit=-", "--report=-"] {
            let told = check(form).out.replacing("&lt;", with: "<")
            #expect(told.contains(words), "\(form): \(told)")
        }
    }

    @Test("seeds that the baseline lacks are refused before anything is played")
    func otherSeeds() {
        _ = check("--update")
        let refused = site.command("check", "--baseline \(baseline) --seeds 3..8") { _, _ in
            preconditionFailure("nothing is to be played")
        }
        #expect(refused.code == .usage)
        #expect(
            refused.err.contains("has no seeds 6 to 8 of 'quiet-people'; it has seeds 1 to 5"), "\(refused)")
        #expect(site.command("check", "--baseline \(baseline) --seeds 3..5").code == .held)
    }

    /// A server that answers before it stores, and loses power before the only recipient comes back.
    @Test("a promise that is broken is told in each form, also where the baseline has it")
    func violated() throws {
        let site = try Site(
            """
            hubbub: 1
            name: quiet-people
            design: single-server
            seed: 42
            duration: 20s
            drain: 20s
            users: { count: 10 }
            topology: { server: { store: behind } }
            script:
              - { at: 500ms, user: 1, go: offline }
              - { at: 1s, user: 0, send: user 1 }
              - { at: 10s, user: 1, go: online }
            faults: [{ name: power, at: 2s, crash: { target: server, lose: unsynced, restart-after: 1s } }]

            """)
        func check(_ words: String) -> Hubbub {
            site.command("check", "--baseline \(site.folder("b.txt")) --seeds 1..2 \(words)")
        }
        #expect(check("--update").code == .held)
        let again = check("")
        #expect(again.code == .violated)
        let words = "seeds 1 to 2: as in the baseline: never-lost violated, once"
        #expect(again.out.hasPrefix("VIOLATED    quiet-people \(words)\n"), "\(again.out)")
        #expect(again.out.contains("apart from that all that people saw, and every figure, is equal"))
        #expect(check("--quiet").out.hasPrefix("VIOLATED"))
        let json = check("--json").out
        #expect(json.contains("\"outcome\": \"violated\""), "\(json)")
        let markdown = check("--markdown=-").out
        #expect(markdown.hasPrefix("## ✗ Hubbub: VIOLATED\n\nThe scenario is the same in all"), "\(markdown)")
        let junit = check("--junit=-").out
        #expect(junit.contains("failures=\"1\"") && junit.contains("type=\"violation\""), "\(junit)")
        #expect(check("--github").err.contains("::error file="))
    }

    /// Nobody writes, and a threshold asks how late letters come.
    @Test("a run that cannot be judged is told when it is recorded, and is never held")
    func inconclusive() throws {
        try rewrite(site.file, "send: 6/m per user", "send: 0/m per user")
        let recorded = check("--update")
        #expect(recorded.code == .held)
        let words = "quiet-people, seeds 1 to 5: inconclusive: "
        #expect(recorded.err.contains("hubbub: recorded as it is: \(words)"), "\(recorded)")
        let again = check()
        #expect(again.code == .inconclusive)
        #expect(
            again.out.hasPrefix("INCONCLUSIVE quiet-people seeds 1 to 5: as in the baseline: "),
            "\(again.out)")
        #expect(check("--json").out.contains("\"outcome\": \"inconclusive\""))
        #expect(check("--junit=-").out.contains("failures=\"0\" errors=\"1\""))
        #expect(check("--markdown=-").out.hasPrefix("## ? Hubbub: INCONCLUSIVE\n"))
    }

    /// Each was taken once, and had no effect.
    @Test(
        "options that would have no effect are refused",
        arguments: [
            ("--update", "--strict"), ("--update", "--json"), ("--update", "--junit"),
            ("--update", "--markdown"), ("--update", "--report"), ("--update", "--github"),
            ("--update", "--bisect=A..B"), ("--update", "--against=x"), ("--bisect=A..B", "--against=x"),
            ("--bisect=A..B", "--junit"), ("--bisect=A..B", "--markdown"), ("--bisect=A..B", "--report"),
            ("--bisect=A..B", "--github"),
        ])
    func together(option: String, other: String) {
        let refused = check("\(option) \(other)")
        #expect(refused.code == .usage)
        let names = [option, other].map { "'\($0.prefix { $0 != "=" })'" }
        #expect(
            refused.err.contains("options \(names[0]) and \(names[1]) exclude each other: "), "\(refused)")
        #expect(check("--build=make").err.contains("'--build' says how '--bisect' asks a commit"))
    }

    @Test("another program that writes no baseline is said to be none of these")
    func againstNothing() {
        let other = site.command("check", "--seeds 1..5 --against /bin/true")
        #expect(other.code == .badFile)
        #expect(
            other.err.contains("option '--against': /bin/true ended well and wrote no baseline"), "\(other)")
    }

    /// The second update begins and ends while the first one plays.
    @Test("two updates at once are both kept")
    func atOnce() throws {
        let other = try site.folder.file(
            "b.yaml", quietPeople.replacing("name: quiet-people", with: "name: others"))
        let played = Memo()
        let words = "--baseline \(baseline) --seeds 1..2 --update"
        let first = site.command("check", words) { play, watch in
            if played.text.isEmpty {
                played.append(".")
                #expect(site.command("check", words, on: other).code == .held)
            }
            return play.run(watch)
        }
        #expect(first.code == .held)
        let text = try site.folder.text("baseline.txt")
        #expect(text.contains("scenario others\n") && text.contains("scenario quiet-people\n"))
    }

    @Test("a baseline that is a link stays one, and what it leads to is written")
    func link() throws {
        _ = try site.folder.file("real.txt", "hubbub-baseline-2\n\n# ours\nscenarios: 0\n")
        try FileManager.default.createSymbolicLink(atPath: baseline, withDestinationPath: "real.txt")
        #expect(check("--update").code == .held)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: baseline) == "real.txt")
        let text = try site.folder.text("real.txt")
        #expect(text.contains("scenario quiet-people\n") && text.contains("\n# ours\n"))
    }

    /// What is cut is not mended by an update either, which keeps the scenarios that it is not given.
    @Test("a baseline that was cut is refused, and --update writes nothing over it")
    func cut() throws {
        _ = check("--update")
        let lines = try site.folder.text("baseline.txt").split(separator: "\n")
        let cut = lines.dropLast(3).map { $0 + "\n" }.joined()
        try cut.write(toFile: baseline, atomically: true, encoding: .utf8)
        for words in ["", "--update"] {
            let refused = check(words)
            #expect(refused.code == .badFile)
            #expect(refused.err.contains("the file may be cut: take the whole one"), "\(refused)")
        }
        #expect(try site.folder.text("baseline.txt") == cut)
    }

    @Test("who is stopped writes nothing")
    func interrupted() throws {
        let stopped = check("--update", Interruption(listen: {}, received: { .interrupted }))
        #expect(stopped.code == .interrupted)
        #expect(!FileManager.default.fileExists(atPath: baseline))
        #expect(stopped.err.contains("hubbub: stopped after 0 of 5 runs: the baseline is as it was\n"))
        _ = check("--update")
        let judged = check("", Interruption(listen: {}, received: { .interrupted }))
        #expect(judged.err.contains("hubbub: stopped after 0 of 5 runs: nothing is judged\n"))
    }

    /// Two scenarios with two seeds each, and a signal in the fourth run: the first one is whole.
    @Test("who is stopped has a JUnit file of what was judged, with the rest as interrupted")
    func interruptedJUnit() throws {
        let other = try site.folder.file(
            "b.yaml", quietPeople.replacing("name: quiet-people", with: "name: others"))
        let words = ["check", site.file, other, "--baseline", baseline, "--seeds", "1..2"]
        #expect(Hubbub(words + ["--update"]).code == .held)
        let played = Memo()
        let stopping = Interruption(listen: {}, received: { played.text.count > 3 ? .interrupted : nil })
        let path = site.folder("check.xml")
        let stopped = Hubbub(words + ["--junit=\(path)"], interruption: stopping) { play, watch in
            let outcome = play.run(watch)
            played.append(".")
            return outcome
        }
        #expect(stopped.code == .interrupted)
        #expect(
            stopped.err.contains("stopped after 3 of 4 runs: of scenarios with all their seeds"), "\(stopped)"
        )
        let text = try site.folder.text("check.xml")
        #expect(text.contains("tests=\"2\" failures=\"0\" errors=\"1\""), "\(text)")
        #expect(text.contains("name=\"quiet-people\" time=\"0\">\n  </testcase>"), "\(text)")
        #expect(
            text.contains(
                "<error message=\"interrupted: 1 of 2 seeds were played, and nothing is judged\" type=\"interrupted\">"
            ),
            "\(text)")
        #expect(text.hasSuffix("</testsuites>\n"))
    }

    @Test("a baseline of which other scenarios are not asked names them")
    func notAsked() throws {
        _ = check("--update")
        let other = try site.folder.file(
            "b.yaml", quietPeople.replacing("name: quiet-people", with: "name: others"))
        _ = site.command("check", "--baseline \(baseline) --seeds 1..5 --update", on: other)
        let text = try site.folder.text("baseline.txt")
        #expect(text.contains("scenario others\n") && text.contains("scenario quiet-people\n"))
        #expect(check().out.contains("not asked   others: in the baseline, and in no file given\n"))
    }
}
