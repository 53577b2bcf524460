public import Vocabulary

/// How measured values are written, everywhere: `4.12s`, `61k`, `99.994%`, `1.9 GB`.
///
/// Short, with their unit, and never better than they are. Rounded to what a person compares, but never
/// across the limit they are compared with: 9.9991 s is under a limit of 10 s and is written `9.999s`,
/// for `10.00s < 10s ✓` would look like a mistake. Likewise 99.99996 % is never `100%`.
public enum ValueText {
    /// A value in a unit: nanoseconds, pieces, bytes, parts of one; of rates, a second. The text lies on
    /// the same side of a limit as the value.
    public static func text(
        _ value: Quotient, _ unit: Metric.Unit, apartFrom limit: Quotient? = nil
    ) -> String {
        text(value, unit, Needs(limit: limit))
    }

    /// What a value was and is now, rounded alike: in three digits at least, and in as many more as leave the last one
    /// small beside the change.
    package static func change(
        from before: Quotient, to after: Quotient, _ unit: Metric.Unit
    ) -> (before: String, after: String) {
        let steps = [
            Quotient(before.numerator, over: before.denominator * 100),
            Quotient(after.numerator, over: after.denominator * 100),
            before.distance(to: after) / Quotient(4),
        ]
        let step = steps.filter { $0.numerator > 0 }.min { $0 < $1 }
        return (text(before, unit, Needs(step: step)), text(after, unit, Needs(step: step)))
    }

    /// What the digits of a value have to show.
    private struct Needs {
        /// Which side of it the value lies on.
        var limit: Quotient?
        /// A difference of this size.
        var step: Quotient?
    }

    private static func text(_ value: Quotient, _ unit: Metric.Unit, _ needs: Needs) -> String {
        switch unit {
        case .time: time(value, needs)
        case .count: scaled(value, counts, needs)
        case .share: share(value, needs)
        case .bytes: scaled(value, sizes, needs)
        case .rate: scaled(value, counts, needs) + "/s"
        case .byteRate: scaled(value, sizes, needs) + "/s"
        }
    }

    // MARK: Times

    /// In three or four digits: `850us`, `48.2ms`, `0.34s`, `131.9s`. Seconds from 100 ms on, so that the
    /// columns of a table compare at a glance.
    private static func time(_ value: Quotient, _ needs: Needs) -> String {
        let whole = value.numerator / value.denominator
        guard value.numerator > 0 else { return "0s" }
        let (name, size, places): (String, UInt128, Int) =
            switch whole {
            case ..<1_000: ("ns", 1, 0)
            case ..<100_000: ("us", 1_000, 1)
            case ..<1_000_000: ("us", 1_000, 0)
            case ..<10_000_000: ("ms", 1_000_000, 2)
            case ..<100_000_000: ("ms", 1_000_000, 1)
            case ..<100_000_000_000: ("s", 1_000_000_000, 2)
            case ..<1_000_000_000_000: ("s", 1_000_000_000, 1)
            default: ("s", 1_000_000_000, 0)
            }
        return text(decimal(value, of: Quotient(size), from: places, needs)) + name
    }

    // MARK: What comes in thousands

    private typealias Prefix = (name: String, size: UInt128, from: UInt128)

    /// Up to 9,999 every piece is shown: `9,999`, `61k`, `5.94M`.
    private static let counts: [Prefix] = [
        ("T", 1_000_000_000_000, 1_000_000_000_000), ("G", 1_000_000_000, 1_000_000_000),
        ("M", 1_000_000, 1_000_000), ("k", 1_000, 10_000), ("", 1, 0),
    ]

    /// `512 B`, `31 KB`, `1.9 GB`; kilo is 1,000.
    private static let sizes: [Prefix] = [
        (" TB", 1_000_000_000_000, 1_000_000_000_000), (" GB", 1_000_000_000, 1_000_000_000),
        (" MB", 1_000_000, 1_000_000), (" KB", 1_000, 1_000), (" B", 1, 0),
    ]

