import Benchmarks
import Chat
import Cluster
import Results
import Simulation
import Testing
import Vocabulary

/// The chain in small: 2,000 people tap for a minute, and two more pass until all of it is through.
@Suite("benchmarks: a letter's chain")
struct ChainTests {
    private static func played(recording: Recording = .nothing) -> ChainWorld {
        let world = ChainWorld(phones: 2_000, tapFor: .minutes(1), recording: recording)
        world.finish(at: .at(.minutes(3)))
        return world
    }

    @Test("each letter is accepted, shown and read, and its sender hears of it, by at most 85 events")
    func letters() {
        let world = Self.played()
        let (counts, events) = (world.ledger.counts, world.events)
        #expect((1_800...2_200).contains(counts.taps))
        #expect([counts.accepted, counts.shown] == [counts.taps, counts.taps])
        #expect([counts.lost, counts.duplicate, counts.leaked, counts.lateConfirmations] == [0, 0, 0, 0])
        #expect([world.missing, world.ledger.invariants.count] == [0, 0])
        #expect(Double(events) / Double(counts.taps) <= 85)
    }

    /// A log has three copies of each letter, an assigner is asked for its recipient, and twice for its sender; a host hands it
    /// out, and two confirmations of it. The store has a letter and two confirmations on three nodes, however many go
    /// together.
    @Test("each role handles what a letter asks of it")
    func hops() {
        let world = Self.played()
        let letters = world.ledger.counts.taps
        #expect(
            world.handled.map { "\($0.role) \(Double($0.count) / Double(letters))" } == [
                "gateway 1.0", "new-message-service 1.0", "message-log 3.0", "message-generator 1.0",
                "cache 1.0", "recipient-log 3.0", "message-consumer 1.0", "connection-service 1.0",
                "host-assigner 3.0", "chat-host 3.0", "message-service 3.0", "message-store 9.0",
            ])
    }

    @Test("events by role and kind add up to all of the run, which is the same when nobody counts")
    func sums() {
        let (counted, plain) = (Self.played(recording: .tally(EventTally())), Self.played())
        let counts = counted.eventCounts
        #expect(counts.letters == counted.ledger.counts.taps)
        #expect(counts.events == plain.events)
        #expect(counts.roles.reduce(0) { $0 + $1.events } == counts.events)
        #expect(counts.roles.allSatisfy { role in role.events == role.kinds.reduce(0) { $0 + $1.events } })
        #expect(Set(counts.roles.map(\.name)) == Set(plain.handled.map(\.role) + ["phone", "network"]))
        let worlds = [counted.cluster.world, plain.cluster.world]
        #expect(worlds[0].traceDigest == worlds[1].traceDigest)
        #expect(worlds[0].behaviourDigest == worlds[1].behaviourDigest)
    }
}
