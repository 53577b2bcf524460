/// That a letter enters a stage, at a time and a place: 24 bytes in a pool, in lists from the newest to the
/// oldest.
struct Stamp {
    var time: UInt64  // ns
    var place: UInt32
    var older: UInt32
    var stage: UInt16
}

struct Stamps: ~Copyable {
    /// The number of no stamp.
    static let none = UInt32.max

    private var stamps = Store<Stamp>()
    private var free = Self.none
    private(set) var count = 0

    @inline(__always)
    subscript(index: UInt32) -> Stamp { stamps[Int(index)] }

    /// The number of the stamp, which is not earlier than an older one.
    @inline(__always)
    mutating func add(_ stamp: Stamp, notBefore older: UInt32) -> UInt32 {
        count += 1
        var stamp = stamp
        if older != Self.none { stamp.time = max(stamp.time, stamps[Int(older)].time) }
        guard free != Self.none else { return UInt32(stamps.append(stamp)) }
        let index = free
        free = stamps[Int(index)].older
        stamps[Int(index)] = stamp
        return index
    }

    mutating func removeList(from newest: UInt32) {
        var index = newest
        while index != Self.none {
            let stamp = stamps.address(of: Int(index))
            (index, stamp.pointee.older, free) = (stamp.pointee.older, free, index)
            count -= 1
        }
    }

    var bytes: Int { stamps.bytes }
}
