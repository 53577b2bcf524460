public import Chat
internal import Results
internal import Simulation
public import Vocabulary

/// Takes what the ledger and the machines report during a run, and knows at the end what thresholds ask.
///
/// Windows overlap, and a letter counts in each that holds its intended moment. To count it once all the
/// same, time is cut at every border of a window; pieces that belong to the same windows are one *group* with
/// one meter, and a window is the sum of its groups:
///
///     all      [-----------------------------------------)
///     usual    [---------------------------)
///     split            [--------)
///     group    0       1        0          2
///
/// So memory is fixed before the run: groups × histograms, however many letters there are, and however often
/// a fault comes and goes. A fault of which nobody knew before when it begins or is healed is told of at that moment, and
/// letters sent before it are in the right group already.
///
/// It answers nobody during a run, but for the one question whether a threshold is beyond hope, and for those
/// who only watch.
public final class Measurement {
    /// So many of a run's faults have windows of their own for tables; of others only those that thresholds
    /// name.
    static let faultsWithWindows = 16
    /// What a slice over time covers at first.
    static let firstSlice = Span.seconds(1)

    public let thresholds: [Threshold]
    public let healthy: Healthy?
    public let roles: [String]
    /// The metrics that the design declares itself.
    public let own: [MetricSheet]
    public internal(set) var timeline: Timeline
    /// How many samples of letters a window can have at most; nil where nobody knows.
    package var mostSamples: (Window) -> UInt64? = { _ in nil }

    /// Of a run that ended before its time, what was beyond hope then.
    var lostAtEarlyEnd: [Threshold]?

    let patience: Span
    let windows: [Window]
    let scopes: [Scope]
    private let marks: Marks
    private(set) var groups: [WindowGroup] = []
    let healthMeter: HealthMeter?
    let timesOverTime: [Slices]
    /// The same without counting references; `timesOverTime` keeps them alive.
    private let unownedSlices: [Unmanaged<Slices>]
    var levelsOverTime: [LevelSlices]
    /// Each incident counts one, in the slice of the intended moment.
    private(set) var incidentsOverTime: [LevelSlices]

    // The pieces into which the borders of windows cut time.
    private var borders: [UInt64] = []  // ns; each piece begins at one, the first at 0
    private var groupOfPiece: [Int] = []
    @exclusivity(unchecked) private var pieceStart: UInt64 = 0  // ns; of the piece of the latest sample
    @exclusivity(unchecked) private var pieceWidth: UInt64 = 0  // ns
    @exclusivity(unchecked) private var current: WindowGroup

    /// The parts of a run that belong to the same windows.
    final class WindowGroup {
        /// By their places in `windows`, rising.
        let windows: [Int]
        let meter: Meter
        /// Of the letters of one scope each.
        let scoped: [Meter]

        init(windows: [Int], meter: Meter, scoped: [Meter]) {
            self.windows = windows
            self.meter = meter
            self.scoped = scoped
        }
    }

    public init(
        timeline: Timeline, thresholds: [Threshold], healthy: Healthy?, patience: Span, roles: [String],
        own: [MetricSheet] = []
    ) {
        self.timeline = timeline
        self.thresholds = thresholds
        self.healthy = healthy
        self.patience = patience
        self.roles = roles
        self.own = own
        windows = Self.windows(timeline: timeline, thresholds: thresholds)
        scopes = thresholds.compactMap(\.scope).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        marks = Marks(thresholds: thresholds, patience: patience, own: own)
        healthMeter = healthy.map {
            HealthMeter(
                $0, from: timeline.warmup, firstFault: timeline.firstFault, patience: patience)
        }
        timesOverTime = marks.starts.dropLast().map { _ in Slices(width: Self.firstSlice) }
        unownedSlices = timesOverTime.map { .passUnretained($0) }
        levelsOverTime = Array(
            repeating: LevelSlices(width: Self.firstSlice),
            count: roles.count * Resource.allCases.count + own.count)
        incidentsOverTime = Incident.allCases.map { _ in LevelSlices(width: Self.firstSlice) }
        current = WindowGroup(windows: [], meter: Meter(marks: marks, levels: 0), scoped: [])
        cutTime()
    }

