public import Experiments
internal import Results
internal import Vocabulary

/// Which fault of a schedule did what: what is left without it, what it does alone, its share of all that came
/// too late, and which of them only hurt together.
public struct Blame: Hashable, Sendable {
    public struct Cause: Hashable, Sendable {
        /// Of the fault.
        public var name: String
        /// Of the excess; all shares together are the excess.
        public var share: Int64
        public var alone: Excess
        public var without: Excess
        /// Whether nothing gives way without it, and whether it does by this one alone.
        public var isNecessary: Bool
        public var isSufficient: Bool
    }

    /// Two faults that do together another thing than one beside the other.
    public struct Interaction: Hashable, Sendable {
        public var first: String
        public var second: String
        public var firstAlone: Int64
        public var secondAlone: Int64
        public var both: Int64

        public var beyondSum: Int64 { both - firstAlone - secondAlone }

        /// `crash-1 alone 0, partition-1 alone 0.30s, both 9.00s`
        public var words: String {
            func text(_ sum: Int64) -> String { sum == 0 ? "0s" : shortText(Span(nanoseconds: sum)) }
            return "\(first) alone \(text(firstAlone)), \(second) alone \(text(secondAlone)), "
                + "both \(text(both))"
        }
    }

    public var excess: Excess
    public var causes: [Cause]
    public var interactions: [Interaction]
    /// Whether the shares are a mean over some orders only.
    public var isSampled: Bool

    /// What is asked of a set of faults: how much came how much later, and whether it still gives way.
    public typealias Consequence = (excess: Excess, fails: Bool)

    /// - Parameter play: plays faults that are a part of `faults`.
    public init(of faults: [FaultPlan], seed: UInt64, play: ([FaultPlan]) -> Consequence) {
        var known: [Set<Int>: Consequence] = [[]: (.none, false)]  // looked up only, never iterated
        func answer(_ set: Set<Int>) -> Consequence {
            if let answer = known[set] { return answer }
            // By name: how they are listed decides nothing.
            let answer = play(set.map { faults[$0] }.sorted { $0.name < $1.name })
            known[set] = answer
            return answer
        }
        let all = Set(faults.indices)
        let shares = Shapley.shares(of: faults.map(\.name), seed: seed) { answer($0).excess.sum }
        excess = answer(all).excess
        isSampled = faults.count > Shapley.exactLimit
        causes = faults.indices.map { place in
            let (alone, without) = (answer([place]), answer(all.subtracting([place])))
            return Cause(
                name: faults[place].name, share: shares[place], alone: alone.excess, without: without.excess,
                isNecessary: !without.fails, isSufficient: alone.fails)
        }
        interactions = []
        let byName = faults.indices.sorted { faults[$0].name < faults[$1].name }
        for (number, first) in byName.enumerated() {
            for second in byName.dropFirst(number + 1) {
                let interaction = Interaction(
                    first: faults[first].name, second: faults[second].name,
                    firstAlone: answer([first]).excess.sum, secondAlone: answer([second]).excess.sum,
                    both: answer([first, second]).excess.sum)
                // A tenth of it all is worth a word.
                if interaction.beyondSum.magnitude * 10 > excess.sum.magnitude {
                    interactions.append(interaction)
                }
            }
        }
    }

    /// Without which nothing gives way.
    public var necessary: [String] { causes.filter(\.isNecessary).map(\.name) }
}
