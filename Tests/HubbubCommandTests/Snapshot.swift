import Foundation
import Testing

/// A recorded text beside the tests. Where there is none it is recorded, and the run fails, so that nobody
/// takes a recording for a test: delete the file to record it anew, and review it like code.
func expectSnapshot(_ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws
{
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Snapshots/\(name)")
    guard let recorded = try? String(contentsOf: file, encoding: .utf8) else {
        try text.write(to: file, atomically: true, encoding: .utf8)
        Issue.record("recorded \(name); look at it", sourceLocation: sourceLocation)
        return
    }
    #expect(difference(of: text, from: recorded) == nil, "\(name)", sourceLocation: sourceLocation)
}

/// Where two texts begin to differ: the line, and what either has there; nil when they are the same.
func difference(of text: String, from recorded: String) -> String? {
    guard text != recorded else { return nil }
    let (now, before) = (
        text.split(separator: "\n", omittingEmptySubsequences: false),
        recorded.split(separator: "\n", omittingEmptySubsequences: false)
    )
    let line = zip(now, before).prefix { $0 == $1 }.count
    guard line < min(now.count, before.count) else {
        return
            "\(now.count) lines in place of \(before.count): the shorter one is the beginning of the longer one"
    }
    // Lines of pages may be very long.
    let start = max(0, zip(now[line], before[line]).prefix { $0 == $1 }.count - 40)
    func part(_ line: Substring) -> String { String(line.dropFirst(start).prefix(160)) }
    return
        "line \(line + 1) from character \(start + 1) on: was '\(part(before[line]))', is '\(part(now[line]))'"
}
