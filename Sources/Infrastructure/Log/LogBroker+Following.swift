public import Cluster
internal import Simulation
public import Vocabulary

/// What a broker does in the partitions in which it follows: one fetch at a time to each other broker, for all that
/// this one leads.
extension LogBroker {
    struct LeaderLink {
        var isOpen = false
        /// Whether it waits before it asks again.
        var isWaiting = false
        /// Whether the leader has to be told all positions.
        var isWhole = true
        /// What was said last, by slot.
        var said: [FetchPosition?] = []
    }

    func askForRecords(from leader: Int, in shift: Shift) {
        guard !links[leader].isOpen, !links[leader].isWaiting else { return }
        if links[leader].isWhole || links[leader].said.isEmpty {
            links[leader].said = Array(repeating: nil, count: hosted.count)
        }
        var positions: [FetchPosition] = []
        var isEmpty = true
        for slot in hosted.indices where hosted[slot].replica.leadership.leader == leader {
            isEmpty = false
            say(slot, to: leader, in: &positions)
        }
        guard !isEmpty else { return links[leader].isWhole = true }
        ask(leader, for: positions, in: shift)
    }

    /// What an answer has brought is all that has changed since it was asked for.
    private func goOn(after parts: [Fetched.PartitionData], from leader: Int, in shift: Shift) {
        var isFollowed = true
        // By their places: each part would be copied, with its records.
        for place in parts.indices
        where hosted[slots[parts[place].partition]!].replica.leadership.leader != leader {
            isFollowed = false
        }
        guard !links[leader].isWhole, !parts.isEmpty, isFollowed else {
            return askForRecords(from: leader, in: shift)
        }
        var positions: [FetchPosition] = []
        positions.reserveCapacity(parts.count)
        for place in parts.indices { say(slots[parts[place].partition]!, to: leader, in: &positions) }
        ask(leader, for: positions, in: shift)
    }

    private func ask(_ leader: Int, for positions: [FetchPosition], in shift: Shift) {
        let fetch = Fetch(broker: seat.number, isWhole: links[leader].isWhole, positions: positions)
        links[leader].isWhole = false
        links[leader].isOpen = true
        shift.call(FetchCall(fetch: fetch, leader: leader), at: brokers[leader], by: self.fetch)
    }

    /// Where it goes on in a slot, if that was not said before.
    private func say(_ slot: Int, to leader: Int, in positions: inout [FetchPosition]) {
        let place = hosted[slot].replica.position
        let position = FetchPosition(
            partition: hosted[slot].partition, epoch: hosted[slot].replica.leadership.epoch,
            offset: place.offset, lastEpoch: place.lastEpoch)
        guard links[leader].said[slot] != position else { return }
        links[leader].said[slot] = position
        positions.append(position)
    }

    func take(_ result: Result<Fetched, CallError>, from leader: Int, in shift: Shift) {
        links[leader].isOpen = false
        guard case .success(let fetched) = result else {
            links[leader].isWhole = true
            return askLater(from: leader, in: shift)
        }
        var isStored = true
        for part in fetched.parts where !take(part, from: leader, in: shift) { isStored = false }
        if isStored {
            goOn(after: fetched.parts, from: leader, in: shift)
        } else {
            askLater(from: leader, in: shift)
        }
    }

    /// Who leads nothing of it any more may have died with what was asked of it: it would not be asked anew before that
    /// request has timed out.
    func endFetch(from leader: Int, in shift: Shift) {
        guard links[leader].isOpen,
            !hosted.contains(where: { $0.replica.leadership.leader == leader })
        else { return }
        shift.hangUp(on: brokers[leader], by: fetch)
    }

    private func askLater(from leader: Int, in shift: Shift) {
        links[leader].isWaiting = true
        _ = shift.arm(.fetchAgain(from: leader), after: settings.fetchRetryAfter)
    }

    /// False when the disk does not take it, or the leader knows nothing of being one.
    private func take(_ part: Fetched.PartitionData, from leader: Int, in shift: Shift) -> Bool {
        let slot = slots[part.partition]!
        let isMeant =
            hosted[slot].replica.leadership.leader == leader
            && hosted[slot].replica.leadership.epoch == part.epoch
        switch part.answer {
        case .records(let records, let from, let starts, let highWatermark):
            guard isMeant, from == hosted[slot].replica.end else {
                // It has another leader by now, or was cut off.
                for record in records { record.letGo() }
                return true
            }
            return take(records, starts, highWatermark, in: slot, shift)
        case .diverges(let epoch, let end):
            guard isMeant else { return true }
            let place = hosted[slot].replica.diverged(epoch: epoch, end: end)
            shift.truncate(hosted[slot].records, to: place)
            shift.append(EpochRecord.cut(to: place), to: hosted[slot].epochs)
            learnContents(of: slot)
        case .trimmed(let offset):
            guard isMeant, offset > hosted[slot].replica.end else { return true }
            hosted[slot].replica.restart(at: offset)
            shift.delete(hosted[slot].records, goingOnAt: offset)
            shift.append(EpochRecord.cut(to: 0), to: hosted[slot].epochs)
            learnContents(of: slot)
        case .notLeader:  // one of the two has not heard of something yet
            links[leader].said[slot] = nil
            return false
        }
        return true
    }

    private func take(
        _ records: [Contents<LogRecord>], _ starts: EpochTable.Starts, _ highWatermark: Int, in slot: Int,
        _ shift: Shift
    ) -> Bool {
        let from = hosted[slot].replica.end
        starts.forEach {
            if $0.epoch > hosted[slot].replica.epochs.last {
                shift.append(EpochRecord.began($0), to: hosted[slot].epochs)
            }
        }
        var count = 0
        for (place, record) in records.enumerated() {
            guard shift.append(record, to: hosted[slot].records) != nil else {
                for record in records[(place + 1)...] { record.letGo() }
                halt(in: shift)
                break
            }
            note(record[0], at: from + count, in: slot)
            count += 1
        }
        hosted[slot].replica.follow(count, from: from, starts: starts, highWatermark: highWatermark)
        return count == records.count
    }
}

/// A follower asks a leader for records.
public struct FetchCall: Call {
    public typealias Caller = LogBroker
    public typealias Callee = LogBroker
    let fetch: Fetch
    let leader: Int

    public var size: ByteCount { LogController.frame + .bytes(Int64(24 * fetch.positions.count)) }
    public func request(_ ticket: Ticket<Fetched>) -> Callee.Inbox { .fetch(fetch, ticket) }
    public func outcome(_ result: Result<Fetched, CallError>) -> Caller.Inbox {
        .fetched(from: leader, result)
    }
}
