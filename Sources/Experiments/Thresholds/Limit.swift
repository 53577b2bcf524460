public import Results
public import Vocabulary

/// The right side of a threshold: exact, in its unit, and as it was written.
public struct Limit: Hashable, Sendable {
    /// In nanoseconds, pieces, bytes, or parts of one; of rates, a second.
    public var value: Quotient
    public var unit: Metric.Unit
    public var written: String

    /// The limit as a time; it was checked to be one.
    var nanoseconds: UInt64 {
        precondition(unit == .time, "\(written) is no time")
        return UInt64(value.numerator / value.denominator)
    }

    /// With the unit apart, as in a sentence: `10 s`, `99.99 %`, `200,000`.
    var words: String {
        if unit == .count, value.denominator == 1 { return grouped(value.numerator) }
        var text = ""
        for character in written {
            if let last = text.last, Self.isOfNumber(last) != Self.isOfNumber(character), character != "/" {
                text += " "
            }
            text.append(character)
        }
        return text
    }
}

extension Limit {
    /// What is wrong with a value, and what would be right.
    struct Mistake: Error, Hashable {
        var message: String
        var hint: String?
    }

    /// Reads `10s`, `1m30s`, `99.99%`, `200k`, `4KB`, `1k/s` or `10MB/s`, whichever the unit asks for.
    ///
    /// A count may be a broken number only where a mean is compared with it.
    init(reading text: String, as unit: Metric.Unit, mayBreak: Bool) throws(Mistake) {
        self.unit = unit
        written = text
        switch unit {
        case .time: value = try Self.time(text)
        case .rate, .byteRate: value = try Self.rate(text, of: unit)
        case .count, .share, .bytes:
            let part = try Self.amount(text, of: unit)
            value = part.value
            if unit != .share, !mayBreak, value.denominator > 1 { throw Self.broken(text, unit) }
            if unit == .share, Quotient(1) < value {
                throw Mistake(message: "\(quoted(text)) is more than all", hint: "a share is at most 100%")
            }
        }
    }

    private static func time(_ text: String) throws(Mistake) -> Quotient {
        var rest = text[...]
        var total: UInt128 = 0
        var last = UInt128.max
        repeat {
            let part = try amount(rest, whole: text, of: .time)
            guard part.unitSize < last else {
                throw Mistake(message: "the units of '\(text)' do not fall", hint: "as in '1h30m' or '1m30s'")
            }
            guard part.value.denominator == 1 else { throw broken(text, .time) }
            last = part.unitSize
            total += part.value.numerator
            rest = part.rest
        } while !rest.isEmpty
        guard total <= UInt128(Int64.max) else { throw tooLarge(text) }
        return Quotient(total)
    }

    private static func rate(_ text: String, of unit: Metric.Unit) throws(Mistake) -> Quotient {
        let halves = text.split(separator: "/", omittingEmptySubsequences: false)
        let periods: [String: UInt128] = ["s": 1, "m": 60, "h": 3_600]  // looked up only, never iterated
        guard halves.count == 2, let seconds = periods[String(halves[1])] else {
            throw Mistake(message: "\(quoted(text)) is no \(name(of: unit))", hint: example(of: unit))
        }
        let part = try amount(halves[0], whole: text, of: unit)
        guard part.rest.isEmpty else { throw unknown(unit: part.rest, of: unit) }
        return Quotient(part.value.numerator, over: part.value.denominator * seconds)
    }

    private static func amount(_ text: String, of unit: Metric.Unit) throws(Mistake) -> ParsedAmount {
        let part = try amount(text[...], whole: text, of: unit)
        guard part.rest.isEmpty else { throw unknown(unit: part.rest, of: unit) }
        return part
    }

    private struct ParsedAmount {
        var value: Quotient
        var unitSize: UInt128
        var rest: Substring
    }

