public import Vocabulary

/// `10` or `1.5`, to a millionth.
extension Factor: Bounded {
    public static var form: QuantityForm {
        QuantityForm("a factor", example: "10", pattern: #"^[0-9]+(\.[0-9]+)?$"#, scalar: .number)
    }

    public static var bounds: ClosedRange<Factor> { Factor(millionths: 1)...Factor(millionths: greatest) }

    public static func < (a: Factor, b: Factor) -> Bool { a.millionths < b.millionths }

    public static func texts(beside value: Factor) -> (below: String?, above: String?) {
        func text(_ millionths: UInt64) -> String {
            FixedDecimal(units: UInt128(millionths), decimals: 6).description
        }
        return (text(value.millionths - 1), text(value.millionths + 1))
    }

    public init(reading text: String) throws(Misreading) {
        guard let decimal = FixedDecimal(text), decimal.decimals <= 6,
            let whole = UInt64(exactly: decimal.units), whole <= 1_000_000_000_000
        else {
            throw Misreading("\(quoted(text)) is not a factor", remedy: "write it like 10 or 1.5")
        }
        let millionths = whole.multipliedReportingOverflow(by: powerOfTen(6 - decimal.decimals))
        guard !millionths.overflow, (1...Self.greatest).contains(millionths.partialValue) else {
            throw Misreading("\(quoted(text)) is not a factor from 0.000001 to 1000000")
        }
        self.init(millionths: millionths.partialValue)
    }

    public var written: String {
        var text = FixedDecimal(units: UInt128(millionths), decimals: 6).description
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
