internal import Chat
internal import Results
internal import Vocabulary

/// Where the time of a run's deliveries went.
extension Run {
    /// The stages by what went on in them; the last is the time before the first stamp, on the sender's
    /// phone.
    func stages(among slowest: [Chat.Delivery]) -> [Results.Stage] {
        let names = ledger.settings.stages
        let slow = slowest.spans(stages: names.count)
        let order: [Int] = [names.count] + Array(names.indices)
        return order.compactMap { (stage: Int) -> Results.Stage? in
            let spans = ledger.stages.spans[stage]
            guard spans.count > 0 else { return nil }
            var stored = Results.Stage()
            let isFirst = stage == names.count
            stored.name = isFirst ? Stage.beforeFirst : names[stage]
            stored.isNetwork = stage < Stage.own
            if isFirst {
                (stored.component, stored.about) = ("phones", Stage.beforeFirstSentence)
            } else if stored.isNetwork {
                (stored.component, stored.about) = ("on the way", Stage.sentences[stage])
            } else {
                let sheet = play.design.stages[stage - Int(Stage.own)]
                (stored.component, stored.about) = (sheet.role, sheet.about)
                stored.calls = calls(by: sheet.role).filter { sheet.waitsFor.contains($0.callee) }
            }
            stored.count = spans.count
            stored.sum = Span(nanoseconds: Int64(clamping: spans.sum))
            stored.p50 = spans.value(at: .p50).map { Span(nanoseconds: Int64($0)) }
            stored.p99 = spans.value(at: .p99).map { Span(nanoseconds: Int64($0)) }
            stored.sumAmongSlowest = slow[stage]
            return stored
        }
    }

    /// All roles that others have called.
    var callees: Set<String> {
        var all: Set<String> = []
        for role in play.design.sheet.roles {
            for calls in cluster.calls(by: role.name) {
                all.formUnion(calls.callee.split(separator: " or ").map(String.init))
            }
        }
        return all
    }

    private func calls(by role: String) -> [Results.Stage.Calls] {
        cluster.calls(by: role).map { reading in
            var calls = Results.Stage.Calls()
            (calls.callee, calls.made, calls.unanswered) = (reading.callee, reading.made, reading.unanswered)
            (calls.p50, calls.p99) = (
                reading.p50.map { Span(nanoseconds: Int64(clamping: $0)) },
                reading.p99.map { Span(nanoseconds: Int64(clamping: $0)) }
            )
            return calls
        }
    }

    /// A stamp says what begins, a step what is over: so each takes its stage from the stamp before it.
    func delivery(_ delivery: Chat.Delivery) -> Results.Delivery {
        var stored = Results.Delivery()
        stored.letter = delivery.letter.description
        stored.sender = delivery.letter.sender.description
        stored.recipient = delivery.recipient.description
        stored.sent = delivery.tapped
        stored.taken = delivery.latency
        let name = ledger.settings.placeName
        stored.path = [
            .init(delivery.tapped, "tapped", at: name(Chat.Place.phone(of: delivery.letter.sender)))
        ]
        var stage = Stage.beforeFirst
        for step in delivery.path {
            stored.path.append(.init(step.time, stage, at: name(step.place)))
            stage = ledger.settings.name(ofStage: step.stage)
        }
        stored.path.append(.init(delivery.end, stage, at: name(Chat.Place.phone(of: delivery.recipient))))
        return stored
    }
}
