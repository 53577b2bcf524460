/// A part of a whole, exact: 19.9 % is 199 of 1,000.
///
/// Two whole numbers in lowest terms. Shares that have to fill a whole are added up and compared exactly; a
/// sum of floating-point percentages misses 100 by a last bit.
public struct Share: Hashable, Sendable {
    public let count: Int64
    public let of: Int64

    /// `count` of `of`, not more than the whole.
    public init(_ count: Int64, of whole: Int64) {
        precondition(whole > 0, "a share of nothing")
        precondition(count >= 0, "a share of \(count)")
        precondition(count <= whole, "\(count) of \(whole) is more than the whole")
        var (a, b) = (count, whole)
        while b != 0 { (a, b) = (b, a % b) }
        self.count = count / a
        self.of = whole / a
    }

    public static let none = Share(0, of: 1)
    public static let all = Share(1, of: 1)
    public static func percent(_ n: Int64) -> Share { Share(n, of: 100) }

    /// The nearest `Double`: one division, which is rounded the same way everywhere.
    public var fraction: Double { Double(count) / Double(of) }

    /// Whether shares make a whole: each is a number of 10⁻¹² then, as all are that are read.
    public static func fill(_ shares: some Sequence<Share>) -> Bool { sum(shares) == Int128(finest) }

    /// Their sum as text, `99.9%`.
    public static func sumText(_ shares: some Sequence<Share>) -> String { percentText(sum(shares)) }

    static func sum(_ shares: some Sequence<Share>) -> Int128 { shares.reduce(0) { $0 + $1.parts } }

    /// In 10⁻¹², rounded down.
    private var parts: Int128 { Int128(count) * Int128(Self.finest) / Int128(of) }
    private static let finest: Int64 = 1_000_000_000_000

    private static func percentText(_ parts: Int128) -> String {
        var text = FixedDecimal(units: UInt128(parts), decimals: 10).description
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text + "%"
    }
}

extension Share: Bounded {
    public static var form: QuantityForm {
        QuantityForm(
            "a share", example: "19.9%", pattern: #"^0*(100(\.0+)?|[0-9]{1,2}(\.[0-9]+)?)%$"#)
    }

    public static var bounds: ClosedRange<Share> { none...all }

    public static func texts(beside value: Share) -> (below: String?, above: String?) {
        let parts = Int64(value.parts)
        func text(_ parts: Int64) -> String {
            parts < 0 ? "-0.0000000001%" : percentText(Int128(parts))
        }
        return (text(parts - 1), text(parts + 1))
    }

    public static func < (a: Share, b: Share) -> Bool {
        Int128(a.count) * Int128(b.of) < Int128(b.count) * Int128(a.of)
    }

    public init(reading text: String) throws(Misreading) {
        let examples = "write it like 50% or 19.9%"
        guard !text.isEmpty else { throw Misreading("a share is missing here", remedy: examples) }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard !digits.isEmpty else { throw Misreading("\(quoted(text)) is not a share", remedy: examples) }
        let decimal = try Numerals.decimal(digits, in: text) { Self.remedy($0, or: examples) }
        switch text.dropFirst(digits.count) {
        case "%": break
        case "": throw Misreading("\(quoted(text)) needs a unit: %", remedy: Self.meant(decimal) ?? examples)
        case " %":
            throw Misreading(
                "\(quoted(text)) has a space in it", remedy: Self.remedy("\(digits)%", or: examples))
        default: throw Misreading("\(quoted(text)) is not a share", remedy: examples)
        }
        guard decimal.decimals <= 10 else {
            throw Misreading("\(quoted(text)) has more than ten decimals")
        }
        let parts = decimal.units * Numerals.power(10 - decimal.decimals)
        guard parts <= UInt128(Self.finest) else {
            throw Misreading("\(quoted(text)) is more than the whole, 100%")
        }
        self.init(Int64(parts), of: Self.finest)
    }

    /// `0.25` stands for a quarter with most people who leave the sign out; `25` for the same.
    private static func meant(_ number: FixedDecimal) -> String? {
        let isFraction = (1...12).contains(number.decimals) && number.units <= Numerals.power(number.decimals)
        let parts = isFraction ? number.units * Numerals.power(12 - number.decimals) : 0
        let text = isFraction ? percentText(Int128(parts)) : "\(number)%"
        return (try? Share(reading: text)).map { _ in "did you mean '\(text)'?" }
    }

    public var written: String { Self.percentText(parts) }
}
