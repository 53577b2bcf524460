import Foundation
import HubbubCommand
import Results
import Testing
import Vocabulary

@Suite("command line: explain a run")
struct ExplainRunTests {
    private static let marks = ["LANG": "C.UTF-8"]

    @Test("its story, by its folder or by its result")
    func story() throws {
        let site = try Site(fewPeople)
        _ = site.run()
        let latest = site.latest(of: "few-people")
        let ended = site.command("explain", on: latest, variables: Self.marks)
        #expect(ended.err == "")
        #expect(ended.code == .held)
        let lines = ended.out.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("hubbub run few-peo… · single-… · seed 42 · digest "))
        let sections = [
            "what was planned", "what came of it", "thresholds", "faults", "invariants", "what to look at",
        ]
        #expect(lines.filter(sections.contains) == sections)
        for line in [
            "  1m of sends, the first 10s not counted, and 10s of drain; 10 users, 1 server",
            "  75 letters, each to 1.0 others: 75 deliveries",
            "  restart                   crash of server, 30s–32s",
            "  hubbub explain \(latest) --slowest", "  hubbub run \(site.file)",
        ] { #expect(lines.contains(line), "\(line)\n\(ended.out)") }
        #expect(site.command("explain", on: "\(latest)/result.json", variables: Self.marks).out == ended.out)
        #expect(
            site.command("explain", "--ascii", on: latest, variables: Self.marks).out.utf8.allSatisfy {
                $0 < 128
            })
        for line in ended.out.split(separator: "\n") where !line.hasPrefix("  hubbub ") {
            #expect(line.count <= 100, "\(line)")
        }
    }

    @Test("its slowest letters, with their ways")
    func slowest() throws {
        let site = try Site(fewPeople)
        _ = site.run()
        let latest = site.latest(of: "few-people")
        let ended = site.command("explain", "--slowest", on: latest, variables: Self.marks)
        #expect(ended.err == "")
        #expect(ended.code == .held)
        let lines = ended.out.split(separator: "\n").map(String.init)
        #expect(lines[0] == "the 20 slowest deliveries, the slowest first")
        let slowest = try ResultFile.result(
            parsing: String(contentsOfFile: "\(latest)/result.json", encoding: .utf8), file: "result.json"
        ).slowest
        #expect(lines.filter { $0.hasPrefix("letter ") }.count == slowest.count)
        // What they have in common stands before the first of them.
        #expect(lines[1].hasPrefix("  they took "))
        #expect(lines.contains { $0.contains("spent most of it in '") })
        let first = try #require(lines.first { $0.hasPrefix("letter ") })
        #expect(
            first.hasPrefix("\(slowest[0].letter) from \(slowest[0].sender) to \(slowest[0].recipient), "))
        #expect(ended.out.contains(#/ [0-9.]+[mu]?s +[0-9]+ %  server\[0\] +server work\n/#))
        // It was sent while the server was down, or slow.
        #expect(first.contains(#/, met (restart|hiccup)/#))
        for line in lines { #expect(line.count <= 100, "\(line)") }
    }

    @Test("one of its letters; of one that was not kept, how to get it")
    func message() throws {
        let site = try Site(quietPeople.replacing("send: 6/m", with: "send: 60/m"))
        _ = site.run()
        let kept = try site.result().slowest.map(\.letter)
        let first = try #require(kept.first?.split(separator: " ").last)
        let ended = site.command("explain", "--message \(first)", on: site.latest())
        #expect(ended.code == .held)
        #expect(ended.out.hasPrefix("letter \(first) from user "))
        let slowest = site.command("explain", "--slowest", on: site.latest()).out
        #expect(slowest.contains(ended.out))
        let other = try #require((0..<60).map { "3.\($0)" }.first { !kept.contains("letter \($0)") })
        let missing = site.command("explain", "--message \(other)", on: site.latest())
        #expect(missing.code == .usage)
        #expect(
            missing.err
                == "hubbub: the result says nothing of letter \(other): it keeps the 20 slowest deliveries, and what "
                + "broke a promise; `hubbub replay \(site.latest()) --message \(other)` plays the run again and "
                + "writes down all of it\n")
    }

    @Test("the same for programs", arguments: [("", "story"), ("--slowest", "letters")])
    func documents(option: String, format: String) throws {
        let site = try Site()
        _ = site.run()
        let ended = site.command("explain", "\(option) --json", on: site.latest())
        guard case .object(let members) = try JSON(parsing: ended.out),
            case .string(let found)? = members.first?.1
        else { throw CancellationError() }
        #expect(members.first?.0 == "format")
        #expect(found == "hubbub-\(format)-1")
        #expect(members.contains { $0.0 == (option.isEmpty ? "thresholds" : "deliveries") })
    }

    @Test("what is asked of the wrong thing says what would be right")
    func wrong() throws {
        let site = try Site()
        _ = site.run()
        #expect(
            site.command("explain", "--slowest").err
                == "hubbub: option '--slowest' is for a stored run: the folder of a result, or its result.json, not "
                + "'\(site.file)'\n")
        #expect(
            site.command("explain", "--set users.count=5", on: site.latest()).err
                == "hubbub: option '--set' is for a scenario file; \(site.latest()) is a run, as it was played\n"
        )
        let empty = site.command("explain", on: site.folder.path)
        #expect(empty.code == .noFile)
        #expect(empty.err == "hubbub: \(site.folder.path)/result.json: No such file or directory\n")
        #expect(site.command("explain", "--message x", on: site.latest()).code == .usage)
    }
}

