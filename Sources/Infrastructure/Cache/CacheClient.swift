public import Cluster
public import Simulation
public import Vocabulary

/// A client of a cache, inside a part that uses it. It finds the primary of a shard, asks it, finds the next one when
/// that is gone, and ends each command with exactly one answer or error.
///
/// A design declares two roles under names of its own, whose settings have `CacheSettings` and `SentinelSettings` among
/// their knobs, and makes the parts:
///
///     static let cache = Role("cache", "Keeps checkpoints", count: 2, settings: MyCache.self, of: CacheNode.self)
///     static let sentinel = Role(
///         "cache-sentinel", "Watches the cache", count: 3, settings: MySentinel.self, of: CacheSentinel.self)
///
///     let nodes = site.reserve(cache), sentinels = site.reserve(sentinel)
///     site.add(cache) { CacheNode(seat: $0, nodes: nodes, sentinels: sentinels, settings: $1.cache) }
///     site.add(sentinel) { CacheSentinel(seat: $0, nodes: nodes, sentinels: sentinels, replicas: 1, settings: $1.sentinel) }
///     let place = CachePlace(nodes: nodes, sentinels: sentinels, settings: site.settings(of: cache).cache)
///
/// A part that uses it says what it was about to do with an answer, as a value, and has a case for the news of it:
///
///     actor Generator: CacheUser {
///         enum CacheStep: Sendable { case loaded(Letter), saved(Letter, upTo: Int) }
///         enum Inbox: Marked { case cache(CacheNews), … }
///         static func cache(_ news: CacheNews) -> Inbox { .cache(news) }
///         private var cache: CacheClient<Generator>
///
///         init(seat: Seat, place: CachePlace) { cache = CacheClient(of: place, settings: …, on: seat) }
///
///         func save(_ letter: Letter, upTo end: Int, in shift: Shift) {
///             cache.ask(
///                 CacheKey(1, letter.number), .set(CacheValue(UInt64(end)), expiry: .after(.hours(1))),
///                 then: .saved(letter, upTo: end), in: shift)
///         }
///
///         func receive(_ message: Inbox, in shift: Shift) {
///             switch message {
///             case .cache(let news):
///                 guard let (step, result) = cache.hear(news, in: shift) else { return }
///                 …  // result: Result<CacheAnswer, CacheError>
///
/// A command that may be repeated (`isRepeatable`) is, until it is answered or `give-up-after` is over. Of any other
/// one that was sent and not answered, nobody knows whether it was carried out: it ends with `maybeDone`. An answer says
/// that the primary has it, not that replicas do: what was acknowledged last may be lost in a failover.
///
/// An answer with `pairs` refers to contents of the run's pool: call `letGo` on them when they were read.
public struct CacheClient<Owner: CacheUser>: Sendable {
    /// A command under way.
    @usableFromInline
    struct OpenCommand: Sendable {
        @usableFromInline var request: CacheRequest
        @usableFromInline var step: Owner.CacheStep
        @usableFromInline var until: Instant
        /// Of the latest attempt, or wait: what comes of an earlier one is late.
        @usableFromInline var attempt: UInt32
        @usableFromInline var shard: UInt16
        /// Whether it waits for nothing but to know where the primary is.
        @usableFromInline var waitsForPlace: Bool

        @inlinable
        init(_ request: CacheRequest, _ step: Owner.CacheStep, until: Instant, shard: Int) {
            (self.request, self.step, self.until, self.shard) = (request, step, until, UInt16(shard))
            (attempt, waitsForPlace) = (0, false)
        }
    }

    @usableFromInline let place: CachePlace
    @usableFromInline let settings: CacheClientSettings
    @usableFromInline let caller: Caller<CacheCall<Owner>>
    @usableFromInline let locator: Caller<LocateCall<Owner>>
    @usableFromInline var open: [OpenCommand?] = []
    @usableFromInline var free: [UInt32] = []
    @usableFromInline var attempts: UInt32 = 0
    /// By shard; nil while it has to be asked for.
    @usableFromInline var primaries: [Int?]
    @usableFromInline var isLocating: [Bool]
    @usableFromInline var sentinel: Int

    @inlinable
    public init(of place: CachePlace, settings: CacheClientSettings, on seat: Seat) {
        self.place = place
        self.settings = settings
        let once = RetryPolicy.never
        caller = seat.caller(by: CallPlan(deadline: settings.timeout, retry: once))
        locator = seat.caller(by: CallPlan(deadline: settings.timeout, retry: once))
        let asksSentinels = place.sentinels != nil
        primaries = (0..<place.layout.shards).map { asksSentinels ? nil : place.layout.firstPrimary(of: $0) }
        isLocating = Array(repeating: false, count: place.layout.shards)
        sentinel = place.sentinels.map { seat.number % $0.count } ?? 0
    }

