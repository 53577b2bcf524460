/// How 64 bits become 64 bits that look unrelated.
@usableFromInline
package enum Mixing {
    /// 2⁶⁴ divided by the golden ratio, made odd: its multiples are spread as evenly as multiples can be.
    @inlinable package static var step: UInt64 { 0x9E37_79B9_7F4A_7C15 }

    @usableFromInline package static let firstFactor: UInt64 = 0xBF58_476D_1CE4_E5B9
    @usableFromInline package static let secondFactor: UInt64 = 0x94D0_49BB_1331_11EB

    /// A bijection in which each bit of the argument changes each bit of the result half of the time.
    ///
    /// The finalizer of Steele, Lea and Flood (*Fast splittable pseudorandom number generators*, 2014), with
    /// the constants of D. Stafford's variant 13.
    @inlinable
    package static func finalize(_ word: UInt64) -> UInt64 {
        var z = (word ^ word >> 30) &* firstFactor
        z = (z ^ z >> 27) &* secondFactor
        return z ^ z >> 31
    }

    /// One of so many places, each for as many words.
    @inlinable
    package static func place(of word: UInt64, among count: Int) -> Int {
        Int(
            truncatingIfNeeded: finalize(word).multipliedFullWidth(by: UInt64(truncatingIfNeeded: count)).high
        )
    }
}
