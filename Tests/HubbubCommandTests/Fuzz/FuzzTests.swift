import Experiments
import Foundation
import HubbubCommand
import Synchronization
import Testing

/// Whatever a file or an option holds, the answer comes soon, in little memory, and in words.
@Suite("command line: any input at all")
struct FuzzTests {
    @Test("scenario files: those that ship and those that are broken, changed in all ways")
    func scenarios() async {
        await #expect(processExitsWith: .success) {
            let session = try FuzzSession("scenarios", inputs: 600)
            var mutator = Mutator(try corpus(), seed: 1)
            while session.goesOn {
                let file = try session.put(mutator.next(), as: "input.yaml")
                // Some speak of another file that they extend.
                session.answer([.held, .badFile, .noFile], to: "input.yaml") { Hubbub(["validate", file]) }
                session.answer([.held, .badFile, .noFile], to: "input.yaml") { Hubbub(["explain", file]) }
            }
            session.finish()
        }
    }

    @Test("values of options, in all keys that a scenario has")
    func options() async {
        await #expect(processExitsWith: .success) {
            let session = try FuzzSession("options", inputs: 600)
            let file = try session.put(Array(fewPeople.utf8), as: "few-people.yaml")
            var mutator = Mutator(try corpus(), seed: 2)
            while session.goesOn {
                let key = mutator.below(5) == 0 ? mutator.value() : keys[mutator.below(keys.count)]
                let assignment = "\(key)=\(mutator.value())"
                _ = try session.put(Array(assignment.utf8), as: "assignment")
                session.answer([.held, .usage, .badFile, .noFile], to: "assignment") {
                    Hubbub(["explain", file, "--set", assignment])
                }
            }
            session.finish()
        }
    }

    /// What a replay would play is not fuzzed but given: a changed scenario may be a long one.
    @Test("stored results, given to all that read them")
    func results() async {
        await #expect(processExitsWith: .success) {
            let session = try FuzzSession("results", inputs: 200)
            let outcome = Mutex<Play.PlayedRun?>(nil)
            var stored: [[UInt8]] = []
            for text in [fewPeople, quietPeople] {
                let file = try session.put(Array(text.utf8), as: "base.yaml")
                let out = "\(session.folder)/out"
                try? FileManager.default.removeItem(atPath: out)
                _ = Hubbub(["run", file, "--out", out]) { play, watch in
                    let played = play.run(watch)
                    outcome.withLock { $0 = played }
                    return played
                }
                let name = try #require(try FileManager.default.contentsOfDirectory(atPath: out).first)
                stored.append(
                    [UInt8](try Data(contentsOf: URL(filePath: "\(out)/\(name)/latest/result.json"))))
            }
            let played = try #require(outcome.withLock { $0 })
            var mutator = Mutator(stored, seed: 3)
            while session.goesOn {
                let file = try session.put(mutator.next(), as: "result.json")
                session.answer([.held, .badFile], to: "result.json") { Hubbub(["report", file]) }
                session.answer([.held, .badFile], to: "result.json") { Hubbub(["explain", file]) }
                // Without the build's name beside it nobody can tell why a result differs.
                session.answer([.held, .inconclusive, .badFile], to: "result.json") {
                    Hubbub(["replay", file], player: { _, _ in played })
                }
            }
            session.finish()
        }
    }
}

private let keys = [
    "hubbub", "name", "title", "design", "seed", "duration", "warmup", "patience", "drain", "users",
    "users.count", "users.online", "users.devices", "users.regions", "users.rooms", "users.access", "load",
    "load.usual.send", "load.usual.size", "load.rush.from", "load.rush.ramp", "topology",
    "topology.server.cores", "topology.server.service-time", "topology.server.bandwidth", "topology.links",
    "server.cores", "server.store", "client.timeout", "client.heartbeat", "healthy.window", "healthy.hold",
    "healthy.expect", "faults", "faults.restart.at", "faults.restart.crash", "faults.hiccup.every",
    "faults.hiccup.for", "faults.hiccup.slow.factor", "random", "random.kinds", "thresholds",
    "invariants.off",
    "script", "extends",
]

/// All scenario files of the repository. What the broken ones are made for is not here, so each is there once
/// more with the design that is.
private func corpus() throws -> [[UInt8]] {
    let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL
    var files: [[UInt8]] = [fewPeople, quietPeople].map { Array($0.utf8) }
    for folder in ["Scenarios", "Tests/ExperimentsTests/Broken"] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
        for name in names.filter({ $0.hasSuffix(".yaml") }).sorted() {
            let file = root.appending(path: "\(folder)/\(name)")
            let bytes = [UInt8](try Data(contentsOf: file))
            files.append(bytes)
            if let text = String(bytes: bytes, encoding: .utf8), text.contains("design: post-office") {
                files.append(Array(text.replacing("design: post-office", with: "design: single-server").utf8))
            }
        }
    }
    return files
}
