/// Numbers for samples of measures: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), the same in every run.
struct TestDraws: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Evenly from 0 up to 1: mean 1/2, variance 1/12.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
