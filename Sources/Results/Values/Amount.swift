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
        let shapes = ["ns", "count", "bytes", "per_second", "bytes_per_second"].map {
            shape([($0, UInt64.schema)])
        }
        let share = shape([("part", UInt64.schema), ("whole", UInt64.schema)])
        return [("anyOf", .array(shapes + [share, shape(never + letters)]))]
    }
}
