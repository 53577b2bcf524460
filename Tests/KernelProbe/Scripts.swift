import Simulation
import Vocabulary

/// Counts the letters that scripts put into it.
actor Box: Component {
    enum Inbox: Marked {
        case letter(UInt64)
        var mark: UInt64 {
            switch self {
            case .letter(let number): Vocabulary.mark(1, number)
            }
        }
    }

    struct Put: Fact {
        let letter: UInt64
        var mark: UInt64 { Vocabulary.mark(3, letter) }
    }

    nonisolated let home: Home
    private(set) var letters: UInt64 = 0

    init(home: Home) { self.home = home }

    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .letter(let number):
            letters += 1
            turn.tell(Put(letter: number))
        }
    }
}

/// Flows that sleep, await an actor, fan out in groups, get cancelled, and wait on continuations.
func scriptWorld(seed: UInt64) -> World {
    let world = World(seed: seed, lanes: 2)
    let box = world.add(in: Lane(2)) { Box(home: $0) }
    let turn = world.turn(of: box)
    let clock = world.clock
    for script in 0..<20 as Range<UInt64> {
        world.start("script \(script)", in: Lane(1)) {
            try await clock.sleep(for: .milliseconds(Int(1 + script * 7 % 5)))
            try await withThrowingTaskGroup(of: UInt64.self) { group in
                for part in 0..<3 as Range<UInt64> {
                    group.addTask {
                        try await clock.sleep(for: .microseconds(Int(part * 100 + script)))
                        return script * 10 + part
                    }
                }
                for try await letter in group {
                    turn.send(.letter(letter), to: turn.address, after: .microseconds(5))
                }
            }
            let patience = Task(executorPreference: world) { try await clock.sleep(for: .seconds(3_600)) }
            try await clock.sleep(for: .milliseconds(1))
            patience.cancel()
            let seen = await letters(in: turn)
            turn.send(.letter(1_000_000 + seen), to: turn.address)
        }
    }
    return world
}

private func letters(in turn: TurnOf<Box>) async -> UInt64 {
    await withCheckedContinuation { continuation in
        continuation.resume(returning: turn.world.inspect(turn.address) { $0.letters } ?? 0)
    }
}
