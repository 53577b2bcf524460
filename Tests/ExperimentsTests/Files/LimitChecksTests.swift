import Designs
import Experiments
import Testing
import Vocabulary

/// What a design would refuse by a rule that one of its knobs states is said before anything runs.
@Suite("files: a load beyond a known limit")
struct LimitChecksTests {
    private func warnings(_ load: String, users: String = "{ count: 3000 }", server: String = "{}") -> String
    {
        let text = """
            hubbub: 1
            name: limits
            design: single-server
            seed: 1
            duration: 1m
            users: \(users)
            load:
              - { name: usual, \(load) }
            topology: { server: \(server) }

            """
        let loaded = ScenarioLoader(designs: [SingleServer.sheet]) { (_) throws(Misreading) in [] }
            .load(Array(text.utf8), from: "limits.yaml")
        #expect(loaded.scenario != nil, "a warning is no error")
        return loaded.findings.text
    }

    /// What is said of a scenario of `sender-service`, the keys of which go on from line 9.
    private func findings(_ keys: String, users: String = "{ count: 100 }") -> String {
        let text = """
            hubbub: 1
            name: limits
            design: sender-service
            seed: 1
            duration: 1m
            users: \(users)
            load:
              - { name: usual, send: 1/m per user, direct: 100% }
            \(keys)

            """
        return ScenarioLoader(designs: [SenderService.sheet]) { (_) throws(Misreading) in [] }
            .load(Array(text.utf8), from: "limits.yaml").findings.text
    }

    @Test("a fault may name a spare machine, and none beyond the last of these")
    func spare() {
        func errors(_ target: String) -> String {
            findings(
                """
                topology: { chat-host: { count: 10, spare: 30 } }
                faults:
                  - { name: nap, at: 10s, for: 5s, pause: { target: "\(target)" } }
                """)
        }
        #expect(errors("chat-host[9]") == "")
        #expect(errors("chat-host[12]") == "")
        #expect(errors("chat-host[10..39]@home") == "")
        #expect(
            errors("chat-host[40]").contains(
                "reaches past the last machine, 39 (count: 10 and 30 spare, line 9)"))
    }

    @Test("knobs that do not go together say what would be right, and for which role")
    func conflict() {
        let errors = findings("topology: { message-generator: { acks: leader } }")
        #expect(errors.contains("for message-generator, write acks: all, or idempotence: off"))
    }

    @Test("hacked apps without lists of blocks are said to change nothing")
    func hacked() {
        func warnings(_ client: String) -> String {
            findings("client: \(client)", users: "{ count: 100, hacked: 10% }")
        }
        #expect(warnings("{}").contains("warning: this changes nothing: without 'client.blocks'"))
        #expect(warnings("{ blocks: { conflicts: ask-user } }") == "")
    }

    /// From 1,000 to 8,000 bytes 3,904 of 7,000 are above 4,096: 55.8 %.
    @Test("letters larger than they may be")
    func letters() {
        #expect(
            warnings("size: uniform 1KB..8KB, direct: 100%").contains(
                "warning: about 56 % of the letters of 'usual' are larger than server.body-limit, 4.096KB: they are refused"
            ))
        #expect(warnings("size: 5KB, direct: 100%").contains("warning: all letters of 'usual' are larger"))
        #expect(warnings("size: exp 4KB, direct: 100%").contains("about 36 % of the letters"))  // e^-1.024
        #expect(warnings("size: 4096B, direct: 100%") == "")
        #expect(warnings("size: 8KB, direct: 100%", server: "{ body-limit: 8KB }") == "")
    }

    @Test("rooms larger than they may be, where anybody writes to rooms")
    func rooms() {
        let users = "{ count: 3000, rooms: { sizes: { 2: 50%, 2000: 50% } } }"
        #expect(
            warnings("size: 1KB", users: users).contains(
                "warning: a room of 2,000 is larger than server.room-limit, 1,000: all letters to it are refused"
            ))
        #expect(warnings("size: 1KB, direct: 100%", users: users) == "")
        #expect(
            warnings("size: 1KB", users: "{ count: 3000, rooms: { one-of-all: true } }").contains(
                "a room of 3,000"))
        #expect(warnings("size: 1KB", users: "{ count: 900, rooms: { one-of-all: true } }") == "")
        #expect(warnings("size: 1KB", users: users, server: "{ room-limit: 2000 }") == "")
        let odd = "{ count: 3, rooms: { sizes: { 2: 100% } } }"
        #expect(
            warnings("size: 1KB", users: odd, server: "{ room-limit: 2 }").contains(
                "a room of 3 is larger than server.room-limit, 2"))
    }

    @Test("S0-1 a room that is full takes nobody in, and letters to it all the same")
    func fullRooms() {
        func warnings(_ role: String) -> String {
            findings(
                """
                topology: { \(role): { room-limit: 6 } }
                script: [{ at: 1s, user: 0, send: room 0 }]
                """, users: "{ count: 56, rooms: { sizes: { 7: 100% } } }")
        }
        #expect(warnings("connection-service") == "")
        #expect(warnings("new-message-service").contains("a room of 7 is larger than"))
    }
}
