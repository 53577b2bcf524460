internal import Cluster
internal import Simulation
internal import Vocabulary

/// Which SSTables become one: size-tiered, as Cassandra does by default. Those whose sizes lie within half and one and
/// a half times their mean are of one tier, and a tier of enough of them is compacted, the smallest first.
enum CompactionPlan {
    /// Below that all are of one tier (`min_sstable_size`).
    static let small = ByteCount.megabytes(50)
    /// `max_threshold`.
    static let limit = 32

    /// - Parameter sizes: by slot; nil where there is none.
    static func inputs(of sizes: [ByteCount?], threshold: Int) -> [Int]? {
        var tiers: [(slots: [Int], sum: Int64)] = []
        let slots = sizes.indices.filter { sizes[$0] != nil }.sorted { (sizes[$0]!, $0) < (sizes[$1]!, $1) }
        for slot in slots {
            let size = sizes[slot]!.bytes
            if let last = tiers.last {
                let mean = last.sum / Int64(last.slots.count)
                if size <= small.bytes && mean <= small.bytes || size <= mean * 3 / 2 && size >= mean / 2 {
                    tiers[tiers.count - 1].slots.append(slot)
                    tiers[tiers.count - 1].sum += size
                    continue
                }
            }
            tiers.append(([slot], size))
        }
        return tiers.first { $0.slots.count >= threshold }.map { Array($0.slots.prefix(limit)) }
    }
}

/// What is left of SSTables that become one: of each row the version that holds, unless it says that something is
/// deleted and nobody needs that any more.
struct CompactionMerge {
    private(set) var kept: [Contents<WideRow>] = []
    /// Versions that held, and are left out.
    private(set) var dropped: [Contents<WideRow>] = []

    /// A row, and its key beside it: rows lie anywhere in the pool, and a sort looks at each a dozen times.
    private struct Keyed {
        let partition: UInt64
        let clustering: UInt64
        let isRange: Bool
        let contents: Contents<WideRow>

        init(_ contents: Contents<WideRow>) {
            let row = contents[0]
            (partition, clustering) = (row.partition, row.clustering)
            isRange = row.kind == .rangeDeletion
            self.contents = contents
        }

        var row: WideRow { contents[0] }

        /// By partition, deletions of ranges before rows, by key, the newest first.
        func comesBefore(_ other: Keyed) -> Bool {
            if partition != other.partition { return partition < other.partition }
            if isRange != other.isRange { return isRange }
            if clustering != other.clustering { return clustering < other.clustering }
            if isRange, row.value != other.row.value { return row.value < other.row.value }
            return row.supersedes(other.row)
        }

        func hasKey(of other: Keyed) -> Bool {
            partition == other.partition && clustering == other.clustering && isRange == other.isRange
                && (!isRange || row.value == other.row.value)
        }
    }

    init(_ files: [File<WideRow>], mayDrop: (WideRow) -> Bool) {
        var rows: [Keyed] = []
        rows.reserveCapacity(files.reduce(0) { $0 + $1.numbers.count })
        for file in files { for number in file.numbers { rows.append(Keyed(file.contents(of: number))) } }
        rows.sort { $0.comesBefore($1) }
        var ranges: ArraySlice<Keyed> = []
        for (place, keyed) in rows.enumerated() {
            // The first of a key is its newest.
            if place > 0, keyed.hasKey(of: rows[place - 1]) { continue }
            if ranges.first.map({ $0.partition != keyed.partition }) ?? false { ranges = [] }
            if keyed.isRange { ranges.append(keyed) }
            let row = keyed.row
            let isCovered =
                !keyed.isRange
                && ranges.contains { $0.row.covers(row.clustering) && $0.row.time >= row.time }
            if isCovered || mayDrop(row) {
                dropped.append(keyed.contents)
            } else {
                kept.append(keyed.contents)
            }
        }
    }
}
