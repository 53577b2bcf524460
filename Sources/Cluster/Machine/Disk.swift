public import Simulation
public import Vocabulary

/// A disk: one log of bytes that grows at its end, is synced, is read, and loses what a crash of that kind
/// loses.
///
///     0 ...... start ............... synced ............ written
///     trimmed  |  survives a power loss  |  in the page cache  |
///
/// Its operations wait as work waits for a processor, which it has one of: as many are under way at once as
/// the queue is
/// deep. Latencies overlap, transfers do not: all of them share the bandwidth, in the order in which they
/// started. An operation takes effect when it completes; a crash before that means that it did not happen,
/// and a sync
/// covers what was written when the sync started.
///
/// At most one sync runs. Those asked for during it share the next, which starts when it ends, and whose
/// completion all of them get (calibration `sql.groupCommit`). An append takes its transfer only, a sync its
/// latency only: the bytes are on their way by the time that they are synced.
public struct Disk<Token: BitwiseCopyable> {
    public let profile: DiskProfile

    /// In bytes.
    public let capacity: UInt64

    @usableFromInline var station: Processor<Request>

    // The log, in bytes since the disk was new.
    /// What was trimmed away lies before.
    public internal(set) var start: UInt64 = 0
    @usableFromInline var syncedEnd: UInt64 = 0
    @usableFromInline var writtenEnd: UInt64 = 0
    /// Of appends that have not completed.
    @usableFromInline var promised: UInt64 = 0
    /// Ranges whose checksum is wrong, by who spoilt them.
    @usableFromInline var corrupted: [(range: Range<UInt64>, id: Int)] = []

    // Who asked for a sync and has no answer, in order: first those of the sync that completed, then those of
    // the one that runs,
    // then those of the next.
    @usableFromInline var askers = Ring<Token>()
    @usableFromInline var answered = 0
    @usableFromInline var covered = 0
    @usableFromInline var running: RunningSync?
    @usableFromInline var following = FollowingSync.none

    // What the transfers that have started still have to move, in grains of 2⁻¹⁶ ns of the disk's full speed.
    @usableFromInline var backlog: UInt128 = 0
    @usableFromInline var backlogTime: Instant = .start

    var fullFaults = 0
    @usableFromInline var isFull: Bool { fullFaults > 0 }
    @usableFromInline var readFaults = 0

    public init(_ profile: DiskProfile, capacity: UInt64, depth: Int = 1, queueLimit: Int) {
        self.profile = profile
        self.capacity = capacity
        station = Processor(cores: depth, queueLimit: queueLimit)
    }

    /// The end of what has been written.
    @inlinable public var written: UInt64 { writtenEnd }

    /// The end of what has been synced.
    @inlinable public var synced: UInt64 { syncedEnd }

    /// What may be asked of it. Sizes and positions in bytes.
    @frozen
    public enum Operation: Hashable, Sendable {
        case append(bytes: UInt64)
        /// A read that names no place is not checked for being there, nor for corruption.
        case read(bytes: UInt64, at: UInt64?)
        case sync
    }

    @frozen
    public enum Submission: Hashable, Sendable {
        case starts(Start)
        /// `complete` or `next` will say when it starts; of a sync that joined another one, `takeSynced` that
        /// it is done.
        case queued
        case refused(DiskError)
    }

    /// An operation has started: when to call `complete` for its slot.
    @frozen
    public struct Start: Hashable, Sendable {
        public var slot: Int
        public var completion: Instant

        @inlinable
        package init(slot: Int, completion: Instant) {
            self.slot = slot
            self.completion = completion
        }
    }

    @frozen
    public enum Completion {
        /// The bytes lie before `end`, behind all that was written earlier.
        case appended(Token, end: UInt64)
        case read(Token)
        case readFailed(Token, DiskError)
        /// Those who asked for it come from `takeSynced`, until there are none.
        case synced
    }

    @usableFromInline
    struct Request: BitwiseCopyable {
        @usableFromInline enum Kind: BitwiseCopyable {
            case append
            case read(at: UInt64?)
            case sync
        }
        @usableFromInline var kind: Kind
        @usableFromInline var bytes: UInt64
        @usableFromInline var latency: Span
        @usableFromInline var token: Token

        @inlinable
        init(kind: Kind, bytes: UInt64, latency: Span, token: Token) {
            self.kind = kind
            self.bytes = bytes
            self.latency = latency
            self.token = token
        }
    }

    @usableFromInline
    struct RunningSync {
        @usableFromInline var slot: Int
        /// What was written when it started.
        @usableFromInline var end: UInt64

        @inlinable
        init(slot: Int, end: UInt64) {
            self.slot = slot
            self.end = end
        }
    }

    /// The sync that others can still join.
    @usableFromInline
    enum FollowingSync {
        case none
        case queued
        /// It has a slot, and begins when the running one ends.
        case waits(slot: Int)
    }

