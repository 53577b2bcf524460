import Chat
import Simulation
import Vocabulary

/// What a design refuses by a rule that a knob states, and a load that would run into it: no mistake, but
/// rarely what somebody means.
struct LimitChecks {
    let scenario: Scenario

    func make(_ reading: inout Reading) {
        guard let sheet = reading.sheet else { return }
        for role in sheet.roles {
            guard let setup = scenario.topology.role(role.name) else { continue }
            for knob in role.settings.knobs {
                guard let limits = knob.limits, let text = setup.text(of: knob.name) else { continue }
                let name = "\(role.name).\(knob.name)"
                switch limits {
                case .letter:
                    if let limit = try? ByteCount(reading: text) { checkLetters(limit, name, &reading) }
                case .rate: break  // what one person sends in a short time is drawn
                case .room: if let limit = try? Int(reading: text) { checkRooms(limit, name, &reading) }
                }
            }
        }
    }

    private func checkLetters(_ limit: ByteCount, _ knob: String, _ reading: inout Reading) {
        for phase in scenario.load where !phase.name.isEmpty {
            let path = "load.\(phase.name).size"
            guard reading.isSound(path), reading.places[path] != nil else { continue }
            let share = phase.size.spread.share(above: Double(limit.bytes))
            guard share > 0 else { continue }
            reading.warn(
                at: path,
                "\(share == 1 ? "all letters" : "about \(percent(share)) of the letters") of '\(phase.name)' are "
                    + "larger than \(knob), \(limit.written): they are refused")
        }
    }

    private func checkRooms(_ limit: Int, _ knob: String, _ reading: inout Reading) {
        let users = scenario.users
        guard !scenario.load.allSatisfy({ $0.direct == .all }) || !scenario.script.isEmpty,
            reading.isSound("users.count", "users.rooms.sizes", "users.rooms.one-of-all")
        else { return }
        func warn(at path: String, _ size: Int) {
            reading.warn(
                at: path,
                "a room of \(grouped(UInt64(size))) is larger than \(knob), \(grouped(UInt64(limit))): all "
                    + "letters to it are refused")
        }
        if users.rooms.oneOfAll {
            if users.count > limit { warn(at: "users.rooms.one-of-all", users.count) }
        } else {
            for entry in users.rooms.sizes.entries {
                let largest = users.partition(into: entry.part).largest
                if largest > limit { warn(at: "users.rooms.sizes.\(entry.part.written)", largest) }
            }
        }
    }

    /// To whole percents, but neither none nor all.
    private func percent(_ share: Double) -> String {
        "\(max(1, min(99, Int((share * 100).rounded())))) %"
    }
}

extension Spread {
    /// How many of all values are above a bound, to a ten thousandth: quantiles rise, so halving finds where
    /// they pass it.
    fileprivate func share(above bound: Double) -> Double {
        if case .constant(let value) = self { return value > bound ? 1 : 0 }
        let parts = 10_000
        var (low, high) = (0, parts)  // the quantile at `low` is within the bound, the one at `high` is not
        guard quantile(1 - 0.5 / Double(parts)) > bound else { return 0 }
        while high - low > 1 {
            let middle = (low + high) / 2
            if quantile(Double(middle) / Double(parts)) > bound { high = middle } else { low = middle }
        }
        return Double(parts - low) / Double(parts)
    }
}
