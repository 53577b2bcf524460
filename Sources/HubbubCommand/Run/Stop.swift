import Synchronization

/// Whether all that still runs should stop, because what comes of it could not be kept.
final class Stop: Sendable {
    private let flag = Atomic(false)

    var holds: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}
