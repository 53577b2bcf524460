internal import Cluster
internal import Simulation
internal import Vocabulary

/// What a broker does for the groups whose partition it leads: it is their coordinator.
///
/// What must not be forgotten (generations, and how far a group is) it writes into that partition, and says nothing of
/// it before it is on all that are in sync; so the next leader knows it too.
extension LogBroker {
    /// The partition of a group, behind those of the topic.
    static func partition(of group: GroupID, partitions: Int, brokerCount: Int) -> Int {
        partitions + Int(group.number % UInt64(brokerCount))
    }

    /// Its place among the partitions here; nil when this broker does not lead it.
    func slot(of group: GroupID) -> Int? {
        let partition = Self.partition(
            of: group, partitions: settings.partitions, brokerCount: brokers.count)
        guard let slot = slots[partition], hosted[slot].replica.leads else { return nil }
        return slot
    }

    // MARK: Leading

    /// This broker leads a partition of groups from now on.
    func adoptGroups(of slot: Int, in shift: Shift) {
        guard let table = hosted[slot].table else { return }
        for entry in table.entries {
            groups.append(ConsumerGroup(entry.group, generation: entry.generation, at: shift.now))
        }
        lookAtGroups(in: shift)
    }

    func abandonGroups(of slot: Int, in shift: Shift) {
        guard hosted[slot].table != nil else { return }
        for place in groups.indices.reversed() {
            let partition = Self.partition(
                of: groups[place].id, partitions: settings.partitions, brokerCount: brokers.count)
            guard partition == hosted[slot].partition else { continue }
            for ticket in groups[place].abandon() {
                shift.reply(.notCoordinator, to: ticket, size: LogController.frame)
            }
            groups.remove(at: place)
        }
    }

    // MARK: Words of members

    func take(_ join: JoinRequest, _ ticket: Ticket<JoinAnswer>, in shift: Shift) {
        guard let slot = slot(of: join.group) else {
            return shift.reply(.notCoordinator, to: ticket, size: LogController.frame)
        }
        guard join.member > 0 else {
            memberCount += 1
            let member = hosted[slot].replica.leadership.epoch << 24 | memberCount
            return shift.reply(.called(member), to: ticket, size: LogController.frame)
        }
        let place = place(of: join.group)
        let former = groups[place].join(join, ticket, firstDelay: settings.joinDelay, at: shift.now)
        if let former { shift.reply(.notCoordinator, to: former, size: LogController.frame) }
        lookAtGroups(in: shift)
    }

    private func place(of group: GroupID) -> Int {
        if let place = groups.firstIndex(where: { $0.id == group }) { return place }
        groups.append(ConsumerGroup(group, generation: GroupGeneration(), at: .start))
        return groups.count - 1
    }

    func take(_ beat: Heartbeat, _ ticket: Ticket<HeartbeatAnswer>, in shift: Shift) {
        var answer = HeartbeatAnswer.notCoordinator
        if slot(of: beat.group) != nil {
            let place = place(of: beat.group)
            if beat.leaves {
                groups[place].leave(beat.member, at: shift.now)
                answer = .heard
            } else {
                answer = groups[place].hear(beat, at: shift.now)
            }
        }
        shift.reply(answer, to: ticket, size: LogController.frame)
        lookAtGroups(in: shift)
    }

    func take(_ commit: OffsetCommit, _ ticket: Ticket<CommitAnswer>, in shift: Shift) {
        guard let slot = slot(of: commit.group) else {
            return shift.reply(.notCoordinator, to: ticket, size: LogController.frame)
        }
        guard groups[place(of: commit.group)].mayCommit(commit.member, generation: commit.generation) else {
            return shift.reply(.notMember, to: ticket, size: LogController.frame)
        }
        guard hosted[slot].replica.hasEnoughInSync(settings.minInSync) else {
            return shift.reply(.notEnoughReplicas, to: ticket, size: LogController.frame)
        }
        let records = commit.done.map {
            GroupRecord.offset(commit.group, partition: $0.partition, $0.position)
        }
        if !write(records, to: slot, then: .commit(ticket), in: shift) {
            shift.reply(.notStored, to: ticket, size: LogController.frame)
        }
    }

    // MARK: Generations

    /// Who was not heard of for too long is left out; groups that all have joined begin their next generation.
    func lookAtGroups(in shift: Shift) {
        for place in groups.indices {
            guard let slot = slot(of: groups[place].id),
                hosted[slot].replica.hasEnoughInSync(settings.minInSync),
                let generation = groups[place].look(partitions: settings.partitions, at: shift.now)
            else { continue }
            let isWritten = write(
                [.generation(groups[place].id, generation)], to: slot, then: .settle(groups[place].id),
                in: shift)
            if !isWritten { groups[place].tryAgain(at: shift.now + settings.fetchRetryAfter) }
        }
        guard let due = groups.compactMap(\.due).min() else { return }
        if let next = groupsDue {
            guard due < next.at else { return }
            shift.cancel(next.alarm)
        }
        // What was due waits for replicas to be in sync.
        let wait = due > shift.now ? due - shift.now : settings.retryAfter
        groupsDue = (shift.now + wait, shift.arm(.groupsAreDue, after: wait))
    }

    /// False when the disk refuses some of them: then nobody is told of it.
    private func write(
        _ records: [GroupRecord], to slot: Int, then waiter: Waiter, in shift: Shift
    ) -> Bool {
        let (pool, groupRecords) = (seat.pool(of: LogRecord.self), seat.pool(of: GroupRecord.self))
        noteCaughtUp(in: slot)
        for record in records {
            let contents = pool.write(LogRecord(groupRecords.write(record), at: shift.now))
            guard shift.append(contents, to: hosted[slot].records) != nil else {
                halt(in: shift)
                return false
            }
            note(contents[0], at: hosted[slot].replica.end, in: slot)
            hosted[slot].replica.add(1)
        }
        hosted[slot].waiting.append(CommitWait(end: hosted[slot].replica.end, waiter: waiter))
        settleWaiting(of: slot, in: shift)
        wakeFollowers(for: [slot], in: shift)
        return true
    }

    /// A generation is stored: its members hear of it, and from where on they go.
    func settle(_ group: GroupID, in shift: Shift) {
        guard let slot = slot(of: group), let entry = hosted[slot].table?[group] else { return }
        let place = place(of: group)
        for (ticket, id) in groups[place].settle(at: shift.now) {
            let member = groups[place].generation.member(id)!
            let offsets = Array(entry.offsets[member.partitions])
            shift.reply(
                .member(
                    generation: groups[place].generation.number, partitions: member.partitions,
                    offsets: offsets),
                to: ticket, size: LogController.frame + .bytes(Int64(12 * offsets.count)))
        }
        lookAtGroups(in: shift)
    }

    // MARK: Space

    /// The leader says again what is still needed; what lies before that, each replica drops.
    func snapshotGroups(of slot: Int, in shift: Shift) {
        guard let table = hosted[slot].table else { return }
        let snapshot = table.snapshot
        if hosted[slot].replica.leads,
            hosted[slot].replica.end - hosted[slot].replica.start > 2 * snapshot.count
        {
            _ = write(snapshot, to: slot, then: .nobody, in: shift)
        }
        guard let offsets = table.snapshotOffsets, offsets.upperBound <= hosted[slot].replica.highWatermark,
            offsets.lowerBound > hosted[slot].replica.start
        else { return }
        hosted[slot].replica.trim(to: offsets.lowerBound)
        shift.trim(hosted[slot].records, to: offsets.lowerBound)
    }
}
