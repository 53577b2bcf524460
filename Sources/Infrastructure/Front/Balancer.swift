public import Cluster
public import Simulation
public import Vocabulary

/// Which of several equal services gets a request: what a load balancer decides, without clock or network.
///
/// It knows what it has sent and what has come back, and of health what its checks have told it, which may be wrong by
/// now. A service that is draining gets nothing more, and ends what it has.
public struct Balancer: Sendable {
    public enum Policy: String, Choice {
        /// One after the other.
        case roundRobin = "round-robin"
        /// Any of them.
        case random
        /// The one that has the fewest requests.
        case leastConnections = "least-connections"
        /// Of any two the one that has fewer.
        case twoChoices = "two-choices"
        /// The one that the key belongs to, or the next on the ring whose load is below the bound.
        case consistent
    }

    private struct Service {
        var requests = 0
        var isHealthy = true
        var isDraining = false
    }

    public let policy: Policy
    private var services: [Service]
    /// How many get requests.
    private var candidates: [Int]
    private let ring: HashRing?
    private let bound: Factor
    private var next = 0
    private var stream: RandomStream
    private var requests = 0

    /// - Parameters:
    ///   - bound: by how much the load of one may be above the mean, where keys decide.
    ///   - stream: for those policies that draw.
    public init(_ count: Int, _ policy: Policy, bound: Factor, drawing stream: RandomStream) {
        precondition(count > 0, "nobody to balance between")
        precondition(bound > .one, "a bound of \(bound) times the mean leaves no room")
        self.policy = policy
        self.bound = bound
        self.stream = stream
        services = Array(repeating: Service(), count: count)
        candidates = Array(0..<count)
        ring = policy == .consistent ? HashRing(count) : nil
    }

    public var count: Int { services.count }
    public func requests(at place: Int) -> Int { services[place].requests }
    public func isHealthy(_ place: Int) -> Bool { services[place].isHealthy }
    /// Whether it has ended what it had, and gets nothing more.
    public func isDrained(_ place: Int) -> Bool {
        services[place].isDraining && services[place].requests == 0
    }

    // MARK: Requests

    /// Where a request goes; nil when nobody is healthy. It counts there until it has ended.
    ///
    /// - Parameter other: one that has just failed, and does not get it again.
    public mutating func choose(key: UInt64 = 0, otherThan other: Int? = nil) -> Int? {
        guard let place = pick(key: key, otherThan: other) else { return nil }
        services[place].requests += 1
        requests += 1
        return place
    }

    public mutating func end(at place: Int) {
        precondition(services[place].requests > 0, "service \(place) ends what it did not get")
        services[place].requests -= 1
        requests -= 1
    }

    private mutating func pick(key: UInt64, otherThan other: Int?) -> Int? {
        var places = candidates
        if let other, places.count > 1 { places.removeAll { $0 == other } }
        guard !places.isEmpty else { return nil }
        switch policy {
        case .roundRobin:
            // The next one behind the last that got something, whoever has gone or come since.
            let place = places.first { $0 >= next } ?? places[0]
            next = place + 1
            return place
        case .random: return places[stream.below(places.count)]
        case .leastConnections: return places.min { load($0) < load($1) }
        case .twoChoices:
            let first = stream.below(places.count)
            guard places.count > 1 else { return places[first] }
            let second = (first + 1 + stream.below(places.count - 1)) % places.count
            let (one, two) = (places[first], places[second])
            return load(two) < load(one) ? two : one
        case .consistent:
            // At most the bound times the mean, this request included, rounded up: some place has room for sure.
            let share = UInt128(bound.millionths) * UInt128(requests + 1)
            let whole = 1_000_000 * UInt128(places.count)
            let limit = Int((share + whole - 1) / whole)
            return ring!.place(of: key) { places.contains($0) && load($0) < limit }
        }
    }

    private func load(_ place: Int) -> Int { services[place].requests }

    // MARK: Services

    public mutating func setHealth(of place: Int, to isHealthy: Bool) {
        services[place].isHealthy = isHealthy
        recount()
    }

    /// It gets nothing more, until it is taken up again.
    public mutating func setDraining(of place: Int, to isDraining: Bool) {
        services[place].isDraining = isDraining
        recount()
    }

    private mutating func recount() {
        candidates = services.indices.filter { services[$0].isHealthy && !services[$0].isDraining }
    }
}
