internal import Cluster
internal import Simulation
internal import Vocabulary

/// How a coordinator reads: as many replicas as the client wants, of which the nearest one sends rows and the others
/// digests. When they differ all of them send rows, what each lacks is brought to it, and the client hears when they
/// have that.
extension WideColumnNode {
    struct PendingRead {
        let ticket: Ticket<WideAnswer>
        let read: WideRead
        let seconds: Int32
        var contacts: [Contact]
        /// How many of them it has to hear from.
        var open = 0
        /// Whether all have been asked for rows, after digests that differed.
        var isComparing = false
        /// What is answered when repairs are done.
        var merge: WideMerge?
        /// Whether a replica could not be brought what it lacks.
        var isUnrepaired = false
    }

    struct Contact {
        let node: Int
        /// In memory until the read is over.
        var slice: WideSlice?
        var hasRows: Bool
    }

    func coordinate(
        _ read: WideRead, _ level: Consistency, _ ticket: Ticket<WideAnswer>, in shift: Shift
    ) {
        let nodes = nearestFirst(ring.replicas(of: read.partition)).filter {
            isUp[$0] && counts($0, at: level)
        }
        let needed = needed(level)
        guard nodes.count >= needed else {
            return shift.reply(.error(.unavailable), to: ticket, size: Self.frame)
        }
        let contacts = nodes.prefix(needed).enumerated().map { Contact(node: $1, hasRows: $0 == 0) }
        let number = reads.insert(
            PendingRead(
                ticket: ticket, read: read, seconds: WideRow.seconds(shift.localTime.nanoseconds / 1_000),
                contacts: contacts, open: needed))
        for contact in contacts.indices { ask(contact, for: number, in: shift) }
    }

    /// This node, its zone, its region, the others.
    private func nearestFirst(_ replicas: WideColumnRing.Replicas) -> [Int] {
        var nodes = (0..<ring.width).map { ring.node($0, of: replicas) }
        nodes.sort { (distance(to: $0), $0) < (distance(to: $1), $1) }
        return nodes
    }

    private func distance(to node: Int) -> Int {
        if node == me { return 0 }
        if ring.zones[node] == ring.zones[me] { return 1 }
        return ring.regions[node] == ring.regions[me] ? 2 : 3
    }

    private func ask(_ contact: Int, for number: UInt32, in shift: Shift) {
        let pending = reads[number]
        let node = pending.contacts[contact].node
        let look = WideLook(
            read: pending.read, seconds: pending.seconds, wantsRows: pending.contacts[contact].hasRows)
        if node == me { return answer(look, to: .me(read: number, contact: contact), in: shift) }
        shift.call(
            LookCall(look: look, read: number, contact: UInt16(contact)), at: ring.nodes[node], by: self.look)
    }

    func take(
        _ result: Result<WideSlice, CallError>, of contact: Int, for number: UInt32, in shift: Shift
    ) {
        if case .success(let slice) = result {
            remember(slice)
            reads[number].contacts[contact].slice = slice
        }
        reads[number].open -= 1
        if reads[number].open == 0 { settle(number, in: shift) }
    }

    /// All have answered, or will not any more.
    private func settle(_ number: UInt32, in shift: Shift) {
        let slices = reads[number].contacts.compactMap(\.slice)
        guard slices.count == reads[number].contacts.count else {
            return end(number, .error(.timedOut), in: shift)
        }
        if slices.allSatisfy({ $0.digest == slices[0].digest }) {
            return end(number, .page(merged(slices.prefix(1), of: reads[number]).page), in: shift)
        }
        if reads[number].isComparing { repair(number, slices, in: shift) } else { compare(number, in: shift) }
    }

    private func compare(_ number: UInt32, in shift: Shift) {
        reads[number].isComparing = true
        let others = reads[number].contacts.indices.filter { !reads[number].contacts[$0].hasRows }
        reads[number].open = others.count
        for contact in others {
            reads[number].contacts[contact].hasRows = true
            reads[number].contacts[contact].slice = nil
        }
        for contact in others { ask(contact, for: number, in: shift) }
    }

    private func merged(_ slices: some Sequence<WideSlice>, of pending: PendingRead) -> WideMerge {
        WideMerge(Array(slices), of: pending.read, at: pending.seconds, by: rules)
    }

    private func repair(_ number: UInt32, _ slices: [WideSlice], in shift: Shift) {
        let pending = reads[number]
        let merge = merged(slices, of: pending)
        reads[number].merge = merge
        var lacking: [(node: Int, rows: [Contents<WideRow>])] = []
        for contact in pending.contacts {
            let rows = merge.rowsLacking(in: contact.slice!)
            if !rows.isEmpty { lacking.append((contact.node, rows)) }
        }
        reads[number].open = lacking.count
        if lacking.isEmpty { return settleRepairs(number, in: shift) }
        for (node, rows) in lacking where node != me {
            shift.call(RepairCall(rows: rows, read: number), at: ring.nodes[node], by: repair)
        }
        for (node, rows) in lacking where node == me {
            var isStored = true
            for row in rows where !store(row.held(), in: shift) { isStored = false }
            settleRepair(of: number, isStored, in: shift)
        }
    }

    func settleRepair(of number: UInt32, _ isStored: Bool, in shift: Shift) {
        if !isStored { reads[number].isUnrepaired = true }
        reads[number].open -= 1
        if reads[number].open == 0 { settleRepairs(number, in: shift) }
    }

    /// Who reads with a quorum relies on what it read being with a quorum.
    private func settleRepairs(_ number: UInt32, in shift: Shift) {
        let pending = reads[number]
        end(number, pending.isUnrepaired ? .error(.timedOut) : .page(pending.merge!.page), in: shift)
    }

    private func remember(_ slice: WideSlice) {
        for row in slice.rows { seat.remember(row) }
        for range in slice.ranges { seat.remember(range) }
    }

    private func forget(_ slice: WideSlice) {
        for row in slice.rows { seat.forget(row) }
        for range in slice.ranges { seat.forget(range) }
    }

    private func end(_ number: UInt32, _ answer: WideAnswer, in shift: Shift) {
        let pending = reads.remove(number)
        var size = Self.frame
        if case .page(let page) = answer { size = page.size }
        shift.reply(answer, to: pending.ticket, size: size)
        for contact in pending.contacts { if let slice = contact.slice { forget(slice) } }
    }
}
