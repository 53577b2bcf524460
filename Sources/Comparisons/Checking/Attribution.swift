import Results
import Simulation
import Vocabulary

/// What grew when a figure did: which stages of a delivery, and which roles.
///
/// A tail is made of the slowest letters, and a median of all; so the stages are looked at among those, and
/// where the few slowest do not agree from seed to seed, on average over all letters. Where no stage is beyond
/// chance by itself, as in a queue whose length differs much from seed to seed, the one that most of the time
/// went to is named all the same: that the letters are later is sure. Roles tell by how much more they had to
/// do.
struct Attribution {
    private struct Contribution {
        let name: String
        /// In ns, over the seeds; and how far chance may have moved it.
        let mean: Double
        let halfWidth: Double
    }

    private let onAverage: [Contribution]
    private let amongSlowest: [Contribution]
    private let roles: [(words: String, isUp: Bool)]

    init(
        _ changes: [FigureChange], figures: [RunFigure], before: Baseline.Reference, now: Baseline.Reference,
        seeds: [UInt64]
    ) {
        func parts(_ suffix: String) -> [Contribution] {
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
                return Contribution(
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
            return ("\(change.name) \(before) → \(after)", (after.magnitude ?? 0) > (before.magnitude ?? 0))
        }
    }

    func causes(of change: FigureChange) -> [String] {
        var causes: [String] = []
        let isUp =
            change.difference.mean > 0 || change.difference.infiniteAfter > change.difference.infiniteBefore
        // Where more letters never came, what the others waited for does not say why.
        let isFinite = change.difference.infiniteAfter <= change.difference.infiniteBefore
        if change.kind == .latency || change.kind == .asked, change.isOfTime, isFinite {
            let isTail = ["p50", "p90", "mean", "min"].allSatisfy { !change.name.contains(" \($0)") }
            let known =
                isTail
                ? [(amongSlowest, "among the slowest"), (onAverage, "on average")]
                : [(onAverage, "on average")]
            let words =
                known.lazy.compactMap { Self.largest($0.0, $0.1, up: isUp) }.first
                ?? known.lazy.compactMap { Self.main($0.0, $0.1, up: isUp, of: change) }.first
            if let words { causes.append(words) }
        }
        return causes + roles.filter { $0.isUp == isUp }.prefix(2).map(\.words)
    }

    /// The stages that moved that way, and what chance does not explain; nil when there is none.
    private static func largest(_ parts: [Contribution], _ place: String, up: Bool) -> String? {
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

    /// The stage to which more than half of what was added went, though seeds differ in how much it was; and a
    /// fifth at least of the change, for a microsecond more explains no second.
    private static func main(_ parts: [Contribution], _ place: String, up: Bool, of change: FigureChange)
        -> String?
    {
        let added =
            change.before?.magnitude.flatMap { before in change.after?.magnitude.map { $0 - before } } ?? 0
        let moved = parts.filter { up ? $0.mean > 0 : $0.mean < 0 }
        guard let most = moved.max(by: { $0.mean.magnitude < $1.mean.magnitude }),
            most.mean.magnitude * 2 > moved.reduce(0, { $0 + $1.mean.magnitude }),
            most.mean.magnitude * 5 >= added.magnitude
        else { return nil }
        let span = Span(roundingNanoseconds: most.mean.magnitude)
        return "mostly \(most.name) \(up ? "+" : "-")\(shortText(span)) (\(place))"
    }
}
