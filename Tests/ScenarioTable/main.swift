import Foundation

// Plays all scenarios of a folder twice, as they are and with the one change that each says it fails with, and writes
// what came of it into the table of the folder's README.
//
//     scenario-table hubbub Scenarios/sender-service [NAME...] [--at-most 5000]
//
// With names it plays these, and leaves the other lines as they are. With `--at-most` those with more people are
// played with so many, and the table says so. It ends with 1 when a scenario does not hold, or holds with its change too.

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(2)
}

var words = Array(CommandLine.arguments.dropFirst())
var limit: Int?
if let place = words.firstIndex(of: "--at-most") {
    guard words.indices.contains(place + 1), let count = Int(words[place + 1]) else {
        fail("--at-most takes how many people there are at most")
    }
    limit = count
    words.removeSubrange(place...(place + 1))
}
guard words.count >= 2 else { fail("usage: scenario-table HUBBUB FOLDER [NAME...] [--at-most N]") }
let player = Player(program: words[0])
let folder = URL(filePath: words[1])

do {
    let all = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        .filter { $0.hasSuffix(".yaml") }
        .map { try ScenarioPage(at: folder.appending(path: $0)) }
    let wanted = words.dropFirst(2)
    if let unknown = wanted.first(where: { name in !all.contains { $0.name == name } }) {
        fail("there is no \(unknown).yaml in \(folder.path)")
    }
    let pages = all.filter { wanted.isEmpty || wanted.contains($0.name) }
    var jobs: [Player.Job] = []
    for page in pages {
        let fewer = limit.flatMap { $0 < page.people ? ["--set", "users.count=\($0)"] : nil }
        jobs.append(.init(file: page.file.path, changes: fewer ?? []))
        jobs.append(.init(file: page.file.path, changes: page.changes))
    }
    let runs = try player.play(jobs)
    var rows: [TableRow] = []
    for (place, page) in pages.enumerated() {
        rows.append(TableRow(page, limit: limit, asItIs: runs[2 * place], changed: runs[2 * place + 1]))
    }
    let readme = folder.appending(path: "README.md")
    let text = try String(contentsOf: readme, encoding: .utf8)
    try ScenarioTable.replaced(in: text, by: rows, of: all.map(\.name))
        .write(to: readme, atomically: true, encoding: .utf8)
    let problems = rows.flatMap(\.problems)
    for problem in problems { print(problem) }
    print(
        "\(rows.count - Set(rows.filter { !$0.problems.isEmpty }.map(\.name)).count) of \(rows.count) as they say"
    )
    exit(problems.isEmpty ? 0 : 1)
} catch {
    fail("\(error)")
}
