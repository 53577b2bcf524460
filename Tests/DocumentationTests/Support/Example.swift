import Foundation
import Testing

/// A program that a page shows: a package of its own, which depends on this one.
///
/// All examples are built in one folder that stays, so that the rooms they need are built once, and only when
/// they have changed.
struct Example {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private static let build = root.appendingPathComponent(".build/examples/build")

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
        // What was planned for another example in the same folder may look as if it were of this one.
        let built = try launch(
            URL(fileURLWithPath: "/usr/bin/env"),
            [
                "swift", "build", "--quiet", "--disable-build-manifest-caching", "--scratch-path",
                Self.build.path, "--product", name,
            ])
        #expect(built.code == 0, "\(built.output)")
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
    func run(_ arguments: String...) throws -> (output: String, code: Int32) { try run(arguments) }

    func run(_ arguments: [String]) throws -> (output: String, code: Int32) {
        try launch(Self.build.appendingPathComponent("debug/\(folder.lastPathComponent)"), arguments)
    }

    private func launch(_ program: URL, _ arguments: [String]) throws -> (output: String, code: Int32) {
        let process = Process()
        process.executableURL = program
        process.currentDirectoryURL = folder
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (output, process.terminationStatus)
    }
}
