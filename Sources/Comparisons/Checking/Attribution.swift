import Results
import Simulation
import Vocabulary

/// What grew when a figure did: which stages of a delivery, and which roles.
///
/// A tail is made of the slowest letters, and a median of all; so the stages are looked at among those, and
/// where the few slowest do not agree from seed to seed, on average over all letters. Roles tell by how much
/// more they had to do.
struct Attribution {
    private struct Part {
        let name: String
        /// In ns, over the seeds; and how far chance may have moved it.
        let mean: Double
        let halfWidth: Double
    }

    private let onAverage: [Part]
    private let amongSlowest: [Part]
    private let roles: [String]

    init(
        _ changes: [Change], figures: [RunFigure], before: Baseline.Entry, now: Baseline.Entry,
        seeds: [UInt64]
    ) {
        func parts(_ suffix: String) -> [Part] {
            // A stage that there was not, or is no more, took nothing.
            var names: [String] = []
            for name in (before.rows + now.rows).map(\.name)
            where name.hasSuffix(suffix) && !names.contains(name) {
                names.append(name)
            }
            return names.map { name in
                let (a, b) = (before.values(of: name, seeds: seeds), now.values(of: name, seeds: seeds))
                let differences = zip(a, b).map { ($1?.magnitude ?? 0) - ($0?.magnitude ?? 0) }
                let all = Replications(differences)
                return Part(
                    name: String(name.dropLast(suffix.count)), mean: all.mean ?? 0,
                    halfWidth: all.estimate?.halfWidth(.percent95) ?? 0)
            }
        }
        onAverage = parts(RunFigure.onAverage)
        amongSlowest = parts(RunFigure.amongSlowest)
        roles = changes.filter { $0.kind == .role && !$0.difference.isNone }.sorted {
            $0.difference.mean.magnitude > $1.difference.mean.magnitude
        }.compactMap { change in
            guard change.difference.mean.magnitude >= 0.02, let before = change.before,
                let after = change.after,
                before.description != after.description
            else { return nil }
            return "\(change.name) \(before) → \(after)"
        }
    }

    func causes(of change: Change) -> [String] {
        var causes: [String] = []
        if change.kind == .latency || change.kind == .asked, case .time? = change.after ?? change.before {
            let isTail = ["p50", "p90", "mean", "min"].allSatisfy { !change.name.contains(" \($0)") }
            let tail =
                isTail ? Self.largest(amongSlowest, "among the slowest", up: change.difference.mean > 0) : nil
            if let words = tail ?? Self.largest(onAverage, "on average", up: change.difference.mean > 0) {
                causes.append(words)
            }
        }
        return causes + roles.prefix(2)
    }

    /// The stages that moved that way, and what chance does not explain; nil when there is none.
    private static func largest(_ parts: [Part], _ place: String, up: Bool) -> String? {
        let moved = parts.filter { part in
            (up ? part.mean > 0 : part.mean < 0) && part.mean.magnitude > part.halfWidth
        }.sorted { $0.mean.magnitude > $1.mean.magnitude }
        guard let most = moved.first?.mean.magnitude else { return nil }
        let shown = moved.prefix(3).filter { $0.mean.magnitude * 10 >= most }.map { part in
            let span = Span(roundingNanoseconds: part.mean.magnitude)
            return "\(part.name) \(up ? "+" : "-")\(shortText(span))"
        }
        return shown.joined(separator: ", ") + " (\(place))"
    }
}
