import Glibc
import Synchronization

/// What somebody outside of the process wants stopped: the first signal is a wish, the second one an order.
package struct Interruption: Sendable {
    /// From now on signals are wishes; until then they end the process as always.
    package let listen: @Sendable () -> Void
    /// The code to end with, once a signal has come.
    package let received: @Sendable () -> ExitCode?
    /// Is told when a run begins to be set up, and when it has been.
    package var settingUp: @Sendable (Bool) -> Void = { _ in }
    /// Is told when there is something of a run to be kept, and when it has been.
    package var keeping: @Sendable (Bool) -> Void = { _ in }
    /// Is told the process group of another program that is waited for, which gets the signals too, and 0 when it
    /// has ended.
    package var waiting: @Sendable (Int32) -> Void = { _ in }

    package init(listen: @escaping @Sendable () -> Void, received: @escaping @Sendable () -> ExitCode?) {
        self.listen = listen
        self.received = received
    }

    package static let never = Interruption(listen: {}, received: { nil })

    /// SIGINT and SIGTERM of this process.
    package static let ofProcess: Interruption = {
        var interruption = Interruption(listen: listenToSignals) {
            ExitCode(rawValue: 128 + lastSignal.load(ordering: .relaxed))
        }
        interruption.settingUp = { setUps.add($0 ? 1 : -1, ordering: .relaxed) }
        interruption.keeping = { kept.add($0 ? 1 : -1, ordering: .relaxed) }
        interruption.waiting = { waitedFor.store($0, ordering: .relaxed) }
        return interruption
    }()

    private static let listenToSignals: @Sendable () -> Void = {
        // Made before a handler needs them.
        _ = lastSignal.load(ordering: .relaxed)
        _ = setUps.load(ordering: .relaxed) + kept.load(ordering: .relaxed)
        _ = waitedFor.load(ordering: .relaxed)
        _ = firstSignalTime.load(ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                // Nobody is asked twice whether to end; and while people are only drawn up there is nothing of
                // which a part could be kept.
                let isOnlySetUp =
                    setUps.load(ordering: .relaxed) > 0 && kept.load(ordering: .relaxed) == 0
                let time = monotonicMilliseconds()
                let isSecond = lastSignal.exchange(number, ordering: .relaxed) != 0
                if !isSecond { firstSignalTime.store(time, ordering: .relaxed) }
                // timeout(1) signals the process and then its group: that is one wish, said twice.
                let isOrder = isSecond && time - firstSignalTime.load(ordering: .relaxed) > 100
                let group = waitedFor.load(ordering: .relaxed)
                if group != 0, isOrder || !isSecond { kill(-group, isOrder ? SIGKILL : number) }
                if isOrder || isOnlySetUp { _exit(128 + number) }
            }
        }
        // Whoever started the process may have had them blocked, and a process inherits that.
        var wishes = sigset_t()
        sigemptyset(&wishes)
        for number in [SIGINT, SIGTERM] { sigaddset(&wishes, number) }
        pthread_sigmask(SIG_UNBLOCK, &wishes, nil)
    }
}

private let lastSignal = Atomic<Int32>(0)
/// Runs that are being set up, and those of which there is something to be kept.
private let setUps = Atomic<Int>(0)
private let kept = Atomic<Int>(0)
private let waitedFor = Atomic<Int32>(0)
private let firstSignalTime = Atomic<Int>(0)  // ms of a clock that only goes forward

private func monotonicMilliseconds() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
}
