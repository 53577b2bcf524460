public import Chat
public import Vocabulary

/// How what belongs to an act is written, read, and described.
extension ActSheet.Argument {
    public var form: QuantityForm {
        switch self {
        case .nothing: QuantityForm("nothing", example: "", scalar: .nothing)
        case .user: QuantityForm("a user", example: "7", pattern: Int.form.pattern, scalar: .number)
        case .room: QuantityForm("a room", example: "room 0", pattern: "^room [0-9]")
        case .recipient:
            QuantityForm("a room or a user", example: "room 0 or user 7", pattern: "^(room|user) [0-9]")
        case .count(let range): Int.form(in: range)
        case .word(let words): QuantityForm(alternatives(words), example: words[0], words: words)
        }
    }

    func read(_ text: String) throws(Misreading) -> ActSheet.ArgumentValue {
        switch self {
        case .nothing:
            guard text.isEmpty else { throw Misreading("this act takes nothing", remedy: "leave it empty") }
            return .nothing
        case .user:
            // Where rooms can be meant too, it is `user 7`.
            if text.first?.isLetter == true {
                let number = try? Self.numbered(text, ["user"]).number
                throw Misreading(
                    "\(quoted(text)) is not the number of a user",
                    remedy: "write \(number.map(String.init) ?? "it like 7")")
            }
            return .user(User(try Self.number(text)))
        case .count(let range): return .count(try Int(reading: text, in: range))
        case .room: return .room(Room(try Self.numbered(text, ["room"]).number))
        case .recipient:
            let (kind, number) = try Self.numbered(text, ["room", "user"])
            return .recipient(kind == "room" ? .room(Room(number)) : .direct(User(number)))
        case .word(let words):
            guard let place = words.firstIndex(of: text) else {
                throw Misreading(
                    "\(quoted(text)) is none of \(words.joined(separator: ", "))",
                    remedy: "write \(alternatives(words))")
            }
            return .word(place)
        }
    }

    /// As a file has it.
    func written(_ value: ActSheet.ArgumentValue) -> String {
        switch value {
        case .nothing: ""
        case .user(let user): String(user.number)
        case .room(let room): room.description
        case .recipient(.direct(let user)): user.description
        case .recipient(.room(let room)): room.description
        case .count(let count): count.written
        case .word(let place): if case .word(let words) = self { words[place] } else { "" }
        }
    }

    private static func numbered(
        _ text: String, _ kinds: [String]
    ) throws(Misreading) -> (kind: String, number: UInt32) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 2, kinds.contains(words[0]) else {
            throw Misreading(
                "\(quoted(text)) is not whom it goes to",
                remedy: "write \(alternatives(kinds.map { "\($0) 0" }))")
        }
        return (words[0], try number(words[1]))
    }

    /// Of somebody or some room; whether there is such a one is for later checks.
    private static func number(_ text: String) throws(Misreading) -> UInt32 {
        UInt32(try Int(reading: text, in: 0...Int(Int32.max)))
    }
}
