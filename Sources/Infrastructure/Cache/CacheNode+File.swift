internal import Cluster
internal import Simulation
internal import Vocabulary

/// What goes into the append-only file, and when.
///
/// `always`: an answer waits until the file is synced, and everything else with it. `everysec`: a sync begins once a
/// second, beside everything else. While it is under way nothing can be written, and writes are put off: answers go
/// out, and what is put off is lost with the process. When that has lasted for two seconds, the node waits for the disk.
extension CacheNode {
    private static let patience = Span.seconds(2)

    func write(_ request: CacheRequest, in shift: Shift) {
        switch settings.appendOnly {
        case .no: break
        case .unsynced: append(request, isAwaited: false, in: shift)
        case .always: append(request, isAwaited: true, in: shift)
        case .everySecond:
            guard file!.isSyncing || !file!.postponed.isEmpty else {
                return append(request, isAwaited: false, in: shift)
            }
            postpone(request, in: shift)
        }
    }

    private func postpone(_ request: CacheRequest, in shift: Shift) {
        if file!.postponed.isEmpty { file!.postponedSince = shift.now }
        file!.postponed.append(request)
    }

    private func append(_ request: CacheRequest, isAwaited: Bool, in shift: Shift) {
        let number = shift.append(
            request, to: file!.current, then: isAwaited ? .written : nil,
            orElse: isAwaited ? .fileUnreadable : nil)
        guard number != nil else {
            file!.hasFailed = true
            return postpone(request, in: shift)
        }
        file!.isUnsynced = true
        if isAwaited {
            file!.writes += 1
            file!.isBlocking = true
        }
    }

    /// What the node has waited for is in the page cache.
    func written(in shift: Shift) {
        file!.writes -= 1
        guard file!.writes == 0 else { return }
        if settings.appendOnly == .always { sync(in: shift) } else { unblock(in: shift) }
    }

    private func sync(in shift: Shift) {
        file!.isSyncing = true
        file!.isUnsynced = false
        file!.syncedAt = shift.now
        shift.sync(
            file!.current, then: .synced,
            orElse: settings.appendOnly == .always ? .fileUnreadable : .synced)
    }

    func synced(in shift: Shift) {
        file!.isSyncing = false
        if settings.appendOnly == .always { unblock(in: shift) }
    }

    private func unblock(in shift: Shift) {
        file!.isBlocking = false
        sayAnswers(in: shift)
        takeHeld(in: shift)
    }

    /// Ten times a second.
    func lookAtFile(in shift: Shift) {
        guard let file, !file.isBlocking, !isLoading else { return }
        let isSyncDue = file.isUnsynced && !file.isSyncing
        if !file.postponed.isEmpty {
            let isOver = shift.now - file.postponedSince >= Self.patience
            if !file.isSyncing || isOver { writePostponed(in: shift) }
        }
        guard !file.isBlocking else { return }
        let syncEvery: Span? =
            switch settings.appendOnly {
            case .everySecond: .seconds(1)
            case .unsynced: settings.writeBack
            case .no, .always: nil
            }
        if let syncEvery, isSyncDue, shift.now - file.syncedAt >= syncEvery { sync(in: shift) }
        if !file.isRewriting, file.size > max(settings.rewriteAbove, file.sizeThen * 2) {
            file.isRewriting = true
            _ = shift.arm(.rewrite(.begins), after: .zero)
        }
    }

    private func writePostponed(in shift: Shift) {
        let requests = file!.postponed
        file!.postponed = []
        file!.hasFailed = false
        for request in requests {
            append(request, isAwaited: file!.isSyncing && !file!.hasFailed, in: shift)
        }
    }

    // MARK: Writing it anew

    func take(_ step: RewriteStep, in shift: Shift) {
        switch step {
        case .begins: beginRewrite(in: shift)
        case .written:
            shift.sync(
                file!.base(file!.now.last), then: .rewrite(.synced), orElse: .rewrite(.failed))
        case .synced:
            let manifest = AppendOnlyFile.Manifest(base: file!.now.last, last: file!.now.last)
            shift.append(manifest, to: file!.manifest)
            shift.sync(file!.manifest, then: .rewrite(.announced), orElse: .rewrite(.failed))
        case .announced:
            let old = file!.parts.dropLast()
            file!.dropOldParts()
            for part in old { shift.delete(part) }
            file!.sizeThen = file!.size
            file!.isRewriting = false
        case .failed: file!.isRewriting = false
        }
    }

    private func beginRewrite(in shift: Shift) {
        guard file!.now.last - file!.now.base < 2 else { return file!.isRewriting = false }
        file!.isRewriting = true
        file!.beginIncrement()
        shift.delete(file!.base(file!.now.last))
        shift.delete(file!.current)
        shift.append(file!.now, to: file!.manifest)
        shift.sync(file!.manifest, then: .saved, orElse: .saved)
        let requests = store.requests
        let base = file!.base(file!.now.last)
        for request in requests.dropLast() { shift.append(request, to: base) }
        guard let last = requests.last else { return take(.written, in: shift) }
        shift.append(last, to: base, then: .rewrite(.written), orElse: .rewrite(.failed))
    }

    // MARK: Reading it

    func readFile(in shift: Shift) {
        for part in file!.parts where !part.numbers.isEmpty {
            file!.reads += 1
            shift.read(part.numbers, of: part, then: .fileWasRead, orElse: .fileUnreadable)
        }
    }

    func loadFile(in shift: Shift) {
        file!.reads -= 1
        guard file!.reads == 0 else { return }
        for part in file!.parts {
            for number in part.numbers {
                let request = part[number]
                _ = store.carryOut(request.command, on: request.key, at: shift.localTime, writing: pairs)
            }
        }
        file!.sizeThen = file!.size
        serve(in: shift)
    }
}
