import Results
import Vocabulary

/// A percentile over time, coarse enough to stand in a baseline: what a page draws beside what came out now.
package struct Curve: Equatable, Sendable {
    /// `delivery p99`.
    package var name: String
    package var slice: Span
    /// Nil where nothing was due.
    package var values: [Amount?]

    /// So many points are a line on a page, and no wall of numbers in a review.
    private static let mostPoints = 40
    private static let metric = "delivery"

    package init(name: String, slice: Span, values: [Amount?]) {
        (self.name, self.slice, self.values) = (name, slice, values)
    }

    /// Median and tail of deliveries.
    package static func all(of result: RunResult) -> [Curve] {
        guard let series = result.latencies.first(where: { $0.metric == metric && !$0.isControl }) else {
            return []
        }
        let merged = max(1, (series.counts.count + mostPoints - 1) / mostPoints)
        return [("p50", series.p50), ("p99", series.p99)].map { name, values in
            let points = stride(from: 0, to: series.counts.count, by: merged).map { start in
                greatest(values, series.counts, start..<min(start + merged, series.counts.count))
            }
            return Curve(name: "\(metric) \(name)", slice: series.slice * Int64(merged), values: points)
        }
    }

    /// What a percentile of several slices is cannot be known from theirs: the worst of them stands for all.
    private static func greatest(_ values: [UInt64?], _ counts: [UInt64], _ slices: Range<Int>) -> Amount? {
        let due = slices.filter { counts[$0] > 0 }
        guard !due.isEmpty else { return nil }
        guard due.allSatisfy({ values[$0] != nil }) else { return .never(undelivered: 0, of: 0) }
        return .time(.nanoseconds(Int64(clamping: due.compactMap { values[$0] }.max() ?? 0)))
    }
}

extension RunResult {
    /// The same run with curves in place of all that it knows of latencies over time.
    package func drawn(_ curves: [Curve]) -> RunResult {
        func values(_ statistic: String) -> [Amount?]? {
            curves.first { $0.name.hasSuffix(" \(statistic)") }?.values
        }
        var drawn = self
        drawn.latencies = []
        guard let first = curves.first, let p50 = values("p50"), let p99 = values("p99"),
            p50.count == p99.count
        else { return drawn }
        func nanoseconds(_ amount: Amount?) -> UInt64? {
            if case .time(let span) = amount { UInt64(max(0, span.nanoseconds)) } else { nil }
        }
        var series = LatencySeries()
        (series.metric, series.slice) = ("delivery", first.slice)
        series.counts = p99.map { $0 == nil ? 0 : 1 }
        (series.p50, series.p99) = (p50.map(nanoseconds), p99.map(nanoseconds))
        drawn.latencies = [series]
        return drawn
    }
}

extension Baseline.Reference {
    /// What a page can draw of the first seed: the run that it is laid over, with what is known of this one in
    /// its place. Nil where the two are of different seeds.
    package func drawn(over now: RunResult) -> RunResult? {
        guard let seed = seeds.first, seed == now.run.seed else { return nil }
        var drawn = now.drawn(curves)
        drawn.spectra = spectrum(of: "delivery", seed: seed).map { [$0] } ?? []
        return drawn
    }

    /// Five points of it.
    private func spectrum(of metric: String, seed: UInt64) -> Spectrum? {
        func value(_ name: String) -> Amount? { values(of: "\(metric) \(name)", seeds: [seed])[0] }
        func count(_ name: String) -> UInt64 { if case .count(let count)? = value(name) { count } else { 0 } }
        var spectrum = Spectrum()
        (spectrum.metric, spectrum.window) = (metric, "all")
        (spectrum.count, spectrum.undelivered) = (count("count"), count("undelivered"))
        let all = spectrum.count
        let levels: [(String, UInt64)] = [
            ("p50", 500), ("p90", 900), ("p99", 990), ("p99.9", 999), ("max", 1_000),
        ]
        for (name, level) in levels {
            guard case .time(let span)? = value(name) else { continue }
            spectrum.values.append(UInt64(max(0, span.nanoseconds)))
            spectrum.levels.append(level * 1_000_000_000)
            spectrum.reached.append(all / 1_000 * level + all % 1_000 * level / 1_000)
        }
        return spectrum.values.isEmpty || all == 0 ? nil : spectrum
    }
}
