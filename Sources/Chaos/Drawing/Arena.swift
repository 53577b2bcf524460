public import Chat
public import Cluster
public import Experiments
internal import Simulation
public import Vocabulary

/// Where a campaign takes place: the scenario without faults, what may befall it, and between which moments.
///
///     warm-up | healthy | faults begin and end .......... | recovery, healthy | drain
///                       from                          healedBy
///
/// The last third of the sends is left to recover in; a scenario that knows better says `random: { healed-by }`.
public struct Arena: Sendable {
    public let scenario: Scenario
    public let design: any Design.Type
    public let thresholds: [Threshold]
    public let healthy: Healthy?
    public private(set) var palette: Palette
    /// When faults may begin, and by when all are healed.
    public let from: Span
    public let healedBy: Span
    /// Whether faults may leave the envelope: any number at a time, at any strength, that take disks along.
    public let isBeyond: Bool
    /// The faults that the file itself has.
    public let planned: [FaultPlan]
    /// When machines had work in progress in the control run; a fault that comes then meets it. Empty as long
    /// as nobody has looked.
    public private(set) var moments: [WorkMoment] = []
    /// How machines break their word; they keep it when nil.
    package var canary: Canary?
    /// Thresholds that speak of faults by name: nobody can judge them where other faults come.
    public let leftOut: [String]
    /// How often, how long, and how many at a time.
    let random: RandomFaults
    /// How long a replica set has to be left alone after a fault.
    let recovery: Span

    /// Why a scenario is no place for a campaign.
    public struct Unfit: Error, Equatable {
        public var reason: String
        public var remedy: String
    }

    public init(
        _ scenario: Scenario, design: any Design.Type, thresholds: [Threshold], healthy: Healthy?,
        beyond isBeyond: Bool
    ) throws(Unfit) {
        let palette = Palette(of: scenario, sheet: design.sheet)
        var quiet = scenario
        (quiet.faults, quiet.random) = ([], nil)
        var kept: [Threshold] = []
        var leftOut: [String] = []
        quiet.thresholds = []
        for (line, threshold) in zip(scenario.thresholds, thresholds) {
            guard !threshold.window.speaksOfFaults else {
                leftOut.append(line.check)
                continue
            }
            var whole = (line: line, threshold: threshold)
            // A run that ends too early has not shown whether it recovers.
            (whole.line.abort, whole.threshold.abort) = (false, false)
            quiet.thresholds.append(whole.line)
            kept.append(whole.threshold)
        }
        random = scenario.random ?? RandomFaults()
        let health = scenario.healthy.map { $0.window * Int64($0.hold) } ?? .zero
        let window = scenario.healthy?.window ?? .zero
        let sends = scenario.duration - scenario.warmup
        from = scenario.warmup + max(health, sends / 10)
        let latest = scenario.duration - max(health + window, sends / 3)
        healedBy = min(random.healedBy ?? latest, scenario.duration - health - window)
        recovery = random.recoverFirst ? health : .zero
        guard from < healedBy else {
            throw Unfit(
                reason:
                    "there is no time for faults: it has to be healthy for \(health.written) after the warm-up, "
                    + "and for \((health + window).written) before sends end at \(scenario.duration.written)",
                remedy: "make 'duration' longer, or 'healthy.window' or 'healthy.hold' smaller")
        }
        guard !palette.choices.isEmpty else {
            throw Unfit(
                reason: "none of the kinds of 'random' can hit any of its targets",
                remedy: "add kinds or targets, or leave 'random' out")
        }
        self.scenario = quiet
        self.design = design
        self.thresholds = kept
        self.healthy = healthy
        self.palette = palette
        self.isBeyond = isBeyond
        planned = scenario.faults
        self.leftOut = leftOut
    }

    /// The run without faults, in which machines are looked at for work: what it meets the first fault meets
    /// too, for nothing is different before it.
    public var control: Play {
        var play = Trial([], in: self).play()
        play.tellsAll = true
        let finest = Span.microseconds(250)
        play.survey = Play.Survey(
            from: .at(from), until: .at(healedBy), every: max(finest, (healedBy - from) / 500_000))
        return play
    }

    /// Takes in what the control run was like, before a campaign begins.
    public mutating func learn(from control: Play.PlayedRun) {
        moments = control.moments
        palette.noteIdle(in: control)
    }

    /// Whether these faults keep inside the envelope: so many members of a replica set at a time and none of
    /// them twice, the next only when the last is back in step, and all of them healed in time.
    public func admits(_ faults: [FaultPlan]) -> Bool {
        for fault in faults {
            guard let at = fault.at, let end = fault.end, at >= from, end <= healedBy else { return false }
        }
        guard !isBeyond else { return true }
        let intervals = faults.map { fault in
            let target = fault.target
            return (
                group: target.roleName, target: target, from: fault.at ?? from,
                to: (fault.end ?? healedBy) + recovery
            )
        }
        for (place, interval) in intervals.enumerated() {
            let others = intervals[..<place].filter {
                $0.group == interval.group && $0.from < interval.to && interval.from < $0.to
            }
            if others.contains(where: { $0.target == interval.target }) { return false }
            if others.count >= random.atMost.count { return false }
        }
        return true
    }
}

extension Window {
    fileprivate var speaksOfFaults: Bool {
        let period: Period? =
            switch part {
            case .all: nil
            case .during(let period), .before(let period), .after(let period): period
            }
        return period?.isFault == true || exception?.isFault == true
    }
}
