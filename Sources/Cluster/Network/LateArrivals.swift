internal import Vocabulary

/// What a fault delays for longer than a sender waits: it keeps its order while the same delay is added, and what leaves
/// after a change may overtake it.
struct LateArrivals<Element: BitwiseCopyable & Sendable>: Sendable {
    private var queue: [(time: Instant, element: Element)] = []
    private var latest = (added: Span.zero, time: Instant.start)

    var isEmpty: Bool { queue.isEmpty }
    var next: Instant? { queue.first?.time }

    mutating func add(_ element: Element, at time: Instant, added: Span) {
        let time = added == latest.added ? max(time, latest.time) : time
        latest = (added, time)
        let behind = queue.lastIndex { $0.time <= time } ?? -1
        queue.insert((time, element), at: behind + 1)
    }

    mutating func removeFirst() -> Element { queue.removeFirst().element }
}
