/// What a system knows of those who have signed up: who has how many devices, who is in which room, who blocks whom. It begins as the
/// people are when the run begins, and changes by what the system is told.
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

    public func devices(of user: User) -> [DeviceID] {
        (0..<devices[Int(user.number)]).map { DeviceID(of: user, $0) }
    }

    public func members(of room: Room) -> [User] {
        let room = Int(room.number)
        guard room + 1 < roomStarts.count else { return [] }
        let first = Array(members[roomStarts[room]..<roomStarts[room + 1]])
        guard !joined.isEmpty || !left.isEmpty else { return first }
        let gone = left[UInt32(room)] ?? []
        return first.filter { !gone.contains($0) } + (joined[UInt32(room)] ?? [])
    }

    public mutating func join(_ room: Room, _ user: User) {
        left[room.number]?.removeAll { $0 == user }
        if !members(of: room).contains(user) { joined[room.number, default: []].append(user) }
    }

    public mutating func leave(_ room: Room, _ user: User) {
        joined[room.number]?.removeAll { $0 == user }
        if members(of: room).contains(user) { left[room.number, default: []].append(user) }
    }

    public mutating func block(_ user: User, by: User) { blocks.insert(Block(user: user, by: by)) }

    public mutating func unblock(_ user: User, by: User) { blocks.remove(Block(user: user, by: by)) }

    /// Whether nothing of `user` may come to `reader`.
    public func isBlocked(_ user: User, by reader: User) -> Bool {
        !blocks.isEmpty && blocks.contains(Block(user: user, by: reader))
    }
}
