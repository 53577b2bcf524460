public import Chat
public import Infrastructure
public import Vocabulary

/// S0-14: what a generator takes as done after a crash, because a checkpoint says so, is in the recipient log.
public struct CheckpointNeverSkips: ChatInvariant {
    public static let promise = Promise(
        "checkpoint-never-skips", "A checkpoint covers only what is in the recipient log.",
        requirements: ["S0-14"])

    public enum Event: Sendable {
        /// All copies of a letter are in the recipient log; or those for so many of its recipients.
        case stored(LogPlace)
        case storedUpTo(LogPlace, recipient: Int)
        /// A generator goes on behind a letter, or behind so many of its recipients, without having done it itself.
        case skipped(LogPlace)
        case skippedUpTo(LogPlace, recipient: Int)
    }

    private struct PartitionProgress {
        /// The latest one, and the first place of it that came here. What was there in earlier ones the log has lost.
        var epoch = 0
        var epochStart = 0
        /// All before it are stored, and those that are behind it. Looked up only, never iterated.
        var next = 0
        var ahead: Set<Int> = []
        /// Of letters that are stored in part. Looked up only, never iterated.
        var recipients: [Int: Int] = [:]

        /// Whether the log has lost what it had there.
        func isLost(_ place: LogPlace) -> Bool { place.epoch < epoch && place.offset >= epochStart }

        mutating func begin(_ place: LogPlace) {
            (epoch, epochStart) = (place.epoch, place.offset)
            next = min(next, place.offset)
            ahead = ahead.filter { $0 < place.offset }
            recipients = recipients.filter { $0.key < place.offset }
        }

        func isStored(_ offset: Int) -> Bool { offset < next || ahead.contains(offset) }
    }

    private var partitions: [PartitionProgress] = []

    public init() {}

    public func isTested(by event: Event) -> Bool {
        switch event {
        case .stored, .storedUpTo: false
        case .skipped, .skippedUpTo: true
        }
    }

    public mutating func isBroken(by event: Event) -> Bool {
        switch event {
        case .stored(let place):
            guard expect(place) else { return false }
            guard place.offset >= partitions[place.partition].next else { return false }
            partitions[place.partition].recipients[place.offset] = nil
            partitions[place.partition].ahead.insert(place.offset)
            while partitions[place.partition].ahead.remove(partitions[place.partition].next) != nil {
                partitions[place.partition].next += 1
            }
            return false
        case .storedUpTo(let place, let recipient):
            guard expect(place) else { return false }
            let former = partitions[place.partition].recipients[place.offset] ?? 0
            partitions[place.partition].recipients[place.offset] = max(former, recipient)
            return false
        case .skipped(let place):
            guard expect(place) else { return false }
            return !partitions[place.partition].isStored(place.offset)
        case .skippedUpTo(let place, let recipient):
            guard expect(place) else { return false }
            return !partitions[place.partition].isStored(place.offset)
                && (partitions[place.partition].recipients[place.offset] ?? 0) < recipient
        }
    }

    /// False where the log has lost it.
    private mutating func expect(_ place: LogPlace) -> Bool {
        while partitions.count <= place.partition { partitions.append(PartitionProgress()) }
        if place.epoch > partitions[place.partition].epoch { partitions[place.partition].begin(place) }
        return !partitions[place.partition].isLost(place)
    }

    public func evidence(_ event: Event) -> String {
        switch event {
        case .skipped(let place): "record \(place.offset) of partition \(place.partition) \(Self.reason)"
        case .skippedUpTo(let place, let recipient):
            "the first \(recipient) copies of record \(place.offset) of partition \(place.partition) \(Self.reason)"
        case .stored, .storedUpTo: "nothing was skipped"
        }
    }

    private static let reason = "were taken as done, and are not in the recipient log"
}
