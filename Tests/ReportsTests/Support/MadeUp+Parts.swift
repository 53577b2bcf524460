import Results
import Simulation
import Vocabulary

// The parts that made-up results are put together from.
extension MadeUp {
    static func judgement(
        _ metric: String, _ statistic: String, _ comparison: String, _ limit: Amount, _ value: Amount?,
        _ window: String, outcome: Outcome = .held, margin: String = ""
    ) -> Judgement {
        var judgement = Judgement()
        judgement.metric = metric
        judgement.statistic = statistic
        judgement.comparison = comparison
        judgement.limit = limit
        judgement.value = value
        judgement.window = window
        judgement.outcome = outcome
        judgement.margin = margin
        judgement.text = [metric, statistic, comparison, limit.limitText].filter { !$0.isEmpty }.joined(
            separator: " ")
        judgement.words = "\(metric) \(statistic) stays \(comparison) \(limit.limitText)"
        return judgement
    }

    static func invariant(_ name: String, _ requirement: String, _ promise: String) -> InvariantOutcome {
        var invariant = InvariantOutcome()
        invariant.name = name
        invariant.requirement = requirement
        invariant.promise = promise
        return invariant
    }

    /// In milliseconds.
    static func summary(
        _ metric: String, _ window: String, count: UInt64, undelivered: UInt64 = 0, _ p50: Int64?,
        _ p90: Int64?,
        _ p99: Int64?, _ p99_9: Int64?, _ max: Int64?, note: String = ""
    ) -> Summary {
        var summary = Summary()
        summary.metric = metric
        summary.window = window
        summary.note = note
        summary.count = count
        summary.undelivered = undelivered
        summary.p50 = p50.map(Span.milliseconds)
        summary.p90 = p90.map(Span.milliseconds)
        summary.p99 = p99.map(Span.milliseconds)
        summary.p99_9 = p99_9.map(Span.milliseconds)
        summary.max = max.map(Span.milliseconds)
        return summary
    }

    static func figure(_ metric: String, _ value: Amount?) -> Figure {
        var figure = Figure()
        figure.metric = metric
        figure.value = value
        return figure
    }

    static func phase(_ name: String, _ from: Int64, _ to: Int64) -> Phase {
        var phase = Phase()
        phase.name = name
        phase.from = .at(.seconds(from))
        phase.to = .at(.seconds(to))
        return phase
    }

    static func event(_ seconds: Int64, _ kind: String, _ target: String, _ what: String) -> RunEvent {
        var event = RunEvent()
        event.time = .at(.seconds(seconds))
        event.kind = kind
        event.target = target
        event.what = what
        return event
    }

    /// In milliseconds.
    static func stage(
        _ name: String, _ sum: Int64, among slowest: Int64, p50: Int64, p99: Int64, isNetwork: Bool = false
    ) -> Stage {
        var stage = Stage()
        stage.name = name
        stage.isNetwork = isNetwork
        stage.count = 149_903
        stage.sum = .milliseconds(sum)
        stage.sumAmongSlowest = .milliseconds(slowest)
        stage.p50 = .milliseconds(p50)
        stage.p99 = .milliseconds(p99)
        return stage
    }

    static func definition(_ name: String, _ unit: String, _ sentence: String) -> MetricDefinition {
        var definition = MetricDefinition()
        definition.name = name
        definition.unit = unit
        definition.direction = "smaller is better"
        definition.sentence = sentence
        return definition
    }

    static func machine(_ name: String, zone: String, busy: UInt64) -> Topology.Machine {
        var machine = Topology.Machine()
        machine.name = name
        machine.zone = zone
        machine.region = String(zone.prefix { $0 != "-" })
        machine.utilisation = busy
        return machine
    }

    static func edge(_ from: String, _ to: String, _ messages: UInt64) -> Topology.Edge {
        var edge = Topology.Edge()
        edge.from = from
        edge.to = to
        edge.messages = messages
        edge.bytes = messages * 4_180
        return edge
    }

    /// How much worse a slice is than usual: 1 before the spike, falling from 200 after it.
    private static func load(_ slice: Int, spikeAt spike: Int?) -> UInt64 {
        guard let spike, slice >= spike, slice < spike + 22 else { return 1 }
        return UInt64(2 + (spike + 22 - slice) * 9)
    }

    /// A slow wave between 0 and 63 that differs from measure to measure.
    private static func wave(_ slice: Int, _ phase: Int) -> UInt64 {
        let x = (slice * 5 + phase * 37) % 128
        return UInt64(x < 64 ? x : 127 - x)
    }

