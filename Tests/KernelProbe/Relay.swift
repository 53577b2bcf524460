import Simulation
import Vocabulary

/// Hands batons on to random peers in its own and other lanes, and keeps a deadline for each that it usually
/// cancels.
actor Relay: Component {
    enum Inbox: Marked {
        case baton(hops: UInt64)
        case overdue(hops: UInt64)

        var mark: UInt64 {
            switch self {
            case .baton(let hops): Vocabulary.mark(1, hops)
            case .overdue(let hops): Vocabulary.mark(2, hops)
            }
        }
    }

    enum Event: Fact {
        case passed(hops: UInt64)
        case gaveUp(hops: UInt64)

        var mark: UInt64 {
            switch self {
            case .passed(let hops): Vocabulary.mark(1, hops)
            case .gaveUp(let hops): Vocabulary.mark(2, hops)
            }
        }
    }

    nonisolated let home: Home
    private var stream: RandomStream
    private var peers: [Addresses<Relay>] = []
    private var deadline: Timer?

    init(home: Home, stream: RandomStream) {
        self.home = home
        self.stream = stream
    }

    func meet(_ peers: [Addresses<Relay>]) { self.peers = peers }

    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .baton(let hops):
            turn.tell(Event.passed(hops: hops))
            if let deadline { turn.cancel(deadline) }
            deadline = turn.arm(.overdue(hops: hops), after: .microseconds(1_500))
            let lane = peers[stream.below(peers.count)]
            let delay = Span(nanoseconds: Int64(1 + stream.below(3_000_000)))
            turn.send(.baton(hops: hops + 1), to: lane[stream.below(lane.count)], after: delay)
        case .overdue(let hops):
            turn.tell(Event.gaveUp(hops: hops))
            deadline = nil
        }
    }

    static let purpose = Purpose("relay")
}

/// A world of relays, 16 in each of four lanes, with 100 batons on their way.
func relayWorld(seed: UInt64) -> World {
    let world = World(seed: seed, lanes: 4)
    let streams = Streams(seed: seed, purpose: Relay.purpose)
    let teams = (1...4).map { lane in
        world.add(count: 16, in: Lane(UInt8(lane))) {
            Relay(home: $0, stream: streams.stream(of: UInt64(lane * 1_000 + $1)))
        }
    }
    for relay in teams.joined() { world.inspect(relay) { $0.meet(teams) } }
    for baton in 0..<100 {
        let relay = teams[baton % 4][baton / 4 % 16]
        world.turn(of: relay).send(.baton(hops: 0), to: relay, after: .microseconds(Int64(baton)))
    }
    return world
}
