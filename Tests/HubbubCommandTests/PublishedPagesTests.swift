import Foundation
import HubbubCommand
import Testing

@Suite("command line: published pages")
struct PublishedPagesTests {
    /// What `make published` writes, made again from the scenario: without what differs from machine to
    /// machine.
    @Test(
        "are what their scenarios give today",
        arguments: [
            "single-server/partition", "single-server/crash", "single-server/overload",
            "sender-service/zone-partition",
        ])
    func areCurrent(scenario: String) throws {
        let difference = difference(of: try page(of: scenario), from: try published(scenario))
        #expect(difference == nil, "`make published` makes the pages anew")
    }

    /// It is too long to be played again here: what is set is compared, without how many people there are.
    @Test("the page of 100,000 people is of the scenario that ships")
    func large() throws {
        func listing(_ page: String) -> [Substring] {
            let start = page.range(of: "<pre class=\"listing\">")!.upperBound
            let lines = page[start...].split(separator: "\n")
            return lines.prefix { !$0.contains("</pre>") }.filter { !$0.contains(">  count: ") }
        }
        let lines = listing(try published("sender-service/100k"))
        #expect(lines.count > 300)
        #expect(
            lines == listing(try page(of: "sender-service/100k", "--set", "users.count=300")),
            "`make published` makes the pages anew")
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func name(of scenario: String) -> Substring { scenario.split(separator: "/")[1] }

    private func published(_ scenario: String) throws -> String {
        try String(
            contentsOf: Self.root.appending(path: "Reports/published/\(name(of: scenario)).html"),
            encoding: .utf8)
    }

    private func page(of scenario: String, _ more: String...) throws -> String {
        let folder = try Folder()
        let run = Self.root.appending(path: "Scenarios/\(scenario).yaml").path(percentEncoded: false)
        _ = Hubbub(["run", run, "--quiet", "--out", folder.path] + more)
        let latest = "\(folder.path)/\(name(of: scenario))/latest"
        try FileManager.default.removeItem(atPath: "\(latest)/machine.json")
        #expect(Hubbub(["report", latest]).code == .held)
        return try String(contentsOfFile: "\(latest)/report.html", encoding: .utf8)
    }
}
