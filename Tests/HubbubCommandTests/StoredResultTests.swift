import Foundation
import HubbubCommand
import Results
import Testing

@Suite("command line: results of before, and results that were changed")
struct StoredResultTests {
    /// A result as Hubbub wrote it when lines, paths and the command were in it.
    private static func former() throws -> Folder {
        let samples = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Samples/format-1")
        let folder = try Folder()
        for name in ["result.json", "machine.json"] {
            try FileManager.default.copyItem(
                atPath: samples.appending(path: name).path, toPath: folder(name))
        }
        return folder
    }

    @Test("format 1 is still read by report, explain and replay")
    func former() throws {
        let folder = try Self.former()
        let reported = Hubbub(["report", folder.path])
        #expect(reported == Hubbub(out: "\(folder("report.html"))\n", code: .held))
        #expect(
            try folder.text("report.html").contains("<code id=\"command\">hubbub run few-people.yaml</code>"))
        let explained = Hubbub(["explain", folder.path])
        #expect(explained.code == .held)
        #expect(explained.err == "")
        #expect(explained.out.hasSuffix("  hubbub run few-people.yaml\n"), "\(explained.out)")
        let replayed = Hubbub(["replay", folder.path])
        // Another build may come to another result, and this one may have keys that were not there then.
        #expect([.held, .inconclusive].contains(replayed.code))
        #expect(replayed.out.hasPrefix("hubbub run few-peo~ - single-~ - seed 42 - digest "))
        #expect(
            replayed.err.hasPrefix(
                "hubbub: the result was made by another build (executable e4e3-86f1-6ec7-5133); this is "),
            "\(replayed.err)")
    }

    /// Whoever changes a word changes what the file is.
    @Test("a result that was changed by hand is said to be, by report, explain and replay alike")
    func altered() throws {
        let site = try Site()
        _ = site.run()
        let path = site.latest("result.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let changed = text.replacing("\"title\": \"Ten people", with: "\"title\": \"Two people")
        #expect(changed != text)
        try changed.write(toFile: path, atomically: true, encoding: .utf8)
        let word =
            "hubbub: \(path) was changed after the run wrote it: what it says is not what the run came to; "
            + "`hubbub run \(site.file)` plays it anew\n"
        for (command, code) in [("report", ExitCode.held), ("explain", .held), ("replay", .badFile)] {
            let ended = site.command(command, on: site.latest())
            #expect(ended.err == word, "\(command): \(ended.err)")
            #expect(ended.code == code, "\(command)")
        }
        let again = site.run()
        #expect(again.code == .cannotCreate)
        #expect(
            again.err.hasSuffix(
                " is there already, and its result was changed after a run wrote it\n"
                    + "  delete that folder, or write elsewhere with --out DIR\n"), "\(again.err)")
    }
}
