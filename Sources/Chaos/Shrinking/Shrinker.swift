public import Experiments
public import Vocabulary

/// Makes a scenario that fails as small as it can be and still fail: fewest faults, then as early and as short
/// as can be, then fewest people, the shortest run, the least load and the fewest machines.
///
/// Faults are made small among all people and with all load, so what is said of them holds of the file that
/// was given, and not only of the small one: a run of half a minute fails by what a long one hardly feels.
///
/// A fault is one thing with its end: a crash and its restart, a partition and its healing stay together.
public struct Shrinker {
    private let bench: TestBench
    /// When the first fault may begin.
    private let earliest: Span
    /// Whether faults are such as may come; the fewest of them that fail are of no use if they may not.
    private let admits: ([FaultPlan]) -> Bool
    public private(set) var scenario: Scenario

    /// What one stage of it came to.
    public struct Reduction: Hashable, Sendable {
        public var what: String
        public var before: String
        public var after: String
        public var tests: Int
    }

    public private(set) var steps: [Reduction] = []

    /// - Parameter scenario: one that fails.
    public init(
        _ scenario: Scenario, earliest: Span, bench: TestBench,
        admits: @escaping ([FaultPlan]) -> Bool = { _ in true }
    ) {
        self.scenario = scenario
        self.earliest = earliest
        self.admits = admits
        self.bench = bench
    }

    public mutating func shrink() {
        stage("faults", { "\($0.faults.count)" }) { $0.takeFewestFaults() }
        stage(
            "begin of the faults", { ($0.faults.compactMap(\.at).min() ?? .zero).written }
        ) { $0.advanceFaults() }
        stage("length of the faults", { total($0.faults).written }) { $0.shortenFaults() }
        let whole = scenario
        stage("people", { grouped($0.users.count) }) { $0.takeFewestPeople() }
        stage("length of the run", { $0.duration.written }) { $0.shortenRun() }
        stage("load", { $0.load.map(\.send.written).joined(separator: ", ") }) { $0.takeLeastLoad() }
        stage(
            "machines",
            { $0.topology.roles.map { "\($0.count) \($0.name)" }.joined(separator: ", ") }
        ) { $0.takeFewestMachines() }
        // Among fewer people one fault may be enough where two were needed.
        stage("faults again", { "\($0.faults.count)" }) { $0.takeNoMoreFaults() }
        stage("people and load as before", { grouped($0.users.count) }) { $0.stay(within: whole) }
    }

    private mutating func stage(
        _ what: String, _ size: (Scenario) -> String, _ body: (inout Shrinker) -> Void
    ) {
        let (before, tests) = (size(scenario), bench.tests)
        body(&self)
        steps.append(Reduction(what: what, before: before, after: size(scenario), tests: bench.tests - tests))
    }

    /// Takes a change if what is left still fails.
    @discardableResult
    private mutating func take(_ change: (inout Scenario) -> Void) -> Bool {
        var changed = scenario
        change(&changed)
        guard changed != scenario, admits(changed.faults), bench.fails(changed) else { return false }
        scenario = changed
        return true
    }

    private func fails(_ faults: [FaultPlan]) -> Bool {
        var changed = scenario
        changed.faults = faults
        return bench.fails(changed)
    }

    // MARK: Faults

    /// One is enough in most cases, so each is tried alone. Else the least set is looked for by halves
    /// (Junker, *QuickXplain*, 2004), from either end, for there may be several.
    private mutating func takeFewestFaults() {
        let all = scenario.faults
        guard all.count > 1 else { return }
        if let one = all.first(where: { fails([$0]) }) {
            scenario.faults = [one]
            return
        }
        let ways = [all.indices.map(\.self), all.indices.reversed()].map { order in
            explained(by: order, of: all).sorted().map { all[$0] }
        }
        if let fewest = ways.filter(fails).min(by: { $0.count < $1.count }) { scenario.faults = fewest }
        takeNoMoreFaults()
    }

    /// The places of a least set of faults that fails, where more faults never heal.
    private func explained(by order: [Int], of all: [FaultPlan]) -> [Int] {
        func part(_ base: [Int], _ isNew: Bool, _ open: [Int]) -> [Int] {
            if isNew, fails(base.sorted().map { all[$0] }) { return [] }
            guard open.count > 1 else { return open }
            let (first, second) = (Array(open[..<(open.count / 2)]), Array(open[(open.count / 2)...]))
            let ofSecond = part(base + first, true, second)
            let ofFirst = part(base + ofSecond, !ofSecond.isEmpty, first)
            return ofFirst + ofSecond
        }
        return part([], false, order)
    }

    /// Until none can be spared.
    private mutating func takeNoMoreFaults() {
        while dropFault() || dropTwoFaults() || joinFaults() {}
    }

    private mutating func dropFault() -> Bool {
        guard scenario.faults.count > 1 else { return false }
        return scenario.faults.indices.reversed().contains { place in take { $0.faults.remove(at: place) } }
    }

