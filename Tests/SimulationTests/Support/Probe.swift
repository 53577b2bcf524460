import Foundation
import Testing

/// The program `kernel-probe`, started as a child process.
struct Probe {
    enum Build: String {
        case debug, release
    }

    struct Outcome {
        let output: String
        let errors: String
        let exitCode: Int32
    }

    static func run(_ arguments: String..., build: Build = .release) throws -> Outcome {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let program = root.appendingPathComponent(".build/\(build.rawValue)/kernel-probe")
        try #require(
            FileManager.default.isExecutableFile(atPath: program.path),
            "there is no \(build.rawValue) build of kernel-probe; `make test` makes both")
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