    private static func scaled(_ value: Quotient, _ steps: [Prefix], _ needs: Needs) -> String {
        let step = steps.first { !(value < Quotient($0.from)) } ?? steps[steps.count - 1]
        let size = Quotient(step.size)
        let places = threeDigits(value / size, inPieces: step.size == 1)
        let shown = decimal(value, of: size, from: places, needs)
        return withoutZeros(text(shown)) + step.name
    }

    /// How many decimals make three digits; none of what comes in pieces, and two digits where even those
    /// are broken.
    private static func threeDigits(_ number: Quotient, inPieces: Bool) -> Int {
        guard inPieces else { return number < Quotient(10) ? 2 : number < Quotient(100) ? 1 : 0 }
        guard number.numerator % number.denominator > 0 else { return 0 }
        return (2..<6).first { !(number < Quotient(10, over: powerOfTen($0))) } ?? 6
    }

    // MARK: Shares

    /// In percent, with three decimals at most where no limit asks for more. Cut off, not rounded:
    /// 99.9996 % is not all, and only nothing is 0 %.
    private static func share(_ value: Quotient, _ needs: Needs) -> String {
        let percent = Quotient(1, over: 100)
        func below(_ n: Int) -> Bool { value < Quotient(n, over: 100) }
        let places = below(10) ? 2 : below(99) ? 1 : 3
        var shown = decimal(value, of: percent, from: places, isCut: true, needs)
        if shown.units == 0, value.numerator > 0 {
            shown = decimal(value, of: percent, from: 3, isCut: true, Needs())
            guard shown.units > 0 else { return "<0.001%" }
        }
        return withoutZeros(text(shown)) + "%"
    }

    /// `part` of `whole`; a dash where there was no whole.
    static func share(_ part: UInt64, of whole: UInt64) -> String {
        whole > 0 ? text(Quotient(part, over: whole), .share) : "—"
    }

    /// In two digits, `14 %` and `1.3 %`, and in whole per cent from a hundred on: how far something is
    /// from something else.
    package static func percent(_ share: Quotient) -> String {
        twoDigits(Quotient(share.numerator * 100, over: share.denominator)) + " %"
    }

    package static func twoDigits(_ number: Quotient) -> String {
        let decimals = (0..<4).first { !(number < Quotient(10, over: powerOfTen($0))) } ?? 4
        let rounded = FixedDecimal(rounding: number.numerator, over: number.denominator, decimals: decimals)
        return rounded.units == 0 && number.numerator > 0
            ? "less than 0.0001" : withoutZeros(rounded.description)
    }

    // MARK: Digits

    /// `value` in units of `size` with `places` decimals, or with more until the text lies on the same
    /// side of the limit as the value does, and shows the step.
    private static func decimal(
        _ value: Quotient, of size: Quotient, from places: Int, isCut: Bool = false, _ needs: Needs
    ) -> FixedDecimal {
        let inUnits = value / size
        func decimal(_ places: Int) -> FixedDecimal {
            guard isCut else {
                return FixedDecimal(rounding: inUnits.numerator, over: inUnits.denominator, decimals: places)
            }
            let scaled = inUnits.numerator.multipliedFullWidth(by: UInt128(powerOfTen(places)))
            return FixedDecimal(
                units: inUnits.denominator.dividingFullWidth(scaled).quotient, decimals: places)
        }
        let most = 12
        let enough = (places..<most).first { places in
            let back = Quotient(
                decimal(places).units * size.numerator, over: UInt128(powerOfTen(places)) * size.denominator)
            let last = Quotient(size.numerator, over: UInt128(powerOfTen(places)) * size.denominator)
            return needs.limit.map { side(back, of: $0) == side(value, of: $0) } ?? true
                && needs.step.map { !($0 < last) } ?? true
        }
        return decimal(enough ?? most)
    }

    /// -1 below, 0 on, 1 above.
    private static func side(_ value: Quotient, of border: Quotient) -> Int {
        value < border ? -1 : value.equals(border) ? 0 : 1
    }

    /// With its thousands apart.
    private static func text(_ decimal: FixedDecimal) -> String {
        let parts = decimal.description.split(separator: ".")
        guard let whole = UInt128(parts[0]) else { return decimal.description }
        return ([grouped(whole)] + parts.dropFirst().map(String.init)).joined(separator: ".")
    }

    static func withoutZeros(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
