import Vocabulary

/// Findings about files in the form that code hosts and editors read, SARIF 2.1.0.
public enum SARIF {
    public static func text(of findings: [FileFinding], version: String) -> String {
        let rules = FileFinding.Severity.allCases.map { severity in
            JSON.object([("id", .string("scenario-\(severity.rawValue)"))])
        }
        let driver: [(String, JSON)] = [
            ("name", .string("hubbub")), ("version", .string(version)), ("rules", .array(rules)),
        ]
        let run: [(String, JSON)] = [
            ("tool", .object([("driver", .object(driver))])),
            ("columnKind", .string("unicodeCodePoints")),
            ("results", .array(findings.map(result))),
        ]
        return JSON.object([
            ("$schema", .string("https://json.schemastore.org/sarif-2.1.0.json")),
            ("version", .string("2.1.0")),
            ("runs", .array([.object(run)])),
        ]).document
    }

    private static func result(of finding: FileFinding) -> JSON {
        let region: [(String, JSON)] = [
            ("startLine", .integer(UInt64(finding.position.line))),
            ("startColumn", .integer(UInt64(finding.position.column))),
        ]
        let place: [(String, JSON)] = [
            ("artifactLocation", .object([("uri", .string(reference(finding.file)))])),
            ("region", .object(region)),
        ]
        return .object([
            ("ruleId", .string("scenario-\(finding.severity.rawValue)")),
            ("level", .string(finding.severity.rawValue)),
            ("message", .object([("text", .string(finding.message))])),
            ("locations", .array([.object([("physicalLocation", .object(place))])])),
        ])
    }

    /// A path as a relative reference: bytes that have a meaning in one, or no place, by their code.
    package static func reference(_ path: String) -> String {
        let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~/@+,="
        return path.utf8.map { byte in
            if plain.utf8.contains(byte) { return String(Unicode.Scalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
