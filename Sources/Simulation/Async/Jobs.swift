internal import Synchronization

/// The pieces of `async` work that a world has to run: first in, first out, after each event until none is
/// left.
///
/// Jobs take no tie and are in no digest, because debug and release builds make different numbers of them.
/// What a job sends or arms takes its tie when the job runs.
final class JobQueue: @unchecked Sendable {
    private var jobs: [UnownedJob] = []
    private var first = 0

    /// Whether the world runs, on whatever thread. Written by that thread alone.
    private let running = Atomic<Bool>(false)
    private let reported = Mutex<String?>(nil)
    private let hasEscape = Atomic<Bool>(false)

    var isRunning: Bool {
        get { running.load(ordering: .acquiring) }
        set { running.store(newValue, ordering: .releasing) }
    }

    /// How work left the simulation, if it has.
    var escape: String? { hasEscape.load(ordering: .acquiring) ? reported.withLock { $0 } : nil }

    func report(_ escape: String) {
        reported.withLock { if $0 == nil { $0 = escape } }
        hasEscape.store(true, ordering: .releasing)
    }

    func append(_ job: UnownedJob) { jobs.append(job) }

    /// What a flow that goes round without letting time pass may do at one instant, before it is taken for
    /// what it is.
    private static let limitAtOneInstant = 10_000_000

    func runDry(in world: World) {
        var done = 0
        while first < jobs.count {
            done += 1
            guard done <= Self.limitAtOneInstant else {
                return world.stop(because: "async work goes round at \(world.now) without letting time pass")
            }
            let job = jobs[first]
            first += 1
            if first == 1_024 {  // an endless exchange within one instant must not grow the array
                jobs.removeFirst(first)
                first = 0
            }
            job.runSynchronously(
                isolatedTo: world.asUnownedSerialExecutor(), taskExecutor: world.asUnownedTaskExecutor())
        }
        jobs.removeAll(keepingCapacity: true)
        first = 0
    }
}

extension World {
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        guard jobs.isRunning, !isCurrent else {
            jobs.append(job)
            core.pointee.demandAttention()
            return
        }
        // It came back from another thread, where it had gone unseen. It must not run: when it arrived was
        // decided by real time.
        jobs.report(Escape.returned)
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    public func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }

    public func checkIsolated() {
        precondition(mayLookInside, "this code belongs to a world that runs on another thread")
    }
}
