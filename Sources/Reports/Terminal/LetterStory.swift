public import Results
import Vocabulary

/// Letters with their ways: stage by stage how long it took, where, and what the machines there had to do.
///
///     letter 17.3 from user 17 to user 23, sent at 41.248000s, took 2.31s
///                at     took   share  place              stage
///        41.248000s                   phone of user 17   tapped
///        41.298100s   50.1ms     2 %  server[0]          way in
///        43.398100s    2.10s    91 %  server[0]          server queue
public struct LetterStory {
    /// Words in place of marks, for a terminal that has no other letters.
    public var isASCII = false

    private let result: RunResult

    public init(of result: RunResult) { self.result = result }

    /// The slowest that were kept, the slowest first.
    public var slowest: String {
        let count = result.slowest.count
        let title =
            count == 0
            ? "no delivery was kept: none was due\n" : "the \(count) slowest deliveries, the slowest first\n"
        return finished(title + summary + result.slowest.map { "\n" + story($0) }.joined())
    }

    /// Over all that were kept: how long, in which stage most of it, where, and under which fault.
    private var summary: String {
        let kept = result.slowest
        guard let first = kept.first, let last = kept.last, kept.count > 1 else { return "" }
        let never = kept.count { $0.taken == nil }
        let ends = [first, last].map { $0.taken.map(shortText) ?? "∞" }
        var said = [ends[0] == ends[1] ? "each took \(ends[0])" : "they took \(ends[0]) to \(ends[1])"]
        if never > 0 { said[0] += "; \(grouped(never)) of them never came" }
        let longest = kept.compactMap { delivery in
            delivery.longestStage.flatMap { $0.isMost ? $0.name : nil }
        }
        said += Self.most(longest).map { "\(counted($0.count)) spent most of it in '\($0.name)'" }
        let whole = kept.compactMap { delivery in
            delivery.path.last.map { $0.time - (delivery.path.first?.time ?? delivery.sent) }
        }.reduce(Span.zero, +)
        var sums: [(name: String, sum: Span)] = []
        for delivery in kept {
            for (before, step) in zip(delivery.path, delivery.path.dropFirst()) {
                if let place = sums.firstIndex(where: { $0.name == step.stage }) {
                    sums[place].sum = sums[place].sum + (step.time - before.time)
                } else {
                    sums.append((step.stage, step.time - before.time))
                }
            }
        }
        if whole > .zero {
            let shares = sums.sorted { $0.sum > $1.sum }.prefix(4).map {
                "\($0.name) \(decimal($0.sum.seconds / whole.seconds * 100, places: 0)) %"
            }
            said.append("of their time: \(shares.joined(separator: " · "))")
        }
        for fault in result.faults.prefix(4) {
            let met = kept.count { meets(fault, $0) }
            if met > 0 { said.append("\(counted(met)) were under way during \(Wording.fault(fault))") }
        }
        return said.map { "  " + wrapped(visible($0), indent: 2) + "\n" }.joined()
    }

    private func counted(_ count: Int) -> String { "\(grouped(count)) of \(grouped(result.slowest.count))" }

    /// The two that occur most often, the more frequent first.
    private static func most(_ names: [String]) -> [(name: String, count: Int)] {
        let unique = names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let counts = unique.map { name in (name: name, count: names.count { $0 == name }) }
        return Array(counts.sorted { $0.count > $1.count }.prefix(2))
    }

    private func meets(_ fault: FaultEffect, _ delivery: Delivery) -> Bool {
        let end = delivery.path.last?.time ?? delivery.sent
        return fault.from <= end && fault.to.map { $0 > delivery.sent } ?? true
    }

    /// All that was kept of a letter, `letter 17.3`; nil when nothing was.
    public func story(of letter: String) -> String? {
        let kept = deliveries(of: letter)
        let broken = violations(about: letter)
        guard !kept.isEmpty || !broken.isEmpty else { return nil }
        let parts =
            kept.map(story)
            + broken.map { name, violation in
                "\(clockText(violation.time))  \(visible(name)) was violated: \(visible(violation.evidence))\n"
                    + Self.history(violation.history)
            }
        return finished(parts.joined(separator: "\n"))
    }

    public func deliveries(of letter: String) -> [Delivery] { result.slowest.filter { $0.letter == letter } }

    public func violations(about letter: String) -> [(name: String, violation: InvariantOutcome.Violation)] {
        result.invariants.flatMap { invariant in
            invariant.violations.filter { $0.letter == letter || $0.evidence.names(letter) }
                .map { (invariant.name, $0) }
        }
    }

