internal import Experiments
internal import Results
internal import Vocabulary

/// What a run met that may be new to a campaign, in words that are compared. Numbers count by their binary
/// order of magnitude.
///
///     crash unsynced of server met disk                     a fault in a role, and what it interrupted
///     crash unsynced of server outlived by 3                a promise that was held over it: a near miss
///     crash unsynced of server, microseconds after a promise 9    how near
///     disk full of server, crash process of server          two that a letter went through, one after the other
///     given up 4, longest way out 33                        how far off the usual the run was
struct Features {
    private(set) var all: [String] = []

    private let outcome: Play.PlayedRun
    /// The faults of the run, in the order in which they began, in words.
    private let names: [String]

    init(_ outcome: Play.PlayedRun, _ met: [TrialOutcome.Met], of trial: Trial) {
        self.outcome = outcome
        let plans = trial.scenario.faults
        names = outcome.result.faults.map { fault in
            plans.first { $0.name == fault.name }?.sort ?? "\(fault.kind) of \(fault.target)"
        }
        noteEncounters(met)
        noteOrdeals()
        noteCounts()
        noteStages()
    }

    private mutating func note(_ name: String, _ number: UInt64) {
        if number > 0 { all.append("\(name) \(UInt64.bitWidth - number.leadingZeroBitCount)") }
    }

    private mutating func noteEncounters(_ met: [TrialOutcome.Met]) {
        all += outcome.encounters.filter { $0.met > 0 }.map {
            "\($0.kind) of \($0.role) met \($0.interrupted.words)"
        }
        all += met.filter { $0.met > 0 }.map { "\($0.kind) of \($0.group)" }
        var met: [String] = []
        for (name, fault) in zip(names, outcome.result.faults)
        where fault.lettersTouched > 0 && !met.contains(name) { met.append(name) }
        all += met.map { "\($0) met letters" }
    }

    /// Letters that were promised before a fault began and came when it was over: had it taken them along, the
    /// promise were broken.
    private mutating func noteOrdeals() {
        var letters: [UInt64] = names.map { _ in 0 }
        // How long the promise had been given when the fault came: of the newest letter and the oldest.
        var ages: [ClosedRange<Span>?] = names.map { _ in nil }
        var pairs: [String] = []
        func pair(_ text: String) { if !pairs.contains(text) { pairs.append(text) } }
        for ordeal in outcome.ordeals {
            for (turn, place) in ordeal.through.enumerated() {
                letters[place] += UInt64(ordeal.letters)
                let from = outcome.result.faults[place].from
                let (newest, oldest) = (from - ordeal.accepted.upperBound, from - ordeal.accepted.lowerBound)
                ages[place] =
                    ages[place].map { min($0.lowerBound, newest)...max($0.upperBound, oldest) }
                    ?? newest...oldest
                for before in ordeal.through[..<turn] { pair("\(names[before]), \(names[place])") }
                for before in ordeal.during where before != place {
                    pair("\(names[place]) for a letter of \(names[before])")
                }
            }
        }
        for (place, name) in names.enumerated() where letters[place] > 0 {
            note("\(name) outlived by", letters[place])
            let earlier = outcome.result.faults.indices.filter {
                outcome.result.faults[$0].isOver(before: outcome.result.faults[place])
            }
            for before in earlier where outcome.result.faults[before].lettersTouched > 0 {
                pair("\(name) once there was \(names[before])")
            }
            let turn = "\(name) after \(min(3, earlier.count { names[$0] == name })) of its sort"
            pair(turn)
            if let age = ages[place] {
                note("\(name), microseconds after a promise", age.lowerBound.nanoseconds.magnitude / 1_000)
                note("\(turn), seconds after a promise", age.upperBound.nanoseconds.magnitude / 1_000_000_000)
            }
        }
        all += pairs
    }

    private mutating func noteCounts() {
        let counts = outcome.counts
        note("refused in trouble", counts.refusedInTrouble)
        note("given up", counts.givenUp)
        note("dropped as duplicate", counts.droppedAsDuplicate)
        note("interrupted", counts.interrupted)
        note("held", counts.held)
        note("misordered", counts.misordered + counts.outOfRoomOrder)
        note("late confirmations", counts.lateConfirmations)
        note("catch-ups broken off", counts.catchUpsBrokenOff)
        note("not in time", counts.judged - counts.acceptedInTime)
        note("bad windows", UInt64(outcome.result.health.windows.count { $0 == .failed }))
    }

    /// How long letters were held up in a stage.
    private mutating func noteStages() {
        var longest: [(stage: String, span: UInt64)] = []
        for delivery in outcome.result.slowest {
            for (step, next) in zip(delivery.path, delivery.path.dropFirst()) {
                let span = (next.time - step.time).nanoseconds.magnitude
                if let place = longest.firstIndex(where: { $0.stage == next.stage }) {
                    longest[place].span = max(longest[place].span, span)
                } else {
                    longest.append((next.stage, span))
                }
            }
        }
        for (stage, span) in longest { note("longest \(stage)", span) }
    }
}

extension FaultEffect {
    fileprivate func isOver(before other: FaultEffect) -> Bool { to.map { $0 <= other.from } ?? false }
}
