/// A number as text shows it, not negative: 12.50 is 1,250 units and two decimals.
///
/// Text that must be the same on every machine is made by whole-number arithmetic, which has neither locale
/// nor last-bit differences. Equality is that of the text: 1.5 and 1.50 differ.
public struct FixedDecimal: Hashable, Sendable {
    public var units: UInt128
    public var decimals: Int

    public init(units: UInt128, decimals: Int) {
        self.units = units
        self.decimals = decimals
    }

    /// The quotient, rounded to the nearest; a tie upwards.
    public init(rounding numerator: UInt128, over denominator: UInt128, decimals: Int) {
        let scaled = numerator.multipliedFullWidth(by: Self.powerOfTen(decimals))
        let (quotient, rest) = denominator.dividingFullWidth(scaled)
        self.init(units: quotient + (rest >= denominator - rest ? 1 : 0), decimals: decimals)
    }

    /// The nearest to `number`, as far as a `Double` can hold it in units; a tie to the even one.
    public init(rounding number: Double, decimals: Int) {
        let scaled = number * Double(Self.powerOfTen(decimals))
        self.init(units: UInt128(scaled.rounded(.toNearestOrEven)), decimals: decimals)
    }

    /// Digits with at most one point between them, and no more of them than always fit.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.joined()
        guard parts.allSatisfy({ !$0.isEmpty }), digits.utf8.allSatisfy(Self.digits.contains),
            digits.utf8.count <= 38, let units = UInt128(digits)
        else { return nil }
        self.init(units: units, decimals: parts.count > 1 ? parts[1].utf8.count : 0)
    }

    /// The nearest `Double`, to within a last bit.
    public var approximation: Double { Double(units) / Double(Self.powerOfTen(decimals)) }

    private static func powerOfTen(_ exponent: Int) -> UInt128 {
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
}

extension FixedDecimal: CustomStringConvertible {
    public var description: String {
        let digits = String(units)
        guard decimals > 0 else { return digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
        return "\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }
}
