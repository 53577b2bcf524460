import Simulation

/// A number for each pair of numbers that was ever entered: looked up only, never iterated, nothing is
/// taken out.
///
/// Open addressing with linear probing, at most four fifths full.
struct PairTable: ~Copyable {
    // Not private: in debug the compiler fails on a private type in a generic one that is not copyable.
    struct HashSlot {
        // In words of 32 bits, so that none is lost to alignment.
        var first: UInt32 = 0  // plus one; 0 where there is none
        var second: UInt32 = 0
        var value: UInt32 = 0
    }

    private var entries = Store<HashSlot>(repeating: HashSlot(), count: 16)
    private(set) var count = 0

    /// The value of a pair; nil when it was never entered.
    @inline(__always)
    func value(_ a: UInt32, _ b: UInt32) -> UInt32? {
        let entry = entries[place(of: a + 1, b)]
        return entry.first == 0 ? nil : entry.value
    }

    /// Asks for the memory of a pair's entry.
    @inline(__always)
    func prefetch(_ a: UInt32, _ b: UInt32) { entries.prefetch(firstPlace(of: a + 1, b)) }

    /// Enters a value, and returns the one that it replaces.
    @discardableResult
    mutating func enter(_ value: UInt32, for a: UInt32, _ b: UInt32) -> UInt32? {
        var entry = entries.address(of: place(of: a + 1, b))
        if entry.pointee.first != 0 {
            let old = entry.pointee.value
            entry.pointee.value = value
            return old
        }
        if (count + 1) * 5 > entries.count * 4 {
            grow()
            entry = entries.address(of: place(of: a + 1, b))
        }
        entry.pointee = HashSlot(first: a + 1, second: b, value: value)
        count += 1
        return nil
    }

    @inline(__always)
    private func firstPlace(of first: UInt32, _ second: UInt32) -> Int {
        Mixing.place(of: UInt64(first) << 32 | UInt64(second), among: entries.count)
    }

    /// Where the pair is, or the free place where it would be.
    @inline(__always)
    private func place(of first: UInt32, _ second: UInt32) -> Int {
        var place = firstPlace(of: first, second)
        while true {
            let found = entries.address(of: place)
            if found.pointee.first == 0 { return place }
            if found.pointee.first == first, found.pointee.second == second { return place }
            place = place + 1 == entries.count ? 0 : place + 1
        }
    }

    /// By a quarter, not to twice the size.
    private mutating func grow() {
        let old = consumeEntries(growingTo: entries.count + entries.count / 4)
        for index in 0..<old.count where old[index].first != 0 {
            entries[place(of: old[index].first, old[index].second)] = old[index]
        }
    }

    private mutating func consumeEntries(growingTo size: Int) -> Store<HashSlot> {
        var other = Store<HashSlot>(repeating: HashSlot(), count: size)
        swap(&other, &entries)
        return other
    }

    var bytes: Int { entries.bytes }
}
