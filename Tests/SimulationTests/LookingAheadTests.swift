import Simulation
import Testing
import Vocabulary

@Suite("kernel: looking ahead")
struct LookingAheadTests {
    /// 20,000 actors get a message each, 100 ns apart, and one in twenty of them has another one cancelled.
    /// Buckets are 1,024 ns wide at first: of the first two, 0…2,047 ns with 21 messages, nobody is told.
    /// When fewer than 8,192 events are left, and when the width changes, nobody is either.
    @Test("actors are told of what comes, of nothing else, and before it comes")
    func told() {
        let world = World(seed: 1)
        let watchers = world.add(Watcher.self, count: 20_000, in: Lane(1)) { home, _ in Watcher(home: home) }
        for (number, watcher) in watchers.enumerated() {
            let turn = world.turn(of: watcher)
            turn.send(.strike(number), to: watcher, after: .nanoseconds(Int64(100 * number)))
            if number % 20 == 0 {
                turn.cancel(turn.arm(.strike(-1), after: .nanoseconds(Int64(100 * number + 50))))
            }
        }
        #expect(world.run(until: .at(.seconds(1))) == .reachedEnd)
        let heard = watchers.map { world.inspect($0) { $0.heard }! }
        let unexpected = heard.indices.filter { heard[$0] == ["struck \($0)"] }
        let expected = heard.indices.filter { heard[$0] == ["expects \($0)", "struck \($0)"] }
        #expect(unexpected.count + expected.count == 20_000)
        #expect(unexpected.prefix(21).elementsEqual(0...20))
        #expect(expected.count > 8_000)
    }

    @Test("whether actors look ahead is in no digest")
    func digests() {
        #expect(digest(of: Watcher.self) { Watcher(home: $0) } == digest(of: Dozer.self) { Dozer(home: $0) })
    }

    private func digest<C: Component>(of _: C.Type, _ make: (Home) -> C) -> Digest where C.Inbox == Strike {
        let world = World(seed: 1)
        let actors = world.add(C.self, count: 10_000, in: Lane(1)) { home, _ in make(home) }
        for (number, actor) in actors.enumerated() {
            world.turn(of: actor).send(.strike(number), to: actor, after: .nanoseconds(Int64(100 * number)))
        }
        _ = world.run(until: .at(.seconds(1)))
        return world.traceDigest
    }
}

private enum Strike: Marked {
    case strike(Int)

    var mark: UInt64 {
        switch self {
        case .strike(let number): Vocabulary.mark(1, UInt64(bitPattern: Int64(number)))
        }
    }
}

/// Writes down what it is told of, and what happens.
private actor Watcher: Component {
    typealias Inbox = Strike

    static let looksAhead = true
    nonisolated let home: Home
    private(set) var heard: [String] = []

    init(home: Home) { self.home = home }

    func expect(_ message: Strike) {
        switch message {
        case .strike(let number): heard.append("expects \(number)")
        }
    }

    func receive(_ message: Strike, in turn: Turn) {
        switch message {
        case .strike(let number): heard.append("struck \(number)")
        }
    }
}

private actor Dozer: Component {
    typealias Inbox = Strike

    nonisolated let home: Home

    init(home: Home) { self.home = home }

    func receive(_ message: Strike, in turn: Turn) {}
}