    /// A number and its unit at the beginning of `text`.
    private static func amount(_ text: Substring, whole: String, of unit: Metric.Unit) throws(Mistake)
        -> ParsedAmount
    {
        let number = text.prefix(while: isOfNumber)
        let name = text[number.endIndex...].prefix { !isOfNumber($0) }
        let halves = number.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count), halves.allSatisfy({ !$0.isEmpty }) else {
            throw Mistake(
                message: "\(quoted(whole)) is no \(Self.name(of: unit))", hint: example(of: unit))
        }
        let decimals = halves.count > 1 ? halves[1].count : 0
        guard number.count <= 18, let digits = UInt128(halves.joined()) else { throw tooLarge(whole) }
        guard let size = units(of: unit).first(where: { $0.name == name })?.size else {
            if name.isEmpty {
                throw Mistake(
                    message: "\(quoted(whole)) has no unit",
                    hint:
                        "a \(Self.name(of: unit)) is written with \(unitList(of: unit)), \(example(of: unit))"
                )
            }
            throw unknown(unit: name, of: unit)
        }
        guard digits * size.numerator <= UInt128(Int64.max) else { throw tooLarge(whole) }
        let value = Quotient(digits * size.numerator, over: UInt128(powerOfTen(decimals)) * size.denominator)
        return ParsedAmount(
            value: value.wholeIfPossible, unitSize: size.numerator, rest: text[name.endIndex...])
    }

    private static func unknown(unit word: Substring, of unit: Metric.Unit) -> Mistake {
        Mistake(
            message: "\(quoted(word)) is no unit of a \(name(of: unit))",
            hint: "write \(unitList(of: unit)), \(example(of: unit))")
    }

    private static func broken(_ text: String, _ unit: Metric.Unit) -> Mistake {
        let least =
            switch unit {
            case .time: "a nanosecond"
            case .bytes: "a byte"
            default: "one"
            }
        return Mistake(message: "\(quoted(text)) is finer than \(least)", hint: nil)
    }

    private static func tooLarge(_ text: String) -> Mistake {
        Mistake(message: "\(quoted(text)) is too large a number", hint: "at most 18 digits, and 292 years")
    }
}

extension Limit {
    private static func isOfNumber(_ character: Character) -> Bool {
        ("0"..."9").contains(character) || character == "."
    }

    private static func units(of unit: Metric.Unit) -> [(name: String, size: Quotient)] {
        switch unit {
        case .time:
            [
                ("ns", Quotient(1)), ("us", Quotient(1_000)), ("ms", Quotient(1_000_000)),
                ("s", Quotient(1_000_000_000)), ("m", Quotient(60_000_000_000)),
                ("h", Quotient(3_600_000_000_000)),
            ]
        case .count, .rate: [("", Quotient(1)), ("k", Quotient(1_000)), ("M", Quotient(1_000_000))]
        case .share: [("%", Quotient(1, over: 100))]
        case .bytes, .byteRate:
            [
                ("B", Quotient(1)), ("KB", Quotient(ByteCount.kilobytes(1).bytes)),
                ("MB", Quotient(ByteCount.megabytes(1).bytes)),
                ("GB", Quotient(ByteCount.megabytes(1_000).bytes)),
                ("KiB", Quotient(ByteCount.kibibytes(1).bytes)),
                ("MiB", Quotient(ByteCount.mebibytes(1).bytes)),
                ("GiB", Quotient(ByteCount.mebibytes(1_024).bytes)),
            ]
        }
    }

    private static func unitList(of unit: Metric.Unit) -> String {
        let names = units(of: unit).map(\.name).filter { !$0.isEmpty }
        return names.dropLast().joined(separator: ", ") + (names.count > 1 ? " or " : "") + (names.last ?? "")
    }

    private static func name(of unit: Metric.Unit) -> String {
        switch unit {
        case .time: "time"
        case .count: "count"
        case .share: "share"
        case .bytes: "size"
        case .rate: "rate"
        case .byteRate: "data rate"
        }
    }

    private static func example(of unit: Metric.Unit) -> String {
        switch unit {
        case .time: "as in '10s' or '150us'"
        case .count: "as in '0' or '200k'"
        case .share: "as in '99.9%'"
        case .bytes: "as in '64MB'"
        case .rate: "as in '100/s' or '1k/m'"
        case .byteRate: "as in '10MB/s'"
        }
    }
}

extension Amount {
    /// Reads it as a threshold's limit.
    public init(limit text: String, as unit: Metric.Unit) throws(Misreading) {
        do throws(Limit.Mistake) {
            self.init(try Limit(reading: text, as: unit, mayBreak: false).value, unit)
        } catch { throw Misreading(error.message, remedy: error.hint) }
    }
}

extension Quotient {
    /// Over 1 when that is the same number, for `1.5k` is a whole one.
    fileprivate var wholeIfPossible: Quotient {
        numerator % denominator == 0 ? Quotient(numerator / denominator) : self
    }
}
