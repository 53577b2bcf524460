public import Simulation
public import Vocabulary

/// A disk: files of bytes that grow at their end, are synced, are read, and lose what a crash of that kind
/// loses.
///
/// Its operations wait as work waits for a processor, which it has one of: as many are under way at once as
/// the queue is deep. Latencies overlap, transfers do not: all of them share the bandwidth, in the order in
/// which they started. An operation takes effect when it completes; a crash before that means that it did not
/// happen.
///
/// A sync is of one file, as `fsync` is. It covers what was written when it started, and no append that was
/// still under way. At most one runs. Those asked for during it, of whichever file, share the next one, which
/// starts when it ends and whose completion all of them get (calibration `sql.groupCommit`). An append takes its
/// transfer only, a sync its latency only: the bytes are on their way by the time that they are synced.
///
/// A disk has no events of its own. It is told the time, works out what has happened until then, and says in
/// `due` when somebody must hear of something: so an operation for which nobody waits costs no event. Nor does an
/// append that is followed by a sync: who asks for both hears of the sync.
public struct Disk<Token: BitwiseCopyable> {
    public let profile: DiskProfile

    /// In bytes.
    public let capacity: UInt64

    private var station: Processor<QueuedOperation>
    /// Of each slot: whether somebody waits for what it does, and whether a sync follows on it.
    private var isAwaited: UInt64 = 0
    private var isFollowed: UInt64 = 0
    /// Of each slot on which one follows, how long that takes at least.
    private var syncTimes: [Span]
    /// How many in the queue are waited for.
    private var awaitedInQueue = 0
    /// The earliest end in any slot; `.max` when all are free. In ns since the start of the run.
    private var nextEnd: UInt64 = .max
    /// When what waits in the queue may start; `.max` when nothing may. In ns since the start of the run.
    private var starting: UInt64 = .max
    /// What has happened and nobody has been told yet.
    private var outcomes = Ring<Completion>()

    var extents: [FileExtent] = []
    /// Bytes in all files.
    public private(set) var stored: UInt64 = 0
    /// Bytes of appends that have not completed.
    public private(set) var promised: UInt64 = 0
    private var appends: UInt64 = 0
    /// Ranges whose checksum is wrong, by who spoilt them.
    var corrupted: [Corruption] = []

    // Who asked for a sync and has no answer, in order: first those of the one that runs, then those of the next.
    private var askers = Ring<SyncWaiter>()
    private var covered = 0
    private var running: Int?
    private var following = FollowingSync.none

    // What the transfers that have started still have to move, in grains of 2⁻¹⁶ ns of the disk's full speed.
    private var backlog: UInt128 = 0
    private var backlogTime: Instant = .start

    var fullFaults = 0
    var readFaults = 0

    public init(_ profile: DiskProfile, capacity: UInt64, depth: Int = 1, queueLimit: Int) {
        self.profile = profile
        self.capacity = capacity
        station = Processor(cores: depth, queueLimit: queueLimit)
        syncTimes = Array(repeating: .zero, count: depth)
    }

    /// Adds a file, of which nothing is there yet, and returns its number.
    public mutating func addFile() -> Int {
        extents.append(FileExtent())
        return extents.count - 1
    }

    /// Where the bytes of a file lie.
    public subscript(file: Int) -> FileExtent { extents[file] }

    /// What may be asked of it. Sizes and positions in bytes; a position counts from when the file was new.
    public enum Operation: Hashable, Sendable {
        case append(bytes: UInt64, to: Int)
        /// An append, and a sync that is asked for when it is done.
        case appendAndSync(bytes: UInt64, to: Int)
        case read(bytes: UInt64, at: UInt64, of: Int)
        /// A read that names no place is not checked for being there, nor for corruption.
        case readAnywhere(bytes: UInt64)
        case sync(Int)
    }

    /// What somebody waited for.
    public enum Completion: BitwiseCopyable {
        case done(Token)
        case failed(Token, DiskError)
    }

    private struct QueuedOperation: BitwiseCopyable {
        enum Kind: BitwiseCopyable {
            /// To a file, behind all that had been appended to it; the number counts the appends of the disk.
            case append(to: Int32, at: UInt64, number: UInt64, isSynced: Bool)
            case read(of: Int32, at: UInt64)
            case readAnywhere
            case sync
        }
        let kind: Kind
        let bytes: UInt64
        let latency: Span
        let token: Token?

        var isAwaited: Bool {
            if case .sync = kind { true } else { token != nil }
        }

        var isFollowed: Bool {
            if case .append(_, _, _, true) = kind { true } else { false }
        }
    }

    private struct SyncWaiter: BitwiseCopyable {
        let file: Int
        let token: Token
    }

    /// The sync that others can still join.
    private enum FollowingSync {
        case none
        case queued
        /// It has a slot, and begins when the running one ends.
        case waits(slot: Int)
    }

