public import Chat
public import Cluster
public import Vocabulary

/// What a user has changed of what the system knows, as the connection service tells those who keep a copy of it.
public struct PeopleNews: Marked {
    public let change: Change
    public let user: User
    /// Where each device has a list of blocks of its own: which change of its owner's list it is, and by which device;
    /// 0 of all other changes.
    public private(set) var version: UInt32 = 0
    public private(set) var device: UInt8 = 0
    public private(set) var time = LocalTime(nanoseconds: 0)

    init(change: Change, user: User) { (self.change, self.user) = (change, user) }

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

/// A part that keeps a copy of what the connection service knows of people: which devices they have, who is in which
/// room, who blocks whom. It hears of each change, and asks for all of them when it has crashed.
protocol PeopleListener: Part {
    static func changed(_ news: PeopleNews) -> Inbox
    static func learned(_ result: Result<PeopleChanges, CallError>) -> Inbox
}

/// All that has changed since the system was set up, in order.
public struct PeopleChanges: Marked {
    let all: [PeopleNews]

    public var mark: UInt64 { all.reduce(0) { Vocabulary.mark($0, $1.mark) } }

    var size: ByteCount { SenderService.frame + .bytes(Int64(32 * all.count)) }

    func apply(to directory: inout Directory) {
        for news in all { directory.take(news.change, by: news.user) }
    }
}

/// A part that has crashed asks what has changed.
struct LearnPeople<Listener: PeopleListener>: Call {
    typealias Caller = Listener
    typealias Callee = ConnectionService
    typealias Reply = PeopleChanges

    var size: ByteCount { SenderService.frame }

    func request(_ ticket: Ticket<PeopleChanges>) -> ConnectionService.Inbox { .tellAll(ticket) }
    func outcome(_ result: Result<PeopleChanges, CallError>) -> Listener.Inbox { Listener.learned(result) }
}

/// How a part asks: the next instance when one does not answer, until one has.
struct PeopleLearner<Listener: PeopleListener> {
    private let caller: Caller<LearnPeople<Listener>>
    private let services: Endpoints<ConnectionService>
    private var next: Int

    init(_ peers: SenderPeers, on seat: Seat) {
        services = peers.connectionServices
        next = seat.number % services.count
        caller = seat.caller(
            by: CallPlan(
                deadline: .seconds(2),
                retry: RetryPolicy(
                    attempts: 3, base: .milliseconds(100), cap: .seconds(1), retryable: .passing)))
    }

    /// When the run begins everybody knows what there is.
    mutating func begin(in shift: ShiftOf<Listener>) {
        if shift.now > .start { ask(in: shift) }
    }

    private mutating func ask(in shift: ShiftOf<Listener>) {
        next = (next + 1) % services.count
        shift.call(LearnPeople<Listener>(), at: services[next], by: caller)
    }

    mutating func take(
        _ result: Result<PeopleChanges, CallError>, into directory: inout Directory,
        in shift: ShiftOf<Listener>
    ) {
        switch result {
        case .success(let changes): changes.apply(to: &directory)
        case .failure: ask(in: shift)
        }
    }
}
