import Experiments
import Foundation
import HubbubCommand
import Results
import Synchronization
import Testing
import Vocabulary

@Suite("command line: replay")
struct ReplayTests {
    /// A server that is slow from 12 s to 13 s, down from 30 s to 32 s, and paused from 50 s on.
    private static let troubled = fewPeople.replacing(
        "thresholds:", with: "  - { name: nap, at: 50s, pause: { target: server } }\nthresholds:")

    @Test("a stored run comes out the same")
    func same() throws {
        let site = try Site()
        #expect(site.run().code == .held)
        let ended = site.command("replay", on: site.latest())
        #expect(ended.code == .held)
        #expect(ended.err == "")
        #expect(ended.out.hasSuffix("the same as before, to the byte\n"))
        #expect(
            site.command("replay", "--json", on: site.latest("result.json")).out.contains("\"same\": true"))
    }

    @Test("one that does not is a mistake of the same build, and nobody can tell of another one")
    func differing() throws {
        let site = try Site()
        #expect(site.run().code == .held)
        try site.rewrite { $0.run.title = "Two people on one server" }
        let same = site.command("replay", on: site.latest())
        #expect(same.code == .internalError)
        #expect(same.err.hasPrefix("hubbub: the digest is the same, and the result is not: line 6 was"))
        #expect(same.err.hasSuffix("please report it, with this line\n  hubbub replay \(site.latest())\n"))
        try FileManager.default.removeItem(atPath: site.latest("machine.json"))
        let other = site.command("replay", on: site.latest())
        #expect(other.code == .inconclusive)
        #expect(
            other.err.hasPrefix("hubbub: the result was made by another build (unknown); this is executable ")
        )
        #expect(!other.err.contains("please report"))
        try site.rewrite { $0.run.digest = Digits(1) }
        #expect(site.command("replay", on: site.latest()).err.contains("\nhubbub: the digest was 0000-"))
    }

    /// Nothing else may depend on whether somebody looks: the letter's history is written down by a run that is
    /// the same to the byte.
    @Test("the history of a letter that the result says nothing of")
    func history() throws {
        let site = try Site(quietPeople.replacing("send: 6/m", with: "send: 60/m"))
        #expect(site.run().code == .held)
        let kept = try site.result().slowest.map(\.letter)
        let letter = try #require((0..<60).map { "3.\($0)" }.first { !kept.contains("letter \($0)") })
        let ended = site.command("replay", "--message \(letter)", on: site.latest())
        #expect(ended.code == .held)
        #expect(ended.err == "")
        let lines = ended.out.split(separator: "\n").map(String.init)
        #expect(lines[1] == "letter \(letter)")
        let steps = [
            "phone of user 3  tapped on device 3.0, for ", "phone of user 3  way in begins",
            "server[0]        server core wait begins", "server[0]        server work begins",
            "server[0]        server disk begins", "server[0]        way out to user ",
            "  shown on device ",
            "phone of user 3  is told that the system has it", "phone of user 3  is told that user ",
        ]
        for step in steps { #expect(lines.contains { $0.contains(step) }, "\(step)\n\(ended.out)") }
        let times = lines.dropFirst(3).compactMap {
            $0.firstMatch(of: #/^ +([0-9]+[.][0-9]{6})s /#).flatMap { Double($0.1) }
        }
        #expect(times.count >= steps.count)
        #expect(times == times.sorted())
        #expect(lines.last == "the same as before, to the byte")
        #expect(
            site.command("replay", "--message \(letter) --json", on: site.latest()).out.contains(
                "\"history\": ["))
    }

    /// The server is down for 2 s from 30 s on; whoever taps then sends again.
    @Test("what is sent more than once is seen to be")
    func sentAgain() throws {
        let site = try Site(Self.troubled)
        _ = site.run()
        let latest = site.latest(of: "few-people")
        let slow = try ResultFile.result(
            parsing: String(contentsOfFile: "\(latest)/result.json", encoding: .utf8), file: "result.json"
        ).slowest.filter { $0.sent >= .at(.seconds(30)) && $0.sent < .at(.seconds(32)) }
        let letter = try #require(slow.first?.letter)
        let number = try #require(letter.split(separator: " ").last)
        let ended = site.command("replay", "--message \(number)", on: latest)
        #expect(ended.out.contains("sent once more, attempt 2\n"), "\(ended.out)")
    }

    @Test(
        "faults in force and the state of machines, at a moment",
        arguments: [
            ("12500ms", "hiccup", "slow x3"), ("31s", "restart", "down"), ("55s", "nap", "paused"),
            ("29s", nil, "up"),
        ])
    func until(moment: String, fault: String?, state: String) throws {
        let site = try Site(Self.troubled)
        _ = site.run()
        let ended = site.command("replay", "--until \(moment)", on: site.latest(of: "few-people"))
        #expect(ended.code == .held)
        #expect(ended.err == "")
        #expect(ended.out.hasPrefix("hubbub replay few-people - single-server - seed 42 - at "))
        #expect(
            ended.out.contains(fault.map { "    \($0) " } ?? "  faults    none in force\n"), "\(ended.out)")
        #expect(ended.out.contains(try Regex("server\\[0\\] +home +\(state) ")), "\(ended.out)")
        #expect(ended.out.contains("by what has come so far; what is on its way is not in it\n"))
        #expect(!ended.out.contains("as before"))
    }

    /// 31.9 s: the server has been down for almost 2 s, in which 10 people sent about 2 letters.
    @Test("letters on their way, and thresholds that do not count them as lost")
    func waiting() throws {
        let site = try Site(Self.troubled.replacing("send: 6/m", with: "send: 60/m"))
        _ = site.run()
        let latest = site.latest(of: "few-people")
        let document = try JSON(parsing: site.command("replay", "--until 31900ms --json", on: latest).out)
        guard case .object(let members) = document,
            case .object(let moment)? = members.first(where: { $0.0 == "moment" })?.1,
            case .integer(let waiting)? = moment.first(where: { $0.0 == "waiting" })?.1,
            case .array(let oldest)? = moment.first(where: { $0.0 == "oldest" })?.1
        else { throw CancellationError() }
        #expect(members.contains { if $0.0 == "same", case .null = $0.1 { true } else { false } })
        #expect(waiting >= 10)
        #expect(oldest.count == Int(min(waiting, 20)))
        let told = site.command("replay", "--until 31900ms", on: latest).out
        #expect(told.contains("way in for "), "\(told)")
        #expect(told.contains(", not accepted\n"))
        #expect(!told.contains("undelivered"))
        let before = site.command("replay", "--until 0s", on: latest)
        #expect(before.out.contains("  letters   0 tapped - 0 accepted - shown 0 times\n"))
    }

    /// Whatever is listed one by one is counted, and nothing else is: the run itself says how many there were.
    @Test("events are named by role, and counted by role and kind")
    func events() throws {
        let site = try Site(Self.troubled)
        _ = site.run()
        let latest = site.latest(of: "few-people")
        let machine = try String(contentsOfFile: "\(latest)/machine.json", encoding: .utf8)
        let events = try ResultFile.machine(parsing: machine, file: "machine.json").events
        let listed = site.command("replay", "--events 1..40", on: latest).out
        #expect(listed.contains(": server[0] receives ") && listed.contains(": client["))
        #expect(!listed.contains("Machine[") && !listed.contains("Phone["))

        let told = site.command("replay", "--event-counts", on: latest)
        #expect(told.code == .held && told.err == "")
        let lines = told.out.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(told.out.hasPrefix("hubbub replay few-people - single-server - seed 42 - "))
        #expect(lines[1].prefix(4).joined(separator: " ") == "role and kind events")
        #expect(lines[2].prefix(2).map(String.init) == ["all", grouped(events)])

        let document = try JSON(parsing: site.command("replay", "--event-counts --json", on: latest).out)
        guard case .object(let members) = document, case .object(let counts)? = members.last?.1,
            case .array(let roles)? = counts.first(where: { $0.0 == "roles" })?.1
        else { throw CancellationError() }
        #expect(members.map(\.0) == ["format", "run", "counts"])
        var sum: UInt64 = 0
        for role in roles {
            guard case .object(let role) = role, case .array(let kinds)? = role.last?.1 else { continue }
            for kind in kinds {
                if case .object(let kind) = kind, case .integer(let count)? = kind.last?.1 { sum += count }
            }
        }
        #expect(sum == events)
        #expect(told.out.contains("\n    core completion ") && told.out.contains("\n    tap "))
    }

    @Test("what cannot be looked at says what can")
    func wrong() throws {
        let site = try Site()
        #expect(site.run().code == .held)
        func told(_ words: String) -> String {
            let ended = site.command("replay", words, on: site.latest())
            #expect(ended.code == .usage, "\(words)")
            #expect(ended.out == "")
            return ended.err
        }
        #expect(
            told("--until 70s")
                == "hubbub: option '--until': the run ends at 1m10s, so a moment is before that, not '70s'\n")
        #expect(told("--until 12").hasPrefix("hubbub: option '--until': '12' needs a unit: ns, us, "))
        #expect(
            told("--message 3")
                == "hubbub: option '--message': '3' names no letter; write 17.3 for the fourth letter of user 17, "
                + "as reports do: both count from 0\n")
        #expect(
            told("--message 10.0")
                == "hubbub: option '--message': there is no user 10 in this run; users are numbered from 0 to 9\n"
        )
        #expect(
            told("--event-counts --until 12s")
                == "hubbub: options '--event-counts' and '--until' exclude each other: ask for one, then the other\n"
        )
        #expect(
            told("--events 0..10")
                == "hubbub: option '--events' counts events from 1: there is no 0 of '0..10'\n")
        #expect(told("--events 1..2 --trail").hasPrefix("hubbub: options '--trail' and '--events' exclude"))
        let late = told("--message 3.999")
        #expect(
            late.contains(
                #/^hubbub: option '--message': nobody sent letter 3.999: user 3 sent [0-9]+, 3.0 to 3.[0-9]+\n$/#
            ),
            "\(late)")
        #expect(
            told("--message 3.999 --until 0s").hasSuffix("nobody sent letter 3.999 by 0s: user 3 sent none\n")
        )
    }

    @Test("a run that was stopped can be played up to a moment, and not compared")
    func stopped() throws {
        let site = try Site()
        let asked = Atomic(0)
        _ = site.run(
            interruption: Interruption(listen: {}) {
                asked.add(1, ordering: .relaxed).newValue > 30 ? .interrupted : nil
            })
        let refused = site.command("replay", on: site.latest())
        #expect(refused.code == .badFile)
        #expect(refused.err.hasSuffix("with --until it can be played up to a moment\n"))
        #expect(site.command("replay", "--event-counts", on: site.latest()).err == refused.err)
        #expect(site.command("replay", "--until 5s", on: site.latest()).code == .held)
    }
}
