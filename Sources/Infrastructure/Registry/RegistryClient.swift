public import Cluster
public import Simulation
public import Vocabulary

/// A client of a registry, inside a part that uses it. It has a session, keeps it alive, goes to another server when
/// one is gone, watches, and stands for leadership.
///
/// A design declares a role whose settings have `RegistrySettings` among their knobs, an odd number of servers, and
/// makes the parts:
///
///     static let registry = Role(
///         "registry", "Knows who is there", count: 3, settings: MyRegistry.self, of: RegistryServer.self)
///     let servers = site.reserve(registry)
///     site.add(registry) { RegistryServer(seat: $0, servers: servers, settings: $1.registry) }
///
/// A part that uses it says what it was about to do with an answer, as a value, and has a case for the news of it:
///
///     actor Assigner: RegistryUser {
///         enum RegistryStep: Sendable { case registered, hostsRead }
///         enum Inbox: Marked { case registry(RegistryNews), … }
///         static func registry(_ news: RegistryNews) -> Inbox { .registry(news) }
///         private var registry: RegistryClient<Assigner>
///
///         init(seat: Seat, servers: Endpoints<RegistryServer>) {
///             registry = RegistryClient(of: servers, settings: …, on: seat)
///         }
///
///         func begin(in shift: Shift) {
///             registry.open(in: shift)
///             registry.stand(for: leadership, with: RegistryValue(UInt64(seat.number)), in: shift)
///             registry.ask(.list(folder: hosts, watches: true), then: .hostsRead, in: shift)
///         }
///
///         func receive(_ message: Inbox, in shift: Shift) {
///             switch message {
///             case .registry(let news):
///                 for outcome in registry.hear(news, in: shift) { take(outcome, in: shift) }
///
/// Outcomes: `.answered(step, result)`, `.changed(watch)` once for each watch, `.members(folder, values)` of a folder
/// that it follows, `.elected(fence)`, `.deposed(folder)`, and what becomes of the connection. Who is elected writes
/// with its fence (`ask(_:under:then:in:)`): when the leadership is over, such writes are refused, whatever the part
/// still believes. While `.suspended` it should do nothing that only a leader may do.
///
/// A write that was sent and not answered when the connection ended fails with `maybeDone`; a read is asked again. An
/// answer with `entries` refers to contents of the run's pool: call `letGo` on them when they were read.
public struct RegistryClient<Owner: RegistryUser>: Sendable {
    @usableFromInline
    enum Addressee: Sendable {
        case host(Owner.RegistryStep)
        case candidacy(Int)
        case follower(Int)
    }

    @usableFromInline
    struct OpenRequest: Sendable {
        @usableFromInline let request: RegistryRequest
        @usableFromInline let step: Addressee
        /// Over which it was sent; 0 while it waits for one.
        @usableFromInline var connection: UInt32 = 0
        /// Counts the requests in this slot.
        @usableFromInline var generation: UInt32

        @inlinable
        init(_ request: RegistryRequest, _ step: Addressee, generation: UInt32) {
            (self.request, self.step, self.generation) = (request, step, generation)
        }
    }

    @usableFromInline
    enum Connection: Sendable { case none, attaching, attached }

    @usableFromInline let servers: Endpoints<RegistryServer>
    @usableFromInline let settings: RegistryClientSettings
    @usableFromInline let attacher: Caller<AttachCall<Owner>>
    @usableFromInline let asker: Caller<RegistryCall<Owner>>
    @usableFromInline let pinger: Caller<RegistryPingCall<Owner>>
    @usableFromInline let listener: Caller<ListenCall<Owner>>

    /// 0 while it has none.
    public internal(set) var session: UInt64 = 0
    /// How long it was granted.
    @usableFromInline var timeout: Span
    /// What it has seen of the registry.
    @usableFromInline var place: UInt64 = 0
    @usableFromInline var state = Connection.none
    /// Counts connections: what comes over an earlier one is late.
    @usableFromInline var connection: UInt32 = 0
    @usableFromInline var server: Int
    @usableFromInline var heard = Instant.start
    @usableFromInline var sent = Instant.start

    @usableFromInline var open: [OpenRequest?] = []
    @usableFromInline var free: [Int] = []
    /// In the order in which they were asked: those that wait for a connection, or for an answer.
    @usableFromInline var order: [Int] = []
    @usableFromInline var generations: UInt32 = 0
    /// Those that were not told yet.
    @usableFromInline var watches: [RegistryWatch] = []
    @usableFromInline var candidacies: [RegistryCandidacy] = []
    @usableFromInline var followed: [FollowedFolder] = []
    @usableFromInline var outcomes: [RegistryOutcome<Owner.RegistryStep>] = []

    @inlinable
    public init(of servers: Endpoints<RegistryServer>, settings: RegistryClientSettings, on seat: Seat) {
        self.servers = servers
        self.settings = settings
        timeout = settings.session
        let once = RetryPolicy.never
        // A handshake may take a share of the session, so that there is time for the other servers.
        attacher = seat.caller(
            by: CallPlan(deadline: settings.session / Int64(servers.count), retry: once))
        let patient = CallPlan(deadline: .hours(24 * 365), retry: once)
        asker = seat.caller(by: patient)
        pinger = seat.caller(by: patient)
        listener = seat.caller(by: patient)
        server = seat.number % servers.count
    }

