import Chat
import Designs
import Experiments
import Foundation
import HubbubCommand
import Results
import Synchronization
import Testing
import Vocabulary

@Suite("command line: events while a run goes on")
struct EventLinesTests {
    private static func objects(_ text: String) throws -> [[(String, JSON)]] {
        try text.split(separator: "\n").map { line in
            guard case .object(let members) = try JSON(parsing: String(line)) else {
                throw JSONError(position: SourcePosition(line: 1, column: 1), message: "no object: \(line)")
            }
            return members
        }
    }

    private static func word(_ key: String, in members: [(String, JSON)]) -> String? {
        guard case .string(let word)? = members.first(where: { $0.0 == key })?.1 else { return nil }
        return word
    }

    @Test("each line is an object; the first says what begins, the last how it ended")
    func lines() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", fewPeople)
        let ended = Hubbub(["run", file, "--out", folder("out"), "--ndjson"])
        #expect(ended.err == "")
        let lines = try Self.objects(ended.out)
        #expect(lines.allSatisfy { $0.prefix(3).map(\.0) == ["kind", "run", "seed"] })
        #expect(Self.word("kind", in: lines[0]) == "start")
        #expect(Self.word("format", in: lines[0]) == "hubbub-events-1")
        #expect(Self.word("command", in: lines[0]) == "hubbub run \(file)")
        let last = try #require(lines.last)
        #expect(Self.word("kind", in: last) == "verdict")
        #expect(last.contains { $0.0 == "exit_code" && $0.1.line == "\(ended.code.rawValue)" })
        let path = try #require(Self.word("folder", in: last))
        let result = try String(contentsOfFile: "\(path)/result.json", encoding: .utf8)
        #expect(last.contains { $0.0 == "digest" && result.contains("\"digest\": \($0.1.line)") })
        // 70 s: one of each.
        #expect(lines.count { Self.word("kind", in: $0) == "progress" } == 70)
    }

    @Test("the file beside the result has the same events, in the order of time")
    func file() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", fewPeople)
        let ended = Hubbub(["run", file, "--out", folder("out"), "--ndjson"])
        let stored = try folder.text("out/few-people/latest/events.ndjson")
        let kinds = RunEvent.Kind.allCases.map(\.rawValue)
        let live = try Self.objects(ended.out).filter { kinds.contains(Self.word("kind", in: $0) ?? "") }
            .map { members in
                ["time_ns", "kind", "target", "what"].map { key in
                    members.first { $0.0 == key }?.1.line ?? "-"
                }
            }
        let kept = try Self.objects(stored).map { $0.map(\.1.line) }
        #expect(Set(live) == Set(kept))
        #expect(live.count == kept.count)
        let events = try Self.objects(stored).map { members in
            "\(members[0].1.line) \(Self.word("kind", in: members) ?? "") \(Self.word("what", in: members) ?? "")"
        }
        #expect(
            events == [
                "0 phase usual begins",
                "10000000000 phase the warm-up is over",
                "10000000000 health too few letters to say whether it is healthy",
                "12000000000 fault hiccup begins (slow)",
                "13000000000 heal hiccup is healed",
                "30000000000 fault restart begins (crash)",
                "32000000000 heal restart is healed",
                "32000000000 fault hiccup begins (slow)",
                "33000000000 heal hiccup is healed",
                "40000000000 phase rush begins",
                "52000000000 fault hiccup begins (slow)",
                "53000000000 heal hiccup is healed",
                "60000000000 phase sends are over",
            ])
    }

    @Test("runs are told one after the other, whatever the number of threads")
    func threads() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", quietPeople)
        let line = ["run", file, "--out", folder("out"), "--ndjson", "--seeds", "1..6"]
        let one = Hubbub(line)
        #expect(one.code == .held)
        #expect(Hubbub(line + ["--jobs", "3"]) == one)
        let seeds = try Self.objects(one.out).compactMap { $0.first { $0.0 == "seed" }?.1.line }
        #expect(seeds == seeds.sorted())
        #expect(Set(seeds).count == 6)
        #expect(one.out.split(separator: "\n").count { $0.contains("\"verdict\"") } == 6)
        // What is played once more, or without faults, is not told.
        #expect(Hubbub(line + ["--verify", "--control"]).out == one.out)
    }

    @Test("standard output takes one kind of answer")
    func exclusion() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", quietPeople)
        for other in ["--json", "--junit=-"] {
            let ended = Hubbub(["run", file, "--out", folder("out"), "--ndjson", other])
            #expect(ended.code == .usage)
            #expect(ended.err == "hubbub: standard output takes one document; give the others a file\n")
        }
    }

    @Test("the manual lists every kind of event")
    func manual() {
        let page = Hubbub("help --man hubbub").out
        for kind in RunEvent.Kind.allCases { #expect(page.contains(".B \"\(kind.rawValue)\"\n")) }
    }
}

@Suite("command line: what ends a run, and what is said of it")
struct RunEndingTests {
    private static let aborting = quietPeople.replacing(
        "  - delivery p50 < 10s", with: "  - { check: delivery count < 20, abort: true }")

