import Foundation
import HubbubCommand
import Testing

@Suite("hubbub compare, sweep and capacity")
struct CompareTests {
    private let site: Site

    init() throws { site = try Site() }

    // MARK: compare

    @Test(
        "values of a knob stand beside each other, letter by letter, and the page lays them over each other")
    func vary() throws {
        let words = "--vary topology.server.service-time=1ms,200ms --seeds 1..3"
        let compared = site.command("compare", words + " --ascii")
        #expect(compared.code == .held, "\(compared.err)")
        #expect(
            compared.out.hasPrefix(
                "hubbub compare - 3 seeds, 1 to 3\n  A   topology.server.service-time=1ms\n"))
        #expect(compared.out.contains("B differs in topology.server.service-time (1ms, now 200ms)"))
        #expect(compared.out.contains("letter by letter, seed 1: of "))
        let page = site.command("compare", words + " --report=-").out
        #expect(page.contains("data-line=\"s1\">B</button>"))
        #expect(site.command("compare", words + " --json").out.contains("\"format\": \"hubbub-compare-1\""))
    }

    @Test("a fault that only one of two files has is what they differ in, and one seed is sure of nothing")
    func faults() throws {
        let fault = "faults: [{ name: nap, at: 20s, for: 5s, pause: { target: server } }]\n"
        let with = try site.folder.file("b.yaml", quietPeople + fault)
        let gone = Hubbub(["compare", with, site.file, "--seeds", "1..1", "--ascii"])
        #expect(gone.out.contains("\nB differs in faults.nap (now not there)\n"), "\(gone.out)")
        #expect(!gone.out.contains("is the scenario of"))
        #expect(!gone.out.contains("95 % sure") && gone.out.contains("one seed cannot tell"))
        let come = Hubbub(["compare", site.file, with, "--seeds", "1..2", "--ascii"])
        #expect(come.out.contains("\nB differs in faults.nap (new)\n"), "\(come.out)")
        #expect(come.out.contains("95 % sure"))
        #expect(Hubbub(["compare", with, with, "--seeds", "1..1"]).out.contains("B is the scenario of A"))
    }

    @Test("a run that ended early is said to be incomplete, and decides nothing")
    func incomplete() throws {
        let aborting = quietPeople.replacing(
            "  - delivery p50 < 10s", with: "  - { check: delivery count < 20, abort: true }")
        let file = try site.folder.file("b.yaml", aborting)
        let compared = Hubbub([
            "compare", site.file, file, "--seeds", "1..3", "--require", "B.cost bytes < A.cost bytes",
        ])
        #expect(compared.code == .inconclusive)
        #expect(compared.out.contains("B is incomplete with seed 1, 2, 3: "), "\(compared.out)")
        #expect(compared.out.contains("B did not come to its end"), "\(compared.out)")
        #expect(!compared.out.contains(#/\d ✓/#), "\(compared.out)")
    }

    @Test("eight runs beside each other are as wide as a page, in a block for each figure")
    func many() {
        let compared = site.command(
            "compare", "--vary topology.server.service-time=1ms,2ms,3ms,4ms,5ms,6ms,7ms,8ms --seeds 1..2")
        #expect(compared.code == .held, "\(compared.err)")
        let lines = compared.out.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count <= 100 }, "\(compared.out)")
        #expect(compared.out.contains(/\n  figure +value +to A\n/), "\(compared.out)")
        #expect(compared.out.contains(#/\n  delivery p50 +A   /#), "\(compared.out)")
        #expect(compared.out.contains(/\n +H   [0-9.]+ms/), "\(compared.out)")
    }

    /// Another seed is another draw of the same, and no other thing.
    @Test("seeds are not varied: they are what all are compared by")
    func varySeeds() throws {
        let refused = site.command("compare", "--vary seed=1,2")
        #expect(refused.code == .usage)
        #expect(refused.err.contains("--seeds 1..5 plays all with each of these"), "\(refused)")
        let set = site.command("compare", "--vary users.count=10,20 --set users.count=30")
        #expect(set.code == .usage)
        #expect(set.err.contains("option '--set': --vary sets 'users.count' itself"), "\(set)")
    }

    @Test("a requirement decides about the exit code, and one that names nothing is a wrong command line")
    func require() throws {
        func compare(_ requirement: String) -> Hubbub {
            Hubbub([
                "compare", site.file, "--vary", "topology.server.service-time=1ms,200ms", "--seeds", "1..3",
                "--require", requirement,
            ])
        }
        #expect(compare("A.delivery p50 <= B.delivery p50").code == .held)
        #expect(compare("B.delivery p50 <= A.delivery p50").code == .failed)
        let wrong = compare("B.delivry p50 <= A.delivery p50")
        #expect(wrong.code == .usage)
        #expect(wrong.err.contains("did you mean 'delivery p50'?"))
        #expect(compare("B.delivery p50").code == .usage)
    }

    @Test("a value has the unit of its figure, as in thresholds, and a run has to be there")
    func requireValues() {
        func compare(_ requirement: String) -> Hubbub {
            Hubbub([
                "compare", site.file, "--vary", "topology.server.service-time=1ms,2ms", "--seeds", "1..2",
                "--require", requirement,
            ])
        }
        for held in [
            "B.delivery p99 <= 10s", "B.cost bytes <= 100MB", "A.availability >= 50%", "B.lost count <= 1k",
        ] {
            #expect(compare(held).code == .held, "\(held)")
        }
        for wrong in [
            "B.delivery p99 <= 1", "B.lost count <= 5ms", "B.cost bytes <= 1ms", "B.delivery p99 <= 10sec",
        ] {
            let refused = compare(wrong)
            #expect(refused.code == .usage, "\(wrong): \(refused)")
        }
        #expect(compare("C.delivery p99 <= 1s").err.contains("there is no run 'C'; runs are A, B\n"))
    }

    /// Ten people write with two loads: the letters of the one are not those of the other.
    @Test("deliveries that only one of two files has are counted")
    func onlyOne() throws {
        let other = try site.folder.file("b.yaml", quietPeople.replacing("send: 6/m", with: "send: 60/m"))
        let compared = Hubbub(["compare", site.file, other, "--seeds", "1..1"])
        let text = compared.out.replacing("\n", with: " ").replacing(#/ +/#, with: " ")
        let only = try #require(text.firstMatch(of: #/came in A only, ([0-9,]+) in B only/#)).1
        // 54 more of each of ten in a minute.
        #expect(try #require(Int(only.replacing(",", with: ""))) > 400, "\(compared.out)")
    }

    @Test("stored runs are compared by the seeds that both have")
    func stored() throws {
        _ = site.run("--seeds 1..3")
        let folder = site.folder("out/quiet-people")
        let same = Hubbub(["compare", folder, folder])
        #expect(same.code == .held, "\(same)")
        #expect(same.out.contains("3 seeds, 1 to 3"))
        #expect(same.out.contains("equal"))
        #expect(Hubbub(["compare", folder, site.file]).code == .usage)
        #expect(Hubbub(["compare", folder]).code == .usage)
        #expect(Hubbub(["compare", site.folder.path, folder]).code == .noFile)
        // What is not there is neither of the two.
        let gone = Hubbub(["compare", folder, folder + "-gone"])
        #expect(gone.code == .noFile)
        #expect(gone.err == "hubbub: \(folder)-gone: No such file or directory\n", "\(gone)")
    }

    // MARK: sweep

    private let study =
        quietPeople + """
            sweep:
              topology.server.cores: [1, 2]
              seed: 1..3

            """

    @Test("a study is played once, and what is missing of it again")
    func sweep() throws {
        let file = try site.folder.file("study.yaml", study)
        let first = Hubbub(["sweep", file, "--out", site.folder("a"), "--report"])
        #expect(first.code == .held, "\(first)")
        let lines = first.out.split(separator: "\n")
        #expect(lines.count == 7)
        #expect(
            lines[0].hasPrefix("topology.server.cores,seed,digest,verdict,availability,delivery p50 (ns),"))
        #expect(lines[4].hasPrefix("2,1,"))
        let table = try site.folder.text("a/quiet-people/sweep/sweep.csv")
        #expect(table == first.out)
        try FileManager.default.removeItem(atPath: site.folder("a/quiet-people/sweep/points/000002.json"))
        let again = Hubbub(["sweep", file, "--out", site.folder("a")])
        #expect(again.err.contains("5 of 6 points are there already"))
        #expect(again.out == first.out)
        #expect(Hubbub(["sweep", file, "--out", site.folder("a"), "--json"]).out.contains("hubbub-study-1"))
    }

    @Test("parts that are put together are what one machine writes, to the byte")
    func gather() throws {
        let file = try site.folder.file("study.yaml", study)
        for part in 1...2 {
            let played = Hubbub(["sweep", file, "--part", "\(part)/2", "--out", site.folder("p\(part)")])
            #expect(played.code == .held, "\(played)")
            #expect(played.out == "")
        }
        let early = Hubbub(["sweep", file, "--gather", site.folder("p1"), "--out", site.folder("early")])
        #expect(early.code == .inconclusive)
        #expect(early.err.contains("3 of 6 points"))
        let options = ["--out", site.folder("g"), "--report"]
        let gathered = Hubbub(
            ["sweep", file, "--gather", site.folder("p1"), "--gather", site.folder("p2")] + options)
        #expect(gathered.code == .held, "\(gathered)")
        _ = Hubbub(["sweep", file, "--out", site.folder("one"), "--report"])
        let names = ["sweep.csv", "sweep.html"] + (0..<6).map { "points/00000\($0).json" }
        for name in names {
            let (a, b) = ("g/quiet-people/sweep/\(name)", "one/quiet-people/sweep/\(name)")
            #expect(try site.folder.text(a) == site.folder.text(b), "\(name)")
        }
        // Another study's points are not of this one.
        let other = try site.folder.file("other.yaml", study.replacing("1KB", with: "2KB"))
        let mixed = Hubbub(["sweep", other, "--gather", site.folder("p1"), "--out", site.folder("m")])
        #expect(mixed.code == .badFile)
        #expect(mixed.err.contains("another study"))
    }

    @Test("an interrupted study keeps what was played")
    func interrupted() throws {
        let file = try site.folder.file("study.yaml", study)
        let stops = Memo()
        let stopping = Interruption(
            listen: {},
            received: { stops.text.count > 2 ? .interrupted : nil })
        let stopped = Hubbub(["sweep", file, "--out", site.folder("a")], interruption: stopping) {
            play, watch in
            let outcome = play.run(watch)
            stops.append(".")
            return outcome
        }
        #expect(stopped.code == .interrupted)
        #expect(try site.folder.names(in: "a/quiet-people/sweep/points").count == 2)
        #expect(
            Hubbub(["sweep", file, "--out", site.folder("a")]).err.contains("2 of 6 points are there already")
        )
    }

    @Test("a file without a study, or with options that exclude each other, is refused")
    func refused() throws {
        #expect(Hubbub(["sweep", site.file, "--out", site.folder("a")]).code == .badFile)
        let file = try site.folder.file("study.yaml", study)
        #expect(Hubbub(["sweep", file, "--seeds", "1..2", "--out", site.folder("a")]).code == .usage)
        for key in ["topology.server.cores", "seed"] {
            let set = Hubbub(["sweep", file, "--set", "\(key)=1", "--out", site.folder("a")])
            #expect(set.code == .usage)
            #expect(set.err.contains("option '--set': the file varies '\(key)' itself"), "\(set)")
        }
        #expect(Hubbub(["sweep", file, "--part", "3/2", "--out", site.folder("a")]).code == .usage)
        #expect(
            Hubbub(["sweep", file, "--part", "1/2", "--gather", "x", "--out", site.folder("a")]).code
                == .usage)
        try FileManager.default.createDirectory(
            atPath: site.folder("a/quiet-people/sweep/points"), withIntermediateDirectories: true)
        _ = try site.folder.file("a/quiet-people/sweep/points/000000.json", "{ \"format\": ")
        let cut = Hubbub(["sweep", file, "--out", site.folder("a")])
        #expect(cut.code == .badFile)
        #expect(cut.err.contains("delete it, and it is played again"))
    }

    // MARK: capacity

    /// One core, 10 ms a letter: never more than 100 a second. Ten people at 6/m are 1 a second, so the edge
    /// lies somewhat below a hundred times the load.
    @Test("the largest load that passes is found, with who gives way first")
    func capacity() throws {
        let tight = try Site(
            quietPeople.replacing("- delivery p50 < 10s", with: "- accept p50 < 500ms")
                + "topology: { server: { cores: 1, service-time: 10ms } }\n")
        let found = tight.command("capacity", "--seeds 1..2 --most 400000 --json")
        #expect(found.code == .held, "\(found)")
        #expect(found.out.contains("\"unit\": \"per mille\""))
        let passing = try #require(found.out.firstMatch(of: /"passing": ([0-9]+)/).flatMap { Int($0.1) })
        #expect((30_000...110_000).contains(passing), "\(passing)")
        let text = tight.command("capacity", "--seeds 1..2 --most 400000 --ascii").out
        #expect(text.contains("busiest there: server, "), "\(text)")
        #expect(text.contains("times and shares are means over the seeds"), "\(text)")
        #expect(text.contains(#/\n  seeds? [12][^:]*: accept p50 < 500ms is /#), "\(text)")
    }

    /// Ten people with six letters a minute each are some sixty samples, and p99 takes a thousand.
    @Test("a load with too few samples does not fail")
    func tooFew() throws {
        let few = try Site(quietPeople.replacing("delivery p50 < 10s", with: "delivery p99 < 10s"))
        let unclear = few.command("capacity", "--seeds 1..2 --most 2000")
        #expect(unclear.code == .inconclusive)
        #expect(unclear.out.contains("quiet-people is inconclusive with load 2.000"), "\(unclear.out)")
        #expect(unclear.out.contains("samples, and p99 takes 1,000"), "\(unclear.out)")
        #expect(unclear.out.contains("times as many people, letters or minutes"), "\(unclear.out)")
        #expect(unclear.out.contains("? 1.000") && !unclear.out.contains("fails with"), "\(unclear.out)")
        // Thirty times as much is enough.
        let enough = few.command("capacity", "--seeds 1..2 --most 64000")
        #expect(enough.out.contains("ok 64.000"), "\(enough.out)")
    }

    @Test("where everything passes that was tried, there is no edge, and the code is 2")
    func noEdge() throws {
        let none = site.command("capacity", "--seeds 1..2 --most 2000")
        #expect(none.code == .inconclusive)
        #expect(none.out.contains("no edge was found"))
        #expect(site.command("capacity", "--minimise topology.server.sores").code == .usage)
        let least = site.command("capacity", "--minimise topology.server.cores --seeds 1..2 --quiet")
        #expect(least.code == .held, "\(least)")
        #expect(least.out.contains("passes with the least topology.server.cores there can be, 1"))
    }

    @Test("what no file can say is told from what fails, with the words of the error")
    func unplayable() throws {
        let found = site.command("capacity", "--maximise topology.server.cores --seeds 1..1 --ascii")
        #expect(found.code == .held, "\(found)")
        #expect(
            found.out.contains(
                "\nquiet-people passes with topology.server.cores 64, and cannot be played with 65\n"
                    + "  '65' is more than 64, the most; write 1 to 64\n"), "\(found.out)")
    }

    @Test("a page has the command with all that was set, as a shell takes it")
    func commandOfPage() throws {
        let set = ["--seeds", "1..1", "--set", "users.count=12", "--set", "title=Twelve of them"]
        let words = "--seeds 1..1 --set users.count=12 --set &#39;title=Twelve of them&#39;"
        let capacity = Hubbub(
            ["capacity", site.file, "--minimise", "topology.server.cores", "--report=-"] + set)
        #expect(
            capacity.out.contains(
                "hubbub capacity \(site.file) --minimise topology.server.cores \(words)"), "\(capacity)")
        let file = try site.folder.file(
            "study.yaml", quietPeople + "sweep: { topology.server.cores: [1, 2] }\n")
        let study = Hubbub(["sweep", file, "--out", site.folder("a"), "--report=-"] + set)
        #expect(study.out.contains("hubbub sweep \(file) \(words) --report"), "\(study)")
    }
}
