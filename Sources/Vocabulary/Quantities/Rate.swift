/// How often something happens: so many times in an interval, kept as they were written, `1/m` or `3/10s`.
///
/// Two whole numbers are exact where a number per second would not be: once a minute is 0.01666… a second.
public struct Rate: Hashable, Sendable {
    public let count: Int
    public let interval: Span
    /// Whether each user does it so often, and not all of them together.
    public let isPerUser: Bool

    public init(_ count: Int, every interval: Span, perUser isPerUser: Bool = false) {
        precondition(count >= 0, "a rate of \(count)")
        precondition(interval > .zero, "a rate over an interval of \(interval)")
        self.count = count
        self.interval = interval
        self.isPerUser = isPerUser
    }
}

extension Rate: Bounded {
    /// A million a second is a letter each microsecond: nobody types so fast, and no model here is so fine.
    public static var bounds: ClosedRange<Rate> {
        Rate(0, every: .seconds(1))...Rate(1_000_000, every: .seconds(1))
    }

    /// By how often; who does it is another question.
    public static func < (a: Rate, b: Rate) -> Bool {
        Int128(a.count) * Int128(b.interval.nanoseconds) < Int128(b.count) * Int128(a.interval.nanoseconds)
    }

    public static func texts(beside value: Rate) -> (below: String?, above: String?) {
        (nil, "\(value.count + 1)/\(value.interval.written)")
    }

    public static var form: QuantityForm {
        QuantityForm(
            "a rate", example: "1/m per user",
            pattern: #"^[0-9]+(\.[0-9]+)?[kMG]?/[0-9]*(ns|us|ms|s|m|h|d)( per user)?$"#)
    }

    public init(reading text: String) throws(Misreading) {
        let examples = "write it like 100/s or 1/m per user"
        let isPerUser = text.hasSuffix(" per user")
        let parts = (isPerUser ? text.dropLast(9) : text[...])
            .split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw Misreading(
                "\(quoted(text)) is not a rate: it says how many, and in what time", remedy: examples)
        }
        let count: Int
        do throws(Misreading) {
            count = try Int(reading: String(parts[0]))
        } catch {
            guard parts[0].contains("."), !parts[0].isEmpty else {
                throw Misreading("\(quoted(text)) is not a rate: \(error.message)", remedy: examples)
            }
            throw Misreading(
                "\(quoted(text)) counts parts of one",
                remedy: "write whole numbers: 1/2s for one every two seconds")
        }
        let bare = parts[1].first?.isNumber != true
        let interval: Span
        do throws(Misreading) {
            interval = try Span(reading: bare ? "1\(parts[1])" : String(parts[1]))
        } catch {
            throw Misreading("\(quoted(text)) is not a rate", remedy: examples)
        }
        guard interval > .zero, interval <= Span.bounds.upperBound else {
            throw Misreading("\(quoted(text)) has an interval of \(interval.written)", remedy: examples)
        }
        guard count <= 1_000_000_000 else { throw Misreading("\(quoted(text)) is more than 1G at a time") }
        self.init(count, every: interval, perUser: isPerUser)
    }

    public var written: String {
        let unit = interval.written
        let usual = unit.hasPrefix("1") && unit.dropFirst().allSatisfy(\.isLetter)
        return "\(count)/\(usual ? String(unit.dropFirst()) : unit)\(isPerUser ? " per user" : "")"
    }
}
