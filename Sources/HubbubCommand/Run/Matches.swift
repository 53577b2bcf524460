internal import Experiments
import Results
import Vocabulary

/// Many runs that are played to be compared: nothing of them is written, and a run that was stopped is none.
struct Matches {
    private let call: Call
    private let name: String
    /// What is said of those that were played before somebody wanted it stopped.
    private let ifStopped: String

    init(_ call: Call, name: String, ifStopped: String) {
        (self.call, self.name, self.ifStopped) = (call, name, ifStopped)
    }

    /// The outcomes in the order of the plays, or the code with which the command has to end. `take` gets each
    /// as soon as all before it are there, and can forget it.
    func play(
        _ plays: [Play], _ take: (Int, Play.PlayedRun) throws(Failure) -> Void
    ) throws(Failure) -> ExitCode? {
        let (player, stop) = (call.around.player, call.around.interruption)
        stop.listen()
        let manner: LiveLine.Manner =
            switch call.arguments.choice(.progress) {
            case _ where call.arguments.has(.quiet): .silent
            case "none": .silent
            case "line": .over
            default: call.errors.isTerminal ? .over : .underneath
            }
        let live = LiveLine(
            name, count: plays.count, manner: manner, isASCII: OutputStyle(call).isASCII, errors: call.errors,
            now: call.around.now)
        var failure: Failure?
        var taken = 0
        let isOver = Stop()
        Crew.run(count: plays.count, threads: call.arguments.wholeNumber(.jobs)) { index -> Play.PlayedRun? in
            guard stop.received() == nil, !isOver.holds else { return nil }
            let outcome = player(plays[index]) { status in
                live.show(status, of: index)
                return stop.received() == nil && !isOver.holds
            }
            live.finish(index, isPassed: outcome.result.verdict.word == .passed)
            return stop.received() == nil ? outcome : nil
        } take: { index, outcome in
            guard failure == nil, let outcome else { return }
            do throws(Failure) {
                live.erase()
                if let fault = outcome.escape ?? outcome.runaway {
                    throw Failure(.internalError, "\(plays[index].scenario.name): \(visible(fault))")
                }
                try take(index, outcome)
                taken += 1
            } catch {
                failure = error
                isOver.set()
            }
        }
        live.erase()
        if let failure { throw failure }
        guard let code = stop.received() else { return nil }
        call.remark("stopped after \(grouped(taken)) of \(grouped(plays.count)) runs: \(ifStopped)")
        return code
    }
}

extension Call {
    /// A run as a scenario and its file have it, with another seed.
    func play(_ file: ScenarioFiles.ScenarioFile, seed: Int? = nil) throws(Failure) -> Play {
        guard var scenario = file.loaded.scenario else {
            preconditionFailure("a sound file has a scenario")
        }
        if let seed { scenario.seed = seed }
        return Play(
            scenario, design: try design(scenario.design), thresholds: file.loaded.thresholds,
            healthy: file.loaded.healthy, origin: RunOrigin(command: "", file: file.path))
    }
}
