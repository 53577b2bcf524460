/// How quantities are written: exactly, and in the unit that needs the fewest digits.
enum UnitText {
    /// `n` in the largest of `units` that needs no more than three decimals. They come in falling order; the
    /// last is 1.
    static func exact(_ n: Int64, in units: [(name: String, size: UInt64)]) -> String {
        let sign = n < 0 ? "-" : ""
        let n = n.magnitude
        for (name, size) in units where n >= size && n % (size / min(size, 1_000)) == 0 {
            return sign + decimal(n, unit: size) + name
        }
        return "\(sign)\(n)\(units.last?.name ?? "")"
    }

    private static func decimal(_ n: UInt64, unit: UInt64) -> String {
        let (whole, rest) = n.quotientAndRemainder(dividingBy: unit)
        guard rest > 0 else { return "\(whole)" }
        var digits = String(rest + unit).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
