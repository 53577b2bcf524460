public import Chat
internal import Simulation
public import Vocabulary

/// One letter's way to one recipient, as it is compared with the same way in another run.
public struct KeptDelivery: Hashable, Sendable {
    public var letter: LetterID
    public var recipient: User
    public var tapped: Instant
    /// Nil when it was never shown.
    public var latency: Span?

    public init(_ letter: LetterID, to recipient: User, tapped: Instant, latency: Span?) {
        (self.letter, self.recipient, self.tapped, self.latency) = (letter, recipient, tapped, latency)
    }

    /// Whether a sample by these bits of its mixed number has it.
    func isSampled(_ mask: UInt64) -> Bool {
        mask == 0 || Mixing.finalize(letter.word &+ UInt64(recipient.number)) & mask == 0
    }

    /// Whether it was under way at any moment of a fault; one that is over at once counts as a moment, and one
    /// without an end goes on.
    package func isUnderWay(from start: Instant, to end: Instant?) -> Bool {
        if let end, tapped >= max(end, start + .nanoseconds(1)) { return false }
        return latency.map { tapped + $0 >= start } ?? true
    }
}

extension Play {
    /// Which deliveries a run hands over one by one, beside its result.
    public enum Keeping: Hashable, Sendable {
        case nothing
        /// Those that were under way while any fault was on, and those that took long after it.
        case touched
        /// All of them, to be compared with those of another run.
        case everything
        /// These, in their order, as they came out this time.
        case these([KeptDelivery])
    }
}

/// Counts the deliveries that each fault met, and keeps those that are asked for.
///
/// Memory is bounded: above the limit every second letter is given up, by the bits of its mixed number, so
/// that what is left is a fair sample and the same one in each run.
final class DeliveryKeeper {
    static let limit = 1 << 20

    var occasions: [FaultSchedule.Occasion]
    private let isKeeping: Bool
    private let keepsAll: Bool
    private var mask: UInt64 = 0
    private var places: [Way: Int] = [:]  // looked up only, never iterated
    private(set) var kept: [KeptDelivery] = []
    /// For each occasion.
    private(set) var touched: [UInt64]
    private let notesOrdeals: Bool
    private var placesOfOrdeals: [Ordeal: Int] = [:]  // looked up only, never iterated
    private(set) var ordeals: [Ordeal] = []
    /// When letters were accepted that were shown a second after that, or later, or never; when there are more
    /// than so many, every second one is given up, and half of those that come are passed over.
    private(set) var promises: [Instant] = []
    private var stride = 1
    private var seen = 0
    private static let promisesLimit = 64

    private struct Way: Hashable {
        let letter: LetterID
        let recipient: User
    }

    init(_ keeping: Play.Keeping, _ schedule: FaultSchedule, notesOrdeals: Bool) {
        occasions = schedule.occasions
        self.notesOrdeals = notesOrdeals
        touched = occasions.map { _ in 0 }
        isKeeping = keeping == .touched || keeping == .everything
        keepsAll = keeping == .everything
        guard case .these(let deliveries) = keeping else { return }
        kept = deliveries.map { KeptDelivery($0.letter, to: $0.recipient, tapped: $0.tapped, latency: nil) }
        for (place, delivery) in deliveries.enumerated() {
            places[Way(letter: delivery.letter, recipient: delivery.recipient)] = place
        }
    }

    /// Whether it has to hear of single deliveries at all.
    var listens: Bool { !occasions.isEmpty || !places.isEmpty || keepsAll }

    func take(_ delivery: KeptDelivery, accepted: Instant?) {
        if notesOrdeals, let accepted {
            note(
                Ordeal(from: accepted, to: delivery.latency.map { delivery.tapped + $0 }, occasions),
                accepted: accepted)
            if delivery.latency.map({ delivery.tapped + $0 >= accepted + .seconds(1) }) ?? true {
                notePromise(accepted)
            }
        }
        var isTouched = false
        for place in occasions.indices
        where delivery.isUnderWay(
            from: occasions[place].from, to: occasions[place].to)
        {
            touched[place] += 1
            isTouched = true
        }
        if isKeeping, isTouched || keepsAll || isLateAfterFault(delivery), delivery.isSampled(mask) {
            keep(delivery)
        }
        if let place = places[Way(letter: delivery.letter, recipient: delivery.recipient)] {
            kept[place].latency = delivery.latency
        }
    }

    /// What came within a second did not come a second later than without faults.
    private func isLateAfterFault(_ delivery: KeptDelivery) -> Bool {
        delivery.latency.map { $0 > .seconds(1) } ?? true && occasions.contains { $0.from < delivery.tapped }
    }

    /// By what they went through, each time the same.
    private func note(_ ordeal: Ordeal, accepted: Instant) {
        guard !ordeal.through.isEmpty else { return }
        let place = placesOfOrdeals[ordeal] ?? ordeals.count
        if place == ordeals.count {
            placesOfOrdeals[ordeal] = place
            ordeals.append(ordeal)
        }
        ordeals[place].take(accepted: accepted)
    }

    private func notePromise(_ accepted: Instant) {
        if seen % stride == 0 { promises.append(accepted) }
        seen += 1
        guard promises.count > Self.promisesLimit else { return }
        stride *= 2
        promises = promises.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }

    private func keep(_ delivery: KeptDelivery) {
        kept.append(delivery)
        while kept.count > Self.limit {
            mask = mask << 1 | 1
            kept.removeAll { !$0.isSampled(mask) }
        }
    }

    /// By what a list was thinned; one that never was full has all.
    static func mask(of kept: [KeptDelivery]) -> UInt64 {
        guard kept.count > limit / 4 else { return 0 }
        var mask: UInt64 = 0
        while kept.allSatisfy({ $0.isSampled(mask << 1 | 1) }) { mask = mask << 1 | 1 }
        return mask
    }
}
