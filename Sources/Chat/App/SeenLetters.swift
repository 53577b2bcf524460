internal import Simulation

/// Which letters each of many has seen (a device has on it, a server has stored), so that none counts twice
/// (S0-28): for each and each
/// sender the latest 64 numbers, a bit each.
///
/// A sender's letters are numbered, and come nearly in order. What is older than the window counts as not
/// seen. A hash table with open addressing, looked up only; it grows with the pairs of people who write to
/// each other,
/// not with what they write.
public struct SeenLetters {
    private struct Pair {
        var key: UInt64 = 0  // reader + 1, sender
        var newest: UInt32 = 0
        var bits: UInt64 = 0  // bit n: the letter `newest - n`
    }

    private var pairs: [Pair] = Array(repeating: Pair(), count: 1_024)
    private var count = 0

    public init() {}

    /// Takes note of a letter. False when it was seen before.
    public mutating func insert(_ letter: LetterID, by reader: Int) -> Bool {
        if 4 * count > 3 * pairs.count { grow() }
        let key = key(letter, reader)
        let place = place(of: key)
        guard pairs[place].key == key else {
            pairs[place] = Pair(key: key, newest: letter.number, bits: 1)
            count += 1
            return true
        }
        let newest = pairs[place].newest
        if letter.number > newest {
            let step = UInt64(letter.number - newest)
            pairs[place].bits = step < 64 ? pairs[place].bits << step | 1 : 1
            pairs[place].newest = letter.number
            return true
        }
        let age = UInt64(newest - letter.number)
        guard age < 64 else { return true }
        let isNew = pairs[place].bits >> age & 1 == 0
        pairs[place].bits |= 1 << age
        return isNew
    }

    public func contains(_ letter: LetterID, by reader: Int) -> Bool {
        let pair = pairs[place(of: key(letter, reader))]
        guard pair.key != 0, letter.number <= pair.newest else { return false }
        let age = UInt64(pair.newest - letter.number)
        return age < 64 && pair.bits >> age & 1 == 1
    }

    /// Asks for the memory that `insert` will touch.
    func prefetch(_ letter: LetterID, by reader: Int) {
        let place = Int(truncatingIfNeeded: Mixing.finalize(key(letter, reader)) & UInt64(pairs.count - 1))
        pairs.withUnsafeBufferPointer { Simulation.prefetch($0.baseAddress! + place) }
    }

    private func key(_ letter: LetterID, _ reader: Int) -> UInt64 {
        UInt64(reader + 1) << 32 | UInt64(letter.sender.number)
    }

    private func place(of key: UInt64) -> Int {
        var place = Int(truncatingIfNeeded: Mixing.finalize(key) & UInt64(pairs.count - 1))
        while pairs[place].key != 0, pairs[place].key != key { place = (place + 1) & (pairs.count - 1) }
        return place
    }

    private mutating func grow() {
        let old = pairs
        pairs = Array(repeating: Pair(), count: 2 * old.count)
        for pair in old where pair.key != 0 { pairs[place(of: pair.key)] = pair }
    }
}
