public import Vocabulary

/// When a timer fires that an operating system keeps on a wheel: with a tick, and never too early.
///
/// The farther away, the coarser (Linux `kernel/time/timer.c`): up to 62 ticks ahead it fires at the tick after
/// the one that is asked for; beyond, at a multiple of 8 ticks; from 504 ticks on at one of 64, and so on:
///
///     asked for, at 250 Hz    20 ms      250 ms       1 s         3 s
///     fires after         20 – 24 ms  252 – 284 ms  1 – 1.03 s  3 – 3.25 s
@frozen
public struct TimerTicks: Hashable, Sendable {
    public let length: Span

    public init(_ length: Span) {
        precondition(length > .zero, "ticks of \(length)")
        self.length = length
    }

    /// `CONFIG_HZ` 250, as Debian, Ubuntu and most of Android have it.
    public static let linux = TimerTicks(.milliseconds(4))

    func time(after wait: Span, at now: Instant) -> Instant {
        let tick = UInt64(length.nanoseconds)
        let ticks = (UInt64(max(1, wait.nanoseconds)) + tick - 1) / tick
        var level: UInt64 = 0
        while level < 8, ticks >= 63 << (3 * level) { level += 1 }
        let due = ((now.nanoseconds / tick + ticks) >> (3 * level) + 1) << (3 * level)
        return Instant(nanoseconds: due * tick)
    }
}
