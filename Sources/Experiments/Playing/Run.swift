internal import Chat
internal import Cluster
internal import Results
internal import Simulation
internal import Vocabulary

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
    var schedule: FaultSchedule
    /// Of the schedule, those that found what they would hit out of sync, and have not begun.
    var postponed: Set<Int> = []  // looked up only, never iterated
    let keeper: DeliveryKeeper
    let abortChecks: AbortChecks
    var chronicle: Chronicle
    /// Nothing is going to happen any more; who waits all the same.
    var isDry = false
    var hang: String?
    /// What came when it was played on.
    var latecomers = Latecomers()
    var lossesTold = 0
    var violationsSeen: UInt64 = 0
    var violationsTold: [String: Int] = [:]  // looked up only, never iterated
    private let roleNames: [String]
    let meters: Meters
    private let lags: Lags
    private var formerly: [RoleGauge]
    /// What had gone through each flow of the design's own a second ago, by its place.
    private var passed: [UInt64]
    /// Likewise of what is a part of a whole.
    private var passedShares: [(part: UInt64, whole: UInt64)]
    /// What each role could not cope with.
    private(set) var saturations: [Saturation]
    /// Deliveries that became due after the warm-up while the run was calm.
    private(set) var dueInCalm = CalmSum()
    private var dueBefore: UInt64 = 0
    /// When links carried all that they can, by the rule of the file that says how much that is.
    private(set) var fullLinks: [Saturation.Streak]
    /// Of each machine, from the warm-up to the last send: how long its cores worked, and how long it was up.
    private(set) var underLoad: [(coreTime: Span, up: Span)] = []
    private var latestReadings: [MachineReading] = []
    let scale: ScaleSheet?

    init<D: Design>(_ play: Play, _ design: D.Type, recording: Recording = .nothing) {
        self.play = play
        let scenario = play.scenario
        self.scenario = scenario
        let seed = UInt64(scenario.seed)
        let layout = Layout(scenario)
        self.layout = layout
        cluster = Cluster(
            seed: seed, zones: layout.zoneNames, regions: layout.zoneRegions, recording: recording,
            tellsEndsApart: layout.tellsEndsApart
        ) { from, to in layout.route(from: from, to: to) }
        cluster.lineSettings = scenario.lines
        cluster.canary = play.canary
        cluster.timeouts = scenario.timeouts
        schedule = FaultSchedule(scenario)
        keeper = DeliveryKeeper(play.keeping, schedule, notesOrdeals: play.notesOrdeals)
        scale = D.sheet.scale
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
        measurement.mostSamples = { [timeline = measurement.timeline] in
            scenario.mostSamples(within: timeline.stretches(of: $0))
        }
        let abortChecks = AbortChecks(measurement, in: cluster.world)
        self.abortChecks = abortChecks
        if abortChecks.hangOnTimes { settings.batch = 1 }
        let assembly = Assembly(
            D.sheet, for: scenario.population, in: cluster, zones: layout.serverZones,
            setups: scenario.topology.setups(of: D.sheet), client: scenario.clientChoice, ledger: settings
        ) {
            measurement.record($0)
            abortChecks.ask()
        }
        let site = assembly.site
        census = assembly.census
        ledger = assembly.ledger
        ledger.quietFrom = measurement.timeline.quietFrom
        meters = site.meters
        ledger.news.incident = {
            measurement.record($0, $1, intended: $2)
            abortChecks.ask()
        }
        ledger.news.refusal = {
            measurement.record($0, $1, intended: $2)
            abortChecks.ask()
        }
        ledger.news.excuse = { measurement.excuse($0, intended: $1) }
        ledger.news.cutShort = { measurement.cutShort($0, intended: $1) }
        if keeper.listens {
            ledger.news.delivery = { [keeper] in
                keeper.take(KeptDelivery($0, to: $1, tapped: $2, latency: $4), accepted: $3)
            }
        }
        meters.takeDuration = {
            measurement.record(own: $0, from: $1, to: $2)
            abortChecks.ask()
        }
        passed = D.sheet.metrics.map { _ in 0 }
        passedShares = D.sheet.metrics.map { _ in (0, 0) }
        lags = site.lags
        let door = D.build(on: site)
        let app = D.app(on: site)
        let mistakes = site.mistakes(of: D.sheet, app: app)
        precondition(mistakes.isEmpty, "\(D.sheet.name): \(mistakes[0])")
        let phones: Addresses<Phone>
        (town, phones) = assembly.settle(
            app: scenario.app, app, in: layout.deviceZones, door: door)
        if let survey = play.survey {
            cluster.watchWork(every: survey.interval, from: survey.from, until: survey.until)
        }
        formerly = roleNames.map { _ in RoleGauge() }
        saturations = roleNames.map { Saturation(role: $0) }
        fullLinks = scenario.topology.links.map { _ in Saturation.Streak() }
        chronicle = Chronicle(scenario, schedule)
        schedule.plan(in: cluster, town: town, phones: phones, site: site) { [unowned self] in
            hear($1, of: $0)
        }
    }

    /// What was read of a role's machines, the last time a second ago.
    private struct RoleGauge {
        var readings: [MachineReading] = []
        var sent: UInt64 = 0
        var received: UInt64 = 0

        var bytes: UInt64 { sent + received }

        /// How full the interfaces were, each way, of those machines that were up all the time. What was sent and has not
        /// left yet waits at its own machine; what has not been taken in yet is not counted as received.
        func shares(since former: Self, among machines: [(now: MachineReading, before: MachineReading)])
            -> (sending: Double, receiving: Double)
        {
            guard let (now, before) = machines.first, now.time > before.time else { return (0, 0) }
            let capacity = (now.time - before.time).seconds * Double(machines.count)
            let unsent = machines.reduce(0) { $0 + $1.now.unsent.seconds - $1.before.unsent.seconds }
            func seconds(_ bytes: UInt64, at rate: DataRate) -> Double {
                Double(bytes) * 8 / Double(rate.bitsPerSecond)
            }
            func share(_ work: Double) -> Double { min(1, max(0, work / capacity)) }
            return (
                share(seconds(sent - former.sent, at: now.uplink) - unsent),
                share(seconds(received - former.received, at: now.downlink))
            )
        }
    }

    /// Reads the meters of all roles; what they say of the last second goes to the second's beginning. Machines that
    /// are off are not there, and shares are those of machines that are up.
    func read(at time: Instant) {
        let readings = cluster.readings
        let peaks = cluster.takeQueuePeaks()
        readLoad(readings, at: time)
        let second: UInt64 = 1_000_000_000
        let slice = Instant(nanoseconds: max(time.nanoseconds, second) - second)
        readOwn(readings, at: time, slice)
        readLinks(at: time)
        let isCalm = slice > measurement.timeline.warmup + .seconds(1) && saturations.allSatisfy(\.isCalm)
        dueInCalm.take(ledger.counts.due - dueBefore, isCalm: isCalm)
        dueBefore = ledger.counts.due
        for (role, name) in roleNames.enumerated() {
            let machines = readings.filter { $0.role == name }
            let traffic = cluster.traffic(ofRole: name)
            let present = RoleGauge(
                readings: machines, sent: traffic?.sentBytes ?? 0, received: traffic?.deliveredBytes ?? 0)
            defer { formerly[role] = present }
            let former = formerly[role]
            guard former.readings.count == machines.count, time > .start, !machines.isEmpty else { continue }
            // Those that were up all the time.
            let pairs = zip(machines, former.readings).filter { $0.isUp && $1.isUp }
                .map { (now: $0, before: $1) }
            let (sending, receiving) = present.shares(since: former, among: pairs)
            saturations[role].take(pairs, isCalm: isCalm, sending: sending, receiving: receiving, at: slice)
            let there = machines.filter(\.isOn)
            func record(_ resource: Resource, _ value: UInt64, highest: UInt64? = nil) {
                measurement.record(role: role, resource, value, highest: highest, at: slice)
            }
            if let share = Self.meanUtilisation(of: \.processor, of: pairs) { record(.utilisation, share) }
            if let share = Self.meanUtilisation(of: \.disk, of: pairs) {
                record(.disk, share)
                record(.diskQueue, UInt64(there.reduce(0) { $0 + $1.diskQueue }))
            }
            let peak = zip(readings, peaks).reduce(0) { $0 + ($1.0.role == name && $1.0.isOn ? $1.1 : 0) }
            record(.queue, UInt64(there.reduce(0) { $0 + $1.queueLength }), highest: UInt64(peak))
            record(.connections, UInt64(there.reduce(0) { $0 + $1.connections }))
            record(.storage, there.reduce(0) { $0 + $1.stored })
            record(.memory, there.reduce(0) { $0 + UInt64($1.memory.bytes) })
            record(.bytes, present.bytes - former.bytes)
            record(.sending, UInt64(sending * 1e6))
            record(.receiving, UInt64(receiving * 1e6))
            if let lag = lags[name] { record(.lag, UInt64(lag)) }
        }
        abortChecks.ask()
        abortChecks.askWhatIsOverdue(in: ledger)
    }

    private func readLoad(_ readings: [MachineReading], at time: Instant) {
        defer { latestReadings = readings }
        for _ in underLoad.count..<readings.count { underLoad.append((.zero, .zero)) }
        guard measurement.timeline.warmup < time, time <= measurement.timeline.endOfSends else { return }
        for (place, (now, before)) in zip(readings, latestReadings).enumerated() where now.isUp && before.isUp
        {
            underLoad[place].up += now.time - before.time
            guard let now = now.processor, let before = before.processor else { continue }
            underLoad[place].coreTime += now.coreTime - before.coreTime
        }
    }

    /// A link before which a second's worth waits carries all that it can for the second that follows.
    private func readLinks(at time: Instant) {
        guard scenario.topology.links.contains(where: { $0.profile.bandwidth != nil }) else { return }
        let full = cluster.links(waiting: .seconds(1)).compactMap { layout.narrowing($0.from, $0.to) }
        for rule in fullLinks.indices { fullLinks[rule].take(full.contains(rule), at: time) }
    }

    /// In millionths; nil where no machine has such a meter.
    private static func meanUtilisation(
        of meter: KeyPath<MachineReading, ProcessorReading?>,
        of machines: [(now: MachineReading, before: MachineReading)]
    ) -> UInt64? {
        let shares = machines.compactMap { now, before -> Double? in
            guard let now = now[keyPath: meter], let before = before[keyPath: meter],
                now.time > before.time
            else { return nil }
            return now.utilisation(since: before)
        }
        return shares.isEmpty ? nil : UInt64(shares.reduce(0, +) / Double(shares.count) * 1e6)
    }

    /// The levels, flows and shares that the design declares.
    private func readOwn(_ readings: [MachineReading], at time: Instant, _ slice: Instant) {
        for (place, sheet) in meters.sheets.enumerated() where sheet.metric.kind != .durations {
            if sheet.metric.kind == .share {
                readShare(place, at: time, slice)
                continue
            }
            let isRunning = readings.filter { $0.role == sheet.role }.map(\.isRunning)
            let total = meters.total(place, isRunning: isRunning)
            defer { passed[place] = total }
            guard time > .start else { continue }
            let value = sheet.metric.kind == .flow ? total - passed[place] : total
            measurement.record(own: place, value, at: slice)
        }
    }

    private func readShare(_ place: Int, at time: Instant, _ slice: Instant) {
        let (total, before) = (meters.totalOfShare(place), passedShares[place])
        passedShares[place] = total
        guard time > .start, total.whole > before.whole else { return }
        measurement.record(own: place, total.part - before.part, of: total.whole - before.whole, at: slice)
    }
}
