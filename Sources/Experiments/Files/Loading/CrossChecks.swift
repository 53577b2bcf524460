import Chat
import Vocabulary

/// What goes wrong between parts of a scenario, each of which is right by itself.
struct CrossChecks {
    let scenario: Scenario

    func make(_ reading: inout Reading) {
        checkTimes(&reading)
        checkNames(&reading)
        checkPhases(&reading)
        checkUsers(&reading)
        checkScript(&reading)
        checkDevices(&reading)
        ScriptedDevices(scenario: scenario, plan: planOfKnownUsers).make(&reading)
        checkAbilities(&reading)
        checkInvariants(&reading)
        TargetChecks(scenario: scenario).make(&reading)
        checkFaultTimes(&reading)
        LimitChecks(scenario: scenario).make(&reading)
    }

    private var end: Span { scenario.duration + scenario.drain }

    private func checkTimes(_ reading: inout Reading) {
        if reading.isSound("duration", "warmup"), scenario.warmup >= scenario.duration {
            reading.fail(
                at: "warmup",
                "the warm-up, \(scenario.warmup.written), leaves nothing of the duration, \(scenario.duration.written)"
            )
        }
        if let healed = scenario.random?.healedBy, reading.isSound("duration", "drain", "random.healed-by"),
            healed > end
        {
            reading.fail(
                at: "random.healed-by", "\(healed.written) is after the end of the drain, \(end.written)")
        }
        if let healthy = scenario.healthy,
            reading.isSound("duration", "warmup", "healthy.window", "healthy.hold")
        {
            checkWindows(healthy, &reading)
        }
        if scenario.load.isEmpty, scenario.script.isEmpty, reading.isSound("load", "script") {
            reading.warn(at: "", "nobody sends anything: there is neither a load nor a script")
        }
    }

    /// Each window is kept to the end.
    private static let mostWindows: Int64 = 1_000_000

    private func checkWindows(_ healthy: HealthyLines, _ reading: inout Reading) {
        let counted = scenario.duration - scenario.warmup
        if end.nanoseconds / healthy.window.nanoseconds > Self.mostWindows {
            return reading.fail(
                at: "healthy.window",
                "windows of \(healthy.window.written) would be more than \(grouped(UInt64(Self.mostWindows))) in \(end.written)",
                "make them longer")
        }
        if healthy.window.times(healthy.hold) > counted {
            let path = reading.places["healthy.hold"] == nil ? "healthy" : "healthy.hold"
            reading.warn(
                at: path,
                "\(healthy.hold) windows of \(healthy.window.written) are longer than what is counted, \(counted.written): nothing will ever count as recovered"
            )
        }
    }

    /// Thresholds speak of phases and faults by name, so a name means one of them.
    private func checkNames(_ reading: inout Reading) {
        var seen: [String: String] = [:]  // looked up only, never iterated
        let named = scenario.load.map { ("load", $0.name) } + scenario.faults.map { ("faults", $0.name) }
        for (list, name) in named where !name.isEmpty {
            if let other = seen.updateValue(list, forKey: name) {
                let what = other == "load" ? "a phase" : "a fault"
                reading.fail(
                    at: "\(list).\(name).name", "there is \(what) of the name \(quoted(name)) already")
            }
        }
    }

    private func checkPhases(_ reading: inout Reading) {
        if let first = scenario.load.first, first.from > .zero {
            reading.fail(
                at: "load.\(first.name).from", "the first phase begins with the run",
                "write 'from: 0s' or leave it out")
        }
        for (before, phase) in zip(scenario.load, scenario.load.dropFirst()) where !phase.name.isEmpty {
            let path = "load.\(phase.name)"
            guard reading.isSound("\(path).from", "load.\(before.name).from") else { continue }
            if phase.from <= before.from {
                reading.fail(
                    at: reading.places["\(path).from"] == nil ? path : "\(path).from",
                    "'\(phase.name)' begins at \(phase.from.written), not after '\(before.name)' (\(before.from.written))",
                    "phases come in order, each with its 'from'")
            }
        }
        checkRamps(&reading)
        for phase in scenario.load
        where reading.isSound("duration", "load.\(phase.name).from") && phase.from > .zero {
            if phase.from >= scenario.duration {
                reading.fail(
                    at: "load.\(phase.name).from",
                    "'\(phase.name)' begins at \(phase.from.written), when the run is over (\(scenario.duration.written))"
                )
            }
        }
    }

