public import Vocabulary

// How values look, in every report: short, with their unit, and never better than they are.

extension Amount: CustomStringConvertible {
    /// `4.12s`, `99.994%`, `61k`, `∞ (1.3 % undelivered)`.
    public var description: String {
        switch self {
        case .time(let span): shortText(span)
        case .count(let count): shortText(count)
        case .bytes(let bytes): bytesText(bytes)
        case .share(let part, let whole): shareText(part, of: whole)
        case .perSecond(let rate): shortText(rate) + "/s"
        case .never(_, of: 0): "∞"
        case .never(let undelivered, let due): "∞ (\(shareText(undelivered, of: due)) undelivered)"
        }
    }

    /// As a limit was written, `10s`: exact, where a measured value is rounded.
    public var limitText: String {
        switch self {
        case .time(let span): span.description
        case .count(let count) where count % 1_000 != 0: grouped(count)
        default: description
        }
    }

    /// For drawing only: its place on an axis. Nil for what has none.
    package var magnitude: Double? {
        switch self {
        case .time(let span): Double(span.nanoseconds)
        case .count(let n), .bytes(let n), .perSecond(let n): Double(n)
        case .share(let part, let whole): whole > 0 ? Double(part) / Double(whole) : nil
        case .never: nil
        }
    }
}

/// A measured time in three or four digits: `850us`, `48.2ms`, `0.34s`, `131.9s`. Seconds from 100 ms on, so
/// that the columns of a table compare at a glance.
public func shortText(_ span: Span) -> String {
    let ns = Double(span.nanoseconds)
    return switch span.nanoseconds.magnitude {
    case 0: "0s"
    case ..<1_000: "\(span.nanoseconds)ns"
    case ..<1_000_000: decimal(ns / 1e3, places: ns < 1e5 ? 1 : 0) + "us"
    case ..<100_000_000: decimal(ns / 1e6, places: ns < 1e7 ? 2 : 1) + "ms"
    case ..<100_000_000_000: decimal(ns / 1e9, places: 2) + "s"
    default: decimal(ns / 1e9, places: 1) + "s"
    }
}

/// A count in at most four digits: `9,999`, `61k`, `5.94M`.
public func shortText(_ count: UInt64) -> String {
    switch count {
    case ..<10_000: grouped(count)
    case ..<1_000_000: scaled(count, 1_000) + "k"
    case ..<1_000_000_000: scaled(count, 1_000_000) + "M"
    case ..<1_000_000_000_000: scaled(count, 1_000_000_000) + "G"
    default: scaled(count, 1_000_000_000_000) + "T"
    }
}

/// `512 B`, `31 KB`, `1.9 GB`; kilo is 1,000.
public func bytesText(_ bytes: UInt64) -> String {
    switch bytes {
    case ..<1_000: "\(bytes) B"
    case ..<1_000_000: scaled(bytes, 1_000) + " KB"
    case ..<1_000_000_000: scaled(bytes, 1_000_000) + " MB"
    case ..<1_000_000_000_000: scaled(bytes, 1_000_000_000) + " GB"
    default: scaled(bytes, 1_000_000_000_000) + " TB"
    }
}

/// Three digits of `count` over `unit`; zeros at the end of decimals are left out.
private func scaled(_ count: UInt64, _ unit: UInt64) -> String {
    let value = Double(count) / Double(unit)
    return withoutZeros(decimal(value, places: value < 10 ? 2 : value < 100 ? 1 : 0))
}

/// In percent, with three decimals at most. Cut off, not rounded: 99.9996 % is not all, and only nothing is 0
/// %.
public func shareText(_ part: UInt64, of whole: UInt64) -> String {
    guard whole > 0 else { return "—" }
    let thousandths = UInt64(clamping: UInt128(part) * 100_000 / UInt128(whole))
    guard thousandths > 0 || part == 0 else { return "<0.001%" }
    let places = thousandths >= 99_000 ? 3 : thousandths >= 10_000 ? 1 : 2
    let cut = thousandths / powerOfTen(3 - places) * powerOfTen(3 - places)
    return withoutZeros(decimal(Double(cut) / 1_000, places: cut == 0 ? 3 : places)) + "%"
}

private func withoutZeros(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
}

/// A moment or a length on the axis of a run: `4m`, `7m30s`, `1h05m`, `2.5s`.
public func clockText(_ span: Span) -> String {
    let seconds = span.nanoseconds / 1_000_000_000
    guard seconds >= 60 else { return withoutZeros(decimal(span.seconds, places: 3)) + "s" }
    let (minutes, rest) = seconds.quotientAndRemainder(dividingBy: 60)
    guard minutes >= 60 else { return "\(minutes)m" + (rest > 0 ? twoDigits(rest) + "s" : "") }
    return "\(minutes / 60)h" + (minutes % 60 > 0 || rest > 0 ? twoDigits(minutes % 60) + "m" : "")
        + (rest > 0 ? twoDigits(rest) + "s" : "")
}

private func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

public func clockText(_ time: Instant) -> String { clockText(time - .start) }
