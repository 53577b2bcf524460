internal import Experiments
import Results
import Vocabulary

/// One run that was asked for, and what belongs to it.
struct Assignment: Sendable {
    let play: Play
    /// The same seed without the faults, if it is to be compared.
    let control: Play?
    /// Whether it is played twice.
    let verifies: Bool

    init(_ scenario: Scenario, of file: ScenarioFiles.ScenarioFile, _ call: Call, command: String)
        throws(Failure)
    {
        let design = try call.design(scenario.design)
        let thresholds = file.loaded.thresholds
        let places = thresholds.indices.map { file.loaded.place(ofThreshold: $0) }
        let origin = RunOrigin(
            command: command, file: file.path, thresholdLines: places.map { UInt64($0?.line ?? 0) },
            thresholdFiles: places.map { $0?.file ?? file.path })
        var play = Play(
            scenario, design: design, thresholds: thresholds, healthy: file.loaded.healthy, origin: origin)
        var quiet = scenario
        (quiet.faults, quiet.random) = ([], nil)
        play.keeping = call.arguments.has(.control) ? .touched : .nothing
        // Thresholds may speak of faults, and a control run is there to compare with, not to judge.
        (quiet.thresholds, quiet.healthy) = ([], nil)
        control =
            call.arguments.has(.control)
            ? Play(quiet, design: design, thresholds: [], healthy: nil) : nil
        self.play = play
        verifies = call.arguments.has(.verify)
    }

    /// What came of it.
    struct FinishedRun: Sendable {
        var result: RunResult
        var machine: MachineRecord
        var control: ControlRecord?
        /// What became known only when it was over.
        var lastNews: [RunEvent]
        /// What is wrong with Hubbub itself, if something is.
        var fault: String?
    }

    /// Nil when it was stopped before it began. `watch` is asked whether to go on, `tell` hears of the run
    /// itself and not of its repetition.
    func run(
        _ player: Player, stop: Interruption, tell: @escaping (Play.Status) -> Void,
        watch: @escaping (Play.Status) -> Bool
    ) -> FinishedRun? {
        guard stop.received() == nil else { return nil }
        var (play, control) = (play, control)
        play.listen(to: stop)
        // From now on there is something to be kept, until it is written.
        play.settingUp = { isSettingUp in
            stop.settingUp(isSettingUp)
            if !isSettingUp { stop.keeping(true) }
        }
        control?.listen(to: stop)
        let stopwatch = Stopwatch()
        let first = player(play) { status in
            tell(status)
            return watch(status)
        }
        var outcome = FinishedRun(
            result: first.result, machine: stopwatch.record(events: first.events), lastNews: first.lastNews)
        outcome.machine.origin = play.origin
        outcome.fault = first.escape.map { "work left the simulation: \($0)" } ?? first.runaway
        guard !first.wasInterrupted else {
            if let code = stop.received() { outcome.result.verdict.exitCode = UInt64(code.rawValue) }
            return outcome
        }
        if verifies {
            play.listen(to: stop)
            let second = player(play, watch)
            if !second.wasInterrupted { outcome.fault = outcome.fault ?? difference(first, second) }
        }
        if var control {
            control.keeping = .these(first.deliveries)
            let played = player(control, watch)
            if played.result.run.isComplete { outcome.control = first.compared(with: played) }
        }
        return outcome
    }

    private func difference(_ first: Play.PlayedRun, _ second: Play.PlayedRun) -> String? {
        let what: String
        if first.result != second.result {
            let place = firstDifference(first.result, second.result)
            what = "a second run of the same differs: result.json, \(place)"
        } else if first.traceDigest != second.traceDigest || first.events != second.events {
            what =
                "a second run of the same has another trace: \(digestText(first.traceDigest)) after "
                + "\(grouped(first.events)) events, then \(digestText(second.traceDigest)) after \(grouped(second.events))"
        } else {
            return nil
        }
        guard let event = play.divergence() else {
            return "\(what); played twice more, there was no difference"
        }
        return "\(what); played twice more, they parted at this: \(event.replacing("\n", with: "; "))"
    }
}

extension Play {
    /// Ends soon after somebody has asked for it.
    mutating func listen(to stop: Interruption) {
        isWanted = { stop.received() == nil }
        settingUp = stop.settingUp
    }
}

extension Play.PlayedRun {
    /// Somebody did not want to wait for its end, or Hubbub could not go on.
    fileprivate var wasInterrupted: Bool { result.verdict.word == .interrupted }
}
