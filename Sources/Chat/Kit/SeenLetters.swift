internal import Simulation

/// A duplicate filter: which letters each of many has seen (a device has on it, a server has stored), so that
/// none counts twice (S0-28).
///
/// A sender's letters are numbered, those to others too. Of each reader and sender there is a bit for each
/// number, in blocks of 64; a block is there from the first letter of its numbers on. Nothing is forgotten, so
/// a log may repeat whatever it holds, in any order and at any rate of the sender.
///
/// A hash table with open addressing, looked up only. It grows with the pairs of people who write to each
/// other, and for each pair with every 64 letters that the sender writes to anybody.
public struct SeenLetters: ~Copyable {
    /// In words of 32 bits, so that none is lost to alignment: there are as many as pairs of people who write
    /// to each other.
    // Not private: in debug the compiler fails on a private type in a generic one that is not copyable.
    struct BitBlock {
        var reader: UInt32 = 0  // plus one; 0 where there is no block
        var sender: UInt32 = 0
        /// The numbers in it divided by 64.
        var number: UInt32 = 0
        var lower: UInt32 = 0
        var upper: UInt32 = 0

        init() {}

        init(_ letter: LetterID, by reader: UInt32) {
            self.reader = reader
            sender = letter.sender.number
            number = letter.number / 64
            bits = Self.bit(of: letter)
        }

        var bits: UInt64 {
            get { UInt64(upper) << 32 | UInt64(lower) }
            set {
                upper = UInt32(truncatingIfNeeded: newValue >> 32)
                lower = UInt32(truncatingIfNeeded: newValue)
            }
        }

        static func bit(of letter: LetterID) -> UInt64 { 1 << UInt64(letter.number % 64) }
    }

    private var blocks = Store<BitBlock>(repeating: BitBlock(), count: 1_024)
    private var count = 0

    public init() {}

    /// Takes note of a letter. False when it was seen before.
    public mutating func insert(_ letter: LetterID, by reader: Int) -> Bool {
        if 5 * count > 4 * blocks.count { grow() }
        let reader = UInt32(reader) + 1
        let block = blocks.address(of: place(of: letter, reader))
        guard block.pointee.reader == reader else {
            block.pointee = BitBlock(letter, by: reader)
            count += 1
            return true
        }
        let isNew = block.pointee.bits & BitBlock.bit(of: letter) == 0
        block.pointee.bits |= BitBlock.bit(of: letter)
        return isNew
    }

    public func contains(_ letter: LetterID, by reader: Int) -> Bool {
        // The bits of a free place are 0.
        blocks[place(of: letter, UInt32(reader) + 1)].bits & BitBlock.bit(of: letter) != 0
    }

    /// Asks for the memory that `insert` will touch.
    public func prefetch(_ letter: LetterID, by reader: Int) {
        blocks.prefetch(firstPlace(of: letter.sender.number, letter.number / 64, UInt32(reader) + 1))
    }

    /// What the table takes.
    package var bytes: Int { blocks.bytes }

    private func firstPlace(of sender: UInt32, _ number: UInt32, _ reader: UInt32) -> Int {
        // The mixing is a bijection, so blocks of one pair are far apart, as those of different pairs are.
        Mixing.place(
            of: (UInt64(reader) << 32 | UInt64(sender)) &+ UInt64(number) &* Mixing.step, among: blocks.count)
    }

    /// Where the block is, or the free place where it would be.
    private func place(of letter: LetterID, _ reader: UInt32) -> Int {
        place(of: letter.sender.number, letter.number / 64, reader)
    }

    private func place(of sender: UInt32, _ number: UInt32, _ reader: UInt32) -> Int {
        var place = firstPlace(of: sender, number, reader)
        while true {
            let found = blocks.address(of: place)
            if found.pointee.reader == 0 { return place }
            if found.pointee.reader == reader, found.pointee.sender == sender, found.pointee.number == number
            {
                return place
            }
            place = place + 1 == blocks.count ? 0 : place + 1
        }
    }

    private mutating func grow() {
        var old = Store<BitBlock>(repeating: BitBlock(), count: blocks.count + blocks.count / 4)
        swap(&old, &blocks)
        for index in 0..<old.count where old[index].reader != 0 {
            let block = old[index]
            blocks[place(of: block.sender, block.number, block.reader)] = block
        }
    }
}
