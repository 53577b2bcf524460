public import Vocabulary

/// What the cores have not got to when a run is over.
extension Cluster {
    /// Tells all parts of the messages that they have not taken, in the order in which these came.
    public func leaveUnfinished() {
        let all = machines.flatMap { machine in
            (machine.pointee.processor?.pointee.unfinished ?? []).map { (machine: machine, left: $0) }
        }
        // Of a letter that was sent again the copy that came first says where it is.
        let inOrder = all.enumerated().sorted {
            ($0.element.left.arrived, $0.offset) < ($1.element.left.arrived, $1.offset)
        }
        for (machine, left) in inOrder.map(\.element) {
            roles[machine.pointee.resident.role].pointee.leave(machine, left)
        }
    }

    /// How many messages wait for the cores of a role, and for how long cores would work on them. What that is, is drawn as
    /// if they were worked on: to be asked when the run is over.
    public func waitingWork(ofRole name: String) -> (messages: UInt64, work: Span) {
        guard let role = roles.number(of: name) else { return (0, .zero) }
        return roles[role].pointee.all.reduce(into: (messages: 0, work: .zero)) { sum, machine in
            guard let processor = machine.pointee.processor else { return }
            for left in processor.pointee.unfinished where left.began == nil {
                sum.messages += 1
                sum.work += processor.pointee.coreTime(
                    of: machine.cost(of: left.work).span)
            }
        }
    }
}
