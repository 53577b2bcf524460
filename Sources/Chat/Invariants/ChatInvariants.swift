public import Vocabulary

/// All that every chat design promises, each watched unless it is switched off by name.
public struct ChatInvariants {
    var neverLost: Watch<NeverLost>
    var shownOnce: Watch<ShownOnce>
    var shownToItsOwn: Watch<ShownToItsOwn>
    var neverAcrossBlock: Watch<NeverAcrossBlock>
    var bodiesSealed: Watch<BodiesSealed>
    var orderKept: Watch<OrderKept>

    /// For those who list them, in the order of `findings`.
    public static let promises = [
        NeverLost.promise, ShownOnce.promise, ShownToItsOwn.promise, NeverAcrossBlock.promise,
        BodiesSealed.promise, OrderKept.promise,
    ]

    init(_ settings: LedgerSettings) {
        for name in settings.switchedOff {
            precondition(Self.promises.contains { $0.name == name }, "there is no invariant '\(name)'")
        }
        func isOn(_ promise: Promise) -> Bool { !settings.switchedOff.contains(promise.name) }
        neverLost = Watch(NeverLost(), isOn: isOn(NeverLost.promise))
        shownOnce = Watch(ShownOnce(), isOn: isOn(ShownOnce.promise))
        shownToItsOwn = Watch(ShownToItsOwn(), isOn: isOn(ShownToItsOwn.promise))
        neverAcrossBlock = Watch(NeverAcrossBlock(), isOn: isOn(NeverAcrossBlock.promise))
        bodiesSealed = Watch(BodiesSealed(settings), isOn: isOn(BodiesSealed.promise))
        orderKept = Watch(OrderKept(settings.order), isOn: isOn(OrderKept.promise))
    }

    mutating func observe(_ showing: Showing) {
        shownOnce.observe(showing, at: showing.time)
        shownToItsOwn.observe(showing, at: showing.time)
        neverAcrossBlock.observe(showing, at: showing.time)
        orderKept.observe(showing, at: showing.time)
    }

    public var findings: [Findings] {
        [
            neverLost.findings, shownOnce.findings, shownToItsOwn.findings, neverAcrossBlock.findings,
            bodiesSealed.findings, orderKept.findings,
        ]
    }

    /// The letter by which each promise that was broken was broken first, and whom that happened to.
    public var firstBroken: [(promise: String, letter: LetterID, user: User)] {
        let showings = [
            (ShownOnce.promise, shownOnce.first), (ShownToItsOwn.promise, shownToItsOwn.first),
            (NeverAcrossBlock.promise, neverAcrossBlock.first), (OrderKept.promise, orderKept.first),
        ].compactMap { promise, showing in showing.map { (promise.name, $0.letter, $0.device.user) } }
        let loss = neverLost.first.map { [(NeverLost.promise.name, $0.letter, $0.recipient)] } ?? []
        let sighting =
            bodiesSealed.first.map { [(BodiesSealed.promise.name, $0.letter, $0.letter.sender)] } ?? []
        return loss + showings + sighting
    }

    /// How often any promise was broken.
    public var count: UInt64 {
        neverLost.count + shownOnce.count + shownToItsOwn.count + neverAcrossBlock.count + bodiesSealed.count
            + orderKept.count
    }
}
