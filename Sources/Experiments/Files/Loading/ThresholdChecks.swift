internal import Chat
internal import Results
internal import Vocabulary

/// Reads what a scenario promises, once its phases, faults, roles and regions are known: a threshold that
/// could not be judged is a mistake in the file, found before anything runs.
struct ThresholdChecks {
    let scenario: Scenario
    let sheet: DesignSheet

    func thresholds(_ reading: inout Reading) -> [Threshold] {
        var read: [(path: String, threshold: Threshold)] = []
        for (index, line) in scenario.thresholds.enumerated() {
            let path = "thresholds[\(index)]"
            if let threshold = threshold(line, at: path, &reading) { read.append((path, threshold)) }
        }
        checkPairs(read, &reading)
        checkWindows(read, &reading)
        return read.map(\.threshold)
    }

    /// What is asked for twice, and what cannot hold together.
    private func checkPairs(_ read: [(path: String, threshold: Threshold)], _ reading: inout Reading) {
        for (place, (path, threshold)) in read.enumerated() {
            for (former, other) in read[..<place]
            where other.measure == threshold.measure && other.window == threshold.window
                && other.scope == threshold.scope
            {
                if other.comparison == threshold.comparison, other.limit.value == threshold.limit.value {
                    reading.warn(at: path, "this is asked for already, in \(reading.line(of: former))")
                } else if !threshold.canHold(with: other) {
                    reading.warn(
                        at: path,
                        "nothing can be both \(threshold.demand) and \(other.demand) (\(reading.line(of: former)))"
                    )
                }
            }
        }
    }

    /// Whether anything counts in the windows that thresholds name: in the warm-up nothing does.
    private func checkWindows(_ read: [(path: String, threshold: Threshold)], _ reading: inout Reading) {
        guard reading.findings.allSatisfy({ $0.finding.severity == .warning }), !read.isEmpty else { return }
        let timeline = scenario.timeline(FaultSchedule(scenario).timeline)
        for (path, threshold) in read where threshold.subject != .recovery {
            // Letters are sent until sends are over; what is read of a role goes on.
            let end = threshold.subject.isOfRole ? timeline.end : timeline.endOfSends
            let moments = timeline.stretches(of: threshold.window).filter { $0.lowerBound < end }
            guard moments.isEmpty else { continue }
            reading.warn(
                at: path,
                "nothing counts in '\(threshold.window.name)': it is no time, in the warm-up, or after the last send"
            )
        }
    }

    private func threshold(_ line: ThresholdLine, at path: String, _ reading: inout Reading) -> Threshold? {
        let threshold = threshold(line.check, as: line.abort ? .aborting : .verdict, at: path, &reading)
        if threshold?.subject == .recovery, scenario.healthy == nil {
            reading.fail(
                at: path, "'recovery' needs 'healthy', which says when the system has recovered",
                "as in 'healthy: { expect: [delivery p99 < 1s] }'")
        }
        return threshold
    }

    func healthy(_ reading: inout Reading) -> Healthy? {
        guard let lines = scenario.healthy else { return nil }
        let expectations = lines.expect.enumerated().compactMap { index, text in
            threshold(text, as: .expectation, at: "healthy.expect[\(index)]", &reading)
        }
        // Until a beginning and a number are sound there is nothing to make windows of.
        guard reading.isSound("healthy.window", "healthy.hold") else { return nil }
        return Healthy(window: lines.window, hold: lines.hold, expectations: expectations)
    }

    private func threshold(_ text: String, as use: Threshold.Use, at path: String, _ reading: inout Reading)
        -> Threshold?
    {
        guard !text.isEmpty else { return nil }  // reported where it was read
        do throws(ThresholdError) {
            return try Threshold(text, as: use, in: names)
        } catch {
            // A name that could not be read has been reported, and may be that one.
            if error.isOfUnknownPeriod, namesOfPeriods.contains("") { return nil }
            reading.fail(at: path, part: error.range, of: text, error.message, error.hint)
            return nil
        }
    }

    private var namesOfPeriods: [String] { scenario.load.map(\.name) + scenario.faults.map(\.name) }

    /// Regions and networks in the order of the file, which is that of the numbers that samples carry.
    private var names: ThresholdNames {
        ThresholdNames(
            design: sheet.name, roles: sheet.roles.map(\.name),
            logs: sheet.roles.filter(\.hasLag).map(\.name), phases: scenario.load.map(\.name),
            faults: scenario.faults.map(\.name),
            regions: scenario.users.regions.entries.map(\.part.text),
            access: scenario.users.access.entries.map(\.part.rawValue), metrics: sheet.metrics)
    }
}

extension Subject {
    /// Whether it is read of a role now and then, and not taken of letters.
    fileprivate var isOfRole: Bool {
        switch self {
        case .role, .own: true
        case .times, .events, .availability, .availabilityOfService, .recovery: false
        }
    }
}

extension Threshold {
    /// Whether one value can meet both.
    fileprivate func canHold(with other: Threshold) -> Bool {
        /// What a value has to be at least and at most, and whether it may be just that.
        func bounds(_ threshold: Threshold) -> (least: (Quotient, Bool)?, most: (Quotient, Bool)?) {
            let limit = threshold.limit.value
            return switch threshold.comparison {
            case .less: (nil, (limit, false))
            case .atMost: (nil, (limit, true))
            case .more: ((limit, false), nil)
            case .atLeast: ((limit, true), nil)
            case .equal: ((limit, true), (limit, true))
            case .different: (nil, nil)
            }
        }
        func fits(
            _ a: (least: (Quotient, Bool)?, most: (Quotient, Bool)?),
            _ b: (least: (Quotient, Bool)?, most: (Quotient, Bool)?)
        ) -> Bool {
            guard let least = a.least, let most = b.most else { return true }
            return least.0 < most.0 || least.0 == most.0 && least.1 && most.1
        }
        let (mine, its) = (bounds(self), bounds(other))
        return fits(mine, its) && fits(its, mine)
    }
}