    /// Those that thresholds name and those that tables show, each once.
    private static func windows(timeline: Timeline, thresholds: [Threshold]) -> [Window] {
        let phases = timeline.phases.map { Window(.during(.init(phase: $0.name))) }
        let faults = timeline.faults.prefix(faultsWithWindows).map { Window.Period(fault: $0.name) }
        let ofFaults = faults.flatMap { [Window(.before($0)), Window(.during($0)), Window(.after($0))] }
        return ([.all] + phases + ofFaults + thresholds.map(\.window) + thresholds.map(\.measuredWindow))
            .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

// MARK: During the run

extension Measurement {
    /// Takes a batch from the ledger.
    public func record(_ samples: UnsafeBufferPointer<Sample>) {
        let (healthMeter, scopes) = (healthMeter, scopes)
        var group = current
        for sample in samples {
            let metric = Int(sample.metric.rawValue)
            // Wraps around for an earlier moment, and is then wider than any piece.
            if sample.intended.nanoseconds &- pieceStart >= pieceWidth {
                select(sample.intended)
                group = current
            }
            group.meter.record(sample.latency, of: metric)
            for place in scopes.indices where scopes[place].contains(sample.tags) {
                group.scoped[place].record(sample.latency, of: metric)
            }
            // What never came is the largest value there is, so that percentiles of slices need no second
            // count.
            let value = sample.latency.map { UInt64(bitPattern: $0.nanoseconds) } ?? .max
            unownedSlices[metric]._withUnsafeGuaranteedRef { $0.record(value, at: sample.intended) }
            healthMeter?.record(sample)
        }
    }

    /// Something happened to a letter that its sender meant to send at `intended`.
    public func record(_ incident: Incident, _ tags: Sample.Tags, intended: Instant) {
        forEachMeter(of: tags, at: intended) { $0.record(incident) }
        incidentsOverTime[Int(incident.rawValue)].record(1, highest: 1, at: intended)
    }

    /// A letter was refused that its sender meant to send at `intended`.
    public func record(_ refusal: Refusal, _ tags: Sample.Tags, intended: Instant) {
        forEachMeter(of: tags, at: intended) { $0.record(refusal) }
        incidentsOverTime[Int(refusal.incident.rawValue)].record(1, highest: 1, at: intended)
    }

    /// A tap was not accepted in time, and its device had no working network all that time.
    ///
    /// The tap is an `accept` sample as well, later than the patience or never.
    public func excuse(_ tags: Sample.Tags, intended: Instant) {
        forEachMeter(of: tags, at: intended) { $0.excuse() }
        healthMeter?.excuse(tags, intended: intended)
    }

    /// The run ended before the sender's patience, and the tap was not accepted: an `accept` sample that never came, too.
    public func cutShort(_ tags: Sample.Tags, intended: Instant) {
        forEachMeter(of: tags, at: intended) { $0.cutShort() }
        healthMeter?.cutShort(tags, intended: intended)
    }

    /// What a role holds at `time`, or what went through it in the slice that begins then: pieces, bytes, or
    /// millionths of a share.
    ///
    /// One value for the whole role: the sum of its machines, of shares their mean.
    ///
    /// - Parameter highest: the most that it was in that slice, where that is known.
    public func record(
        role: Int, _ resource: Resource, _ value: UInt64, highest: UInt64? = nil, at time: Instant
    ) {
        record(value, highest: highest ?? value, at: time, level: level(of: resource, role: role))
    }

    /// The same of a level or a flow that the design declares, by its place in `own`.
    public func record(own place: Int, _ value: UInt64, at time: Instant) {
        record(value, highest: value, at: time, level: levelOfOwn(place))
    }

    /// How much was so in the slice that begins at `time`, of which the design declares the part, by its place in `own`.
    public func record(own place: Int, _ part: UInt64, of whole: UInt64, at time: Instant) {
        let level = levelOfOwn(place)
        select(time)
        current.meter.record(part, of: whole, level: level)
        levelsOverTime[level].record(part, of: whole, at: time)
    }

    /// How long something took of which the design declares durations, by its place in `own`; nil: it never ended.
    public func record(own place: Int, from began: Instant, to ended: Instant?) {
        let metric = Sample.Metric.allCases.count + place
        let length = ended.map { $0 - began }
        select(began)
        current.meter.record(length, of: metric)
        timesOverTime[metric].record(length.map { UInt64($0.nanoseconds) } ?? .max, at: began)
    }

    private func record(_ value: UInt64, highest: UInt64, at time: Instant, level: Int) {
        select(time)
        current.meter.record(value, highest: highest, at: time, level: level)
        levelsOverTime[level].record(value, highest: highest, at: time)
    }

    func level(of resource: Resource, role: Int) -> Int {
        role * Resource.allCases.count + Int(resource.rawValue)
    }

    func levelOfOwn(_ place: Int) -> Int { roles.count * Resource.allCases.count + place }

    /// A fault that comes once is at another time than was thought. To be told before any sample of a moment that changes
    /// windows by it.
    public func faultMoved(_ name: String, from: Instant, to: Instant?) {
        timeline.move(fault: name, from: from, to: to)
        healthMeter?.firstFault = timeline.firstFault
        cutTime()
    }

    /// Whether a threshold that can fail early will not be met whatever comes.
    ///
    /// - Parameter overdue: how many have not come and are later than its limit already.
    package func isBeyondHope(_ threshold: Threshold, overdue: UInt64 = 0) -> Bool {
        guard threshold.canFailEarly else { return false }
        let meters = meters(of: threshold.window, threshold.scope)
        if case .events(let incident) = threshold.subject {
            return threshold.isBeyondHope(Quotient(meters.reduce(0) { $0 + $1.count(incident) }))
        }
        guard let metric = threshold.subject.placeAmongTimes(own) else {
            let (level, unit) = level(of: threshold.subject)
            let highest = meters.filter { $0.levels[level].count > 0 }.map { $0.levels[level].max }.max()
            return highest.map { threshold.isBeyondHope(Quotient($0, over: unit)) } ?? false
        }
        if threshold.statistic == .count {
            return threshold.isBeyondHope(Quotient(meters.reduce(0) { $0 + $1.came(metric) }))
        }
        let missed = meters.reduce(overdue) {
            $0 + $1.due(metric) - $1.count(of: metric, below: threshold.firstMiss)
        }
        guard case .percentile(let percentile)? = threshold.statistic else { return missed > 0 }
        guard missed > 0, let most = mostSamples(threshold.window) else { return false }
        return missed > percentile.mostBeyond(among: most)
    }

    /// How many there are of what a threshold is about that have not come by `time`, and are later than its limit already.
    func overdue(_ threshold: Threshold, in ledger: Ledger, at time: Instant) -> UInt64 {
        let stretches = timeline.stretches(of: threshold.window)
        var count: UInt64 = 0
        ledger.forEachWait(at: time) { wait in
            guard .times(wait.metric) == threshold.subject, let latency = wait.latency,
                UInt64(latency.nanoseconds) >= threshold.firstMiss,
                stretches.contains(where: { $0.contains(wait.intended) }),
                threshold.scope?.contains(wait.tags) ?? true
            else { return }
            count += 1
        }
        return count
    }

    /// Where what is read of a role is, and how many of its unit are one.
    func level(of subject: Subject) -> (place: Int, unit: UInt64) {
        switch subject {
        case .role(let role, let resource):
            guard let place = roles.firstIndex(of: role) else { break }
            return (level(of: resource, role: place), resource.metric.unit == .share ? 1_000_000 : 1)
        case .own(let sheet):
            guard let place = own.firstIndex(of: sheet) else { break }
            return (levelOfOwn(place), 1)
        case .times, .events, .availability, .availabilityOfService, .recovery: break
        }
        preconditionFailure("nobody reads '\(subject)' of a role")
    }

    private func forEachMeter(of tags: Sample.Tags, at intended: Instant, _ body: (Meter) -> Void) {
        select(intended)
        body(current.meter)
        for (place, meter) in current.scoped.enumerated() where scopes[place].contains(tags) { body(meter) }
    }
}

// MARK: Pieces of time

extension Measurement {
    /// Makes the pieces anew. Groups stay, and pieces find theirs by the windows they belong to.
    private func cutTime() {
        let stretches = windows.map { timeline.stretches(of: $0) }
        var borders = stretches.joined().flatMap { [$0.lowerBound.nanoseconds, $0.upperBound.nanoseconds] }
        borders.append(0)
        borders.sort()
        self.borders = borders.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
        // A window's stretches are in order, so one step through them all finds what each piece belongs to.
        var places = stretches.map { _ in 0 }
        groupOfPiece = self.borders.map { border in
            let moment = Instant(nanoseconds: border)
            let belonging = windows.indices.filter { window in
                let stretches = stretches[window]
                while places[window] < stretches.count, stretches[places[window]].upperBound <= moment {
                    places[window] += 1
                }
                return places[window] < stretches.count && stretches[places[window]].lowerBound <= moment
            }
            return group(of: belonging)
        }
        select(.start)
    }

    private func group(of windows: [Int]) -> Int {
        if let place = groups.firstIndex(where: { $0.windows == windows }) { return place }
        func meter() -> Meter { Meter(marks: marks, levels: levelsOverTime.count) }
        groups.append(WindowGroup(windows: windows, meter: meter(), scoped: scopes.map { _ in meter() }))
        return groups.count - 1
    }

    /// Makes the piece of `time` the current one.
    @inline(never)
    private func select(_ time: Instant) {
        var low = 0
        var high = borders.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if borders[middle] <= time.nanoseconds { low = middle } else { high = middle }
        }
        pieceStart = borders[low]
        pieceWidth = (low + 1 < borders.count ? borders[low + 1] : .max) - pieceStart
        current = groups[groupOfPiece[low]]
    }

    /// The meters whose sum is a window.
    func meters(of window: Window, _ scope: Scope?) -> [Meter] {
        guard let place = windows.firstIndex(of: window) else {
            preconditionFailure("nobody measured the window '\(window.name)'")
        }
        let ofWindow = groups.filter { $0.windows.contains(place) }
        guard let scope else { return ofWindow.map(\.meter) }
        guard let scopePlace = scopes.firstIndex(of: scope) else {
            preconditionFailure("nobody measured where \(scope)")
        }
        return ofWindow.map { $0.scoped[scopePlace] }
    }

    /// A window as one meter.
    func meter(of window: Window, _ scope: Scope? = nil) -> Meter {
        let sum = Meter(marks: marks, levels: levelsOverTime.count)
        for meter in meters(of: window, scope) { sum.merge(meter) }
        return sum
    }
}
