/// Who there is when the run begins: what the ledger must know about a population.
///
/// All apps are closed and all devices have access at first; facts tell what changes.
public struct Roster: Sendable {
    /// Of each user: how many devices, from number 0.
    public var devices: [UInt8]
    /// Of each user, for the tags of samples.
    public var regions: [UInt8]
    public var accesses: [UInt8]
    /// The members of all rooms, room after room; room r has those from `roomStarts[r]` up to `roomStarts[r
    /// + 1]`, in the order of their numbers.
    public var members: [User] = []
    public var roomStarts: [Int] = [0]
    public var blocks: [Block] = []
    /// How many devices a user may come to have in the course of the run, the lost ones counted: 1 to 8.
    public var deviceLimit: Int

    public struct Block: Hashable, Sendable {
        public var blocked: User
        public var by: User

        public init(_ blocked: User, by: User) {
            self.blocked = blocked
            self.by = by
        }
    }

    public init(devices: [UInt8], regions: [UInt8], accesses: [UInt8], deviceLimit: Int) {
        self.devices = devices
        self.regions = regions
        self.accesses = accesses
        self.deviceLimit = deviceLimit
    }

    public mutating func addRoom(of members: [User]) {
        self.members += members.sorted()
        roomStarts.append(self.members.count)
    }

    func check() {
        precondition((1...8).contains(deviceLimit), "a user with up to \(deviceLimit) devices")
        precondition(devices.allSatisfy { $0 <= deviceLimit }, "a user has more than \(deviceLimit) devices")
        precondition(devices.count == regions.count, "\(regions.count) regions of \(devices.count) users")
        precondition(devices.count == accesses.count, "\(accesses.count) accesses of \(devices.count) users")
        precondition(devices.count <= 1 << 31, "a letter's destination has 31 bits for a user")
        precondition(roomStarts.first == 0)
        precondition(roomStarts.last == members.count, "the last room does not end at the last member")
    }
}
