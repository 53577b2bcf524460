import Experiments
import Foundation
import Testing
import Vocabulary

/// Files with a mistake that people make, each beside the words that they get for it.
///
/// `HUBBUB_RECORD=1` writes what is said now; such a run fails, so that recorded words are read before they
/// are kept.
@Suite("experiments: broken files")
struct BrokenFilesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Broken")

    private static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".yaml") && !$0.hasPrefix("base-") }
            .map { String($0.dropLast(5)) }.sorted()
    }

    /// The file's own first line may hold options: `# --set seed=x --set duration=3`.
    private static func said(about name: String) throws -> String {
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "\(name).yaml")))
        let first = String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        let overrides = first.components(separatedBy: "--set ").dropFirst().map { option in
            let parts = option.trimmingCharacters(in: .whitespaces).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return Override(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        }
        let loader = ScenarioLoader(designs: TestDesigns.all, overrides: Array(overrides)) {
            (path) throws(Misreading) in
            guard let data = try? Data(contentsOf: folder.appending(path: path)) else {
                throw Misreading("there is no such file")
            }
            return [UInt8](data)
        }
        return loader.load(bytes, from: "\(name).yaml").findings.text
    }

    @Test("each is refused with the words that stand beside it")
    func expected() throws {
        let records = ProcessInfo.processInfo.environment["HUBBUB_RECORD"] == "1"
        let names = try Self.names()
        #expect(names.count >= 120)
        for name in names {
            let file = Self.folder.appending(path: "\(name).expected")
            let said = try Self.said(about: name)
            if records {
                try said.write(to: file, atomically: true, encoding: .utf8)
            } else {
                let expected = try? String(contentsOf: file, encoding: .utf8)
                #expect(said == expected, "\(name).yaml")
                #expect(
                    said.contains(": error: ") || said.contains(": warning: "), "\(name).yaml is not broken")
            }
        }
        #expect(!records, "recorded; read what was written, then run again")
    }

    @Test("no words stand beside a file that is not there")
    func orphans() throws {
        let names = Set(try Self.names())
        let expected = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
            .filter { $0.hasSuffix(".expected") }.map { String($0.dropLast(9)) }
        #expect(expected.filter { !names.contains($0) } == [])
    }
}
