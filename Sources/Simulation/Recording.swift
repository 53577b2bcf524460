public import Vocabulary

/// What a world writes down about its own run, so that two runs that should be alike can be compared.
public enum Recording: Sendable {
    case nothing
    /// Both digests, each `interval` events.
    case trail(Trail)
    /// Every event with a number in a range.
    case steps(StepLog)
    /// How many events of each kind there were, by the name of who received them.
    case tally(EventTally)
}

/// Both digests at regular numbers of events, in bounded memory.
public struct Trail: Sendable {
    public struct Point: Equatable, Sendable {
        public let event: UInt64
        public let trace: Digest
        public let behaviour: Digest
    }

    /// Doubles when there are too many points; always a power of two.
    private(set) var interval: UInt64
    public private(set) var points: [Point] = []
    private static let pointLimit = 4_096

    public init(interval: UInt64 = 1_024) {
        precondition(interval.nonzeroBitCount == 1, "the interval of a trail is a power of two")
        self.interval = interval
    }

    mutating func append(_ point: Point) {
        points.append(point)
        guard points.count > Self.pointLimit else { return }
        interval *= 2
        points.removeAll { $0.event % interval != 0 }
    }
}

/// The events of a range, each as it was about to be delivered.
public struct StepLog: Sendable {
    public let range: Range<UInt64>
    public internal(set) var steps: [Step] = []

    public init(range: Range<UInt64>) { self.range = range }
}

/// Every event of a run, counted.
public struct EventTally: Sendable {
    public struct Kind: Hashable, Comparable, Sendable {
        /// Who received it: a role, or a type of actors.
        public let group: String
        public let kind: String

        public static func < (a: Kind, b: Kind) -> Bool { (a.group, a.kind) < (b.group, b.kind) }
    }

    /// How many events have been counted: those that have happened, and between two events the next one.
    private(set) var count: UInt64 = 0
    private var counts: [Kind: UInt64] = [:]  // given away sorted only

    public init() {}

    public var rows: [(kind: Kind, count: UInt64)] {
        counts.sorted { $0.key < $1.key }.map { (kind: $0.key, count: $0.value) }
    }

    mutating func add(_ kind: String, to name: ActorName) {
        count += 1
        counts[Kind(group: name.group, kind: kind), default: 0] += 1
    }
}

public struct Step: Equatable, Sendable {
    /// Counts the events of the run from 1.
    public let event: UInt64
    public let time: Instant
    public let origin: Lane
    /// The lane of origin's counter.
    public let counter: UInt64
    public let actor: ActorName
    public let message: String
    public let mark: UInt64
    /// The facts told before this event.
    public let behaviour: Digest
}

extension Step: CustomStringConvertible {
    public var description: String {
        "event \(event) at \(time), from lane \(origin.number) (\(counter)): \(actor) receives \(message)"
    }
}

extension Recording {
    /// The event number after which the world has to look up again.
    var nextNote: UInt64 {
        switch self {
        case .nothing: .max
        case .trail(let trail):
            (trail.points.last?.event ?? 0) / trail.interval * trail.interval + trail.interval
        case .steps(let log):
            log.steps.last.map { $0.event + 1 < log.range.upperBound ? $0.event : .max }
                ?? (log.range.isEmpty ? .max : max(log.range.lowerBound, 1) - 1)
        case .tally(let tally): tally.count
        }
    }

    /// Called between two events, when `nextNote` has been reached or for any other reason.
    mutating func note(_ world: World, before end: Instant) {
        let number = world.eventNumber
        guard number >= nextNote else { return }
        switch self {
        case .nothing: break
        case .trail(var trail):
            self = .nothing  // so that there is one owner, and no copy
            trail.append(
                Trail.Point(event: number, trace: world.traceDigest, behaviour: world.behaviourDigest))
            self = .trail(trail)
        case .steps(var log):
            self = .nothing
            if log.range.contains(number + 1), let event = world.nextEvent(before: end) {
                log.steps.append(Step(event, number: number + 1, in: world))
            }
            self = .steps(log)
        case .tally(var tally):
            self = .nothing
            if let event = world.nextEvent(before: end) {
                let place = RawAddress(word: event.pointee.target)
                tally.add(
                    world.core.pointee.mailboxes[place.mailbox].kind(event.message), to: world.name(of: place)
                )
            }
            self = .tally(tally)
        }
    }
}

extension World {
    /// The event that is about to happen, if it happens before `end`. It stays in the queue.
    fileprivate func nextEvent(before end: Instant) -> EventPointer? {
        var queue: EventQueue {
            get { core.pointee.queue }
            _modify { yield &core.pointee.queue }
        }
        while let event = queue.removeFirst(before: end.nanoseconds) {
            guard !event.pointee.isCancelled else {
                core.pointee.bury(event)
                continue
            }
            queue.insert(event)
            return event
        }
        return nil
    }
}

extension Step {
    fileprivate init(_ event: EventPointer, number: UInt64, in world: World) {
        let place = RawAddress(word: event.pointee.target)
        let (mark, text) = world.core.pointee.mailboxes[place.mailbox].describe(event.message)
        self.init(
            event: number, time: Instant(nanoseconds: event.pointee.time),
            origin: Lane(UInt8(event.pointee.tie >> 56)), counter: event.pointee.tie & (1 << 56 - 1),
            actor: world.name(of: place), message: text, mark: mark, behaviour: world.behaviourDigest)
    }
}
