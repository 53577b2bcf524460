internal import Cluster
internal import Simulation
internal import Vocabulary

/// How nodes know which of them are up: each counts its own heartbeats, and tells others at random how far it has heard
/// everybody count. Who has not been heard to count for a while is taken to be down.
extension WideColumnNode {
    /// Begins to count anew after a restart, from more than before.
    func beginGossip(in shift: Shift) {
        heartbeats[me] = UInt64(seat.incarnation) << 32
        for node in heardAt.indices { heardAt[node] = shift.now }
        gossipLater(in: shift)
    }

    private func gossipLater(in shift: Shift) { _ = shift.arm(.gossipIsDue, after: settings.gossipEvery) }

    /// One of those that are up hears of it, and one of those that are down, should it be there again.
    func gossip(in shift: Shift) {
        heartbeats[me] += 1
        judge(at: shift.now)
        for isUp in [true, false] {
            let others = heartbeats.indices.filter { $0 != me && self.isUp[$0] == isUp }
            guard !others.isEmpty else { continue }
            let other = others[gossips.below(others.count)]
            // What the connection before was sent may wait, for up to a minute after a cut.
            if !isUp { shift.openConnection(to: ring.nodes[other]) }
            say(to: other, isAnswer: false, in: shift)
        }
        gossipLater(in: shift)
    }

    private func say(to node: Int, isAnswer: Bool, in shift: Shift) {
        shift.post(
            .gossip(heartbeats, from: UInt16(me), isAnswer: isAnswer), to: ring.nodes[node],
            size: Self.frame + .bytes(Int64(24 * heartbeats.count)))
    }

    func hear(_ others: [UInt64], from node: Int, isAnswer: Bool, in shift: Shift) {
        for other in others.indices where others[other] > heartbeats[other] && other != me {
            heartbeats[other] = others[other]
            heardAt[other] = shift.now
            guard !isUp[other] else { continue }
            isUp[other] = true
            dispatchHints(to: other, in: shift)
        }
        if !isAnswer { say(to: node, isAnswer: true, in: shift) }
    }

    private func judge(at now: Instant) {
        for node in isUp.indices
        where node != me && isUp[node] && now - heardAt[node] > settings.failureDetect {
            isUp[node] = false
            downSince[node] = now
        }
    }
}
