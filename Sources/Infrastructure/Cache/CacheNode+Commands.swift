internal import Cluster
internal import Simulation
internal import Vocabulary

/// What a node does with commands of clients.
extension CacheNode {
    func take(_ request: CacheRequest, _ ticket: Ticket<CacheAnswer>, in shift: Shift) {
        if file?.isBlocking == true { return held.append((request, ticket)) }
        let answer = answer(to: request, in: shift)
        if file?.isBlocking == true {
            answers.append((answer, ticket))  // when it is on the disk
        } else {
            shift.reply(answer, to: ticket, size: answer.size)
        }
    }

    /// What has waited for the disk, all in one go.
    func takeHeld(in shift: Shift) {
        guard !held.isEmpty else { return }
        let waiting = held
        held = []
        for (request, ticket) in waiting { answers.append((answer(to: request, in: shift), ticket)) }
        if file?.isBlocking != true { sayAnswers(in: shift) }
    }

    func sayAnswers(in shift: Shift) {
        for (answer, ticket) in answers { shift.reply(answer, to: ticket, size: answer.size) }
        answers.removeAll(keepingCapacity: true)
    }

    private func answer(to request: CacheRequest, in shift: Shift) -> CacheAnswer {
        guard !isLoading else { return .refused(.loading) }
        guard layout.shard(of: request.key) == shard else {
            let its = layout.shard(of: request.key)
            return .refused(
                .moved(to: UInt16(view?.owners[its].node ?? layout.firstPrimary(of: its))))
        }
        if view?.isDown == true { return .refused(.clusterDown) }
        if primary != nil, let owner = view?.owners[shard].node {
            return .refused(.moved(to: UInt16(owner)))
        }
        let (command, key) = (request.command, request.key)
        let now = shift.localTime
        if primary != nil {
            if command.writes { return .refused(.readOnly) }
            return store.carryOut(command, on: key, at: now, writing: pairs).answer
        }
        if command.writes, file?.hasFailed == true { return .refused(.diskFailed) }
        if command.writes, !hasEnoughReplicas(at: shift.now) { return .refused(.notEnoughReplicas) }
        if store.isOverdue(key, at: now) { remove(key, in: shift) }
        if store.used > settings.memoryLimit, !makeRoom(in: shift), command.grows {
            return .refused(.outOfMemory)
        }
        let effect = store.carryOut(command, on: key, at: now, writing: pairs)
        if let write = effect.write { tell(CacheRequest(key, write), in: shift) }
        return effect.answer
    }

    /// Replicas do not decide what goes: they are told.
    private func remove(_ key: CacheKey, in shift: Shift) {
        _ = store.carryOut(.delete, on: key, at: shift.localTime, writing: pairs)
        tell(CacheRequest(key, .delete), in: shift)
    }

    /// Somebody has emptied it, or its memory was needed for something else. Replicas forget what their primary does.
    func forget(_ share: Double, in shift: Shift) {
        guard primary == nil, !isLoading else { return }
        let count = Int((Double(store.count) * share).rounded())
        for _ in 0..<count {
            guard let key = store.leastRecentlyUsed(of: 1, expiringOnly: false, drawing: &random) else {
                return
            }
            remove(key, in: shift)
        }
    }

    private func makeRoom(in shift: Shift) -> Bool {
        guard settings.eviction != .none else { return false }
        while store.used > settings.memoryLimit {
            guard
                let key = store.leastRecentlyUsed(
                    of: settings.samples, expiringOnly: settings.eviction == .leastRecentlyUsedExpiring,
                    drawing: &random)
            else { return false }
            remove(key, in: shift)
        }
        return true
    }

    /// Looks at twenty of those that expire, and again as long as more than a tenth of them were overdue.
    func dropOverdue(in shift: Shift) {
        guard primary == nil, !isLoading, file?.isBlocking != true else { return }
        var found = 20
        while found > 2, store.expiringCount > 0 {
            found = 0
            for _ in 0..<20 where store.expiringCount > 0 {
                guard let key = store.overdueEntry(drawing: &random, at: shift.localTime) else { continue }
                remove(key, in: shift)
                found += 1
            }
        }
    }

    /// A write has been carried out: it goes to the replicas, and into the file.
    func tell(_ request: CacheRequest, in shift: Shift) {
        log.append(request)
        write(request, in: shift)
        if settings.replicationDelay == .zero { return flush(in: shift) }
        guard !isFlushDue else { return }
        isFlushDue = true
        _ = shift.arm(.flush, after: settings.replicationDelay)
    }
}
