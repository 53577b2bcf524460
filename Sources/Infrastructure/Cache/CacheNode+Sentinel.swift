internal import Cluster
internal import Vocabulary

/// What a node answers to sentinels, and what they have it become.
extension CacheNode {
    func take(_ word: SentinelWord, in shift: Shift) {
        switch word {
        case .ping(let sentinel):
            guard let sentinels else { return }
            shift.post(.pong(node: UInt16(seat.number)), to: sentinels[Int(sentinel)], size: Self.frame)
        case .tellState(let sentinel):
            guard let sentinels else { return }
            let state = NodeState(
                primary: primary.map(UInt16.init),
                unfedFor: primary == nil || link == .isFed ? nil : shift.now - linkLostAt, end: log.end)
            // A few kilobytes of text.
            shift.post(
                .state(node: UInt16(seat.number), state), to: sentinels[Int(sentinel)],
                size: .kilobytes(4))
        case .promote: promote(in: shift)
        case .follow(let node): follow(Int(node), in: shift)
        }
    }
}
