public import Vocabulary

/// A value of a metric, exactly as it was measured.
///
/// In a file it is an object whose key names the unit, `{"ns": 4120000000}` or `{"part": 3, "whole": 400}`: a
/// reader who does not know the metric still knows what the number is.
public enum Amount: Hashable, Sendable {
    case time(Span)
    case count(UInt64)
    case bytes(UInt64)
    case share(part: UInt64, whole: UInt64)
    /// Of something that happens, per second of virtual time.
    case perSecond(UInt64)
    case bytesPerSecond(UInt64)
    /// What is counted, where it is no whole number: a mean, a rate, a limit of half a letter a second. Cut
    /// to a whole one, 48.86 a second would not be above 48.
    case quotient(UInt64, over: UInt64, of: Metric.Unit)
    /// A time that never came, because it falls on one of `undelivered` letters `of` so many. Zero of zero,
    /// where it is not letters that are missing (a system that did not recover).
    case never(undelivered: UInt64, of: UInt64)
}

extension Amount: Stored {
    package init(stored: JSON) throws(Misfit) {
        guard case .object(let members) = stored else { throw Misfit("expected an object") }
        let values = members.map(\.1)
        switch members.map(\.0) {
        case ["ns", "undelivered", "due"]:
            self = .never(undelivered: try UInt64(stored: values[1]), of: try UInt64(stored: values[2]))
        case ["ns"]: self = .time(try Span(stored: values[0]))
        case ["count"]: self = .count(try UInt64(stored: values[0]))
        case ["bytes"]: self = .bytes(try UInt64(stored: values[0]))
        case ["per_second"]: self = .perSecond(try UInt64(stored: values[0]))
        case ["bytes_per_second"]: self = .bytesPerSecond(try UInt64(stored: values[0]))
        case ["part", "whole", "unit"]:
            let name = try String(stored: values[2])
            guard let unit = Self.countedUnits.first(where: { $0.name == name })?.unit else {
                throw Misfit("\(quoted(name)) is no unit of what is counted").within(".unit")
            }
            let (part, whole) = (try UInt64(stored: values[0]), try UInt64(stored: values[1]))
            guard whole > 0 else { throw Misfit("expected a whole number from 1").within(".whole") }
            self = .quotient(part, over: whole, of: unit)
        case ["part", "whole"]:
            self = .share(part: try UInt64(stored: values[0]), whole: try UInt64(stored: values[1]))
        default: throw Misfit("expected a value with its unit, as in {\"ns\": 1000}")
        }
    }

    package var stored: JSON {
        switch self {
        case .time(let span): .object([("ns", span.stored)])
        case .count(let count): .object([("count", .integer(count))])
        case .bytes(let bytes): .object([("bytes", .integer(bytes))])
        case .perSecond(let rate): .object([("per_second", .integer(rate))])
        case .bytesPerSecond(let rate): .object([("bytes_per_second", .integer(rate))])
        case .share(let part, let whole): .object([("part", .integer(part)), ("whole", .integer(whole))])
        case .quotient(let part, let whole, let unit):
            .object([
                ("part", .integer(part)), ("whole", .integer(whole)),
                ("unit", .string(Self.countedUnits.first { $0.unit == unit }?.name ?? "count")),
            ])
        case .never(let undelivered, let due):
            .object([("ns", .null), ("undelivered", .integer(undelivered)), ("due", .integer(due))])
        }
    }

    package static var schema: [(String, JSON)] {
        func shape(_ keys: [(String, [(String, JSON)])]) -> JSON {
            .object([
                ("type", .string("object")), ("required", .array(keys.map { .string($0.0) })),
                ("properties", .object(keys.map { ($0.0, .object($0.1)) })),
            ])
        }
        let never = [("ns", [("type", JSON.string("null"))])]
        let letters = [("undelivered", UInt64.schema), ("due", UInt64.schema)]
        let counted = countedUnits.map(\.name)
        let shapes = (["ns"] + counted).map { shape([($0, UInt64.schema)]) }
        let share = shape([("part", UInt64.schema), ("whole", UInt64.schema)])
        let quotient = shape([
            ("part", UInt64.schema), ("whole", UInt64.schema),
            ("unit", [("enum", .array(counted.map(JSON.string)))]),
        ])
        return [("anyOf", .array(shapes + [share, quotient, shape(never + letters)]))]
    }

    /// What comes in pieces, as files call it.
    private static let countedUnits: [(name: String, unit: Metric.Unit)] = [
        ("count", .count), ("bytes", .bytes), ("per_second", .rate), ("bytes_per_second", .byteRate),
    ]
}

extension Amount {
    /// A number of that unit; times are cut to nanoseconds.
    public init(_ value: Quotient, _ unit: Metric.Unit) {
        let (floor, rest) = value.numerator.quotientAndRemainder(dividingBy: value.denominator)
        let whole = UInt64(clamping: floor)
        self =
            switch unit {
            case .time: .time(Span(nanoseconds: Int64(clamping: whole)))
            case .share:
                .share(part: UInt64(clamping: value.numerator), whole: UInt64(clamping: value.denominator))
            case _ where rest > 0: .quotient(inLowestTerms: value, of: unit)
            case .count: .count(whole)
            case .bytes: .bytes(whole)
            case .rate: .perSecond(whole)
            case .byteRate: .bytesPerSecond(whole)
            }
    }

    private static func quotient(inLowestTerms value: Quotient, of unit: Metric.Unit) -> Amount {
        var (divisor, rest) = (value.numerator, value.denominator)
        while rest > 0 { (divisor, rest) = (rest, divisor % rest) }
        var (part, whole) = (value.numerator / divisor, value.denominator / divisor)
        // What does not fit in 64 bits loses its last digits on both sides: of a terabyte a second, those below
        // a byte.
        while max(part, whole) > UInt128(UInt64.max) { (part, whole) = (part / 2, max(1, whole / 2)) }
        return .quotient(UInt64(part), over: UInt64(whole), of: unit)
    }
}
