import Vocabulary

/// A text that a scenario was read from: a file, or the value of an option.
///
/// Positions are counted here and not by the parser, which takes characters of Unicode for the ends of lines
/// that no editor does.
struct Source: Sendable {
    enum Kind: Sendable {
        /// A file by its path.
        case file
        /// An option or a variable: `--set`, `HUBBUB_SEED`. The name of the source is all of it, `--set
        /// seed=5`.
        case option(String)
    }

    let name: String
    let kind: Kind
    let scalars: [Unicode.Scalar]
    private let lineStarts: [Int]

    init(name: String, kind: Kind = .file, text: String) {
        self.name = name
        self.kind = kind
        scalars = Array(text.unicodeScalars)
        var starts = [0]
        for (index, scalar) in scalars.enumerated()
        where scalar == "\n" || scalar == "\r" && !(index + 1 < scalars.count && scalars[index + 1] == "\n") {
            starts.append(index + 1)
        }
        lineStarts = starts
    }

    /// The line at this number from 1, without its end.
    func line(_ number: Int) -> String {
        guard number >= 1, number <= lineStarts.count else { return "" }
        let end = number < lineStarts.count ? lineStarts[number] : scalars.count
        return Source.text(scalars[lineStarts[number - 1]..<end].prefix { $0 != "\n" && $0 != "\r" })
    }

    static func text(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return String(text)
    }

    /// Finds positions; fastest when asked from the front to the back.
    struct Locator {
        private let source: Source
        private var line = 0
        private var index = 0
        private var column = 1

        init(_ source: Source) { self.source = source }

        /// The position of the `target`th scalar. Characters since the last answer are counted on, so that a
        /// long line is not counted from its beginning for each word in it.
        mutating func position(of target: Int) -> SourcePosition {
            let target = min(max(0, target), source.scalars.count)
            let starts = source.lineStarts
            if target < index { (line, index, column) = (0, 0, 1) }
            while line + 1 < starts.count, starts[line + 1] <= target {
                line += 1
                (index, column) = (starts[line], 1)
            }
            column += Source.text(source.scalars[index..<target]).count
            index = target
            return SourcePosition(line: line + 1, column: column)
        }
    }
}

/// A stretch of a source: where something was written.
struct SourceRange: Hashable, Sendable {
    /// Its number among the sources of a reading.
    var source: Int
    var position: SourcePosition
    /// In characters.
    var length: Int
}
