public import Vocabulary

/// Something wrong, or doubtful, in a file: where, what, and what would be right.
public struct Finding: Hashable, Sendable {
    public enum Severity: String, Sendable {
        case error
        case warning
    }

    public var severity: Severity
    /// The path of a file; for the value of an option all of it, `--set seed=x`.
    public var source: String
    /// Whether the source is a file, so that the position says something to an editor.
    public var isInFile: Bool
    public var position: SourcePosition
    /// In characters.
    public var length: Int
    /// A sentence without its full stop.
    public var message: String
    /// What would be right; it stands behind the caret.
    public var hint: String?
    /// The line that it is about.
    public var line: String
}

extension Finding {
    /// About a file that cannot be read, so that there is no line to point at.
    public init(unreadable path: String, _ message: String) {
        self.init(
            severity: .error, source: path, isInFile: false, position: SourcePosition(line: 1, column: 1),
            length: 1, message: message, hint: nil, line: "")
    }
}

/// What a check of files found, in the order of files and lines.
public struct Findings: Hashable, Sendable {
    public private(set) var all: [Finding] = []

    /// Errors beyond those that a reader would read.
    public private(set) var omittedErrors = 0

    public init(_ findings: [Finding] = [], omittedErrors: Int = 0) {
        all = findings
        self.omittedErrors = omittedErrors
    }

    public var errors: Int { all.count { $0.severity == .error } + omittedErrors }
    public var warnings: Int { all.count { $0.severity == .warning } }
    public var isSound: Bool { errors == 0 }

    /// What two files have from a third, which both extend, is said once.
    public static func + (a: Findings, b: Findings) -> Findings {
        Findings(
            a.all + b.all.filter { !a.all.contains($0) }, omittedErrors: a.omittedErrors + b.omittedErrors)
    }
}
