public import Cluster
public import Vocabulary

/// The meters behind the metrics that a design declares itself.
///
/// A part asks for its meter once, when it is made, and then moves it directly: what it costs is an addition.
/// Levels and flows are read by the measurement each second; a duration is handed on as it ends.
public final class Meters: @unchecked Sendable {
    public let sheets: [MetricSheet]
    /// Takes what lasted from one moment to another, of the metric at that place of `sheets`; nil: it never ended.
    package var takeDuration: (Int, Instant, Instant?) -> Void = { _, _, _ in }
    /// By metric: how many durations that began at a moment have not ended.
    @exclusivity(unchecked) private var open: [[Instant: Int]]
    @exclusivity(unchecked) private var levels: [[LevelMeter?]]  // by metric, then part
    @exclusivity(unchecked) private var flows: [[FlowMeter?]]  // likewise
    @exclusivity(unchecked) private var shares: [[ShareMeter?]]  // likewise
    private var readers: [(() -> Int)?]  // by metric
    private var isAsked: [Bool]  // by metric

    public init(of sheet: DesignSheet) {
        sheets = sheet.metrics
        levels = sheets.map { _ in [] }
        flows = sheets.map { _ in [] }
        shares = sheets.map { _ in [] }
        readers = sheets.map { _ in nil }
        open = sheets.map { _ in [:] }
        isAsked = sheets.map { _ in false }
    }

    /// For one incarnation of a part. It begins at nothing, for what was in memory is gone.
    public func level(_ sheet: MetricSheet, at seat: Seat) -> LevelMeter {
        let place = place(of: sheet, .level)
        while levels[place].count <= seat.number { levels[place].append(nil) }
        let meter = LevelMeter()
        levels[place][seat.number] = meter
        return meter
    }

    /// Of all parts together, whether they run or not: it is read by looking on, where parts cannot know it.
    public func offer(_ sheet: MetricSheet, _ read: @escaping () -> Int) {
        let place = place(of: sheet, .level)
        precondition(readers[place] == nil, "the level '\(sheet.name)' twice")
        readers[place] = read
    }

    /// For a part in all of its incarnations: what went through stays counted.
    public func flow(_ sheet: MetricSheet, at seat: Seat) -> FlowMeter {
        let place = place(of: sheet, .flow)
        while flows[place].count <= seat.number { flows[place].append(nil) }
        let meter = flows[place][seat.number] ?? FlowMeter()
        flows[place][seat.number] = meter
        return meter
    }

    /// Likewise.
    public func share(_ sheet: MetricSheet, at seat: Seat) -> ShareMeter {
        let place = place(of: sheet, .share)
        while shares[place].count <= seat.number { shares[place].append(nil) }
        let meter = shares[place][seat.number] ?? ShareMeter()
        shares[place][seat.number] = meter
        return meter
    }

    /// Of all apps together; nil when the design does not list it.
    func flow(ofClients sheet: MetricSheet) -> FlowMeter? {
        guard let place = sheets.firstIndex(of: sheet) else { return nil }
        if flows[place].isEmpty { flows[place].append(FlowMeter()) }
        return flows[place][0]
    }

    /// Likewise.
    func level(ofClients sheet: MetricSheet) -> LevelMeter? {
        guard let place = sheets.firstIndex(of: sheet) else { return nil }
        if levels[place].isEmpty { levels[place].append(LevelMeter()) }
        return levels[place][0]
    }

    public func durations(_ sheet: MetricSheet) -> DurationMeter {
        DurationMeter(self, place(of: sheet, .durations))
    }

    private func place(of sheet: MetricSheet, _ kind: Metric.Kind) -> Int {
        precondition(sheet.metric.kind == kind, "'\(sheet.name)' is measured by another kind of meter")
        guard let place = sheets.firstIndex(of: sheet) else {
            preconditionFailure("the sheet of the design does not list the metric '\(sheet.name)'")
        }
        isAsked[place] = true
        return place
    }

    /// Those for which no part has asked yet.
    var notAsked: [MetricSheet] { zip(sheets, isAsked).filter { !$1 }.map(\.0) }

    /// What the running parts hold of a level, or what has gone through all parts of a flow so far.
    /// `isRunning` says for each part whether it is there; people's devices always are.
    package func total(_ place: Int, isRunning: [Bool]) -> UInt64 {
        if let read = readers[place] { return UInt64(read()) }
        let isOfClients = sheets[place].role == RoleSheet.client.name
        let held = levels[place].enumerated().map { number, meter in
            isOfClients || number < isRunning.count && isRunning[number] ? meter?.value ?? 0 : 0
        }
        let passed = flows[place].map { $0?.total ?? 0 }
        return UInt64(held.reduce(0, +)) + passed.reduce(0, +)
    }
}

extension Meters {
    func open(_ place: Int, at began: Instant) { open[place][began, default: 0] += 1 }

    func close(_ place: Int, since began: Instant) {
        guard let count = open[place][began] else {
            preconditionFailure("what began at \(began) has ended before")
        }
        open[place][began] = count > 1 ? count - 1 : nil
    }

    /// The run is over: what has not ended never will.
    package func finish() {
        for place in sheets.indices {
            for (began, count) in open[place].sorted(by: { $0.key < $1.key }) {
                for _ in 0..<count { takeDuration(place, began, nil) }
            }
        }
    }

    /// What has gone through all parts so far, and how much of it was so.
    package func totalOfShare(_ place: Int) -> (part: UInt64, whole: UInt64) {
        shares[place].reduce(into: (0, 0)) { sum, meter in
            sum.part += meter?.part ?? 0
            sum.whole += meter?.whole ?? 0
        }
    }
}

/// How much a part holds of something: pieces or bytes, as its metric says.
public final class LevelMeter: @unchecked Sendable {
    @usableFromInline @exclusivity(unchecked) var held = 0

    init() {}

    @inlinable
    public var value: Int {
        get { held }
        set {
            precondition(newValue >= 0, "nobody holds less than nothing")
            held = newValue
        }
    }
}

/// How much has gone through a part so far: pieces or bytes, as its metric says.
public final class FlowMeter: @unchecked Sendable {
    @usableFromInline @exclusivity(unchecked) var total: UInt64 = 0

    init() {}

    @inlinable
    public func add(_ amount: Int = 1) {
        precondition(amount >= 0, "nothing flows back")
        total += UInt64(amount)
    }
}

/// How often something was so, of all times that it could have been.
public final class ShareMeter: @unchecked Sendable {
    @usableFromInline @exclusivity(unchecked) var part: UInt64 = 0
    @usableFromInline @exclusivity(unchecked) var whole: UInt64 = 0

    init() {}

    @inlinable
    public func add(_ isSo: Bool) {
        part += isSo ? 1 : 0
        whole += 1
    }
}

/// Takes how long things last. What is opened and neither closed nor dropped when the run is over has lasted for ever.
public struct DurationMeter: Sendable {
    private let meters: Meters
    private let place: Int

    init(_ meters: Meters, _ place: Int) { (self.meters, self.place) = (meters, place) }

    public func opened(at began: Instant) { meters.open(place, at: began) }

    public func closed(since began: Instant, at ended: Instant) {
        meters.close(place, since: began)
        record(from: began, to: ended)
    }

    /// Nobody waits for its end any more.
    public func dropped(since began: Instant) { meters.close(place, since: began) }

    /// Where nobody could have waited in vain. It counts in the window in which it began.
    public func record(from began: Instant, to ended: Instant) {
        precondition(began <= ended, "it ended before it began")
        meters.takeDuration(place, began, ended)
    }
}
