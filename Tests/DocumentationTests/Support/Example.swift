import Foundation
import Testing

/// A program that a page shows: a package of its own, which depends on this one.
///
/// All examples are built in one folder that stays, so that the rooms they need are built once, and only when
/// they have changed.
struct Example {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    let folder: URL

    /// - Parameter files: by their paths in the package.
    init(_ name: String, files: [(path: String, text: String)]) throws {
        folder = Self.root.appendingPathComponent(".build/examples/\(name)")
        try? FileManager.default.removeItem(at: folder)
        for file in files {
            let place = folder.appendingPathComponent(file.path)
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try file.text.write(to: place, atomically: true, encoding: .utf8)
        }
    }

    /// The blocks of a page that begin with a comment which says where they belong.
    static func files(of page: String) throws -> [(path: String, text: String)] {
        let text = try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
        let parts = text.components(separatedBy: "```")
        return parts.indices.filter { $0 % 2 == 1 }.compactMap { place in
            let lines = parts[place].split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
            guard let path = lines.first?.firstMatch(of: /^(?:\/\/|#) (\S+\.(?:swift|yaml))$/)?.1 else {
                return nil
            }
            return (String(path), lines.dropFirst().joined(separator: "\n"))
        }
    }

    /// What it printed, and how it ended.
    func run(_ arguments: String...) throws -> (output: String, code: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.currentDirectoryURL = folder
        process.arguments =
            [
                "swift", "run", "--quiet", "--scratch-path",
                Self.root.appendingPathComponent(".build/examples/build").path, folder.lastPathComponent,
            ] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (output, process.terminationStatus)
    }
}
