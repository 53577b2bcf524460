public import Chat
public import Cluster
public import Vocabulary

/// What a user has changed of what the system knows, as the connection service tells those who keep a copy of it.
public struct PeopleNews: Marked {
    public let change: Change
    public let user: User
    /// When it was decided, by the clock of who has; of a change of a list, by that of its device.
    public let time: LocalTime
    /// Where each device has a list of blocks of its own: which change of its owner's list it is, and by which device;
    /// 0 of all other changes.
    public private(set) var version: UInt32 = 0
    public private(set) var device: UInt8 = 0

    init(change: Change, user: User, at time: LocalTime) {
        (self.change, self.user, self.time) = (change, user, time)
    }

    init(_ entry: BlockEntry, by device: DeviceID, at time: LocalTime) {
        change = entry.isBlocked ? .block(entry.user) : .unblock(entry.user)
        (user, self.device, version, self.time) = (device.user, device.number, entry.version, time)
    }

    /// Nil of what is no change of such a list.
    public var entry: BlockEntry? {
        switch change {
        case .block(let other) where version > 0: BlockEntry(other, isBlocked: true, version: version)
        case .unblock(let other) where version > 0: BlockEntry(other, isBlocked: false, version: version)
        default: nil
        }
    }

    public var mark: UInt64 {
        Vocabulary.mark(change.mark, UInt64(user.number), UInt64(version) << 8 | UInt64(device))
    }
}

extension BlockEntry {
    /// As whom it is about is told of it: by whom they are blocked, or not any more.
    func told(of owner: User) -> BlockEntry { BlockEntry(owner, isBlocked: isBlocked, version: version) }
}

/// What was last said of each topic. News come twice, and past each other: what was lost is told again, and others
/// tell of it too. The latest holds.
struct LatestNews {
    /// Whether somebody blocks another one, is in a room, has a device, has a key on it.
    private struct ChangeTopic: Hashable {
        let user: User
        let other: UInt64

        init(_ news: PeopleNews) {
            user = news.user
            other =
                switch news.change {
                case .block(let other), .unblock(let other): UInt64(other.number)
                case .join(let room), .leave(let room): 1 << 32 | UInt64(room.number)
                case .addDevice(let device), .removeDevice(let device): 2 << 32 | UInt64(device)
                case .newKey(let device, _): 3 << 32 | UInt64(device)
                }
        }
    }

    private var orders: [ChangeTopic: Int64] = [:]  // looked up only, never iterated

    /// False of what is known already, or something later.
    mutating func take(_ news: PeopleNews) -> Bool {
        let topic = ChangeTopic(news)
        guard news.order > orders[topic] ?? .min else { return false }
        orders[topic] = news.order
        return true
    }

    /// The time of a change that is decided now: behind all that is known of its topic, whatever the clock says. In
    /// whole µs, as rows have them.
    func time(of change: Change, by user: User, at now: LocalTime) -> LocalTime {
        let former = orders[ChangeTopic(PeopleNews(change: change, user: user, at: now))] ?? .min
        return LocalTime(nanoseconds: max(now.nanoseconds / 1_000, former / 1_000 + 1) * 1_000)
    }
}

extension PeopleNews {
    /// Of news of one topic the one with the highest holds. A list has versions, which need no clock.
    fileprivate var order: Int64 { version > 0 ? Int64(version) : time.nanoseconds }
}

/// A part that keeps a copy of what the connection service knows of people: which devices they have, who is in which
/// room, who blocks whom. It hears of each change, and asks for all of them when it has crashed.
protocol PeopleListener: Part {
    static func changed(_ news: PeopleNews) -> Inbox
    static func learned(_ result: Result<PeopleChanges, CallError>) -> Inbox
}

/// What a part wants to know that keeps a copy.
public struct PeopleQuestion: Marked {
    /// Up to where it has been told.
    let since: PeoplePlace?
    /// When it has asked, if it wants all that holds by then; nil where what one instance knows will do.
    let asOf: Instant?

    public var mark: UInt64 { Vocabulary.mark(since?.mark ?? 0, asOf?.nanoseconds ?? 0) }
}

