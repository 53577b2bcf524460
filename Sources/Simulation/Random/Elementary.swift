/// Logarithm, exponential and power out of + − × ÷ alone, so that their last bit is the same everywhere.
///
/// IEEE 754 fixes the result of the basic operations and of the square root, but of nothing else: the C
/// library picks a variant of `log` by processor, and variants with a fused multiply-add round differently.
/// One bit in one delay reorders two events, and the run is another run. So whatever reaches a run computes
/// with these.
///
/// Both functions do what Tang described (*Table-driven implementation of the logarithm function*, 1990, and
/// *of the exponential function*, 1989): a table of 128 entries brings the argument so near to the
/// function's fixed point that a few terms of its Taylor series are enough. Relative errors stay below 2⁻⁵²;
/// a fused multiply-add or a reordered sum would change results, so the order written here is the order
/// meant.
public enum Elementary {
    /// The natural logarithm: −∞ for zero, not a number (NaN) for anything below.
    ///
    /// x = 2ᵏ·z with z in [0.689, 1.379), and z·c = 1 + r with a short c from the table, hence
    /// ln x = k·ln 2 − ln c + ln(1 + r), |r| < 0.0043. Around 1 the table has c = 1, so that k, ln c and
    /// all their errors vanish where the logarithm itself is small.
    public static func log(_ x: Double) -> Double {
        var bits = x.bitPattern
        var enlarged: Int64 = 0
        if bits &- leastNormal >= infinity &- leastNormal {
            if x == 0 { return -.infinity }
            if x < 0 { return .nan }
            if !x.isFinite { return x }
            bits = (x * 0x1p52).bitPattern  // a number too small for a full significand
            enlarged = 52
        }
        let offset = bits &- tableStart
        let entry = logarithms[Int(truncatingIfNeeded: (offset >> 45) & 127)]
        let k = Int64(bitPattern: offset) >> 52
        let exponent = Double(k &- enlarged)
        let z = bits &- UInt64(bitPattern: k << 52)

        // 26 bits times 11, twice: both products are exact, so r is rounded only once.
        let upper = Double(bitPattern: z & ~0x7FF_FFFF)
        let lower = Double(bitPattern: z) - upper
        let r = (upper * entry.inverse - 1) + lower * entry.inverse

        let square = r * r
        let cubic = (1.0 / 3 - r * 0.25) + square * ((0.2 - r * (1.0 / 6)) + square * (1.0 / 7))
        let tail = square * (r * cubic - 0.5)
        // The first sum is exact: both terms are multiples of 2⁻⁴² below 2¹⁰.
        return (exponent * ln2High + entry.high) + (r + (tail + (exponent * ln2Low + entry.low)))
    }

    /// The natural logarithm of a number between 2⁻¹⁰²² and 1, within 4·10⁻¹⁶ of it, in half the time.
    ///
    /// Near 1, where the logarithm is small, its last digits are wrong: for a random length of time that does
    /// not matter, and this stands on the path of most events. It computes as `log` does, but with one
    /// rounding more in r, and with its sums arranged so that few operations wait for each other.
    @inline(__always)
    static func logOfShare(_ x: Double) -> Double {
        let offset = x.bitPattern &- tableStart
        let entry = logarithms[Int(truncatingIfNeeded: (offset >> 45) & 127)]
        let k = Int64(bitPattern: offset) >> 52
        let z = Double(bitPattern: x.bitPattern &- UInt64(bitPattern: k << 52))
        let r = z * entry.inverse - 1
        let square = r * r
        let head = (Double(k) * 0x1.62e42fefa39efp-1 + (entry.high + entry.low)) + r
        return (head - square * 0.5) + square * r * ((1.0 / 3 - r * 0.25) + square * 0.2)
    }

    /// e to the power of x: 0 below −745.2, infinite above 709.8.
    ///
    /// x = n·ln 2/128 + r, hence eˣ = 2^(n/128)·eʳ, |r| < 0.0028: the integer part of n/128 is an exponent,
    /// its fraction chooses from the table.
    public static func exp(_ x: Double) -> Double {
        guard x.magnitude < 708 else { return expAtTheLimits(x) }
        let (significand, exponent) = scaled(x)
        return Double(bitPattern: significand.bitPattern &+ UInt64(bitPattern: exponent << 52))
    }

    /// x to the power of y, for positive x. Its relative error is the absolute error of y·ln x: 10⁻¹⁴ at e⁵⁰.
    public static func pow(_ x: Double, _ y: Double) -> Double { exp(y * log(x)) }

    /// (eʸ − 1)/y, which is 1 at y = 0 and keeps its digits near it.
    ///
    /// W. Kahan's remedy: the rounding of eʸ spoils eʸ − 1 and ln eʸ alike, and the quotient forgives both.
    package static func growth(_ y: Double) -> Double {
        let e = exp(y)
        if e == 1 { return 1 }
        return y.magnitude > 1 ? (e - 1) / y : (e - 1) / log(e)
    }

    /// ln(1 + t)/t, which is 1 at t = 0 and keeps its digits near it, for t > −1.
    package static func logarithmicGrowth(_ t: Double) -> Double {
        let sum = 1 + t
        return sum == 1 ? 1 : log(sum) / (sum - 1)
    }

    private static let leastNormal: UInt64 = 0x0010_0000_0000_0000
    private static let infinity: UInt64 = 0x7FF0_0000_0000_0000
    private static let tableStart: UInt64 = 0x3FE6_1000_0000_0000  // 0.689453125
    private static let ln2High = 0x1.62e42fefa38p-1  // a multiple of 2⁻⁴²
    private static let ln2Low = 0x1.ef35793c7673p-45

    /// eˣ as a number between 1 and 2 or just beside them, and a power of two.
    @inline(__always)
    private static func scaled(_ x: Double) -> (significand: Double, exponent: Int64) {
        // Adding 1.5·2⁵² leaves no bits for a fraction: the sum holds the nearest integer in its last bits.
        let shifted = x * 0x1.71547652b82fep7 + 0x1.8p52
        let n = Int64(bitPattern: shifted.bitPattern & 0xF_FFFF_FFFF_FFFF) &- 0x8_0000_0000_0000
        let steps = shifted - 0x1.8p52
        // ln 2/128 in two parts; the upper one has 35 bits, so its product is exact.
        let r = (x - steps * 0x1.62e42fefcp-8) + steps * 0x1.c610ca86c3899p-44
        let square = r * r
        let growth = r + square * ((0.5 + r * (1.0 / 6)) + square * (1.0 / 24 + r * (1.0 / 120)))
        let base = powersOfTwo[Int(truncatingIfNeeded: n & 127)]
        return (base + base * growth, n >> 7)
    }

    /// Where the power of two does not fit into an exponent, it is multiplied in two steps.
    private static func expAtTheLimits(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x > 710 { return .infinity }
        if x < -746 { return 0 }
        let (significand, exponent) = scaled(x)
        let half = exponent / 2
        return significand * Double(sign: .plus, exponent: Int(half), significand: 1)
            * Double(sign: .plus, exponent: Int(exponent - half), significand: 1)
    }
}
