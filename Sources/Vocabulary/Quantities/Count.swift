/// A number of things, `40` or `200k`; the one kind of quantity without a dimension.
extension Int: Bounded {
    public static var form: QuantityForm {
        QuantityForm("a count", example: "200k", pattern: #"^[0-9]+(\.[0-9]+)?[kMG]?$"#, scalar: .number)
    }

    public static var bounds: ClosedRange<Int> { 0...1_000_000_000_000 }

    public static func texts(beside value: Int) -> (below: String?, above: String?) {
        (String(value - 1), String(value + 1))
    }

    public init(reading text: String) throws(Misreading) {
        let examples = "write it like 40, 200k or 1.5M"
        guard !text.isEmpty else { throw Misreading("a count is missing here", remedy: examples) }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let suffix = text.dropFirst(digits.count)
        guard !digits.isEmpty else {
            throw Misreading(
                "\(quoted(text)) is not a count", remedy: text.first == "-" ? nil : examples)
        }
        let decimal = try Numerals.decimal(digits, in: text) { Self.remedy($0, or: examples) }
        let sizes: [(name: String, size: Int64)] = [
            ("", 1), ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000),
        ]
        guard let size = sizes.first(where: { $0.name == suffix })?.size else {
            let plain = text.filter { $0 != "_" && $0 != "," }
            throw Misreading(
                "\(quoted(text)) is not a count",
                remedy: plain != text || suffix == "K"
                    ? Self.remedy(suffix == "K" ? "\(digits)k" : plain, or: examples) : examples)
        }
        let (whole, rest) = (decimal.units * UInt128(size))
            .quotientAndRemainder(dividingBy: Numerals.power(decimal.decimals))
        guard rest == 0 else { throw Misreading("\(quoted(text)) is not a whole number") }
        guard let count = Int(exactly: whole) else {
            throw Misreading("\(quoted(text)) is more than can be counted")
        }
        self = count
    }

    /// In full: a suffix that saves two zeros would have to be multiplied out by everybody who compares.
    public var written: String { String(self) }
}
