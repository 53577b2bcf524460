import Glibc
import Simulation
import Testing

/// Against the C library, whose errors are below 0.52 units in the last place (ulp) of the result.
@Suite("simulation: random: elementary functions")
struct ElementaryTests {
    /// The difference in units of the last place of the value expected.
    private func error(_ value: Double, _ expected: Double) -> Double {
        value == expected ? 0 : (value - expected).magnitude / expected.ulp
    }

    /// Positive numbers of every size: random bit patterns, the surroundings of 1, and both sides of every
    /// border between entries of the table.
    private var arguments: [Double] {
        var stream = Streams(seed: 1, purpose: Purpose("log")).stream(of: 0)
        var arguments: [Double] = []
        for _ in 0..<200_000 {
            arguments.append(Double(bitPattern: stream.next() % Double.infinity.bitPattern))
            arguments.append(0.5 + stream.unit())
            arguments.append(1 + (stream.unit() - 0.5) * Elementary.pow(0.5, Double(stream.below(52))))
        }
        for border in 0..<256 {
            let start = 0x3FE6_1000_0000_0000 + UInt64(border) << 45
            for step: UInt64 in 0..<4 {
                arguments.append(Double(bitPattern: start &- step))
                arguments.append(Double(bitPattern: start &+ step))
            }
        }
        return arguments
    }

    @Test("log is within 1 ulp")
    func log() {
        let worst = arguments.map { error(Elementary.log($0), Glibc.log($0)) }.max()!
        #expect(worst <= 1, "\(worst)")
    }

    @Test("exp is within 1 ulp")
    func exp() {
        var stream = Streams(seed: 1, purpose: Purpose("exp")).stream(of: 0)
        var arguments: [Double] = []
        for _ in 0..<200_000 {
            arguments.append(-745 + 1_455 * stream.unit())
            arguments.append(stream.unit() - 0.5)
            arguments.append((stream.unit() - 0.5) * Elementary.pow(0.5, Double(stream.below(60))))
        }
        // Where one entry of the table gives way to the next.
        for border in -200...200 {
            let middle = (Double(border) + 0.5) * Glibc.log(2) / 128
            arguments += [middle.nextDown, middle, middle.nextUp]
        }
        let worst = arguments.map { error(Elementary.exp($0), Glibc.exp($0)) }.max()!
        #expect(worst <= 1, "\(worst)")
    }

    @Test(
        "log at its limits",
        arguments: [
            (0, -.infinity), (-0.0, -.infinity), (1, 0), (.infinity, .infinity),
            (.leastNonzeroMagnitude, -744.4400719213812), (.leastNormalMagnitude, -708.3964185322641),
            (.greatestFiniteMagnitude, 709.782712893384),
        ] as [(Double, Double)])
    func logLimits(x: Double, expected: Double) {
        #expect(Elementary.log(x) == expected)
    }

    @Test(
        "exp at its limits",
        arguments: [
            (0, 1), (-0.0, 1), (.infinity, .infinity), (-.infinity, 0),
            (709.782712893384, 1.797693134862273e308),
            (709.7827128933841, .infinity), (711, .infinity), (-745.1332191019411, .leastNonzeroMagnitude),
            (-745.1332191019412, 0), (-800, 0), (.leastNonzeroMagnitude, 1),
        ] as [(Double, Double)])
    func expLimits(x: Double, expected: Double) {
        #expect(Elementary.exp(x).isInfinite == expected.isInfinite)
        #expect(expected.isInfinite || error(Elementary.exp(x), expected) <= 1)
    }

    @Test("what has no logarithm, and what is no number, gives no number")
    func noNumber() {
        #expect(Elementary.log(-1).isNaN)
        #expect(Elementary.log(-.leastNonzeroMagnitude).isNaN)
        #expect(Elementary.log(-.infinity).isNaN)
        #expect(Elementary.log(.nan).isNaN)
        #expect(Elementary.exp(.nan).isNaN)
    }

    /// The error of y·ln x, 1.5 ulp (2⁻⁵² of itself at most each), is multiplied by y·ln x, and exp adds its
    /// own.
    @Test("pow is as exact as its exponent is small")
    func pow() {
        var stream = Streams(seed: 1, purpose: Purpose("pow")).stream(of: 0)
        for _ in 0..<200_000 {
            let x = Elementary.exp(40 * (stream.unit() - 0.5))
            let y = 20 * (stream.unit() - 0.5)
            let exponent = (y * Glibc.log(x)).magnitude
            #expect(error(Elementary.pow(x, y), Glibc.pow(x, y)) <= 2 + 3 * exponent)
        }
    }

    /// Terms up to x·ln x make the sum up, and 5 roundings of 2⁻⁵³ each.
    @Test("logGamma is within 6 · 10⁻¹⁶ of its largest term")
    func logGamma() {
        var stream = Streams(seed: 1, purpose: Purpose("gamma")).stream(of: 0)
        for _ in 0..<100_000 {
            let x = Elementary.exp(30 * stream.unit() - 8)
            let scale = max(1, x * Glibc.log(max(x, 1))) + Glibc.log(x).magnitude + 20
            #expect((Elementary.logGamma(x) - Glibc.lgamma(x)).magnitude <= 6e-16 * scale)
        }
        #expect(Elementary.logGamma(171).rounded() == 707)  // 170!, the last that a number holds
    }

    @Test("(eʸ − 1)/y and ln(1 + t)/t keep their digits near zero")
    func growth() {
        var stream = Streams(seed: 1, purpose: Purpose("growth")).stream(of: 0)
        for _ in 0..<100_000 {
            let small = (stream.unit() - 0.5) * Elementary.pow(0.5, Double(stream.below(60)))
            for y in [small, small * 100] {
                #expect(error(Elementary.growth(y), Glibc.expm1(y) / y) <= 4)
            }
            #expect(error(Elementary.logarithmicGrowth(small), Glibc.log1p(small) / small) <= 4)
        }
        #expect(Elementary.growth(0) == 1)
        #expect(Elementary.logarithmicGrowth(0) == 1)
        #expect(Elementary.growth(-800) == 1.0 / 800)
    }
}