    static func latency(
        _ metric: String, slices: Int, spikeAt spike: Int?, base: UInt64, isControl: Bool = false
    ) -> LatencySeries {
        var series = LatencySeries()
        series.metric = metric
        series.isControl = isControl
        series.slice = .seconds(5)
        for slice in 0..<slices {
            let isDraining = slice >= slices * 5 / 6
            let (load, wave) = (load(slice, spikeAt: spike), wave(slice, 1))
            let p50 = base + wave * 400_000
            let p99 = p50 * (2 + load) + wave * 2_000_000
            series.counts.append(isDraining ? 0 : 1_250)
            series.p50.append(isDraining ? nil : p50 + (load - 1) * 900_000)
            series.p90.append(isDraining ? nil : p50 * (1 + load / 2))
            series.p99.append(isDraining ? nil : p99)
            // A few of the letters of the first slices of the cut never came.
            series.p99_9.append(isDraining || load > 180 ? nil : p99 * 2)
        }
        return series
    }

    static func gauges(_ roles: [String], slices: Int, spikeAt spike: Int) -> [Gauge] {
        func gauge(_ role: String, _ metric: String, _ unit: Gauge.Unit, _ value: (Int) -> UInt64?) -> Gauge {
            var gauge = Gauge()
            gauge.role = role
            gauge.metric = metric
            gauge.unit = unit
            gauge.slice = .seconds(5)
            gauge.values = (0..<slices).map(value)
            return gauge
        }
        let whole = [
            gauge("", "sends", .perSecond) { $0 < slices * 5 / 6 ? 250 + wave($0, 2) / 8 : 0 },
            gauge("", "deliveries", .perSecond) { spike..<(spike + 12) ~= $0 ? 125 : 250 + wave($0, 3) / 8 },
        ]
        return whole
            + roles.enumerated().flatMap { number, role in
                [
                    gauge(role, "utilisation", .partsPerMillion) {
                        min(1_000_000, 300_000 + wave($0, number) * 3_000 + load($0, spikeAt: spike) * 4_000)
                    },
                    gauge(role, "queue", .count) {
                        (load($0, spikeAt: spike) - 1) * 40 + wave($0, number) / 8
                    },
                    gauge(role, "connections", .count) { spike..<(spike + 12) ~= $0 ? 500 : 1_000 },
                    gauge(role, "bytes", .bytesPerSecond) { 6_400_000 + wave($0, number + 4) * 20_000 },
                    gauge(role, "storage", .bytes) { UInt64($0) * 9_400_000 },
                    gauge(role, "lag", .count) { $0 < 12 ? nil : (load($0, spikeAt: spike) - 1) * 300 },
                ]
            }
    }

    /// Letters around 200 ms; `tail` of a hundred of them a hundred times slower.
    static func spectrum(_ window: String, seed: UInt64, count: Int, tail: UInt64, undelivered: UInt64 = 0)
        -> Spectrum
    {
        let histogram = FineHistogram()
        var state = seed
        for _ in 0..<count {
            // Knuth's generator: the upper half is good enough for the shape of a curve.
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let draw = state >> 33
            let usual = 150_000_000 + (draw % 1_000) * (draw % 1_000) * 300
            histogram.record((draw >> 12) % 100 < tail ? usual * (50 + draw % 100) : usual)
        }
        return Spectrum(metric: "delivery", window: window, of: histogram, undelivered: undelivered)
    }

    static func heatMap(slices: Int, spikeAt spike: Int) -> HeatMap {
        var map = HeatMap()
        map.metric = "delivery"
        map.slice = .seconds(5)
        map.classes = (0..<20).map { 50_000_000 << ($0 / 2) + ($0 % 2) * 25_000_000 << ($0 / 2) }
        for slice in 0..<slices {
            let isDraining = slice >= slices * 5 / 6
            let isSlow = spike..<(spike + 22) ~= slice
            for row in 0...20 {
                let usual: UInt64 = 2...6 ~= row ? 400 / UInt64(1 + abs(row - 4) * 2) : 0
                let late: UInt64 = isSlow && abs(row - 18 + (slice - spike) / 2) < 2 ? 60 : 0
                let never: UInt64 = isSlow && row == 20 && slice < spike + 3 ? 7 : 0
                map.counts.append(isDraining ? 0 : usual + (row < 20 ? late : 0) + never)
            }
        }
        return map
    }
}
