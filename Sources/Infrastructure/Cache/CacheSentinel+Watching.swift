internal import Cluster
internal import Simulation
internal import Vocabulary

/// How a sentinel sees that nodes are there, and what others say of it.
extension CacheSentinel {
    private var me: UInt16 { UInt16(seat.number) }

    /// Once a tick, for each node.
    func watch(_ node: Int, of shard: Int, in shift: Shift) {
        connect(node, of: shard, in: shift)
        ask(node, of: shard, in: shift)
        guard distrustsSince == nil else { return }
        if shards[shard].isStuck(node, for: settings.downAfter, at: shift.now) {
            shards[shard][node].isConnected = false
        }
        if shards[shard].isSilent(node, for: settings.downAfter, at: shift.now) {
            guard shards[shard][node].downSince == nil else { return }
            shards[shard][node].downSince = shift.now
            note(.down(node: node), in: shift)
        } else {
            shards[shard][node].downSince = nil
        }
    }

    /// Once a second, and pings at once.
    private func connect(_ node: Int, of shard: Int, in shift: Shift) {
        let instance = shards[shard][node]
        guard !instance.isConnected, instance.triedAt.map({ shift.now - $0 >= .seconds(1) }) ?? true else {
            return
        }
        shards[shard][node].triedAt = shift.now
        shards[shard][node].isConnected = true
        shards[shard][node].connectedAt = shift.now
        shift.watchConnection(to: nodes[node], orElse: .linkEnded(node: UInt16(node)))
        ping(node, of: shard, in: shift)
    }

    private func ping(_ node: Int, of shard: Int, in shift: Shift) {
        shards[shard][node].pingedAt = shift.now
        if shards[shard][node].pingedSince == nil { shards[shard][node].pingedSince = shift.now }
        shift.post(
            .sentinel(.ping(by: me)), to: nodes[node], size: CacheNode.frame,
            orElse: .linkEnded(node: UInt16(node)))
    }

    private func ask(_ node: Int, of shard: Int, in shift: Shift) {
        let instance = shards[shard][node]
        guard instance.isConnected else { return }
        let period = shards[shard].period(ofStateOf: node)
        let isAsked = instance.askedAt.map { asked in
            asked > instance.toldAt ?? .start && shift.now - asked < .seconds(1)
        }
        if instance.toldAt.map({ shift.now - $0 > period }) ?? true, isAsked != true {
            shards[shard][node].askedAt = shift.now
            shift.post(.sentinel(.tellState(to: me)), to: nodes[node], size: CacheNode.frame)
        }
        let pingPeriod = min(settings.downAfter, .seconds(1))
        if shift.now - instance.answeredAt > pingPeriod, shift.now - instance.pingedAt > pingPeriod / 2 {
            ping(node, of: shard, in: shift)
        }
    }

    // MARK: What a node says of itself

    func take(_ state: NodeState, of node: Int, in shift: Shift) {
        let shard = layout.shard(ofNode: node)
        let now = shift.now
        let old = shards[shard][node]
        let isPrimary = state.primary == nil
        if old.isPrimary != isPrimary { shards[shard][node].isPrimarySince = now }
        if old.state?.primary != state.primary { shards[shard][node].followsSince = now }
        shards[shard][node].state = state
        shards[shard][node].toldAt = now
        shards[shard][node].isPrimary = isPrimary
        guard distrustsSince == nil else { return }
        if let failover = shards[shard].failover {
            if failover.promoted == node {
                if isPrimary, failover.step == .waitsForPromotion { promotionIsSeen(shard, in: shift) }
            } else if let promoted = failover.promoted, state.primary.map(Int.init) == promoted {
                switch old.reconfiguration {
                case .sent: shards[shard][node].reconfiguration = .inProgress
                case .inProgress where state.unfedFor == nil:
                    shards[shard][node].reconfiguration = .done
                case .none, .inProgress, .done: break
                }
            }
            return
        }
        guard node != shards[shard].primary else { return }
        if isPrimary {
            let wait = Span.seconds(8)
            if isSane(shard, at: now), isUp(node, of: shard, for: wait, at: now),
                now - shards[shard][node].isPrimarySince > wait
            {
                note(.demoted(node: node), in: shift)
                order(node, toFollow: shards[shard].primary, in: shift)
            }
        } else if state.primary.map(Int.init) != shards[shard].primary {
            let wait = settings.failoverTimeout
            if isSane(shard, at: now), isUp(node, of: shard, for: wait, at: now),
                now - shards[shard][node].followsSince > wait
            {
                order(node, toFollow: shards[shard].primary, in: shift)
            }
        }
    }

