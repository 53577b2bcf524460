/// How long work takes: its cost, times slowdown, divided by speed.
///
/// Costs are *nominal*: what the work takes at speed one. What is left of interrupted work is kept in grains
/// of 2⁻¹⁶ ns of nominal time, because a third of a nanosecond is left over when a machine that is slow by
/// three stops. Durations are rounded up and progress down: a machine never does more than its speed allows.
/// Work that was interrupted n times ends less than 1 + n · 2⁻¹⁶ · slowdown ns late: below 65,536
/// interruptions, that does not add up.
@usableFromInline
package struct Pace: Equatable {
    // In lowest terms, so that a machine of speed two that is slowed by two is as quick to compute as a plain
    // one.
    @usableFromInline let slowness: UInt64
    @usableFromInline let speed: UInt64

    package init(speed: Factor, slowdown: Factor) {
        var (a, b) = (slowdown.millionths, speed.millionths)
        while b > 0 { (a, b) = (b, a % b) }
        self.slowness = slowdown.millionths / a
        self.speed = speed.millionths / a
    }

    /// How many ns it takes to do `cost` ns of nominal work.
    @inlinable
    package func duration(ofNominal cost: UInt64) -> UInt64 {
        if slowness == speed { return cost }
        let (product, overflow) = cost.multipliedReportingOverflow(by: slowness)
        if overflow { return duration(ofGrains: UInt128(cost) << Self.grainBits) }
        let (whole, rest) = product.quotientAndRemainder(dividingBy: speed)
        return whole + (rest > 0 ? 1 : 0)
    }

    /// How many ns it takes to do that many grains.
    @usableFromInline
    package func duration(ofGrains grains: UInt128) -> UInt64 {
        let (whole, rest) = (grains * UInt128(slowness))
            .quotientAndRemainder(dividingBy: UInt128(speed) << Self.grainBits)
        return UInt64(whole) + (rest > 0 ? 1 : 0)
    }

    /// How many grains of work are done in so many ns.
    @usableFromInline
    package func grains(in elapsed: UInt64) -> UInt128 {
        let grains = UInt128(elapsed) << Self.grainBits
        return slowness == speed ? grains : grains * UInt128(speed) / UInt128(slowness)
    }

    @inlinable static var grainBits: UInt128 { 16 }
}
