/// How people are parted into rooms of one size, each of them into exactly one. Who is left over has a smaller room.
///
/// Nobody is alone in a room, where letters would go to nobody: a single one gets somebody of the last full room, or makes the
/// third in a room of two.
public struct RoomPartition: Sendable {
    public let count: Int
    private let users: Int
    private let size: Int
    private let isOneLeft: Bool

    public init(of users: Int, size: Int) {
        self.users = users
        self.size = min(size, users)
        isOneLeft = self.size > 1 && users % self.size == 1
        count = users / self.size + (users % self.size > (self.size == 2 ? 1 : 0) ? 1 : 0)
    }

    /// The places of a room's members among all people, in whatever order these stand.
    public func members(of room: Int) -> Range<Int> { start(of: room)..<start(of: room + 1) }

    private func start(of room: Int) -> Int {
        if room == count { return users }
        return room * size - (isOneLeft && size > 2 && room == count - 1 ? 1 : 0)
    }

    public var largest: Int { max(members(of: 0).count, members(of: count - 1).count) }

    /// How many others are in the room of somebody, in the mean over all people.
    public var meanOthers: Double {
        let full = max(0, count - 2)  // all but the last two are
        let pairs = (full..<count).reduce(Double(full) * Double(size) * Double(size - 1)) {
            $0 + Double(members(of: $1).count) * Double(members(of: $1).count - 1)
        }
        return pairs / Double(users)
    }
}
