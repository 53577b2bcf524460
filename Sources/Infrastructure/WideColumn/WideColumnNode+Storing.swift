internal import Cluster
internal import Simulation
internal import Vocabulary

/// How a replica writes and reads.
///
/// A row is stored when it is in the commit log and in the memtable: synced or not, unless the settings say that a sync is
/// waited for. A disk that falls behind holds writes up: they wait until the latest sync is not too old any more, and there
/// is room for memtables. What is read of rows that are in SSTables costs a read of the disk for each of those that has some.
extension WideColumnNode {
    /// Who hears that rows are stored.
    enum Writer {
        case coordinator(Ticket<WideApplied>)
        /// This node itself, for what it coordinates.
        case write(UInt32)
        case repair(UInt32)
    }

    /// A write that waits for the disk.
    struct WaitingWrite {
        let rows: [Contents<WideRow>]
        let writer: Writer
        let since: Instant
    }

    /// A sync of the commit log that is under way, of all rows before the `end`.
    struct CommitLogSync {
        let asked: Instant
        let end: Int
    }

    /// A third of the room for memtables is full when one is flushed (`memtable_cleanup_threshold`, of two
    /// `memtable_flush_writers`); when all of it is, writes wait for a flush (`memtable_heap_space`).
    private static let memtablesInRoom: Int64 = 3

    /// How old the latest sync may be: one and a half times the period (`periodic_commitlog_sync_lag_block`).
    private var syncLag: Span { settings.syncEvery * 3 / 2 }

    /// Takes over the references to rows that lie behind each other.
    func store(_ rows: Contents<WideRow>, for writer: Writer, in shift: Shift) {
        if isDiskBehind(in: shift) {
            return wait((0..<rows.count).map { rows.element($0) }, writer, in: shift)
        }
        storeEach(rows.count, for: writer, in: shift) { rows.element($0) }
    }

    /// Takes over the references to rows of any partitions.
    func store(_ rows: [Contents<WideRow>], for writer: Writer, in shift: Shift) {
        if isDiskBehind(in: shift) { return wait(rows, writer, in: shift) }
        storeEach(rows.count, for: writer, in: shift) { rows[$0] }
    }

    private func wait(_ rows: [Contents<WideRow>], _ writer: Writer, in shift: Shift) {
        for row in rows { seat.remember(row) }
        waiting.append(WaitingWrite(rows: rows, writer: writer, since: shift.now))
    }

    private func isDiskBehind(in shift: Shift) -> Bool {
        if settings.sync == .periodic, shift.now - syncedUpTo > syncLag { return true }
        guard let flushing else { return false }
        return flushing.inputSize + memtableSize >= settings.memtable * Self.memtablesInRoom
    }

    /// A sync or a flush is done. Writes whose coordinator has given them up by now are dropped: it keeps hints of them.
    func takeWaiting(in shift: Shift) {
        let writes = waiting
        waiting = []
        for (place, write) in writes.enumerated() {
            if isDiskBehind(in: shift) { return waiting = Array(writes[place...]) }
            if shift.now - write.since <= settings.writeTimeout {
                for row in write.rows { seat.forget(row.held()) }
                store(write.rows, for: write.writer, in: shift)
            } else {
                for row in write.rows { seat.forget(row) }
                if case .coordinator = write.writer { continue }
                tell(write.writer, isStored: false, in: shift)
            }
        }
    }

    private func storeEach(
        _ count: Int, for writer: Writer, in shift: Shift, _ row: (Int) -> Contents<WideRow>
    ) {
        var isStored = true
        for place in 0..<count {
            let row = row(place)
            let isAwaited = settings.sync == .batch && place == count - 1 && isStored
            let waiter = isAwaited ? writers.insert(writer) : 0
            let number = shift.append(
                row, to: commitLog, then: isAwaited ? .rowsWritten(waiter) : nil,
                orElse: isAwaited ? .rowsNotStored(waiter) : nil)
            if number == nil {
                isStored = false
            } else {
                table.take(row)
                memtableSize += row[0].size
                memtableOldest = min(memtableOldest, row[0].time)
            }
            if isAwaited { return flushIfFull(in: shift) }
        }
        tell(writer, isStored: isStored, in: shift)
        flushIfFull(in: shift)
    }

