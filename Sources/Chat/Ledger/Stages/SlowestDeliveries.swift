public import Vocabulary

/// The thousand slowest deliveries of a run, with their paths.
///
/// Which deliveries are beyond the 99th percentile is known at the end only, so the slowest are kept whole:
/// in a heap with the fastest of them on top, which gives way. After a million deliveries a new one gets in
/// once in a thousand times.
public struct SlowestDeliveries: Sendable {
    package static let limit = 1_000

    private var heap: [Delivery] = []

    /// Whether a delivery as slow as this may be among them.
    @inline(__always)
    func mayAdmit(_ latency: Span?) -> Bool {
        guard heap.count == Self.limit else { return true }
        return (latency?.nanoseconds ?? .max) >= (heap[0].latency?.nanoseconds ?? .max)
    }

    mutating func add(_ delivery: Delivery) {
        if heap.count < Self.limit {
            heap.append(delivery)
            rise()
        } else if delivery.precedes(heap[0]) {
            heap[0] = delivery
            sink()
        }
    }

    private mutating func rise() {
        var child = heap.count - 1
        while child > 0, heap[(child - 1) / 2].precedes(heap[child]) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func sink() {
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var child = 2 * parent + 1
            if child + 1 < heap.count, heap[child].precedes(heap[child + 1]) { child += 1 }
            guard heap[parent].precedes(heap[child]) else { return }
            heap.swapAt(parent, child)
            parent = child
        }
    }

    /// The `count` slowest, the slowest first.
    public func slowest(_ count: Int) -> [Delivery] {
        Array(heap.sorted { $0.precedes($1) }.prefix(count))
    }
}

extension [Delivery] {
    /// What all of them together spent in each of so many stages, and at last before the first stamp: why
    /// they are slow.
    public func spans(stages: Int) -> [Span] {
        var spans = [Span](repeating: .zero, count: stages + 1)
        for delivery in self { delivery.addSpans(to: &spans) }
        return spans
    }
}
