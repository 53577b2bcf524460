import Simulation

/// A letter that is not yet where it is due, or that somebody may still resend.
struct OpenLetter {
    static let none = UInt32.max

    /// The recipient's, of a direct letter. In front, where its address is the letter's.
    var direct = Copy(user: 0)
    var id: LetterID
    var tapped: UInt64  // ns
    var accepted: UInt64 = 0  // ns
    var tapAt: UInt64  // number of the fact
    var acceptAt: UInt64 = 0  // number of the fact; 0: not yet
    var destination: UInt32
    /// Of a letter to a room: where its copies begin, one for each seat.
    var firstCopy: UInt32
    var copyCount: UInt32
    /// Copies that have not yet arrived everywhere, or are not yet confirmed.
    var waiting: UInt32 = 0
    /// The newest stamp that is for all recipients.
    var stamps: UInt32 = Self.none
    /// Of its place among the letters first shown in its room; 0: not yet.
    var rank: UInt32 = 0
    /// The number of the sender's following letter to the same destination.
    var next: UInt32 = Self.none
    /// The room's open letters, newest first; the next free one when this one is free.
    var older: UInt32 = Self.none
    var newer: UInt32 = Self.none
    /// The device that it was tapped on.
    var device: UInt8
    /// A direct letter's, on the sender's own devices.
    var shownToSender: UInt8 = 0
    var state: LetterState = []

    struct LetterState: OptionSet {
        var rawValue: UInt8
        static let isFree = Self(rawValue: 1)
        /// Refused by a rule, or taken back: nobody waits for it.
        static let isRefused = Self(rawValue: 2)
        static let hadNoAccess = Self(rawValue: 4)
        static let retryIsOver = Self(rawValue: 8)
        /// There is somebody who must never see it. A direct letter of that kind stays open: its word has
        /// no place for that.
        static let isBarred = Self(rawValue: 16)
        static let isJudged = Self(rawValue: 32)
        /// Nobody sends it again, and its sender will not know it accepted; whom it is for may still see it.
        static let isGivenUp = Self(rawValue: 64)
        /// Not accepted in time, for want of a network.
        static let isExcused = Self(rawValue: 128)
    }
}

extension OpenLetter {
    /// Its sender may still learn that the system has it.
    var awaitsAcceptance: Bool { acceptAt == 0 && !state.contains(.isGivenUp) }
}

/// A letter as one recipient gets it.
struct Copy {
    var user: UInt32
    /// A bit for each device: the ones that it is due on, that have shown it, and whose app was open at the
    /// tap.
    var due: UInt8 = 0
    var shown: UInt8 = 0
    var open: UInt8 = 0
    var state: CopyState = []
    /// ns; while nothing was shown, the newest stamp for this recipient (`OpenLetter.none`: there is none).
    var firstShown: UInt64 = UInt64(OpenLetter.none)
    var readTime: UInt64 = 0  // ns

    struct CopyState: OptionSet {
        var rawValue: UInt8
        static let wasShown = Self(rawValue: 1)
        /// A device that was open at the tap was closed before it had shown the letter.
        static let missesAll = Self(rawValue: 2)
        static let isDone = Self(rawValue: 4)
        static let wasRead = Self(rawValue: 8)
        static let receiptIsKnown = Self(rawValue: 16)
        static let readIsKnown = Self(rawValue: 32)
        /// The letter was refused, or its sender may be blocked still (`BlockRecord.isDoubtful`): nobody waits for it.
        static let isWithdrawn = Self(rawValue: 64)
        /// Its recipient has blocked its sender since it was shown. Who is blocked is told nothing more, so what was not
        /// confirmed by then is withheld, and does not miss.
        static let isWithheld = Self(rawValue: 128)
    }
}

/// The open letters, in places that are used again.
///
/// A letter is found by a table that has forgotten some: where two letters fall on one slot, the later one
/// has it. So a slot says no more than where to look first, and nothing need be taken out. It spares most
/// facts the way through the index, which are two steps of which each has to wait for the one before.
struct OpenLetters: ~Copyable {
    private var letters = Store<OpenLetter>()
    private var free = OpenLetter.none
    private(set) var count = 0
    /// Numbers of letters, by the mixed bits of their ids: four to eight slots for each place.
    private var slots = Store<UInt32>(repeating: 0, count: 64)

    /// How many places there are, free ones included.
    var places: Int { letters.count }

    @inline(__always)
    func address(of index: Int) -> UnsafeMutablePointer<OpenLetter> { letters.address(of: index) }

    /// The open letter of that id, if the table has not forgotten it.
    @inline(__always)
    func find(_ id: LetterID) -> UnsafeMutablePointer<OpenLetter>? {
        let index = Int(slots[slot(of: id)])
        guard index < letters.count else { return nil }
        let letter = letters.address(of: index)
        return letter.pointee.id == id && !letter.pointee.state.contains(.isFree) ? letter : nil
    }

    /// Asks for the memory of an open letter.
    @inline(__always)
    func prefetch(_ id: LetterID) {
        let index = Int(slots[slot(of: id)])
        if index < letters.count { letters.prefetch(index) }
    }

    /// Asks for the memory of a place.
    @inline(__always)
    func prefetch(place: UInt32) { letters.prefetch(Int(place)) }

    @inline(__always)
    private func slot(of id: LetterID) -> Int {
        Int(truncatingIfNeeded: Mixing.finalize(id.word)) & (slots.count - 1)
    }

    @inline(__always)
    mutating func add(_ letter: OpenLetter) -> Int {
        count += 1
        let index: Int
        if free == OpenLetter.none {
            index = letters.append(letter)
            if letters.count > slots.count / 4 { rebuildSlots() }
        } else {
            index = Int(free)
            free = letters.address(of: index).pointee.older
            letters[index] = letter
        }
        slots[slot(of: letter.id)] = UInt32(index)
        return index
    }

    private mutating func rebuildSlots() {
        slots = Store(repeating: 0, count: 2 * slots.count)
        for index in 0..<letters.count where !letters[index].state.contains(.isFree) {
            slots[slot(of: letters[index].id)] = UInt32(index)
        }
    }

    @inline(__always)
    mutating func remove(_ index: Int) {
        let letter = letters.address(of: index)
        letter.pointee.state = .isFree
        letter.pointee.older = free
        free = UInt32(index)
        count -= 1
    }

    var bytes: Int { letters.bytes + slots.bytes }
}

/// Rows of copies for letters to rooms, each as long as the least power of two that holds it.
struct Copies: ~Copyable {
    private var copies = Store<Copy>()
    private var free = [UInt32](repeating: OpenLetter.none, count: 32)  // by logarithm; linked through `user`

    @inline(__always)
    func address(of index: Int) -> UnsafeMutablePointer<Copy> { copies.address(of: index) }

    /// The copies are to be initialised by the caller.
    @inline(__always)
    mutating func add(_ count: Int) -> UInt32 {
        let size = Self.logarithm(count)
        let index = free[size]
        guard index != OpenLetter.none else {
            return UInt32(copies.append(Copy(user: 0), count: 1 << size))
        }
        free[size] = copies.address(of: Int(index)).pointee.user
        return index
    }

    @inline(__always)
    mutating func remove(_ index: UInt32, count: Int) {
        let size = Self.logarithm(count)
        copies.address(of: Int(index)).pointee.user = free[size]
        free[size] = index
    }

    @inline(__always)
    private static func logarithm(_ count: Int) -> Int {
        count <= 1 ? 0 : Int.bitWidth - (count - 1).leadingZeroBitCount
    }

    var bytes: Int { copies.bytes }
}
