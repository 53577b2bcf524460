import Chat
import Designs
import Experiments
import Foundation
import Testing
import Vocabulary

/// What of JSON Schema (draft 7) the scenario schema uses, as an editor goes by it.
struct SchemaCheck {
    private var patterns: [String: Regex<AnyRegexOutput>] = [:]  // looked up only, never iterated

    /// Whether a document is right by a schema.
    mutating func accepts(_ document: JSON, _ schema: JSON) throws -> Bool {
        guard case .object(let keywords) = schema else { return true }
        func keyword(_ name: String) -> JSON? { keywords.first { $0.0 == name }?.1 }
        if let condition = keyword("if") {
            let branch = keyword(try accepts(document, condition) ? "then" : "else")
            if let branch, try !accepts(document, branch) { return false }
        }
        for (name, value) in keywords where try !holds(name, value, document, keywords) { return false }
        return true
    }

    private mutating func holds(
        _ name: String, _ value: JSON, _ document: JSON, _ keywords: [(String, JSON)]
    ) throws -> Bool {
        switch (name, value, document) {
        case ("type", .string(let type), _): return fits(document, type)
        case ("type", .array(let types), _):
            return types.contains { if case .string(let type) = $0 { fits(document, type) } else { false } }
        case ("enum", .array(let values), _): return values.contains { $0.line == document.line }
        case ("const", _, _): return value.line == document.line
        case ("not", _, _): return try !accepts(document, value)
        case ("allOf", .array(let all), _): return try all.allSatisfy { try accepts(document, $0) }
        case ("anyOf", .array(let all), _): return try all.contains { try accepts(document, $0) }
        case ("oneOf", .array(let all), _): return try all.count { try accepts(document, $0) } == 1
        case ("pattern", .string(let pattern), .string(let text)):
            if patterns[pattern] == nil { patterns[pattern] = try Regex(pattern) }
            return try patterns[pattern]?.firstMatch(in: text) != nil
        case ("minimum", _, _): return number(document).map { $0 >= number(value)! } ?? true
        case ("maximum", _, _): return number(document).map { $0 <= number(value)! } ?? true
        case ("items", _, .array(let elements)): return try elements.allSatisfy { try accepts($0, value) }
        case ("required", .array(let names), .object(let entries)):
            return names.allSatisfy { name in entries.contains { JSON.string($0.0).line == name.line } }
        case ("properties", .object(let properties), .object(let entries)):
            return try entries.allSatisfy { entry in
                guard let property = properties.first(where: { $0.0 == entry.0 }) else { return true }
                return try accepts(entry.1, property.1)
            }
        case ("additionalProperties", _, .object(let entries)):
            guard case .object(let known)? = keywords.first(where: { $0.0 == "properties" })?.1 else {
                return try entries.allSatisfy { try accepts($0.1, value) }
            }
            return try entries.allSatisfy { entry in
                try known.contains { $0.0 == entry.0 } || accepts(entry.1, value)
            }
        case ("propertyNames", _, .object(let entries)):
            return try entries.allSatisfy { try accepts(.string($0.0), value) }
        case ("minProperties", .integer(let least), .object(let entries)): return entries.count >= least
        case ("maxProperties", .integer(let most), .object(let entries)): return entries.count <= most
        default: return true
        }
    }

    private func fits(_ document: JSON, _ type: String) -> Bool {
        switch (type, document) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool),
            ("integer", .integer), ("number", .integer), ("number", .number), ("null", .null):
            true
        default: false
        }
    }

    private func number(_ json: JSON) -> Double? {
        switch json {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        default: nil
        }
    }
}

@Suite("experiments: the schema of scenario files")
struct SchemaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("the schema that ships is that of the code")
    func shipped() throws {
        let file = Self.root.appending(path: "schema/hubbub-1.schema.json")
        let text = Schema.document(designs: [SingleServer.sheet, SenderService.sheet])
        let shipped = try? String(contentsOf: file, encoding: .utf8)
        if shipped == nil { try text.write(to: file, atomically: true, encoding: .utf8) }
        #expect(shipped == text, "delete schema/hubbub-1.schema.json to have it written anew")
    }

    /// The path is relative to the scenario, as editors take it.
    @Test("every scenario that ships names the schema in its first line, and is right by it")
    func scenarios() throws {
        let schema = try JSON(parsing: Schema.document(designs: [SingleServer.sheet, SenderService.sheet]))
        let folder = Self.root.appending(path: "Scenarios")
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") }.sorted()
        #expect(names.count >= 13)
        var check = SchemaCheck()
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            let first = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
            let up = String(repeating: "../", count: name.split(separator: "/").count)
            #expect(
                first == "# yaml-language-server: $schema=\(up)schema/hubbub-1.schema.json", "\(name)")
            let document = try #require(plainDocument(bytes), "\(name)")
            #expect(try check.accepts(document, schema), "\(name)")
        }
    }

    /// In the place of the small design one with a role that each kind of fault can hit, and with one that calls it.
    @Test("it takes all that the format has")
    func full() throws {
        let parts = ["leader-loss", "rebalance", "flush", "evict", "stale", "configuration"]
        let able = DesignSheet(
            TestDesigns.echo.name, "All can go wrong",
            roles: [RoleSheet("server", "Answers", faults: parts), RoleSheet("other", "Asks")],
            checksCredentials: true)
        let schema = try JSON(parsing: Schema.document(designs: [TestDesigns.post, able]))
        var check = SchemaCheck()
        let faults = ScenarioFormat.faults.map {
            "  - { name: f, at: 1m, \($0.name): { \($0.example) } }"
        }.joined(separator: "\n")
        let all = TestDesigns.least("faults:\n\(faults)").replacing(
            "design: post-office", with: "design: echo")
        for text in [TestDesigns.full, TestDesigns.least(), all] {
            let document = try #require(plainDocument(Array(text.utf8)))
            #expect(try check.accepts(document, schema), "\(text)")
        }
    }

    /// A schema knows neither which names there are, nor what belongs together.
    @Test("of the broken files it refuses four in five")
    func broken() throws {
        let schema = try JSON(parsing: Schema.document(designs: TestDesigns.all))
        let folder = Self.root.appending(path: "Tests/ExperimentsTests/Broken")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("base-") }.sorted()
        var check = SchemaCheck()
        var accepted: [String] = []
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
            // What options say no editor sees, and a warning is no mistake.
            let said = try String(
                contentsOf: folder.appending(path: name.dropLast(5) + ".expected"), encoding: .utf8)
            guard !bytes.starts(with: Array("# --set".utf8)), said.contains(": error: ") else { continue }
            guard let document = plainDocument(bytes) else { continue }
            if try check.accepts(document, schema) { accepted.append(name) }
        }
        let share = 100 * accepted.count / names.count
        #expect(
            share <= 20,
            "\(accepted.count) of \(names.count) are accepted: \(accepted.joined(separator: " "))")
    }
}
