internal import Cluster
internal import Simulation
internal import Vocabulary

/// What a node has of all partitions, as a read would find it: of each row the version that holds, by a handle of
/// 4 bytes. The rows themselves are in the files of the node, which alone outlive it, and in which older versions lie
/// until a compaction.
final class WideTable: @unchecked Sendable {
    let pool: Pool<WideRow>
    @exclusivity(unchecked) private var partitions: [WidePartition] = []
    /// Where partitions are in their list, and one more, by hash: as many places as a power of two, at most half of them
    /// taken, each partition at its own or at the next one behind it that was free. 0 where nothing is.
    @exclusivity(unchecked) private var places: [UInt32] = Array(repeating: 0, count: 64)
    /// Which partition was written last: rows of one come together.
    @exclusivity(unchecked) private var latest = 0
    private let grace: Span

    struct WidePartition {
        let key: UInt64
        /// Of its last row, if there is one.
        var last: UInt64 = 0
        /// In the order of their clustering keys.
        var rows = HandleList()
        /// Deletions of ranges, of each range the latest.
        var ranges = HandleList()
        /// Which SSTables have something of it, a bit each, and between which keys.
        var onDisk: UInt64 = 0
        var firstOnDisk = UInt64.max
        var lastOnDisk: UInt64 = 0
    }

    init(_ pool: Pool<WideRow>, grace: Span) { (self.pool, self.grace) = (pool, grace) }

    deinit {
        for partition in partitions {
            partition.rows.deallocate()
            partition.ranges.deallocate()
        }
    }

    func row(_ handle: UInt32) -> WideRow { pool.element(of: handle).pointee }

    /// Takes a row that is in a file of the node.
    func take(_ contents: Contents<WideRow>) {
        let handle = pool.shortHandle(of: contents)
        let row = contents[0]
        let slot = slot(of: row.partition)
        if row.kind == .rangeDeletion { return take(range: handle, row, in: slot) }
        // Most rows come in the order of their keys.
        if partitions[slot].last < row.clustering || partitions[slot].rows.isEmpty {
            partitions[slot].last = row.clustering
            return partitions[slot].rows.append(handle)
        }
        let place = place(of: row.clustering, in: partitions[slot].rows)
        let other = self.row(partitions[slot].rows[place])
        if other.clustering != row.clustering {
            partitions[slot].rows.insert(handle, at: place)
        } else if row.supersedes(other) {
            partitions[slot].rows[place] = handle
        }
    }

    private func take(range handle: UInt32, _ row: WideRow, in slot: Int) {
        let known = partitions[slot].ranges.firstIndex { self.row($0).hasBounds(of: row) }
        guard let known else { return partitions[slot].ranges.append(handle) }
        if row.supersedes(self.row(partitions[slot].ranges[known])) {
            partitions[slot].ranges[known] = handle
        }
    }

    private func slot(of partition: UInt64) -> Int {
        if latest < partitions.count, partitions[latest].key == partition { return latest }
        latest = find(partition) ?? add(partition)
        return latest
    }

    private func add(_ partition: UInt64) -> Int {
        partitions.append(WidePartition(key: partition))
        if partitions.count * 2 > places.count {
            places = Array(repeating: 0, count: places.count * 2)
            for slot in partitions.indices { note(slot) }
        } else {
            note(partitions.count - 1)
        }
        return partitions.count - 1
    }

    private func find(_ partition: UInt64) -> Int? {
        var place = firstPlace(of: partition)
        while places[place] > 0 {
            let slot = Int(places[place]) - 1
            if partitions[slot].key == partition { return slot }
            place = (place + 1) & (places.count - 1)
        }
        return nil
    }

    private func note(_ slot: Int) {
        var place = firstPlace(of: partitions[slot].key)
        while places[place] > 0 { place = (place + 1) & (places.count - 1) }
        places[place] = UInt32(slot + 1)
    }

    private func firstPlace(of partition: UInt64) -> Int {
        Int(truncatingIfNeeded: WideColumnRing.token(of: partition)) & (places.count - 1)
    }

    /// A partition is going to be looked for.
    func prefetch(_ partition: UInt64) {
        places.withUnsafeBufferPointer { Simulation.prefetch($0.baseAddress! + firstPlace(of: partition)) }
    }

