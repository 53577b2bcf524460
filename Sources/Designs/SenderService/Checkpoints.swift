internal import Infrastructure

/// How far a generator is in the partitions of the message log that are its: what it saves, and what it learns again
/// after a crash. A value that knows neither cache nor log.
///
/// Copies of several letters are under way at once, and are stored in any order. A checkpoint is of the first letter
/// that is not done, and says how many of its recipients are.
struct Checkpoints: Sendable {
    struct Checkpoint: Hashable, Sendable {
        /// All letters before it are done.
        var offset: Int
        /// So many recipients of that one are.
        var recipients = 0

        init(offset: Int, recipients: Int = 0) { (self.offset, self.recipients) = (offset, recipients) }

        /// In a word of the cache.
        var word: UInt64 { UInt64(offset) << 16 | UInt64(recipients) }
        init(word: UInt64) { self.init(offset: Int(word >> 16), recipients: Int(word & 0xFFFF)) }
    }

    private struct PartitionProgress {
        var isKnown = false
        /// As it was found in the cache; what it covers is skipped.
        var found: Checkpoint?
        var latest: Checkpoint?
        /// Letters behind the first that is not done. Looked up only, never iterated.
        var done: Set<Int> = []
        /// Of letters that are not done: how many of their recipients are. Looked up only, never iterated.
        var recipients: [Int: Int] = [:]
        var isDirty = false
    }

    private var progress: [PartitionProgress]
    /// Partitions whose checkpoints are being looked for.
    private var unknown = 0
    private var dirty: [Int] = []

    init(partitions: Int) { progress = Array(repeating: PartitionProgress(), count: partitions) }

    /// Whether it is known of all partitions where they go on.
    var areKnown: Bool { unknown == 0 }

    // MARK: Finding them again

    mutating func forgetAll() {
        progress = progress.map { _ in PartitionProgress() }
        unknown = 0
        dirty = []
    }

    mutating func expect(_ partitions: Range<Int>) { unknown += partitions.count }

    /// Nil where there was none.
    mutating func take(_ checkpoint: Checkpoint?, of partition: Int) {
        guard !progress[partition].isKnown, unknown > 0 else { return }
        progress[partition].isKnown = true
        progress[partition].found = checkpoint
        unknown -= 1
    }

    func isKnown(_ partition: Int) -> Bool { progress[partition].isKnown }

    /// With which of its recipients a letter begins; nil when a checkpoint says that it is done.
    mutating func first(at place: LogPlace) -> Int? {
        if progress[place.partition].latest == nil {
            progress[place.partition].latest =
                max(
                    progress[place.partition].found ?? Checkpoint(offset: 0), Checkpoint(offset: place.offset)
                )
        }
        guard let found = progress[place.partition].found else { return 0 }
        if place.offset < found.offset { return nil }
        return place.offset == found.offset ? found.recipients : 0
    }

    // MARK: Going on

    /// So many recipients of a letter are done.
    mutating func cover(_ place: LogPlace, upTo recipients: Int) {
        progress[place.partition].recipients[place.offset] = recipients
        guard progress[place.partition].latest?.offset == place.offset else { return }
        progress[place.partition].latest?.recipients = recipients
        note(place.partition)
    }

    /// A letter is done.
    mutating func finish(_ place: LogPlace) {
        let partition = place.partition
        progress[partition].recipients[place.offset] = nil
        guard var latest = progress[partition].latest, place.offset >= latest.offset else { return }
        guard place.offset == latest.offset else {
            progress[partition].done.insert(place.offset)
            return
        }
        repeat { latest.offset += 1 } while progress[partition].done.remove(latest.offset) != nil
        latest.recipients = progress[partition].recipients[latest.offset] ?? 0
        progress[partition].latest = latest
        note(partition)
    }

    private mutating func note(_ partition: Int) {
        guard !progress[partition].isDirty else { return }
        progress[partition].isDirty = true
        dirty.append(partition)
    }

    /// What has changed since the last time.
    mutating func takeChanged() -> [(partition: Int, checkpoint: Checkpoint)] {
        defer { dirty.removeAll(keepingCapacity: true) }
        return dirty.compactMap { partition in
            progress[partition].isDirty = false
            return progress[partition].latest.map { (partition, $0) }
        }
    }
}

extension Checkpoints.Checkpoint: Comparable {
    static func < (a: Self, b: Self) -> Bool { (a.offset, a.recipients) < (b.offset, b.recipients) }
}
