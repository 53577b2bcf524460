import Chat
import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("kit: rotation")
struct RotationTests {
    @Test("who is left out gets nothing until it is taken in, unless all are left out")
    func leftOut() {
        var rotation = Rotation(among: 3)
        let now = Instant.at(.hours(1))
        func picks() -> [Int] { (0..<3).map { _ in rotation.pick(at: now) } }
        let isNews = (0..<2).map { _ in rotation.leaveOut(1) }
        #expect(isNews == [true, false])
        #expect(picks().allSatisfy { $0 != 1 })
        #expect(rotation.pick(for: 1, at: now) == 2)
        _ = rotation.leaveOut(0)
        #expect(picks() == [2, 2, 2])
        _ = rotation.leaveOut(2)
        #expect(Set(picks()) == [0, 1, 2])
        rotation.takeIn(1)
        #expect(picks() == [1, 1, 1])
    }
}

@Suite("kit: directory")
struct DirectoryTests {
    private static func roster(_ rooms: [[UInt32]], users: Int = 8) -> Roster {
        let one = [UInt8](repeating: 0, count: users)
        var roster = Roster(
            devices: one.map { _ in 1 }, regions: one, accesses: one, deviceLimit: 2)
        for room in rooms { roster.addRoom(of: room.map { User($0) }) }
        roster.blocks = [.init(User(3), by: User(1)), .init(User(2), by: User(1))]
        return roster
    }

    private static func members(of room: UInt32, _ directory: Directory) -> [UInt32] {
        var members: [UInt32] = []
        directory.forEachMember(of: Room(room)) { members.append($0.number) }
        return members
    }

    @Test("who leaves and comes back has their place again; who came later is behind, in the order of coming")
    func rooms() {
        let directory = Directory(Self.roster([[4, 1, 2], [0, 3]]))
        #expect(Self.members(of: 0, directory) == [1, 2, 4])
        directory.take(.join(Room(0)), by: User(7))
        directory.take(.join(Room(0)), by: User(0))
        directory.take(.leave(Room(0)), by: User(2))
        #expect(Self.members(of: 0, directory) == [1, 4, 7, 0])
        #expect(directory.memberCount(of: Room(0)) == 4)
        directory.take(.join(Room(0)), by: User(2))
        directory.take(.leave(Room(0)), by: User(7))
        directory.take(.join(Room(0)), by: User(7))
        #expect(Self.members(of: 0, directory) == [1, 2, 4, 0, 7])
        #expect(Self.members(of: 1, directory) == [0, 3])
        #expect(Self.members(of: 2, directory) == [])
    }

    /// Against a list that is kept as simply as can be.
    @Test("thousands of random changes leave what a plain list has")
    func model() {
        var stream = Streams(seed: 1, purpose: Purpose("rooms")).stream(of: 0)
        let directory = Directory(Self.roster([[0, 2, 4, 6]]))
        var first: [UInt32] = [0, 2, 4, 6]
        var later: [UInt32] = []
        for _ in 0..<4_000 {
            let user = UInt32(stream.below(8))
            if stream.unit() < 0.5 {
                directory.take(.join(Room(0)), by: User(user))
                if [0, 2, 4, 6].contains(user) {
                    if !first.contains(user) { first = (first + [user]).sorted() }
                } else if !later.contains(user) {
                    later.append(user)
                }
            } else {
                directory.take(.leave(Room(0)), by: User(user))
                first.removeAll { $0 == user }
                later.removeAll { $0 == user }
            }
            #expect(Self.members(of: 0, directory) == first + later)
            #expect(directory.memberCount(of: Room(0)) == first.count + later.count)
            for user in 0..<8 as Range<UInt32> {
                let isThere = (first + later).contains(user)
                #expect(directory.isMember(User(user), of: Room(0)) == isThere)
            }
        }
    }

    @Test("blocks are those of the roster, as changed since")
    func blocks() {
        let directory = Directory(Self.roster([]))
        func blocked() -> [UInt32] {
            (0..<8 as Range<UInt32>).filter { directory.isBlocked(User($0), by: User(1)) }
        }
        #expect(blocked() == [2, 3])
        directory.take(.unblock(User(2)), by: User(1))
        directory.take(.block(User(5)), by: User(1))
        #expect(blocked() == [3, 5])
        directory.take(.block(User(2)), by: User(1))
        #expect(blocked() == [2, 3, 5])
        #expect(!directory.isBlocked(User(1), by: User(2)))
    }
}

