import Foundation
import MutantCatalogue
import Testing

/// The mistakes that `make mutants` plants fit the tree as it is.
@Suite("mutants")
struct MutantTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
    }

    @Test(
        "each has a place in the tree, beside all others in its file",
        arguments: ["Tests/Mutants", "Tests/Gate/Planted"])
    func places(folder: String) throws {
        let mutants = try Mutant.all(in: Self.root.appending(path: folder))
        var texts: [String: String] = [:]
        for (number, mutant) in mutants.enumerated() {
            do {
                texts[mutant.file] = try mutant.planted(
                    in: texts[mutant.file] ?? text(mutant.file), when: "chosenMutant == \(number + 1)")
            } catch {
                Issue.record("\(error)")
            }
        }
    }

    @Test("each names suites that are there")
    func suites() throws {
        let tests = Self.root.appending(path: "Tests")
        let names = try #require(FileManager.default.enumerator(atPath: tests.path))
            .compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }
            .map { try text("Tests/\($0)") }
            .flatMap { $0.matches(of: #/(?:struct|final class|extension) (\w+)/#).map { String($0.1) } }
        let known = Set(names)
        for mutant in try Mutant.all(in: tests.appending(path: "Mutants")) {
            #expect(!mutant.seenBy.isEmpty, "\(mutant.name)")
            for suite in mutant.seenBy { #expect(known.contains(suite), "\(mutant.name): \(suite)") }
        }
    }

    @Test("what is none says why")
    func broken() {
        for (text, problem) in [
            ("x\nfile: a\nseen by: B\nwas:\n  c", "m: there is no 'was:' with an 'is:' behind it"),
            ("x\nseen by: B\nwas:\n  c\nis:\n  MUTANT", "m: there is no line 'file: '"),
            ("x\nfile: a\nseen by: B\nwas:\n  c\nis:\n  d", "m: its 'is' does not ask for MUTANT"),
        ] {
            #expect { try Mutant(reading: text, named: "m") } throws: { "\($0)" == problem }
        }
    }

    @Test("planted, it is switched on by its condition; where it has no place, or several, that is said")
    func planted() throws {
        let mutant = try Mutant(
            reading:
                "It is off by one.\nfile: a.swift\nseen by: B, C\nwas:\n  a < b\nis:\n  MUTANT ? a <= b : a < b\n",
            named: "m")
        #expect(mutant.mistake == "It is off by one.")
        #expect(mutant.seenBy == ["B", "C"])
        #expect(
            try mutant.planted(in: "if\n  a < b\n", when: "n == 1") == "if\n  n == 1 ? a <= b : a < b\n")
        for text in ["", "  a < b\n  a < b"] {
            #expect(throws: Mutant.Problem.self) { try mutant.planted(in: text, when: "n == 1") }
        }
    }
}
