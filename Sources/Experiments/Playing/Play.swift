public import Chat
internal import Cluster
public import Results
internal import Simulation
public import Vocabulary

/// One run of a scenario: the cluster, the design on it, the people, the faults and the measurement, from the
/// first event to the result.
///
/// It is a value and may be run again: each run builds everything anew and shares nothing with another one,
/// so that several go side by side.
public struct Play: Sendable {
    public let scenario: Scenario
    public let design: any Design.Type
    public let thresholds: [Threshold]
    public let healthy: Healthy?
    /// The path of the scenario file, and the command that repeats the run: for the result.
    public let file: String
    public let command: String
    /// The line of each threshold in the file.
    public let lines: [Int]
    /// Where to stop and look, for replays: what comes of it is a `RunMoment`, and a run that is incomplete.
    public var until: Instant?
    /// The letter whose history is wanted. To write it down changes nothing.
    public var letter: LetterID?

    public init(
        _ scenario: Scenario, design: any Design.Type, thresholds: [Threshold], healthy: Healthy?,
        file: String,
        command: String, lines: [Int] = []
    ) {
        self.scenario = scenario
        self.design = design
        self.thresholds = thresholds
        self.healthy = healthy
        self.file = file
        self.command = command
        self.lines = lines
    }

    /// How far a run is.
    public struct Status: Sendable {
        public var time: Instant
        public var end: Instant
        public var events: UInt64
    }

    /// What came of a run.
    public struct Outcome: Sendable {
        public var result: RunResult
        public var events: UInt64
        public var behaviourDigest: UInt64
        public var traceDigest: UInt64
        /// What it was like where it was to stop; nil when it was to go on to its end, or ended before.
        public var moment: RunMoment?
        /// Of the letter that was asked for, in the order of time; empty when nobody tapped it.
        public var history: [InvariantOutcome.Line] = []
        /// How many letters the sender of that one tapped.
        public var lettersOfSender: Int?
        /// Work that left the simulation: then nothing of the result can be relied upon.
        public var escape: String?
    }

    /// Plays it on the calling thread. `watch` is asked after each simulated second whether to go on; what it
    /// decides not to see is a run
    /// that is incomplete.
    public func run(_ watch: (Status) -> Bool = { _ in true }) -> Outcome { Run(self, design).play(watch) }
}

/// What a run is made of while it goes on.
final class Run {
    let play: Play
    let scenario: Scenario
    let layout: Layout
    let cluster: Cluster
    let census: Census
    let ledger: Ledger
    let town: Town
    let measurement: Measurement
    let schedule: FaultSchedule
    private let roleNames: [String]
    private let meters: Meters
    private var formerly: [RoleGauge]
    /// What had gone through each flow of the design's own a second ago, by its place.
    private var passed: [UInt64]

    init<D: Design>(_ play: Play, _ design: D.Type) {
        self.play = play
        let scenario = play.scenario
        self.scenario = scenario
        let seed = UInt64(scenario.seed)
        let layout = Layout(scenario)
        self.layout = layout
        cluster = Cluster(seed: seed, zones: layout.zoneNames, regions: layout.zoneRegions) { from, to in
            layout.profile(from: from, to: to)
        }
        for from in cluster.zones.indices {
            for to in cluster.zones.indices {
                let (from, to) = (Zone(number: from), Zone(number: to))
                guard let backbone = layout.backbone(from: from, to: to) else { continue }
                cluster.extend(
                    from: from, to: to, by: backbone,
                    named: "backbone from \(cluster.zones[from.number]) to \(cluster.zones[to.number])")
            }
        }
        cluster.lineSettings = scenario.lines
        let plan = scenario.population
        census = Census(plan, seed: seed)
        schedule = FaultSchedule(scenario)
        roleNames = D.sheet.roles.map(\.name)
        let measurement = Measurement(
            timeline: scenario.timeline(schedule.timeline), thresholds: play.thresholds,
            healthy: play.healthy,
            patience: scenario.patience, roles: roleNames, own: D.sheet.metrics)
        self.measurement = measurement
        var settings = scenario.ledger(design)
        let machineName: @Sendable (UInt32) -> String = { [unowned(unsafe) cluster] place in
            Chat.Place.phone(at: place).map { "phone of \($0)" } ?? cluster.name(ofMachine: Int(place))
        }
        settings.placeName = machineName
        ledger = Ledger(census.roster, settings) { measurement.record($0) }
        ledger.news.incident = { measurement.record($0, $1, intended: $2) }
        ledger.news.excuse = { measurement.excuse($0, intended: $1) }
        meters = Meters(of: D.sheet)
        meters.takeDuration = { measurement.record(own: $0, from: $1, to: $2) }
        passed = D.sheet.metrics.map { _ in 0 }
        let site = Site(
            cluster: cluster, census: census, ledger: ledger, zones: layout.serverZones,
            counts: Dictionary(uniqueKeysWithValues: scenario.topology.roles.map { ($0.name, $0.count) }),
            turned: Dictionary(
                uniqueKeysWithValues: scenario.topology.roles.map { role in
                    (role.name, role.knobs.map { (name: $0.name, text: $0.text) })
                }), meters: meters)
        let door = D.build(on: site)
        town = Town(
            plan, census, app: scenario.app, ledger: ledger, zones: layout.deviceZones, seed: seed,
            acts: site.acts)
        let phones = town.settle(in: cluster, door: door)
        schedule.plan(in: cluster, town: town, phones: phones, partFaults: site.partFaults)
        formerly = roleNames.map { _ in RoleGauge() }
    }

