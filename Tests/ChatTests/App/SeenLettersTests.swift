import Chat
import Testing

@Suite("app: letters that were seen")
struct SeenLettersTests {
    /// Letters of one sender that come to one reader, by their numbers, and which of them count as new.
    private static func areNew(_ numbers: [UInt32]) -> [Bool] {
        var seen = SeenLetters()
        return numbers.map { seen.insert(LetterID(of: User(7), $0), by: 3) }
    }

    @Test("each number is new once, in whatever order, however far apart")
    func anyOrder() {
        #expect(Self.areNew([0, 63, 0, 64, 0, 63]) == [true, true, false, true, false, false])
        #expect(Self.areNew([1_000, 0, 936, 1_000, 0]) == [true, true, true, false, false])
        #expect(Self.areNew([.max, 0, .max, 0]) == [true, true, false, false])
    }

    /// 100 letters a second for an hour, and then all of them once more, from the first on: 360,000 numbers in
    /// 5,625 blocks of 64.
    @Test("a log may repeat an hour of a sender who writes 100 letters a second")
    func replay() {
        var seen = SeenLetters()
        func newCount() -> Int {
            (0..<360_000).count { seen.insert(LetterID(of: User(7), UInt32($0)), by: 3) }
        }
        #expect([newCount(), newCount()] == [360_000, 0])
    }

    /// Full to four fifths at most, and by a quarter less than that right after it has grown: a block has 20 bytes, and
    /// with its part of what is free up to 20 ÷ 0.64.
    @Test("the table takes 32 bytes for a block at most, whenever it is looked at")
    func size() {
        var seen = SeenLetters()
        let largest = (1...20_000 as ClosedRange<UInt32>).map { block in
            _ = seen.insert(LetterID(of: User(7), block * 64), by: 3)
            return block < 2_000 ? 0 : seen.bytes / Int(block)
        }.max()
        #expect(largest.map { $0 <= 32 } == true)
    }

    @Test("what `insert` would find new is not contained")
    func contains() {
        var seen = SeenLetters()
        for number in [0, 63] as [UInt32] { _ = seen.insert(LetterID(of: User(7), number), by: 3) }
        let contained = ([0, 1, 63, 64] as [UInt32]).map { seen.contains(LetterID(of: User(7), $0), by: 3) }
        #expect(contained == [true, false, true, false])
    }

    /// 2,500 pairs are more than the table has places for at first.
    @Test("each reader has its own numbers of each sender")
    func pairs() {
        var seen = SeenLetters()
        func newCount() -> Int {
            (0..<2_500).count { seen.insert(LetterID(of: User(UInt32($0 % 50)), 5), by: $0 / 50) }
        }
        #expect([newCount(), newCount()] == [2_500, 0])
    }
}
