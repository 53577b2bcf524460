internal import Experiments
import Results
import Vocabulary

/// When the faults of a scenario act, each as a bar over the run in letters that every terminal has: the turns
/// that the run will have, by the same schedule.
///
///               0s            duration  end
///     split     ......####....|........        partition at 4m for 1m
///     restart   ..........v...|........        crash at 7m30s
struct FaultBars {
    private let scenario: Scenario
    private let occasions: [String: [FaultSchedule.Occasion]]  // looked up only, never iterated
    private static let columns = 48

    init(of scenario: Scenario) {
        self.scenario = scenario
        occasions = Dictionary(grouping: FaultSchedule(scenario).occasions, by: \.name)
    }

    private var end: Span { scenario.duration + scenario.drain }

    var text: String {
        var rows = scenario.faults.map { [$0.name, bar(of: $0), words(of: $0)] }
        if let random = scenario.random {
            let kinds = random.kinds.map(\.name).joined(separator: ", ")
            rows.append([
                "random", String(repeating: "?", count: Self.columns), "\(kinds), drawn from the seed",
            ])
        }
        guard !rows.isEmpty else { return "" }
        let last = clockText(end)
        return table([["", "0s" + rightAligned(last, Self.columns - 2), ""]] + rows)
    }

    private func column(_ span: Span) -> Int {
        min(Self.columns - 1, Int(span.seconds / end.seconds * Double(Self.columns)))
    }

    private func bar(of fault: FaultPlan) -> String {
        var bar = Array(repeating: Character("."), count: Self.columns)
        bar[column(scenario.duration)] = "|"
        for (from, to) in turns(of: fault) {
            guard to > from else {
                bar[column(from)] = "v"
                continue
            }
            for column in column(from)...column(to) { bar[column] = "#" }
        }
        return String(bar)
    }

    /// From when to when it acts: the same for what takes no time.
    private func turns(of fault: FaultPlan) -> [(from: Span, to: Span)] {
        (occasions[fault.name] ?? []).compactMap { occasion -> (from: Span, to: Span)? in
            let from: Span = occasion.from - .start
            guard from < end else { return nil }
            guard let healed = occasion.to else { return (from, end) }
            return (from, min(healed - .start, end))
        }
    }

    private func words(of fault: FaultPlan) -> String {
        var words = fault.effect?.kind ?? ""
        if let at = fault.at { words += " at \(at.written)" }
        if let duration = fault.duration { words += " for \(duration.written)" }
        if let after = fault.effect?.parameters(FaultPlan.Crash.self)?.restartAfter {
            words += ", restart after \(after.written)"
        } else if fault.duration == nil, let length = fault.length(in: scenario), length > .zero {
            words += ", over after \(length.written)"
        }
        if let every = fault.every { words += " every \(every.written)" }
        if let until = fault.until { words += " until \(until.written)" }
        return words
    }

    var json: JSON {
        .array(
            scenario.faults.map { fault in
                .object([
                    ("name", .string(fault.name)), ("kind", JSON(fault.effect?.kind)),
                    (
                        "turns",
                        .array(
                            turns(of: fault).map { from, to in
                                .object([
                                    ("from_ns", .integer(UInt64(from.nanoseconds))),
                                    ("to_ns", to > from ? .integer(UInt64(to.nanoseconds)) : .null),
                                ])
                            })
                    ),
                ])
            })
    }
}
