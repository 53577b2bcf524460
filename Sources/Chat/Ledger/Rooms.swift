import Vocabulary

/// Who is in which room, by *seats*: whoever joins gets the next seat, and has it for ever, so that a
/// letter's rows and bits are found by it however the room changes.
struct Rooms: ~Copyable {
    struct Seat {
        var user: UInt32
        /// When the user last came or went, rounded up.
        var changed: UInt32 = 0  // ms
        var joinedAt: UInt64  // number of the fact; 0: before the run
        var leftAt: UInt64 = 0  // number of the fact; `notYet`: has asked to come in

        static let notYet = UInt64.max

        var isMember: Bool { joinedAt >= leftAt }

        /// Has been a member for so long that all letters are for them.
        func isSettled(at tapped: UInt64, spreads: Span) -> Bool {
            isMember && (joinedAt == 0 || !isSpreading(at: tapped, spreads))
        }

        /// Is a member, or was one at some moment from the tap on, or when the tap was not known to all yet.
        func mayHaveSeen(_ tapAt: UInt64, _ tapped: UInt64, spreads: Span) -> Bool {
            isMember || joinedAt > tapAt || leftAt > tapAt || isSpreading(at: tapped, spreads)
        }

        /// Whether not everybody has to know yet that the user came or went.
        private func isSpreading(at time: UInt64, _ spreads: Span) -> Bool {
            spreads > .zero && time < UInt64(changed) * 1_000_000 + UInt64(spreads.nanoseconds)
        }
    }

    // Not private: in debug the compiler fails on a private type in a generic one that is not copyable.
    struct Extent {
        var start: Int
        var count: UInt32
        var capacity: UInt32
        /// How many letters of the room have been shown to anybody.
        var shown: UInt32 = 0
        /// The newest open letter.
        var newest: UInt32 = .max
    }

    private var rooms = Store<Extent>()
    private var seats = Store<Seat>()
    /// Of each seat and device: the highest rank that it has shown. A letter's rank is its place in the
    /// order in which the room's letters were first shown to anybody.
    private var ranks = Store<UInt32>()
    private var seatNumbers = PairTable()
    private let deviceLimit: Int

    init(_ roster: Roster) {
        deviceLimit = roster.deviceLimit
        for room in roster.roomStarts.indices.dropLast() {
            let members = roster.members[roster.roomStarts[room]..<roster.roomStarts[room + 1]]
            rooms.append(
                Extent(start: seats.count, count: UInt32(members.count), capacity: UInt32(members.count)))
            for (seat, user) in members.enumerated() {
                seats.append(Seat(user: user.number, joinedAt: 0))
                let other = seatNumbers.enter(UInt32(seat), for: UInt32(room), user.number)
                precondition(other == nil, "\(user) is twice in room \(room)")
            }
        }
        ranks.append(0, count: seats.count * deviceLimit)
    }

    @inline(__always)
    func seatCount(of room: UInt32) -> Int { Int(rooms.address(of: Int(room)).pointee.count) }

    /// The seat of somebody who is or was a member.
    @inline(__always)
    func seat(of user: UInt32, in room: UInt32) -> Int? { seatNumbers.value(room, user).map(Int.init) }

    @inline(__always)
    func record(of seat: Int, in room: UInt32) -> UnsafeMutablePointer<Seat> {
        seats.address(of: rooms.address(of: Int(room)).pointee.start + seat)
    }

    @inline(__always)
    func newestLetter(of room: UInt32) -> UnsafeMutablePointer<UInt32> {
        let extent = UnsafeMutableRawPointer(rooms.address(of: Int(room)))
        return (extent + MemoryLayout<Extent>.offset(of: \.newest)!).assumingMemoryBound(to: UInt32.self)
    }

    /// The rank of a letter that is shown for the first time.
    func nextRank(in room: UInt32) -> UInt32 {
        let extent = rooms.address(of: Int(room))
        extent.pointee.shown += 1
        return extent.pointee.shown
    }

    /// The highest rank that a device has shown so far.
    func highestRank(of device: UInt8, seat: Int, in room: UInt32) -> UnsafeMutablePointer<UInt32> {
        ranks.address(
            of: (rooms.address(of: Int(room)).pointee.start + seat) * deviceLimit + Int(device))
    }

    mutating func join(_ room: UInt32, user: UInt32, at number: UInt64, _ now: UInt64) {
        if let seat = seat(of: user, in: room) {
            let record = record(of: seat, in: room)
            if !record.pointee.isMember { record.pointee.changed = Self.milliseconds(now) }
            if record.pointee.leftAt == Seat.notYet { record.pointee.leftAt = 0 }
            record.pointee.joinedAt = number
            return
        }
        add(Seat(user: user, changed: Self.milliseconds(now), joinedAt: number), to: room)
    }

    /// Nothing is due to them before they have joined, and nothing is wrong about what they see.
    mutating func beginJoin(_ room: UInt32, user: UInt32) {
        guard let seat = seat(of: user, in: room) else {
            return add(Seat(user: user, joinedAt: 0, leftAt: Seat.notYet), to: room)
        }
        let record = record(of: seat, in: room)
        if !record.pointee.isMember { record.pointee.leftAt = Seat.notYet }
    }

    private mutating func add(_ new: Seat, to room: UInt32) {
        let extent = rooms.address(of: Int(room))
        if extent.pointee.count == extent.pointee.capacity { move(extent) }
        let seat = Int(extent.pointee.count)
        extent.pointee.count += 1
        seats[extent.pointee.start + seat] = new
        seatNumbers.enter(UInt32(seat), for: room, new.user)
    }

    func leave(_ room: UInt32, seat: Int, at number: UInt64, _ now: UInt64) {
        let record = record(of: seat, in: room)
        if record.pointee.isMember { record.pointee.changed = Self.milliseconds(now) }
        record.pointee.leftAt = number
    }

    private static func milliseconds(_ time: UInt64) -> UInt32 { UInt32((time + 999_999) / 1_000_000) }

    /// To the end of the row, with twice the room.
    private mutating func move(_ extent: UnsafeMutablePointer<Extent>) {
        let (start, count) = (extent.pointee.start, Int(extent.pointee.count))
        let capacity = max(4, count * 2)
        let moved = seats.append(Seat(user: 0, joinedAt: 0), count: capacity)
        ranks.append(0, count: capacity * deviceLimit)
        for seat in 0..<count { seats[moved + seat] = seats[start + seat] }
        for rank in 0..<count * deviceLimit {
            ranks[moved * deviceLimit + rank] = ranks[start * deviceLimit + rank]
        }
        extent.pointee.start = moved
        extent.pointee.capacity = UInt32(capacity)
    }

    var bytes: Int { rooms.bytes + seats.bytes + ranks.bytes + seatNumbers.bytes }
}
