internal import Chat
internal import Results
internal import Simulation
internal import Vocabulary

/// A promise was broken: the run is played once more, to follow the letters that broke it first.
///
/// Which letters these are is known at the end only, and to keep the whole way of each letter until then would
/// take more memory than all else. A run can be repeated to the bit, so the second time it is known beforehand.
extension Play {
    func withHistories(
        of broken: [(promise: String, letter: LetterID, user: User)], in outcome: PlayedRun,
        _ watch: (Status) -> Bool
    ) -> PlayedRun {
        var outcome = outcome
        var again = self
        (again.until, again.isRetold) = (outcome.endedAt, true)
        let run = Run(again, design)
        let watches = broken.map { run.ledger.watch($0.letter, to: $0.user) }
        var isStopped = false
        _ = run.play { status in
            isStopped = !watch(status)
            return !isStopped
        }
        guard !isStopped || !outcome.result.run.isComplete else {
            // What is not followed to its end would be another result under the same name.
            outcome.result.run.isComplete = false
            outcome.result.run.digest = digest(outcome.behaviourDigest, isComplete: false)
            outcome.result.verdict.word = .interrupted
            return outcome
        }
        for (first, letterWatch) in zip(broken, watches) {
            guard let place = outcome.result.invariants.firstIndex(where: { $0.name == first.promise }),
                var violation = outcome.result.invariants[place].violations.first
            else { continue }
            violation.letter = first.letter.description
            violation.history = letterWatch.history(placeName: run.ledger.settings.placeName)
            outcome.result.invariants[place].violations[0] = violation
        }
        return outcome
    }

    /// The hash of the resolved scenario, the behaviour, and whether the run is complete.
    func digest(_ behaviour: UInt64, isComplete: Bool) -> Digits {
        var digest = Purpose(scenario.resolvedText).number
        digest = Mixing.finalize(digest &+ Mixing.finalize(behaviour))
        return Digits(Mixing.finalize(digest &+ (isComplete ? 1 : 2)))
    }
}
