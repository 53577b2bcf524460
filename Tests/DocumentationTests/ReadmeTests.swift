import Foundation
import Testing

/// The readme's example is a program, and prints what the readme says.
@Suite("readme")
struct ReadmeTests {
    @Test("its example builds as a package of its own that depends on this one, and prints what it says")
    func example() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let block = try #require(readme.components(separatedBy: "```swift\n").dropFirst().first)
        let code = try #require(block.components(separatedBy: "```").first)

        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hubbub-readme-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try code.write(to: folder.appendingPathComponent("main.swift"), atomically: true, encoding: .utf8)
        let package = """
            // swift-tools-version: 6.2
            import PackageDescription
            let package = Package(
                name: "example", dependencies: [.package(name: "hubbub", path: "\(root.path)")],
                targets: [.executableTarget(
                    name: "example",
                    dependencies: [
                        .product(name: "Simulation", package: "hubbub"), .product(name: "Vocabulary", package: "hubbub"),
                    ], path: ".")])
            """
        try package.write(
            to: folder.appendingPathComponent("Package.swift"), atomically: true, encoding: .utf8)

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["swift", "run", "--quiet", "--package-path", folder.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(printed == "answered at 40ms\nreached its end\n")
    }
}