    /// A ramp ends within its phase: the rate that the phase names is reached.
    private func checkRamps(_ reading: inout Reading) {
        for (place, phase) in scenario.load.enumerated() where phase.ramp > .zero {
            let path = "load.\(phase.name)"
            let next = scenario.load.dropFirst(place + 1).first
            guard reading.isSound("duration", "\(path).from", "\(path).ramp"),
                reading.isSound("load.\(next?.name ?? "").from")
            else { continue }
            let length = (next?.from ?? scenario.duration) - phase.from
            guard length > .zero, phase.ramp > length else { continue }
            reading.fail(
                at: "\(path).ramp",
                "a ramp of \(phase.ramp.written) does not end within its phase, which lasts \(length.written)",
                "at most \(length.written)")
        }
    }

    private func checkUsers(_ reading: inout Reading) {
        let users = scenario.users
        if reading.isSound("users.regions", "users.access") { checkZones(users, &reading) }
        if reading.isSound("users.count", "users.contacts"), reading.places["users.contacts"] != nil,
            users.contacts > users.count - 1
        {
            reading.warn(
                at: "users.contacts",
                "nobody has \(users.contacts) contacts among \(users.count) people: it is everybody else, \(users.count - 1)"
            )
        }
        if users.sessions != nil, users.online != Users().online {
            reading.warn(
                at: "users.online", "'online' changes nothing: 'sessions' says how many are there at a time")
        }
        if users.rooms.oneOfAll, reading.places["users.rooms.sizes"] != nil {
            reading.fail(
                at: "users.rooms.one-of-all",
                "there is one room of all, and rooms of several sizes (\(reading.line(of: "users.rooms.sizes")))",
                "leave one of them out")
        }
        guard reading.isSound("users.count", "users.rooms.sizes") else { return }
        for entry in users.rooms.sizes.entries where entry.part > users.count {
            guard reading.places["users.rooms.sizes"] != nil else { break }
            reading.fail(
                at: "users.rooms.sizes.\(entry.part.written)",
                "a room of \(entry.part) needs as many users, and there are \(users.count)")
        }
    }

    /// Each region and each of its access networks is a zone, and a world has 255 lanes.
    private func checkZones(_ users: Users, _ reading: inout Reading) {
        let each = 1 + users.access.entries.count
        let most = 250 / each
        guard users.regions.entries.count > most else { return }
        reading.fail(
            at: "users.regions",
            "\(users.regions.entries.count) regions with \(users.access.entries.count) access networks each are more than a world has room for",
            "at most \(most)")
    }

    private func checkScript(_ reading: inout Reading) {
        for (index, act) in scenario.script.enumerated() {
            let path = "script[\(index)]"
            if reading.isSound("users.count", "\(path).user"), act.user >= scenario.users.count {
                reading.fail(
                    at: "\(path).user",
                    "there is no user \(act.user); they count from 0 to \(scenario.users.count - 1)")
            }
            checkDevice(of: act, at: "\(path).device", &reading)
            if reading.isSound("duration", "\(path).at"), act.at > scenario.duration {
                reading.fail(
                    at: "\(path).at",
                    "\(act.at.written) is after the end of the run, \(scenario.duration.written)")
            }
            checkArgument(of: act, at: "\(path).\(act.act)", &reading)
        }
    }

    /// Who is not there has no devices to be drawn: what is wrong with a user is said where it stands.
    private var planOfKnownUsers: PopulationPlan {
        var known = scenario
        known.script.removeAll { $0.user >= scenario.users.count }
        return known.population
    }

