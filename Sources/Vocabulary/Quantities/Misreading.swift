/// Why a text is not the value that was asked for, and what would be.
///
/// It knows the text alone. Who reads a file adds the place, and gets file, line and column of the very word.
public struct Misreading: Error, Hashable, Sendable {
    /// What is wrong, a sentence without its full stop: `'10' needs a unit`.
    public var message: String
    /// What would be right, as it stands behind the caret: `write 10ms, 10s or 10m`.
    public var remedy: String?

    public init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }
}
