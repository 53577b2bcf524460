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

    init(_ files: [File<WideRow>], mayDrop: (WideRow) -> Bool) {
        var rows: [Contents<WideRow>] = []
        for file in files { for number in file.numbers { rows.append(file.contents(of: number)) } }
        rows.sort { Self.comesBefore($0[0], $1[0]) }
        var ranges: ArraySlice<Contents<WideRow>> = []
        for (place, row) in rows.enumerated() {
            let row = (contents: row, value: row[0])
            // The first of a key is its newest.
            if place > 0, Self.isSameKey(rows[place - 1][0], row.value) { continue }
            if ranges.first.map({ $0[0].partition != row.value.partition }) ?? false { ranges = [] }
            if row.value.kind == .rangeDeletion { ranges.append(row.contents) }
            let isCovered =
                row.value.kind != .rangeDeletion
                && ranges.contains { $0[0].covers(row.value.clustering) && $0[0].time >= row.value.time }
            if isCovered || mayDrop(row.value) {
                dropped.append(row.contents)
            } else {
                kept.append(row.contents)
            }
        }
    }

    /// By partition, deletions of ranges before rows, by key, the newest first.
    private static func comesBefore(_ a: WideRow, _ b: WideRow) -> Bool {
        if a.partition != b.partition { return a.partition < b.partition }
        if (a.kind == .rangeDeletion) != (b.kind == .rangeDeletion) { return a.kind == .rangeDeletion }
        if a.clustering != b.clustering { return a.clustering < b.clustering }
        if a.kind == .rangeDeletion, a.value != b.value { return a.value < b.value }
        return a.supersedes(b)
    }

    private static func isSameKey(_ a: WideRow, _ b: WideRow) -> Bool {
        a.partition == b.partition && a.clustering == b.clustering
            && (a.kind == .rangeDeletion) == (b.kind == .rangeDeletion)
            && (a.kind != .rangeDeletion || a.value == b.value)
    }
}
