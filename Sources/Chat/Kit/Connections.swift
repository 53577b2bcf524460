internal import Vocabulary

/// Who is to be told of what a user has changed: all that write to them, and all with whom they share a room
/// (S0-20, S0-23).
///
/// A system knows its people's connections from earlier days. Who writes to whom is counted once, when that is first
/// asked for: a run in which nobody changes anything takes no memory for it.
public final class Connections {
    private let census: Census
    /// Who writes to user u: from the place `starts[u]` on, up to that of the next one.
    @exclusivity(unchecked) private var starts: [UInt32] = []
    @exclusivity(unchecked) private var writers: [User] = []
    /// When somebody was last told, by number of the call: so nobody is told twice.
    @exclusivity(unchecked) private var toldAt: [UInt32] = []
    @exclusivity(unchecked) private var calls: UInt32 = 0

    public init(_ census: Census) { self.census = census }

    /// Each once, and not the user. Who is in which room is for the directory to say.
    public func forEach(of user: User, _ directory: Directory, _ body: (User) -> Void) {
        if starts.isEmpty { count() }
        leaveOut(user)
        for place in starts[Int(user.number)]..<starts[Int(user.number) + 1] {
            visit(writers[Int(place)], body)
        }
        forEachRoommate(of: user, directory) { visit($0, body) }
    }

    /// Those of whose changes the user is told, likewise.
    public func forEach(toldTo user: User, _ directory: Directory, _ body: (User) -> Void) {
        leaveOut(user)
        census.forEachContact(of: user) { visit($0, body) }
        forEachRoommate(of: user, directory) { visit($0, body) }
    }

    private func leaveOut(_ user: User) {
        if toldAt.isEmpty { toldAt = Array(repeating: 0, count: census.roster.devices.count) }
        calls += 1
        toldAt[Int(user.number)] = calls
    }

    private func visit(_ other: User, _ body: (User) -> Void) {
        guard toldAt[Int(other.number)] != calls else { return }
        toldAt[Int(other.number)] = calls
        body(other)
    }

    private func forEachRoommate(of user: User, _ directory: Directory, _ body: (User) -> Void) {
        for room in census.rooms {
            directory.forEachMember(of: Room(room.roomOf[Int(user.number)]), body)
        }
    }

    private func count() {
        let users = census.roster.devices.count
        starts = Array(repeating: 0, count: users + 1)
        func forEachPair(_ body: (User, User) -> Void) {
            for user in 0..<users {
                census.forEachContact(of: User(UInt32(user))) { body(User(UInt32(user)), $0) }
            }
        }
        forEachPair { starts[Int($1.number) + 1] += 1 }
        for user in 0..<users { starts[user + 1] += starts[user] }
        var ends = starts
        writers = Array(repeating: User(0), count: Int(starts[users]))
        forEachPair { writer, contact in
            writers[Int(ends[Int(contact.number)])] = writer
            ends[Int(contact.number)] += 1
        }
    }
}
