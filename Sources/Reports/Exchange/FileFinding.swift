public import Vocabulary

/// Something to say about a line of a file: what `validate` found, or a threshold that did not hold.
public struct FileFinding: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable, CaseIterable { case error, warning }

    public var file: String
    public var position: SourcePosition
    public var severity: Severity
    public var message: String

    public init(file: String, position: SourcePosition, severity: Severity, message: String) {
        self.file = file
        self.position = position
        self.severity = severity
        self.message = message
    }
}
