internal import Cluster
internal import Simulation
internal import Vocabulary

/// What a coordinator keeps for replicas that did not get it: rows in a file for each of them, which are sent when it
/// is up again, no faster than they may. A node that is down for longer than the window gets no further ones.
extension WideColumnNode {
    /// Nothing of a piece is kept any more when the replica has all of it.
    private static let piece = ByteCount.kilobytes(128)

    /// What is held for a replica, in a file.
    struct Hints {
        let rows: File<WideRow>
        /// Up to which of them they are under way.
        var sent: Int?
    }

    func hint(_ rows: Contents<WideRow>, to node: Int, in shift: Shift) {
        if !isUp[node], shift.now - downSince[node] > settings.hintWindow { return }
        for place in 0..<rows.count { shift.append(rows.element(place).held(), to: hints[node].rows) }
    }

    func dispatchHints(in shift: Shift) {
        for node in hints.indices where isUp[node] { dispatchHints(to: node, in: shift) }
        _ = shift.arm(.hintsAreDue, after: settings.hintsEvery)
    }

    func dispatchHints(to node: Int, in shift: Shift) {
        let file = hints[node].rows
        guard hints[node].sent == nil, !file.numbers.isEmpty else { return }
        var rows: [Contents<WideRow>] = []
        var size = ByteCount.zero
        var next = file.numbers.lowerBound
        while next < file.numbers.upperBound, size < Self.piece {
            size += file[next].size
            // What everybody else has forgotten by now would come back.
            if !isForgotten(file[next], in: shift) { rows.append(file.contents(of: next)) }
            next += 1
        }
        hints[node].sent = next
        shift.call(HintCall(rows: rows, node: UInt16(node)), at: ring.nodes[node], by: hand)
    }

    private func isForgotten(_ row: WideRow, in shift: Shift) -> Bool {
        shift.localTime.nanoseconds - row.time * 1_000 > settings.grace.nanoseconds
    }

    func hintsApplied(to node: Int, _ isStored: Bool, in shift: Shift) {
        let sent = hints[node].sent!
        let size = hints[node].rows.size(of: hints[node].rows.numbers.lowerBound..<sent)
        guard isStored else { return hints[node].sent = nil }
        shift.trim(hints[node].rows, to: sent)
        let nanoseconds = Double(size.bytes) * 1e9 / Double(settings.hintRate.bytes)
        _ = shift.arm(.nextHints(to: UInt16(node)), after: Span(roundingNanoseconds: nanoseconds))
    }
}

/// A coordinator hands over hints, which are in its file as long as the call is open.
struct HintCall: Call {
    typealias Caller = WideColumnNode
    typealias Callee = WideColumnNode
    let rows: [Contents<WideRow>]
    let node: UInt16

    var size: ByteCount { rows.reduce(WideColumnNode.frame) { $0 + $1[0].size } }
    func request(_ ticket: Ticket<WideApplied>) -> Callee.Inbox { .applyEach(rows.map { $0.held() }, ticket) }
    func outcome(_ result: Result<WideApplied, CallError>) -> Caller.Inbox { .hintsApplied(to: node, result) }
}