    struct Corruption {
        let file: Int
        var range: Range<UInt64>
        let id: Int
    }

    // MARK: Asking

    /// Takes an operation, or says why not. Without a token nobody will be told of it; a sync has one. Reads and
    /// syncs draw one number, for their latency; so does an append that a sync follows.
    public mutating func submit(
        _ operation: Operation, _ token: Token?, at now: Instant, drawing stream: inout RandomStream
    ) -> DiskError? {
        advance(to: now)
        let request: QueuedOperation
        switch operation {
        case .append(let bytes, let file):
            guard let append = append(bytes, to: file, .zero, token, isSynced: false) else { return .full }
            request = append
        case .appendAndSync(let bytes, let file):
            let latency = syncLatency(drawing: &stream)
            guard let append = append(bytes, to: file, latency, token, isSynced: true) else { return .full }
            request = append
        case .read(let bytes, let position, let file):
            request = QueuedOperation(
                kind: .read(of: Int32(file), at: position), bytes: bytes, latency: latency(drawing: &stream),
                token: token)
        case .readAnywhere(let bytes):
            request = QueuedOperation(
                kind: .readAnywhere, bytes: bytes, latency: latency(drawing: &stream), token: token)
        case .sync(let file):
            guard let token else { preconditionFailure("a sync for which nobody waits") }
            let latency = syncLatency(drawing: &stream)
            return sync(SyncWaiter(file: file, token: token), latency, at: now)
        }
        return admit(request, at: now, asker: nil)
    }

    private mutating func append(
        _ bytes: UInt64, to file: Int, _ latency: Span, _ token: Token?, isSynced: Bool
    ) -> QueuedOperation? {
        guard fullFaults == 0, bytes <= capacity - stored - promised else { return nil }
        appends += 1
        return QueuedOperation(
            kind: .append(
                to: Int32(file), at: extents[file].end, number: appends, isSynced: isSynced && token != nil),
            bytes: bytes, latency: latency, token: token)
    }

    /// At least a nanosecond, so that no sync ends at the instant at which the one before it does.
    private func syncLatency(drawing stream: inout RandomStream) -> Span {
        max(.nanoseconds(1), Span(roundingNanoseconds: profile.sync.sample(&stream)))
    }

    private mutating func sync(_ asker: SyncWaiter, _ latency: Span, at now: Instant) -> DiskError? {
        guard case .none = following else {
            askers.append(asker)
            return nil
        }
        return admit(
            QueuedOperation(kind: .sync, bytes: 0, latency: latency, token: nil), at: now, asker: asker)
    }

    /// Has whoever asked be told that it was not taken.
    public mutating func refuse(_ token: Token, because error: DiskError) {
        outcomes.append(.failed(token, error))
    }

    private func latency(drawing stream: inout RandomStream) -> Span {
        Span(roundingNanoseconds: profile.read.sample(&stream))
    }

    private mutating func admit(_ request: QueuedOperation, at now: Instant, asker: SyncWaiter?) -> DiskError?
    {
        let admission = station.arrive(request, at: now)
        if admission == .rejected { return .busy }
        switch request.kind {
        case .append(let file, let position, _, _):
            promised += request.bytes
            extents[Int(file)].end = position + request.bytes
            extents[Int(file)].underWay += 1
        case .sync:
            if let asker { askers.append(asker) }
            following = .queued
        case .read, .readAnywhere: break
        }
        if case .starts(let slot) = admission {
            begin(request, in: slot, at: now)
        } else if request.isAwaited {
            awaitedInQueue += 1
        }
        return nil
    }

