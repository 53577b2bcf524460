public import Vocabulary

/// What a design promises about order, and the ledger holds it to.
@frozen
public enum OrderPromise: Hashable, Sendable {
    /// Nothing: it is counted how often order differs.
    case none
    /// A device shows the letters of one sender in one conversation in the order in which they were tapped.
    case perPair
    /// That, and all who are in a room see its letters in the same order.
    case perRoom
}

/// S1-5, S2-2: where a design promises an order, every device shows it. What is promised is
/// `LedgerSettings.order`; without a promise (S0-10) the ledger counts only.
public struct OrderKept: ChatInvariant {
    public static let promise = Promise(
        "order-kept", "A device shows letters in the order that the design promises.",
        requirements: ["S1-5", "S2-2", "S4-17"])

    @usableFromInline let order: OrderPromise

    package init(_ order: OrderPromise) { self.order = order }

    public init() { self.init(.none) }

    /// A letter that follows another one tests it, shown or not: the ledger tells the watch.
    @inlinable
    public func isTested(by showing: Showing) -> Bool {
        showing.overtakenBy != nil || showing.isOutOfRoomOrder
    }

    @inlinable
    public func isBroken(by showing: Showing) -> Bool {
        switch order {
        case .none: false
        case .perPair: showing.overtakenBy != nil
        case .perRoom: showing.overtakenBy != nil || showing.isOutOfRoomOrder
        }
    }

    public func evidence(_ showing: Showing) -> String {
        let what = "\(showing.letter) was shown on \(showing.device) at \(showing.time.inSeconds)"
        return showing.overtakenBy.map { "\(what), after \($0), which was tapped later" }
            ?? "\(what), after a letter of the room that others were shown later"
    }
}
