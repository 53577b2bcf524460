internal import Simulation
public import Vocabulary

/// How measured values are written, everywhere: `4.12s`, `61k`, `99.994%`, `102.60s`.
///
/// Rounded to what a person compares, but never across the limit they are compared with: 9.9991 s is under a
/// limit of 10 s and is written `9.999s`, for `10.00s < 10s ✓` would look like a mistake. Likewise 99.99996 %
/// is never `100%`.
public enum ValueText {
    static func text(of measured: Measured, for threshold: Threshold) -> String {
        switch measured {
        case .value(let value):
            return text(
                value, threshold.limit.unit, decimals: threshold.subject == .recovery ? 1 : 2,
                apartFrom: threshold.limit.value)
        case .infinite(let missing): return "∞ (\(percent(missing)) undelivered)"
        case .never: return "∞"
        case .none: return "—"
        }
    }

    /// A time as tables show it, `0.48s`; one that never came is `∞`.
    public static func text(_ span: Vocabulary.Span?) -> String {
        guard let span else { return "∞" }
        return text(Quotient(span.nanoseconds), .time)
    }

    /// A value in a unit; `decimals` are those of a time. The text lies on the same side of a limit as the
    /// value.
    public static func text(
        _ value: Quotient, _ unit: Metric.Unit, decimals: Int = 2, apartFrom limit: Quotient? = nil
    ) -> String {
        let (name, size) = shown(value, unit)
        let inUnits = value / size
        let least =
            switch unit {
            case .time: size.numerator == 1 || value.numerator == 0 ? 0 : decimals
            case .share: 3
            case .count, .rate, .bytes, .byteRate: threeDigits(inUnits, isWhole: size.numerator == 1)
            }
        let borders = (limit.map { [$0] } ?? []) + (unit == .share ? [Quotient(0), Quotient(1)] : [])
        let most = 12
        let places = (least..<most).first { places in
            let rounded = FixedDecimal(
                rounding: inUnits.numerator, over: inUnits.denominator, decimals: places)
            let back = Quotient(
                rounded.units * size.numerator, over: UInt128(powerOfTen(places)) * size.denominator)
            return borders.allSatisfy { side(back, of: $0) == side(value, of: $0) }
        }
        let rounded = FixedDecimal(
            rounding: inUnits.numerator, over: inUnits.denominator, decimals: places ?? most)
        let digits = unit == .time ? rounded.description : withoutZeros(rounded)
        return digits + name
    }

    /// The unit in which a value of that size is written.
    private static func shown(_ value: Quotient, _ unit: Metric.Unit) -> (name: String, size: Quotient) {
        let units: [(name: String, size: Quotient, from: Quotient)] =
            switch unit {
            case .time:
                [
                    ("s", Quotient(1_000_000_000), Quotient(100_000_000)),
                    ("ms", Quotient(1_000_000), Quotient(100_000)),
                    ("us", Quotient(1_000), Quotient(100)), ("ns", Quotient(1), Quotient(1)),
                ]
            case .count: count
            case .rate: count.map { ($0.name + "/s", $0.size, $0.from) }
            case .share: [("%", Quotient(1, over: 100), Quotient(0))]
            case .bytes: bytes
            case .byteRate: bytes.map { ($0.name + "/s", $0.size, $0.from) }
            }
        let fitting =
            units.first { !(value < $0.from) } ?? (unit == .time ? units[0] : units[units.count - 1])
        return (fitting.name, fitting.size)
    }

    /// Up to 9,999 every piece is shown.
    private static let count: [(name: String, size: Quotient, from: Quotient)] = [
        ("G", Quotient(1_000_000_000), Quotient(1_000_000_000)),
        ("M", Quotient(1_000_000), Quotient(1_000_000)),
        ("k", Quotient(1_000), Quotient(10_000)), ("", Quotient(1), Quotient(0)),
    ]

    private static let bytes: [(name: String, size: Quotient, from: Quotient)] = [
        ("GB", Quotient(ByteCount.megabytes(1_000).bytes)), ("MB", Quotient(ByteCount.megabytes(1).bytes)),
        ("KB", Quotient(ByteCount.kilobytes(1).bytes)), ("B", Quotient(1)),
    ].map { ($0.0, $0.1, $0.1) }

    /// How many decimals make three digits; none of what comes in pieces, and two where even those are
    /// broken.
    private static func threeDigits(_ number: Quotient, isWhole: Bool) -> Int {
        if isWhole { return number.numerator % number.denominator == 0 ? 0 : 2 }
        return number < Quotient(10) ? 2 : number < Quotient(100) ? 1 : 0
    }

    /// -1 below, 0 on, 1 above.
    private static func side(_ value: Quotient, of border: Quotient) -> Int {
        value < border ? -1 : value.equals(border) ? 0 : 1
    }

    private static func withoutZeros(_ decimal: FixedDecimal) -> String {
        var text = decimal.description
        guard text.contains(".") else { return text }
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}

extension ValueText {
    static func margin(of measured: Measured, for threshold: Threshold) -> String? {
        guard case .value(let value) = measured else { return nil }
        let limit = threshold.limit.value
        guard !value.equals(limit) else { return "at the limit" }
        let direction = limit < value ? "over" : "under"
        let distance = value.distance(to: limit)
        if threshold.limit.unit == .share {
            return
                "\(twoDigits(Quotient(distance.numerator * 100, over: distance.denominator))) points \(direction)"
        }
        guard limit.numerator > 0 else { return nil }
        return "\(percent(distance / limit)) \(direction)"
    }

    /// In two digits, `14 %` and `1.3 %`, and in whole per cent from a hundred on.
    static func percent(_ share: Quotient) -> String {
        twoDigits(Quotient(share.numerator * 100, over: share.denominator)) + " %"
    }

    private static func twoDigits(_ number: Quotient) -> String {
        let decimals = (0..<4).first { !(number < Quotient(10, over: powerOfTen($0))) } ?? 4
        let rounded = FixedDecimal(rounding: number.numerator, over: number.denominator, decimals: decimals)
        return rounded.units == 0 && number.numerator > 0 ? "less than 0.0001" : withoutZeros(rounded)
    }
}
