internal import Simulation

/// Machines answer a share of the calls that come to them with an error, before their part hears of it: what no
/// part has to be written for. It takes no core's time.
public struct ErrorFault: Fault {
    public let kind = "errors"

    private let machines: MachineSet
    private let share: Double

    public init(_ machines: MachineSet, share: Double) {
        self.machines = machines
        self.share = share
    }

    /// Each machine draws by itself, so that calls to one move nothing of another one's.
    public func apply(to cluster: Cluster, id: Int) {
        cluster.noteHit(machines, by: id)
        for machine in machines.machines {
            let stream = cluster.streams(ofFault: id).stream(of: UInt64(machine))
            cluster.machines[machine].pointee.errors.append(
                Errors(id: id, share: Bernoulli(share), stream: stream))
        }
    }

    public func heal(in cluster: Cluster, id: Int) {
        for machine in machines.machines {
            cluster.machines[machine].pointee.errors.removeAll { $0.id == id }
        }
    }
}

/// One fault's share of errors on a machine.
struct Errors {
    let id: Int
    let share: Bernoulli
    var stream: RandomStream
}

extension MachinePointer {
    /// Whether a call is answered with an error. Each fault that is on draws once.
    func failsCall() -> Bool {
        var fails = false
        for place in pointee.errors.indices {
            let id = pointee.errors[place].id
            guard pointee.errors[place].share.sample(&pointee.errors[place].stream) else { continue }
            fails = true
            pointee.cluster.noteMet(self, by: id)
        }
        return fails
    }
}
