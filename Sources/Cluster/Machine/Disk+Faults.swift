public import Vocabulary

/// What befalls a disk, in pairs that may overlap; and crashes.
extension Disk {
    /// Makes all that it does take `factor` times as long, and returns the new completions of what is under
    /// way.
    public mutating func slow(by factor: Factor, id: Int, at now: Instant) -> [Start] {
        settleBacklog(at: now)
        return station.slow(by: factor, id: id, at: now).map {
            Start(slot: $0.core, completion: $0.completion!)
        }
    }

    /// Takes off the slowdown of that name.
    public mutating func restore(id: Int, at now: Instant) -> [Start] {
        settleBacklog(at: now)
        return station.restore(id: id, at: now).map { Start(slot: $0.core, completion: $0.completion!) }
    }

    /// Refuses appends, as if somebody else had filled it.
    public mutating func fill() { fullFaults += 1 }

    public mutating func empty() {
        precondition(fullFaults > 0, "nobody has filled this disk")
        fullFaults -= 1
    }

    /// Makes reads end in an error; they take as long as before.
    public mutating func failReads() { readFaults += 1 }

    public mutating func healReads() {
        precondition(readFaults > 0, "reads do not fail")
        readFaults -= 1
    }

    /// Spoils the checksum of what lies there, in bytes; whoever reads any of it learns that.
    public mutating func corrupt(_ range: Range<UInt64>, id: Int) {
        let there = range.clamped(to: start..<writtenEnd)
        if !there.isEmpty { corrupted.append((there, id)) }
    }

    /// Somebody wrote the right bytes over what was spoilt by that name, from a replica.
    public mutating func repair(id: Int) { corrupted.removeAll { $0.id == id } }

    /// Gives back the space of all that lies before `position`.
    public mutating func trim(to position: UInt64) {
        precondition(position >= start, "what was trimmed does not come back")
        precondition(position <= writtenEnd, "what has not been written cannot be trimmed")
        start = position
    }

    /// Ends what is under way without effect and returns those who asked for it. `written` is then where
    /// the log ends that the next incarnation will find.
    public mutating func crash(_ kind: CrashKind, at now: Instant) -> [Token] {
        let lost = station.crash(at: now)
        var tokens = (0..<askers.count).map { askers[$0] }
        for request in lost.inService + lost.queued {
            if case .sync = request.kind { continue }  // it is among those who asked for a sync
            tokens.append(request.token)
        }
        askers.removeAll()
        (answered, covered, running, following) = (0, 0, nil, .none)
        (promised, backlog) = (0, 0)
        switch kind {
        case .process: break
        case .unsynced: truncate(to: syncedEnd)
        case .disk:
            start = 0
            truncate(to: 0)
        }
        return tokens
    }

    private mutating func truncate(to end: UInt64) {
        writtenEnd = end
        syncedEnd = min(syncedEnd, end)
        start = min(start, end)
        corrupted = corrupted.map { ($0.range.clamped(to: start..<end), $0.id) }.filter { !$0.0.isEmpty }
    }
}
