import Chat
import Testing
import Vocabulary

@Suite("chat: names of letters")
struct LetterIDTests {
    @Test("what reports print is read back, with its word and without")
    func reading() throws {
        let letter = LetterID(of: User(17), 3)
        #expect(letter.description == "letter 17.3")
        #expect(try LetterID(reading: "letter 17.3") == letter)
        #expect(try LetterID(reading: "17.3") == letter)
        #expect(try LetterID(reading: "4294967295.4294967295").number == .max)
    }

    @Test(
        "all else is none",
        arguments: [
            "", "17", "17.", ".3", "17.3.1", "17,3", "-1.3", "+1.3", "17.4294967296", "user 17", "١.٣",
        ])
    func wrong(text: String) {
        #expect(
            throws: Misreading(
                "'\(text)' names no letter",
                remedy: "write 17.3 for the fourth letter of user 17, as reports do: both count from 0")
        ) { try LetterID(reading: text) }
    }
}