    /// How many commands have not ended.
    public var openCount: Int { open.count - free.count }

    /// Does something to an entry. `hear` says what came of it.
    @inlinable
    public mutating func ask(
        _ key: CacheKey, _ command: CacheCommand, then step: Owner.CacheStep, in shift: ShiftOf<Owner>
    ) {
        let new = OpenCommand(
            CacheRequest(key, command), step, until: shift.now + settings.giveUpAfter,
            shard: place.layout.shard(of: key))
        let slot = free.popLast() ?? UInt32(open.count)
        if Int(slot) == open.count { open.append(new) } else { open[Int(slot)] = new }
        send(slot, in: shift)
    }

    /// What has come for the client. When a command has ended by it: what was to be done then, and how it has ended.
    @inlinable
    public mutating func hear(
        _ news: CacheNews, in shift: ShiftOf<Owner>
    ) -> (step: Owner.CacheStep, result: Result<CacheAnswer, CacheError>)? {
        switch news {
        case .answered(let slot, let attempt, let result):
            guard open[Int(slot)]?.attempt == attempt else {
                if case .success(let answer) = result { answer.noteDiscarded() }
                return nil
            }
            return take(result, of: slot, in: shift)
        case .again(let slot, let attempt):
            guard let command = open[Int(slot)], command.attempt == attempt else { return nil }
            if shift.now >= command.until { return end(slot, .failure(.unavailable)) }
            send(slot, in: shift)
        case .located(let shard, let result): located(Int(shard), result, in: shift)
        case .locateAgain(let shard): askSentinel(Int(shard), in: shift)
        }
        return nil
    }

    // MARK: Commands

    @inlinable
    mutating func send(_ slot: UInt32, in shift: ShiftOf<Owner>) {
        attempts &+= 1
        open[Int(slot)]!.attempt = attempts
        let command = open[Int(slot)].unsafelyUnwrapped
        guard let node = primaries[Int(command.shard)] else {
            locate(Int(command.shard), in: shift)
            open[Int(slot)]!.waitsForPlace = true
            return wait(slot, in: shift)
        }
        let call = CacheCall<Owner>(
            request: command.request, slot: slot, attempt: attempts, node: UInt16(node))
        shift.call(call, at: place.nodes[node], by: caller)
    }

    @usableFromInline
    func wait(_ slot: UInt32, in shift: ShiftOf<Owner>) {
        let attempt = open[Int(slot)]!.attempt
        _ = shift.arm(Owner.cache(.again(slot: slot, attempt: attempt)), after: settings.retryAfter)
    }

    @inlinable
    mutating func take(
        _ result: Result<CacheAnswer, CacheFailure>, of slot: UInt32, in shift: ShiftOf<Owner>
    ) -> (step: Owner.CacheStep, result: Result<CacheAnswer, CacheError>)? {
        let command = open[Int(slot)].unsafelyUnwrapped
        switch result {
        case .success(.refused(let error)):
            switch error {
            case .moved(let node):
                primaries[place.layout.shard(of: command.request.key)] = Int(node)
            case .readOnly, .clusterDown: doubt(shard: Int(command.shard), in: shift)
            case .loading, .notEnoughReplicas: break
            default: return end(slot, .failure(error))
            }
        case .success(let answer): return end(slot, .success(answer))
        case .failure(let failure):
            doubt(shard: Int(command.shard), node: Int(failure.node), in: shift)
            let isUndone = failure.error == .refused || failure.error == .overloaded
            if !isUndone, !command.request.command.isRepeatable { return end(slot, .failure(.maybeDone)) }
        }
        if shift.now >= command.until { return end(slot, .failure(.unavailable)) }
        attempts &+= 1
        open[Int(slot)]!.attempt = attempts
        wait(slot, in: shift)
        return nil
    }

    @inlinable
    mutating func end(
        _ slot: UInt32, _ result: Result<CacheAnswer, CacheError>
    ) -> (step: Owner.CacheStep, result: Result<CacheAnswer, CacheError>) {
        let step = open[Int(slot)].unsafelyUnwrapped.step
        open[Int(slot)] = nil
        free.append(slot)
        return (step, result)
    }

    // MARK: Where primaries are

    /// The node that was taken for the primary did not answer, or says that it is none.
    @usableFromInline
    mutating func doubt(shard: Int, node: Int? = nil, in shift: ShiftOf<Owner>) {
        if let node, node != primaries[shard] { return }  // another one by now
        if place.sentinels != nil {
            locate(shard, in: shift)
        } else if place.nodesKnow, let node = primaries[shard] {
            let nodes = place.layout.nodes(of: shard)
            primaries[shard] = node + 1 < nodes.upperBound ? node + 1 : nodes.lowerBound
        }
    }

    @usableFromInline
    mutating func locate(_ shard: Int, in shift: ShiftOf<Owner>) {
        guard !isLocating[shard] else { return }
        isLocating[shard] = true
        primaries[shard] = nil
        askSentinel(shard, in: shift)
    }

