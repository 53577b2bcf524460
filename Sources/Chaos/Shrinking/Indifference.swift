public import Experiments
internal import Simulation
internal import Vocabulary

/// What of a minimal scenario does not matter: values that can be others, and it fails all the same.
public struct Indifference: Hashable, Sendable {
    /// `which server`, `when`, `crash.lose`, `seed`
    public var what: String
    /// The fault that it is about; nil for what is of the whole run.
    public var fault: String?
    /// Other values that were tried, and those of them with which it fails.
    public var tried: [String]
    public var failing: [String]

    /// `which server: any`, `when: 4 of 6 other moments`, `crash.lose: process does not do`
    public var words: String {
        let what = (fault.map { "\($0): " } ?? "") + self.what
        if failing.count == tried.count { return "\(what): any (\(tried.joined(separator: ", ")) too)" }
        if failing.isEmpty { return "\(what): matters (not with \(tried.joined(separator: ", ")))" }
        return "\(what): \(failing.count) of \(tried.count) others (\(failing.joined(separator: ", ")))"
    }

    /// Tries other values of everything that is one of many.
    public static func all(of scenario: Scenario, in arena: Arena, bench: TestBench) -> [Indifference] {
        var all: [Indifference] = []
        func ask(
            _ what: String, _ fault: String?, _ others: [(name: String, scenario: Scenario)]
        ) {
            guard !others.isEmpty, !bench.isExhausted else { return }
            // One of which nobody can tell says neither.
            let told = others.map { ($0.name, bench.answer($0.scenario)) }.filter { $0.1 != .unknown }
            guard !bench.isExhausted, !told.isEmpty else { return }
            all.append(
                Indifference(
                    what: what, fault: fault, tried: told.map(\.0),
                    failing: told.filter { $0.1 == .fails }.map(\.0)))
        }
        for (place, fault) in scenario.faults.enumerated() {
            func with(_ other: FaultPlan?) -> Scenario? {
                guard let other, other != fault else { return nil }
                var changed = scenario
                changed.faults[place] = other
                return changed
            }
            ask(
                "which \(fault.role)", fault.name,
                arena.palette.choices.filter {
                    $0.kind == fault.kind && $0.group == fault.role && $0.target.written != fault.target
                }.prefix(4).compactMap { choice in
                    let parameter = fault.parameters.first {
                        $0.text == fault.target && $0.path.contains(".")
                    }
                    guard let parameter,
                        let other = with(fault.with(parameter.path, choice.target.written))
                    else { return nil }
                    return (choice.target.written, other)
                })
            for parameter in fault.parameters where parameter.path.contains(".") {
                ask(
                    parameter.path, fault.name,
                    parameter.form.words.filter { $0 != parameter.text }.compactMap { word in
                        with(fault.with(parameter.path, word)).map { (word, $0) }
                    })
            }
            ask(
                "when", fault.name,
                otherMoments(of: fault, in: scenario, arena).compactMap { at in
                    with(fault.with("at", at.written)).map { (at.written, $0) }
                })
        }
        ask(
            "seed", nil,
            (1...4).map { step in
                var other = scenario
                other.seed = (scenario.seed + step) % 1_000_000_000
                return ("\(other.seed)", other)
            })
        return all
    }

    /// Evenly over the time that there is.
    private static func otherMoments(of fault: FaultPlan, in scenario: Scenario, _ arena: Arena) -> [Span] {
        let length = (fault.end ?? fault.at ?? .zero) - (fault.at ?? .zero)
        let room = min(arena.healedBy, scenario.duration) - arena.from - length
        guard room > .zero else { return [] }
        return (0..<5).map { Span.milliseconds((arena.from + room * $0 / 4).nanoseconds / 1_000_000) }
            .filter { $0 != fault.at }
    }
}
