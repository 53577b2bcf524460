import Cluster
import Simulation
import Testing
import Vocabulary

/// Three brokers in three zones of a region, each of which sends letters of 4 KB to the two others: 1,667 a second in
/// all, at random times, so that the next one on a connection comes 3.6 ms later on the average.
@Suite("cluster: network: letters between brokers")
struct BrokerLossTests {
    /// How late letters were, latest first, and how many segments were sent again.
    private func play(_ letters: Int, losing loss: Double? = nil) -> (delays: [Span], sentAgain: UInt64) {
        var link = LinkProfile.crossZone
        if let loss { link.loss = .independent(Bernoulli(loss)) }
        let cluster = Cluster(seed: 1, zones: ["a", "b", "c"]) { $0 == $1 ? .sameZone : link }
        let wire = Bandwidth(.gigabitsPerSecond(10))
        let brokers: Endpoints<Broker> = cluster.reserve(
            "broker", on: Hardware(processor: nil, uplink: wire, downlink: wire),
            in: (0..<3).map { Zone(number: $0) })
        cluster.start(brokers) { seat, _ in Broker(seat: seat, brokers: brokers) }
        var times = Streams(seed: 1, purpose: Purpose("letters")).stream(of: 0)
        let gap = Exponential(mean: 1e9 / 1_667)
        var time = 0.0  // ns
        for _ in 0..<letters {
            time += gap.sample(&times)
            let (from, further) = (times.below(3), 1 + times.below(2))
            cluster.deliver(
                .send(to: (from + further) % 3), to: brokers[from],
                at: .at(Span(roundingNanoseconds: time)))
        }
        _ = cluster.run(until: .at(Span(roundingNanoseconds: time) + .seconds(10)))
        let delays = brokers.flatMap { broker in cluster.inspect(broker) { $0.delays } ?? [] }
        #expect(delays.count == letters)
        return (delays.sorted(by: >), cluster.traffic(of: brokers).retransmitted)
    }

    /// Three segments a letter of which one in 100,000 is lost: 1.5 of 50,000 letters. A hundred times as many: 3 of
    /// 1,000 letters lose one, and yet not one of 1,000 waits for a probe, which leaves after two round trips of 0.8 ms,
    /// 2 ms, and up to two ticks of 4 ms: the next letter reports the loss before. None waits for the least timeout, 200 ms.
    @Test("less than one letter in a thousand waits for a timer", arguments: [nil, 1e-3])
    func timers(loss: Double?) {
        let count = 50_000
        let (delays, sentAgain) = play(count, losing: loss)
        #expect(sentAgain > 0)
        #expect(delays[0] < .milliseconds(200))
        #expect(delays.count { $0 >= .milliseconds(8) } * 1_000 < count)
    }
}

/// Sends letters to others of its role when it is told to, and writes down how long those were under way that it gets.
private actor Broker: Part {
    enum Inbox: Marked {
        case send(to: Int)
        case letter(sent: Instant)

        var mark: UInt64 {
            switch self {
            case .send(let other): Vocabulary.mark(1, UInt64(other))
            case .letter(let sent): Vocabulary.mark(2, sent.nanoseconds)
            }
        }
    }

    nonisolated let seat: Seat
    private let brokers: Endpoints<Broker>
    private(set) var delays: [Span] = []

    init(seat: Seat, brokers: Endpoints<Broker>) {
        self.seat = seat
        self.brokers = brokers
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .send(let other): shift.post(.letter(sent: shift.now), to: brokers[other], size: .kilobytes(4))
        case .letter(let sent): delays.append(shift.now - sent)
        }
    }
}
