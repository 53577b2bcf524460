import Chat
import Cluster
import Results
import Simulation
import Vocabulary

/// All hops of a letter in a system of many services (S0-11 to S0-21), by parts that pass on and keep what they must, and do
/// no more: the measure against which a real design is held.
///
///     phone ─▶ gateway ─▶ new-message service ─▶ message log ─▶ message generator ─▶ recipient log ─▶ message consumer
///      ▲                                                             └▶ cache          │   └▶ message service ─▶ store
///      └────────────────────── chat host ◀─────────── which one? host assigner ◀───────┤
///                              │      └ delivery confirmations and read receipts,       │
///                              ▼        from host to host, stored in batches            │
///                       message service                 is it blocked? connection service ◀┘
///
/// Nothing fails here, so nobody asks twice, and nobody looks for somebody else. What each costs is the calibration's.
enum Chain {
    static let benchmarks = [
        Benchmark(
            suite: "chain", name: "letter-chain",
            title: "100,000 phones that send a letter of 4 KB a minute each, through all parts that a letter "
                + "passes, for 10 simulated minutes behind one to warm up",
            unit: "event", takesLong: true, counts: { counts() }, run: { _ in run() })
    ]

    static let phones = 100_000
    private static let warmUp = Span.minutes(1)
    private static let length = Span.minutes(10)
    /// Within which a letter is through, with all that comes of it: who reads last has thought for 24 times as long as
    /// others.
    private static let drain = Span.minutes(2)
    /// The most that a letter may take.
    private static let eventLimit = 85.0

    private static func run() -> Benchmark.Round {
        let before = Memory.now().allocatedBytes
        let world = ChainWorld(phones: phones, tapFor: warmUp + length)
        let after = Memory.now().allocatedBytes
        world.run(until: .start + warmUp)
        let (events, letters) = (world.events, world.ledger.counts.taps)
        let elapsed = ContinuousClock().measure { world.run(until: .start + warmUp + length) }
        let count = world.events - events
        let each = Double(count) / Double(world.ledger.counts.taps - letters)
        world.finish(at: .start + warmUp + length + drain)
        return Benchmark.Round(
            count: count, elapsed: elapsed, bytesPerActor: Double(after - before) / Double(phones),
            digest: world.cluster.world.traceDigest.value,
            figures: [
                .init("events a letter", each, ""), .init("letters", Double(world.ledger.counts.taps), ""),
                .init("delivery p50", world.delivery(.p50), "ms"),
                .init("delivery p99", world.delivery(.p99), "ms"),
            ],
            verdict: verdict(each, missing: world.missing))
    }

    private static func verdict(_ each: Double, missing: UInt64) -> Benchmark.BandCheck {
        if missing > 0 { return .outOfBand("\(missing) acceptances, showings or confirmations never came") }
        if each <= eventLimit { return .held }
        return .outOfBand(
            "\(decimal(each, places: 2)) events a letter, and \(decimal(eventLimit, places: 0)) are the most")
    }

    /// Of a minute's letters, each of them with all that comes of it.
    private static func counts() -> EventCounts {
        let world = ChainWorld(phones: phones, tapFor: .minutes(1), recording: .tally(EventTally()))
        world.finish(at: .start + .minutes(1) + drain)
        return world.eventCounts
    }
}

/// That something is done.
struct Done: Marked {
    var mark: UInt64 { 1 }
}

extension Chain {
    /// What a word between services weighs, beside what it carries: ids and headers.
    static let frame = ByteCount.bytes(100)
    /// `msg.envelopeBytes`: what a word of a device or to it weighs beside a body.
    static let envelope = ByteCount.bytes(250)
    static let letterBytes: UInt32 = 4_096

    /// Of all calls but those that wait for something to happen.
    static let plan = CallPlan(deadline: .seconds(12), retry: .never)
}

extension Result where Failure == CallError {
    /// Nothing fails in a chain: a call without a reply is a mistake.
    var reply: Success {
        switch self {
        case .success(let reply): return reply
        case .failure(let error): preconditionFailure("a call of the chain has failed: \(error)")
        }
    }
}

extension Exponential {
    /// Of a mean in ns.
    func time(_ stream: inout RandomStream) -> Span { Span(roundingNanoseconds: sample(&stream)) }
}

extension Endpoints {
    /// Who is there for a user.
    func serving(_ user: User) -> Endpoint<P> { self[Int(user.number) % count] }
}
