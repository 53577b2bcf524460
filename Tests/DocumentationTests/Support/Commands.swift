import Foundation

/// The commands of a page, in its order: those of the blocks that are marked `sh`, with what stands below
/// them as their output.
///
///     ```sh
///     hubbub run Scenarios/single-server/crash.yaml
///     ```
///     ```text
///     hubbub run crash · single-server · …
///     ```
///
/// `sh slow` marks what takes more than some seconds. Lines that begin with `hubbub` are run, in one folder
/// for each page, in which `Scenarios` is that of the repository; so one command may use what another left.
/// Other lines are for the reader's shell. `# exits with 1` behind a command is how it is to end; it is 0
/// without.
struct Commands {
    struct Block {
        var commands: [(line: String, code: Int32)]
        /// Nil where the page shows none.
        var output: String?
        var isSlow: Bool
        /// Of the lines between the fences of the output.
        var outputLines: Range<Int>?
    }

    let page: String
    private(set) var lines: [String]
    private(set) var blocks: [Block] = []

    init(_ page: String) throws {
        self.page = page
        let text = try String(contentsOf: Example.root.appendingPathComponent(page), encoding: .utf8)
        lines = text.components(separatedBy: "\n")
        var place = 0
        while place < lines.count {
            defer { place += 1 }
            guard lines[place] == "```sh" || lines[place] == "```sh slow" else { continue }
            let isSlow = lines[place].hasSuffix("slow")
            let end = self.end(from: place + 1)
            let commands = lines[(place + 1)..<end].filter { $0.hasPrefix("hubbub ") }.map(Self.command)
            var block = Block(commands: commands, output: nil, isSlow: isSlow)
            place = end
            if place + 1 < lines.count, lines[place + 1] == "```text" {
                let last = self.end(from: place + 2)
                block.outputLines = place + 2..<last
                block.output = lines[place + 2..<last].joined(separator: "\n")
                place = last
            }
            blocks.append(block)
        }
    }

    private func end(from first: Int) -> Int { lines[first...].firstIndex(of: "```") ?? lines.count }

    private static func command(_ line: String) -> (line: String, code: Int32) {
        let parts = line.components(separatedBy: "#")
        let code = parts.dropFirst().last?.firstMatch(of: /exits with (\d+)/).flatMap { Int32($0.1) } ?? 0
        return (parts[0].trimmingCharacters(in: .whitespaces), code)
    }

    /// What each page that is run comes to, in a folder of its own: the output of each block, and what went
    /// wrong with its commands.
    func run(slow: Bool) throws -> [(block: Block, output: String, wrong: [String])] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hubbub-page-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createSymbolicLink(
            at: folder.appendingPathComponent("Scenarios"),
            withDestinationURL: Example.root.appendingPathComponent("Scenarios"))
        for file in try Example.files(of: page) {
            let place = folder.appendingPathComponent(file.path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try file.text.write(to: place, atomically: true, encoding: .utf8)
        }
        return try blocks.filter { slow || !$0.isSlow }.map { block in
            var (output, wrong) = ("", [String]())
            for command in block.commands {
                let result = try Self.shell(command.line, in: folder)
                output += result.output
                if result.code != command.code {
                    wrong.append("`\(command.line)` exits with \(result.code): \(result.errors.suffix(600))")
                }
            }
            return (block, output.trimmingCharacters(in: .newlines), wrong)
        }
    }

    private static func shell(_ line: String, in folder: URL) throws -> (
        output: String, errors: String, code: Int32
    ) {
        let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", line]
        process.currentDirectoryURL = folder
        process.environment = [
            "PATH": "\(products.path):/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder.path,
        ]
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let wrong = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (text, wrong, process.terminationStatus)
    }

    /// Without what depends on the machine: how long it took and how much memory.
    static func masked(_ text: String) -> String {
        text.replacing(/in [0-9.hms]+(?:us|ms|s|m|h), [0-9.]+ [kMG]?B/, with: "in …, …")
            .replacing(/about [0-9.]+(?:us|ms|s|m)\b[^,\n]*/, with: "about …")
    }

    /// The page with what its commands print now.
    mutating func record(_ outputs: [(block: Block, output: String)]) throws {
        for (block, output) in outputs.reversed() {
            guard let range = block.outputLines else { continue }
            lines.replaceSubrange(range, with: output.components(separatedBy: "\n"))
        }
        try lines.joined(separator: "\n").write(
            to: Example.root.appendingPathComponent(page), atomically: true, encoding: .utf8)
    }
}
