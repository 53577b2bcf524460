public import Vocabulary

// How values of a result look, in every report: `ValueText` decides.

extension Amount: CustomStringConvertible {
    /// `4.12s`, `99.994%`, `61k`, `∞ (1.3% undelivered)`.
    public var description: String { text() }

    /// The same beside the limit it is compared with: the text lies on the same side of it as the value.
    public func text(apartFrom limit: Amount? = nil) -> String {
        if case .never(let undelivered, let due) = self {
            return due == 0 ? "∞" : "∞ (\(shareText(undelivered, of: due)) undelivered)"
        }
        guard let (value, unit) = quotient else { return "—" }
        return ValueText.text(value, unit, apartFrom: limit?.quotient?.value)
    }

    /// What it was and what it is, with the digits that tell one from the other.
    package static func change(from before: Amount, to after: Amount) -> (before: String, after: String) {
        guard let (old, unit) = before.quotient, let (new, _) = after.quotient else {
            return (before.description, after.description)
        }
        return ValueText.change(from: old, to: new, unit)
    }

    /// The number, and what it counts; nil for what has none.
    private var quotient: (value: Quotient, unit: Metric.Unit)? {
        switch self {
        case .time(let span): (Quotient(span.nanoseconds), .time)
        case .count(let count): (Quotient(count), .count)
        case .bytes(let bytes): (Quotient(bytes), .bytes)
        case .share(let part, let whole): whole > 0 ? (Quotient(part, over: whole), .share) : nil
        case .perSecond(let rate): (Quotient(rate), .rate)
        case .bytesPerSecond(let rate): (Quotient(rate), .byteRate)
        case .quotient(let part, let whole, let unit): (Quotient(part, over: whole), unit)
        case .never: nil
        }
    }

    /// What it counts; of what has no number, what it would.
    package var unit: Metric.Unit {
        switch self {
        case .time, .never: .time
        case .count: .count
        case .bytes: .bytes
        case .share: .share
        case .perSecond: .rate
        case .bytesPerSecond: .byteRate
        case .quotient(_, _, let unit): unit
        }
    }

    /// As a limit was written, `10s`: exact, where a measured value is rounded.
    public var limitText: String {
        switch self {
        case .time(let span): span.description
        case .count(let count) where count % 1_000 != 0: grouped(count)
        default: text(apartFrom: self)
        }
    }

    /// For drawing only: its place on an axis. Nil for what has none.
    package var magnitude: Double? {
        switch self {
        case .time(let span): Double(span.nanoseconds)
        case .count(let n), .bytes(let n), .perSecond(let n), .bytesPerSecond(let n): Double(n)
        case .share(let part, let whole): whole > 0 ? Double(part) / Double(whole) : nil
        case .quotient(let part, let whole, _): Double(part) / Double(whole)
        case .never: nil
        }
    }
}

public func shortText(_ span: Span) -> String {
    (span < .zero ? "-" : "") + ValueText.text(Quotient(span.nanoseconds.magnitude), .time)
}

public func shortText(_ count: UInt64) -> String { ValueText.text(Quotient(count), .count) }

public func bytesText(_ bytes: UInt64) -> String { ValueText.text(Quotient(bytes), .bytes) }

public func shareText(_ part: UInt64, of whole: UInt64) -> String { ValueText.share(part, of: whole) }

/// A moment or a length on the axis of a run: `4m`, `7m30s`, `1h05m`, `2.5s`.
public func clockText(_ span: Span) -> String {
    let seconds = span.nanoseconds / 1_000_000_000
    guard seconds >= 60 else { return ValueText.withoutZeros(decimal(span.seconds, places: 3)) + "s" }
    let (minutes, rest) = seconds.quotientAndRemainder(dividingBy: 60)
    guard minutes >= 60 else { return "\(minutes)m" + (rest > 0 ? twoDigits(rest) + "s" : "") }
    return "\(minutes / 60)h" + (minutes % 60 > 0 || rest > 0 ? twoDigits(minutes % 60) + "m" : "")
        + (rest > 0 ? twoDigits(rest) + "s" : "")
}

private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

public func clockText(_ time: Instant) -> String { clockText(time - .start) }
