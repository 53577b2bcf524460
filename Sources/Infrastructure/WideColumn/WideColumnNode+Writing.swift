internal import Cluster
internal import Simulation
internal import Vocabulary

/// How a coordinator has rows written: all replicas that are up get them, and the client hears when as many have them
/// as it wants.
extension WideColumnNode {
    struct PendingWrite {
        let ticket: Ticket<WideWritten>
        /// In memory until no replica is waited for.
        let rows: Contents<WideRow>
        let level: Consistency
        /// How many have to answer still, and how many of those that count may.
        var needed: Int
        var possible: Int
        /// From how many replicas it has not heard.
        var open: Int
        var isAnswered = false
    }

    /// Rows that lie on the same nodes.
    func coordinate(
        _ rows: Contents<WideRow>, _ level: Consistency, _ ticket: Ticket<WideWritten>, in shift: Shift
    ) {
        let replicas = ring.replicas(of: rows[0].partition)
        var (possible, open) = (0, 0)
        for place in 0..<ring.width {
            let node = ring.node(place, of: replicas)
            guard isUp[node] || rules.countsHints(level) else { continue }
            open += 1
            if counts(node, at: level) { possible += 1 }
        }
        let needed = needed(level)
        guard isServing, possible >= needed else {
            rows.letGo()
            let error = isServing ? WideColumnError.unavailable : .starting
            return shift.reply(WideWritten(error), to: ticket, size: Self.frame)
        }
        seat.remember(rows)
        let write = writes.insert(
            PendingWrite(
                ticket: ticket, rows: rows, level: level, needed: needed, possible: possible, open: open))
        var isReplica = false
        for place in 0..<ring.width {
            let node = ring.node(place, of: replicas)
            if node == me {
                isReplica = true
            } else if isUp[node] {
                shift.call(
                    ApplyCall(rows: rows, write: write, node: UInt16(node)), at: ring.nodes[node], by: apply)
            } else {
                hint(rows, to: node, in: shift)
            }
        }
        // Last of all: when nobody else is waited for, the write is over with it.
        if isReplica { store(rows.held(), for: .write(write), in: shift) }
        if rules.countsHints(level) { countHints(of: write, replicas, in: shift) }
    }

    private func countHints(of write: UInt32, _ replicas: WideColumnRing.Replicas, in shift: Shift) {
        for place in 0..<ring.width {
            let node = ring.node(place, of: replicas)
            if !isUp[node] { settle(write, of: node, isStored: true, in: shift) }
        }
    }

    func settle(_ write: UInt32, of node: Int, isStored: Bool, in shift: Shift) {
        if !isStored, node != me { hint(writes[write].rows, to: node, in: shift) }
        writes[write].open -= 1
        if counts(node, at: writes[write].level) {
            if isStored { writes[write].needed -= 1 }
            writes[write].possible -= 1
        }
        let pending = writes[write]
        if !pending.isAnswered {
            if pending.needed == 0 {
                answer(write, WideWritten(), in: shift)
            } else if pending.possible < pending.needed {
                answer(write, WideWritten(.timedOut), in: shift)
            }
        }
        if pending.open == 0 { seat.forget(writes.remove(write).rows) }
    }

    private func answer(_ write: UInt32, _ written: WideWritten, in shift: Shift) {
        writes[write].isAnswered = true
        shift.reply(written, to: writes[write].ticket, size: Self.frame)
    }
}
