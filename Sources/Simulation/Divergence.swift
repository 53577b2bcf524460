/// Where two runs part that should have been the same: the first event, or the facts told before it, that
/// differ.
///
/// Found in two passes, so that a long run needs no long log. The first notes both digests each so many
/// events and finds the interval in which they part; the second writes down the events of that interval only.
public struct Divergence: Equatable, Sendable {
    /// The event of either run; nil where that run had ended. They are alike when the facts told before them
    /// differ.
    public let first: Step?
    public let second: Step?

    /// Plays two runs, each at most twice, and finds where they part; nil when they do not.
    ///
    /// `play` builds a world with the given recording, runs it to its end and returns the world.
    public static func find(_ playFirst: (Recording) -> World, _ playSecond: (Recording) -> World)
        -> Divergence?
    {
        let first = TrailEnd(of: playFirst(.trail(Trail())))
        let second = TrailEnd(of: playSecond(.trail(Trail())))
        guard first.last != second.last else { return nil }

        // Facts told by an event show in the step after it, hence one step more than the interval.
        let (alike, parted) = interval(first, second)
        let range = alike + 1..<parted + 2
        let ours = steps(of: playFirst(.steps(StepLog(range: range))))
        let theirs = steps(of: playSecond(.steps(StepLog(range: range))))
        for i in 0..<max(ours.count, theirs.count) {
            let a = i < ours.count ? ours[i] : nil
            let b = i < theirs.count ? theirs[i] : nil
            if a != b { return Divergence(first: a, second: b) }
        }
        // The same events to the end: it is the facts told by the last one that differ.
        return Divergence(first: ours.last, second: theirs.last)
    }

    /// The last point at which both runs were alike, and the first at which they were not, by event number.
    private static func interval(_ first: TrailEnd, _ second: TrailEnd) -> (alike: UInt64, parted: UInt64) {
        let spacing = max(first.trail.interval, second.trail.interval)
        var alike: UInt64 = 0
        for (a, b) in zip(first.points(every: spacing), second.points(every: spacing)) {
            if a != b { return (alike, a.event) }
            alike = a.event
        }
        return (alike, min(first.last.event, second.last.event))
    }

    private struct TrailEnd {
        let trail: Trail
        let last: Trail.Point

        init(of world: World) {
            guard case .trail(let trail) = world.recording else {
                preconditionFailure("the world records a trail")
            }
            self.trail = trail
            last = Trail.Point(
                event: world.eventNumber, trace: world.traceDigest, behaviour: world.behaviourDigest)
        }

        func points(every spacing: UInt64) -> [Trail.Point] {
            trail.points.filter { $0.event % spacing == 0 }
        }
    }

    private static func steps(of world: World) -> [Step] {
        guard case .steps(let log) = world.recording else { preconditionFailure("the world records steps") }
        return log.steps
    }
}

extension Divergence: CustomStringConvertible {
    public var description: String {
        guard let first, let second else {
            return
                "one run ended where the other went on: \((first ?? second)?.description ?? "no event at all")"
        }
        if first == second { return "the facts told at or after \(first) differ" }
        if first.isSameEvent(as: second) { return "the facts told before \(first) differ" }
        return "first run: \(first)\nsecond run: \(second)"
    }
}

extension Step {
    fileprivate func isSameEvent(as other: Step) -> Bool {
        (time, origin, counter, actor, mark) == (
            other.time, other.origin, other.counter, other.actor, other.mark
        )
    }
}
