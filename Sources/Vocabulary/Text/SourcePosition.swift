/// A place in a file, as editors count.
public struct SourcePosition: Hashable, Comparable, Sendable {
    /// From 1.
    public var line: Int
    /// From 1, in characters.
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static func < (a: SourcePosition, b: SourcePosition) -> Bool {
        (a.line, a.column) < (b.line, b.column)
    }
}
