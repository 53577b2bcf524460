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
        /// All before it are stored, and those that are behind it. Looked up only, never iterated.
        var next = 0
        var ahead: Set<Int> = []
        /// Of letters that are stored in part. Looked up only, never iterated.
        var recipients: [Int: Int] = [:]

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
            expect(place.partition)
            guard place.offset >= partitions[place.partition].next else { return false }
            partitions[place.partition].recipients[place.offset] = nil
            partitions[place.partition].ahead.insert(place.offset)
            while partitions[place.partition].ahead.remove(partitions[place.partition].next) != nil {
                partitions[place.partition].next += 1
            }
            return false
        case .storedUpTo(let place, let recipient):
            expect(place.partition)
            let former = partitions[place.partition].recipients[place.offset] ?? 0
            partitions[place.partition].recipients[place.offset] = max(former, recipient)
            return false
        case .skipped(let place):
            expect(place.partition)
            return !partitions[place.partition].isStored(place.offset)
        case .skippedUpTo(let place, let recipient):
            expect(place.partition)
            return !partitions[place.partition].isStored(place.offset)
                && (partitions[place.partition].recipients[place.offset] ?? 0) < recipient
        }
    }

    private mutating func expect(_ partition: Int) {
        while partitions.count <= partition { partitions.append(PartitionProgress()) }
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
