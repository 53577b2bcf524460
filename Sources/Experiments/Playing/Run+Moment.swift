internal import Chat
internal import Cluster
internal import Results
internal import Vocabulary

/// A run that stands still before its end, as plain values.
extension Run {
    /// So many of the letters that wait are listed.
    private static let listedLetters = 20

    /// To be asked before the ledger is told that it is over, since then what is on its way counts as lost.
    func moment(at time: Instant) -> RunMoment {
        ledger.flush()
        measurement.finish(at: time)
        var moment = RunMoment()
        moment.time = time
        moment.thresholds = measurement.judgements(isComplete: true).map { judgement in
            var soFar = judgement
            if case .never = judgement.measured {
                (soFar.measured, soFar.outcome) = (.none("not healthy again yet"), .inconclusive)
            }
            return self.judgement(soFar)
        }
        let counts = ledger.counts
        (moment.tapped, moment.accepted, moment.shown) = (counts.taps, counts.accepted, counts.shown)
        let waiting = ledger.waiting()
        let awaited = waiting.filter(\.isConnected)
        moment.waiting = UInt64(waiting.count)
        moment.waitingForAbsent = UInt64(waiting.count - awaited.count)
        moment.oldest = awaited.prefix(Self.listedLetters).map(stored)
        moment.faults = schedule.occasions.filter { $0.isInForce(at: time) }.map(stored)
        moment.machines = cluster.readings.filter(\.isOn).map(stored)
        return moment
    }

    private func stored(_ waiting: WaitingLetter) -> RunMoment.Waiting {
        var stored = RunMoment.Waiting()
        stored.letter = waiting.letter.description
        stored.recipient = waiting.recipient.description
        stored.sent = waiting.tapped
        stored.isAccepted = waiting.isAccepted
        let name = ledger.settings.placeName
        stored.place = name(waiting.step?.place ?? Chat.Place.phone(of: waiting.letter.sender))
        stored.stage = waiting.step.map { ledger.settings.name(ofStage: $0.stage) } ?? Stage.beforeFirst
        stored.since = waiting.step?.time ?? waiting.tapped
        return stored
    }

    private func stored(_ occasion: FaultSchedule.Occasion) -> RunMoment.FaultInForce {
        var stored = RunMoment.FaultInForce()
        (stored.name, stored.kind, stored.target) = (occasion.name, occasion.kind, occasion.target)
        (stored.from, stored.to) = (occasion.from, occasion.to)
        return stored
    }

    private func stored(_ reading: MachineReading) -> RunMoment.Machine {
        var stored = RunMoment.Machine()
        stored.name = "\(reading.role)[\(reading.number)]"
        stored.zone = cluster.zones[reading.zone.number]
        stored.condition =
            switch reading.condition {
            case .up: "up"
            case .slow(let factor): "slow x\(factor.written)"
            case .paused: "paused"
            case .down: "down"
            }
        stored.cores = UInt64(reading.processor?.coreCount ?? 0)
        stored.coresInUse = UInt64(reading.coresInUse)
        stored.queue = UInt64(reading.queueLength)
        stored.diskQueue = UInt64(reading.diskQueue)
        stored.connections = UInt64(reading.connections)
        stored.stored = reading.stored
        return stored
    }
}

extension FaultSchedule.Occasion {
    /// What is over at once is in force at no moment.
    fileprivate func isInForce(at time: Instant) -> Bool {
        from <= time && to.map { time < $0 } ?? true
    }
}

extension LetterWatch {
    /// What was told of the letter, with the names of places.
    func history(placeName: (UInt32) -> String) -> [InvariantOutcome.EvidenceLine] {
        entries.map { InvariantOutcome.EvidenceLine($0.time, placeName($0.place), $0.what) }
    }
}
