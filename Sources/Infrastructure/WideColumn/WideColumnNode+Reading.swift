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
        let level: Consistency
        let seconds: Int32
        let needed: Int
        var contacts: [Contact] = []
        var phase = ReadPhase.asking
        /// From how many it has not heard: the read is in the table until it has.
        var open = 0
        /// Who is going to be asked when this takes long.
        var alarm: DeadlineQueue<UInt32>.Handle?
        /// What is answered when repairs are done.
        var merge: WideMerge?
        /// How many of them are under way.
        var repairs = 0
        /// Whether a replica could not be brought what it lacks.
        var isUnrepaired = false
    }

    enum ReadPhase {
        /// As many as are needed have to answer, one of them with rows.
        case asking
        /// Their digests differed: all of them have to answer with rows.
        case comparing
        case repairing
        case answered
    }

    struct Contact {
        let node: Int
        /// In memory until the read is over.
        var slice: WideSlice?
        var hasRows: Bool
        /// Whether it is one of those whose digests differed.
        var isCompared = false
        var hasFailed = false
    }

    func coordinate(
        _ read: WideRead, _ level: Consistency, _ ticket: Ticket<WideAnswer>, in shift: Shift
    ) {
        let nodes = readable(read.partition, level)
        let needed = needed(level)
        guard isServing, nodes.count >= needed else {
            let error = isServing ? WideColumnError.unavailable : .starting
            return shift.reply(.error(error), to: ticket, size: Self.frame)
        }
        let number = reads.insert(
            PendingRead(
                ticket: ticket, read: read, level: level,
                seconds: WideRow.seconds(shift.localTime.nanoseconds / 1_000), needed: needed,
                contacts: nodes.prefix(needed).enumerated().map { Contact(node: $1, hasRows: $0 == 0) },
                open: needed))
        if nodes.count > needed {
            let (alarm, due) = speculation.add(number, at: shift.now)
            reads[number].alarm = alarm
            if let due { _ = shift.arm(.speculationIsDue, after: due - shift.now) }
        }
        for contact in 0..<needed { ask(contact, for: number, in: shift) }
    }

    /// The replicas that count and are up, nearest first: this node, its zone, its region, the others.
    private func readable(_ partition: UInt64, _ level: Consistency) -> [Int] {
        let replicas = ring.replicas(of: partition)
        var nodes: [Int] = []
        nodes.reserveCapacity(ring.width)
        for place in 0..<ring.width {
            let node = ring.node(place, of: replicas)
            guard isUp[node], counts(node, at: level) else { continue }
            // A few, and nearly in order.
            var next = nodes.count
            while next > 0, (distance(to: node), node) < (distance(to: nodes[next - 1]), nodes[next - 1]) {
                next -= 1
            }
            nodes.insert(node, at: next)
        }
        return nodes
    }

    private func distance(to node: Int) -> Int {
        if node == me { return 0 }
        if ring.zones[node] == ring.zones[me] { return 1 }
        return ring.regions[node] == ring.regions[me] ? 2 : 3
    }

    // MARK: One more

    func speculate(in shift: Shift) {
        while let number = speculation.expire(at: shift.now) {
            reads[number].alarm = nil
            if reads[number].phase == .asking { askAnother(for: number, in: shift) }
        }
        if let due = speculation.rearm() { _ = shift.arm(.speculationIsDue, after: due - shift.now) }
    }

    /// A replica that has not been asked, for rows.
    private func askAnother(for number: UInt32, in shift: Shift) {
        let pending = reads[number]
        let next = readable(pending.read.partition, pending.level).first { node in
            !pending.contacts.contains { $0.node == node }
        }
        guard let next else { return }
        reads[number].contacts.append(Contact(node: next, hasRows: true))
        reads[number].open += 1
        ask(pending.contacts.count, for: number, in: shift)
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
        reads[number].open -= 1
        switch result {
        case .success(let slice) where reads[number].phase == .answered: slice.letGo()
        case .success(let slice):
            remember(slice)
            reads[number].contacts[contact].slice = slice
        case .failure:
            reads[number].contacts[contact].hasFailed = true
            if reads[number].phase == .asking { askAnother(for: number, in: shift) }
        }
        goOn(with: number, in: shift)
    }

    private func goOn(with number: UInt32, in shift: Shift) {
        let pending = reads[number]
        switch pending.phase {
        case .asking:
            let answered = pending.contacts.filter { $0.slice != nil }
            if answered.count >= pending.needed, let first = answered.first(where: \.hasRows) {
                if answered.allSatisfy({ $0.slice!.digest == first.slice!.digest }) {
                    answer(number, .page(merged([first.slice!], of: pending).page), in: shift)
                } else {
                    compare(number, in: shift)
                }
            } else if pending.open == 0 {
                answer(number, .error(.timedOut), in: shift)
            }
        case .comparing:
            let compared = pending.contacts.filter(\.isCompared)
            if compared.contains(where: \.hasFailed) {
                answer(number, .error(.timedOut), in: shift)
            } else if compared.allSatisfy({ $0.slice != nil }) {
                repair(number, compared, in: shift)
            }
        case .repairing: break
        case .answered: if pending.open == 0 { _ = reads.remove(number) }
        }
    }

    private func compare(_ number: UInt32, in shift: Shift) {
        reads[number].phase = .comparing
        var others: [Int] = []
        for contact in reads[number].contacts.indices where reads[number].contacts[contact].slice != nil {
            reads[number].contacts[contact].isCompared = true
            guard !reads[number].contacts[contact].hasRows else { continue }
            // A digest has no rows in memory.
            reads[number].contacts[contact].slice = nil
            reads[number].contacts[contact].hasRows = true
            others.append(contact)
        }
        reads[number].open += others.count
        for contact in others { ask(contact, for: number, in: shift) }
        // All of them had sent rows.
        if others.isEmpty { goOn(with: number, in: shift) }
    }

    private func merged(_ slices: [WideSlice], of pending: PendingRead) -> WideMerge {
        WideMerge(slices, of: pending.read, at: pending.seconds, grace: settings.grace, by: rules)
    }

    // MARK: Repair

    private func repair(_ number: UInt32, _ compared: [Contact], in shift: Shift) {
        let merge = merged(compared.map { $0.slice! }, of: reads[number])
        reads[number].merge = merge
        reads[number].phase = .repairing
        reads[number].repairs = 1
        for contact in compared {
            let rows = merge.rowsLacking(in: contact.slice!)
            guard !rows.isEmpty else { continue }
            reads[number].repairs += 1
            reads[number].open += 1
            if contact.node == me {
                store(rows.map { $0.held() }, for: .repair(number), in: shift)
            } else {
                shift.call(RepairCall(rows: rows, read: number), at: ring.nodes[contact.node], by: repair)
            }
        }
        reads[number].open += 1
        settleRepair(of: number, isStored: true, in: shift)
    }

    /// Who reads with a quorum relies on it that what was read is with a quorum.
    func settleRepair(of number: UInt32, isStored: Bool, in shift: Shift) {
        if !isStored { reads[number].isUnrepaired = true }
        reads[number].open -= 1
        reads[number].repairs -= 1
        guard reads[number].repairs == 0 else { return }
        let pending = reads[number]
        answer(number, pending.isUnrepaired ? .error(.timedOut) : .page(pending.merge!.page), in: shift)
    }

    private func answer(_ number: UInt32, _ answer: WideAnswer, in shift: Shift) {
        let pending = reads[number]
        var size = Self.frame
        if case .page(let page) = answer { size = page.size }
        shift.reply(answer, to: pending.ticket, size: size)
        for contact in pending.contacts { if let slice = contact.slice { forget(slice) } }
        if let alarm = pending.alarm { speculation.remove(alarm) }
        reads[number].phase = .answered
        if pending.open == 0 { _ = reads.remove(number) }
    }

    private func remember(_ slice: WideSlice) {
        for row in slice.rows { seat.remember(row) }
        for range in slice.ranges { seat.remember(range) }
    }

    private func forget(_ slice: WideSlice) {
        for row in slice.rows { seat.forget(row) }
        for range in slice.ranges { seat.forget(range) }
    }
}
