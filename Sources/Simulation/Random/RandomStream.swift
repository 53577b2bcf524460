/// A sequence of random numbers that is a function of its position: draw n is mix(key, n).
///
/// Nothing but the counter changes, so a stream is 16 bytes, may be rebuilt in any place, and is copied,
/// saved or skipped for nothing (the idea of Salmon, Moraes, Dror and Shaw, *Parallel random numbers: as easy
/// as 1, 2, 3*, 2011). Within one stream no 64-bit number occurs twice in 2⁶⁴ draws, which nothing here draws
/// enough to notice. Drawing is on the path of every event, hence always inlined.
@frozen
public struct RandomStream: Sendable {
    public let key: UInt64

    /// How many numbers were taken: the position of the next one.
    public var drawn: UInt64

    @inlinable
    package init(key: UInt64, drawn: UInt64) {
        self.key = key
        self.drawn = drawn
    }

    /// 64 random bits.
    ///
    /// `Mixing.finalize` of the counter's place on the golden sequence, with the key entering a second time
    /// between the rounds. Without that, two streams whose keys lie k steps apart would be one sequence,
    /// shifted by k.
    @inlinable @inline(__always)
    public mutating func next() -> UInt64 {
        drawn &+= 1
        var z = key &+ drawn &* Mixing.step
        z = (z ^ z >> 30) &* Mixing.firstFactor
        z ^= key << 32 | key >> 32
        z = (z ^ z >> 27) &* Mixing.secondFactor
        return z ^ z >> 31
    }

    /// A number in [0, 1): a multiple of 2⁻⁵³, each equally likely.
    @inlinable @inline(__always)
    public mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// A number in (0, 1), symmetric about ½, for distributions whose quantiles at 0 or 1 are infinite.
    ///
    /// An odd multiple of 2⁻⁵³. Only 52 bits are random: with 53, the half added to the largest would be
    /// rounded up to 1.
    @inlinable @inline(__always)
    public mutating func openUnit() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

    /// What is missing from `openUnit` to 1, exactly, and sooner than by subtraction.
    @inlinable @inline(__always)
    mutating func openUnitFromAbove() -> Double { (Double(~next() >> 12) + 0.5) * 0x1p-52 }

    /// A whole number in 0 ..< `count`, each exactly equally likely.
    ///
    /// Multiplication instead of a remainder (D. Lemire, *Fast random integer generation in an interval*,
    /// 2019). What would favour some numbers is drawn again: a second draw is needed less than once in
    /// 2⁶⁴/`count` times.
    @inlinable @inline(__always)
    public mutating func below(_ count: Int) -> Int {
        precondition(count > 0, "there is no number below \(count) to choose")
        let n = UInt64(count)
        var product = n.multipliedFullWidth(by: next())
        if product.low < n {
            let excess = (0 &- n) % n
            while product.low < excess { product = n.multipliedFullWidth(by: next()) }
        }
        return Int(truncatingIfNeeded: product.high)
    }
}