    private mutating func begin(_ request: QueuedOperation, in slot: Int, at now: Instant) {
        var cost = request.isFollowed ? .zero : request.latency
        if case .sync = request.kind {
            if let running {
                cost += station.nominalLeft(on: running, at: now)
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
        let end = station.begin(slot, cost: cost, at: now).nanoseconds
        nextEnd = min(nextEnd, end)
        let bit: UInt64 = 1 << UInt64(slot)
        if request.isAwaited && !request.isFollowed { isAwaited |= bit } else { isAwaited &= ~bit }
        if request.isFollowed {
            isFollowed |= bit
            syncTimes[slot] = request.latency
        } else {
            isFollowed &= ~bit
        }
    }

    // MARK: Time

    /// When somebody must be told of something, or when an operation for which somebody waits may start; nil
    /// when there is nothing of that kind.
    ///
    /// Mutating, so that it is asked in place: a copy of a disk is not free.
    public var due: Instant? {
        mutating get {
            if outcomes.count > 0 { return .start }
            if starting < .max, awaitedInQueue > 0 { return Instant(nanoseconds: starting) }
            let slots = awaitedInQueue > 0 ? station.serving : station.serving & isAwaited
            var (rest, earliest) = (slots, UInt64.max)
            while rest != 0 {
                earliest = min(earliest, station.cores[rest.trailingZeroBitCount].end)
                rest &= rest - 1
            }
            rest = station.serving & isFollowed & ~slots
            while rest != 0 {
                let slot = rest.trailingZeroBitCount
                earliest = min(earliest, station.cores[slot].end + UInt64(syncTimes[slot].nanoseconds))
                rest &= rest - 1
            }
            return earliest == .max ? nil : Instant(nanoseconds: earliest)
        }
    }

    /// What somebody waited for and has happened by now, in the order in which it happened; nil when there is
    /// nothing more.
    ///
    /// What waits in the queue starts when all were told of what has ended at that instant: a sync that they ask
    /// for then comes before one that was about to start, and is one with it.
    public mutating func next(until now: Instant) -> Completion? {
        while outcomes.count == 0 {
            if starting <= now.nanoseconds {
                startWaiting()
            } else if !completeNext(until: now) {
                return nil
            }
        }
        return outcomes.removeFirst()
    }

    /// Works out all that has happened until now.
    @inline(__always)
    public mutating func advance(to now: Instant) {
        if nextEnd <= now.nanoseconds || starting < now.nanoseconds { work(until: now) }
    }

    private mutating func work(until now: Instant) {
        repeat {
            if starting < now.nanoseconds { startWaiting() }
        } while starting > now.nanoseconds && completeNext(until: now)
    }

    /// Of what ends at one instant the lowest slot comes first. False when nothing ends by now.
    private mutating func completeNext(until now: Instant) -> Bool {
        var (rest, first) = (station.serving, -1)
        nextEnd = .max
        while rest != 0 {
            let slot = rest.trailingZeroBitCount
            if station.cores[slot].end < nextEnd { (nextEnd, first) = (station.cores[slot].end, slot) }
            rest &= rest - 1
        }
        guard nextEnd <= now.nanoseconds else { return false }
        let end = Instant(nanoseconds: nextEnd)
        takeEffect(station.complete(first, at: end), in: first, at: end)
        if station.queueLength > 0 { starting = nextEnd }
        return true
    }

    private mutating func startWaiting() {
        let time = Instant(nanoseconds: starting)
        starting = .max
        while let start = station.next(at: time) {
            if start.work.isAwaited { awaitedInQueue -= 1 }
            begin(start.work, in: start.core, at: time)
        }
    }

    private mutating func takeEffect(_ request: QueuedOperation, in slot: Int, at end: Instant) {
        switch request.kind {
        case .append(let file, let position, let number, let isSynced):
            promised -= request.bytes
            let isThere = extents[Int(file)].completeAppend(number, at: position, bytes: request.bytes)
            if isThere { stored += request.bytes }
            guard let token = request.token else { return }
            guard isThere, isSynced else {
                outcomes.append(isThere ? .done(token) : .failed(token, .missing))
                return
            }
            if let error = sync(SyncWaiter(file: Int(file), token: token), request.latency, at: end) {
                outcomes.append(.failed(token, error))
            }
        case .read(let file, let position):
            guard let token = request.token else { return }
            let error = checkRead(of: request.bytes, at: position, of: Int(file))
            outcomes.append(error.map { .failed(token, $0) } ?? .done(token))
        case .readAnywhere:
            guard let token = request.token else { return }
            outcomes.append(readFaults > 0 ? .failed(token, .failing) : .done(token))
        case .sync: completeSync(in: slot)
        }
    }

    private mutating func runSync(in slot: Int) {
        running = slot
        covered = askers.count
        following = .none
        for place in 0..<covered { extents[askers[place].file].beginSync() }
    }

    private mutating func completeSync(in slot: Int) {
        precondition(running == slot, "a sync completes before the one it follows")
        for _ in 0..<covered {
            let asker = askers.removeFirst()
            extents[asker.file].completeSync()
            outcomes.append(.done(asker.token))
        }
        covered = 0
        running = nil
        if case .waits(let next) = following { runSync(in: next) }
    }

    /// How long it takes to move so much, rounded up to a whole nanosecond.
    private func transferTime(of bytes: UInt64) -> Span {
        let (work, overflow) = bytes.multipliedReportingOverflow(by: 1_000_000_000)
        precondition(!overflow, "18 GB are the most that one operation moves")
        let (whole, rest) = work.quotientAndRemainder(dividingBy: profile.bytesPerSecond)
        return Span(nanoseconds: Int64(whole) + (rest > 0 ? 1 : 0))
    }

    /// What the transfers under way still take at full speed, rounded up to a whole nanosecond.
    @discardableResult
    private mutating func settleBacklog(at now: Instant) -> Span {
        if backlog > 0 {
            let moved = station.pace.grains(in: now.nanoseconds - backlogTime.nanoseconds)
            backlog = max(backlog, moved) - moved
        }
        backlogTime = now
        return Span(nanoseconds: Int64((backlog + 65_535) >> 16))
    }

    private func checkRead(of bytes: UInt64, at position: UInt64, of file: Int) -> DiskError? {
        if readFaults > 0 { return .failing }
        let extent = extents[file]
        guard position >= extent.start, position <= extent.written, bytes <= extent.written - position else {
            return .missing
        }
        let range = position..<position + bytes
        return corrupted.contains { $0.file == file && $0.range.overlaps(range) } ? .corrupt : nil
    }

    // MARK: Files

    // Trims, truncations and deletions change no bytes, only what the file system's journal says of them: they
    // take no time, hold at once, and survive each crash but the loss of the disk.

    /// Gives back the space of all that lies before `position` in a file, also of what is still on its way.
    public mutating func trim(_ file: Int, to position: UInt64, at now: Instant) {
        advance(to: now)
        stored -= extents[file].trim(to: position)
        forgetCorruption(of: file)
    }

    /// Takes off a file what lies behind `position`, also what is still on its way: of that the appender hears
    /// that it is missing.
    public mutating func truncate(_ file: Int, to position: UInt64, at now: Instant) {
        advance(to: now)
        stored -= extents[file].truncate(to: position, before: appends + 1)
        forgetCorruption(of: file)
    }

    /// Empties a file: what comes next begins at 0 again.
    public mutating func erase(_ file: Int, at now: Instant) {
        advance(to: now)
        stored -= extents[file].erase(before: appends + 1)
        forgetCorruption(of: file)
    }

    private mutating func forgetCorruption(of file: Int) {
        guard !corrupted.isEmpty else { return }
        let extent = extents[file]
        for place in corrupted.indices where corrupted[place].file == file {
            corrupted[place].range = corrupted[place].range.clamped(to: extent.start..<extent.written)
        }
        corrupted.removeAll { $0.range.isEmpty }
    }

    // MARK: Faults

    /// Makes all that it does take `factor` times as long, also what is under way.
    public mutating func slow(by factor: Factor, id: Int, at now: Instant) {
        changePace(at: now) { $0.slow(by: factor, id: id, at: now) }
    }

    /// Takes off the slowdown of that name.
    public mutating func restore(id: Int, at now: Instant) {
        changePace(at: now) { $0.restore(id: id, at: now) }
    }

    private mutating func changePace(
        at now: Instant, _ change: (inout Processor<QueuedOperation>) -> [Processor<QueuedOperation>.Retiming]
    ) {
        advance(to: now)
        settleBacklog(at: now)
        _ = change(&station)
        nextEnd = 0  // to be looked for
        advance(to: now)
    }

    /// Ends what is under way without effect and returns those who waited for it. Files are then what the next
    /// incarnation will find.
    public mutating func crash(_ kind: CrashKind, at now: Instant) -> [Token] {
        advance(to: now)
        var tokens: [Token] = []
        while outcomes.count > 0 {
            switch outcomes.removeFirst() {
            case .done(let token), .failed(let token, _): tokens.append(token)
            }
        }
        tokens += (0..<askers.count).map { askers[$0].token }
        let lost = station.crash(at: now)
        for request in lost.inService + lost.queued {
            if let token = request.token { tokens.append(token) }
        }
        askers.removeAll()
        (covered, running, following) = (0, nil, .none)
        (promised, backlog, awaitedInQueue) = (0, 0, 0)
        (nextEnd, starting) = (.max, .max)
        for file in extents.indices {
            stored -= extents[file].crash(kind)
            forgetCorruption(of: file)
        }
        return tokens
    }

    // MARK: Looking

    /// Under way or waiting, as of the latest instant that it was told of.
    var operations: Int { station.coresInUse + station.queueLength }
    var isInUse: Bool { operations > 0 }

    /// How busy it was, with a core for each slot.
    public mutating func reading(at now: Instant) -> ProcessorReading {
        advance(to: now)
        return station.reading(at: now)
    }

    package func checkInvariants() {
        station.checkInvariants()
        for extent in extents { extent.checkInvariants() }
        precondition(stored == extents.reduce(0) { $0 + $1.size }, "bytes are counted wrong")
        precondition(stored + promised <= capacity, "there is more on the disk than fits")
        precondition(covered <= askers.count, "more syncs are covered than were asked for")
        precondition((covered > 0) == (running != nil), "a sync runs for nobody")
        if case .none = following { precondition(covered == askers.count, "nobody will answer a sync") }
        precondition(
            awaitedInQueue == (0..<station.queue.count).filter { station.queue[$0].work.isAwaited }.count,
            "those who wait in the queue are counted wrong")
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
    /// There is nothing at that place: it was trimmed, cut off, lost, or never written.
    case missing
}
