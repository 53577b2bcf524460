import Chat
import Vocabulary

/// Acts on devices that are lost by then, or not there yet: nothing comes of them.
struct ScriptedDevices {
    let scenario: Scenario
    let plan: PopulationPlan

    func make(_ reading: inout Reading) {
        guard reading.isSound("users.count", "users.devices", "seed", "script") else { return }
        var counts: [User: Int] = [:]  // looked up only, never iterated
        var gone: [DeviceID: Span] = [:]
        let acts = scenario.script.enumerated().sorted {
            ($0.element.at, $0.offset) < ($1.element.at, $1.offset)
        }
        for (index, act) in acts where act.user < scenario.users.count {
            let user = User(UInt32(act.user))
            let device = DeviceID(of: user, UInt8(act.device))
            let first = Census.deviceCount(of: user, plan, seed: UInt64(scenario.seed))
            let count = counts[user] ?? first
            if act.act == "add-device" {
                counts[user] = count + 1
                continue
            }
            // One that never comes is an error of its own.
            guard act.device < first + plan.devicesToCome[user, default: 0] else { continue }
            // One that is lost can be installed anew.
            if act.act == "reinstall", gone[device] != nil {
                counts[user] = count + 1
                continue
            }
            let path = "script[\(index)].\(act.act)"
            guard gone[device] == nil, act.device < count else {
                let state = gone[device].map { "gone since \($0.written)" } ?? "not there yet"
                reading.warn(
                    at: path, "device \(act.device) of \(user) is \(state): nothing comes of this",
                    "'device' names another one; what is added or installed anew has the next number")
                continue
            }
            if act.act == "reinstall" { counts[user] = count + 1 }
            if ["lose-device", "reinstall"].contains(act.act) { gone[device] = act.at }
        }
    }
}
