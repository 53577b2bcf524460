import Foundation
import Testing

/// A recorded text beside the tests. Where there is none it is recorded, and the run fails, so that nobody
/// takes a recording for a test: delete the file to record it anew, and review it like code.
func expectSnapshot(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws
{
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Snapshots/\(name)")
    guard let recorded = try? String(contentsOf: file, encoding: .utf8) else {
        try text.write(to: file, atomically: true, encoding: .utf8)
        Issue.record("recorded \(name); look at it", sourceLocation: sourceLocation)
        return
    }
    let (now, before) = (text.split(separator: "\n"), recorded.split(separator: "\n"))
    let line = zip(now, before).first { $0 != $1 }
    #expect(
        text == recorded, "\(name): was \(line?.1 ?? "of another length"), is \(line?.0 ?? "")",
        sourceLocation: sourceLocation)
}

/// What a text holds between two marks, the first time.
func between(_ start: String, _ end: String, in text: String) -> String? {
    guard let from = text.range(of: start),
        let to = text.range(of: end, range: from.upperBound..<text.endIndex)
    else {
        return nil
    }
    return String(text[from.upperBound..<to.lowerBound])
}

/// What a child process wrote to its standard output, and how it ended.
func run(_ tool: String, _ arguments: [String]) throws -> (output: String, code: Int32) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (String(decoding: data, as: UTF8.self), process.terminationStatus)
}
