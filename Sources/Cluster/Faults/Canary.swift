internal import Simulation

/// How machines break their word. No design is to survive that, so a search for faults that does not find it
/// would find nothing: what the bird is to those in a mine.
package enum Canary: String, CaseIterable, Sendable {
    /// A disk calls synced what is not: a loss of power takes all of it.
    case syncsLie = "a disk that calls synced what is not"
    /// Of a thousand messages that it has answered, a process forgets one: what it would have sent after the
    /// answer does not leave.
    case processesForget = "a process that forgets one message in a thousand after answering it"
}

/// Which message a process works on, and whether it forgets it.
struct Forgetting {
    /// The number of the event in which it said something last.
    var event: UInt64 = 0
    var answered: UInt64 = 0
    var isForgotten = false
}

extension MachinePointer {
    /// Whether what is about to be said is to be forgotten. The first thing that is said of a message is its
    /// answer, which leaves in any case.
    @inline(__always)
    func forgets() -> Bool {
        guard pointee.borrowedCluster._withUnsafeGuaranteedRef({ $0.canary == .processesForget }) else {
            return false
        }
        return forgetsOfOne()
    }

    private func forgetsOfOne() -> Bool {
        let event = pointee.cluster.world.eventNumber
        guard pointee.forgetting.event != event else { return pointee.forgetting.isForgotten }
        pointee.forgetting.event = event
        pointee.forgetting.answered += 1
        pointee.forgetting.isForgotten = pointee.forgetting.answered % 1_000 == 0
        return false
    }
}
