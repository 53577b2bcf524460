import Simulation
import Vocabulary

/// PHOLD, the usual measure of a simulation kernel: each event picks an actor, uniformly at random, and a
/// delay of one unit and an exponential one more, and sends one message. Nothing else happens, so all that is
/// measured is the kernel: queue, delivery, random numbers and digests.
///
/// The actors are those of a user of the kernel: another module, public API only.
enum Phold {
    static let benchmarks = [
        benchmark(
            "phold-1024x1", "1,024 actors, a message for each on its way", actors: 1_024, eventsEach: 1),
        benchmark(
            "phold-1024x16", "1,024 actors, 16 messages for each on their way", actors: 1_024, eventsEach: 16),
        benchmark(
            "phold-100kx1", "100,000 actors, a message for each on its way", actors: 100_000, eventsEach: 1),
        benchmark(
            "phold-1mx1", "1,000,000 actors, a message for each on its way", actors: 1_000_000, eventsEach: 1),
    ]

    private static func benchmark(_ name: String, _ what: String, actors: Int, eventsEach: Int) -> Benchmark {
        Benchmark(
            suite: "kernel", name: name, title: "PHOLD: \(what); two types, 24 bytes a message, both digests",
            unit: "event", plainSteps: ["8-byte payload", "one type", "no digests"]
        ) { plain in
            let size = Size(
                actors: actors, eventsEach: eventsEach, events: 10_000_000, foldsDigests: plain < 3)
            return switch plain {
            case 0: Town<Parcel>.play(size, types: 2)
            case 1: Town<Postcard>.play(size, types: 2)
            default: Town<Postcard>.play(size, types: 1)
            }
        }
    }

    struct Size {
        let actors: Int
        let eventsEach: Int
        let events: UInt64
        let foldsDigests: Bool
    }

    static let purpose = Purpose("phold")
    static var unit: Span { .milliseconds(1) }
    static var pause: Exponential { Exponential(mean: 1e6) }  // ns

    // What makes component types differ that are alike in all else.
    enum Red {}
    enum Blue {}
}

/// What a PHOLD message carries.
protocol Cargo: Sendable {
    static var first: Self { get }
    var mark: UInt64 { get }
    /// What is sent on: every field changes, or the compiler could leave some out.
    var next: Self { get }
}

struct Parcel: Cargo {
    let hops: UInt64
    let weight: UInt64
    let sender: UInt64

    static let first = Parcel(hops: 0, weight: 1, sender: 2)
    var mark: UInt64 { Vocabulary.mark(1, hops, weight, sender) }
    var next: Parcel { Parcel(hops: hops + 1, weight: weight ^ hops, sender: sender &+ weight) }
}

struct Postcard: Cargo {
    let hops: UInt64

    static let first = Postcard(hops: 0)
    var mark: UInt64 { Vocabulary.mark(1, hops) }
    var next: Postcard { Postcard(hops: hops + 1) }
}

/// One of PHOLD's actors. `Kind` makes it one of two types of component.
actor Player<Load: Cargo, Kind>: Component {
    struct Inbox: Marked {
        let load: Load
        var mark: UInt64 { load.mark }
    }

    struct Visited: Fact {
        let number: UInt64
        var mark: UInt64 { Vocabulary.mark(1, number) }
    }

    nonisolated let home: Home
    @exclusivity(unchecked) private var stream: RandomStream
    private var visits: UInt64 = 0
    private var town: Town<Load>?

    init(home: Home, stream: RandomStream) {
        self.home = home
        self.stream = stream
    }

    func settle(in town: Town<Load>) { self.town = town }

    func receive(_ message: Inbox, in turn: Turn) {
        guard let town else { preconditionFailure("a player is settled before it gets messages") }
        visits += 1
        turn.tell(Visited(number: visits))
        let next = stream.below(town.count)
        let delay = Phold.unit + Span(roundingNanoseconds: Phold.pause.sample(&stream))
        town.send(message.load.next, to: next, after: delay, in: turn)
    }
}

/// The addresses of all players. Where there is one type only, nobody is blue.
struct Town<Load: Cargo> {
    let red: Addresses<Player<Load, Phold.Red>>
    let blue: Addresses<Player<Load, Phold.Blue>>

    var count: Int { red.count + blue.count }

    func send<Sender: Component>(_ load: Load, to number: Int, after delay: Span, in turn: TurnOf<Sender>) {
        if number < red.count {
            turn.send(.init(load: load), to: red[number], after: delay)
        } else {
            turn.send(.init(load: load), to: blue[number - red.count], after: delay)
        }
    }

    static func play(_ size: Phold.Size, types: Int) -> Benchmark.Round {
        let world = World(seed: 1, foldsDigests: size.foldsDigests)
        let streams = Streams(seed: 1, purpose: Phold.purpose)
        let redCount = size.actors / types
        let town = Town(
            red: world.add(count: redCount, in: Lane(1)) {
                Player(home: $0, stream: streams.stream(of: UInt64($1)))
            },
            blue: world.add(count: size.actors - redCount, in: Lane(1)) {
                Player(home: $0, stream: streams.stream(of: UInt64(redCount + $1)))
            })
        for player in town.red { world.inspect(player) { $0.settle(in: town) } }
        for player in town.blue { world.inspect(player) { $0.settle(in: town) } }
        var stream = streams.stream(of: .max)
        for _ in 0..<size.eventsEach {
            for number in 0..<size.actors {
                let delay = Phold.unit + Span(roundingNanoseconds: Phold.pause.sample(&stream))
                town.send(.first, to: number, after: delay, in: world.turn(of: town.red[0]))
            }
        }
        let actorBytes = world.actorBytes
        var ending = Ending.reachedEnd
        let elapsed = ContinuousClock().measure {
            ending = world.run(until: .at(.hours(1_000)), eventLimit: size.events)
        }
        precondition(ending == .exceeded(eventLimit: size.events), "PHOLD \(ending)")
        return Benchmark.Round(
            count: size.events, elapsed: elapsed,
            bytesPerPendingEvent: Double(world.eventBytes) / Double(world.pendingEvents),
            bytesPerActor: Double(actorBytes) / Double(size.actors), digest: world.behaviourDigest.value)
    }
}
