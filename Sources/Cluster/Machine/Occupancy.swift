public import Vocabulary

/// How many are in a place, and the integral of that over time: what utilisation and mean queue length are
/// made of.
///
/// The integral is the sum of (leaving − entering) over those who left, and of (now − entering) over those
/// who are still there. So it is kept as one sum from which each entering instant is taken off and to which
/// each leaving one is added, and the integral at any moment is that sum + count · now: exact, and one
/// addition per change.
@usableFromInline
package struct Occupancy {
    @usableFromInline package var count = 0
    /// The highest count since that was last taken, and before.
    @usableFromInline var peak = 0
    private var former = 0
    @usableFromInline var sum: Int128 = 0  // ns

    @inlinable
    package init() {}

    @inlinable
    package mutating func enter(at now: Instant) {
        count &+= 1
        if count > peak { peak = count }
        sum &-= Int128(now.nanoseconds)
    }

    @inlinable
    package mutating func leave(at now: Instant) {
        precondition(count > 0, "nobody is there who could leave")
        count &-= 1
        sum &+= Int128(now.nanoseconds)
    }

    /// Somebody comes and goes at one instant.
    @inlinable
    package mutating func pass() { if count >= peak { peak = count &+ 1 } }

    package var highest: Int { max(former, peak) }

    /// The highest count since this was last asked.
    mutating func takePeak() -> Int {
        defer {
            former = highest
            peak = count
        }
        return peak
    }

    /// As if somebody had been there for so many ns.
    @usableFromInline
    mutating func add(_ integral: Int128) { sum &+= integral }

    /// Nanoseconds times occupants, from the start of the run until `now`.
    package func integral(at now: Instant) -> Int128 { sum + Int128(count) * Int128(now.nanoseconds) }
}
