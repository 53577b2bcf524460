internal import Chat
internal import Results
internal import Simulation
internal import Vocabulary

/// What each role had to carry, over time: what is read of every role, then what the design declares itself.
extension Run {
    var gauges: [Gauge] { incidents + ofRoles }

    /// What happened to letters that should not, or that takes them out of a measure: so many a second.
    private var incidents: [Gauge] {
        Incident.allCases.compactMap { incident in
            let (width, slices) = measurement.overTime(incident)
            guard !slices.isEmpty else { return nil }
            var gauge = Gauge()
            gauge.metric = incident.metric.name
            gauge.unit = .count
            gauge.slice = width
            let count = Int((measurement.timeline.endOfSends - .start).nanoseconds / width.nanoseconds) + 1
            gauge.values = Array(repeating: 0, count: count)
            for slice in slices {
                gauge.values[Int((slice.start - .start).nanoseconds / width.nanoseconds)] = UInt64(slice.sum)
            }
            return gauge
        }
    }

    private var ofRoles: [Gauge] {
        measurement.roles.enumerated().flatMap { role, name in
            Resource.allCases.compactMap { resource -> Gauge? in
                let (width, slices) = measurement.overTime(role: role, resource)
                guard slices.contains(where: { $0.max > 0 }) else { return nil }
                return gauge(
                    resource.metric, of: name, resource.metric.gaugeUnit, width,
                    slices.map { ($0.start, mean($0, resource.metric, width)) })
            } + measurement.own.enumerated().filter { $1.role == name }.flatMap(own)
        }
    }

    /// Of durations the two percentiles that people ask for first.
    private func own(_ place: Int, _ sheet: MetricSheet) -> [Gauge] {
        guard sheet.metric.kind == .durations else {
            let (width, slices) = measurement.overTime(own: place)
            let values = slices.map { ($0.start, mean($0, sheet.metric, width)) }
            return [gauge(sheet.metric, of: sheet.role, sheet.metric.gaugeUnit, width, values)]
                .compactMap { $0 }
        }
        let (width, slices) = measurement.durationsOverTime(own: place)
        let columns: [(String, KeyPath<TimesSlice, Span?>)] = [("p50", \.p50), ("p99", \.p99)]
        return columns.compactMap { name, column in
            let values = slices.compactMap { slice in
                slice[keyPath: column].map { (slice.start, UInt64($0.nanoseconds)) }
            }
            return gauge(sheet.metric, " \(name)", of: sheet.role, .ns, width, values)
        }
    }

    /// Of what flows, so much a second; of a part of a whole, so many of a million.
    private func mean(_ slice: LevelSlice, _ metric: Metric, _ width: Span) -> UInt64 {
        switch metric.kind {
        case .flow: UInt64(slice.sum / UInt128(max(1, width.nanoseconds / 1_000_000_000)))
        case .share: UInt64(slice.sum * 1_000_000 / UInt128(slice.count))
        case .times, .events, .oneNumber, .level, .durations: UInt64(slice.sum / UInt128(slice.count))
        }
    }

    /// Nil when nothing was read.
    private func gauge(
        _ metric: Metric, _ statistic: String = "", of role: String, _ unit: Gauge.Unit, _ width: Span,
        _ values: [(start: Instant, value: UInt64)]
    ) -> Gauge? {
        guard let last = values.last else { return nil }
        func place(_ start: Instant) -> Int { Int((start - .start).nanoseconds / width.nanoseconds) }
        var gauge = Gauge()
        gauge.role = role
        gauge.metric = metric.name + statistic
        gauge.unit = unit
        gauge.slice = width
        gauge.values = Array(repeating: nil, count: place(last.start) + 1)
        for (start, value) in values { gauge.values[place(start)] = value }
        return gauge
    }
}

extension Metric {
    fileprivate var gaugeUnit: Gauge.Unit {
        switch unit {
        case .count: kind == .flow ? .perSecond : .count
        case .bytes: kind == .flow ? .bytesPerSecond : .bytes
        case .time: .ns
        case .share: .partsPerMillion
        case .rate: .perSecond
        case .byteRate: .bytesPerSecond
        }
    }
}
