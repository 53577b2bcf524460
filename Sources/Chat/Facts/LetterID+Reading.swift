public import Vocabulary

extension LetterID {
    /// As people type it, `17.3`, or as reports print it, `letter 17.3`.
    public init(reading text: String) throws(Misreading) {
        let word = "letter "
        let numbers = text.hasPrefix(word) ? text.dropFirst(word.count) : text[...]
        let parts = numbers.split(separator: ".", omittingEmptySubsequences: false)
        func number(_ part: Substring) -> UInt32? {
            part.allSatisfy { $0.isASCII && $0.isNumber } ? UInt32(part) : nil
        }
        guard parts.count == 2, let sender = number(parts[0]), let place = number(parts[1]) else {
            throw Misreading(
                "\(quoted(text)) names no letter",
                remedy: "write 17.3 for the fourth letter of user 17, as reports do: both count from 0")
        }
        self.init(of: User(sender), place)
    }
}
