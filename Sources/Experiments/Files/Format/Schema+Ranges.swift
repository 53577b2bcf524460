import Vocabulary

/// Ranges for editors, which know regular expressions and no units: how many digits a number may have before each
/// unit. What it lets through beyond a range is less than twice too much.
extension Schema {
    /// Looks ahead for a number that is too large for its unit; empty for what has no units.
    static func refusal(of form: QuantityForm) -> String {
        guard let range = form.range else { return "" }
        for kind in [Span.self, ByteCount.self, ByteRate.self, DataRate.self] as [any WithUnits.Type] {
            if let text = refusal(of: range, in: kind) { return text }
        }
        return refusal(of: range, in: Int.self) ?? ""
    }

    private static func refusal<Value: WithUnits>(of range: ValueRange, in kind: Value.Type) -> String? {
        guard let most = try? Value(reading: range.most) else { return nil }
        let tooLarge = Value.unitNames.map { unit in
            var digits = 0
            var power = "1"
            while let value = try? Value(reading: power + unit), value <= most {
                digits += 1
                power += "0"
            }
            // With so many digits it begins with one of these at most.
            let zeros = power.dropFirst().dropLast()
            let first = (1...9).last {
                (try? Value(reading: "\($0)\(zeros)\(unit)")).map { $0 <= most } ?? false
            }
            var others = ""
            if let first, digits > 0, first < 9 { others = "|[\(first + 1)-9][0-9]{\(digits - 1)}" }
            // Of a greatest value that is a power of ten, it alone has so many digits.
            if digits > 0, (try? Value(reading: power.dropLast() + unit)) == most {
                others += "|1(?!0{\(digits - 1)}(\\.0+)?\(unit)(?![a-zA-Z0-9.]))[0-9]{\(digits - 1)}"
            }
            return "([1-9][0-9]{\(digits),}\(others))(\\.[0-9]+)?\(unit)(?![a-zA-Z0-9.])"
        }
        return "(?!.*(^|[^0-9.])0*(\(tooLarge.joined(separator: "|"))))"
    }
}

/// What is written as a number and a unit.
protocol WithUnits: Bounded {
    static var unitNames: [String] { get }
}

extension Span: WithUnits {
    static let unitNames = ["ns", "us", "ms", "s", "m", "h", "d"]
}

extension ByteCount: WithUnits {
    static let unitNames = ["B", "KB", "MB", "GB", "TB"]
}

extension ByteRate: WithUnits {
    static let unitNames = ByteCount.unitNames.map { "\($0)/s" }
}

extension DataRate: WithUnits {
    static let unitNames = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s"]
}

extension Int: WithUnits {
    static let unitNames = ["", "k", "M", "G"]
}
