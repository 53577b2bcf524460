internal import Vocabulary

/// What a fault delays for longer than a sender waits, or what queues before a stretch that it has narrowed: it keeps its
/// order while the same delay is added, and what leaves after a change may overtake it.
struct LateArrivals<Element: BitwiseCopyable & Sendable>: Sendable {
    private typealias Entry = (time: Instant, left: Instant, element: Element)

    private var queue: [Entry] = []
    private var latest = (added: Span.zero, time: Instant.start, left: Instant.start)

    var isEmpty: Bool { queue.isEmpty }
    var next: Instant? { queue.first?.time }

    /// - Parameter left: when it has left the narrowest stretch.
    mutating func add(_ element: Element, leaving left: Instant, at time: Instant, added: Span) {
        let time = added == latest.added ? max(time, latest.time) : time
        latest = (added, time, left)
        insert((time, left, element))
    }

    private mutating func insert(_ entry: Entry) {
        let behind = queue.lastIndex { $0.time <= entry.time } ?? -1
        queue.insert(entry, at: behind + 1)
    }

    mutating func removeFirst() -> Element { queue.removeFirst().element }

    /// What has not left yet does so sooner.
    mutating func widen(_ widening: Widening, at now: Instant) {
        func advance(_ time: inout Instant, _ left: inout Instant) {
            let sooner = widening.instant(of: left, at: now)
            time = time - (left - sooner)
            left = sooner
        }
        advance(&latest.time, &latest.left)
        let waiting = queue
        queue = []
        for var entry in waiting {
            advance(&entry.time, &entry.left)
            insert(entry)
        }
    }
}