    func tell(_ writer: Writer, isStored: Bool, in shift: Shift) {
        switch writer {
        case .coordinator(let ticket):
            shift.reply(WideApplied(isStored: isStored), to: ticket, size: Self.frame)
        case .write(let write): settle(write, of: me, isStored: isStored, in: shift)
        case .repair(let read): settleRepair(of: read, isStored: isStored, in: shift)
        }
    }

    // MARK: Syncs

    func syncLater(in shift: Shift) { _ = shift.arm(.syncIsDue, after: settings.syncEvery) }

    func syncFiles(in shift: Shift) {
        if syncing == nil { beginSync(in: shift) }
        for file in hints.map(\.rows) where !file.numbers.isEmpty {
            shift.sync(file, then: .synced, orElse: .synced)
        }
        syncLater(in: shift)
    }

    private func beginSync(in shift: Shift) {
        guard !commitLog.numbers.isEmpty else { return endSync(of: shift.now, in: shift) }
        syncing = CommitLogSync(asked: shift.now, end: commitLog.numbers.upperBound)
        syncCommitLog(in: shift)
    }

    private func syncCommitLog(in shift: Shift) {
        shift.sync(commitLog, then: .commitLogSynced, orElse: .commitLogNotSynced)
    }

    /// Where it shared a sync that others had asked for before, what was still on its way then takes one more. When the
    /// period is over by then, the next one begins at once.
    func commitLogSynced(in shift: Shift) {
        let done = syncing!
        guard shift.writtenEnd(of: commitLog) >= done.end else { return syncCommitLog(in: shift) }
        syncing = nil
        endSync(of: done.asked, in: shift)
        if shift.now - done.asked >= settings.syncEvery { beginSync(in: shift) }
    }

    private func endSync(of asked: Instant, in shift: Shift) {
        syncedUpTo = asked
        takeWaiting(in: shift)
    }

    // MARK: Reading

    /// Who wants to know what there is.
    enum Reader {
        case coordinator(Ticket<WideSlice>)
        /// This node itself, for what it coordinates.
        case me(read: UInt32, contact: Int)
    }

    /// A look that waits for the disk.
    struct PendingLook {
        let look: WideLook
        let reader: Reader
        /// SSTables that are not read yet, and how much of each.
        var left: Int
        let bytes: ByteCount
    }

    func answer(_ look: WideLook, to reader: Reader, in shift: Shift) {
        let (count, size) = table.onDisk(look.read)
        guard count > 0 else { return send(look, to: reader, in: shift) }
        let bytes = ByteCount.bytes(size.bytes / Int64(count))
        let slot = looks.insert(PendingLook(look: look, reader: reader, left: count, bytes: bytes))
        shift.read(bytes, then: .lookRead(slot), orElse: .diskFailed)
    }

    /// One after the other, as they are merged.
    func goOnReading(_ slot: UInt32, in shift: Shift) {
        looks[slot].left -= 1
        if looks[slot].left > 0 {
            return shift.read(looks[slot].bytes, then: .lookRead(slot), orElse: .diskFailed)
        }
        let pending = looks.remove(slot)
        send(pending.look, to: pending.reader, in: shift)
    }

    private func send(_ look: WideLook, to reader: Reader, in shift: Shift) {
        let slice = table.slice(look)
        switch reader {
        case .coordinator(let ticket): shift.reply(slice, to: ticket, size: slice.size)
        case .me(let read, let contact): take(.success(slice), of: contact, for: read, in: shift)
        }
    }
}
