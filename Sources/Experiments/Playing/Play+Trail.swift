internal import Simulation

/// What a run was like event by event, in a form that another program's run can be compared with.
extension Play {
    /// All that had happened up to an event, as one number.
    public struct TrailPoint: Hashable, Sendable {
        public let event: UInt64
        public let digest: UInt64

        public init(event: UInt64, digest: UInt64) { (self.event, self.digest) = (event, digest) }
    }

    /// Points at multiples of a power of two, some thousand of them, and the last event.
    public func trail() -> [TrailPoint] {
        recorded(.trail(Trail())) { run in
            let world = run.cluster.world
            guard case .trail(let trail) = world.recording else { return [] }
            func point(_ event: UInt64, _ trace: Digest, _ behaviour: Digest) -> TrailPoint {
                TrailPoint(
                    event: event, digest: Mixing.finalize(trace.value &+ Mixing.finalize(behaviour.value)))
            }
            return trail.points.map { point($0.event, $0.trace, $0.behaviour) }
                + [point(world.eventNumber, world.traceDigest, world.behaviourDigest)]
        }
    }

    /// The events with these numbers, a line for each.
    public func events(_ range: Range<UInt64>) -> [String] {
        recorded(.steps(StepLog(range: range))) { run in
            guard case .steps(let log) = run.cluster.world.recording else { return [] }
            return log.steps.map { step in
                "event \(step.event) at \(step.time.inSeconds), from lane \(step.origin.number) (\(step.counter)): "
                    + "\(step.actor) receives \(Self.withoutAddresses(step.message)), digest \(step.behaviour)"
            }
        }
    }

    /// Where something lies in memory says nothing of a run, and differs from one to the next.
    static func withoutAddresses(_ text: String) -> String {
        var (kept, rest) = ("", text[...])
        while let begin = rest.firstRange(of: "0x") {
            let digits = rest[begin.upperBound...].prefix { $0.isHexDigit }
            kept += rest[..<begin.lowerBound] + (digits.count < 8 ? "0x" + digits : "…")
            rest = rest[digits.endIndex...]
        }
        return kept + rest
    }

    func recorded<Answer>(_ recording: Recording, _ ask: (Run) -> Answer) -> Answer {
        var again = self
        again.isRetold = true
        let run = Run(again, design, recording: recording)
        _ = run.play { _ in true }
        return ask(run)
    }
}
