import Foundation
import Testing

extension Documentation {
    @Test("the readme's example is a program, and prints what the readme says")
    func readme() throws {
        let readme = try String(contentsOf: Example.root.appendingPathComponent("README.md"), encoding: .utf8)
        let block = try #require(readme.components(separatedBy: "```swift\n").dropFirst().first)
        let code = try #require(block.components(separatedBy: "```").first)
        let package = """
            // swift-tools-version: 6.2
            import PackageDescription
            let package = Package(
                name: "readme", dependencies: [.package(name: "hubbub", path: "\(Example.root.path)")],
                targets: [.executableTarget(
                    name: "readme",
                    dependencies: [
                        .product(name: "Simulation", package: "hubbub"), .product(name: "Vocabulary", package: "hubbub"),
                    ], path: ".")])
            """
        let run = try Example("readme", files: [("Package.swift", package), ("main.swift", code)]).run()
        #expect(run.output == "answered at 40ms\nreached its end\n")
        #expect(run.code == 0)
    }
}
