public import Vocabulary

/// A time or a size that varies, as a file states it, together with the distribution that it means.
///
///     150us                            always that
///     exp 150us                        exponential, with that mean
///     uniform 1ms..3ms
///     lognormal 150us p99 2ms [floor 50us]
///     pareto 1ms alpha 1.5 max 1s
///     table { p50: 1ms, p99: 9ms, max: 1s }
///
/// It keeps what was written: a distribution does not tell by which percentile somebody has described it.
/// Inside a table the signs `{ : , }` may be left out, which spares the quotes that YAML would want around
/// them.
public struct Varied<Value: Dimension>: Hashable, Sendable {
    public let written: String
    /// Of the raw numbers: nanoseconds or bytes.
    public let spread: Spread

    public init(_ value: Value) {
        written = value.written
        spread = .constant(Double(value.magnitude))
    }

    /// A default in code. What cannot be read is a mistake in Hubbub or in a design, not in a file.
    public init(_ text: String) {
        do throws(Misreading) {
            try self.init(reading: text)
        } catch {
            preconditionFailure(error.message)
        }
    }
}

/// What can vary: a whole number of a smallest unit.
public protocol Dimension: Bounded {
    var magnitude: Int64 { get }
}

extension Span: Dimension {
    public var magnitude: Int64 { nanoseconds }
}

extension ByteCount: Dimension {
    public var magnitude: Int64 { bytes }
}

extension Varied: Quantity {
    public static var form: QuantityForm {
        var form = QuantityForm("\(Value.form.name), or how it varies", example: "exp \(Value.form.example)")
        if let value = Value.form.pattern?.dropFirst().dropLast().replacing("-?", with: "") {
            form.pattern =
                "^(\(value)|exp \(value)|uniform \(value)[.][.]\(value)"
                + "|lognormal \(value) p[0-9.]+ \(value)( floor \(value))?"
                + "|pareto \(value) alpha [0-9.]+ max \(value)|table .+)$"
        }
        return form
    }

    public static var checkedForm: QuantityForm { form(in: Value.bounds) }

    public static func form(in range: ClosedRange<Value>) -> QuantityForm {
        var form = form
        form.range = ValueRange(range)
        return form
    }

    /// With a mean that is not less than the least, and nothing written that is more than the most: the ends of
    /// a range hold for what does not vary, too.
    public init(reading text: String, in range: ClosedRange<Value>) throws(Misreading) {
        // What does not vary is told this range, and not that of all values.
        if text.first.map({ $0 == "-" || $0.isNumber }) ?? false, !text.contains("..") {
            self.init(try Value(reading: text, in: range))
            return
        }
        try self.init(reading: text)
        guard spread.mean >= Double(range.lowerBound.magnitude) else {
            throw Misreading(
                "\(quoted(text)) has a mean of less than \(range.lowerBound.written), the least",
                remedy: "write \(ValueRange(range).text)")
        }
        let values = written.split(separator: " ").flatMap { $0.split(separator: "..") }
        guard values.allSatisfy({ (try? Value(reading: String($0))).map { $0 <= range.upperBound } ?? true })
        else {
            throw Misreading(
                "\(quoted(text)) is more than \(range.upperBound.written), the most",
                remedy: "write \(ValueRange(range).text)")
        }
    }

    private init(_ parts: (written: String, spread: Spread)) {
        written = parts.written
        spread = parts.spread
    }

    private static var kinds: [String] { ["exp", "uniform", "lognormal", "pareto", "table"] }

    public init(reading text: String) throws(Misreading) {
        let words = text.split { " {}:,".contains($0) }.map(String.init)
        guard let kind = words.first else { throw Misreading("\(Value.form.name) is missing here") }
        let rest = Array(words.dropFirst())
        switch kind {
        case "exp":
            try Self.expect(rest.count == 1, text, "exp MEAN")
            let mean = try Self.positive(rest[0])
            self.init(("exp \(mean.written)", .exponential(Exponential(mean: Double(mean.magnitude)))))
        case "uniform": self.init(try Self.uniform(rest.joined(), text))
        case "lognormal": self.init(try Self.logNormal(rest, text))
        case "pareto": self.init(try Self.pareto(rest, text))
        case "table": self.init(try Self.table(rest, text))
        case _ where kind.first?.isLetter == true:
            throw Misreading(
                "\(quoted(kind)) is no distribution; there are \(Self.kinds.joined(separator: ", "))",
                remedy: nearest(to: kind, among: Self.kinds).map { "did you mean '\($0)'?" }
                    ?? "write it like exp \(Value.form.example)")
        case _ where text.contains(".."):
            let spread = "uniform \(text)"
            throw Misreading(
                "\(quoted(text)) does not say which distribution",
                remedy: "write \((try? Self(reading: spread)) == nil ? "uniform LOW..HIGH" : spread)")
        default: self.init(try Value(reading: text, in: Value.bounds))
        }
    }

