import Cluster
import Simulation
import Vocabulary

/// Messages over a lossy path, beside what they took between two Linux kernels.
///
/// Mean and median have to be within 20 % or 3 ms of Linux's. Its quantiles have to lie between ours at p − δ
/// and p + δ, each widened by as much: δ = 3·√(p(1 − p)/n) is three standard errors of a share among n
/// messages. The tail is steep, and Linux differs that much from itself. From the 98th percentile on they may lie higher by
/// what the programs add that measured it, beside the two kernels.
enum RealTCP {
    static let benchmarks = LinuxTable.cells.map { cell in
        Benchmark(
            suite: "tcp", name: cell.name,
            title: "messages of \(cell.bytes) bytes, \(cell.delay) ms one way, "
                + "\(significant(cell.loss * 100)) % of packets lost, beside Linux",
            unit: "message", aim: .fidelity
        ) { _ in run(cell) }
    }

    private static func run(_ cell: LinuxTable.Cell) -> Benchmark.Round {
        let profile = LinkProfile(
            delay: .delay(.milliseconds(cell.delay)), loss: .independent(Bernoulli(cell.loss)))
        let cluster = Cluster.lab(seed: 1, link: profile)
        let mailbox = cluster.add("letterbox", count: 1, on: .outside, in: .lab) { seat, _ in
            Letterbox(seat: seat)
        }[0]
        let taps = Streams(seed: 1, purpose: Purpose("taps"))
        let correspondents: Addresses<Correspondent> = cluster.add(count: 300, in: .lab) { socket, number in
            Correspondent(
                socket: socket, mailbox: mailbox, size: .bytes(cell.bytes),
                taps: taps.stream(of: UInt64(number)))
        }
        for correspondent in correspondents { cluster.connect(correspondent, in: .lab, to: mailbox) }
        let elapsed = ContinuousClock().measure { cluster.run(until: .at(.minutes(4))) }
        let delays = cluster.inspect(mailbox) { $0.delays }!.map(\.milliseconds).sorted()
        return Benchmark.Round(
            count: UInt64(delays.count), elapsed: elapsed, digest: cluster.world.traceDigest.value,
            answers: answers(cell, delays))
    }

    static func answers(_ cell: LinuxTable.Cell, _ delays: [Double]) -> [KnownAnswer] {
        func quantile(_ share: Double) -> Double {
            delays[max(0, min(delays.count - 1, Int(share * Double(delays.count))))]
        }
        func answer(_ what: String, real: Double, _ measured: Double, _ band: ClosedRange<Double>)
            -> KnownAnswer
        {
            KnownAnswer("\(cell.name): \(what)", unit: "ms", real: real, measured: measured, band: band)
        }
        /// What has ours within 20 % or 3 ms of it.
        func around(_ ours: Double) -> ClosedRange<Double> {
            min(ours / 1.2, ours - 3)...max(ours / 0.8, ours + 3)
        }
        let mean = delays.reduce(0, +) / Double(delays.count)
        return [
            answer("mean", real: cell.mean, mean, around(mean)),
            answer("p50", real: cell.median, quantile(0.5), around(quantile(0.5))),
        ]
            + zip(LinuxTable.shares, cell.tail).map { share, real in
                let delta = 3 * (share * (1 - share) / LinuxTable.messages).squareRoot()
                let (low, high) = (quantile(share - delta), quantile(share + delta))
                return answer(
                    "p\(decimal(share * 100, places: share > 0.99 ? 1 : 0))", real: real, quantile(share),
                    min(low * 0.8, low - 3)...max(high * 1.2, high + 3)
                        + (share < 0.98 ? 0 : LinuxTable.programs))
            }
    }
}
