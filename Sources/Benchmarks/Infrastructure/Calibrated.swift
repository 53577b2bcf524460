import Cluster
import Simulation
import Vocabulary

/// What the calibration has for a latency, in ms. A figure is within its band between half of that and twice as much.
struct Calibrated {
    let p50: Double
    let p99: Double

    /// Of times in ns, in ascending order, with the bands behind their names.
    func figures(_ name: String, _ times: [UInt64]) -> [Benchmark.Figure] {
        [("p50", 500, p50), ("p99", 990, p99)].map { label, share, value in
            .init(
                "\(name) \(label) (\(Self.text(value / 2)) to \(Self.text(value * 2)))",
                Self.quantile(share, of: times), "ms")
        } + [.init("\(name) p99.9", Self.quantile(999, of: times), "ms")]
    }

    /// In ms; the share in thousandths.
    static func quantile(_ share: Int, of times: [UInt64]) -> Double {
        Double(times[times.count * share / 1_000]) / 1e6
    }

    private static func text(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
}

extension Hardware {
    /// The same under a JVM, whose collector stops it as `gc.pause` says.
    var underJVM: Hardware {
        var hardware = self
        hardware.collector = Collector(
            pause: Varied<Span>("lognormal 20ms p99 250ms").spread, interval: Varied<Span>("exp 10s").spread)
        return hardware
    }
}
