import Cluster
import Simulation
import Vocabulary

/// Bursts through network interfaces and a bandwidth cap, worked out by hand to the nanosecond.
///
/// Datagrams have 1,250 bytes, 10,000 bits: 1 ms at 10 Mbit/s, 100 us at 100 Mbit/s, 10 us at 1 Gbit/s. The
/// link takes 20 ms. A machine takes a datagram in while its last bit comes, so the receiver's interface adds
/// its own time.
enum Interfaces {
    /// What ten datagrams go through, and when each that arrives has arrived, since all were sent.
    private struct Case: Sendable {
        let what: String
        var senders = 1
        let uplink: Bandwidth
        var cap: Bandwidth?
        let downlink: Bandwidth
        let arrivals: [Span]
    }

    private static let cases = [
        // The sender's interface passes on one a millisecond: k · 1 ms + 20 ms + 0.1 ms.
        Case(
            what: "10 datagrams, 1 sender's interface",
            uplink: Bandwidth(.megabitsPerSecond(10)), downlink: Bandwidth(.megabitsPerSecond(100)),
            arrivals: (1...10).map { .microseconds(1_000 * $0 + 20_100) }),
        // One from each of ten senders, all at the same time: the receiver's interface takes in one a
        // millisecond. 0.1 ms + 20 ms + k · 1 ms.
        Case(
            what: "10 senders, 1 receiver's interface", senders: 10,
            uplink: Bandwidth(.megabitsPerSecond(100)), downlink: Bandwidth(.megabitsPerSecond(10)),
            arrivals: (1...10).map { .microseconds(20_100 + 1_000 * $0) }),
        // A bucket of 5,000 bytes lets four leave at once, the rest one a millisecond. The four meet at the
        // receiver, where each takes 0.1 ms: 20 ms + k · 0.1 ms, and then (k − 4) · 1 ms + 20 ms + 0.1 ms.
        Case(
            what: "10 datagrams, token-bucket interface",
            uplink: Bandwidth(.megabitsPerSecond(10), burst: .bytes(5_000)),
            downlink: Bandwidth(.megabitsPerSecond(100)),
            arrivals: (1...4).map { .microseconds(20_000 + 100 * $0) }
                + (5...10).map { .microseconds(1_000 * ($0 - 4) + 20_100) }),
        // They reach the cap 10 us after each other. Its bucket of 2,500 bytes lets two pass: the first
        // arrives after 0.01 + 20 + 0.1 ms, the second 0.1 ms later, as the receiver is still busy. The k-th
        // passes at 0.01 ms + (k − 2) · 1 ms, if that is at most 4 ms away: the buffer holds 5,000 bytes,
        // four datagrams. So the 3rd to the 6th arrive, and the rest is dropped.
        Case(
            what: "10 datagrams, capped link with a buffer",
            uplink: Bandwidth(.gigabitsPerSecond(1)),
            cap: Bandwidth(.megabitsPerSecond(10), burst: .bytes(2_500), buffer: .bytes(5_000)),
            downlink: Bandwidth(.megabitsPerSecond(100)),
            arrivals: [.microseconds(20_110), .microseconds(20_210)]
                + (3...6).map { .microseconds(10 + 1_000 * ($0 - 2) + 20_100) }),
    ]

    static let benchmark = Benchmark(
        suite: "fidelity", name: "interfaces",
        title: "ten datagrams through interfaces, a token bucket and a capped link, to the nanosecond",
        unit: "datagram", aim: .fidelity
    ) { _ in
        var answers: [KnownAnswer] = []
        var digest = Digest()
        let elapsed = ContinuousClock().measure {
            for example in cases {
                let cluster = Cluster.lab(
                    seed: 1, link: LinkProfile(delay: .delay(.milliseconds(20)), bandwidth: example.cap))
                let arrivals = cluster.send(
                    Sender.Plan(atOnce: 10 / example.senders, size: .bytes(1_250)),
                    from: Hardware(processor: nil, uplink: example.uplink, downlink: .unnoticed),
                    count: example.senders,
                    to: Hardware(processor: nil, uplink: .unnoticed, downlink: example.downlink))
                answers.append(answer(to: example, arrivals.map(\.delay)))
                if example.cap != nil {
                    let dropped = cluster.traffic(from: .lab, to: .lab).dropped(.overflowed)
                    answers.append(
                        KnownAnswer(
                            "the same: dropped", unit: "", handWorked: Double(10 - example.arrivals.count),
                            measured: Double(dropped)))
                }
                digest.fold(cluster.world.traceDigest.value)
            }
        }
        return Benchmark.Round(
            count: UInt64(10 * cases.count), elapsed: elapsed, digest: digest.value, answers: answers)
    }

    /// The first arrival that is not as worked out, or the last of all; what never came arrived at infinity.
    private static func answer(to example: Case, _ measured: [Span]) -> KnownAnswer {
        func nanoseconds(_ spans: [Span], _ index: Int) -> Double {
            spans.indices.contains(index) ? Double(spans[index].nanoseconds) : .infinity
        }
        let count = max(example.arrivals.count, measured.count)
        let shown =
            (0..<count).first { nanoseconds(example.arrivals, $0) != nanoseconds(measured, $0) } ?? count - 1
        return KnownAnswer(
            example.what, unit: "ns", handWorked: nanoseconds(example.arrivals, shown),
            measured: nanoseconds(measured, shown))
    }
}
