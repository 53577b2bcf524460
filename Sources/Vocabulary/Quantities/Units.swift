/// A kind of unit: what it is called, and how many of the smallest go into each, in rising order.
///
/// Reading is exact: digits are whole numbers until the end, and what is finer than the smallest unit is
/// refused, not rounded.
struct Units {
    let name: String
    let units: [(name: String, size: Int64)]
    /// Other spellings of a unit that people use, and what to write.
    var aliases: [String: String] = [:]
    /// Whether `1m30s` is one value; its minor parts may be padded, `1m05s`, as clocks show them.
    var isCompound = false
    /// What most people mean who leave the unit out, if there is such a one.
    var usual: String?
    let examples: [String]

    /// In the smallest of the units.
    func amount(of text: String) throws(Misreading) -> Int64 {
        guard !text.isEmpty else { throw Misreading("\(name) is missing here", remedy: remedy) }
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative { rest.removeFirst() }
        var sum: Int64 = 0
        var ceiling = Int64.max
        repeat {
            let (part, unit) = try part(of: &rest, text)
            guard unit < ceiling else {
                throw Misreading("\(quoted(text)) is no time: larger units come first", remedy: remedy)
            }
            ceiling = unit
            let (total, overflow) = sum.addingReportingOverflow(part)
            guard !overflow else { throw Misreading("\(quoted(text)) is more than can be counted") }
            sum = total
        } while isCompound && !rest.isEmpty
        guard rest.isEmpty else { throw Misreading("\(quoted(text)) is not \(name)", remedy: remedy) }
        return isNegative ? -sum : sum
    }

    /// A number and its unit, taken off the front.
    private func part(of rest: inout Substring, _ text: String) throws(Misreading) -> (Int64, Int64) {
        let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        rest = rest.dropFirst(number.count)
        guard !number.isEmpty else { throw Misreading("\(quoted(text)) is not \(name)", remedy: remedy) }
        let before = text[..<number.startIndex]
        let word = rest.prefix { !($0.isASCII && $0.isNumber) && $0 != " " }
        let decimal =
            isCompound && before.contains(where: \.isNumber)
            ? try Numerals.padded(number, in: text)
            : try Numerals.decimal(number, in: text) { isRead($0) ? "write \($0)" : remedy }
        if rest.first == " " {
            let joined = before + number + rest.drop { $0 == " " }
            throw Misreading(
                "\(quoted(text)) has a space between number and unit",
                remedy: isRead(joined) ? "write \(joined)" : remedy)
        }
        if rest.first == "," || rest.first == "_" || rest.first == ":" {
            throw Misreading("\(quoted(text)) is not \(name)", remedy: remedy)
        }
        guard !word.isEmpty else {
            throw Misreading(
                "\(quoted(text)) needs a unit: \(alternatives(units.map(\.name)))",
                remedy: meant(usual.map { before + number + $0 + rest }))
        }
        guard let unit = units.first(where: { $0.name == word }) else {
            // A single letter is as near to one unit as to the next.
            let near = word.count > 1 ? nearest(to: String(word), among: units.map(\.name)) : nil
            let unit = aliases[String(word)] ?? near
            throw Misreading(
                "\(quoted(word)) is no unit of \(name); there are \(units.map(\.name).joined(separator: ", "))",
                remedy: meant(unit.map { before + number + $0 + rest.dropFirst(word.count) }))
        }
        rest = rest.dropFirst(word.count)
        let (whole, remainder) = (decimal.units * UInt128(unit.size))
            .quotientAndRemainder(dividingBy: Numerals.power(decimal.decimals))
        guard remainder == 0 else {
            throw Misreading("\(quoted(text)) is finer than 1\(units[0].name), the smallest unit")
        }
        guard let amount = Int64(exactly: whole) else {
            throw Misreading("\(quoted(text)) is more than can be counted")
        }
        return (amount, unit.size)
    }

    private var remedy: String { "write it like \(alternatives(examples))" }

    private func meant(_ text: Substring?) -> String {
        text.flatMap { isRead($0) ? "did you mean '\($0)'?" : nil } ?? remedy
    }

    /// What is proposed must not be refused in its turn.
    private func isRead(_ text: Substring) -> Bool { (try? amount(of: String(text))) != nil }
}

/// Digits, with at most one point between them.
enum Numerals {
    /// - Parameter remedy: of the text without the zeros that it must not begin with.
    static func decimal(
        _ digits: Substring, in text: String, _ remedy: (Substring) -> String
    ) throws(Misreading) -> FixedDecimal {
        let decimal = try padded(digits, in: text)
        if digits.count > 1, digits.first == "0", digits.dropFirst().first != "." {
            let bare = digits.drop { $0 == "0" }
            let zero = bare.isEmpty || bare.first == "." ? "0" : ""
            throw Misreading(
                "\(quoted(text)) begins with a zero, which some would read as octal",
                remedy: remedy(text[..<digits.startIndex] + zero + bare + text[digits.endIndex...]))
        }
        return decimal
    }

    /// At most 18 digits, so that no unit takes the product beyond 128 bits.
    static func padded(_ digits: Substring, in text: String) throws(Misreading) -> FixedDecimal {
        guard let decimal = FixedDecimal(digits) else {
            throw Misreading("\(quoted(digits)) is no number")
        }
        guard digits.count <= 18 else { throw Misreading("\(quoted(text)) is more than can be counted") }
        return decimal
    }

    static func power(_ exponent: Int) -> UInt128 { (0..<exponent).reduce(1) { power, _ in power * 10 } }
}
