internal import Simulation

/// Which letters each of many has seen (a device has on it, a server has stored), so that none counts twice
/// (S0-28): for each and each sender the latest 64 numbers, a bit each.
///
/// A sender's letters are numbered, those to others too, and come nearly in order. What is 64 numbers or more
/// behind the newest counts as not seen, however often it comes: better shown twice than not at all. So a
/// copy that is that late is shown once more by a device, which the invariant `shown-once` reports, and
/// stored and delivered once more by a server. It takes 64 younger letters of one sender that overtake one.
///
/// A hash table with open addressing, looked up only; it grows with the pairs of people who write to each
/// other, not with what they write.
public struct SeenLetters: ~Copyable {
    /// In words of 32 bits, so that none is lost to alignment: there are as many as pairs of people who write
    /// to each other.
    // Not private: in debug the compiler fails on a private type in a generic one that is not copyable.
    struct Pair {
        var reader: UInt32 = 0  // plus one; 0 where there is no pair
        var sender: UInt32 = 0
        var newest: UInt32 = 0
        var older: UInt32 = 0
        var newer: UInt32 = 0

        init() {}

        init(_ letter: LetterID, by reader: UInt32) {
            self.reader = reader
            sender = letter.sender.number
            newest = letter.number
            newer = 1
        }

        /// Bit n: the letter `newest - n`.
        var bits: UInt64 {
            get { UInt64(older) << 32 | UInt64(newer) }
            set {
                older = UInt32(truncatingIfNeeded: newValue >> 32)
                newer = UInt32(truncatingIfNeeded: newValue)
            }
        }
    }

    private var pairs = Store<Pair>(repeating: Pair(), count: 1_024)
    private var count = 0

    public init() {}

    /// Takes note of a letter. False when it was seen before.
    public mutating func insert(_ letter: LetterID, by reader: Int) -> Bool {
        if 4 * count > 3 * pairs.count { grow() }
        let reader = UInt32(reader) + 1
        let place = place(of: letter.sender.number, reader)
        guard pairs[place].reader == reader else {
            pairs[place] = Pair(letter, by: reader)
            count += 1
            return true
        }
        let pair = pairs.address(of: place)
        let newest = pair.pointee.newest
        if letter.number > newest {
            let step = UInt64(letter.number - newest)
            pair.pointee.bits = step < 64 ? pair.pointee.bits << step | 1 : 1
            pair.pointee.newest = letter.number
            return true
        }
        let age = UInt64(newest - letter.number)
        guard age < 64 else { return true }
        let isNew = pair.pointee.bits >> age & 1 == 0
        pair.pointee.bits |= 1 << age
        return isNew
    }

    public func contains(_ letter: LetterID, by reader: Int) -> Bool {
        let pair = pairs[place(of: letter.sender.number, UInt32(reader) + 1)]
        guard pair.reader != 0, letter.number <= pair.newest else { return false }
        let age = UInt64(pair.newest - letter.number)
        return age < 64 && pair.bits >> age & 1 == 1
    }

    /// Asks for the memory that `insert` will touch.
    public func prefetch(_ letter: LetterID, by reader: Int) {
        pairs.prefetch(firstPlace(of: letter.sender.number, UInt32(reader) + 1))
    }

    private func firstPlace(of sender: UInt32, _ reader: UInt32) -> Int {
        Mixing.place(of: UInt64(reader) << 32 | UInt64(sender), among: pairs.count)
    }

    /// Where the pair is, or the free place where it would be.
    private func place(of sender: UInt32, _ reader: UInt32) -> Int {
        var place = firstPlace(of: sender, reader)
        while true {
            let found = pairs.address(of: place)
            if found.pointee.reader == 0 { return place }
            if found.pointee.reader == reader, found.pointee.sender == sender { return place }
            place = place + 1 == pairs.count ? 0 : place + 1
        }
    }

    private mutating func grow() {
        var old = Store<Pair>(repeating: Pair(), count: pairs.count + pairs.count / 2)
        swap(&old, &pairs)
        for index in 0..<old.count where old[index].reader != 0 {
            pairs[place(of: old[index].sender, old[index].reader)] = old[index]
        }
    }
}