    /// How many devices a user has is drawn, for each by themselves.
    private func checkDevice(of act: ScriptAct, at path: String, _ reading: inout Reading) {
        guard act.device > 0, act.user < scenario.users.count,
            reading.isSound("users.count", "users.devices", "seed", path)
        else { return }
        let user = User(UInt32(act.user))
        let plan = planOfKnownUsers
        let count =
            Census.deviceCount(of: user, plan, seed: UInt64(scenario.seed))
            + plan.devicesToCome[user, default: 0]
        guard act.device >= count else { return }
        reading.fail(
            at: path, "\(user) has no device \(act.device)",
            count == 1
                ? "it has one under this seed; 'users.devices' says how many there are"
                : "under this seed its devices count from 0 to \(count - 1)")
    }

    /// Some of what apps can do needs services that not every design has.
    private func checkAbilities(_ reading: inout Reading) {
        guard let sheet = reading.sheet else { return }
        func acts(_ name: String) -> [String] {
            scenario.script.enumerated().filter { $1.act == name }.map { "script[\($0.offset)].\(name)" }
        }
        let needs: [(ClientAbility, String, [String])] = [
            (
                .sealing, "keeps no public keys, so nothing can be sealed",
                ["client.sealing", "client.keys"] + acts("new-key")
            ),
            (
                .blocksPerDevice, "keeps one list of blocks for all devices of a person",
                ["client.blocks", "users.hacked"]
            ),
            (.blocksPerDevice, "has apps that write down no times", ["client.clock"]),
            (
                .search, "has apps that keep nothing to search in", ["client.scan-rate"] + acts("search")
            ),
            (.media, "takes no files", scenario.load.map { "load.\($0.name).media" }),
        ]
        for (ability, reason, paths) in needs where !sheet.abilities.contains(ability) {
            for path in paths where reading.places[path] != nil {
                reading.fail(at: path, "\(sheet.name) \(reason)", "leave it out")
            }
        }
        if sheet.abilities.contains(.blocksPerDevice), reading.places["users.hacked"] != nil,
            scenario.client.blocks == nil
        {
            reading.warn(
                at: "users.hacked",
                "this changes nothing: without 'client.blocks' or a block no app has a list to ignore")
        }
    }

    /// Devices are numbered once, so the lost ones count.
    private func checkDevices(_ reading: inout Reading) {
        guard reading.isSound("users.count", "users.devices", "seed", "script") else { return }
        let plan = planOfKnownUsers
        var counts: [User: Int] = [:]  // looked up only, never iterated
        for (index, act) in scenario.script.enumerated()
        where ["add-device", "reinstall"].contains(act.act) && act.user < scenario.users.count {
            let user = User(UInt32(act.user))
            let before = counts[user] ?? Census.deviceCount(of: user, plan, seed: UInt64(scenario.seed))
            counts[user] = before + 1
            guard before == PopulationPlan.mostDevices else { continue }
            reading.fail(
                at: "script[\(index)].\(act.act)",
                "this is the ninth device of \(user) over the run, the lost ones counted", "at most 8")
        }
    }

    private func checkArgument(of act: ScriptAct, at path: String, _ reading: inout Reading) {
        guard reading.isSound("users.count", "users.rooms.sizes", "users.rooms.one-of-all", path) else {
            return
        }
        switch act.value {
        case .user(let user) where Int(user.number) == act.user,
            .recipient(.direct(let user)) where Int(user.number) == act.user:
            reading.fail(
                at: path, "\(user) cannot \(act.act) \(act.act == "send" ? "to " : "")themselves",
                "name another user")
        case .user(let user), .recipient(.direct(let user)):
            guard user.number >= scenario.users.count else { return }
            reading.fail(
                at: path,
                "there is no \(user); they count from 0 to \(scenario.users.count - 1)")
        case .room(let room), .recipient(.room(let room)):
            let rooms = scenario.users.roomCount
            guard room.number >= rooms else { return }
            reading.fail(
                at: path, "there is no \(room)",
                rooms == 0 ? "the scenario has no rooms" : "they count from 0 to \(rooms - 1)")
        case .nothing, .count, .word: break
        }
    }

