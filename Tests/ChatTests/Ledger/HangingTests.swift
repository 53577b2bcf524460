import Chat
import Testing
import Vocabulary

@Suite("ledger: who waits when nothing happens any more")
struct HangingTests {
    /// Users 0 and 1, each with an open app; 0 taps a letter for 1 at 1 s.
    private func line(_ facts: ChatFact...) -> HangingLetters? {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))))
        for fact in facts { line.tell(2, fact) }
        return line.ledger.hanging(before: .at(.seconds(60)))
    }

    @Test("a recipient who is there waits for what the system has")
    func recipient() {
        let waiting = line(.accepted(letter(0)))
        #expect(waiting?.count == 1)
        #expect(waiting?.first == "letter 0.0, tapped at 1s: user 1 has not been shown it")
        #expect(line(.accepted(letter(0)), .shown(letter(0), on: device(1))) == nil)
    }

    @Test("a sender who is there waits for an answer")
    func sender() {
        let waiting = line()
        #expect(waiting?.count == 1)
        #expect(
            waiting?.first == "letter 0.0, tapped at 1s: user 0 does not know whether the system has it")
        #expect(line(.refused(letter(0), .bodyTooLarge)) == nil)
    }

    @Test("who is not there does not wait")
    func away() {
        #expect(line(.accepted(letter(0)), .appClosed(device(1))) == nil)
        #expect(line(.accepted(letter(0)), .accessLost(device(1))) == nil)
        #expect(line(.appClosed(device(0))) == nil)
        #expect(line(.accessLost(device(0))) == nil)
        #expect(line(.accepted(letter(0)), .accessLost(device(1)), .accessGained(device(1))) != nil)
    }

    /// The place of letter 0, which is closed, is taken by letter 2.
    @Test("the first is the one tapped first, wherever it lies")
    func first() {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))))
        line.tell(2, .accepted(letter(0)), .shown(letter(0), on: device(1)))
        line.tell(30, .tapped(letter(0, 1), on: device(0), to: .direct(User(1))))
        line.tell(100, .tapped(letter(0, 2), on: device(0), to: .direct(User(1))))
        let waiting = line.ledger.hanging(before: .at(.seconds(200)))
        #expect(waiting?.count == 2)
        #expect(waiting?.first.hasPrefix("letter 0.1, tapped at 30s") == true)
    }

    @Test("samples that are handed over come once")
    func flush() {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))))
        line.tell(2, .accepted(letter(0)))
        #expect(line.samples == [])
        line.ledger.flush()
        #expect(line.samples == ["accept 0 @1s 1s"])
        line.ledger.flush()
        #expect(line.samples == ["accept 0 @1s 1s"])
    }
}
