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
    #expect(text == recorded, "\(name)", sourceLocation: sourceLocation)
}
