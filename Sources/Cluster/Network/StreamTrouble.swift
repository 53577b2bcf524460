internal import Simulation
internal import Vocabulary

/// A stream on which something is wrong, with the messages that are not safe yet.
///
/// A class, so that streams that are well do not have to have room for it.
final class StreamTrouble {
    @exclusivity(unchecked) var recovery: LossRecovery
    /// As many as the recovery has messages, in the same order.
    @exclusivity(unchecked) var packets = Ring<Packet>()
    /// Since when nothing has got through.
    @exclusivity(unchecked) var silentSince: Instant
    @exclusivity(unchecked) var timer: Timer?
    /// What the timer is armed for.
    @exclusivity(unchecked) var due: Instant?
    @exclusivity(unchecked) private var counted = 0
    @exclusivity(unchecked) private(set) var lostContact = false

    init(_ recovery: LossRecovery, since time: Instant) { (self.recovery, silentSince) = (recovery, time) }

    /// How many repetitions there have been since this was last asked.
    func countRepetitions() -> Int {
        defer { counted = recovery.repetitions }
        return recovery.repetitions - counted
    }

    /// How far packets get from now on.
    func set(_ reach: Reach) {
        recovery.reach = reach
        if reach != .through { lostContact = true }
    }

    func takePackets() -> [Packet] {
        (0..<packets.count).map { _ in packets.removeFirst() }
    }
}
