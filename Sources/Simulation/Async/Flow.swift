internal import Vocabulary

/// A named piece of `async` work inside a world: a script that logs somebody in, waits, and looks.
///
/// Everything structured that starts in a flow stays in the world: `await` on actors, sleeping on the world's
/// clock, task groups, continuations. A run that has nothing else left to do names the flows that still wait.
public struct Flow: Sendable {
    public let name: String
    public let lane: Lane
    let number: Int

    /// The flow that the current task belongs to.
    @TaskLocal static var current: Flow?
}

extension World {
    /// Starts a flow; its first step is taken when the run goes on. What it arms takes its ties from `lane`.
    ///
    /// An error that it throws, other than being cancelled, stops the run.
    @discardableResult
    public func start(
        _ name: String, in lane: Lane = Lane(1), _ operation: @escaping @Sendable () async throws -> Void
    ) -> Flow {
        let flow = Flow(name: name, lane: lane, number: flows.add(name, at: now))
        let task = Task(name: name, executorPreference: self) {
            await Flow.$current.withValue(flow) {
                do {
                    try await operation()
                } catch is CancellationError {
                } catch {
                    self.stop(because: "flow '\(name)' failed: \(error)")
                }
            }
            self.flows.remove(flow.number)
        }
        flows.setTask(task, of: flow.number)
        return flow
    }

    /// Cancels a flow, as Swift cancels tasks: it is told, and ends itself.
    public func cancel(_ flow: Flow) { flows[flow.number]?.task?.cancel() }
}

/// The flows that have not ended, by number.
struct FlowTable {
    struct RunningFlow: CustomStringConvertible {
        let name: String
        let started: Instant
        var task: Task<Void, Never>?
        var description: String { "flow '\(name)', started at \(started)" }
    }

    private var entries: [Int: RunningFlow] = [:]
    private var next = 0

    subscript(number: Int) -> RunningFlow? { entries[number] }

    /// In the order in which they were started.
    var unfinished: [RunningFlow] { entries.sorted { $0.key < $1.key }.map(\.value) }

    mutating func add(_ name: String, at time: Instant) -> Int {
        entries[next] = RunningFlow(name: name, started: time)
        next += 1
        return next - 1
    }

    mutating func setTask(_ task: Task<Void, Never>, of number: Int) { entries[number]?.task = task }

    mutating func remove(_ number: Int) { entries[number] = nil }
}