    /// Opens a session. To be called when the part begins.
    public mutating func open(in shift: ShiftOf<Owner>) { attach(in: shift) }

    /// Asks something. `hear` says what came of it.
    @inlinable
    public mutating func ask(
        _ read: RegistryRead, then step: Owner.RegistryStep, in shift: ShiftOf<Owner>
    ) { ask(.read(read), .host(step), in: shift) }

    /// Changes something, if the leadership that it is done under is not over.
    @inlinable
    public mutating func ask(
        _ write: RegistryWrite, under fence: RegistryFence? = nil, then step: Owner.RegistryStep,
        in shift: ShiftOf<Owner>
    ) { ask(.write(write, fence), .host(step), in: shift) }

    @inlinable
    mutating func ask(_ request: RegistryRequest, _ step: Addressee, in shift: ShiftOf<Owner>) {
        generations &+= 1
        let new = OpenRequest(request, step, generation: generations)
        let slot = free.popLast() ?? open.count
        if slot == open.count { open.append(new) } else { open[slot] = new }
        order.append(slot)
        if state == .attached { send(slot, in: shift) }
    }

    @inlinable
    mutating func send(_ slot: Int, in shift: ShiftOf<Owner>) {
        open[slot]!.connection = connection
        sent = shift.now
        let request = open[slot].unsafelyUnwrapped
        if case .read(let read) = request.request {
            switch read {
            case .get(let name, true): watch(.entry(name))
            case .list(let folder, true): watch(.folder(folder))
            case .get, .list: break
            }
        }
        let call = RegistryCall<Owner>(
            session: session, request: request.request, slot: slot, generation: request.generation)
        shift.call(call, at: servers[server], by: asker)
    }

    @usableFromInline
    mutating func watch(_ watch: RegistryWatch) {
        if !watches.contains(watch) { watches.append(watch) }
    }

    /// What has come for the client, and what has come of it.
    @inlinable
    public mutating func hear(
        _ news: RegistryNews, in shift: ShiftOf<Owner>
    ) -> [RegistryOutcome<Owner.RegistryStep>] {
        switch news {
        case .answered(let slot, let generation, let result):
            guard open[slot]?.generation == generation else {
                if case .success(let reply) = result { reply.noteDiscarded() }
                break
            }
            if case .success(let reply) = result { place = max(place, reply.place) }
            take(result.map(\.answer), of: slot, in: shift)
        case .attached(let connection, let result):
            if connection == self.connection { attached(result, in: shift) }
        case .heard(let connection, let result):
            guard connection == self.connection else {
                if case .success(let events) = result { events.noteDiscarded() }
                break
            }
            take(result, in: shift)
        case .pong(let connection, let result):
            guard connection == self.connection, case .success(let pong) = result else { break }
            heard = shift.now
            place = max(place, pong.place)
        case .pingIsDue(let connection):
            if connection == self.connection { ping(in: shift) }
        case .attachIsDue(let connection):
            if connection == self.connection { attach(in: shift) }
        case .linkEnded(let connection):
            if connection == self.connection { detach(in: shift) }
        }
        defer { outcomes.removeAll(keepingCapacity: true) }
        return outcomes
    }

    @inlinable
    mutating func take(
        _ result: Result<RegistryAnswer, CallError>, of slot: Int, in shift: ShiftOf<Owner>
    ) {
        switch result {
        case .success(.refused(.notServing)), .failure: detach(in: shift)
        case .success(.refused(.expired)): expire(in: shift)
        case .success(.refused(.maybeDone)): detach(in: shift)
        case .success(let answer):
            heard = shift.now
            if case .refused(let error) = answer {
                end(slot, .failure(error), in: shift)
            } else {
                end(slot, .success(answer), in: shift)
            }
        }
    }

    @inlinable
    mutating func end(
        _ slot: Int, _ result: Result<RegistryAnswer, RegistryError>, in shift: ShiftOf<Owner>
    ) {
        let step = open[slot].unsafelyUnwrapped.step
        open[slot] = nil
        free.append(slot)
        if let place = order.firstIndex(of: slot) { order.remove(at: place) }
        switch step {
        case .host(let step): outcomes.append(.answered(step, result))
        case .candidacy(let number): goOn(number, result, in: shift)
        case .follower(let number): goOn(following: number, result, in: shift)
        }
    }
}

/// What a client asks.
@usableFromInline
enum RegistryRequest: BitwiseCopyable, Sendable {
    case read(RegistryRead)
    case write(RegistryWrite, RegistryFence?)
}

/// What a client tells its part.
public enum RegistryOutcome<Step: Sendable>: Sendable {
    case answered(Step, Result<RegistryAnswer, RegistryError>)
    /// Watched, and changed since: it is watched no more.
    case changed(RegistryWatch)
    /// What is in a followed folder, in the order of its numbers.
    case members(folder: UInt32, [RegistryValue])
    /// It leads: what it writes under this fence is done as long as it does.
    case elected(RegistryFence)
    /// It does not lead any more in that folder.
    case deposed(folder: UInt32)
    /// No server is there for it; it has its session until it hears that it is over.
    case suspended
    case resumed
    /// The session is over, with all that went with it. The client opens another one.
    case expired
}

/// A part that uses a registry.
public protocol RegistryUser: Part {
    /// What it was about to do with an answer.
    associatedtype RegistryStep: Sendable
    static func registry(_ news: RegistryNews) -> Inbox
}
