import Foundation
import History
import Testing

@Suite("Database")
struct DatabaseTests {
    private let folder = NSTemporaryDirectory() + "hubbub-\(UUID().uuidString)"
    private let notes = Database.Layout(
        "notes", kind: "HbNo", version: 1, statements: ["CREATE TABLE notes (name TEXT PRIMARY KEY, value)"])

    private func path(_ name: String) throws -> String {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return "\(folder)/\(name)"
    }

    @Test("values of every kind come back as they went in, from a file that was closed in between")
    func values() throws {
        let path = try path("values")
        let values: [Database.SQLValue] = [
            .null, .integer(.min), .real(0.1), .text("a\0b é"), .text(""), .bytes([0, 255]), .real(5),
        ]
        do {
            let database = try Database(at: path, layout: notes)
            for (index, value) in values.enumerated() {
                try database.run("INSERT INTO notes VALUES (?, ?)", .text("\(index)"), value)
            }
        }
        let rows = try Database(at: path, layout: notes).rows("SELECT value FROM notes ORDER BY name")
        #expect(rows == values.map { [$0] })
    }

    @Test("a transaction that throws leaves nothing behind")
    func transaction() throws {
        let database = try Database(at: try path("transaction"), layout: notes)
        let refused = DatabaseError.self
        #expect(throws: refused) {
            try database.transaction { () throws(DatabaseError) in
                try database.run("INSERT INTO notes VALUES ('a', 1)")
                _ = try Database(at: "/nowhere/at/all", layout: notes)
            }
        }
        #expect(try database.rows("SELECT * FROM notes").isEmpty)
        try database.transaction { () throws(DatabaseError) in
            try database.run("INSERT INTO notes VALUES ('a', 1)")
        }
        #expect(try database.rows("SELECT * FROM notes") == [[.text("a"), .integer(1)]])
    }

    @Test(
        "what is no memory of this kind is refused, and left as it is",
        arguments: ["no database", "another program's", "another kind", "a later version", "cut"])
    func refused(_ which: String) throws {
        let path = try path(which)
        let expected: DatabaseError.Problem
        switch which {
        case "no database":
            try String(repeating: "figures\n", count: 200).write(
                toFile: path, atomically: true, encoding: .utf8)
            expected = .noDatabase
        case "another program's":
            // A file as any program makes it: tables, and no kind.
            _ = try Database(at: path, layout: notes)
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes.replaceSubrange(68..<72, with: [0, 0, 0, 0])  // where SQLite keeps the application's id
            try bytes.write(to: URL(filePath: path))
            expected = .foreign(wanted: "notes")
        case "another kind":
            _ = try Database(
                at: path,
                layout: .init("songs", kind: "HbSo", version: 1, statements: ["CREATE TABLE songs (a)"]))
            expected = .foreign(wanted: "notes")
        case "a later version":
            _ = try Database(
                at: path, layout: .init("notes", kind: "HbNo", version: 7, statements: notes.statements))
            expected = .otherVersion(7, known: 1)
        default:
            _ = try Database(at: path, layout: notes)
            let bytes = try Data(contentsOf: URL(filePath: path))
            try bytes.prefix(4_096 + 100).write(to: URL(filePath: path))
            expected = .damaged
        }
        let before = try Data(contentsOf: URL(filePath: path))
        let error = #expect(throws: DatabaseError.self) { try Database(at: path, layout: notes) }
        #expect(error?.problem == expected)
        #expect(error?.message.hasPrefix("\(path): ") == true)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }
}
