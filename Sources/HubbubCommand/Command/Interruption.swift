import Glibc
import Synchronization

/// What somebody outside of the process wants stopped: the first signal is a wish, the second one an order.
package struct Interruption: Sendable {
    /// From now on signals are wishes; until then they end the process as always.
    package let listen: @Sendable () -> Void
    /// The code to end with, once a signal has come.
    package let received: @Sendable () -> ExitCode?

    package init(listen: @escaping @Sendable () -> Void, received: @escaping @Sendable () -> ExitCode?) {
        self.listen = listen
        self.received = received
    }

    package static let never = Interruption(listen: {}, received: { nil })

    /// SIGINT and SIGTERM of this process.
    package static let ofProcess = Interruption(
        listen: {
            _ = lastSignal.load(ordering: .relaxed)  // made before a handler needs it
            for number in [SIGINT, SIGTERM] {
                signal(number) { number in
                    // Nobody is asked twice whether to end.
                    if lastSignal.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
                }
            }
            // Whoever started the process may have had them blocked, and a process inherits that.
            var wishes = sigset_t()
            sigemptyset(&wishes)
            for number in [SIGINT, SIGTERM] { sigaddset(&wishes, number) }
            pthread_sigmask(SIG_UNBLOCK, &wishes, nil)
        }, received: { ExitCode(rawValue: 128 + lastSignal.load(ordering: .relaxed)) })
}

private let lastSignal = Atomic<Int32>(0)