    /// Reads and syncs draw one number, for their latency.
    @inlinable
    public mutating func submit(
        _ operation: Operation, _ token: Token, at now: Instant, drawing stream: inout RandomStream
    ) -> Submission {
        let request: Request
        switch operation {
        case .append(let bytes):
            guard !isFull, bytes <= capacity - (writtenEnd - start) - promised else { return .refused(.full) }
            request = Request(kind: .append, bytes: bytes, latency: .zero, token: token)
        case .read(let bytes, let position):
            let latency = Span(roundingNanoseconds: profile.read.sample(&stream))
            request = Request(kind: .read(at: position), bytes: bytes, latency: latency, token: token)
        case .sync:
            // At least a nanosecond, so that no sync ends at the instant at which the one before it does.
            let latency = max(
                .nanoseconds(1), Span(roundingNanoseconds: profile.sync.sample(&stream)))
            request = Request(kind: .sync, bytes: 0, latency: latency, token: token)
            if case .none = following { break }
            askers.append(token)
            return .queued
        }
        let admission = station.arrive(request, at: now)
        if admission == .rejected { return .refused(.busy) }
        switch request.kind {
        case .append: promised += request.bytes
        case .sync:
            askers.append(token)
            following = .queued
        case .read: break
        }
        guard case .starts(let slot) = admission else { return .queued }
        return .starts(begin(request, in: slot, at: now))
    }

    /// The operation of a slot takes effect, at the instant that was last said for it.
    @inlinable
    public mutating func complete(_ slot: Int, at now: Instant) -> Completion {
        let request = station.complete(slot, at: now)
        switch request.kind {
        case .append:
            promised -= request.bytes
            writtenEnd += request.bytes
            return .appended(request.token, end: writtenEnd)
        case .read(let position):
            if let error = checkRead(of: request.bytes, at: position) {
                return .readFailed(request.token, error)
            }
            return .read(request.token)
        case .sync:
            completeSync(in: slot)
            return .synced
        }
    }

    /// Starts what waits, if there is a slot for it. To be asked for after each completion, until there is
    /// nothing.
    @inlinable
    public mutating func next(at now: Instant) -> Start? {
        guard let start = station.next(at: now) else { return nil }
        return begin(start.work, in: start.core, at: now)
    }

    /// Who asked for a sync that has completed, in the order of asking.
    @inlinable
    public mutating func takeSynced() -> Token? {
        guard answered > 0 else { return nil }
        answered -= 1
        return askers.removeFirst()
    }

    @inlinable
    mutating func begin(_ request: Request, in slot: Int, at now: Instant) -> Start {
        var cost = request.latency
        if case .sync = request.kind {
            if let running {
                cost += station.nominalLeft(on: running.slot, at: now)
                following = .waits(slot: slot)
            } else {
                runSync(in: slot)
            }
        } else {
            let before = settleBacklog(at: now)
            let transfer = transferTime(of: request.bytes)
            backlog += UInt128(UInt64(transfer.nanoseconds)) << 16
            cost = max(cost, before) + transfer
        }
        return Start(slot: slot, completion: station.begin(slot, cost: cost, at: now))
    }

    @usableFromInline
    mutating func runSync(in slot: Int) {
        running = RunningSync(slot: slot, end: writtenEnd)
        covered = askers.count - answered
        following = .none
    }

    @usableFromInline
    mutating func completeSync(in slot: Int) {
        guard let done = running else { preconditionFailure("a sync completes and none runs") }
        precondition(done.slot == slot, "a sync completes before the one it follows")
        syncedEnd = done.end
        answered += covered
        covered = 0
        running = nil
        if case .waits(let next) = following { runSync(in: next) }
    }

    /// How long it takes to move so much, rounded up to a whole nanosecond.
    @inlinable
    func transferTime(of bytes: UInt64) -> Span {
        let (work, overflow) = bytes.multipliedReportingOverflow(by: 1_000_000_000)
        precondition(!overflow, "18 GB are the most that one operation moves")
        let (whole, rest) = work.quotientAndRemainder(dividingBy: profile.bytesPerSecond)
        return Span(nanoseconds: Int64(whole) + (rest > 0 ? 1 : 0))
    }

    /// What the transfers under way still take at full speed, rounded up to a whole nanosecond.
    @usableFromInline @discardableResult
    mutating func settleBacklog(at now: Instant) -> Span {
        if backlog > 0 {
            let moved = station.pace.grains(in: now.nanoseconds - backlogTime.nanoseconds)
            backlog = max(backlog, moved) - moved
        }
        backlogTime = now
        return Span(nanoseconds: Int64((backlog + 65_535) >> 16))
    }

    @usableFromInline
    func checkRead(of bytes: UInt64, at position: UInt64?) -> DiskError? {
        if readFaults > 0 { return .failing }
        guard let position else { return nil }
        guard position >= start, position <= writtenEnd, bytes <= writtenEnd - position else {
            return .missing
        }
        return corrupted.contains { $0.range.overlaps(position..<position + bytes) } ? .corrupt : nil
    }

    /// Under way or waiting.
    var operations: Int { station.coresInUse + station.queueLength }
    var isInUse: Bool { operations > 0 }

    /// How busy it was, with a core for each slot.
    public func reading(at now: Instant) -> ProcessorReading { station.reading(at: now) }

    package func checkInvariants() {
        station.checkInvariants()
        precondition(start <= writtenEnd, "the log begins behind its end")
        precondition(syncedEnd <= writtenEnd, "more is synced than was written")
        precondition(writtenEnd - start + promised <= capacity, "there is more on the disk than fits")
        precondition(answered + covered <= askers.count, "more syncs are answered than were asked for")
        precondition((covered > 0) == (running != nil), "a sync runs for nobody")
        if case .none = following {
            precondition(answered + covered == askers.count, "nobody will answer a sync")
        }
    }
}

/// What a disk answers instead of doing it.
@frozen
public enum DiskError: Error, Hashable, Sendable, CaseIterable {
    case full
    /// Too many operations wait.
    case busy
    /// The device returned an error.
    case failing
    /// A checksum does not match.
    case corrupt
    /// There is nothing at that place: it was trimmed, lost, or never written.
    case missing
}
