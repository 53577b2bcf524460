import Experiments
import Results
import Testing
import Vocabulary

/// How many events a run takes, by role and kind.
@Suite("experiments: events counted")
struct EventCountsTests {
    private static func pair(_ more: String = "") -> String {
        """
        hubbub: 1
        name: pair
        design: single-server
        seed: 3
        duration: 30s
        drain: 10s
        \(more)
        """
    }

    private static func rows(_ counts: EventCounts) -> [String] {
        counts.roles.flatMap { role in role.kinds.map { "\(role.name) \($0.name) \($0.events)" } }
    }

    private static func sum(_ counts: EventCounts) -> UInt64 {
        counts.roles.reduce(0) { $0 + $1.kinds.reduce(0) { $0 + $1.events } }
    }

    /// User 0 sends a letter to user 1 at 10 s. It goes to the server, and the phone of user 1 says that it has it, and
    /// then that it was read: three messages, each with its arrival and an end of work on a core. The letter is written to
    /// the disk, and synced: two. User 1 is told of the letter, and user 0 that it was accepted, shown and read: four. With
    /// what the script and user 1 do of themselves that is 6 + 2 + 4 + 2.
    @Test("of one letter there are fourteen, by hand")
    func oneLetter() throws {
        let counts = try play(
            Self.pair("users: { count: 2 }\nload: []\nscript: [{ at: 10s, user: 0, send: user 1 }]")
        ).eventCounts()
        #expect(
            Self.rows(counts) == [
                "server core completion 3", "server line message 3", "server disk completion 2",
                "client line message 4", "client read 1", "client script 1",
            ])
        #expect([counts.letters, counts.events, Self.sum(counts)] == [1, 14, 14])
    }

    @Test("their sum is the number of the run's events, faults and those that look on included")
    func sum() throws {
        let busy = try play(
            Self.pair(
                """
                users: { count: 20, contacts: 5, sessions: { online: 1m, away: 10s } }
                load: [{ name: usual, send: 1/s per user, direct: 100% }]
                faults:
                  - { name: gone, at: 12s, crash: { target: server, restart-after: 2s } }
                  - { name: mud, at: 20s, for: 3s, loss: { between: client, and: server, share: 10% } }
                """))
        let (counts, outcome) = (busy.eventCounts(), busy.run())
        #expect(counts.events == outcome.events)
        #expect(Self.sum(counts) == outcome.events)
        #expect(counts.roles.allSatisfy { role in role.events == role.kinds.reduce(0) { $0 + $1.events } })
        #expect(counts.letters == outcome.counts.taps)
        #expect(counts.roles.map(\.name).sorted() == ["client", "control", "network", "server"])
    }
}
