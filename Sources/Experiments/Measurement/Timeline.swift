public import Vocabulary

/// When a run's phases and faults are, which gives windows their moments.
///
///     start      warmup                                    endOfSends      end
///     |  not     | phase usual ............. | phase rush  | drain         |
///     |  counted |        [ fault )          |             |               |
///
/// Letters are sent before `endOfSends` only; what is read of roles goes on until `end`.
public struct Timeline: Hashable, Sendable {
    public struct PhaseStart: Hashable, Sendable {
        public var name: String
        public var from: Instant

        public init(_ name: String, from: Instant) {
            self.name = name
            self.from = from
        }
    }

    public struct Fault: Hashable, Sendable {
        public var name: String
        public var occasions: [Occasion]

        public init(_ name: String, _ occasions: [Occasion]) {
            self.name = name
            self.occasions = occasions
        }

        /// When it is over for good; nil for a fault that was not healed.
        var lastEnd: Instant? {
            let ends = occasions.compactMap(\.to)
            return ends.count == occasions.count ? ends.max() : nil
        }
    }

    /// One time that a fault is on.
    public struct Occasion: Hashable, Sendable {
        public var from: Instant
        /// Nil until it is known.
        public var to: Instant?

        public init(from: Instant, to: Instant?) {
            self.from = from
            self.to = to
        }
    }

    /// The end of what is played and not counted.
    public var warmup: Instant
    public var endOfSends: Instant
    /// Of the drain.
    public var end: Instant
    /// In order; each lasts until the next one.
    public var phases: [PhaseStart]
    public var faults: [Fault]

    public init(
        warmup: Instant, endOfSends: Instant, end: Instant, phases: [PhaseStart] = [], faults: [Fault] = []
    ) {
        precondition(warmup <= endOfSends)
        precondition(endOfSends <= end)
        self.warmup = warmup
        self.endOfSends = endOfSends
        self.end = end
        self.phases = phases
        self.faults = faults
    }
}

extension Timeline {
    /// The moments of a window: in order, and apart from each other.
    func stretches(of window: Window) -> [Range<Instant>] {
        let counted = warmup..<end
        let part =
            switch window.part {
            case .all: [counted]
            case .during(let period): stretches(of: period)
            case .before(let period): firstStart(of: period).map { [.start..<$0] } ?? []
            case .after(let period): lastEnd(of: period).map { [$0..<Swift.max($0, end)] } ?? []
            }
        let exception = window.exception.map { stretches(of: $0) } ?? []
        let all = part.clipped(to: counted).removing(exception)
        guard window.leavesOutDrain else { return all }
        let sending = all.clipped(to: .start..<endOfSends)
        return sending.isEmpty ? all : sending
    }

    private func stretches(of period: Window.Period) -> [Range<Instant>] {
        if period.isFault {
            return fault(period.name).occasions
                .map { $0.from..<Swift.max($0.from, $0.to ?? end) }.merged.clipped(to: .start..<end)
        }
        let place = place(ofPhase: period.name)
        // The last one ends with the sends: what roles do in the drain belongs to no phase.
        let next = place + 1 < phases.count ? phases[place + 1].from : endOfSends
        return [phases[place].from..<Swift.max(phases[place].from, next)].merged
    }

    /// Of a fault that is over at once, too.
    private func firstStart(of period: Window.Period) -> Instant? {
        guard period.isFault else { return stretches(of: period).first?.lowerBound }
        return fault(period.name).occasions.map(\.from).filter { $0 < end }.min()
    }

    func lastEnd(of period: Window.Period) -> Instant? {
        if period.isFault { return fault(period.name).lastEnd }
        let place = place(ofPhase: period.name)
        return place + 1 < phases.count ? phases[place + 1].from : nil
    }

    func fault(_ name: String) -> Fault {
        guard let fault = faults.first(where: { $0.name == name }) else {
            preconditionFailure("a threshold names the fault '\(name)', which the run does not have")
        }
        return fault
    }

    private func place(ofPhase name: String) -> Int {
        guard let place = phases.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("a threshold names the phase '\(name)', which the run does not have")
        }
        return place
    }

    /// When the first fault begins.
    var firstFault: Instant? { faults.flatMap(\.occasions).map(\.from).min() }

    /// When sends and faults are over; nil where a fault is never healed.
    var quietFrom: Instant? {
        let ends = faults.map(\.lastEnd)
        return ends.contains(nil) ? nil : ends.compactMap { $0 }.reduce(endOfSends) { Swift.max($0, $1) }
    }

    /// Notes when a fault is that comes once.
    mutating func move(fault name: String, from: Instant, to: Instant?) {
        guard let place = faults.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("'\(name)' is no fault of the run")
        }
        faults[place].occasions = [Occasion(from: from, to: to)]
    }

    /// Notes that the run ended, perhaps too early.
    mutating func finish(at time: Instant) {
        end = min(end, time)
        endOfSends = min(endOfSends, end)
        warmup = min(warmup, endOfSends)
    }
}
