internal import Chat
internal import Cluster
internal import Simulation
internal import Vocabulary

/// What a scenario means to those who play it.
extension Scenario {
    var endOfSends: Instant { .start + duration }
    var end: Instant { .start + duration + drain }

    /// More events than this within a second nothing in the scenario asks for: people send some letters a second
    /// at most, each to a room of some thousand; and where the file says that something comes more often than
    /// that, what it says counts.
    var eventLimit: UInt64 {
        func perSecond(_ span: Double) -> Double { 1e9 / max(1, span) }
        let users = Double(self.users.count)
        let letters = load.reduce(0) {
            $0 + Double($1.send.count) / $1.send.interval.seconds * ($1.send.isPerUser ? users : 1)
        }
        let room =
            self.users.rooms.oneOfAll ? users : Double(self.users.rooms.sizes.entries.map(\.part).max() ?? 2)
        let comings = self.users.sessions.map { perSecond($0.online.spread.mean + $0.away.spread.mean) } ?? 0
        let beats = perSecond(Double(client.heartbeat.nanoseconds))
        let turns = faults.reduce(0) { $0 + ($1.every.map { perSecond(Double($0.nanoseconds)) } ?? 0) }
        let events =
            20e6 + users * (100_000 + 1_000 * (comings + beats)) + 1_000 * letters * min(room, users)
            + 1_000 * turns * users
        return UInt64(min(events, 1e18))
    }

    var population: PopulationPlan {
        var plan = PopulationPlan()
        plan.users = users.count
        let most = users.devices.entries.map(\.part).max() ?? 1
        plan.devices = (1...most).map { count in
            users.devices.entries.first { $0.part == count }?.share.fraction ?? 0
        }
        plan.deviceLimit = most
        plan.regions = users.regions.entries.map { ($0.part.text, $0.share.fraction) }
        plan.accesses = users.access.entries.map { ($0.part.rawValue, $0.share.fraction) }
        plan.contacts = users.contacts
        if users.rooms.oneOfAll {
            plan.rooms = [(users.count, 1)]
        } else {
            plan.rooms = users.rooms.sizes.entries.map { (min($0.part, users.count), $0.share.fraction) }
        }
        plan.online = users.onlineShare
        if let sessions = users.sessions { plan.session = sessions.online.spread }
        plan.end = duration
        plan.phases = load.map { phase in
            PopulationPlan.LoadPhase(
                from: phase.from, ramp: phase.ramp, perSecond: perUser(phase.send),
                isConstant: phase.arrivals == .constant,
                followsDay: phase.arrivals == .diurnal, size: phase.size.spread,
                direct: phase.direct.fraction,
                media: phase.media.map { ($0.share.fraction, $0.size.spread) })
        }
        plan.hacked = users.hacked?.fraction ?? 0
        plan.script = script.map(act)
        let later = plan.devicesToCome.map { user, count in
            Census.deviceCount(of: user, plan, seed: UInt64(seed)) + count
        }
        plan.deviceLimit = max(most, later.max() ?? 0)
        return plan
    }

    /// Taps a second of one user.
    private func perUser(_ rate: Rate) -> Double {
        let perSecond = Double(rate.count) / (Double(rate.interval.nanoseconds) / 1e9)
        return rate.isPerUser ? perSecond : perSecond / Double(users.count)
    }

    private func act(_ act: ScriptAct) -> ScriptedAct {
        let played: ScriptedAct.Act =
            switch (act.act, act.value) {
            case ("send", .recipient(let destination)): .send(destination)
            case ("go", .word(let place)): place == 0 ? .goOffline : .goOnline
            case ("block", .user(let user)): .block(user)
            case ("unblock", .user(let user)): .unblock(user)
            case ("join", .room(let room)): .join(room)
            case ("leave", .room(let room)): .leave(room)
            case ("add-device", _): .addDevice
            case ("lose-device", _): .loseDevice
            case ("reinstall", _): .reinstall
            case ("new-key", _): .newKey
            case ("search", _): .search
            default: .own(act.act, act.value)
            }
        return ScriptedAct(
            at: act.at, user: User(UInt32(act.user)), device: UInt8(act.device), played)
    }

