import Chat
import Testing

@Suite("app: letters that were seen")
struct SeenLettersTests {
    /// Letters of one sender that come to one reader, by their numbers, and which of them count as new.
    private static func areNew(_ numbers: [UInt32]) -> [Bool] {
        var seen = SeenLetters()
        return numbers.map { seen.insert(LetterID(of: User(7), $0), by: 3) }
    }

    /// With number 63 the window holds 0 to 63, with 64 it holds 1 to 64.
    @Test("of each sender the latest 64 numbers are known; what is older counts as not seen, time and again")
    func window() {
        #expect(Self.areNew([0, 63, 0]) == [true, true, false])
        #expect(Self.areNew([0, 63, 64, 0, 0]) == [true, true, true, true, true])
    }

    @Test("a letter at the edge of the window that was not seen is seen once, and moves nothing")
    func late() {
        #expect(Self.areNew([64, 1, 1, 64, 65, 1]) == [true, true, false, false, true, true])
    }

    @Test("after a leap, what is in the window still is known, and nothing else")
    func leap() {
        #expect(
            Self.areNew([935, 936, 1_000, 937, 936, 999, 1_000]) == [
                true, true, true, true, true, true, false,
            ])
        #expect(Self.areNew([935, 937, 1_000, 937, 935]) == [true, true, true, false, true])
    }

    @Test("what `insert` would find new is not contained")
    func contains() {
        var seen = SeenLetters()
        for number in [0, 63] as [UInt32] { _ = seen.insert(LetterID(of: User(7), number), by: 3) }
        let contained = ([0, 1, 63, 64] as [UInt32]).map { seen.contains(LetterID(of: User(7), $0), by: 3) }
        #expect(contained == [true, false, true, false])
        _ = seen.insert(LetterID(of: User(7), 64), by: 3)
        let isStillKnown = seen.contains(LetterID(of: User(7), 0), by: 3)
        #expect(!isStillKnown)
    }

    /// 2,500 pairs are more than the table has places for at first.
    @Test("each reader has a window for each sender")
    func pairs() {
        var seen = SeenLetters()
        func newCount() -> Int {
            (0..<2_500).count { seen.insert(LetterID(of: User(UInt32($0 % 50)), 5), by: $0 / 50) }
        }
        #expect([newCount(), newCount()] == [2_500, 0])
    }
}
