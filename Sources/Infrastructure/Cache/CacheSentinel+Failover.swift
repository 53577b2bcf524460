internal import Cluster
internal import Simulation
internal import Vocabulary

/// How sentinels make a replica the primary: one step a tick.
extension CacheSentinel {
    private var me: UInt16 { UInt16(seat.number) }

    func lead(_ shard: Int, in shift: Shift) {
        let isDown = shards[shard].isDown(forQuorum: settings.quorum)
        if isDown, !shards[shard].isDownForMost { note(.downForMost(shard: shard), in: shift) }
        shards[shard].isDownForMost = isDown
        if beginFailover(shard, in: shift) { askOthers(shard, atOnce: true, in: shift) }
        step(shard, in: shift)
        askOthers(shard, atOnce: false, in: shift)
    }

    private func beginFailover(_ shard: Int, in shift: Shift) -> Bool {
        let watched = shards[shard]
        guard watched.isDownForMost, watched.failover == nil else { return false }
        if let started = watched.failoverStarted,
            started > shift.now || shift.now - started < settings.failoverTimeout * 2
        {
            return false
        }
        epoch += 1
        shards[shard].failover = .init(epoch: epoch, changedAt: shift.now)
        shards[shard].failoverStarted = shift.now + desynchronisation()
        return true
    }

    private func step(_ shard: Int, in shift: Shift) {
        guard let failover = shards[shard].failover else { return }
        let now = shift.now
        switch failover.step {
        case .waitsForVotes:
            let favourite = shards[shard].favourite(in: failover.epoch) ?? me
            if vote(for: favourite, in: failover.epoch, shard: shard, in: shift) { save(shard, in: shift) }
            if shards[shard].winner(in: failover.epoch, quorum: settings.quorum) == me {
                go(to: .selects, shard, in: shift)
            } else if let started = shards[shard].failoverStarted, now > started,
                now - started > min(.seconds(10), settings.failoverTimeout)
            {
                giveUp(shard, in: shift)
            }
        case .selects:
            let candidates = shards[shard].candidates(downAfter: settings.downAfter, at: now)
            guard let node = rule.choose(candidates) else { return giveUp(shard, in: shift) }
            shards[shard].failover!.promoted = node
            go(to: .sendsOrder, shard, in: shift)
        case .sendsOrder:
            guard let node = failover.promoted, shards[shard][node].isConnected else {
                if now - failover.changedAt > settings.failoverTimeout { giveUp(shard, in: shift) }
                return
            }
            shift.post(.sentinel(.promote), to: nodes[node], size: CacheNode.frame * 2)
            go(to: .waitsForPromotion, shard, in: shift)
        case .waitsForPromotion:
            if now - failover.changedAt > settings.failoverTimeout { giveUp(shard, in: shift) }
        case .reconfigures: reconfigure(shard, failover, in: shift)
        case .updates: break
        }
    }

    private func go(to step: WatchedShard.Failover.FailoverStep, _ shard: Int, in shift: Shift) {
        shards[shard].failover!.step = step
        shards[shard].failover!.changedAt = shift.now
    }

    private func giveUp(_ shard: Int, in shift: Shift) {
        shards[shard].failover = nil
        note(.gaveUp(shard: shard), in: shift)
    }

    /// The replica says that it is the primary: from now on clients are told so, and the other sentinels are too.
    func promotionIsSeen(_ shard: Int, in shift: Shift) {
        shards[shard].configEpoch = shards[shard].failover!.epoch
        go(to: .reconfigures, shard, in: shift)
        note(.promoted(node: shards[shard].address), in: shift)
        save(shard, in: shift)
        shards[shard].saidHello = nil
    }

    /// The other replicas follow the new primary, so many at a time.
    private func reconfigure(_ shard: Int, _ failover: WatchedShard.Failover, in shift: Shift) {
        let promoted = failover.promoted!
        let others = shards[shard].replicas.filter { $0 != promoted }
        var underWay = 0
        for node in others {
            let instance = shards[shard][node]
            if instance.reconfiguration == .sent, shift.now - instance.reconfiguredAt > .seconds(10) {
                shards[shard][node].reconfiguration = .none
            }
            switch shards[shard][node].reconfiguration {
            case .sent, .inProgress: underWay += 1
            case .none, .done: break
            }
        }
        for node in others where shards[shard][node].reconfiguration == .none {
            guard underWay < settings.parallelSyncs else { break }
            guard shards[shard][node].isConnected, shards[shard][node].downSince == nil else { continue }
            order(node, toFollow: promoted, in: shift)
            shards[shard][node].reconfiguration = .sent
            shards[shard][node].reconfiguredAt = shift.now
            underWay += 1
        }
        let isDone = others.allSatisfy {
            shards[shard][$0].reconfiguration == .done || shards[shard][$0].downSince != nil
        }
        if isDone || shift.now - failover.changedAt > settings.failoverTimeout {
            go(to: .updates, shard, in: shift)
        }
    }

    func finish(_ shard: Int, in shift: Shift) {
        let promoted = shards[shard].address
        shards[shard].switchTo(promoted, at: shift.now)
        note(.switched(shard: shard, to: promoted), in: shift)
        save(shard, in: shift)
    }
}
