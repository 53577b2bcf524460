/// What a system knows of those who have signed up: who has how many devices, who is in which room, who
/// blocks whom. It begins as the people are when the run begins, and changes by what the system is told.
///
/// What was there at first is shared by all who hold a directory; each keeps only what has changed since. Who
/// is in a room is found in logarithmic time, and their number at once. An object, so that it costs one reference to
/// hand it to a rule.
public final class Directory {
    private let roster: Roster
    /// Blocks that there were at first, in order.
    private let firstBlocks: [Roster.Block]
    /// A bit for each device, of users whose devices have changed; looked up only, never iterated.
    @exclusivity(unchecked) private var devices: [User: UInt8] = [:]
    // by room; looked up only, never iterated
    @exclusivity(unchecked) private var rooms: [UInt32: Changes] = [:]
    // what has changed; looked up only, never iterated
    @exclusivity(unchecked) private var blocks: [Roster.Block: Bool] = [:]

    /// Of one room.
    private struct Changes {
        /// Members at first who are gone, in order.
        var left: [User] = []
        /// Who came since, in their order, and their places in it.
        var joined: [(user: User, order: UInt32)] = []
        var orders: [User: UInt32] = [:]  // looked up only, never iterated
        var count: UInt32 = 0
    }

    public init(_ roster: Roster) {
        self.roster = roster
        firstBlocks = roster.blocks.isEmpty ? [] : roster.blocks.sorted(by: Self.isBefore)
    }

    public var userCount: Int { roster.devices.count }

    /// How many devices there may be.
    public var deviceCount: Int { roster.devices.count * roster.deviceLimit }

    /// Counts all devices from 0.
    public func number(of device: DeviceID) -> Int {
        Int(device.user.number) * roster.deviceLimit + Int(device.number)
    }

    /// The numbers of those that are a user's now.
    public func devices(of user: User) -> Devices {
        let atFirst = UInt8(truncatingIfNeeded: 1 << Int(roster.devices[Int(user.number)]) - 1)
        return Devices(bits: devices.isEmpty ? atFirst : devices[user] ?? atFirst)
    }

    /// Numbers of devices of one user, in their order.
    public struct Devices: Sequence, IteratorProtocol {
        fileprivate var bits: UInt8

        public var count: Int { bits.nonzeroBitCount }

        public mutating func next() -> UInt8? {
            guard bits != 0 else { return nil }
            defer { bits &= bits - 1 }
            return UInt8(bits.trailingZeroBitCount)
        }
    }

    // MARK: Rooms

    public func memberCount(of room: Room) -> Int {
        let changes = rooms[room.number]
        return firstMembers(of: room).count - (changes?.left.count ?? 0) + (changes?.joined.count ?? 0)
    }

    public func isMember(_ user: User, of room: Room) -> Bool {
        guard let changes = rooms[room.number] else { return Self.contains(user, in: firstMembers(of: room)) }
        return changes.orders[user] != nil
            || Self.contains(user, in: firstMembers(of: room)) && !Self.contains(user, in: changes.left[...])
    }

    /// Who was in the room at first, in its order, then who came, in theirs.
    public func forEachMember(of room: Room, _ body: (User) -> Void) {
        let first = firstMembers(of: room)
        guard let changes = rooms[room.number] else { return first.forEach(body) }
        var gone = changes.left[...]
        for user in first {
            if gone.first == user { gone.removeFirst() } else { body(user) }
        }
        for entry in changes.joined { body(entry.user) }
    }

    /// The devices of all whom a letter is for, except its sender's own where it is for a room.
    public func readers(of letter: Letter) -> [DeviceID] {
        var readers: [DeviceID] = []
        func add(_ user: User) {
            for number in devices(of: user) { readers.append(DeviceID(of: user, number)) }
        }
        switch letter.destination {
        case .direct(let user): add(user)
        case .room(let room): forEachMember(of: room) { if $0 != letter.id.sender { add($0) } }
        }
        return readers
    }

    private func firstMembers(of room: Room) -> ArraySlice<User> {
        let room = Int(room.number)
        guard room + 1 < roster.roomStarts.count else { return [] }
        return roster.members[roster.roomStarts[room]..<roster.roomStarts[room + 1]]
    }

    private static func contains(_ user: User, in users: ArraySlice<User>) -> Bool {
        let place = place(in: users) { $0 < user }
        return place < users.endIndex && users[place] == user
    }

    /// The first place of which `isBefore` does not hold.
    private static func place<Element>(
        in elements: ArraySlice<Element>, isBefore: (Element) -> Bool
    ) -> Int {
        var (low, high) = (elements.startIndex, elements.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(elements[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    // MARK: Changes

    /// Takes what a user has changed: whom they block, or in which rooms they are.
    public func take(_ change: Change, by user: User) {
        switch change {
        case .block(let other): blocks[Roster.Block(other, by: user)] = true
        case .unblock(let other): blocks[Roster.Block(other, by: user)] = false
        case .join(let room): if !isMember(user, of: room) { join(room, user) }
        case .leave(let room): if isMember(user, of: room) { leave(room, user) }
        case .newKey: break  // `PublicKeys` has them
        case .addDevice(let device): devices[user] = devices(of: user).bits | 1 << device
        case .removeDevice(let device): devices[user] = devices(of: user).bits & ~(1 << device)
        }
    }

    private func join(_ room: Room, _ user: User) {
        var changes = rooms.removeValue(forKey: room.number) ?? Changes()
        let place = Self.place(in: changes.left[...]) { $0 < user }
        if place < changes.left.endIndex, changes.left[place] == user {
            changes.left.remove(at: place)
        } else {
            changes.orders[user] = changes.count
            changes.joined.append((user, changes.count))
            changes.count += 1
        }
        rooms[room.number] = changes
    }

    private func leave(_ room: Room, _ user: User) {
        var changes = rooms.removeValue(forKey: room.number) ?? Changes()
        if let order = changes.orders.removeValue(forKey: user) {
            changes.joined.remove(at: Self.place(in: changes.joined[...]) { $0.order < order })
        } else {
            changes.left.insert(user, at: Self.place(in: changes.left[...]) { $0 < user })
        }
        rooms[room.number] = changes
    }

    // MARK: Blocks

    /// Whether nothing of `user` may come to `reader`.
    public func isBlocked(_ user: User, by reader: User) -> Bool {
        if blocks.isEmpty && firstBlocks.isEmpty { return false }
        let block = Roster.Block(user, by: reader)
        if !blocks.isEmpty, let isBlocked = blocks[block] { return isBlocked }
        let place = Self.place(in: firstBlocks[...]) { Self.isBefore($0, block) }
        return place < firstBlocks.endIndex && firstBlocks[place] == block
    }

    private static func isBefore(_ a: Roster.Block, _ b: Roster.Block) -> Bool {
        (a.by.number, a.blocked.number) < (b.by.number, b.blocked.number)
    }
}
