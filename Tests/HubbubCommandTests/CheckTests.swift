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
        #expect(text.hasPrefix("hubbub-baseline-1\n"))
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

    @Test("the folder of a baseline is made, and one that cannot be is told before anything is played")
    func newFolder() throws {
        let path = site.folder("new/folder/b.txt")
        let made = site.command("check", "--baseline \(path) --update")
        #expect(made.code == .held, "\(made)")
        #expect(try site.folder.text("new/folder/b.txt").hasPrefix("hubbub-baseline-1\n"))
        _ = try site.folder.file("plain", "no folder\n")
        let played = Memo()
        let refused = site.command("check", "--baseline \(site.folder("plain/b.txt")) --update") {
            play, watch in
            played.append(".")
            return play.run(watch)
        }
        #expect(refused.code == .cannotCreate)
        #expect(refused.err.contains("option '--baseline': "))
        #expect(played.text == "")
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
        try "hubbub-baseline-1\n".write(toFile: baseline, atomically: true, encoding: .utf8)
        let new = check()
        #expect(new.code == .inconclusive)
        #expect(new.out.hasPrefix("new         quiet-people not in the baseline\n"))
        let other = try site.folder.file("b.yaml", quietPeople)
        #expect(site.command("check", "\(other) --baseline \(baseline)").code == .usage)
    }

    @Test("who is stopped writes nothing")
    func interrupted() throws {
        let stopped = check("--update", Interruption(listen: {}, received: { .interrupted }))
        #expect(stopped.code == .interrupted)
        #expect(!FileManager.default.fileExists(atPath: baseline))
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
