import Foundation
import Simulation
import Vocabulary

/// Leaves its world on purpose, in a way of its own for each message.
actor Fugitive: Component {
    enum Inbox: Marked {
        case leave(Way)
        var mark: UInt64 {
            switch self {
            case .leave(let way): Vocabulary.mark(1, UInt64(way.rawValue.utf8.count))
            }
        }
    }

    enum Way: String {
        case detachedTask, taskThatYields, taskThatSleeps, flowThatSleeps, mainActor, nonisolatedAwait,
            continuation, dispatchQueue
        /// Stays: a task of the actor that only ever touches the actor.
        case none
    }

    nonisolated let home: Home
    private var visits = 0

    init(home: Home) { self.home = home }

    func receive(_ message: Inbox, in turn: Turn) {
        guard case .leave(let way) = message else { return }
        switch way {
        case .detachedTask: Task.detached { await self.visit() }
        case .taskThatYields: Task { await Task.yield() }
        case .taskThatSleeps: Task { try await Task.sleep(for: .milliseconds(1)) }
        case .flowThatSleeps: turn.world.start("snooze") { try await Task.sleep(for: .seconds(3_600)) }
        case .mainActor: Task { @MainActor in }
        case .nonisolatedAwait: Task { await Self.elsewhere() }
        case .continuation: Task { await withCheckedContinuation { $0.resume() } }
        case .dispatchQueue:
            DispatchQueue.global().async { Task { await self.visit() } }
            Thread.sleep(forTimeInterval: 0.2)  // so that it is back while the run still goes on
        case .none: Task { self.visit() }
        }
    }

    func visit() { visits += 1 }

    @concurrent private static func elsewhere() async {}
}

/// How the run ends when an actor leaves that way, and stays in the world for a while after.
func escape(by name: String) -> String {
    guard let way = Fugitive.Way(rawValue: name) else { return "no such way: \(name)" }
    let world = World(seed: 1)
    let fugitive = world.add(in: Lane(1)) { Fugitive(home: $0) }
    let turn = world.turn(of: fugitive)
    turn.send(.leave(way), to: fugitive, after: .seconds(3))
    turn.send(.leave(.none), to: fugitive, after: .seconds(4))
    return world.run(until: .at(.seconds(10))).description
}

/// Goes wrong on purpose at 1.5 s, in the first event; `outside` before that.
func fault(_ kind: String) {
    if kind == "outside" { fatalError("wrong on purpose") }
    let world = World(seed: 77)
    let wrecker = world.add(in: Lane(1)) { Wrecker(home: $0) }
    world.turn(of: wrecker).send(.break(kind), to: wrecker, after: .milliseconds(1_500))
    print(world.run(until: .at(.seconds(10))))
}

actor Wrecker: Component {
    enum Inbox: Marked {
        case `break`(String)
        var mark: UInt64 { 1 }
    }

    nonisolated let home: Home

    init(home: Home) { self.home = home }

    func receive(_ message: Inbox, in turn: Turn) {
        guard case .break(let kind) = message else { return }
        switch kind {
        case "precondition": precondition(turn.now == .start, "wrong on purpose")
        case "fatalError": fatalError("wrong on purpose")
        case "recursion": print(depth(0))
        default: print("no such fault: \(kind)")
        }
    }

    private func depth(_ n: Int) -> Int { n < 0 ? 0 : depth(n + 1) + depth(n + 2) }
}
