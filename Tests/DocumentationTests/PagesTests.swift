import Foundation
import Testing

extension Documentation {
    static let pages = [
        "five-minutes", "reading-a-report", "writing-a-scenario", "what-is-modelled", "chaos",
    ]
    .map { "docs/\($0).md" }

    /// `make docs` sets `HUBBUB_DOCS=all`, for what takes more than some seconds too; `HUBBUB_DOCS=record`
    /// writes the outputs anew, to be reviewed, and fails.
    @Test("each command of a page runs, and prints what the page shows", arguments: pages)
    func page(_ page: String) throws {
        let manner = ProcessInfo.processInfo.environment["HUBBUB_DOCS"]
        var commands = try Commands(page)
        let runs = try commands.run(slow: manner != nil)
        for run in runs {
            #expect(run.wrong == [], "\(page)")
            guard let shown = run.block.output, manner != "record" else { continue }
            #expect(
                Commands.masked(run.output) == Commands.masked(shown),
                "\(page): \(run.block.commands.map(\.line))")
        }
        guard manner == "record" else { return }
        try commands.record(runs.map { ($0.block, $0.output) })
        Issue.record("recorded \(page): look at the difference")
    }

    @Test("pages lead to pages and files that are there")
    func links() throws {
        let folder = Example.root.appendingPathComponent("docs")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".md")
        }
        for name in names.sorted() {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            for link in text.matches(of: /\]\(([^):#]+)(?:#[^)]*)?\)/) {
                let target = folder.appendingPathComponent(String(link.1)).standardizedFileURL
                #expect(FileManager.default.fileExists(atPath: target.path), "\(name): \(link.1)")
            }
        }
        let index = try String(contentsOf: folder.appendingPathComponent("README.md"), encoding: .utf8)
        for name in names where name != "README.md" { #expect(index.contains("](\(name))"), "\(name)") }
    }
}
