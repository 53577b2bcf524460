internal import Results
internal import Vocabulary

/// What happens to the system, told as soon as it is known: what the scenario plans, at its time, and what
/// is found out on the way.
///
/// A window of health may still change its mind when a letter comes late, and a letter is lost only at the
/// end. So some events are known later than they happened: who listens hears them last, and the result has
/// them in the order of time.
struct Chronicle {
    private var planned: [RunEvent]
    private var told = 0  // of the planned
    private var found: [RunEvent] = []
    private(set) var events: [RunEvent] = []

    private let phases: [(name: String, from: Instant)]
    private var faults: [(name: String, from: Instant, to: Instant?)]
    private let endOfSends: Instant

    init(_ scenario: Scenario, _ schedule: FaultSchedule) {
        phases = scenario.load.map { ($0.name, .start + $0.from) }
        faults = schedule.occasions.map { ($0.name, $0.from, $0.to) }
        endOfSends = scenario.endOfSends
        var planned = phases.map { RunEvent($0.from, .phase, $0.name, "\($0.name) begins") }
        if scenario.warmup > .zero {
            planned.append(RunEvent(.start + scenario.warmup, .phase, "warm-up", "the warm-up is over"))
        }
        planned += schedule.occasions.flatMap(Self.events)
        planned.append(RunEvent(endOfSends, .phase, "drain", "sends are over"))
        self.planned = planned.inOrderOfTime
    }

    private static func events(of occasion: FaultSchedule.Occasion) -> [RunEvent] {
        let begin = RunEvent(
            occasion.from, .fault, occasion.target, "\(occasion.name) begins (\(occasion.kind))")
        let end = occasion.to.map { RunEvent($0, .heal, occasion.target, "\(occasion.name) is healed") }
        return [begin] + [end].compactMap { $0 }
    }

    /// A fault of the schedule comes at another time than it did; neither of them is told yet.
    ///
    /// - Parameter isTold: whether it is known that it comes then.
    mutating func move(
        _ place: Int, from former: FaultSchedule.Occasion, to occasion: FaultSchedule.Occasion, isTold: Bool
    ) {
        let gone = Self.events(of: former)
        let rest = planned[told...].filter { !gone.contains($0) } + (isTold ? Self.events(of: occasion) : [])
        planned.replaceSubrange(told..., with: rest.inOrderOfTime)
        (faults[place].from, faults[place].to) = (occasion.from, occasion.to)
    }

    mutating func find(_ event: RunEvent) { found.append(event) }

    /// What became known since this was asked before, of what happened before `time`.
    mutating func news(before time: Instant) -> [RunEvent] {
        let first = told
        while told < planned.count, planned[told].time < time { told += 1 }
        let news = (planned[first..<told] + found).inOrderOfTime
        found = []
        events += news
        return news
    }

    /// What goes on just before `time`: the latest fault that is on, or else the phase.
    func stretch(before time: Instant) -> String {
        if let fault = faults.last(where: { $0.from < time && time <= $0.to ?? time }) { return fault.name }
        return time > endOfSends ? "drain" : phases.last { $0.from < time }?.name ?? ""
    }
}

extension RunEvent {
    init(_ time: Instant, _ kind: Kind, _ target: String, _ what: String) {
        self.init()
        (self.time, self.kind, self.target, self.what) = (time, kind.rawValue, target, what)
    }
}

extension Sequence<RunEvent> {
    /// Those of one moment stay in the order in which they are.
    var inOrderOfTime: [RunEvent] {
        enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }
}
