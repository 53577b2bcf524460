import Chat
import Testing

/// Twenty people, three letters a minute each, and nothing breaks: the clerk at fault is called by his name, without a stage
/// that waits for him.
@Suite("experiments: who does not reply, or replies twice")
struct RepliesTests {
    private func verdict(of design: any Design.Type) throws -> (causes: [String], notes: [String]) {
        let verdict = try played(
            """
            hubbub: 1
            name: counter
            design: counter
            seed: 3
            duration: 2m
            users: { count: 20 }
            load: [{ name: usual, send: 3/m per user, size: 1KB, direct: 100% }]
            thresholds: [delivery p50 < 1ms]
            """, on: design
        ).result.verdict
        return (verdict.causes, verdict.notes)
    }

    @Test("who replies once to each call gets no word")
    func once() throws {
        let (causes, notes) = try verdict(of: Counter.self)
        #expect(!causes.isEmpty)
        #expect(!causes.contains { $0.contains("had no answer") }, "\(causes)")
        #expect(!notes.contains { $0.contains("replied") }, "\(notes)")
    }

    @Test("calls that somebody who is up does not answer are a cause, by who asked whom")
    func never() throws {
        let (causes, _) = try verdict(of: MuteCounter.self)
        let said = try #require(causes.first { $0.hasPrefix("desk → clerk: ") }, "\(causes)")
        #expect(
            said.wholeMatch(of: /desk → clerk: \d+ of \d+ calls had no answer, while clerk was up/) != nil,
            "\(said)")
    }

    @Test("more replies than requests are a note")
    func twice() throws {
        let (_, notes) = try verdict(of: EagerCounter.self)
        let said = try #require(notes.first { $0.hasPrefix("clerk replied ") }, "\(notes)")
        let numbers = try #require(
            said.firstMatch(of: /clerk replied (\d+) times to (\d+) requests of desk/), "\(said)")
        #expect(Int(numbers.1)! == 2 * Int(numbers.2)!)
    }
}
