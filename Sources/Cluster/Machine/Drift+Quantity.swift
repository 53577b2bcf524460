public import Vocabulary

/// `200ppm`, or slow by as much, `-200ppm`.
extension Drift: Bounded {
    /// A clock that is a tenth too fast is broken, not adrift.
    public static var bounds: ClosedRange<Drift> { .partsPerMillion(-100_000) ... .partsPerMillion(100_000) }

    public static func < (a: Drift, b: Drift) -> Bool { a.partsPerBillion < b.partsPerBillion }

    public static func texts(beside value: Drift) -> (below: String?, above: String?) {
        let parts = value.partsPerBillion / 1_000
        return ("\(parts - 1)ppm", "\(parts + 1)ppm")
    }

    public static var form: QuantityForm {
        QuantityForm("a drift", example: "200ppm", pattern: #"^-?[0-9]+ppm$"#)
    }

    public init(reading text: String) throws(Misreading) {
        let digits = text.dropLast(3).drop { $0 == "-" }
        guard text.hasSuffix("ppm"), let parts = FixedDecimal(digits), parts.decimals == 0 else {
            throw Misreading("\(quoted(text)) is not a drift", remedy: "write it like 200ppm or -50ppm")
        }
        guard parts.units <= 100_000 else {
            throw Misreading(
                "\(quoted(text)) is more than 100000ppm either way", remedy: "write -100000ppm to 100000ppm")
        }
        self = .partsPerMillion((text.hasPrefix("-") ? -1 : 1) * Int64(parts.units))
    }

    public var written: String { "\(partsPerBillion / 1_000)ppm" }
}
