public import Vocabulary

/// Virtual time as one of Swift's clocks: `try await world.clock.sleep(for: .seconds(3))`.
public struct SimulationClock: Clock {
    let home: Home

    public var now: Instant { home.world.now }
    public var minimumResolution: Duration { .nanoseconds(1) }

    /// Sleeps in virtual time. The wake-up is an event like any other, from the lane of the flow that sleeps.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let world = home.world
        let nap = Nap()
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                let turn = world.turn(of: world.sleeper(in: Flow.current?.lane ?? Lane(1)))
                nap.continuation = continuation
                nap.timer = turn.arm(.wake(nap), after: max(.zero, deadline - world.now))
            }
        } onCancel: {
            guard let timer = nap.timer, world.core.pointee.cancel(timer) else { return }
            nap.continuation?.resume(throwing: CancellationError())
        }
    }
}

/// One sleep. Only ever touched by the thread of its world.
final class Nap: @unchecked Sendable {
    var continuation: UnsafeContinuation<Void, any Error>?
    var timer: Timer?
}

/// Wakes the sleeping flows of one lane.
actor Sleeper: Component {
    enum Inbox: Marked {
        case wake(Nap)
        var mark: UInt64 { Vocabulary.mark(1) }
    }

    nonisolated let home: Home

    init(home: Home) { self.home = home }

    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .wake(let nap): nap.continuation?.resume()
        }
    }
}

extension World {
    public var clock: SimulationClock { SimulationClock(home: Home(self)) }

    func sleeper(in lane: Lane) -> Address<Sleeper> {
        if let sleeper = sleepers[lane] { return sleeper }
        let sleeper = add(in: lane) { Sleeper(home: $0) }
        sleepers[lane] = sleeper
        return sleeper
    }
}
