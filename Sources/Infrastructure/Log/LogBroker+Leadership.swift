public import Cluster
public import Vocabulary

/// What a broker hears from the controllers, and asks them for.
extension LogBroker {
    func askForChanges(in shift: Shift) {
        let watch = LogController.Watch(
            broker: seat.number, incarnation: seat.incarnation, place: place, isLeaving: isLeaving)
        shift.call(WatchCall(watch: watch), at: controllers[controller], by: self.watch)
    }

    func take(_ result: Result<LogController.Changes, CallError>, in shift: Shift) {
        switch result {
        case .success(.these(let commands, let end)):
            place = end
            for command in commands { take(command, in: shift) }
            if isLeaving, !isAdmitted { shift.end() } else { askForChanges(in: shift) }
        case .success(.notLeader(let leader)):
            controller = leader ?? (controller + 1) % controllers.count
            _ = shift.arm(.watchAgain, after: settings.retryAfter)
        case .failure:
            controller = (controller + 1) % controllers.count
            _ = shift.arm(.watchAgain, after: settings.retryAfter)
        }
    }

    /// What was decided before the controllers knew of this incarnation was decided of another one: of a log that this one
    /// may have lost.
    private func take(_ command: LogCommand, in shift: Shift) {
        switch command {
        case .leadership(let partition, let leadership):
            leaderships[partition] = leadership
            if isAdmitted || isLeaving, let slot = slots[partition] { take(leadership, of: slot, in: shift) }
        case .broker(seat.number, seat.incarnation, takesPart: true):
            guard !isAdmitted else { return }
            isAdmitted = true
            for slot in hosted.indices { take(leaderships[hosted[slot].partition], of: slot, in: shift) }
        case .broker(seat.number, seat.incarnation, takesPart: false) where isLeaving: isAdmitted = false
        case .broker: break
        }
    }

    func take(_ leadership: Replica.Leadership, of slot: Int, in shift: Shift) {
        let former = hosted[slot].replica.leadership.leader
        let isNewEpoch = hosted[slot].replica.take(leadership, at: shift.now)
        lacksReplicas = hosted.contains { $0.replica.lacksReplicas }
        if isNewEpoch {
            for follower in followers.indices { noteNews(in: slot, for: follower) }
            if let former { endFetch(from: former, in: shift) }
            abandonGroups(of: slot, in: shift)
            hosted[slot].shown = hosted[slot].replica.highWatermark
            if hosted[slot].replica.leads {
                shift.append(
                    EpochRecord.began(.init(epoch: leadership.epoch, offset: hosted[slot].replica.end)),
                    to: hosted[slot].epochs)
                if !rules.remembersProducers() { hosted[slot].sequences = [:] }
                adoptGroups(of: slot, in: shift)
            } else {
                failWaiting(of: slot, in: shift)
                wakePolls(of: slot, in: shift)
                if let leader = leadership.leader {
                    links[leader].isWhole = true
                    askForRecords(from: leader, in: shift)
                }
            }
        }
        if hosted[slot].replica.leads { settleWaiting(of: slot, in: shift) }
    }

    /// Has others lead and be in sync without it, before it ends; says so again like a heartbeat until that is agreed on.
    func askToLeave(in shift: Shift) {
        let leaving = LogController.Leaving(broker: seat.number, incarnation: seat.incarnation)
        shift.call(LeaveCall(leaving: leaving), at: controllers[controller], by: leave)
    }

    func take(_ result: Result<LogController.LeaveAnswer, CallError>, in shift: Shift) {
        switch result {
        case .success(.taken): _ = shift.arm(.leaveIsDue, after: settings.heartbeat)
        case .success(.isGone): shift.end()
        case .success(.notLeader), .failure: _ = shift.arm(.leaveIsDue, after: settings.retryAfter)
        }
    }

    func proposeInSync(_ slot: Int, in shift: Shift) {
        noteCaughtUp(in: slot)
        guard let wanted = hosted[slot].replica.proposeInSync(lag: settings.replicaLag, at: shift.now) else {
            return
        }
        let leadership = hosted[slot].replica.leadership
        let change = LogController.InSyncChange(
            partition: hosted[slot].partition, inSync: wanted, epoch: leadership.epoch,
            version: leadership.version)
        shift.call(InSyncCall(change: change, slot: slot), at: controllers[controller], by: changeInSync)
    }

    func resign(from partition: Int, in shift: Shift) {
        guard let slot = slots[partition], hosted[slot].replica.leads else { return }
        let resignation = LogController.Resignation(
            partition: partition, epoch: hosted[slot].replica.leadership.epoch)
        shift.call(
            ResignCall(resignation: resignation, slot: slot), at: controllers[controller], by: resign)
    }
}

/// A leader asks a controller for another one.
public struct ResignCall: Call {
    public typealias Caller = LogBroker
    public typealias Callee = LogController
    let resignation: LogController.Resignation
    let slot: Int

    public var size: ByteCount { LogController.frame + .bytes(12) }
    public func request(_ ticket: Ticket<LogController.InSyncAnswer>) -> LogController.Inbox {
        .resign(resignation, ticket)
    }
    public func outcome(_ result: Result<LogController.InSyncAnswer, CallError>) -> Caller.Inbox {
        .inSyncAnswered(slot: slot, result)
    }
}

/// A broker tells a controller that it is going to end.
public struct LeaveCall: Call {
    public typealias Caller = LogBroker
    public typealias Callee = LogController
    let leaving: LogController.Leaving

    public var size: ByteCount { LogController.frame + .bytes(24) }
    public func request(_ ticket: Ticket<LogController.LeaveAnswer>) -> LogController.Inbox {
        .leave(leaving, ticket)
    }
    public func outcome(_ result: Result<LogController.LeaveAnswer, CallError>) -> Caller.Inbox {
        .left(result)
    }
}

/// A broker asks a controller what was agreed.
public struct WatchCall: Call {
    public typealias Caller = LogBroker
    public typealias Callee = LogController
    let watch: LogController.Watch

    public var size: ByteCount { LogController.frame + .bytes(24) }
    public func request(_ ticket: Ticket<LogController.Changes>) -> LogController.Inbox {
        .watch(watch, ticket)
    }
    public func outcome(_ result: Result<LogController.Changes, CallError>) -> Caller.Inbox {
        .changes(result)
    }
}

/// A leader asks a controller for another set in sync.
public struct InSyncCall: Call {
    public typealias Caller = LogBroker
    public typealias Callee = LogController
    let change: LogController.InSyncChange
    let slot: Int

    public var size: ByteCount { LogController.frame + .bytes(Int64(24 + 4 * change.inSync.count)) }
    public func request(_ ticket: Ticket<LogController.InSyncAnswer>) -> LogController.Inbox {
        .changeInSync(change, ticket)
    }
    public func outcome(_ result: Result<LogController.InSyncAnswer, CallError>) -> Caller.Inbox {
        .inSyncAnswered(slot: slot, result)
    }
}
