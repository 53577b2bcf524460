internal import Cluster
internal import Simulation
internal import Vocabulary

/// What a node has of all partitions, as a read would find it: of each row the version that holds, by a handle of
/// 4 bytes. The rows themselves are in the files of the node, which alone outlive it, and in which older versions lie
/// until a compaction.
struct WideTable {
    let pool: Pool<WideRow>
    private var slots: [UInt64: Int32] = [:]  // by partition; looked up only, never iterated
    private var partitions: [Partition] = []

    struct Partition {
        /// In the order of their clustering keys.
        var rows: [UInt32] = []
        /// Deletions of ranges, of each range the latest.
        var ranges: [UInt32] = []
    }

    init(_ pool: Pool<WideRow>) { self.pool = pool }

    func row(_ handle: UInt32) -> WideRow { pool.element(of: handle).pointee }

    /// Takes a row that is in a file of the node.
    mutating func take(_ contents: Contents<WideRow>) {
        let handle = pool.shortHandle(of: contents)
        let row = contents[0]
        let slot = slot(of: row.partition)
        if row.kind == .rangeDeletion { return take(range: handle, row, in: slot) }
        let count = partitions[slot].rows.count
        // Most rows come in the order of their keys.
        if count == 0 || self.row(partitions[slot].rows[count - 1]).clustering < row.clustering {
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

    private mutating func take(range handle: UInt32, _ row: WideRow, in slot: Int) {
        let known = partitions[slot].ranges.firstIndex { self.row($0).hasBounds(of: row) }
        guard let known else { return partitions[slot].ranges.append(handle) }
        if row.supersedes(self.row(partitions[slot].ranges[known])) {
            partitions[slot].ranges[known] = handle
        }
    }

    private mutating func slot(of partition: UInt64) -> Int {
        if let slot = slots[partition] { return Int(slot) }
        slots[partition] = Int32(partitions.count)
        partitions.append(Partition())
        return partitions.count - 1
    }

    /// The first row whose key is not less.
    private func place(of clustering: UInt64, in rows: [UInt32]) -> Int {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if row(rows[middle]).clustering < clustering { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// How many rows a page has at most.
    func count(of read: WideRead) -> Int {
        guard let slot = slots[read.partition] else { return 0 }
        return min(Int(read.limit), partitions[Int(slot)].rows.count)
    }

    /// What there is of a page, each row with one reference more; its digest alone, if that is all that is wanted.
    func slice(_ look: WideLook) -> WideSlice {
        let read = look.read
        guard let slot = slots[read.partition] else {
            return WideSlice(rows: [], ranges: [], through: 0, isComplete: true, digest: 0)
        }
        let partition = partitions[Int(slot)]
        var merge = WideMerge(read, at: look.seconds)
        for handle in partition.ranges { merge.add(range: pool.contents(of: handle)) }
        var place = place(of: read.descends ? read.last : read.first, in: partition.rows)
        if read.descends, place == partition.rows.count || row(partition.rows[place]).clustering > read.last {
            place -= 1
        }
        while partition.rows.indices.contains(place) {
            let contents = pool.contents(of: partition.rows[place])
            guard contents[0].clustering >= read.first, contents[0].clustering <= read.last else { break }
            if !merge.add(contents) { break }
            place += read.descends ? -1 : 1
        }
        return merge.slice(withRows: look.wantsRows)
    }
}