    /// Two that undo each other are not missed together, though each of them is without the other.
    private mutating func dropTwoFaults() -> Bool {
        guard (4...5).contains(scenario.faults.count) else { return false }  // of three, each was tried alone
        return pairs.contains { one, other in
            one < other
                && take {
                    $0.faults.remove(at: other)
                    $0.faults.remove(at: one)
                }
        }
    }

    /// What two do one after the other one may do alone: if it lasts over the time of both, or as long as the
    /// one that goes.
    private mutating func joinFaults() -> Bool {
        guard (2...3).contains(scenario.faults.count) else { return false }
        return pairs.contains { one, other in
            let (stays, goes) = (scenario.faults[one], scenario.faults[other])
            guard one != other, let (at, end) = stays.span, let (from, to) = goes.span else { return false }
            let spans = [(min(at, from), max(end, to)), (at, at + (to - from))]
            return spans.contains { begin, finish in
                guard finish - begin > end - at, let changed = stays.lasting(from: begin, to: finish) else {
                    return false
                }
                return take {
                    $0.faults[one] = changed
                    $0.faults.remove(at: other)
                }
            }
        }
    }

    /// The places of each two faults, either way round.
    private var pairs: [(Int, Int)] {
        let places = scenario.faults.indices
        return places.flatMap { one in places.filter { $0 != one }.map { (one, $0) } }
    }

    private mutating func shortenFaults() {
        for place in scenario.faults.indices {
            guard let dial = scenario.faults[place].dials.first(where: { $0.path == "for" }) else { continue }
            least(dial.value, from: dial.resolution, resolution: dial.resolution) { value, scenario in
                guard let turned = scenario.faults[place].turned(dial, to: value) else { return }
                scenario.faults[place] = turned
            }
        }
    }

    /// As early as they may come, which leaves the shortest run.
    private mutating func advanceFaults() {
        let sooner = (scenario.faults.compactMap(\.at).min() ?? earliest) - earliest
        guard sooner > .zero else { return }
        take { scenario in
            for place in scenario.faults.indices { scenario.faults[place].at! -= sooner }
        }
    }

    /// Fewer faults than were needed among all people are another failure, of few people alone, if they do not
    /// fail there too: then there is nothing smaller than the whole.
    private mutating func stay(within whole: Scenario) {
        var again = whole
        again.faults = scenario.faults
        if again != whole, !bench.fails(again) { scenario = whole }
    }

    // MARK: All else

    private mutating func takeFewestPeople() {
        least(Int64(scenario.users.count), from: 2, resolution: 1, share: 4) { value, scenario in
            scenario.users.count = Int(value)
        }
    }

    /// Sends end soon after the last fault.
    private mutating func shortenRun() {
        let end = scenario.faults.compactMap(\.end).max() ?? earliest
        let second = Span.seconds(1).nanoseconds
        let from = (max(end, scenario.warmup).nanoseconds / second + 1) * second
        least(scenario.duration.nanoseconds, from: from, resolution: second, share: 16) { value, scenario in
            scenario.duration = Span(nanoseconds: value / second * second)
        }
    }

    private mutating func takeLeastLoad() {
        for place in scenario.load.indices {
            var halvings = 0
            while halvings < 8,
                take({ scenario in
                    let rate = scenario.load[place].send
                    scenario.load[place].send = Rate(
                        rate.count, every: rate.interval * 2, perUser: rate.isPerUser)
                })
            {
                halvings += 1
            }
        }
    }

    private mutating func takeFewestMachines() {
        for place in scenario.topology.roles.indices {
            least(Int64(scenario.topology.roles[place].count), from: 1, resolution: 1) { value, scenario in
                scenario.topology.roles[place].count = Int(value)
            }
        }
    }

    /// Turns a number down from `value`, which fails, to about the least that fails: to `low` at once if it does
    /// not matter, else by halves until one passes, then between the two until they are within a `share`th of
    /// each other.
    private mutating func least(
        _ value: Int64, from low: Int64, resolution: Int64, share: Int64 = 100,
        _ set: (Int64, inout Scenario) -> Void
    ) {
        guard value > low, !take({ set(low, &$0) }) else { return }
        var (failing, passing) = (value, low)
        while failing / 2 > low {
            let next = failing / 2
            guard take({ set(next, &$0) }) else {
                passing = next
                break
            }
            failing = next
        }
        while failing - passing > max(resolution, failing / share) {
            let middle = Edge.middle(passing, failing)
            if take({ set(middle, &$0) }) { failing = middle } else { passing = middle }
        }
    }
}

extension FaultPlan {
    /// From when to when it is on; nil where it is over at once, or never.
    fileprivate var span: (from: Span, to: Span)? {
        guard let at, let end, end > at else { return nil }
        return (at, end)
    }

    fileprivate func lasting(from begin: Span, to end: Span) -> FaultPlan? {
        guard let dial = dials.first(where: { $0.path == "for" }) else { return nil }
        return turned(dial, to: (end - begin).nanoseconds)?.with("at", begin.written)
    }
}

private func total(_ faults: [FaultPlan]) -> Span {
    faults.reduce(.zero) { sum, fault in sum + ((fault.end ?? fault.at ?? .zero) - (fault.at ?? .zero)) }
}