    private static func uniform(_ range: String, _ text: String) throws(Misreading) -> (String, Spread) {
        let ends = range.split(separator: ".", omittingEmptySubsequences: false)
        let form = "uniform LOW..HIGH"
        // 1.5ms..3ms has three points; the two together stand between the ends.
        guard let gap = (1..<max(1, ends.count)).first(where: { ends[$0].isEmpty }) else {
            throw Misreading("\(quoted(text)) is not of the form \(form)", remedy: "write \(form)")
        }
        let low = try value(ends[..<gap].joined(separator: "."))
        let high = try value(ends[(gap + 1)...].joined(separator: "."))
        guard low <= high else {
            throw Misreading(
                "\(quoted(text)) ends below its beginning", remedy: "write the smaller one first")
        }
        return (
            "uniform \(low.written)..\(high.written)",
            .uniform(Uniform(from: Double(low.magnitude), to: Double(high.magnitude)))
        )
    }

    private static func logNormal(_ words: [String], _ text: String) throws(Misreading) -> (String, Spread) {
        let hasFloor = words.count == 5 && words[3] == "floor"
        try expect(words.count == 3 || hasFloor, text, "lognormal MEDIAN p99 VALUE [floor VALUE]")
        guard let percentile = percentile(words[1]), percentile > Share(1, of: 2), percentile < .all else {
            throw Misreading(
                "\(quoted(words[1])) is no percentile above the median", remedy: "write p90, p99 or p99.9")
        }
        let median = try positive(words[0])
        let upper = try value(words[2])
        guard upper > median else {
            throw Misreading(
                "\(quoted(text)) has a \(words[1]) that is not above its median, \(median.written)")
        }
        let floor = hasFloor ? try value(words[4]) : nil
        let distribution = LogNormal(
            median: Double(median.magnitude), share: percentile.fraction, below: Double(upper.magnitude),
            floor: floor.map { Double($0.magnitude) } ?? 0)
        let tail = floor.map { " floor \($0.written)" } ?? ""
        return ("lognormal \(median.written) \(words[1]) \(upper.written)\(tail)", .logNormal(distribution))
    }

    private static func pareto(_ words: [String], _ text: String) throws(Misreading) -> (String, Spread) {
        try expect(
            words.count == 5 && words[1] == "alpha" && words[3] == "max", text,
            "pareto LEAST alpha NUMBER max VALUE")
        let low = try positive(words[0])
        let high = try value(words[4])
        guard let alpha = FixedDecimal(words[2]), (0.1...100).contains(alpha.approximation) else {
            throw Misreading("\(quoted(words[2])) is no alpha", remedy: "write a number from 0.1 to 100")
        }
        guard high > low else {
            throw Misreading("\(quoted(text)) has a max that is not above \(low.written)")
        }
        return (
            "pareto \(low.written) alpha \(alpha) max \(high.written)",
            .pareto(
                Pareto(from: Double(low.magnitude), shape: alpha.approximation, to: Double(high.magnitude)))
        )
    }

    /// Starts at `min`, or at nothing, and ends at `max`.
    private static func table(_ words: [String], _ text: String) throws(Misreading) -> (String, Spread) {
        try expect(
            words.count >= 2 && words.count % 2 == 0, text, "table { p50: VALUE, p99: VALUE, max: VALUE }")
        var points: [(share: Share, value: Value)] = []
        var spelling: [String] = []
        for position in stride(from: 0, to: words.count, by: 2) {
            let word = words[position]
            guard let share = word == "min" ? Share.none : word == "max" ? Share.all : percentile(word) else {
                throw Misreading("\(quoted(word)) is no percentile", remedy: "write min, p50, p99.9 or max")
            }
            let value = try value(words[position + 1])
            if points.isEmpty, share > .none { points.append((.none, try Self.value(zero))) }
            if let before = points.last, before.share >= share || before.value > value {
                throw Misreading("\(quoted(word)) does not follow what is before it: both columns rise")
            }
            points.append((share, value))
            spelling.append("\(word) \(value.written)")
        }
        guard let last = points.last, last.share == .all else {
            throw Misreading("\(quoted(text)) does not end", remedy: "add max, the greatest value")
        }
        let table = QuantileTable(points.map { ($0.share.fraction, Double($0.value.magnitude)) })
        return ("table \(spelling.joined(separator: " "))", .table(table))
    }

    private static var zero: String { Value.bounds.lowerBound.written }

    private static func percentile(_ word: String) -> Share? {
        word.first == "p" ? try? Share(reading: word.dropFirst() + "%") : nil
    }

    private static func value(_ text: String) throws(Misreading) -> Value {
        try Value(reading: text, in: Value.bounds)
    }

    private static func positive(_ text: String) throws(Misreading) -> Value {
        let value = try value(text)
        guard value.magnitude > 0 else { throw Misreading("\(quoted(text)) must be more than nothing here") }
        return value
    }

    private static func expect(_ holds: Bool, _ text: String, _ form: String) throws(Misreading) {
        guard holds else { throw Misreading("\(quoted(text)) is incomplete", remedy: "write \(form)") }
    }
}
