/// Every letter that was ever tapped, in one word: whom it is for, and where it is kept.
///
///     | destination 32 | 1 | number of the open letter 31                    |
///     | a user      32 | 0 |     … | shown by the sender's own 8 | shown by 8 |  closed: a bit per device
///     | a room      32 | 0 | number among the closed letters of rooms 31     |
///
/// A person's letters lie in pages that double: 4 words, 8, 16…, each with the place of the page before it
/// in front. So most letters are found in the newest page, and none takes more steps than its person has
/// doublings.
struct LetterIndex: ~Copyable {
    private var words = Store<UInt64>(repeating: 0, count: 1)  // page 0 is no page

    /// The word of the person's letter `number`, which there must be.
    @inline(__always)
    func word(_ number: UInt32, of person: UnsafeMutablePointer<Person>) -> UnsafeMutablePointer<UInt64> {
        precondition(number < person.pointee.letters, "a fact about letter \(number), which nobody tapped")
        let page = Self.page(of: number)
        var newest = Self.page(of: person.pointee.letters - 1)
        var start = Int(person.pointee.page)
        while newest > page {
            start = Int(words[start])
            newest -= 1
        }
        return words.address(of: start + 1 + Int(number) - Self.first(of: page))
    }

    /// A word for the person's next letter.
    @inline(__always)
    mutating func append(_ word: UInt64, to person: UnsafeMutablePointer<Person>) {
        let number = person.pointee.letters
        let page = Self.page(of: number)
        if Int(number) == Self.first(of: page) {
            let start = words.append(UInt64(person.pointee.page))
            words.append(0, count: 4 << page)
            person.pointee.page = UInt32(start)
        }
        person.pointee.letters += 1
        words[Int(person.pointee.page) + 1 + Int(number) - Self.first(of: page)] = word
    }

    /// Pages begin with the letters 0, 4, 12, 28…
    @inline(__always)
    private static func page(of number: UInt32) -> Int { 31 - (number / 4 + 1).leadingZeroBitCount }

    @inline(__always)
    private static func first(of page: Int) -> Int { 4 << page - 4 }

    var bytes: Int { words.bytes }
}

/// Reading the words of the index.
enum LetterWord {
    static let openBit: UInt64 = 1 << 31

    @inline(__always)
    static func open(_ letter: Int, for destination: UInt32) -> UInt64 {
        UInt64(destination) << 32 | openBit | UInt64(letter)
    }

    @inline(__always)
    static func closed(_ rest: UInt32, for destination: UInt32) -> UInt64 {
        UInt64(destination) << 32 | UInt64(rest)
    }

    @inline(__always)
    static func destination(_ word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word >> 32) }

    /// The number of the open letter; nil when it is closed.
    @inline(__always)
    static func openLetter(_ word: UInt64) -> Int? {
        word & openBit != 0 ? Int(truncatingIfNeeded: word & (openBit - 1)) : nil
    }

    @inline(__always)
    static func rest(_ word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word) }
}
