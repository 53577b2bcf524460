import Foundation

/// What the table needs of a scenario file, and what stands in its comment:
///
///     # availability.service: 100 %, because gateways and logs do not know of the crash.
///     #
///     # It fails with --set users.count=300 --set topology.host-registry.session=5m: nobody gives up the host.
struct ScenarioPage {
    let file: URL
    let name: String
    let title: String
    let people: Int
    /// Why the availability is what it is; empty where nothing breaks.
    let availability: String
    /// As a shell would take it, and as words.
    let failsWith: String
    let changes: [String]

    struct Problem: Error, CustomStringConvertible { let description: String }

    init(at file: URL) throws {
        self.file = file
        let text = try String(contentsOf: file, encoding: .utf8)
        func value(_ pattern: Regex<(Substring, Substring)>, _ what: String) throws -> String {
            guard let match = text.firstMatch(of: pattern.anchorsMatchLineEndings()) else {
                throw Problem(description: "\(file.lastPathComponent): there is no \(what)")
            }
            return String(match.1)
        }
        name = try value(#/^name: (.*)$/#, "name")
        title = try value(#/^title: (.*)$/#, "title")
        people = try Int(value(#/^  count: ([0-9]+)$/#, "users.count")) ?? 0
        let line = try value(#/^# It fails with (--set .*)$/#, "line '# It fails with --set KEY=VALUE'")
        let values = line.matches(of: #/--set ('[^']*'|\S+)/#)
            .map { $0.1.trimmingCharacters(in: [":", ".", ",", ";"]) }
        failsWith = values.map { "--set \($0)" }.joined(separator: " ")
        changes = values.flatMap { ["--set", $0.trimmingCharacters(in: ["'"])] }
        let comment = text.split(separator: "hubbub: 1", maxSplits: 1)[0]
        let mark = "# availability.service: "
        availability =
            comment.split(separator: "\n#\n").first { $0.hasPrefix(mark) }
            .map { String($0.dropFirst(mark.count).replacing("\n# ", with: " ")) } ?? ""
    }
}
