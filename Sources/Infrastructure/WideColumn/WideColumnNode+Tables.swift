internal import Cluster
internal import Simulation
internal import Vocabulary

/// How a node's memtable becomes an SSTable, and several SSTables become one.
///
/// The memtable is what the commit log holds behind the last flush. A flush copies it into a file, syncs that, has the
/// manifest say so, and trims the commit log. Compactions take SSTables of about one size (`CompactionPlan`), and leave out
/// what does not hold any more. Both go on a megabyte at a time, so that reads get their turn at the disk; compactions
/// no faster than they may.
extension WideColumnNode {
    /// On disk since a flush or a compaction.
    struct SSTable {
        var size: ByteCount
        /// The earliest time of a row, in µs.
        var oldest: Int64
    }

    /// What is being written into an SSTable.
    struct Building {
        let slot: Int
        /// What it replaces; none in a flush.
        let inputs: [Int]
        let rows: [Contents<WideRow>]
        /// What is left out of the inputs, and nowhere else.
        var dropped: [Contents<WideRow>] = []
        var next = 0
        /// How much there is to write at most, and how much of that is read from inputs.
        var inputSize = ByteCount.zero
        var wasRead = ByteCount.zero
        /// In a flush: where the commit log begins afterwards.
        var end = 0
        var size = ByteCount.zero
        var oldest = Int64.max
    }

    static let tableLimit = 64
    private static let piece = ByteCount.bytes(1 << 20)

    // MARK: Flush

    func flushIfFull(in shift: Shift) {
        guard memtableSize >= settings.memtable, flushing == nil, let slot = freeSlot else { return }
        let end = commitLog.numbers.upperBound
        flushing = Building(
            slot: slot, inputs: [], rows: commitLog.numbers.map { commitLog.contents(of: $0) },
            inputSize: memtableSize, end: end)
        (memtableSize, memtableOldest) = (.zero, .max)
        flushPiece(in: shift)
    }

    /// An SSTable that is not there, nor about to be.
    private var freeSlot: Int? {
        for slot in tables.indices
        where tables[slot] == nil && flushing?.slot != slot && compacting?.slot != slot {
            return slot
        }
        return nil
    }

    func flushPiece(in shift: Shift) {
        if !write(Self.piece, of: &flushing!, then: .flushPieceWritten, in: shift) {
            shift.sync(files[flushing!.slot], then: .flushSynced, orElse: .diskFailed)
        }
    }

    /// Writes so many bytes; false when nothing is left.
    private func write(
        _ bytes: ByteCount, of building: inout Building, then done: Inbox, in shift: Shift
    ) -> Bool {
        guard building.next < building.rows.count else { return false }
        let first = building.next
        var left = bytes
        while left > .zero, building.next < building.rows.count {
            let row = building.rows[building.next]
            building.next += 1
            left -= row[0].size
            building.size += row[0].size
            building.oldest = min(building.oldest, row[0].time)
        }
        let rows = building.rows[first..<building.next].map { $0.held() }
        shift.append(each: rows, to: files[building.slot], then: done, orElse: .diskFailed)
        return true
    }

    func flushSynced(in shift: Shift) {
        shift.append(
            ManifestRecord(added: flushing!.slot, removed: [], oldest: flushing!.oldest), to: manifest,
            then: .flushNoted, orElse: .diskFailed)
    }

    func endFlush(in shift: Shift) {
        let done = flushing!
        flushing = nil
        tables[done.slot] = SSTable(size: done.size, oldest: done.oldest)
        for row in done.rows { table.noteOnDisk(row[0], in: done.slot) }
        shift.trim(commitLog, to: done.end)
        compactIfMany(in: shift)
        flushIfFull(in: shift)
        takeWaiting(in: shift)
    }

    // MARK: Compaction