    private func isSane(_ shard: Int, at now: Instant) -> Bool {
        let watched = shards[shard]
        let primary = watched[watched.primary]
        return primary.isPrimary && primary.downSince == nil && !watched.isDownForMost
            && primary.toldAt.map { now - $0 < WatchedShard.statePeriod * 2 } ?? false
    }

    private func isUp(_ node: Int, of shard: Int, for span: Span, at now: Instant) -> Bool {
        shards[shard][node].downSince.map { now - $0 > span } ?? true
    }

    func order(_ node: Int, toFollow primary: Int, in shift: Shift) {
        shift.post(.sentinel(.follow(UInt16(primary))), to: nodes[node], size: CacheNode.frame * 2)
    }

    // MARK: Sentinels among each other

    func sayHello(_ shard: Int, in shift: Shift) {
        let watched = shards[shard]
        if let last = watched.saidHello, shift.now - last < .seconds(2) { return }
        shards[shard].saidHello = shift.now
        let hello = SentinelHello(
            shard: UInt16(shard), primary: UInt16(watched.address), configEpoch: watched.configEpoch,
            epoch: epoch)
        for other in sentinels where other.number != seat.number {
            shift.post(.hello(hello), to: other, size: CacheNode.frame * 2)
        }
    }

    func take(_ hello: SentinelHello, in shift: Shift) {
        epoch = max(epoch, hello.epoch)
        let shard = Int(hello.shard)
        guard hello.configEpoch > shards[shard].configEpoch else { return }
        shards[shard].configEpoch = hello.configEpoch
        if shards[shard].primary != Int(hello.primary) {
            shards[shard].switchTo(Int(hello.primary), at: shift.now)
            note(.switched(shard: shard, to: Int(hello.primary)), in: shift)
        }
        save(shard, in: shift)
    }

    /// Asks the others what they think of a primary that is down for this one: once a second, or at once.
    func askOthers(_ shard: Int, atOnce: Bool, in shift: Shift) {
        let now = shift.now
        for (number, peer) in shards[shard].peers.enumerated() where number != seat.number {
            if peer.repliedAt.map({ now - $0 > .seconds(5) }) ?? false {
                shards[shard].peers[number].isDown = false
                shards[shard].peers[number].vote = nil
            }
            guard shards[shard][shards[shard].primary].downSince != nil,
                atOnce || peer.repliedAt.map({ now - $0 >= .seconds(1) }) ?? true
            else { continue }
            let question = SentinelQuestion(
                shard: UInt16(shard), primary: UInt16(shards[shard].primary), epoch: epoch, sentinel: me,
                standsForElection: shards[shard].failover != nil)
            shift.post(.question(question), to: sentinels[number], size: CacheNode.frame * 2)
        }
    }

    func answer(_ question: SentinelQuestion, in shift: Shift) {
        let shard = Int(question.shard)
        let watched = shards[shard]
        let isDown =
            distrustsSince == nil && watched.primary == Int(question.primary)
            && watched[watched.primary].downSince != nil
        var voted = false
        if question.standsForElection {
            voted = vote(for: question.sentinel, in: question.epoch, shard: shard, in: shift)
        }
        let opinion = SentinelOpinion(
            shard: question.shard, sentinel: me, isDown: isDown,
            vote: question.standsForElection ? shards[shard].vote : nil)
        if voted {
            save(shard, then: .voteSaved(opinion, to: question.sentinel), in: shift)
        } else {
            shift.post(.opinion(opinion), to: sentinels[Int(question.sentinel)], size: CacheNode.frame)
        }
    }

    func take(_ opinion: SentinelOpinion, in shift: Shift) {
        let (shard, number) = (Int(opinion.shard), Int(opinion.sentinel))
        shards[shard].peers[number].repliedAt = shift.now
        shards[shard].peers[number].isDown = opinion.isDown
        if let vote = opinion.vote { shards[shard].peers[number].vote = vote }
    }

    /// Votes once in an epoch. Whether it has done so now.
    func vote(for candidate: UInt16, in itsEpoch: Int, shard: Int, in shift: Shift) -> Bool {
        epoch = max(epoch, itsEpoch)
        guard shards[shard].vote?.epoch ?? 0 < itsEpoch, epoch <= itsEpoch else { return false }
        shards[shard].vote = SentinelVote(epoch: itsEpoch, leader: candidate)
        // Who has voted for another one does not stand itself for a while.
        if candidate != me { shards[shard].failoverStarted = shift.now + desynchronisation() }
        return true
    }

    func desynchronisation() -> Span { .milliseconds(Int64(random.below(1_000))) }
}