    @usableFromInline
    func askSentinel(_ shard: Int, in shift: ShiftOf<Owner>) {
        guard let sentinels = place.sentinels else { return }
        shift.call(LocateCall<Owner>(shard: UInt16(shard)), at: sentinels[sentinel], by: locator)
    }

    @usableFromInline
    mutating func located(
        _ shard: Int, _ result: Result<PrimaryAnswer, CallError>, in shift: ShiftOf<Owner>
    ) {
        guard case .success(let answer) = result, let sentinels = place.sentinels else {
            sentinel = (sentinel + 1) % (place.sentinels?.count ?? 1)
            _ = shift.arm(Owner.cache(.locateAgain(shard: UInt16(shard))), after: settings.retryAfter)
            return
        }
        precondition(sentinel < sentinels.count)
        isLocating[shard] = false
        primaries[shard] = Int(answer.node)
        for slot in open.indices where open[slot]?.waitsForPlace == true && Int(open[slot]!.shard) == shard {
            open[slot]!.waitsForPlace = false
            send(UInt32(slot), in: shift)
        }
    }
}

/// A part that uses a cache.
public protocol CacheUser: Part {
    /// What it was about to do with an answer.
    associatedtype CacheStep: Sendable
    static func cache(_ news: CacheNews) -> Inbox
}

/// What comes to a client of a cache.
public enum CacheNews: Marked {
    case answered(slot: UInt32, attempt: UInt32, Result<CacheAnswer, CacheFailure>)
    case again(slot: UInt32, attempt: UInt32)
    case located(shard: UInt16, Result<PrimaryAnswer, CallError>)
    case locateAgain(shard: UInt16)

    public static var isCounted: Bool { true }
    public func noteCopied() { if case .answered(_, _, .success(let answer)) = self { answer.noteCopied() } }
    public func noteDiscarded() {
        if case .answered(_, _, .success(let answer)) = self { answer.noteDiscarded() }
    }

    public var mark: UInt64 {
        switch self {
        case .answered(let slot, let attempt, let result):
            switch result {
            case .success(let answer):
                Vocabulary.mark(1, UInt64(slot) << 32 | UInt64(attempt), answer.mark)
            case .failure(let failure):
                Vocabulary.mark(2, UInt64(slot) << 32 | UInt64(attempt), UInt64(failure.error.rawValue))
            }
        case .again(let slot, let attempt): Vocabulary.mark(3, UInt64(slot) << 32 | UInt64(attempt))
        case .located(let shard, let result):
            switch result {
            case .success(let answer): Vocabulary.mark(4, UInt64(shard), answer.mark)
            case .failure(let error): Vocabulary.mark(5, UInt64(shard), UInt64(error.rawValue))
            }
        case .locateAgain(let shard): Vocabulary.mark(6, UInt64(shard))
        }
    }
}

/// A node did not answer.
public struct CacheFailure: Error, Hashable, BitwiseCopyable {
    public let node: UInt16
    public let error: CallError

    @inlinable
    init(node: UInt16, error: CallError) { (self.node, self.error) = (node, error) }
}

/// A client asks a node.
public struct CacheCall<Owner: CacheUser>: Call {
    public typealias Caller = Owner
    public typealias Callee = CacheNode
    @usableFromInline let request: CacheRequest
    @usableFromInline let slot: UInt32
    @usableFromInline let attempt: UInt32
    @usableFromInline let node: UInt16

    @inlinable
    init(request: CacheRequest, slot: UInt32, attempt: UInt32, node: UInt16) {
        (self.request, self.slot, self.attempt, self.node) = (request, slot, attempt, node)
    }

    @inlinable public var size: ByteCount { request.size }
    @inlinable public func request(_ ticket: Ticket<CacheAnswer>) -> CacheNode.Inbox { .ask(request, ticket) }
    @inlinable
    public func outcome(_ result: Result<CacheAnswer, CallError>) -> Owner.Inbox {
        Owner.cache(
            .answered(
                slot: slot, attempt: attempt, result.mapError { CacheFailure(node: node, error: $0) }))
    }
}

/// A client asks a sentinel.
public struct LocateCall<Owner: CacheUser>: Call {
    public typealias Caller = Owner
    public typealias Callee = CacheSentinel
    @usableFromInline let shard: UInt16

    init(shard: UInt16) { self.shard = shard }

    public var size: ByteCount { CacheNode.frame }
    @inlinable
    public func request(_ ticket: Ticket<PrimaryAnswer>) -> CacheSentinel.Inbox {
        .locate(shard: shard, ticket)
    }
    @inlinable
    public func outcome(_ result: Result<PrimaryAnswer, CallError>) -> Owner.Inbox {
        Owner.cache(.located(shard: shard, result))
    }
}