    var app: AppSettings {
        var app = AppSettings()
        app.answerWithin = client.timeout
        app.retry = Tries(limit: client.retry.attempts, base: client.retry.base, cap: client.retry.cap)
        app.reconnect = Tries(
            limit: client.reconnect.attempts, base: client.reconnect.base, cap: client.reconnect.cap)
        if let keys = client.keys {
            (app.sealing.grace, app.sealing.time, app.sealing.overhead) = (
                keys.grace, keys.time, keys.overhead
            )
        }
        if let scanRate = client.scanRate { app.scanRate = scanRate }
        if let blocks = client.blocks { app.decision = blocks.decision.spread }
        if let clock = client.clock {
            (app.clocks.offset, app.clocks.drift) = (clock.offset.spread, clock.drift)
        }
        return app
    }

    /// What apps do otherwise than the design would have them.
    var clientChoice: ClientChoice {
        var choice = ClientChoice()
        choice.sealing = client.sealing
        choice.blocks = client.blocks?.conflicts
        choice.sendsMedia = load.contains { $0.media != nil }
        return choice
    }

    /// A device pings at the heartbeat, where a door does not say how often.
    var lines: LineSettings { LineSettings(spreadsPings: true).pinging(every: client.heartbeat) }

    /// How many letters will be due to somebody, of those tapped in these stretches of time, at most; nil where
    /// a script sends too.
    ///
    /// Of Poisson arrivals nobody knows, so eight standard deviations are added to their mean: that there are
    /// more comes to pass once in 10¹⁴ runs.
    func mostSamples(within stretches: [Range<Instant>]) -> UInt64? {
        guard script.isEmpty else { return nil }
        let curve = LoadCurve(population.phases, end: duration)
        let taps =
            Double(users.count)
            * stretches.reduce(0.0) {
                $0 + curve.integral(to: $1.upperBound) - curve.integral(to: $1.lowerBound)
            }
        let readers = load.allSatisfy { $0.direct == .all } ? 1 : users.largestRoom - 1
        return UInt64((taps + 8 * taps.squareRoot() + 8).rounded(.up)) * UInt64(max(1, readers))
    }

    var timeouts: RetransmissionTimer.Settings {
        switch topology.timeouts {
        case .linux: .linux
        case .rfc6298: .rfc6298
        }
    }

    func ledger(_ design: any Design.Type) -> LedgerSettings {
        var settings = LedgerSettings()
        settings.patience = patience
        settings.longestRetry = client.timeout + client.retry.cap
        // Who was there for less cannot say that a letter is lost: it may be on its way. Of a long drain half a minute is
        // enough, or whoever came back in it could lose what they like.
        settings.chance = max(min(drain / 2, .seconds(30)), patience)
        settings.order = design.promises.order
        settings.sendsReceipts = design.promises.sendsReceipts
        settings.sendsReads = design.promises.sendsReads
        settings.sealsBodies = design.promises.sealsBodies && client.sealing != Sealing.none
        settings.changesSpread = design.promises.changesSpread
        settings.switchedOff = invariants.off.map(\.text)
        settings.ownPromises = design.sheet.promises
        settings.notPromised = design.sheet.promises
            .filter { !$0.isPromised { topology.role($0)?.text(of: $1) } }.map { $0.promise.name }
        settings.stages = design.stageNames
        settings.judgedFrom = .start + warmup
        return settings
    }

    func timeline(_ faults: [Timeline.Fault]) -> Timeline {
        Timeline(
            warmup: .start + warmup, endOfSends: endOfSends, end: end,
            phases: load.map { .init($0.name, from: .start + $0.from) }, faults: faults)
    }
}
