import CYAML
import Foundation
import Testing

/// What `docs/ci.md` and `docs/clusters.md` show can be copied as it stands.
@Suite("pages on CI and clusters")
struct PagesOfCITests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The blocks of a page in a language, with the name in the comment of their first line.
    private func blocks(of page: String, _ language: String) throws -> [(name: String?, text: String)] {
        let text = try String(contentsOf: Self.root.appending(path: page), encoding: .utf8)
        let parts = text.components(separatedBy: "```")
        return parts.indices.filter { $0 % 2 == 1 && parts[$0].hasPrefix("\(language)\n") }.map { place in
            let lines = parts[place].split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
            let name = lines.first?.firstMatch(of: /^# (\S+)$/).map { String($0.1) }
            return (name, lines.joined(separator: "\n"))
        }
    }

    @Test("each YAML file is one, to libyaml", arguments: ["docs/ci.md", "docs/clusters.md"])
    func yaml(_ page: String) throws {
        let files = try blocks(of: page, "yaml")
        #expect(files.count >= 2)
        for file in files {
            var parser = yaml_parser_t()
            yaml_parser_initialize(&parser)
            defer { yaml_parser_delete(&parser) }
            let bytes = Array(file.text.utf8)
            let problem = bytes.withUnsafeBufferPointer { bytes -> String? in
                yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
                while true {
                    var event = yaml_event_t()
                    guard yaml_parser_parse(&parser, &event) == 1 else {
                        return "line \(parser.problem_mark.line + 1): \(String(cString: parser.problem))"
                    }
                    defer { yaml_event_delete(&event) }
                    if event.type == YAML_STREAM_END_EVENT { return nil }
                }
            }
            #expect(problem == nil, "\(page), \(file.name ?? "a block")")
        }
    }

    @Test("the shell version updates, checks, and fails where something became worse")
    func shell() throws {
        let script = try #require(try blocks(of: "docs/ci.md", "sh").first { $0.name == "ci/check.sh" })
        let folder = try Folder()
        try FileManager.default.createDirectory(
            atPath: folder("Scenarios"), withIntermediateDirectories: true)
        _ = try folder.file("check.sh", script.text)
        _ = try folder.file("Scenarios/quiet.yaml", quietPeople)
        func run(_ variables: [String: String] = [:]) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["check.sh"]
            process.currentDirectoryURL = URL(filePath: folder.path)
            let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
                .deletingLastPathComponent()
                .appending(path: "hubbub")
            process.environment = variables.merging(
                ["HUBBUB": program.path(), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]
            ) { $1 }
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        #expect(try run() == 66)
        #expect(try run(["UPDATE": "1"]) == 0)
        #expect(try run() == 0)
        #expect(try folder.text("check.md").hasPrefix("## ✓ Hubbub: nothing changed"))
        _ = try folder.file(
            "Scenarios/quiet.yaml", quietPeople + "topology: { server: { service-time: 200ms } }\n")
        #expect(try run() == 1)
        #expect(try folder.text("check.xml").contains("failures=\"1\""))
    }

    @Test("the script for Slurm is the one that is submitted")
    func slurm() throws {
        let shown = try #require(
            try blocks(of: "docs/clusters.md", "sh").first { $0.text.contains("#SBATCH") })
        let script = try String(
            contentsOf: Self.root.appending(path: "Tests/Slurm/sweep.sbatch"), encoding: .utf8)
        func lines(_ text: String) -> [Substring] {
            text.split(separator: "\n").filter {
                !$0.hasPrefix("#") || $0.hasPrefix("#SBATCH") || $0.hasPrefix("#!")
            }
        }
        #expect(lines(shown.text) == lines(script))
    }
}
