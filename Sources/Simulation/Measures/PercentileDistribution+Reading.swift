internal import Vocabulary

/// Why a text is no percentile distribution: the place, and what would be right there.
public struct MalformedDistribution: Error, Equatable, CustomStringConvertible {
    public var line: Int  // from 1
    public var column: Int  // from 1, in characters, as editors count
    public var sourceLine: String
    public var expected: String

    /// To follow a file's name and a colon.
    public var description: String {
        let gutter = "\(line) | "
        return """
            \(line):\(column): error: expected \(expected)
            \(gutter)\(sourceLine)
            \(String(repeating: " ", count: gutter.count - 2))| \(String(repeating: " ", count: column - 1))^
            """
    }
}

extension PercentileDistribution {
    /// Reads what `text` writes, and the same format from other programs.
    public init(parsing text: some StringProtocol) throws(MalformedDistribution) {
        var lines = Lines(text)
        var line = lines.next()
        for title in ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"] { try line.skip(title) }
        try line.end()
        line = lines.next()
        if line.isBlank { line = lines.next() }

        rows = []
        while !line.starts(with: "#"), rows.isEmpty || rows.last?.inverse != nil {
            rows.append(try line.row(after: rows.last))
            line = lines.next()
        }

        let came = rows.last?.totalCount ?? 0
        var (due, said) = (came, "the TotalCount of the last row")
        if line.isRemark {
            try line.skip("#")
            let never = try line.whole("how many never came") { $0 > 0 }
            try line.skip("of")
            due = try line.whole("how many were due: \(came) came") { $0 >= never && $0 - never == came }
            said = "how many were due"
            try line.skip("never came:", Self.infinite)
            _ = try line.decimal("the share that came")
            try line.skip("are infinite")
            try line.end()
            line = lines.next()
            try line.skip(Self.meanOfThoseThatCame)
            try line.end()
            line = lines.next()
        } else if rows.last?.inverse != nil {
            throw line.malformed("the row of 100 %")
        }
        try line.skip("#[", "Mean", "=")
        mean = try line.decimal("the mean")
        try line.skip(",", "StdDeviation", "=")
        standardDeviation = try line.decimal("the standard deviation")
        try line.skip("]")
        try line.end()

        line = lines.next()
        try line.skip("#[", "Max", "=")
        max = try line.decimal("the largest value")
        try line.skip(",", "Total count", "=")
        totalCount = try line.whole("\(due), \(said)") { $0 == due }
        try line.skip("]")
        try line.end()

        line = lines.next()
        try line.skip("#[", "Buckets", "=")
        buckets = try line.whole("the number of buckets")
        try line.skip(",", "SubBuckets", "=")
        subBuckets = try line.whole("the number of sub-buckets")
        try line.skip("]")
        try line.end()

        while !lines.isAtEnd {
            line = lines.next()
            try line.end()
        }
    }
}

/// The lines of a text; behind its end, an empty one for ever.
private struct Lines {
    private var rest: ArraySlice<Substring>
    private var number = 0

    init(_ text: some StringProtocol) {
        rest = String(text).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func next() -> LineScanner {
        guard let source = rest.popFirst() else { return LineScanner(number: number + 1, source: "") }
        number += 1
        return LineScanner(number: number, source: String(source))
    }
}

/// A line, read from left to right; spaces may stand between any two things.
private struct LineScanner {
    let number: Int
    let source: String
    private let characters: [Character]
    private var position = 0

    init(number: Int, source: String) {
        self.number = number
        self.source = source
        characters = Array(source)
    }

    var isBlank: Bool { characters.allSatisfy { $0 == " " } }

    /// What `text` says besides; the lines with brackets are figures.
    var isRemark: Bool { source.hasPrefix("# ") }

    func starts(with character: Character) -> Bool { characters.first == character }

    mutating func skip(_ literals: String...) throws(MalformedDistribution) {
        for literal in literals {
            skipSpaces()
            guard characters[position...].starts(with: literal) else { throw malformed("'\(literal)'") }
            position += literal.count
        }
    }

    mutating func end() throws(MalformedDistribution) {
        skipSpaces()
        guard position == characters.count else { throw malformed("nothing more") }
    }

    /// Values, percentiles and counts never fall from row to row, and a column has the same number of
    /// decimals throughout.
    mutating func row(after last: PercentileDistribution.Quantile?) throws(MalformedDistribution)
        -> PercentileDistribution.Quantile
    {
        let value = try decimal(Self.following(last?.value, "a value")) { Self.follows($0, last?.value) }
        let percentile = try decimal(Self.following(last?.percentile, "a percentile up to 1")) {
            Self.follows($0, last?.percentile) && $0.approximation <= 1
        }
        let least = last?.totalCount ?? 1
        let totalCount = try whole("a count of at least \(least)") { $0 >= least }
        var row = PercentileDistribution.Quantile(
            value: value, percentile: percentile, totalCount: totalCount)

        skipSpaces()
        let isWhole = percentile.approximation == 1
        if isWhole, position == characters.count { return row }
        if isWhole, (try? skip("inf")) != nil {
            try end()
            return row
        }
        row.inverse = try decimal("1/(1-Percentile)")
        try end()
        return row
    }

    private static func following(_ last: FixedDecimal?, _ what: String) -> String {
        last.map { "\(what), at least \($0) and with as many decimals" } ?? what
    }

    private static func follows(_ number: FixedDecimal, _ last: FixedDecimal?) -> Bool {
        guard let last else { return true }
        return number.decimals == last.decimals && number.units >= last.units
    }

    mutating func decimal(_ what: String, where isRight: (FixedDecimal) -> Bool = { _ in true })
        throws(MalformedDistribution) -> FixedDecimal
    {
        let start = position
        guard let number = FixedDecimal(word()), isRight(number) else { throw malformed(what, at: start) }
        return number
    }

    mutating func whole(_ what: String, where isRight: (UInt64) -> Bool = { _ in true })
        throws(MalformedDistribution) -> UInt64
    {
        let start = position
        guard let number = UInt64(word()), isRight(number) else { throw malformed(what, at: start) }
        return number
    }

    /// What stands before the next space, comma or bracket.
    private mutating func word() -> String {
        skipSpaces()
        let start = position
        while position < characters.count, !" ,]".contains(characters[position]) { position += 1 }
        return String(characters[start..<position])
    }

    private mutating func skipSpaces() {
        while position < characters.count, characters[position] == " " { position += 1 }
    }

    func malformed(_ expected: String, at start: Int? = nil) -> MalformedDistribution {
        var column = start ?? position
        while column < characters.count, characters[column] == " " { column += 1 }
        return MalformedDistribution(
            line: number, column: column + 1, sourceLine: source, expected: expected)
    }
}