@Suite("kit: numbers that have values")
struct NumberTableTests {
    @Test("thousands of random changes leave what a dictionary has")
    func model() {
        var stream = Streams(seed: 1, purpose: Purpose("numbers")).stream(of: 0)
        var table = NumberTable<UInt64>(free: 0)
        var model: [Int: UInt64] = [:]
        for step in 0..<20_000 as Range<UInt64> {
            let number = stream.below(300)
            if stream.unit() < 0.5 {
                table.find(number, orPut: 0).pointee = step
                model[number] = step
            } else {
                table.remove(number)
                model[number] = nil
            }
            let count = table.count
            #expect(count == model.count)
            if step % 100 == 0 {
                for number in 0..<300 {
                    let value = table.find(number)?.pointee
                    #expect(value == model[number])
                }
            }
        }
    }
}

@Suite("kit: connections")
struct ConnectionsTests {
    @Test("a user is told of the changes of those whose changes are told to the user")
    func bothWays() {
        var plan = PopulationPlan()
        plan.users = 60
        plan.contacts = 5
        plan.rooms = [(size: 4, share: 1)]
        let census = Census(plan, seed: 1)
        let (connections, directory) = (Connections(census), Directory(census.roster))
        let users = (0..<60).map { User($0) }
        var told: Set<[User]> = []
        for user in users { connections.forEach(of: user, directory) { told.insert([user, $0]) } }
        var count = 0
        for user in users {
            connections.forEach(toldTo: user, directory) {
                count += 1
                #expect(told.contains([$0, user]))
            }
        }
        #expect(count == told.count)
    }
}

@Suite("kit: credentials")
struct CredentialsTests {
    @Test("a revoked credential is good for nothing; each login gives another one, and ends the one before")
    func logins() {
        var credentials = Credentials()
        #expect(credentials.accepts(.first, of: 3))
        credentials.revoke(3)
        #expect(!credentials.accepts(.first, of: 3))
        #expect(credentials.accepts(.first, of: 4))
        let second = credentials.login(3)
        #expect(credentials.accepts(second, of: 3))
        #expect(!credentials.accepts(.first, of: 3))
        credentials.revoke(3)
        credentials.revoke(3)
        #expect(!credentials.accepts(second, of: 3))
        let third = credentials.login(3)
        #expect(credentials.accepts(third, of: 3))
        #expect(third != second)
        let fourth = credentials.login(3)
        #expect(!credentials.accepts(third, of: 3))
        #expect(credentials.accepts(fourth, of: 3))
        #expect(!credentials.accepts(second, of: 5))
    }
}

@Suite("tables: lists")
struct ListsTests {
    /// An app that is behind has thousands of letters in its list.
    @Test("what was added last is changed without a look at what was added before")
    func last() {
        var lists = Lists<Int>()
        var list = Lists<Int>.List()
        for number in 0..<1_000 { lists.append(number, to: &list) }
        var looks = 0
        func change(_ number: Int) {
            lists.update(
                in: list,
                where: {
                    looks += 1
                    return $0 == number
                }, { $0 += 1_000 })
        }
        change(999)
        #expect(looks == 1)
        change(0)
        let elements = lists.elements(of: list)
        #expect(elements == [1_000] + Array(1..<999) + [1_999])
    }

    @Test("thousands of random changes of three lists leave what arrays have")
    func model() {
        var stream = Streams(seed: 1, purpose: Purpose("lists")).stream(of: 0)
        var lists = Lists<Int>()
        var mine = Array(repeating: Lists<Int>.List(), count: 3)
        var model: [[Int]] = [[], [], []]
        for step in 0..<20_000 {
            let place = stream.below(3)
            if stream.unit() < 0.51 {
                lists.append(step, to: &mine[place])
                model[place].append(step)
            } else {
                let digit = stream.below(10)
                let removed = lists.removeFirst(from: &mine[place]) { $0 % 10 == digit }
                let index = model[place].firstIndex { $0 % 10 == digit }
                let expected = index.map { model[place].remove(at: $0) }
                #expect(removed == expected)
            }
            if step % 1_000 == 0 {
                for place in 0..<3 {
                    let elements = lists.elements(of: mine[place])
                    #expect(elements == model[place])
                    #expect(mine[place].isEmpty == model[place].isEmpty)
                }
            }
        }
    }
}