    /// What was read of a role's machines a second ago.
    private struct RoleGauge {
        var readings: [MachineReading] = []
        var bytes: UInt64 = 0
    }

    func play(_ watch: (Play.Status) -> Bool) -> Play.Outcome {
        let end = min(scenario.end, play.until ?? scenario.end)
        let history = play.letter.map(ledger.watch)
        var time = Instant.start
        var ending = Ending.reachedEnd
        var isComplete = true
        read(at: .start)
        while time < end {
            time = min(end, time + .seconds(1))
            ending = cluster.run(until: time)
            guard ending == .reachedEnd || ending.isDry else {
                isComplete = false
                break
            }
            read(at: time)
            let status = Play.Status(time: time, end: end, events: cluster.world.eventNumber)
            guard measurement.beyondHope == nil, watch(status) else {
                isComplete = time == end
                break
            }
        }
        let isCut = isComplete && end < scenario.end
        let moment = isCut ? self.moment(at: time) : nil
        ledger.finish(at: time)
        measurement.finish(at: time)
        var escape: String?
        if case .escaped(let what) = ending { escape = what }
        return Play.Outcome(
            result: result(isComplete: isComplete && !isCut, endedAt: time),
            events: cluster.world.eventNumber,
            behaviourDigest: cluster.world.behaviourDigest.value,
            traceDigest: cluster.world.traceDigest.value, moment: moment,
            history: history?.history(placeName: ledger.settings.placeName) ?? [],
            lettersOfSender: history.flatMap { ledger.letterCount(of: $0.letter.sender) }, escape: escape)
    }

    /// Reads the meters of all roles; what they say of the last second goes to the second's beginning.
    private func read(at time: Instant) {
        let readings = cluster.readings
        let second: UInt64 = 1_000_000_000
        let slice = Instant(nanoseconds: max(time.nanoseconds, second) - second)
        readOwn(readings, at: time, slice)
        for (role, name) in roleNames.enumerated() {
            let machines = readings.filter { $0.role == name }
            let bytes = cluster.traffic(ofRole: name).map { $0.sentBytes + $0.deliveredBytes } ?? 0
            defer { formerly[role] = RoleGauge(readings: machines, bytes: bytes) }
            let former = formerly[role]
            guard former.readings.count == machines.count, time > .start, !machines.isEmpty else { continue }
            let utilisations = zip(machines, former.readings).compactMap { now, before -> Double? in
                guard let now = now.processor, let before = before.processor, now.time > before.time else {
                    return nil
                }
                return now.utilisation(since: before)
            }
            func record(_ resource: Resource, _ value: UInt64) {
                measurement.record(role: role, resource, value, at: slice)
            }
            if !utilisations.isEmpty {
                record(.utilisation, UInt64(utilisations.reduce(0, +) / Double(utilisations.count) * 1e6))
            }
            record(.queue, UInt64(machines.reduce(0) { $0 + $1.queueLength }))
            record(.connections, UInt64(machines.reduce(0) { $0 + $1.connections }))
            record(.storage, machines.reduce(0) { $0 + $1.stored })
            record(.bytes, bytes - former.bytes)
        }
    }

    /// The levels and flows that the design declares.
    private func readOwn(_ readings: [MachineReading], at time: Instant, _ slice: Instant) {
        for (place, sheet) in meters.sheets.enumerated() where sheet.metric.kind != .durations {
            let isRunning = readings.filter { $0.role == sheet.role }.map(\.isRunning)
            let total = meters.total(place, isRunning: isRunning)
            defer { passed[place] = total }
            guard time > .start else { continue }
            let value = sheet.metric.kind == .flow ? total - passed[place] : total
            measurement.record(own: place, value, at: slice)
        }
    }
}

extension Ending {
    /// Nothing is going to happen any more; people whose scripts are over wait for nothing.
    fileprivate var isDry: Bool {
        if case .ranDry(_, let waiting) = self { waiting.isEmpty } else { false }
    }
}
