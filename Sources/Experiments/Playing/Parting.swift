/// The first event at which two runs part, found by their trails: of two plays here, or of one here and one of
/// another program.
///
/// In two passes, so that a long run needs no long log: the trails find the interval in which they part, and only
/// the events of that are asked for.
public struct Parting: Hashable, Sendable {
    /// The event of either run, as `Play.events` writes it; nil where that run had ended.
    public let before: String?
    public let now: String?

    public typealias Events<Failure: Error> = (Range<UInt64>) throws(Failure) -> [String]

    /// Nil where they do not part.
    public static func find<Failure: Error>(
        _ before: [Play.TrailPoint], _ now: [Play.TrailPoint],
        eventsBefore: Events<Failure>, eventsNow: Events<Failure>
    ) throws(Failure) -> Parting? {
        guard before.last != now.last else { return nil }
        // Trails of runs of other lengths have points at other distances: those of both count.
        var known: [UInt64: UInt64] = [:]  // looked up only, never iterated
        for point in before { known[point.event] = point.digest }
        var (alike, parted): (UInt64, UInt64) = (0, min(before.last?.event ?? 0, now.last?.event ?? 0))
        for point in now {
            guard let digest = known[point.event] else { continue }
            guard digest == point.digest else {
                parted = point.event
                break
            }
            alike = point.event
        }
        // Facts told by an event show in the one after it, hence one more than the interval.
        let range = alike + 1..<max(alike + 1, parted) + 2
        let (old, new) = (try eventsBefore(range), try eventsNow(range))
        for place in 0..<max(old.count, new.count) {
            let (a, b) = (place < old.count ? old[place] : nil, place < new.count ? new[place] : nil)
            if a != b { return Parting(before: a, now: b) }
        }
        // The same events to the end: it is the facts told by the last one that differ.
        return Parting(before: old.last, now: new.last)
    }
}

extension Play {
    /// The first event at which this run parts from another one, each played twice more; nil when they do not.
    public func parting(from other: Play) -> Parting? {
        Parting.find(other.trail(), trail(), eventsBefore: other.events, eventsNow: events)
    }
}

extension Parting {
    /// On one line; what differs may be the facts told before an event that both have.
    public func words(_ before: String, _ now: String) -> String {
        func event(_ line: String?) -> String? {
            line.map { line in line.lastRange(of: ", digest ").map { String(line[..<$0.lowerBound]) } ?? line
            }
        }
        let (a, b) = (event(self.before), event(self.now))
        if let a, a == b { return "what was told before \(a)" }
        return "\(now): \(b ?? "the run has ended"); \(before): \(a ?? "the run had ended")"
    }
}

extension String {
    fileprivate func lastRange(of mark: String) -> Range<String.Index>? { ranges(of: mark).last }
}
