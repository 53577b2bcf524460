import Foundation
import Testing

/// A digest knows a message by its mark, and two messages of one inbox by the numbers that stand first in theirs. With
/// one number for both, only their fields would tell them apart, and fields may be equal.
@Suite("marks: all inboxes")
struct InboxMarkTests {
    private struct Inbox {
        /// Where it is, as a path from the root.
        var file: String
        var messages: [String] = []
        /// The number in the mark of each message, in the order of the source.
        var numbers: [(message: String, number: Int?)] = []
    }

    /// The lines of a block, from the one that opens it to the one that closes it at the same indentation.
    private static func block(from start: Int, in lines: [Substring]) -> ArraySlice<Substring> {
        let end = lines[start].prefix { $0 == " " } + "}"
        let last = lines[start...].firstIndex { $0 == end } ?? lines.endIndex - 1
        return lines[start...last]
    }

    private static func inboxes(in lines: [Substring], of file: String) -> [Inbox] {
        lines.indices.filter { lines[$0].wholeMatch(of: /(\w+ |@\w+ | )*enum Inbox\b.*\{/) != nil }.map {
            start in
            let body = block(from: start, in: lines)
            var inbox = Inbox(file: file)
            guard let mark = body.firstIndex(where: { $0.contains("var mark: UInt64 {") }) else {
                return inbox
            }
            inbox.messages = body[..<mark].compactMap {
                $0.firstMatch(of: /^ *case (\w+)/).map { String($0.1) }
            }
            let parts = block(from: mark, in: lines).joined(separator: " ").components(separatedBy: "case .")
            inbox.numbers = parts.dropFirst().map { part in
                (
                    String(part.prefix { $0.isLetter || $0.isNumber }),
                    part.firstMatch(of: /mark\( *(\d+)/).flatMap { Int($0.1) }
                )
            }
            return inbox
        }
    }

    /// Why two messages could have one mark; nil when they cannot.
    private static func problem(of inbox: Inbox) -> String? {
        guard inbox.messages.count != 1 else { return nil }
        guard !inbox.messages.isEmpty else { return "\(inbox.file): no message of this inbox was found" }
        var known: [Int: String] = [:]  // looked up only, never iterated
        for message in inbox.messages {
            guard let number = inbox.numbers.first(where: { $0.message == message })?.number else {
                return "\(inbox.file): the mark of '\(message)' begins with no number of its own"
            }
            if let other = known.updateValue(message, forKey: number) {
                return "\(inbox.file): '\(other)' and '\(message)' both have the number \(number)"
            }
        }
        return nil
    }

    @Test("each message has a number of its own")
    func numbers() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        let paths = try #require(FileManager.default.enumerator(atPath: root.path)).compactMap {
            $0 as? String
        }
        var count = 0
        for path in paths.filter({ $0.hasSuffix(".swift") }).sorted() {
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            for inbox in Self.inboxes(
                in: text.split(separator: "\n", omittingEmptySubsequences: false), of: path)
            {
                count += 1
                #expect(Self.problem(of: inbox) == nil)
            }
        }
        #expect(count >= 40)
    }

    @Test("two messages with one number are found, and so is one without any")
    func found() {
        func problem(_ marks: String) -> String? {
            let text = """
                    enum Inbox: Marked {
                        case opened(Line)
                        case closed(Line)

                        var mark: UInt64 {
                            switch self {
                \(marks)
                            }
                        }
                    }
                """
            return Self.inboxes(in: text.split(separator: "\n"), of: "Host.swift").first.flatMap(Self.problem)
        }
        let opened = "            case .opened(let line): Vocabulary.mark(1, line.mark)\n"
        #expect(problem(opened + "            case .closed(let line): Vocabulary.mark(2, line.mark)") == nil)
        #expect(
            problem(opened + "            case .closed(let line): Vocabulary.mark(1, line.mark)")
                == "Host.swift: 'opened' and 'closed' both have the number 1")
        #expect(
            problem(opened + "            case .closed(let line): line.mark")
                == "Host.swift: the mark of 'closed' begins with no number of its own")
    }
}
