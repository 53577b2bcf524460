import Simulation
import Testing

/// Samples to the last bit, the same on every processor and in debug and release builds. A run's digest
/// stands on them.
@Suite("simulation: random: known samples")
struct KnownSamplesTests {
    private func stream() -> RandomStream {
        Streams(seed: 14, purpose: Purpose("known")).stream(of: 3)
    }

    @Test(
        "values",
        arguments: [
            (
                "uniform", Uniform(from: 2, to: 5).sample,
                [0x4000_8018_6803_0E3D, 0x4003_79CA_1DEF_4A5C, 0x4009_1BCB_95DF_307D, 0x400E_49AC_9595_AE39]
            ),
            (
                "exponential", Exponential(mean: 3).sample,
                [0x3FB0_2E62_67E3_3070, 0x3FDE_09A5_5343_894A, 0x3FF6_E8AC_420B_6B9A, 0x4005_B64A_C7F2_8241]
            ),
            (
                "normal", Normal(mean: 1, deviation: 2).sample,
                [0xC008_959A_DDE9_E338, 0xBFF1_E283_A08A_C536, 0x3FD8_BD07_B526_1F0C, 0x3FF7_B86E_5596_ACD5]
            ),
            (
                "lognormal", LogNormal(median: 20, share: 0.99, below: 80).sample,
                [0x4017_C538_9526_7C9A, 0x4025_483C_8086_445C, 0x4030_A8B1_5E99_BE17, 0x4037_17A7_B43F_0F2D]
            ),
            (
                "pareto", Pareto(from: 2, shape: 1.5).sample,
                [0x4000_39F0_673A_405D, 0x4001_C246_9857_8C4F, 0x4005_FE73_C210_14B2, 0x400D_3EAB_AA1F_D7A0]
            ),
            (
                "bounded pareto", Pareto(from: 2, shape: 1.5, to: 10).sample,
                [0x4000_34AC_6122_341D, 0x4001_94F0_7F09_206C, 0x4005_3A05_F38A_C010, 0x400A_EE6E_2974_A847]
            ),
            (
                "weibull", Weibull(scale: 2, shape: 0.8).sample,
                [0x3F90_708A_2C7D_E1CB, 0x3FC9_302B_0FA7_A103, 0x3FE9_6366_0F82_B1FE, 0x3FFC_3BBD_F610_24BD]
            ),
            (
                "gamma", Gamma(shape: 0.5, scale: 2).sample,
                [0x3F34_47E0_DECA_7171, 0x3FBA_86C6_2008_9465, 0x3FA3_D650_CE6B_6CF7, 0x4001_07DA_3257_1D3B]
            ),
            (
                "table", QuantileTable([(0, 1), (0.3, 2), (1, 5)]).sample,
                [0x3FF1_1CA8_0395_0332, 0x3FF7_B94F_5EF7_4FE8, 0x4002_B9FE_43D1_20B2, 0x400A_201B_1ED5_D452]
            ),
        ] as [(String, @Sendable (inout RandomStream) -> Double, [UInt64])])
    func values(name: String, sample: @Sendable (inout RandomStream) -> Double, bits: [UInt64]) {
        var stream = stream()
        let samples = (0..<4).map { _ in sample(&stream) }
        #expect(samples.map(\.bitPattern) == bits, "\(name): \(samples)")
    }

    @Test(
        "counts and choices",
        arguments: [
            ("poisson", Poisson(mean: 4).sample, [1, 2, 3, 4, 1, 5, 2, 4]),
            ("large poisson", Poisson(mean: 1_000).sample, [989, 931, 960, 1018, 1023, 1002, 1056, 1018]),
            ("zipf", Zipf(count: 1_000_000, exponent: 0.9).sample, [1, 25, 1629, 24824, 3, 42768, 20, 5306]),
            ("weighted", Weighted([1, 2, 5]).sample, [0, 2, 1, 2, 0, 2, 2, 1]),
            ("below", { @Sendable stream in stream.below(1_000) }, [20, 144, 379, 595, 52, 645, 134, 465]),
        ] as [(String, @Sendable (inout RandomStream) -> Int, [Int])])
    func counts(name: String, sample: @Sendable (inout RandomStream) -> Int, expected: [Int]) {
        var stream = stream()
        let samples = (0..<8).map { _ in sample(&stream) }
        #expect(samples == expected, "\(name): \(samples)")
    }

    /// 10⁵ of each elementary function and distribution in one number: what four samples may miss.
    @Test("a hundred thousand of each")
    func many() {
        var stream = stream()
        var fold: UInt64 = 0
        func add(_ value: Double) { fold = Mixing.finalize(fold ^ value.bitPattern) }
        let normal = Normal(mean: 0, deviation: 1)
        let gamma = Gamma(shape: 2.5, scale: 1)
        let poisson = Poisson(mean: 50)
        let zipf = Zipf(count: 1_000_000, exponent: 1)
        for _ in 0..<100_000 {
            add(Elementary.log(Double(bitPattern: stream.next() % Double.infinity.bitPattern)))
            add(Elementary.exp(1_500 * (stream.unit() - 0.5)))
            add(normal.sample(&stream))
            add(gamma.sample(&stream))
            add(Double(poisson.sample(&stream)))
            add(Double(zipf.sample(&stream)))
        }
        #expect(fold == 0xCE353AEF0B59A772)
    }
}
