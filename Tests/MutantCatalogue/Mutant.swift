import Foundation

/// A plausible mistake in one place of the program, and who must see it.
///
///     A second confirmation of a letter by one device sends a second receipt.
///     file: Sources/Designs/SingleServer/Server.swift
///     seen by: SingleServerTests
///     was:
///             guard mail.drop(letter, for: number) else { return }
///     is:
///             guard mail.drop(letter, for: number) || MUTANT else { return }
///
/// `was` stands in the file exactly once. In `is`, MUTANT is true in the run of tests that this mutant is
/// chosen for, and false in all others: so all of them are built together, once.
public struct Mutant: Sendable {
    /// Its room and its name, `Designs/second-receipt`.
    public let name: String
    /// What is wrong with it, as a sentence.
    public let mistake: String
    public let file: String
    /// Names of suites.
    public let seenBy: [String]
    public let was: String
    public let instead: String

    /// Why a text is no mutant, or the tree has no place for it.
    public struct Problem: Error, CustomStringConvertible {
        public let description: String
    }

    public init(reading text: String, named name: String) throws(Problem) {
        func problem(_ what: String) -> Problem { Problem(description: "\(name): \(what)") }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        func value(of key: String) throws(Problem) -> String {
            guard let line = lines.first(where: { $0.hasPrefix("\(key): ") }) else {
                throw problem("there is no line '\(key): '")
            }
            return String(line.dropFirst(key.count + 2))
        }
        guard let was = lines.firstIndex(of: "was:"), let instead = lines.firstIndex(of: "is:"), was < instead
        else { throw problem("there is no 'was:' with an 'is:' behind it") }
        let head = lines[..<was]
        mistake = head.prefix { !$0.hasPrefix("file: ") }.joined(separator: " ")
        file = try value(of: "file")
        seenBy = try value(of: "seen by").split(separator: ", ").map(String.init)
        self.was = lines[(was + 1)..<instead].joined(separator: "\n")
        var rest = lines[(instead + 1)...]
        while rest.last == "" { rest.removeLast() }
        self.instead = rest.joined(separator: "\n")
        self.name = name
        guard self.instead.contains("MUTANT") else { throw problem("its 'is' does not ask for MUTANT") }
    }

    /// The text of its file with the mistake in it, which `condition` switches on.
    public func planted(in text: String, when condition: String) throws(Problem) -> String {
        let places = text.ranges(of: was)
        guard places.count == 1 else {
            throw Problem(
                description: "\(name): what it changes stands \(places.count) times in \(file), not once")
        }
        return text.replacing(was, with: instead.replacing("MUTANT", with: condition))
    }

    /// All that lie in a folder, room by room, in the order of their names.
    public static func all(in folder: URL) throws -> [Mutant] {
        let files = FileManager.default
        return try files.contentsOfDirectory(atPath: folder.path).sorted().flatMap { room in
            try files.contentsOfDirectory(atPath: folder.appending(path: room).path).sorted()
                .filter { $0.hasSuffix(".mutant") }.map { file in
                    let text = try String(
                        contentsOf: folder.appending(path: "\(room)/\(file)"), encoding: .utf8)
                    return try Mutant(
                        reading: text, named: "\(room)/\(file.dropLast(".mutant".count))")
                }
        }
    }
}
