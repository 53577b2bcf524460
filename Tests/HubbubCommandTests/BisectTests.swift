import Foundation
import HubbubCommand
import Testing

/// A repository of sixteen commits after a good one. "Building" one copies its script into place, and the script
/// stands for the program: it fails the check from the eleventh commit on.
@Suite("hubbub check --bisect")
struct BisectTests {
    private let folder: Folder

    init() throws {
        folder = try Folder()
        try FileManager.default.createDirectory(atPath: folder("repo"), withIntermediateDirectories: true)
        _ = try folder.file("repo/a.yaml", quietPeople)
        _ = try folder.file("repo/baseline.txt", "hubbub-baseline-2\nscenarios: 0\n")
        try shell(
            """
            cd repo && git init -q && git config user.name Test && git config user.email test@localhost
            commit() {
                printf '#!/bin/sh\\nexit %s\\n' "$2" > program.sh
                echo "$1" > number
                if [ "$1" = 7 ]; then touch broken; else rm -f broken; fi
                git add -A && git commit -q -m "change $1"
            }
            commit 0 0
            for n in 1 2 3 4 5 6 7 8 9 10; do commit $n 0; done
            for n in 11 12 13 14 15 16; do commit $n 1; done
            """)
    }

    private func shell(_ script: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-ec", script]
        process.currentDirectoryURL = URL(filePath: folder.path)
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }

    private func bisect(_ range: String, _ words: String...) -> Hubbub {
        Hubbub(
            [
                "check", folder("repo/a.yaml"), "--baseline", folder("repo/baseline.txt"), "--bisect", range,
                "--build",
                "if test -e broken; then echo 'error: it is broken' >&2; exit 1; fi; cp program.sh built && chmod +x built",
                "--program",
                "built",
                "--out", folder("out"),
            ] + words)
    }

    @Test("the planted commit is found among sixteen, one of which does not build")
    func found() throws {
        let found = bisect("HEAD~16..HEAD")
        #expect(found.code == .held, "\(found)")
        #expect(found.out.contains(/^first bad commit: [0-9a-f]+ change 11\n$/), "\(found.out)")
        #expect(bisect("HEAD~16..HEAD", "--json").out.contains("\"format\": \"hubbub-bisect-1\""))
        #expect(try folder.names(in: "out").isEmpty, "its worktree is gone")
    }

    /// Between the fourth and the eleventh the seventh is asked first, and does not build.
    @Test("a commit that does not build is passed over, and says why")
    func skipped() {
        let found = bisect("HEAD~12..HEAD~5")
        #expect(found.err.contains("does not build: error: it is broken"), "\(found)")
        #expect(found.out.contains("change 11"), "\(found)")
    }

    /// An answer about what lies between two commits rests on these.
    @Test("ends that are not what they should be are refused")
    func ends() throws {
        func refusal(_ range: String) -> String { bisect(range).err }
        #expect(refusal("HEAD~16..HEAD~6").contains("HEAD~6 passes the check"))
        #expect(refusal("HEAD~2..HEAD").contains("HEAD~2 fails the check already"))
        #expect(refusal("HEAD~16..HEAD~9").contains("HEAD~9 does not build: error: it is broken"))
        #expect(refusal("HEAD..HEAD~16").contains("the good one comes first: 'HEAD~16..HEAD'"))
        #expect(refusal("nowhere..HEAD").contains("there is no commit 'nowhere' in the repository of"))
    }

    /// Files that are not committed are those of today, and stay as they are.
    @Test("a changed tree is left as it is")
    func dirty() throws {
        _ = try folder.file("repo/program.sh", "#!/bin/sh\nexit 0\n")
        #expect(bisect("HEAD~16..HEAD").out.contains("change 11"))
        try shell("cd repo && test $(git status --porcelain | wc -l) = 1")
    }

    /// The program of each commit notes what it is asked.
    @Test("each commit is asked what is asked here: with the seeds, the values and the strictness")
    func question() throws {
        try shell(
            """
            cd repo
            commit() {
                printf '#!/bin/sh\\necho "$@" >> \(folder("asked"))\\nexit %s\\n' "$1" > program.sh
                git add -A && git commit -q -m "noting $1"
            }
            commit 0
            commit 1
            """)
        let found = bisect("HEAD~1..HEAD", "--seeds", "2..3", "--set", "users.count=9", "--strict")
        #expect(found.code == .held, "\(found)")
        for line in try folder.text("asked").split(separator: "\n") {
            #expect(line.hasSuffix(" --seeds 2..3 --set users.count=9 --strict"))
        }
    }

    @Test("what is no range of commits is refused")
    func refused() {
        #expect(bisect("HEAD").code == .usage)
        #expect(bisect("HEAD..HEAD").code == .usage)
        #expect(bisect("nowhere..HEAD").code == .badFile)
    }
}