/// A place in the row of changes that an instance knows, from one crash to the next.
struct PeoplePlace: Hashable, Sendable {
    let service: Int
    let incarnation: Int
    let count: Int

    var mark: UInt64 { Vocabulary.mark(UInt64(service), UInt64(incarnation), UInt64(count)) }
}

/// What has changed, in order.
public struct PeopleChanges: Marked {
    let changes: ArraySlice<PeopleNews>
    let place: PeoplePlace
    let asOf: Instant?

    public var mark: UInt64 { changes.reduce(place.mark) { Vocabulary.mark($0, $1.mark) } }

    var size: ByteCount { SenderService.frame + .bytes(Int64(32 * changes.count)) }
}

struct LearnPeople<Listener: PeopleListener>: Call {
    typealias Caller = Listener
    typealias Callee = ConnectionService
    typealias Reply = PeopleChanges

    let question: PeopleQuestion

    var size: ByteCount { SenderService.frame }

    func request(_ ticket: Ticket<PeopleChanges>) -> ConnectionService.Inbox { .tellAll(question, ticket) }
    func outcome(_ result: Result<PeopleChanges, CallError>) -> Listener.Inbox { Listener.learned(result) }
}

/// How a part learns: from the news that it is told, and by asking, the next instance when one does not answer, until one
/// has.
struct PeopleLearner<Listener: PeopleListener> {
    private let caller: Caller<LearnPeople<Listener>>
    private let services: Endpoints<ConnectionService>
    private var next: Int
    private var latest = LatestNews()
    private var place: PeoplePlace?
    /// When all was known that held; nil since a crash.
    private var asOf: Instant? = .start
    /// Since when it asks what holds.
    private var asking: Instant?

    init(_ peers: SenderPeers, on seat: Seat) {
        services = peers.connectionServices
        next = (seat.number + 1) % services.count
        caller = seat.caller(
            by: CallPlan(
                deadline: .seconds(2),
                retry: RetryPolicy(
                    attempts: 3, base: .milliseconds(100), cap: .seconds(1), retryable: .passing),
                closesConnectionWhenLate: true))
    }

    /// When the run begins everybody knows what there is.
    mutating func begin(in shift: ShiftOf<Listener>) {
        guard shift.now > .start else { return }
        asOf = nil
        ask(in: shift)
    }

    /// Whether nothing is missing but what may still be spreading. A part hears of who comes into rooms and goes, unless it is
    /// cut off, which it cannot tell from silence. So it asks now and then while there are letters to rooms, early enough
    /// that none waits for the answer.
    mutating func isUpToDate(in shift: ShiftOf<Listener>) -> Bool {
        let limit = SenderService.changesSpread
        if !isComplete(within: limit / 2, at: shift.now) { bringUpToDate(in: shift) }
        return isComplete(within: limit, at: shift.now)
    }

    private func isComplete(within age: Span, at now: Instant) -> Bool {
        asOf.map { now - $0 <= age } ?? false
    }

    /// Asks what holds by now, unless it does so already.
    private mutating func bringUpToDate(in shift: ShiftOf<Listener>) {
        guard asking == nil else { return }
        asking = shift.now
        ask(in: shift)
    }

    private mutating func ask(in shift: ShiftOf<Listener>) {
        shift.call(
            LearnPeople<Listener>(question: PeopleQuestion(since: place, asOf: asking)), at: services[next],
            by: caller)
    }

    /// False of what is known already.
    mutating func take(_ news: PeopleNews, into directory: Directory) -> Bool {
        guard latest.take(news) else { return false }
        directory.take(news.change, by: news.user)
        return true
    }

    mutating func take(
        _ result: Result<PeopleChanges, CallError>, into directory: Directory, in shift: ShiftOf<Listener>
    ) {
        switch result {
        case .success(let learned):
            for news in learned.changes { _ = take(news, into: directory) }
            place = learned.place
            guard let time = learned.asOf else { return }
            asOf = time
            asking = nil
        case .failure:
            next = (next + 1) % services.count
            if asking != nil { asking = shift.now }
            ask(in: shift)
        }
    }
}
