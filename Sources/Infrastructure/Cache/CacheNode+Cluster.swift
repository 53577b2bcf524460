internal import Cluster
internal import Simulation
internal import Vocabulary

/// How nodes of a cluster find out that a primary is gone, and make one of its replicas the next.
///
/// Each pings a few others each second, and all within half of the node timeout. Who has not answered for a node timeout
/// is suspected; when most primaries suspect it, it has failed. Its replicas stand for election after half a second, up
/// to half a second more, and a second more for each replica that has more than they; primaries vote once in an
/// election. One that fails is repeated after four node timeouts. A primary that does not see most primaries for a node
/// timeout takes nothing any more.
extension CacheNode {
    private var me: Int { seat.number }
    private var isOwner: Bool { primary == nil }

    private func gossip(at now: Instant) -> ClusterGossip {
        ClusterGossip(
            node: UInt16(me), isPrimary: isOwner, configEpoch: view!.owners[shard].epoch, epoch: view!.epoch,
            end: log.end, suspects: view!.suspects(timeout: settings.nodeTimeout, at: now))
    }

    private func say(_ word: ClusterWord, to node: Int, in shift: Shift) {
        shift.post(.cluster(word), to: nodes[node], size: .kilobytes(2))
    }

    private func sayToAll(_ word: ClusterWord, in shift: Shift) {
        for node in view!.peers.indices where node != me { say(word, to: node, in: shift) }
    }

    // MARK: Ten times a second

    func lookAtCluster(in shift: Shift) {
        guard view != nil, view!.peers.count > 1 else { return }
        let now = shift.now
        if ticks % 10 == 0 { pingOneOfFive(in: shift) }
        for node in view!.peers.indices where node != me {
            let peer = view!.peers[node]
            if peer.pingedSince == nil, now - peer.answeredAt > settings.nodeTimeout / 2 {
                ping(node, in: shift)
            } else if let since = peer.pingedSince, now - since > settings.nodeTimeout / 2,
                ticks % 10 == 5
            {
                // Over a connection of its own: what is stuck on the former one counts no more.
                say(.ping(gossip(at: now)), to: node, in: shift)
            }
            if !peer.hasFailed,
                view!.isLostToMost(node, me: me, timeout: settings.nodeTimeout, at: now)
            {
                view!.peers[node].hasFailed = true
                sayToAll(.failed(UInt16(node)), in: shift)
            }
        }
        lookAtMajority(at: now)
        if !isOwner { standForElection(in: shift) }
    }

    /// Of five that are drawn, the one that was not heard of for longest.
    private func pingOneOfFive(in shift: Shift) {
        var oldest: Int?
        for _ in 0..<5 {
            let node = random.below(view!.peers.count)
            guard node != me, view!.peers[node].pingedSince == nil else { continue }
            if oldest.map({ view!.peers[node].answeredAt < view!.peers[$0].answeredAt }) ?? true {
                oldest = node
            }
        }
        if let oldest { ping(oldest, in: shift) }
    }

    private func ping(_ node: Int, in shift: Shift) {
        view!.peers[node].pingedSince = shift.now
        say(.ping(gossip(at: shift.now)), to: node, in: shift)
    }

    /// A primary that was cut off waits a moment before it takes writes again: it may have a successor.
    private func lookAtMajority(at now: Instant) {
        let seen = view!.primariesSeen(me: me, timeout: settings.nodeTimeout, at: now)
        guard seen >= view!.majority else {
            view!.isDown = true
            view!.seesMostSince = nil
            return
        }
        let since = view!.seesMostSince ?? now
        view!.seesMostSince = since
        let wait = min(max(settings.nodeTimeout, .milliseconds(500)), .seconds(5))
        if view!.isDown, !isOwner || now - since >= wait { view!.isDown = false }
    }

    // MARK: Elections

    private func standForElection(in shift: Shift) {
        let now = shift.now
        guard let primary, view!.peers[primary].hasFailed, view!.owners[shard].node == primary else { return }
        let unfed = link == .isFed ? .zero : now - linkLostAt
        let limit = settings.replicationPing + settings.nodeTimeout * Int64(settings.validityFactor)
        guard settings.validityFactor == 0 || unfed - settings.nodeTimeout <= limit else { return }
        let retry = max(settings.nodeTimeout * 2, .seconds(2)) * 2
        guard let due = view!.standsAt, now - due <= retry else {
            let rank = layout.nodes(of: shard).count {
                $0 != me && $0 != primary && view!.peers[$0].end > log.end
            }
            view!.standsAt =
                now + .milliseconds(500 + Int64(random.below(500))) + .seconds(1) * Int64(rank)
            view!.standsIn = 0
            return
        }
        guard now >= due, view!.standsIn == 0 else { return }
        view!.epoch += 1
        view!.standsIn = view!.epoch
        view!.votes = 0
        sayToAll(.voteForMe(UInt16(me), epoch: view!.epoch), in: shift)
    }

    func take(_ word: ClusterWord, in shift: Shift) {
        guard view != nil else { return }
        switch word {
        case .ping(let gossip):
            take(gossip, in: shift)
            say(.pong(self.gossip(at: shift.now)), to: Int(gossip.node), in: shift)
        case .pong(let gossip):
            let node = Int(gossip.node)
            view!.peers[node].pingedSince = nil
            view!.peers[node].answeredAt = shift.now
            take(gossip, in: shift)
            // Whoever is seen again has not failed, unless another one has its slots by now and it does not know.
            if view!.owners[layout.shard(ofNode: node)].node != node || gossip.isPrimary {
                view!.peers[node].hasFailed = false
            }
        case .failed(let node): view!.peers[Int(node)].hasFailed = true
        case .voteForMe(let node, let epoch): vote(for: Int(node), in: epoch, shift)
        case .voted(let node, let epoch):
            guard view!.standsIn == epoch, !isOwner else { return }
            view!.votes |= 1 << UInt64(node)
            if view!.votes.nonzeroBitCount >= view!.majority { takeOver(in: shift) }
        }
    }

    private func vote(for node: Int, in epoch: Int, _ shift: Shift) {
        view!.epoch = max(view!.epoch, epoch)
        let its = layout.shard(ofNode: node)
        guard isOwner, epoch >= view!.epoch, view!.voteEpoch < epoch,
            view!.peers[view!.owners[its].node].hasFailed,
            view!.votedAt[its].map({ shift.now - $0 > settings.nodeTimeout * 2 }) ?? true
        else { return }
        view!.voteEpoch = epoch
        view!.votedAt[its] = shift.now
        saveConfig(in: shift)
        say(.voted(by: UInt16(me), epoch: epoch), to: node, in: shift)
    }

    private func takeOver(in shift: Shift) {
        view!.owners[shard] = (me, view!.standsIn)
        view!.standsAt = nil
        promote(in: shift)
        sayToAll(.pong(gossip(at: shift.now)), in: shift)
    }

    /// Of two that say that they have the slots of a shard, the one of the later election has them.
    private func take(_ gossip: ClusterGossip, in shift: Shift) {
        let node = Int(gossip.node)
        let its = layout.shard(ofNode: node)
        view!.epoch = max(view!.epoch, gossip.epoch)
        view!.peers[node].end = gossip.end
        view!.peers[node].suspects = gossip.suspects
        view!.peers[node].saidAt = shift.now
        guard gossip.isPrimary, gossip.configEpoch > view!.owners[its].epoch else { return }
        view!.owners[its] = (node, gossip.configEpoch)
        view!.standsAt = nil
        if its == shard, node != me { follow(node, in: shift) }
    }
}
