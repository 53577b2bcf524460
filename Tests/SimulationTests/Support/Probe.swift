import Foundation
import Testing

/// The program `kernel-probe`, started as a child process.
struct Probe {
    enum Build {
        case debug, release
    }

    struct Outcome {
        let output: String
        let errors: String
        let exitCode: Int32
    }

    static func run(_ arguments: String..., build: Build = .release) throws -> Outcome {
        let program =
            switch build {
            case .debug:
                URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                    .deletingLastPathComponent().deletingLastPathComponent()
                    .appending(path: ".build/debug/kernel-probe")
            case .release:  // built with the tests, and beside them
                URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
                    .appending(path: "kernel-probe")
            }
        try #require(
            FileManager.default.isExecutableFile(atPath: program.path),
            "there is no \(program.path); `make test` makes it")
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // Neither pipe ever holds more than it can take, so they can be read one after the other.
        let outputText = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errorText = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(output: outputText, errors: errorText, exitCode: process.terminationStatus)
    }
}
