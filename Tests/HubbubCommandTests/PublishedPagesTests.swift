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
        let name = scenario.split(separator: "/")[1]
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = try Folder()
        let run = root.appending(path: "Scenarios/\(scenario).yaml").path(percentEncoded: false)
        _ = Hubbub(["run", run, "--quiet", "--out", folder.path])
        let latest = "\(folder.path)/\(name)/latest"
        try FileManager.default.removeItem(atPath: "\(latest)/machine.json")
        #expect(Hubbub(["report", latest]).code == .held)
        func page(_ path: String) throws -> String { try String(contentsOfFile: path, encoding: .utf8) }
        let published = root.appending(path: "Reports/published/\(name).html").path(percentEncoded: false)
        let difference = difference(of: try page("\(latest)/report.html"), from: try page(published))
        #expect(difference == nil, "`make published` makes the pages anew")
    }
}
