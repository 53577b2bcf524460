import Chat
import Designs
import Experiments
import Foundation
import Testing

/// What `docs/what-is-modelled.md` says of the faults that roles offer is what their sheets say.
@Suite("page on what is modelled")
struct FaultsInPartsPageTests {
    private static let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/what-is-modelled.md")

    @Test("each fault inside of parts stands there with the roles that offer it, or with none")
    func faults() throws {
        let lines = try String(contentsOf: Self.page, encoding: .utf8).components(separatedBy: "\n")
        let header = try #require(lines.firstIndex(of: "| fault | offered by |"))
        let rows = lines[(header + 2)...].prefix { $0.hasPrefix("|") }
        let roles = [SingleServer.sheet, SenderService.sheet].flatMap(\.roles)
        let expected = DesignChecks.faultsInParts.map { fault in
            let offering = roles.filter { $0.faults.contains(fault) }.map { "`\($0.name)`" }
            return "| `\(fault)` | \(offering.isEmpty ? "none" : offering.joined(separator: ", ")) |"
        }
        #expect(Array(rows) == expected)
    }
}
