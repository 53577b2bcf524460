import Simulation

/// A number for each pair of numbers that was ever entered: looked up only, never iterated, nothing is
/// taken out.
///
/// Open addressing with linear probing, at most three quarters full.
struct PairTable: ~Copyable {
    // Not private: in debug the compiler fails on a private type in a generic one that is not copyable.
    struct Entry {
        var key: UInt64 = 0  // of the pair, plus one; 0 where there is none
        var value: UInt32 = 0
    }

    private var entries = Store<Entry>(repeating: Entry(), count: 16)
    private(set) var count = 0

    /// The value of a pair; nil when it was never entered.
    @inline(__always)
    func value(_ a: UInt32, _ b: UInt32) -> UInt32? {
        let key = Self.key(a, b)
        let entry = entries[place(of: key)]
        return entry.key == key ? entry.value : nil
    }

    /// Asks for the memory of a pair's entry.
    @inline(__always)
    func prefetch(_ a: UInt32, _ b: UInt32) {
        let mixed = Mixing.finalize(Self.key(a, b))
        entries.prefetch(Int(truncatingIfNeeded: mixed) & (entries.count - 1))
    }

    /// Enters a value, and returns the one that it replaces.
    @discardableResult
    mutating func enter(_ value: UInt32, for a: UInt32, _ b: UInt32) -> UInt32? {
        let key = Self.key(a, b)
        var entry = entries.address(of: place(of: key))
        if entry.pointee.key == key {
            let old = entry.pointee.value
            entry.pointee.value = value
            return old
        }
        if (count + 1) * 4 > entries.count * 3 {
            grow()
            entry = entries.address(of: place(of: key))
        }
        entry.pointee = Entry(key: key, value: value)
        count += 1
        return nil
    }

    @inline(__always)
    private static func key(_ a: UInt32, _ b: UInt32) -> UInt64 { (UInt64(a) << 32 | UInt64(b)) &+ 1 }

    /// Where the key is, or the free place where it would be.
    @inline(__always)
    private func place(of key: UInt64) -> Int {
        let mask = entries.count - 1
        var place = Int(truncatingIfNeeded: Mixing.finalize(key)) & mask
        while true {
            let found = entries.address(of: place).pointee.key
            if found == key || found == 0 { return place }
            place = (place + 1) & mask
        }
    }

    private mutating func grow() {
        let old = consumeEntries(doubling: entries.count * 2)
        for index in 0..<old.count where old[index].key != 0 {
            entries[place(of: old[index].key)] = old[index]
        }
    }

    private mutating func consumeEntries(doubling size: Int) -> Store<Entry> {
        var other = Store<Entry>(repeating: Entry(), count: size)
        swap(&other, &entries)
        return other
    }

    var bytes: Int { entries.bytes }
}
