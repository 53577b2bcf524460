import Glibc

/// Threads that share out work among themselves, and hand back the results in the order of the work.
///
/// Each run is a world of its own, so nothing but the list of what is left to do is shared.
final class Crew<Result: Sendable>: @unchecked Sendable {
    private let count: Int
    private let work: @Sendable (Int) -> Result
    // All below is read and written with the mutex held.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let isDone = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var next = 0
    private var results: [Result?]

    private init(count: Int, work: @escaping @Sendable (Int) -> Result) {
        (self.count, self.work) = (count, work)
        results = Array(repeating: nil, count: count)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(isDone, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        pthread_cond_destroy(isDone)
        mutex.deallocate()
        isDone.deallocate()
    }

    /// Does `work` for 0 to `count` - 1 on `threads` threads. `take` gets each result on the calling thread,
    /// in that order, and can forget it before the last one is there.
    static func run(
        count: Int, threads: Int, work: @escaping @Sendable (Int) -> Result, take: (Int, Result) -> Void
    ) {
        let crew = Crew(count: count, work: work)
        let started = (0..<min(count, threads)).map { _ in Thread { crew.runWorker() }.start() }
        for index in 0..<count { take(index, crew.wait(for: index)) }
        for thread in started { pthread_join(thread, nil) }
    }

    private func runWorker() {
        while true {
            pthread_mutex_lock(mutex)
            let index = next
            next += 1
            pthread_mutex_unlock(mutex)
            guard index < count else { return }
            let result = work(index)
            pthread_mutex_lock(mutex)
            results[index] = result
            pthread_cond_broadcast(isDone)
            pthread_mutex_unlock(mutex)
        }
    }

    private func wait(for index: Int) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = results[index] {
                results[index] = nil
                return result
            }
            pthread_cond_wait(isDone, mutex)
        }
    }
}

/// What a thread is to do. The thread itself takes a C function, which knows no types.
private final class Thread: Sendable {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func start() -> pthread_t {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, 64 << 20)  // as deep as the main thread may go, and more
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                Unmanaged<Thread>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(failure == 0, "no thread can be started: error \(failure)")
        return thread
    }
}
