public import Cluster

extension ShiftOf {
    /// Gets at the words of a letter on a machine: the only way there is. That it was gone is what the ledger
    /// judges by, so no service has to admit anything.
    public func openBody(of letter: Letter, telling ledger: Ledger) {
        tell(.seen(letter.id, .plain, at: Place.machine(machineNumber)), to: ledger)
    }
}
