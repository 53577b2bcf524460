internal import Infrastructure

/// How far a generator is in the partitions of the message log that are its: what it saves, and what it learns again
/// after a crash. A value that knows neither cache nor log.
///
/// Copies of several letters are under way at once, and are stored in any order. A checkpoint is of the first letter
/// that is not done, and says how many of its recipients are. It covers no letter of a later epoch than those that it is
/// of: a log that was cut off, or lost its disk, has other letters there.
struct Checkpoints: Sendable {
    struct Checkpoint: Hashable, Sendable {
        /// All letters before it are done.
        var offset: Int
        /// So many recipients of that one are.
        var recipients = 0
        /// The latest of what is done.
        var epoch = 0

        init(offset: Int, recipients: Int = 0, epoch: Int = 0) {
            (self.offset, self.recipients, self.epoch) = (offset, recipients, epoch)
        }

        /// In a word of the cache: 16 bits of epochs, 32 of letters, 16 of recipients.
        var word: UInt64 {
            precondition(epoch < 1 << 16 && offset < 1 << 32, "\(self) does not fit into a word")
            return UInt64(epoch) << 48 | UInt64(offset) << 16 | UInt64(recipients)
        }
        init(word: UInt64) {
            self.init(
                offset: Int(word >> 16 & 0xFFFF_FFFF), recipients: Int(word & 0xFFFF), epoch: Int(word >> 48))
        }
    }

    private struct PartitionProgress {
        var isKnown = false
        /// The latest of which a letter has come, to this generator or to the one before.
        var epoch = 0
        /// As it was found in the cache; what it covers is skipped.
        var found: Checkpoint?
        var latest: Checkpoint?
        /// Letters behind the first that is not done. Looked up only, never iterated.
        var done: Set<Int> = []
        /// Of letters that are not done: how many of their recipients are. Looked up only, never iterated.
        var recipients: [Int: Int] = [:]
        var isDirty = false

        /// A letter of an epoch of which there was none: what was known from there on the log has lost.
        mutating func begin(_ place: LogPlace) {
            epoch = place.epoch
            done = done.filter { $0 < place.offset }
            recipients = recipients.filter { $0.key < place.offset }
            guard let latest, latest.offset >= place.offset else { return }
            self.latest = Checkpoint(offset: place.offset, epoch: epoch)
        }
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
        progress[partition].epoch = checkpoint?.epoch ?? 0
        unknown -= 1
    }

    /// A letter has come out of the log, behind those that came before.
    mutating func take(_ place: LogPlace) {
        if progress[place.partition].latest == nil {
            progress[place.partition].latest =
                max(
                    progress[place.partition].found ?? Checkpoint(offset: 0), Checkpoint(offset: place.offset)
                )
        }
        if place.epoch > progress[place.partition].epoch { progress[place.partition].begin(place) }
    }

    /// With which of its recipients a letter begins; nil when a checkpoint says that it is done.
    func first(at place: LogPlace) -> Int? {
        guard let found = progress[place.partition].found, place.epoch <= found.epoch else { return 0 }
        if place.offset < found.offset { return nil }
        return place.offset == found.offset ? found.recipients : 0
    }

    // MARK: Going on

    /// So many recipients of a letter are done.
    mutating func cover(_ place: LogPlace, upTo recipients: Int) {
        progress[place.partition].recipients[place.offset] = recipients
        guard progress[place.partition].latest?.offset == place.offset else { return }
        progress[place.partition].latest = Checkpoint(
            offset: place.offset, recipients: recipients, epoch: progress[place.partition].epoch)
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
        latest.epoch = progress[partition].epoch
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