    private func checkInvariants(_ reading: inout Reading) {
        guard let sheet = reading.sheet else { return }
        let all = sheet.allPromises.map(\.name)
        for (index, name) in scenario.invariants.off.enumerated() where !all.contains(name.text) {
            let near = nearest(to: name.text, among: all)
            reading.fail(
                at: "invariants.off[\(index)]", "\(sheet.name) has no invariant \(quoted(name.text))",
                near.map { "did you mean '\($0)'?" }
                    ?? "there are \(all.joined(separator: ", "))")
        }
    }

    /// All turns of all faults are written out before a run begins.
    private static let mostTurns: Int64 = 10_000

    private func checkFaultTimes(_ reading: inout Reading) {
        guard reading.isSound("duration", "drain") else { return }
        for fault in scenario.faults where !fault.name.isEmpty { checkTurns(fault, &reading) }
        if let random = scenario.random, reading.isSound("random.every", "random.healed-by", "warmup") {
            let length = Double((scenario.duration - scenario.warmup).nanoseconds)
            if length / random.every.spread.mean > Double(Self.mostTurns) {
                reading.fail(
                    at: "random.every",
                    "every \(random.every.written) would be more than \(grouped(UInt64(Self.mostTurns))) faults in \(scenario.duration.written)",
                    "make it longer")
            }
        }
        for fault in scenario.faults {
            let path = "faults.\(fault.name).at"
            guard let at = fault.at, reading.isSound(path), !fault.name.isEmpty else { continue }
            if at >= end {
                reading.fail(
                    at: path,
                    "'\(fault.name)' at \(at.written) comes after the end of the drain, \(end.written)")
            } else if at >= scenario.duration {
                reading.warn(
                    at: path,
                    "'\(fault.name)' at \(at.written) comes after the last send (\(scenario.duration.written)): it acts only in the drain"
                )
            }
        }
    }

    private func checkTurns(_ fault: FaultPlan, _ reading: inout Reading) {
        let path = "faults.\(fault.name)"
        guard let effect = fault.effect, reading.isSound("\(path).every", "\(path).for", "\(path).at") else {
            return
        }
        let length = fault.length(in: scenario)
        let isWritten = reading.places["\(path).for"] != nil
        if case .atOnce = effect.fault.ending(in: scenario), isWritten {
            reading.warn(at: "\(path).for", "'for' changes nothing: \(effect.kind) is over at once")
        }
        if fault.ratio == .none, reading.places["\(path).ratio"] != nil {
            reading.warn(at: "\(path).ratio", "with a ratio of 0% '\(fault.name)' never acts")
        }
        if let key = effect.fault.changesNothingBy {
            let place = "\(path).\(effect.kind).\(key)"
            if reading.isSound(place) {
                reading.warn(at: place, "with this '\(key)' the fault '\(fault.name)' changes nothing")
            }
        }
        guard let every = fault.every else { return }
        if length == nil {
            reading.fail(
                at: "\(path).every",
                "'\(fault.name)' comes again every \(every.written) and is never over",
                "add 'for: \(Span.nanoseconds(max(1, every.nanoseconds / 2)).written)', or leave 'every' out")
        } else if let length, !isWritten, length >= every {
            reading.fail(
                at: "\(path).every", "it lasts \(length.written) and begins again every \(every.written)",
                "make 'every' longer")
        }
        let end = scenario.endOfTurns(of: fault)
        if end.nanoseconds / every.nanoseconds > Self.mostTurns {
            reading.fail(
                at: "\(path).every",
                "every \(every.written) would be more than \(grouped(UInt64(Self.mostTurns))) turns in \(end.written)",
                "make it longer")
        }
        if let until = fault.until, until >= scenario.duration, reading.isSound("\(path).until") {
            reading.warn(
                at: "\(path).until",
                "'until' changes nothing: nothing comes again after the last send (\(scenario.duration.written))"
            )
        }
    }
}