@Suite("command line: what a run will take")
struct ForecastTests {
    private static func number(_ key: String, of document: String) throws -> Double {
        guard case .object(let members) = try JSON(parsing: document),
            case .object(let estimate)? = members.first(where: { $0.0 == "estimate" })?.1
        else { throw CancellationError() }
        switch estimate.first(where: { $0.0 == key })?.1 {
        case .number(let number)?: return number
        case .integer(let number)?: return Double(number)
        default: throw CancellationError()
        }
    }

    /// Events are the same on every machine; time and memory are not, and no test knows them.
    @Test(
        "a run has about so many events as were expected",
        arguments: [
            "topology.server.cores=8", "load.usual.direct=100%", "users.rooms.sizes={10: 100%}",
            "load.usual.send=120/m per user", "users.devices={2: 100%}",
        ])
    func events(change: String) throws {
        let site = try Site(
            quietPeople.replacing("count: 10 ", with: "count: 100 ").replacing(
                "send: 6/m", with: "send: 60/m"))
        let set = ["--set", change]
        let expected = try Self.number(
            "events", of: Hubbub(["explain", site.file, "--json"] + set).out)
        _ = Hubbub(["run", site.file, "--out", site.folder("out")] + set)
        let machine = try ResultFile.machine(
            parsing: String(contentsOfFile: site.latest("machine.json"), encoding: .utf8),
            file: "machine.json")
        let share = expected / Double(machine.events)
        #expect(share > 0.85, "expected \(expected) of \(machine.events)")
        #expect(share < 1.15, "expected \(expected) of \(machine.events)")
    }

    /// 10 minutes of 100,000 people at a letter a minute, to one other each: 10^6 · (6 + 8) events of 570 ns: 8 s.
    @Test("the estimate is in words, with what it rests on")
    func words() throws {
        let folder = try Folder()
        let file = try folder.file(
            "a.yaml",
            quietPeople.replacing("count: 10 ", with: "count: 100000 ").replacing("6/m", with: "1/m")
                .replacing("duration: 1m", with: "duration: 10m"))
        let text = Hubbub(["explain", file]).out
        #expect(
            text.contains(
                """
                what it will take
                  about 8s and 270 MB on one core of 2.5 GHz with nothing else to do
                  14M events: 6 for each of 1M letters and 8 for each of 1M times that one is shown on a device; 570
                  ns an event with 100k devices
                  38 MB for the program, 1.1 KB a device, 80 B a letter, 40 B a showing; more where letters pile up

                """), "\(text)")
    }
}
