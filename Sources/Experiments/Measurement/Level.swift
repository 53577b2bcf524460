internal import Vocabulary

/// What was read of a role: each reading is one value, and only what thresholds and tables ask for is kept.
struct Level: Hashable {
    var count: UInt64 = 0
    var sum: UInt128 = 0
    var min = UInt64.max
    var max: UInt64 = 0
    var last: UInt64 = 0
    var lastAt = Instant.start

    mutating func record(_ value: UInt64, highest: UInt64, at time: Instant) {
        count += 1
        sum += UInt128(value)
        min = Swift.min(min, value)
        max = Swift.max(max, highest)
        if time >= lastAt { (last, lastAt) = (value, time) }
    }

    /// So many of so many, of a metric that is a part of a whole: the sum is of the part, the count that of the whole.
    mutating func record(_ part: UInt64, of whole: UInt64) {
        count += whole
        sum += UInt128(part)
    }

    mutating func merge(_ other: Level) {
        if other.count > 0, count == 0 || other.lastAt > lastAt {
            (last, lastAt) = (other.last, other.lastAt)
        }
        count += other.count
        sum += other.sum
        min = Swift.min(min, other.min)
        max = Swift.max(max, other.max)
    }
}

/// Readings of a role over time, in bounded memory: slices merge in pairs beyond the 720th, as those of times
/// do.
struct LevelSlices {
    private static let limit = 720
    private(set) var width: Span
    private(set) var levels: [Level] = []

    init(width: Span) { self.width = width }

    mutating func record(_ value: UInt64, highest: UInt64, at time: Instant) {
        levels[place(of: time)].record(value, highest: highest, at: time)
    }

    mutating func record(_ part: UInt64, of whole: UInt64, at time: Instant) {
        levels[place(of: time)].record(part, of: whole)
    }

    private mutating func place(of time: Instant) -> Int {
        while slice(of: time) >= Self.limit { mergePairs() }
        let index = slice(of: time)
        while levels.count <= index { levels.append(Level()) }
        return index
    }

    private func slice(of time: Instant) -> Int { Int(time.nanoseconds / UInt64(width.nanoseconds)) }

    private mutating func mergePairs() {
        levels = stride(from: 0, to: levels.count, by: 2).map { index in
            var pair = levels[index]
            if index + 1 < levels.count { pair.merge(levels[index + 1]) }
            return pair
        }
        width = width * 2
    }
}
