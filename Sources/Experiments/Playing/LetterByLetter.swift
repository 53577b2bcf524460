public import Vocabulary

/// What became of the same letters in two runs of one seed.
public struct LetterByLetter: Hashable, Sendable {
    /// Deliveries that came in both.
    public private(set) var compared = 0
    public private(set) var sooner = 0
    public private(set) var later = 0
    /// Of those that came at another moment: the median of how much.
    public private(set) var medianSooner: Span?
    public private(set) var medianLater: Span?
    /// Deliveries that came in one of the two only.
    public private(set) var onlyBefore = 0
    public private(set) var onlyNow = 0

    private struct Way: Hashable {
        let sender: UInt64
        let recipient: UInt32
    }

    public init(_ before: [KeptDelivery], _ now: [KeptDelivery]) {
        // Of two samples what both can have.
        let mask = max(DeliveryKeeper.mask(of: before), DeliveryKeeper.mask(of: now))
        let (before, now) = (before.filter { $0.isSampled(mask) }, now.filter { $0.isSampled(mask) })
        var latencies: [Way: Span?] = [:]  // looked up only, never iterated
        func way(_ delivery: KeptDelivery) -> Way {
            Way(sender: delivery.letter.word, recipient: delivery.recipient.number)
        }
        for delivery in before { latencies[way(delivery)] = .some(delivery.latency) }
        var (gains, losses): ([Int64], [Int64]) = ([], [])  // ns
        for delivery in now {
            guard case (let was??, let became?) = (latencies[way(delivery)], delivery.latency) else {
                continue
            }
            compared += 1
            let change = (became - was).nanoseconds
            if change < 0 { gains.append(-change) } else if change > 0 { losses.append(change) }
        }
        // Of the others some were never shown there, and some never sent.
        onlyBefore = before.count { $0.latency != nil } - compared
        onlyNow = now.count { $0.latency != nil } - compared
        (sooner, later) = (gains.count, losses.count)
        func median(_ values: [Int64]) -> Span? {
            values.isEmpty ? nil : .nanoseconds(values.sorted()[(values.count - 1) / 2])
        }
        (medianSooner, medianLater) = (median(gains), median(losses))
    }
}
