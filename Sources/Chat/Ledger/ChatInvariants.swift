package import Vocabulary

/// The promises of a run, each watched unless it is not made or switched off by name: those of every design,
/// which the ledger feeds, and those of the design at hand, which its parts feed.
public struct ChatInvariants {
    let neverLost: Watch<NeverLost>
    let shownOnce: Watch<ShownOnce>
    let shownToItsOwn: Watch<ShownToItsOwn>
    let neverAcrossBlock: Watch<NeverAcrossBlock>
    let bodiesSealed: Watch<BodiesSealed>
    let orderKept: Watch<OrderKept>
    private let all: [any ChatWatch]

    /// What every design can promise, in the order of lists.
    static let ofEveryDesign: [any ChatInvariant.Type] = [
        NeverLost.self, ShownOnce.self, ShownToItsOwn.self, NeverAcrossBlock.self, BodiesSealed.self,
        OrderKept.self,
    ]

    init(_ settings: LedgerSettings) {
        func standing(_ rule: any ChatInvariant.Type) -> PromiseStanding {
            let name = rule.promise.name
            return settings.switchedOff.contains(name)
                ? .switchedOff : settings.notPromised.contains(name) ? .notPromised : .watched
        }
        func watch<Rule: ChatInvariant>(_ rule: Rule) -> Watch<Rule> { Watch(rule, standing(Rule.self)) }
        func watch(own rule: any ChatInvariant.Type) -> any ChatWatch {
            func open<Rule: ChatInvariant>(_ rule: Rule.Type) -> any ChatWatch { watch(Rule()) }
            return open(rule)
        }
        neverLost = watch(NeverLost())
        shownOnce = watch(ShownOnce())
        shownToItsOwn = watch(ShownToItsOwn())
        neverAcrossBlock = watch(NeverAcrossBlock())
        bodiesSealed = Watch(
            BodiesSealed(placeName: settings.placeName),
            settings.sealsBodies ? standing(BodiesSealed.self) : .notPromised)
        orderKept = Watch(
            OrderKept(settings.order), settings.order == .none ? .notPromised : standing(OrderKept.self))
        all =
            [neverLost, shownOnce, shownToItsOwn, neverAcrossBlock, bodiesSealed, orderKept]
            + settings.ownPromises.map(watch)
    }

    func observe(_ showing: Showing) {
        shownOnce.observe(showing, at: showing.time)
        shownToItsOwn.observe(showing, at: showing.time)
        neverAcrossBlock.observe(showing, at: showing.time)
        orderKept.observe(showing, at: showing.time)
    }

    /// That of a promise which the design lists.
    package func watch<Rule: ChatInvariant>(of rule: Rule.Type) -> Watch<Rule> {
        guard let watch = watch(ofListed: rule) else {
            preconditionFailure("the sheet of the design does not list the promise '\(rule.promise.name)'")
        }
        return watch
    }

    /// Nil when it is none of the design's.
    func watch<Rule: ChatInvariant>(ofListed rule: Rule.Type) -> Watch<Rule>? {
        all.lazy.compactMap { $0 as? Watch<Rule> }.first
    }

    package var findings: [PromiseFindings] { all.map(\.findings) }

    /// The letter by which each promise that was broken was broken first, and whom that happened to.
    package var firstBroken: [(promise: String, letter: LetterID, user: User)] {
        all.compactMap { watch in
            watch.firstLetter.map { (watch.findings.promise.name, $0, $1) }
        }
    }

    /// How often any promise was broken.
    package var count: UInt64 { all.reduce(0) { $0 + $1.count } }
}
