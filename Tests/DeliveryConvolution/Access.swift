/// One way between a phone and the data centre, of a message that is several segments long.
struct Access {
    /// How many phones come by it: `access.share`, 69, 25 and 6 %.
    let share: Double
    /// One way: half of the round trip of its row.
    let delay: Distribution
    /// `access.bw`, in Mbit/s.
    let up: Double
    let down: Double
    /// Of one segment: `access.loss.wifi`, `access.loss.4g`.
    let loss: Double

    /// `access.rtt.wifi`: 16 ms of line, and a hop of 3 ms, p90 20 ms, p99 250 ms. Its ends, 1 and 500 ms, are the
    /// same judgement that the calibrated table makes.
    static let wifi = Access(
        share: 0.69,
        delay: .table([(0, 8.5), (0.5, 9.5), (0.9, 18), (0.99, 133), (1, 258)]), up: 19, down: 90, loss: 0.002
    )
    /// `access.rtt.4g`: 60 ms, p99 400 ms.
    static let mobile4G = Access(
        share: 0.25, delay: .lognormal(median: 30, p99: 200), up: 8, down: 30, loss: 0.003)
    /// `access.rtt.5g`: 50 ms, p99 300 ms; its loss is that of 4G, for want of a row.
    static let mobile5G = Access(
        share: 0.06, delay: .lognormal(median: 25, p99: 150), up: 15.6, down: 113, loss: 0.003)

    static let all = [wifi, mobile4G, mobile5G]

    /// `msg.textBytes` of S0-6, 4 KB; `msg.envelopeBytes`, 250 B; 40 B of headers a segment of 1,460 B.
    private static let segments = 3
    private static let bits = Double(4_000 + 250 + segments * 40) * 8

    func time(at megabits: Double) -> Distribution {
        // The mean round trip is what a sender has smoothed.
        let roundTrip = 2 * delay.mean
        let once = delay + Distribution(Self.bits / megabits / 1_000)
        // RFC 8985: what is lost in front of others is known a quarter of a round trip after the acknowledgement
        // that shows it; the last one is probed after two round trips. A repetition that is lost waits for the
        // timer, `tcp.rto`: 200 ms above the round trip.
        let again = Distribution.mixture([
            (1 - loss, Distribution(0)), (loss, Distribution(200 + roundTrip)),
        ])
        let front = Distribution(1.25 * roundTrip) + again + once
        let last = Distribution(2 * roundTrip) + again + once
        return .mixture([
            (1 - Double(Self.segments) * loss, once), (Double(Self.segments - 1) * loss, front), (loss, last),
        ])
    }

    static func anybody(_ time: (Access) -> Distribution) -> Distribution {
        .mixture(all.map { ($0.share, time($0)) })
    }
}
