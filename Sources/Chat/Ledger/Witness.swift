public import Cluster

// Who does something is its witness: one call folds the fact into the behaviour of the run, and books it.

extension ShiftOf {
    public func tell(_ fact: ChatFact, to ledger: Ledger) {
        tell(fact)
        ledger.take(fact, at: now)
    }
}

extension DeviceShiftOf {
    public func tell(_ fact: ChatFact, to ledger: Ledger) {
        tell(fact)
        ledger.take(fact, at: now)
    }
}