    /// What happened to a letter, moment by moment, from the first on.
    public static func history(_ lines: [InvariantOutcome.EvidenceLine]) -> String {
        guard let first = lines.first else { return "" }
        let rows = lines.map { line in
            (
                momentText(line.time), shortText(line.time - first.time), visible(line.place),
                visible(line.what)
            )
        }
        let width = max(2, rows.map(\.0.count).max() ?? 0)
        let placeWidth = max(5, rows.map(\.2.count).max() ?? 0)
        return ([("at", "since tap", "place", "what")] + rows).map { at, since, place, what in
            let start =
                "  \(rightAligned(at, width))  \(rightAligned(since, 9))  \(leftAligned(place, placeWidth))  "
            return start + wrapped(what, indent: start.count) + "\n"
        }.joined()
    }

    private func story(_ delivery: Delivery) -> String {
        let taken = delivery.taken.map { "took \(shortText($0))" } ?? "was never shown"
        let during = result.faults.filter { meets($0, delivery) }.map(\.name)
        var title =
            "\(delivery.letter) from \(delivery.sender) to \(delivery.recipient), sent at "
            + "\(momentText(delivery.sent)), \(taken)"
        if !during.isEmpty { title += ", met \(during.joined(separator: ", "))" }
        return wrapped(visible(title), indent: 2) + "\n" + path(of: delivery) + remark(on: delivery)
    }

    private func path(of delivery: Delivery) -> String {
        guard let first = delivery.path.first, let last = delivery.path.last else { return "" }
        let whole = last.time - first.time
        var before = first.time
        let rows = delivery.path.enumerated().map { index, step -> [String] in
            defer { before = step.time }
            let isOpen = delivery.taken == nil && index == delivery.path.count - 1
            let spent = step.time - before
            let share = whole > .zero ? "\(decimal(spent.seconds / whole.seconds * 100, places: 0)) %" : ""
            return [
                momentText(step.time), index == 0 ? "" : shortText(spent), index == 0 ? "" : share,
                isOpen ? "" : visible(step.place),
                visible(step.stage) + (isOpen ? ", not over when the run ended" : ""),
            ]
        }
        let width = max(2, rows.map { $0[0].count }.max() ?? 0)
        let placeWidth = max(5, rows.map { $0[3].count }.max() ?? 0)
        return ([["at", "took", "share", "place", "stage"]] + rows).map { row in
            clipped(
                "  \(rightAligned(row[0], width))  \(rightAligned(row[1], 8))  \(rightAligned(row[2], 6))  "
                    + "\(leftAligned(row[3], placeWidth))  \(row[4])", pageWidth) + "\n"
        }.joined()
    }

    /// What the machine, on which it spent most of its time, had to do then.
    private func remark(on delivery: Delivery) -> String {
        let steps = zip(delivery.path, delivery.path.dropFirst())
        guard let (before, after) = steps.max(by: { $0.1.time - $0.0.time < $1.1.time - $1.0.time }),
            let role = after.place.split(separator: "[").first, after.place.hasSuffix("]")
        else { return "" }
        let middle = before.time + (after.time - before.time) / 2
        let readings = result.gauges.filter { $0.role == role }.compactMap { gauge -> String? in
            let slice = Int((middle - .start).nanoseconds / max(1, gauge.slice.nanoseconds))
            guard slice < gauge.values.count, let value = gauge.values[slice] else { return nil }
            return "\(gauge.metric) \(Wording.gauge(value, gauge.unit))"
        }
        guard !readings.isEmpty else { return "" }
        let text = "\(role) at \(clockText(middle)): " + readings.joined(separator: " · ")
        return "  " + wrapped(visible(text), indent: 2) + "\n"
    }

    private func finished(_ text: String) -> String { isASCII ? asciiOnly(text) : text }
}

/// A moment of the run to the microsecond, cut off: `240.259741s`, so that moments stand below each other.
private func momentText(_ time: Instant) -> String {
    let (seconds, rest) = (time.nanoseconds / 1_000).quotientAndRemainder(dividingBy: 1_000_000)
    return "\(seconds).\(String(1_000_000 + rest).dropFirst())s"
}

extension String {
    /// Whether `letter 1.2` stands here, and not as the beginning of `letter 1.23`.
    fileprivate func names(_ letter: String) -> Bool {
        ranges(of: letter).contains { self[$0.upperBound...].first?.isNumber != true }
    }
}
