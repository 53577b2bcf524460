public import Cluster
public import Simulation
public import Vocabulary

/// How a pool of services speaks to the part that has it: a type for each pool of a part.
public protocol PoolWiring: Sendable {
    associatedtype Owner: Part
    associatedtype Service: Part

    static func news(_ news: PoolNews) -> Owner.Inbox
    /// The request by which a service is asked whether it is well. It answers at once, when a core has time.
    static func check(_ ticket: Ticket<Wellness>) -> Service.Inbox
}

/// What a service says that is asked whether it is well.
public enum Wellness: UInt64, Marked {
    case well = 1
    /// It is there, and wants nothing for now.
    case unwell

    public var mark: UInt64 { rawValue }
}

/// What reaches a pool; its part hands it on.
public enum PoolNews: Marked {
    case checkIsDue
    case checked(Int, Result<Wellness, CallError>)

    public var mark: UInt64 {
        switch self {
        case .checkIsDue: Vocabulary.mark(1)
        case .checked(let place, .success(let wellness)): Vocabulary.mark(2, UInt64(place), wellness.mark)
        case .checked(let place, .failure(let error)):
            Vocabulary.mark(3, UInt64(place), UInt64(error.rawValue))
        }
    }
}

/// Equal services behind a part that hands requests on, a gateway or a load balancer: it knows where they are, and finds
/// out by checks which of them are well.
///
/// Each is asked from time to time. Between the moment at which one dies and the check that says so for the last time
/// requests go on to it: that is what retries are for, and a budget keeps these from becoming a load of their own.
///
///     guard let place = orders.choose() else { return refuse(request) }
///     shift.call(Order(request, at: place), at: orders.services[place], by: caller)
///     …
///     case .ordered(let request, let place, let result):
///         orders.end(at: place)
///         if case .failure = result, let other = orders.chooseAgain(otherThan: place, at: shift.now) { … }
public struct ServicePool<Wiring: PoolWiring>: Sendable {
    public let services: Endpoints<Wiring.Service>
    public private(set) var balancer: Balancer
    private let settings: BalancerSettings
    private let check: Caller<CheckCall<Wiring>>
    private var records: [HealthRecord]
    private var budget: RetryBudget

    public init(_ services: Endpoints<Wiring.Service>, settings: BalancerSettings, on seat: Seat) {
        self.services = services
        self.settings = settings
        balancer = Balancer(
            services.count, settings.policy, bound: settings.boundedLoad,
            drawing: seat.stream("balancing of \(Wiring.self)"))
        check = seat.caller(
            by: CallPlan(
                deadline: settings.checkTimeout,
                retry: .never))
        records = Array(repeating: HealthRecord(), count: services.count)
        budget = RetryBudget(
            ratio: settings.retryShare, perSecond: settings.retriesPerSecond,
            limit: max(1, 10 * settings.retriesPerSecond))
    }

    /// To be called when the part begins.
    public mutating func begin(in shift: ShiftOf<Wiring.Owner>) { checkLater(in: shift) }

    /// What the part hears of it, it hands on here.
    public mutating func hear(_ news: PoolNews, in shift: ShiftOf<Wiring.Owner>) {
        switch news {
        case .checkIsDue:
            for place in services.indices {
                shift.call(CheckCall<Wiring>(place: place), at: services[place], by: check)
            }
            checkLater(in: shift)
        case .checked(let place, let result):
            let isWell = if case .success(.well) = result { true } else { false }
            if records[place].note(isWell, fall: settings.fall, rise: settings.rise) {
                balancer.setHealth(of: place, to: records[place].isHealthy)
            }
        }
    }

    private func checkLater(in shift: ShiftOf<Wiring.Owner>) {
        _ = shift.arm(Wiring.news(.checkIsDue), after: settings.checkEvery)
    }

    /// Where a request goes, by number; nil when nobody is well.
    public mutating func choose(key: UInt64 = 0) -> Int? {
        budget.countRequest()
        return balancer.choose(key: key)
    }

    /// Where a request goes that has failed at a service; nil when it is given up, since too many are sent again.
    public mutating func chooseAgain(key: UInt64 = 0, otherThan place: Int, at now: Instant) -> Int? {
        guard budget.takeRetry(at: now) else { return nil }
        return balancer.choose(key: key, otherThan: place)
    }

    /// A request has its answer, or none.
    public mutating func end(at place: Int) { balancer.end(at: place) }

    /// A service gets nothing more, and ends what it has; or it is back.
    public mutating func setDraining(of place: Int, to isDraining: Bool) {
        balancer.setDraining(of: place, to: isDraining)
    }
}

/// A pool asks a service whether it is well.
public struct CheckCall<Wiring: PoolWiring>: Call {
    public typealias Caller = Wiring.Owner
    public typealias Callee = Wiring.Service
    let place: Int

    public var size: ByteCount { .bytes(200) }
    public func request(_ ticket: Ticket<Wellness>) -> Callee.Inbox { Wiring.check(ticket) }
    public func outcome(_ result: Result<Wellness, CallError>) -> Caller.Inbox {
        Wiring.news(.checked(place, result))
    }
}