    func compactIfMany(in shift: Shift) {
        let sizes = tables.map { $0?.size }
        guard compacting == nil, let slot = freeSlot,
            let inputs = CompactionPlan.inputs(of: sizes, threshold: settings.compactAt)
        else { return }
        let others = tables.indices.filter { tables[$0] != nil && !inputs.contains($0) }
        // What is older elsewhere would come back without the word that it is deleted.
        let oldest = min(others.map { tables[$0]!.oldest }.min() ?? .max, oldestInMemory)
        let seconds = WideRow.seconds(shift.localTime.nanoseconds / 1_000)
        let grace = Int64(settings.grace.nanoseconds / 1_000_000_000)
        let merge = CompactionMerge(inputs.map { files[$0] }) { [rules] row in
            guard let end = row.end, row.time < oldest else { return false }
            return rules.mayDrop(Int64(seconds) - end, grace)
        }
        compacting = Building(
            slot: slot, inputs: inputs, rows: merge.kept, dropped: merge.dropped,
            inputSize: inputs.reduce(.zero) { $0 + tables[$1]!.size })
        compactPiece(in: shift)
    }

    private var oldestInMemory: Int64 {
        min(memtableOldest, flushing.map { $0.rows.reduce(Int64.max) { min($0, $1[0].time) } } ?? .max)
    }

    func compactPiece(in shift: Shift) {
        guard compacting!.wasRead < compacting!.inputSize else {
            return shift.sync(files[compacting!.slot], then: .compactionSynced, orElse: .diskFailed)
        }
        let bytes = min(Self.piece, compacting!.inputSize - compacting!.wasRead)
        compacting!.wasRead += bytes
        shift.read(bytes, then: .compactionRead, orElse: .diskFailed)
    }

    /// As much goes out as has come in, if so much is left.
    func compactionRead(in shift: Shift) {
        let size = compacting!.wasRead - compacting!.size
        if !write(size, of: &compacting!, then: .compactionWritten, in: shift) { compactLater(in: shift) }
    }

    /// About, for what a core does with a piece.
    var rowsOfPiece: Int {
        guard let compacting, compacting.next < compacting.rows.count else { return 0 }
        return Int(Self.piece.bytes / compacting.rows[compacting.next][0].size.bytes)
    }

    func compactLater(in shift: Shift) {
        let nanoseconds = Double(Self.piece.bytes) * 1e9 / Double(settings.compactionRate.bytes)
        _ = shift.arm(.compactionIsDue, after: Span(roundingNanoseconds: nanoseconds))
    }

    func compactionSynced(in shift: Shift) {
        shift.append(
            ManifestRecord(
                added: compacting!.slot, removed: compacting!.inputs, oldest: compacting!.oldest),
            to: manifest, then: .compactionNoted, orElse: .diskFailed)
    }

    func endCompaction(in shift: Shift) {
        let done = compacting!
        compacting = nil
        table.forgetOnDisk(in: done.inputs)
        for row in done.rows { table.noteOnDisk(row[0], in: done.slot) }
        for row in done.dropped { table.remove(row) }
        tables[done.slot] = SSTable(size: done.size, oldest: done.oldest)
        for input in done.inputs {
            shift.delete(files[input])
            tables[input] = nil
        }
        compactIfMany(in: shift)
        flushIfFull(in: shift)
    }

    // MARK: Restart

    /// What the manifest says, and what of it does not count: an SSTable that was not finished.
    func openTables(in shift: Shift) {
        for number in manifest.numbers {
            let record = manifest[number]
            for slot in record.removed { tables[slot] = nil }
            tables[record.added] = SSTable(
                size: files[record.added].size(of: files[record.added].numbers), oldest: record.oldest)
        }
        for slot in tables.indices {
            let file = files[slot]
            guard tables[slot] != nil else {
                if !file.numbers.isEmpty { shift.delete(file) }
                continue
            }
            for number in file.numbers {
                table.take(file.contents(of: number))
                table.noteOnDisk(file[number], in: slot)
            }
        }
        for number in commitLog.numbers {
            let row = commitLog.contents(of: number)
            table.take(row)
            memtableSize += row[0].size
            memtableOldest = min(memtableOldest, row[0].time)
        }
    }
}

/// What the manifest says: an SSTable is there, instead of others.
struct ManifestRecord: FileRecord {
    let added: Int
    let removed: [Int]
    let oldest: Int64
    /// Names of files, about.
    var size: ByteCount { .bytes(Int64(64 * (1 + removed.count))) }
}
