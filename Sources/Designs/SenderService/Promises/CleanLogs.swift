public import Chat
internal import Infrastructure
public import Vocabulary

/// S0-31: no line that a service logs has a field of a message: its sender, its receiver, its body, that it was
/// delivered, or that it was read.
///
/// The fields of a line have no place for one (`ServiceLogLine`). What a service writes beside them, it may not name
/// anything of the letter that it writes about, nor speak of such a field at all.
public struct CleanLogs: ChatInvariant {
    public static let promise = Promise(
        "clean-logs", "No service logs a field of a message.", requirements: ["S0-31"])

    private static let forbidden = [
        "sender", "receiver", "recipient", "user", "device", "letter", "room", "body", "receipt", "read",
    ]

    /// A line as it was written, and the letter that the service had in hand then, which it does not write.
    public struct Written: Sendable {
        let line: ServiceLogLine
        let remark: String?
        let letter: LetterID?
    }

    public init() {}

    public func isBroken(by written: Written) -> Bool {
        guard let remark = written.remark else { return false }
        var names = Self.forbidden
        if let letter = written.letter { names += ["\(letter.sender.number)", "\(letter.number)"] }
        let words = remark.split { !$0.isLetter && !$0.isNumber }
        return words.contains { word in names.contains { $0 == word } }
    }

    public func letter(of written: Written) -> (LetterID, User)? { written.letter.map { ($0, $0.sender) } }

    public func evidence(_ written: Written) -> String {
        "\(written.line.role) logged '\(written.line.event.rawValue): \(written.remark ?? "")'"
    }
}
