internal import Simulation
internal import Vocabulary

/// Who the people of a plan are: their devices, regions, access networks, rooms and contacts, all drawn from
/// the seed.
public struct Census: Sendable {
    public let roster: Roster
    /// Of each size class of rooms: the first room, and whose turn it is in which room.
    let rooms: [RoomClass]
    private let contacts: Streams
    private let contactCount: Int
    private let users: Int

    /// Rooms of one size. Every user is in exactly one of them.
    struct RoomClass: Sendable {
        let first: UInt32
        /// By user.
        let roomOf: [UInt32]
    }

    public init(_ plan: PopulationPlan, seed: UInt64) {
        users = plan.users
        contactCount = max(1, min(plan.contacts, plan.users - 1))
        contacts = Streams(seed: seed, purpose: Purpose("contacts"))
        let draws = Streams(seed: seed, purpose: Purpose("people"))
        let devices = Weighted(plan.devices)
        let regions = Weighted(plan.regions.map(\.share))
        let accesses = Weighted(plan.accesses.map(\.share))
        var deviceCounts: [UInt8] = []
        var regionNumbers: [UInt8] = []
        var accessNumbers: [UInt8] = []
        for user in 0..<plan.users {
            var stream = draws.stream(of: UInt64(user))
            deviceCounts.append(UInt8(devices.sample(&stream) + 1))
            regionNumbers.append(UInt8(regions.sample(&stream)))
            accessNumbers.append(UInt8(accesses.sample(&stream)))
        }
        var roster = Roster(
            devices: deviceCounts, regions: regionNumbers, accesses: accessNumbers,
            deviceLimit: plan.deviceLimit)
        var classes: [RoomClass] = []
        for (number, room) in plan.rooms.enumerated() {
            var shuffle = Streams(seed: seed, purpose: Purpose("rooms")).stream(of: UInt64(number))
            var people = (0..<plan.users).map { User(UInt32($0)) }
            for place in stride(from: people.count - 1, to: 0, by: -1) {
                people.swapAt(place, shuffle.below(place + 1))
            }
            let first = UInt32(roster.roomStarts.count - 1)
            var roomOf = [UInt32](repeating: 0, count: plan.users)
            let partition = RoomPartition(of: plan.users, size: room.size)
            for index in 0..<partition.count {
                let members = people[partition.members(of: index)].sorted()
                for member in members { roomOf[Int(member.number)] = first + UInt32(index) }
                roster.addRoom(of: members)
            }
            classes.append(RoomClass(first: first, roomOf: roomOf))
        }
        rooms = classes
        self.roster = roster
    }

    /// How many devices a user of such a population has at first.
    public static func deviceCount(of user: User, _ plan: PopulationPlan, seed: UInt64) -> Int {
        var stream = Streams(seed: seed, purpose: Purpose("people")).stream(of: UInt64(user.number))
        return Weighted(plan.devices).sample(&stream) + 1
    }

    /// Those that a user writes to, in no order, some of them more than once.
    func forEachContact(of user: User, _ body: (User) -> Void) {
        for choice in 0..<contactCount { body(contact(of: user, number: choice)) }
    }

    func firstContact(of user: User) -> User { contact(of: user, number: 0) }

    /// One of the few others that a user writes to.
    func contact(of user: User, drawing stream: inout RandomStream) -> User {
        contact(of: user, number: stream.below(contactCount))
    }

    private func contact(of user: User, number choice: Int) -> User {
        guard users > 1 else { return user }
        if contactCount == users - 1 {
            return User(UInt32(choice) < user.number ? UInt32(choice) : UInt32(choice) + 1)
        }
        var friends = contacts.stream(of: UInt64(user.number), drawn: UInt64(choice))
        let other = friends.below(users - 1)
        return User(UInt32(other) < user.number ? UInt32(other) : UInt32(other) + 1)
    }
}
