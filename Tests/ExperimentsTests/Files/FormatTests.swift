import Chat
import Experiments
import Foundation
import Testing
import Vocabulary

@Suite("experiments: the format as data")
struct FormatTests {
    private func object(_ any: Any?) -> [String: Any] { any as? [String: Any] ?? [:] }

    private func schema() throws -> [String: Any] {
        object(try JSONSerialization.jsonObject(with: Data(Schema.document(designs: TestDesigns.all).utf8)))
    }

    /// What stands at a path of the schema, with the roles of the first design under `topology`, and its acts.
    private func piece(_ path: String, in schema: [String: Any]) -> [String: Any] {
        var here = schema
        for (position, name) in path.split(separator: ".").enumerated() {
            if position == 0, ["topology", "script"].contains(name) {
                let rule = object((schema["allOf"] as? [Any])?.first)
                here = object(object(object(rule["then"])["properties"])[String(name)])
                continue
            }
            if let items = here["items"] { here = object(items) }
            if name == "NAME" { continue }
            here =
                name == "KEY"
                ? object(here["additionalProperties"]) : object(object(here["properties"])[String(name)])
        }
        return here
    }

    @Test("the schema knows each path that the description has, with its sentence and its type")
    func paths() throws {
        let schema = try schema()
        let paths = ScenarioFormat.paths(for: TestDesigns.post)
        #expect(paths.count > 100)
        for path in paths where !path.hasSuffix("KEY") && !path.hasSuffix("NAME") {
            let piece = piece(path, in: schema)
            #expect(piece["description"] is String, "\(path)")
            #expect(piece["type"] != nil || piece["enum"] != nil || piece["anyOf"] != nil, "\(path)")
        }
    }

    @Test("each value of a scenario stands where the schema allows it, and looks as it says")
    func values() throws {
        let schema = try schema()
        for value in TestDesigns.load(TestDesigns.full).values {
            let steps = value.path.split(separator: ".").map(String.init)
            var path: [String] = []
            for step in steps { path.append(step.contains("[") ? String(step.prefix { $0 != "[" }) : step) }
            if ["load", "faults"].contains(path[0]) { path[1] = "NAME" }
            if path[0] == "script" { path.insert("NAME", at: 1) }
            if ["thresholds", "healthy", "random", "invariants"].contains(path[0]) { continue }
            for table in ["devices", "regions", "sizes", "access", "links"] {
                if let index = path.firstIndex(of: table) { path[index + 1] = "KEY" }
            }
            let piece = piece(path.joined(separator: "."), in: schema)
            #expect(!piece.isEmpty, "\(path)")
            if let pattern = piece["pattern"] as? String {
                #expect(
                    try value.text.contains(Regex(pattern)), "\(value.path): \(value.text) is not \(pattern)")
            }
        }
    }

    @Test("each design's scripts have its own acts, one to an element, and what belongs to them")
    func acts() throws {
        let schema = try schema()
        func script(_ design: Int) -> [String: Any] {
            let rule = object((schema["allOf"] as? [Any])?[design])
            return object(object(object(object(rule["then"])["properties"])["script"])["items"])
        }
        #expect(
            object(object(script(0)["properties"])["tip"])["description"] as? String
                == "gives money (a count, as in 200k; 0 to 1000000000000)")
        #expect(object(script(1)["properties"])["tip"] == nil)
        #expect(object(script(1)["properties"])["send"] != nil)
        #expect(object(script(0)["else"])["maxProperties"] as? Int == 3)
        #expect(object(script(0)["else"])["minProperties"] as? Int == 3)
        #expect(object(script(0)["then"])["maxProperties"] as? Int == 4)  // with the device
        let go = object(object(script(0)["properties"])["go"])
        #expect(go["enum"] as? [String] == ["offline", "online"])
        let none = object(object(script(0)["properties"])["add-device"])["enum"] as? [Any]
        #expect(none?.count == 2)
        #expect(none?.first is NSNull)  // as `add-device:` is to an editor
    }

    @Test("only what a file cannot do without is required, and an extension needs nothing")
    func required() throws {
        let schema = try schema()
        #expect(
            object(schema["then"])["required"] as? [String] == [
                "hubbub", "name", "design", "seed", "duration", "users",
            ])
        #expect(object(object(schema["if"])["not"])["required"] as? [String] == ["extends"])
        #expect(object(object(schema["properties"])["users"])["required"] as? [String] == ["count"])
    }

    @Test("every default of the description is a value of its key")
    func defaults() {
        var checked = 0
        for role in TestDesigns.post.roles {
            for knob in role.settings.knobs {
                #expect((try? knob.read(knob.usual)) == knob.usual, "\(role.name).\(knob.name)")
                checked += 1
            }
        }
        #expect(checked == 11)  // nine of chat-host, two of recipient-log
    }

    @Test("findings are data too")
    func json() throws {
        let findings = TestDesigns.load(TestDesigns.least("warmpu: 1m")).findings
        let array =
            try JSONSerialization.jsonObject(with: Data(findings.json.document.utf8)) as? [[String: Any]]
        let first = try #require(array?.first)
        #expect(first["severity"] as? String == "error")
        #expect(first["line"] as? Int == 8)
        #expect(first["column"] as? Int == 1)
        #expect(first["hint"] as? String == "did you mean 'warmup'?")
    }
}
