import Foundation
import HubbubCommand
import Results

/// A scenario in a folder of its own, and the command line on it.
struct Site {
    let folder: Folder
    let file: String

    init(_ scenario: String = quietPeople) throws {
        folder = try Folder()
        file = try folder.file("a.yaml", scenario)
    }

    func run(
        _ words: String = "", isWatched: Bool = false, variables: [String: String] = [:],
        interruption: Interruption = .never, player: @escaping Player = { $0.run($1) }
    ) -> Hubbub {
        command(
            "run", words, isWatched: isWatched, variables: variables, interruption: interruption,
            player: player)
    }

    func command(
        _ name: String, _ words: String = "", on path: String? = nil, isWatched: Bool = false,
        variables: [String: String] = [:], interruption: Interruption = .never,
        player: @escaping Player = { $0.run($1) }
    ) -> Hubbub {
        let out = name == "run" ? ["--out", folder("out")] : []
        return Hubbub(
            [name, path ?? file] + out + words.split(separator: " ").map(String.init),
            isWatched: isWatched, variables: variables, interruption: interruption, player: player)
    }

    /// The folder of the newest result.
    func latest(_ name: String? = nil, of scenario: String = "quiet-people") -> String {
        folder("out/\(scenario)/latest" + (name.map { "/\($0)" } ?? ""))
    }

    /// Has the newest result be another one, as a Hubbub that comes to something else would write it.
    func rewrite(_ change: (inout RunResult) -> Void) throws {
        var result = try result()
        change(&result)
        try ResultFile.text(of: result).write(
            toFile: latest("result.json"), atomically: true, encoding: .utf8)
    }

    func result() throws -> RunResult {
        try ResultFile.result(
            parsing: String(contentsOfFile: latest("result.json"), encoding: .utf8), file: "result.json")
    }
}
