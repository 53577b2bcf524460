internal import Chat
public import Experiments
public import Vocabulary

/// How much later letters came than in the control run, letter by letter: the sum over all ways to a
/// recipient of the delay beyond the control's. What came sooner counts as no later; what never came, though
/// it did without the faults, counts up to the end of the drain.
public struct Excess: Hashable, Sendable {
    /// Nanoseconds, of all letters together.
    public var sum: Int64
    /// Deliveries that came later, and those that never came.
    public var later: Int
    public var never: Int

    public static let none = Excess(sum: 0, later: 0, never: 0)

    public init(sum: Int64, later: Int, never: Int) {
        (self.sum, self.later, self.never) = (sum, later, never)
    }

    /// Both lists have the same deliveries in the same order.
    public init(of deliveries: [KeptDelivery], beyond control: [KeptDelivery], end: Instant) {
        precondition(deliveries.count == control.count, "the control run kept other deliveries")
        self = .none
        for (here, there) in zip(deliveries, control) {
            guard let usual = there.latency else { continue }
            let latency = here.latency ?? max(end - here.tapped, usual)
            guard latency > usual else { continue }
            sum += (latency - usual).nanoseconds
            if here.latency == nil { never += 1 } else { later += 1 }
        }
    }
}
