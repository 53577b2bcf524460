import Testing

/// Pages run. One after the other, for they are built in one folder.
@Suite("documentation", .serialized)
struct Documentation {
    @Test("a design written as the page says is a package of its own, and is played")
    func yourOwnDesign() throws {
        let files = try Example.files(of: "docs/your-own-design.md").map { file in
            (file.path, file.text.replacing("\"../hubbub\"", with: "\"\(Example.root.path)\""))
        }
        let names = ["Package", "Sources/post-office/PostOffice", "Sources/post-office/Clerk"]
        #expect(
            files.map(\.0) == names.map { "\($0).swift" } + [
                "evening.yaml", "Sources/post-office/main.swift",
            ])
        let example = try Example("post-office", files: files)
        #expect(try example.run("evening.yaml") == ("evening: passed\n", 0))
    }
}
