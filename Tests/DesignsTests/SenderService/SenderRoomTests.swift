import Chat
import Designs
import Experiments
import Results
import Testing
import Vocabulary

/// Thirty people in three rooms of ten, who come and go.
@Suite("sender-service: who is in a room")
struct SenderRoomTests {
    private static let rooms = "  rooms: { sizes: { 10: 100% } }"
    private static let letters = "send: 6/m per user, size: 1KB, direct: 0%"

    /// Twenty people with a letter a second each: 20 a second, of which members see some in one order, and some in another.
    @Test("S0-10 S0-34 how often members of a room see different orders is counted")
    func disagreements() throws {
        let run = try SenderRun(
            users: 20, devices: "{ 1: 100% }", people: "  rooms: { one-of-all: true }",
            load: "send: 60/m per user, size: 1KB, direct: 0%", duration: "30s", drain: "20s",
            "thresholds: [disagreements count > 0]")
        #expect(run.broken == [])
        #expect(run.missed == [])
    }

    /// From 15 s to 45 s no generator hears from the connection service. At 20 s six people come into rooms, and six leave
    /// theirs. From 30 s on, 10 s later, letters go by that, or wait until it is known.
    @Test(
        "a generator that is cut off from the connection service sends no letter by an old list of members",
        arguments: [
            ("message-generator", 1), ("message-generator", 2), ("\"message-generator[1]\"", 1),
        ])
    func cutOff(_ generators: String, seed: Int) throws {
        let run = try runCutOff(generators, seed: seed)
        // What those who left had not seen by then is due to them no more.
        #expect(run.counts.shown + run.counts.withdrawn == run.counts.due)
    }

    /// The same, with a letter to a room in one piece. Hosts deliver it to those who are in there, and the message service stores
    /// it for them: that shows with who is away from 31 s to 60 s.
    @Test(
        "S0-38 a host or message service that is cut off from the connection service goes by no old list of members",
        arguments: [("chat-host", false), ("message-service", true)])
    func cutOffPerRoom(_ role: String, areAway: Bool) throws {
        let people = Array(0..<6) + Array(10..<16)
        let acts = people.flatMap { user in
            ["  - { at: 31s, user: \(user), go: offline }", "  - { at: 60s, user: \(user), go: online }"]
        }
        _ = try runCutOff(
            role, topology: ["message-generator: { room-delivery: per-room }"], seed: 1,
            more: areAway ? acts : [])
    }

    private func runCutOff(_ roles: String, topology: [String] = [], seed: Int, more: [String] = []) throws
        -> SenderRun
    {
        let acts = (0..<6).flatMap { user in
            (0..<3).flatMap { room in
                [
                    "  - { at: 20s, user: \(user), join: room \(room) }",
                    "  - { at: 20s, user: \(user + 10), leave: room \(room) }",
                ]
            }
        }
        let run = try SenderRun(
            users: 30, devices: more.isEmpty ? "{ 1: 75%, 2: 20%, 3: 5% }" : "{ 1: 100% }",
            people: Self.rooms,
            load: Self.letters, duration: "70s", topology: topology, seed: seed,
            """
            script:
            \((acts + more).joined(separator: "\n"))
            faults:
              - { name: cut, at: 15s, for: 30s, partition: { between: connection-service, and: \(roles) } }
            """)
        #expect(run.broken == [])
        #expect(run.invariant("never-lost")?.state == .held)
        #expect(run.counts.lost == 0)
        return run
    }

    /// Ten people have each blocked another one, and all twenty come into one room at the same moment.
    @Test(
        "S0-33 of two who come at the same moment, one of whom blocks the other, one gets in",
        arguments: 1...4)
    func together(seed: Int) throws {
        let acts = (10..<20).map { user in
            """
              - { at: 10s, user: \(user), block: \(user + 10) }
              - { at: 20s, user: \(user), join: room 0 }
              - { at: 20s, user: \(user + 10), join: room 0 }
            """
        }
        let run = try SenderRun(
            users: 40, people: Self.rooms, load: "send: 1/d per user, size: 1KB, direct: 100%",
            duration: "30s", seed: seed,
            "script:\n\(acts.joined(separator: "\n"))")
        #expect(run.broken == [])
        #expect(run.invariant("never-put-together")?.state == .held)
    }

    /// A room of ten takes eleven, and nobody can write to one of twelve. Twenty come at the same moment, of whom ten at most
    /// are in there already: nine at least do not get in.
    @Test("S0-1 no more come into a room at the same moment than it takes", arguments: 1...4)
    func full(seed: Int) throws {
        let acts = (10..<30).map { "  - { at: 20s, user: \($0), join: room 0 }" }
        let run = try SenderRun(
            users: 40, people: Self.rooms, load: Self.letters, duration: "40s",
            topology: ["connection-service: { room-limit: 11 }", "new-message-service: { room-limit: 11 }"],
            seed: seed,
            """
            script:
            \(acts.joined(separator: "\n"))
            thresholds: [connection-service.joins-refused sum >= 9]
            """)
        #expect(run.broken == [])
        #expect(run.missed == [])
        #expect(run.counts.refusedByRule == 0)
    }

    /// The store has it that they are there, and does not get to say so: others read it in the store.
    @Test(
        "who comes while the store cannot be heard may be shown letters before the system has said so",
        arguments: 1...3)
    func unheard(seed: Int) throws {
        let run = try SenderRun(
            users: 20, people: Self.rooms, load: "send: 6/m per user, size: 1KB", seed: seed,
            """
            script: [{ at: 37s, user: 4, join: room 0 }, { at: 38s, user: 4, join: room 1 }]
            faults: [{ name: f, at: 30s, for: 40s, partition: { between: connection-store, direction: one-way } }]
            """)
        #expect(run.broken == [])
        #expect(run.counts.lost == 0)
    }
}
