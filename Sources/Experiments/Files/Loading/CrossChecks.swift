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
        if scenario.load.isEmpty, scenario.script.isEmpty, reading.isSound("load", "script") {
            reading.warn(at: "", "nobody sends anything: there is neither a load nor a script")
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

    private func checkUsers(_ reading: inout Reading) {
        let users = scenario.users
        if users.rooms.oneOfAll, reading.places["users.rooms.sizes"] != nil {
            reading.fail(
                at: "users.rooms.one-of-all", "there is one room of all, and rooms of several sizes",
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

    /// How many devices a user has is drawn, for each by themselves.
    private func checkDevice(of act: ScriptAct, at path: String, _ reading: inout Reading) {
        guard act.device > 0, act.user < scenario.users.count,
            reading.isSound("users.count", "users.devices", "seed", path)
        else { return }
        let user = User(UInt32(act.user))
        let plan = scenario.population
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

    /// Devices are numbered once, so the lost ones count.
    private func checkDevices(_ reading: inout Reading) {
        guard reading.isSound("users.count", "users.devices", "seed", "script") else { return }
        let plan = scenario.population
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

    private func checkFaultTimes(_ reading: inout Reading) {
        guard reading.isSound("duration", "drain") else { return }
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
}
