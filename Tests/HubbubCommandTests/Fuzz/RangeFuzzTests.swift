import Designs
import Experiments
import Foundation
import Glibc
import HubbubCommand
import Synchronization
import Testing
import Vocabulary

/// Whatever the format allows can be played: scenarios are made from the description of the format, with values
/// at the ends of ranges and just beyond them among sensible ones, and those that are accepted are played.
@Suite("command line: every range")
struct RangeFuzzTests {
    /// What may come of it; an internal error may not.
    fileprivate static let codes: Set<ExitCode> = [
        .held, .failed, .inconclusive, .violated, .badFile, .usage, .interrupted,
    ]

    @Test("nothing that is accepted fails inside, and everything hears when it is to end")
    func ranges() async {
        await #expect(processExitsWith: .success) {
            let session = try FuzzSession("ranges", inputs: 400)
            var maker = ScenarioMaker(seed: 1)
            var (accepted, cut) = (0, 0)
            while session.goesOn {
                _ = try session.put(Array(maker.scenario().utf8), as: "input.yaml")
                let played = RangeFuzzTests.play([], in: session)
                accepted += played.isAccepted ? 1 : 0
                cut += played.isCut ? 1 : 0
            }
            session.finish("\(accepted) scenarios were accepted, and \(cut) of their runs were to end early")
            // Else it would try nothing.
            #expect(accepted > 20, "\(accepted) were accepted")
        }
    }

    /// What a scenario made by chance has among many other things, and seldom: one key at one end of its range, and all
    /// others as usual. A long session takes every key; without one it is each fifteenth.
    @Test("each key at each end of its range")
    func ends() async {
        await #expect(processExitsWith: .success) {
            for (design, sheet) in [
                ("single-server", SingleServer.sheet), ("sender-service", SenderService.sheet),
            ] {
                let ends = ScenarioFormat.keys(for: sheet).flatMap { RangeFuzzTests.ends(of: $0) }
                let taken =
                    FuzzSession.isLong
                    ? ends : ends.enumerated().filter { $0.offset % 15 == 0 }.map(\.element)
                // Ten thousand message generators take three quarters of that.
                let session = try FuzzSession(
                    "ends-of-\(design)", inputs: taken.count, memoryLimit: 1_250_000_000)
                var accepted = 0
                for assignment in taken {
                    // What is set is in the input too, for who looks at a finding.
                    let text = """
                        hubbub: 1
                        name: ends  # --set \(assignment)
                        design: \(design)
                        seed: 1
                        duration: 4s
                        drain: 2s
                        users: { count: 6 }
                        load: [{ name: usual, send: 1/s per user, direct: 50% }]

                        """
                    _ = try session.put(Array(text.utf8), as: "input.yaml")
                    accepted += RangeFuzzTests.play(["--set", assignment], in: session).isAccepted ? 1 : 0
                }
                session.finish("\(accepted) of \(taken.count) were accepted")
                #expect(accepted > taken.count / 2, "\(accepted) of \(taken.count) were accepted")
            }
        }
    }

    /// As they would be set on the command line.
    private static func ends(of key: KeyDescription, under path: String = "") -> [String] {
        let name = path + key.name
        switch key.shape {
        case .value(let form), .either(.value(let form), _):
            return [form.range?.least, form.range?.most].compactMap(\.self).map { "\(name)=\($0)" }
        case .section(let keys), .either(.section(let keys), _):
            return keys.flatMap { ends(of: $0, under: name + ".") }
        case .list, .table, .either: return []
        }
    }

    /// Plays the input of a session, and has the run end early.
    private static func play(
        _ arguments: [String], in session: FuzzSession
    ) -> (isAccepted: Bool, isCut: Bool) {
        let (file, out) = ("\(session.folder)/input.yaml", "\(session.folder)/out")
        let isAccepted = Hubbub(["validate", file] + arguments).code == .held
        session.answer([.held, .badFile], to: "input.yaml") { Hubbub(["explain", file] + arguments) }
        // So 400 of them take two minutes of CPU time at most.
        let deadline = FuzzSession.cpuTime + 0.3
        var ended = 0.0
        session.play(codes, to: "input.yaml", isAccepted: isAccepted, from: deadline) {
            let stop = Interruption(listen: {}) {
                FuzzSession.cpuTime > deadline ? .interrupted : nil
            }
            // As if the machine had so much: what takes more is refused, or the fuzzer would end by its memory.
            let played = Hubbub(
                ["run", file, "--quiet", "--out", out] + arguments, interruption: stop, memory: 120_000_000)
            ended = FuzzSession.cpuTime
            return played
        }
        try? FileManager.default.removeItem(atPath: out)
        return (isAccepted, ended > deadline)
    }
}

/// Scenarios by the description of the format.
private struct ScenarioMaker {
    private var random: SplitMix
    private var names = 0

    init(seed: UInt64) { random = SplitMix(state: seed) }

    private struct SplitMix {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
            return word ^ word >> 31
        }

        mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
    }

    private mutating func pick(_ choices: [String]) -> String { choices[random.below(choices.count)] }
    private mutating func happens(_ percent: Int) -> Bool { random.below(100) < percent }

    /// How often a value is one that people do not write, in percent.
    private var oddness = 5
    /// Whether its design is the one of many roles.
    private var isOfMany = false

    mutating func scenario() -> String {
        names = 0
        oddness = [0, 4, 12][random.below(3)]
        isOfMany = happens(40)
        let keys = ScenarioFormat.keys(for: isOfMany ? SenderService.sheet : SingleServer.sheet)
        let fixed = [
            "hubbub": "1", "name": "fuzz", "design": isOfMany ? "sender-service" : "single-server",
            "duration": "6s", "drain": "3s",
            "users": happens(60) ? "{ count: 6 }" : nil,
            "load": happens(60) ? "[{ name: usual, send: 1/s per user, direct: 50% }]" : nil,
        ].compactMapValues { $0 }  // looked up only, never iterated
        var text = ""
        for key in keys {
            let isOdd = happens(oddness)
            if let value = fixed[key.name], !isOdd || ["hubbub", "name", "design"].contains(key.name) {
                text += "\(key.name): \(value)\n"
            } else if key.isRequired || happens(35) {
                text += "\(key.name): \(value(of: key.shape, key.name))\n"
            }
        }
        return text
    }

    private mutating func value(of shape: KeyDescription.Shape, _ name: String) -> String {
        switch shape {
        case .value(let form): return quoted(value(of: form, name))
        case .either(let first, let second): return value(of: happens(70) ? first : second, name)
        case .list(let element):
            let count = 1 + random.below(2)
            return "[" + (0..<count).map { _ in value(of: element, name) }.joined(separator: ", ") + "]"
        case .table(let keys, let values): return table(keys, values)
        case .section(let keys): return section(keys, name)
        }
    }

    /// One of the kinds of a fault, one act of a script; of all other keys some.
    private mutating func section(_ keys: [KeyDescription], _ name: String) -> String {
        var chosen: [KeyDescription] = []
        let isFault = keys.contains { $0.name == "crash" }
        let isAct = keys.contains { $0.name == "go" }
        let others = keys.filter { key in
            isFault
                ? ["name", "at", "for", "every", "until", "ratio"].contains(key.name)
                : isAct ? ["at", "user"].contains(key.name) : true
        }
        for key in others {
            let isWanted = isFault && (key.name == "at" || key.name == "for" && happens(70))
            if key.isRequired || isWanted || happens(isFault ? 10 : 30) { chosen.append(key) }
        }
        if isFault || isAct {
            let kinds = keys.filter { key in !others.contains { $0.name == key.name } }
            chosen.append(kinds[random.below(kinds.count)])
        }
        return "{ " + chosen.map { "\($0.name): \(value(of: $0.shape, $0.name))" }.joined(separator: ", ")
            + " }"
    }

    /// Shares that fill a whole, or what stands under keys of the file's own choice.
    private mutating func table(_ keys: QuantityForm, _ values: KeyDescription.Shape) -> String {
        guard case .value = values else {
            let key = pick(["* <-> *", "client <-> server", "@home -> *"])
            return "{ \"\(key)\": \(value(of: values, "link")) }"
        }
        let first = value(of: keys, "part"), second = value(of: keys, "part")
        return first == second || happens(50)
            ? "{ \"\(first)\": 100% }" : "{ \"\(first)\": 30%, \"\(second)\": 70% }"
    }

    private mutating func value(of form: QuantityForm, _ name: String) -> String {
        if happens(oddness), let range = form.range {
            return pick([range.least, range.most, range.below, range.above].compactMap(\.self))
        }
        if !form.words.isEmpty { return pick(form.words) }
        switch form.name {
        case "a name" where name == "name":
            names += 1
            return "n\(names)"
        case "a name" where name == "off": return pick(["order-kept", "shown-once"])
        case "a name": return pick(["home", "eu", "us"])
        case "a target":
            let roles =
                isOfMany
                ? ["chat-host", "recipient-log[0..1]", "cache", "message-store", "gateway[1]"]
                : ["server", "server[0]"]
            return pick(roles + ["client", "*", "@home", "client@home"])
        case "a text" where ["thresholds", "check", "expect"].contains(name):
            return pick(["delivery p99 < 1s", "availability >= 99%", "delivery count > 3", "lost count == 0"])
        case "a text": return pick(["A title", "~", "x: y"])
        case "a time", "a time, or how it varies":
            return pick(["1s", "2s", "100ms", "1ms", "3s"] + (form.name == "a time" ? [] : Self.spreads))
        case "a size, or how it varies": return pick(["1KB", "exp 2KB", "uniform 0B..3KB", "4MB"])
        case "a size": return pick(["1KB", "64KB", "1MB"])
        case "a count": return pick(["1", "2", "3", "5"])
        case "a rate": return pick(["1/s per user", "5/s", "1/m per user", "50/s per user"])
        case "a share": return pick(["0%", "10%", "50%", "100%"])
        case "a data rate": return pick(["100kbit/s", "1Mbit/s", "1Gbit/s"])
        case "a factor": return pick(["1", "3", "100"])
        case "a room or a user": return pick(["room 0", "user 1", "user 2"])
        case "a room": return "room 0"
        case "a user": return pick(["1", "2"])
        default: return form.example
        }
    }

    private static let spreads = [
        "exp 200ms", "uniform 0s..1s", "lognormal 10ms p99 1s", "pareto 1ms alpha 1.5 max 1s",
        "table p50 1ms max 2s", "exp 1ns", "uniform 0s..1ns", "exp 87600h",
    ]

    private func quoted(_ text: String) -> String {
        text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." } && !text.isEmpty ? text : "\"\(text)\""
    }
}