    @Test("a threshold with abort fails the run, and is said to have ended it")
    func abort() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", Self.aborting)
        let ended = Hubbub(["run", file, "--out", folder("out"), "--junit"])
        #expect(ended.code == .failed)
        #expect(ended.out.split(separator: "\n").first?.hasSuffix("  FAIL, incomplete") == true)
        #expect(ended.out.contains(#/why\s+aborted at \d+\.\d+s by 'delivery count < 20'/#))
        #expect(ended.out.contains("of 1m10s in ") && !ended.out.contains("a part of"))
        let result = try folder.text("out/quiet-people/latest/result.json")
        #expect(result.contains("\"complete\": false"))
        #expect(result.contains("\"word\": \"failed\""))
        #expect(result.contains("\"exit_code\": 1,"))
        let junit = try folder.text("out/quiet-people/latest/junit.xml")
        #expect(junit.contains("failures=\"1\" errors=\"2\""))  // the availability, and the verdict
        #expect(
            junit.contains(#/<error message="[^"]*; aborted at \d+\.\d+s by .*delivery count &lt; 20/#))
        // Where it was ended follows from the run itself, so it is verified and replayed as any other.
        #expect(Hubbub(["run", file, "--out", folder("out"), "--verify", "--quiet"]).code == .failed)
        let again = Hubbub(["replay", folder("out/quiet-people/latest")])
        #expect(again.code == .held)
        #expect(again.out.hasSuffix("the same as before, to the byte\n"))
    }

    @Test("what is only known at the end cannot abort, and the file is told so")
    func latency() throws {
        let folder = try Folder()
        let file = try folder.file(
            "a.yaml", Self.aborting.replacing("delivery count < 20", with: "delivery mean < 1s"))
        let ended = Hubbub(["run", file, "--out", folder("out")])
        #expect(ended.code == .badFile)
        #expect(
            ended.err.contains(
                "a count, a maximum or a percentile with < or <= can abort, as in 'duplicate count == 0'"))
    }

    @Test("what goes round in circles is a mistake in Hubbub, and its result says so")
    func runaway() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", quietPeople)
        let ended = Hubbub(["run", file, "--out", folder("out")]) { play, watch in
            var short = play
            short.eventLimit = 5
            return short.run(watch)
        }
        #expect(ended.code == .internalError)
        #expect(
            ended.err.contains(
                #/^hubbub: more than 5 events within one second, at [\d.]+[mu]?s; `hubbub run .* --verify` repeats it\n$/#
            ))
        let result = try folder.text("out/quiet-people/latest/result.json")
        #expect(result.contains("\"complete\": false"))
        #expect(result.contains("\"exit_code\": 70,"))
    }

    /// A server that is built once to be looked at, and then loses letters each second time that it is built.
    private enum Fickle: Design {
        static let sheet = SingleServer.sheet
        static let stages = SingleServer.stages
        static let promises = SingleServer.promises
        private static let built = Atomic(0)

        static func build(on site: Chat.Site) -> (User) -> FrontDoor {
            let number = built.add(1, ordering: .relaxed).newValue
            let isSecond = number > 1 && !number.isMultiple(of: 2)
            var rules = ServerRules()
            if isSecond { rules.readers = { _, _, _, _ in } }
            return SingleServer.build(on: site, rules: rules)
        }
    }

    @Test("runs that part are told apart by their first event")
    func divergence() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", quietPeople)
        let errors = Memo()
        let code = run(
            ["run", file, "--out", folder("out"), "--verify", "--quiet"],
            in: Surroundings(
                designs: [Fickle.self], benchmarks: [], output: Outlet(isTerminal: false) { _ in },
                errors: Outlet(isTerminal: false) { text in errors.append(text) }))
        #expect(code == .internalError)
        // The second server keeps still where the first one sends the letter on.
        #expect(
            errors.text.contains(
                #/differs: result.json, line \d+ was .*; played twice more, they parted at this: .*event \d+ at [\d.]+[mu]?s/#
            ), "\(errors.text)")
    }

    @Test("the line of several runs says how many are over, and how many of them passed")
    func severalRuns() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", quietPeople)
        let clock = HandClock()
        let ended = Hubbub(
            ["run", file, "--out", folder("out"), "--seeds", "1..3", "--progress", "line"], clock: clock
        ) { play, watch in
            play.run { status in
                if status.time == .at(.seconds(35)) { clock.passTime() }
                return watch(status)
            }
        }
        let lines = ended.err.split(separator: "\r\u{1b}[2K").map(String.init)
        // Half of the run that goes on counts: 0.5, 1.5 and 2.5 of 3 runs are 2, 7 and 12 of 15.
        #expect(lines.count >= 3)
        for (place, bar) in ["[##.............]", "[#######........]", "[############...]"].enumerated() {
            let start = "quiet-people \(bar) \(place)/3 runs  "
            #expect(
                lines.contains { $0.hasPrefix(start) && $0.contains("  \(place) passed  ") }, "\(lines)")
        }
        #expect(ended.err.hasSuffix("\r\u{1b}[2K"))
    }

    @Test("the line of one run says what goes on, how far it is, and how it stands")
    func oneRun() throws {
        let folder = try Folder()
        // A letter a second of each of ten: enough for a percentile.
        let file = try folder.file(
            "a.yaml", quietPeople.replacing("send: 6/m per user", with: "send: 60/m per user"))
        func line(_ words: String..., locale: String = "C") -> String {
            let clock = HandClock()
            return Hubbub(
                ["run", file, "--out", folder("out"), "--progress", "line"] + words,
                variables: ["LANG": locale], clock: clock
            ) { play, watch in
                play.run { status in
                    if status.time == .at(.seconds(35)) { clock.passTime() }
                    return watch(status)
                }
            }.err
        }
        let shape =
            #/usual \[#######\.{8}\] 35s/1m10s  x[\d,]+ real time  [\d.,kM]+ events/s  p99 [\d.]+m?s  thresholds 2/2 ok  eta \d+s/#
        #expect(line().contains(shape))
        #expect(line(locale: "C.UTF-8").contains("usual ▐███████░░░░░░░░▌ 35s/1m10s  ×"))
    }
}
