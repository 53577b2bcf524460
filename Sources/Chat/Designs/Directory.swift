/// What a system knows of those who have signed up: who has how many devices, who is in which room, who
/// blocks whom. It begins as the people are when the run begins, and changes by what the system is told.
public struct Directory {
    private let deviceLimit: Int
    private let devices: [UInt8]
    private let members: [User]
    private let roomStarts: [Int]
    private var joined: [UInt32: [User]] = [:]  // by room; looked up only, never iterated
    private var left: [UInt32: [User]] = [:]  // by room; looked up only, never iterated
    private var blocks: Set<Block>  // looked up only, never iterated

    private struct Block: Hashable {
        let user: User
        let by: User
    }

    public init(_ roster: Roster) {
        deviceLimit = roster.deviceLimit
        devices = roster.devices
        members = roster.members
        roomStarts = roster.roomStarts
        blocks = Set(roster.blocks.map { Block(user: $0.blocked, by: $0.by) })
    }

    /// How many devices there may be.
    public var deviceCount: Int { devices.count * deviceLimit }

    /// Counts all devices from 0.
    public func number(of device: DeviceID) -> Int {
        Int(device.user.number) * deviceLimit + Int(device.number)
    }

    /// Numbered from 0.
    public func deviceCount(of user: User) -> UInt8 { devices[Int(user.number)] }

    public func memberCount(of room: Room) -> Int {
        var count = 0
        forEachMember(of: room) { _ in count += 1 }
        return count
    }

    public func isMember(_ user: User, of room: Room) -> Bool {
        var isMember = false
        forEachMember(of: room) { isMember = isMember || $0 == user }
        return isMember
    }

    /// Who was in the room at first, in its order, then who came, in theirs.
    public func forEachMember(of room: Room, _ body: (User) -> Void) {
        guard Int(room.number) + 1 < roomStarts.count else { return }
        let first = members[roomStarts[Int(room.number)]..<roomStarts[Int(room.number) + 1]]
        let gone = left[room.number] ?? []
        for user in first where !gone.contains(user) { body(user) }
        for user in joined[room.number] ?? [] { body(user) }
    }

    /// Takes what a user has changed: whom they block, or in which rooms they are.
    public mutating func take(_ change: Change, by user: User) {
        switch change {
        case .block(let other): blocks.insert(Block(user: other, by: user))
        case .unblock(let other): blocks.remove(Block(user: other, by: user))
        case .join(let room): join(room, user)
        case .leave(let room): leave(room, user)
        }
    }

    private mutating func join(_ room: Room, _ user: User) {
        left[room.number]?.removeAll { $0 == user }
        if !isMember(user, of: room) { joined[room.number, default: []].append(user) }
    }

    private mutating func leave(_ room: Room, _ user: User) {
        joined[room.number]?.removeAll { $0 == user }
        if isMember(user, of: room) { left[room.number, default: []].append(user) }
    }

    /// Whether nothing of `user` may come to `reader`.
    public func isBlocked(_ user: User, by reader: User) -> Bool {
        !blocks.isEmpty && blocks.contains(Block(user: user, by: reader))
    }
}
