internal import Chat
internal import Infrastructure
public import Vocabulary

/// Which chat hosts there are, as of a version; the later one holds.
public struct HostView: Hashable, Marked {
    static let limit = 128

    public var version: UInt32 = 0
    private var lower: UInt64 = 0
    private var upper: UInt64 = 0

    init(version: UInt32 = 0, hosts: some Sequence<Int> = []) {
        self.version = version
        for host in hosts {
            precondition(host < Self.limit, "host \(host): a view has \(Self.limit) of them")
            if host < 64 { lower |= 1 << UInt64(host) } else { upper |= 1 << UInt64(host - 64) }
        }
    }

    /// One change further.
    mutating func apply(_ change: HostChange) {
        let rest = hosts.filter { $0 != change.host }
        self = HostView(version: version + 1, hosts: change.isThere ? rest + [change.host] : rest)
    }

    public var hosts: [Int] { (0..<Self.limit).filter(contains) }

    func contains(_ host: Int) -> Bool {
        (host < 64 ? lower >> UInt64(host) : upper >> UInt64(host - 64)) & 1 == 1
    }

    public var mark: UInt64 { Vocabulary.mark(UInt64(version), lower, upper) }
}

/// S0-17: whose host is which, by consistent hashing over those that there are: all who have the same view say the
/// same, and a host that comes or goes moves its own users only.
struct HostMap: Sendable {
    private(set) var view = HostView()
    private let ring: HashRing

    /// - Parameter count: of all hosts that may come to be there.
    init(of count: Int) { ring = HashRing(count) }

    /// False when that is known already, or something later.
    mutating func take(_ new: HostView) -> Bool {
        guard new.version > view.version else { return false }
        view = new
        return true
    }

    /// Whether it has been told which hosts there are, be it none.
    var isKnown: Bool { view.version > 0 }

    func host(of user: User) -> Int? { ring.place(of: UInt64(user.number)) { view.contains($0) } }

    /// Rooms lie on the ring by themselves: their numbers are those of users too.
    func host(of room: Room) -> Int? { ring.place(of: UInt64(room.number) | 1 << 40) { view.contains($0) } }
}
