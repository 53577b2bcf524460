internal import Cluster
internal import Simulation
internal import Vocabulary

/// Puts a page together from rows that come in the order in which it was asked for, of each the version that holds.
/// References are those of whoever has the rows.
struct WideMerge {
    private let read: WideRead
    private let seconds: Int32
    /// In seconds: what has ended longer ago is in no page, and no replica needs it.
    private let grace: Int64
    private(set) var rows: [Contents<WideRow>] = []
    private(set) var ranges: [Contents<WideRow>] = []
    /// Those that a reader sees.
    private var live: [Contents<WideRow>] = []
    private var isFull = false
    /// Behind which not all is known.
    private var bound: UInt64?

    init(_ read: WideRead, at seconds: Int32, grace: Span) {
        (self.read, self.seconds) = (read, seconds)
        self.grace = grace.nanoseconds / 1_000_000_000
    }

    /// What several replicas have.
    init(_ slices: [WideSlice], of read: WideRead, at seconds: Int32, grace: Span, by rules: WideColumnRules)
    {
        self.init(read, at: seconds, grace: grace)
        for slice in slices where !slice.isComplete {
            bound =
                bound.map { read.descends ? max($0, slice.through) : min($0, slice.through) } ?? slice.through
        }
        for range in slices.flatMap(\.ranges) { merge(range: range, rules) }
        var all = slices.flatMap(\.rows).filter { isWithinBound($0[0].clustering) }
        all.sort { comesBefore($0[0].clustering, $1[0].clustering) }
        var place = 0
        while place < all.count {
            var newest = all[place]
            place += 1
            while place < all.count, all[place][0].clustering == newest[0].clustering {
                if rules.supersedes(all[place][0], newest[0]) { newest = all[place] }
                place += 1
            }
            if !add(newest) { break }
        }
    }

    private func comesBefore(_ a: UInt64, _ b: UInt64) -> Bool { read.descends ? a > b : a < b }

    private func isWithinBound(_ clustering: UInt64) -> Bool {
        bound.map { !comesBefore($0, clustering) } ?? true
    }

    private mutating func merge(range: Contents<WideRow>, _ rules: WideColumnRules) {
        guard let known = ranges.firstIndex(where: { $0[0].hasBounds(of: range[0]) }) else {
            return ranges.append(range)
        }
        if rules.supersedes(range[0], ranges[known][0]) { ranges[known] = range }
    }

    mutating func add(range: Contents<WideRow>) {
        guard range[0].clustering <= read.last, range[0].value >= read.first, !isForgotten(range[0]) else {
            return
        }
        ranges.append(range)
    }

    /// Of rows, those of ranges that are deleted count for nothing. False when the page is full.
    mutating func add(_ row: Contents<WideRow>) -> Bool {
        if isDeleted(row[0]) || isForgotten(row[0]) { return true }
        rows.append(row)
        // What is deleted is never seen, also where the deletion was written later than the read began, or by a later clock.
        if row[0].kind != .deletion, row[0].end.map({ $0 > Int64(seconds) }) ?? true { live.append(row) }
        isFull = live.count == Int(read.limit)
        return !isFull
    }

    private func isForgotten(_ row: WideRow) -> Bool {
        row.end.map { Int64(seconds) - $0 > grace } ?? false
    }

    private func isDeleted(_ row: WideRow) -> Bool {
        !ranges.isEmpty && ranges.contains { $0[0].covers(row.clustering) && $0[0].time >= row.time }
    }

    private var digest: UInt64 {
        // In whichever order the ranges came.
        let sum = ranges.reduce(UInt64(0)) { $0 &+ Vocabulary.mark(1, $1[0].mark) }
        return rows.reduce(sum) { Vocabulary.mark($0, $1[0].mark) }
    }

    private var through: UInt64 { isFull ? rows[rows.count - 1][0].clustering : bound ?? 0 }
    private var isComplete: Bool { !isFull && bound == nil }

    /// Each row with one reference more.
    func slice(withRows: Bool) -> WideSlice {
        WideSlice(
            rows: withRows ? rows.map { $0.held() } : [], ranges: withRows ? ranges.map { $0.held() } : [],
            through: through, isComplete: isComplete, digest: digest)
    }

    /// What a reader sees, each row with one reference more.
    var page: WidePage {
        WidePage(rows: live.map { $0.held() }, through: through, isComplete: isComplete)
    }

    /// What a replica that has this lacks.
    func rowsLacking(in slice: WideSlice) -> [Contents<WideRow>] {
        var lacking = ranges.filter { range in
            !slice.ranges.contains { $0[0].hasBounds(of: range[0]) && $0[0].time == range[0].time }
        }
        var place = 0
        for row in rows {
            while place < slice.rows.count, comesBefore(slice.rows[place][0].clustering, row[0].clustering) {
                place += 1
            }
            if place == slice.rows.count || slice.rows[place][0].mark != row[0].mark { lacking.append(row) }
        }
        return lacking
    }
}