    /// The first row whose key is not less. Most that are looked for are among the last.
    private func place(of clustering: UInt64, in rows: HandleList) -> Int {
        var (low, high, step) = (0, rows.count, 1)
        while high - step >= 0 {
            if row(rows[high - step]).clustering < clustering {
                low = high - step + 1
                break
            }
            high -= step
            step *= 2
        }
        while low < high {
            let middle = (low + high) / 2
            if row(rows[middle]).clustering < clustering { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// How many rows are read for a page: those of its range, however many others the partition has.
    func count(of read: WideRead) -> Int {
        guard let slot = find(read.partition) else { return 0 }
        let rows = partitions[slot].rows
        let end = read.last == .max ? rows.count : place(of: read.last + 1, in: rows)
        return min(Int(read.limit), end - place(of: read.first, in: rows))
    }

    // MARK: SSTables

    /// An SSTable has that row.
    func noteOnDisk(_ row: WideRow, in table: Int) {
        let slot = slot(of: row.partition)
        partitions[slot].onDisk |= 1 << UInt64(table)
        let last = row.kind == .rangeDeletion ? row.value : row.clustering
        partitions[slot].firstOnDisk = min(partitions[slot].firstOnDisk, row.clustering)
        partitions[slot].lastOnDisk = max(partitions[slot].lastOnDisk, last)
    }

    /// Those SSTables are no more.
    func forgetOnDisk(in tables: [Int]) {
        let mask = tables.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
        for slot in partitions.indices { partitions[slot].onDisk &= ~mask }
    }

    /// How many SSTables have to be read for a page, and how much of all of them.
    func onDisk(_ read: WideRead) -> (count: Int, size: ByteCount) {
        guard let slot = find(read.partition) else { return (0, .zero) }
        let partition = partitions[slot]
        guard partition.onDisk != 0, read.first <= partition.lastOnDisk, read.last >= partition.firstOnDisk
        else { return (0, .zero) }
        var size = ByteCount.zero
        var place = start(of: read, in: partition.rows)
        for _ in 0..<count(of: read) {
            size += row(partition.rows[place]).size
            place += read.descends ? -1 : 1
        }
        return (partition.onDisk.nonzeroBitCount, size)
    }

    /// A row that no file has any more.
    func remove(_ contents: Contents<WideRow>) {
        let row = contents[0]
        let handle = pool.shortHandle(of: contents)
        let slot = slot(of: row.partition)
        if row.kind == .rangeDeletion {
            if let place = partitions[slot].ranges.firstIndex(of: handle) {
                partitions[slot].ranges.remove(at: place)
            }
        } else {
            let place = place(of: row.clustering, in: partitions[slot].rows)
            guard place < partitions[slot].rows.count, partitions[slot].rows[place] == handle else { return }
            partitions[slot].rows.remove(at: place)
            partitions[slot].last = partitions[slot].rows.last.map { self.row($0).clustering } ?? 0
        }
    }

    /// Whether it has every row of the other one, or a later version, of those partitions, for looking on.
    ///
    /// - Parameter time: in µs of the writers' clocks.
    func hasAll(of other: WideTable, writtenBefore time: Int64, where isMeant: (UInt64) -> Bool) -> Bool {
        other.partitions.allSatisfy { partition in
            guard isMeant(partition.key) else { return true }
            let mine = find(partition.key).map { partitions[$0] }
            return (Array(partition.rows) + partition.ranges).allSatisfy { handle in
                let row = row(handle)
                guard row.time < time else { return true }
                guard let mine else { return false }
                if row.kind == .rangeDeletion {
                    return mine.ranges.contains {
                        $0 == handle || self.row($0).hasBounds(of: row) && !row.supersedes(self.row($0))
                    }
                }
                let place = place(of: row.clustering, in: mine.rows)
                guard place < mine.rows.count else { return false }
                let version = self.row(mine.rows[place])
                return version.clustering == row.clustering && !row.supersedes(version)
            }
        }
    }

    /// All versions that hold, for looking on.
    func rows(of partition: UInt64) -> [WideRow] {
        guard let slot = find(partition) else { return [] }
        return (Array(partitions[slot].ranges) + partitions[slot].rows).map { row($0) }
    }

    // MARK: Reading

    /// Where a page begins.
    private func start(of read: WideRead, in rows: HandleList) -> Int {
        let place = place(of: read.descends ? read.last : read.first, in: rows)
        guard read.descends, place == rows.count || row(rows[place]).clustering > read.last else {
            return place
        }
        return place - 1
    }

    /// What there is of a page, each row with one reference more; its digest alone, if that is all that is wanted.
    func slice(_ look: WideLook) -> WideSlice {
        let read = look.read
        guard let slot = find(read.partition) else {
            return WideSlice(rows: [], ranges: [], through: 0, isComplete: true, digest: 0)
        }
        let partition = partitions[slot]
        var merge = WideMerge(read, at: look.seconds, grace: grace)
        for handle in partition.ranges { merge.add(range: pool.contents(of: handle)) }
        var place = start(of: read, in: partition.rows)
        while partition.rows.indices.contains(place) {
            let contents = pool.contents(of: partition.rows[place])
            guard contents[0].clustering >= read.first, contents[0].clustering <= read.last else { break }
            if !merge.add(contents) { break }
            place += read.descends ? -1 : 1
        }
        return merge.slice(withRows: look.wantsRows)
    }
}
