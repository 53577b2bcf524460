internal import Experiments

/// Looks into runs that gave way until each is explained: by oracle, the gravest first, and of its runs the
/// one with the fewest faults first.
public struct FindingSearch {
    /// Who has more to mend than that knows enough for today.
    public static let most = 5

    public private(set) var found: [Discovery] = []
    /// Of each oracle, the runs that nobody has looked into.
    public private(set) var others: [(oracle: Oracle, runs: [Int])] = []

    public init() {}

    /// - Parameter look: nil when it was stopped.
    public mutating func go(
        through runs: [Campaign.PlayedTrial], oracles: [Oracle],
        look: (Campaign.PlayedTrial, Oracle) -> Discovery?
    ) {
        for oracle in oracles {
            var open = runs.filter { $0.outcome.broken.first == oracle }.sorted {
                ($0.faults.count, $0.number) < ($1.faults.count, $1.number)
            }
            while let run = open.first, found.count < Self.most {
                guard var discovery = look(run, oracle) else { break }
                let signature = discovery.signature
                let explained = open.filter { $0.number == run.number || signature.explains($0.faults) }
                open.removeAll { run in explained.contains { $0.number == run.number } }
                discovery.runs = explained.map(\.number).sorted()
                if let known = found.firstIndex(where: { $0.signature == signature }) {
                    found[known].runs = (found[known].runs + discovery.runs).sorted()
                } else {
                    found.append(discovery)
                }
            }
            if !open.isEmpty { others.append((oracle, open.map(\.number).sorted())) }
        }
    }
}
