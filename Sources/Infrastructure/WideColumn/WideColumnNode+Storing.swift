internal import Cluster
internal import Simulation
internal import Vocabulary

/// How a replica writes and reads.
///
/// A row is stored when it is in the commit log and in the memtable: synced or not, unless the settings say that a sync is
/// waited for. What is read of rows that are in SSTables costs a read of the disk for each of those that has some.
extension WideColumnNode {
    /// Who hears that rows are stored.
    enum Writer {
        case coordinator(Ticket<WideApplied>)
        /// This node itself, for what it coordinates.
        case write(UInt32)
        case repair(UInt32)
    }

    /// Takes over the references to rows that lie behind each other.
    func store(_ rows: Contents<WideRow>, for writer: Writer, in shift: Shift) {
        storeEach(rows.count, for: writer, in: shift) { rows.element($0) }
    }

    /// Takes over the references to rows of any partitions.
    func store(_ rows: [Contents<WideRow>], for writer: Writer, in shift: Shift) {
        storeEach(rows.count, for: writer, in: shift) { rows[$0] }
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
        tell(writer, isStored, in: shift)
        flushIfFull(in: shift)
    }

    func tell(_ writer: Writer, _ isStored: Bool, in shift: Shift) {
        switch writer {
        case .coordinator(let ticket):
            shift.reply(WideApplied(isStored: isStored), to: ticket, size: Self.frame)
        case .write(let write): settle(write, of: me, isStored, in: shift)
        case .repair(let read): settleRepair(of: read, isStored, in: shift)
        }
    }

    // MARK: Syncs

    func syncLater(in shift: Shift) { _ = shift.arm(.syncIsDue, after: settings.syncEvery) }

    func syncFiles(in shift: Shift) {
        for file in [commitLog] + hints.map(\.rows) where !file.numbers.isEmpty {
            shift.sync(file, then: .synced, orElse: .synced)
        }
        syncLater(in: shift)
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
