import Results
import Vocabulary

// Values as baselines have them: exact, in one word, so that a changed digit is a changed line.

extension Amount {
    /// `48.012ms`, `1234`, `512B`, `12/s`, `12B/s`, `3/400`, `never:3/400`; `21:4/s` is 5.25 a second.
    package var exactText: String {
        switch self {
        case .time(let span): Self.milliseconds(span)
        case .count(let count): "\(count)"
        case .bytes(let bytes): "\(bytes)B"
        case .perSecond(let rate): "\(rate)/s"
        case .bytesPerSecond(let rate): "\(rate)B/s"
        case .share(let part, let whole): "\(part)/\(whole)"
        case .quotient(let part, let whole, let unit): "\(part):\(whole)\(Self.suffix(of: unit))"
        case .never(let undelivered, let due): "never:\(undelivered)/\(due)"
        }
    }

    private static let counted: [Metric.Unit] = [.count, .bytes, .byteRate, .rate]

    private static func suffix(of unit: Metric.Unit) -> String {
        switch unit {
        case .bytes: "B"
        case .byteRate: "B/s"
        case .rate: "/s"
        case .count, .share, .time: ""
        }
    }

    /// Nil for what has no colon in it.
    private static func quotient(_ text: String, _ number: (Substring) -> UInt64?) -> Amount? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let part = number(parts[0]) else { return nil }
        let digits = parts[1].prefix { $0.isNumber }
        guard let whole = number(digits), whole > 0,
            let unit = counted.first(where: { suffix(of: $0) == parts[1].dropFirst(digits.count) })
        else { return nil }
        return .quotient(part, over: whole, of: unit)
    }

    /// One unit for all times, so that columns compare at a glance; nanoseconds are its sixth decimal.
    private static func milliseconds(_ span: Span) -> String {
        var text = FixedDecimal(units: UInt128(span.nanoseconds.magnitude), decimals: 6).description
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text + "ms"
    }

    package init(exactText text: String) throws(Misreading) {
        func number(_ text: some StringProtocol) -> UInt64? {
            text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) ? UInt64(text) : nil
        }
        func two(_ text: some StringProtocol) -> (UInt64, UInt64)? {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let a = number(parts[0]), let b = number(parts[1]) else { return nil }
            return (a, b)
        }
        if text.hasPrefix("never:"), let (undelivered, due) = two(text.dropFirst(6)) {
            self = .never(undelivered: undelivered, of: due)
        } else if let quotient = Self.quotient(text, { number($0) }) {
            self = quotient
        } else if let count = number(text) {
            self = .count(count)
        } else if text.hasSuffix("B"), let bytes = number(text.dropLast()) {
            self = .bytes(bytes)
        } else if text.hasSuffix("B/s"), let rate = number(text.dropLast(3)) {
            self = .bytesPerSecond(rate)
        } else if text.hasSuffix("/s"), let rate = number(text.dropLast(2)) {
            self = .perSecond(rate)
        } else if let (part, whole) = two(text) {
            self = .share(part: part, whole: whole)
        } else if text.hasSuffix("ms"), let decimal = FixedDecimal(text.dropLast(2)), decimal.decimals <= 6,
            let span = Int64(exactly: decimal.units * UInt128(powerOfTen(6 - decimal.decimals)))
        {
            self = .time(.nanoseconds(span))
        } else {
            throw Misreading(
                "\(quoted(text)) is no value of a baseline",
                remedy: "values look like 48.012ms, 1234, 512B, 12/s, 3/400, never:3/400 or -")
        }
    }
}
