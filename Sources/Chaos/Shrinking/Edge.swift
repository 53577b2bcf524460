public import Experiments
internal import Vocabulary

/// Where failing begins, as one number of one fault is turned and all else stays as it is: `for ≥ 38.2s`.
public struct Edge: Hashable, Sendable {
    /// Of the fault.
    public var name: String
    public var dial: Dial
    public var form: Form

    public enum Form: Hashable, Sendable {
        /// It fails at every value that was tried, so the number does not matter.
        case any
        /// It fails from `fails` on, and does not at `passes`, within one percent or one step of it.
        case atLeast(fails: Int64, passes: Int64)
        case atMost(fails: Int64, passes: Int64)
        /// It fails from `fails` on, up or down as `isLower` says, and right beside that nobody can tell: too few
        /// letters were due. It passes at `passes`, further away; nil if nowhere.
        case beyondDoubt(fails: Int64, passes: Int64?, isLower: Bool)
        /// It fails and passes by turns, so there is no edge to look for: what was tried, in order.
        case irregular([TriedValue])
        /// There were not enough tests left to say.
        case unknown
    }

    public struct TriedValue: Hashable, Sendable {
        public var value: Int64
        public var answer: TestBench.Ruling

        public var fails: Bool { answer == .fails }
    }

    /// Looks for the edge of a number that fails as it stands.
    ///
    /// A number is tried at several values below and above before it is bisected: a bisection of what goes to
    /// and fro would find an edge somewhere, and say nothing of the others.
    public static func find(
        _ dial: Dial, ofFault place: Int, in scenario: Scenario, upTo limit: Int64, bench: TestBench
    ) -> Edge {
        let name = scenario.faults[place].name
        func answer(_ value: Int64) -> TestBench.Ruling {
            guard let fault = scenario.faults[place].turned(dial, to: value) else { return .unknown }
            var changed = scenario
            changed.faults[place] = fault
            return bench.answer(changed)
        }
        let low = min(dial.isStrongerWhenLarger ? dial.weakest : dial.least, dial.value)
        let high = max(dial.isStrongerWhenLarger ? limit : dial.weakest, dial.value)
        var values: [Int64] = [dial.value]
        for (from, to) in [(low, dial.value), (dial.value, high)] {
            values += [from, to]
            for step in 1..<probes {
                let value = from + Int64(Int128(to - from) * Int128(step) / Int128(probes))
                values.append(value - value % unit(within: (to - from) / Int64(probes)))
            }
        }
        var points: [TriedValue] = []
        for value in Set(values).sorted() {
            points.append(TriedValue(value: value, answer: value == dial.value ? .fails : answer(value)))
        }
        guard !bench.isExhausted else { return Edge(name: name, dial: dial, form: .unknown) }
        let switches = points.indices.dropFirst().filter { points[$0].fails != points[$0 - 1].fails }
        guard let place = switches.first else { return Edge(name: name, dial: dial, form: .any) }
        guard switches.count == 1 else { return Edge(name: name, dial: dial, form: .irregular(points)) }
        /// Brings two points together, of which only one is what is asked for, until they are neighbours.
        func narrow(
            _ one: TriedValue, _ other: TriedValue, _ isMeant: (TriedValue) -> Bool
        ) -> (TriedValue, TriedValue) {
            var (one, other) = (one, other)
            while (one.value - other.value).magnitude64 > max(dial.resolution, one.value.magnitude64 / 100) {
                let value = middle(min(one.value, other.value), max(one.value, other.value))
                let point = TriedValue(value: value, answer: answer(value))
                if isMeant(point) { one = point } else { other = point }
            }
            return (one, other)
        }
        let isLower = points[place].fails
        let (failing, beside) =
            isLower
            ? narrow(points[place], points[place - 1], \.fails)
            : narrow(points[place - 1], points[place], \.fails)
        var form = Form.beyondDoubt(fails: failing.value, passes: nil, isLower: isLower)
        if beside.answer == .passes {
            form =
                isLower
                ? .atLeast(fails: failing.value, passes: beside.value)
                : .atMost(fails: failing.value, passes: beside.value)
        } else if let passing = isLower
            ? points[..<place].last(where: { $0.answer == .passes })
            : points[place...].first(where: { $0.answer == .passes })
        {
            let (nearest, _) = narrow(passing, beside) { $0.answer == .passes }
            form = .beyondDoubt(fails: failing.value, passes: nearest.value, isLower: isLower)
        }
        guard !bench.isExhausted else { return Edge(name: name, dial: dial, form: .unknown) }
        return Edge(name: name, dial: dial, form: form)
    }

    /// So many values on either side.
    private static let probes = 5

    /// A value between two, as round as there is one.
    static func middle(_ low: Int64, _ high: Int64) -> Int64 {
        let middle = low + (high - low) / 2
        let unit = unit(within: (high - low) / 4)
        let rounded = middle / unit * unit
        return rounded > low && rounded < high ? rounded : middle
    }

    /// The power of ten to which a value is rounded that may move by less than so much.
    private static func unit(within width: Int64) -> Int64 {
        var unit: Int64 = 1
        while unit < width { unit *= 10 }
        return max(1, unit / 10)
    }

    /// Whether it fails there, by what is known; nil where nobody says.
    public func fails(at value: Int64) -> Bool? {
        switch form {
        case .any: true
        case .atLeast(let fails, let passes): value >= fails ? true : value <= passes ? false : nil
        case .atMost(let fails, let passes): value <= fails ? true : value >= passes ? false : nil
        case .beyondDoubt(let fails, let passes, let isLower):
            isLower
                ? value >= fails ? true : passes.flatMap { value <= $0 ? false : nil }
                : value <= fails ? true : passes.flatMap { value >= $0 ? false : nil }
        case .irregular, .unknown: nil
        }
    }

    /// `split: for ≥ 38.2s (passes at 37.9s)`
    public var words: String {
        let what = "\(name): \(dial.path)"
        switch form {
        case .any: return "\(what): any"
        // Rounded, both stay on their side.
        case .atLeast(let fails, let passes):
            return
                "\(what) ≥ \(dial.text(of: fails, rounded: .up)) (passes at \(dial.text(of: passes, rounded: .down)))"
        case .atMost(let fails, let passes):
            return
                "\(what) ≤ \(dial.text(of: fails, rounded: .down)) (passes at \(dial.text(of: passes, rounded: .up)))"
        case .beyondDoubt(let fails, let passes, let isLower):
            let (sign, inward, outward): (String, Dial.Rounding, Dial.Rounding) =
                isLower ? ("≥", .up, .down) : ("≤", .down, .up)
            let doubt =
                passes.map {
                    "passes \(isLower ? "up to" : "from") \(dial.text(of: $0, rounded: outward)); between them"
                } ?? "\(isLower ? "below" : "above") it"
            return
                "\(what) \(sign) \(dial.text(of: fails, rounded: inward)) (\(doubt) there are too few samples)"
        case .irregular(let points):
            let tried = points.map { "\(dial.text(of: $0.value)) \($0.answer.words)" }
            return "\(what): no single edge; \(tried.joined(separator: ", "))"
        case .unknown: return "\(what): not looked into, for want of runs"
        }
    }
}

extension TestBench.Ruling {
    fileprivate var words: String {
        switch self {
        case .fails: "fails"
        case .passes: "passes"
        case .unknown: "has too few samples"
        }
    }
}

extension Int64 {
    fileprivate var magnitude64: Int64 { self < 0 ? -self : self }
}
