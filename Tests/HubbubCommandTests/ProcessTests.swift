import Foundation
import Results
import Testing

/// What only a process can meet: signals, full disks, pipes that nobody reads, terminals.
///
/// Each test waits for what it can see, a line or a file, and for no time.
@Suite("process: signals")
struct SignalTests {
    /// It would take hours.
    private static let long = quietPeople.replacing("duration: 1m\n", with: "duration: 87000h\n")

    private static func names(_ folder: Folder) throws -> [String] {
        FileManager.default.fileExists(atPath: folder("out/quiet-people"))
            ? try folder.names(in: "out/quiet-people") : []
    }

    @Test(
        "what was known when a signal came is written whole, and marked",
        arguments: [SIGINT, SIGTERM])
    func first(signal: Int32) throws {
        let code = 128 + signal
        let folder = try Folder()
        let file = try folder.file("a.yaml", Self.long)
        let child = try Child(["run", file, "--any-size", "--out", folder("out"), "--ndjson"])
        try child.wait(for: "\"kind\":\"phase\"")  // it plays
        child.signal(signal)
        let ended = child.end()
        #expect(ended.code == code)
        #expect(ended.err == "")
        let last = try #require(ended.out.split(separator: "\n").last)
        #expect(last.hasPrefix("{\"kind\":\"verdict\""))
        #expect(last.contains("\"word\":\"interrupted\",\"exit_code\":\(code),\"complete\":false"))
        let names = try Self.names(folder)
        #expect(names.count == 2 && names.last == "latest")
        // Percentiles are there from the first delivery on.
        #expect(
            try folder.names(in: "out/quiet-people/latest").filter { $0 != "latency.hgrm" } == [
                "events.ndjson", "machine.json", "result.json", "scenario.resolved.yaml", "series.csv",
            ])
        let result = try ResultFile.result(
            parsing: folder.text("out/quiet-people/latest/result.json"), file: "result.json")
        #expect(!result.run.isComplete)
        #expect(result.verdict.word == .interrupted)
        #expect(result.verdict.exitCode == UInt64(code))
    }

    @Test("of several runs those that had not begun are left out")
    func several() throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", Self.long)
        let child = try Child(
            ["run", file, "--any-size", "--out", folder("out"), "--ndjson", "--seeds", "1..9", "--jobs", "2"])
        try child.wait(for: "\"kind\":\"phase\"")
        child.signal(SIGINT)
        let ended = child.end()
        #expect(ended.code == 130)
        let results = try Self.names(folder).filter { $0 != "latest" }
        #expect(results.first?.hasPrefix("1-") == true)
        #expect(results.count <= 2)
    }

    /// The page goes into a pipe that nobody empties: after the first signal the program writes it, and
    /// waits. Whether it has come to that can be seen at the pipe.
    @Test(
        "a second signal ends at once, and leaves nothing behind",
        arguments: [SIGINT, SIGTERM])
    func second(signal: Int32) throws {
        let code = 128 + signal
        let folder = try Folder()
        let file = try folder.file("a.yaml", Self.long)
        try #require(mkfifo(folder("pipe"), 0o600) == 0)
        let pipe = open(folder("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(pipe >= 0)
        defer { close(pipe) }
        // F_SETPIPE_SZ: the page of a run that has just begun is smaller than what a pipe usually takes.
        try #require(fcntl(pipe, 1031, 4_096) == 4_096)
        let child = try Child(
            ["run", file, "--any-size", "--out", folder("out"), "--ndjson", "--report=\(folder("pipe"))"])
        try child.wait(for: "\"kind\":\"phase\"")
        child.signal(SIGINT)
        var isWriting = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
        try #require(poll(&isWriting, 1, 60_000) == 1)
        // One that comes within 100 ms of the first is the same wish.
        usleep(200_000)
        child.signal(signal)
        let ended = child.end()
        #expect(ended.code == code)
        #expect(ended.err == "")
        #expect(!ended.out.contains("\"kind\":\"verdict\""))
        #expect(try Self.names(folder) == [])
    }
}

/// The other program is a script that opens a pipe, and starts one of its own that never ends. The pipe ends when both
/// are gone.
@Suite("process: signals while another program is waited for")
struct HandedOnSignalTests {
    private let folder: Folder
    private let file: String
    private let pipe: Int32

    init() throws {
        folder = try Folder()
        file = try folder.file("a.yaml", quietPeople)
        try #require(mkfifo(folder("pipe"), 0o600) == 0)
        pipe = open(folder("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(pipe >= 0)
    }

    /// - Parameter opening: what the script does first.
    private func start(_ opening: String = "") throws -> Child {
        let script = try folder.file(
            "other", "#!/bin/sh\n\(opening)\nexec 3> \(folder("pipe"))\necho >&3\nsleep 1000\n")
        try #require(chmod(script, 0o700) == 0)
        let child = try Child(
            ["check", file, "--seeds", "1..2", "--against", script, "--out", folder("out")])
        var isWaited = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
        try #require(poll(&isWaited, 1, 60_000) == 1)
        return child
    }

    /// Takes what was written, and waits for the end of the pipe.
    private func waitForItsEnd() throws {
        defer { close(pipe) }
        var byte: UInt8 = 0
        var event = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
        repeat { try #require(poll(&event, 1, 60_000) == 1) } while read(pipe, &byte, 1) > 0
    }

    @Test("it ends with the check, and what it wrote is gone", arguments: [SIGINT, SIGTERM])
    func ended(signal: Int32) throws {
        let child = try start()
        child.signal(signal)
        let ended = child.end()
        #expect(ended.code == 128 + signal)
        #expect(ended.err == "hubbub: stopped before \(folder("other")) ended\n")
        try waitForItsEnd()
        #expect(try folder.names(in: "out") == [])
    }

    /// As timeout(1) does: the process first, and then its group.
    @Test("one wish that is said twice is no order to leave everything as it is")
    func twice() throws {
        let child = try start()
        child.signal(SIGTERM)
        child.signal(SIGTERM)
        #expect(child.end().code == 128 + SIGTERM)
        try waitForItsEnd()
        #expect(try folder.names(in: "out") == [])
    }
}

@Suite("process: output that takes nothing")
struct FailingOutputTests {
    private static func file() throws -> (folder: Folder, path: String) {
        let folder = try Folder()
        return (folder, try folder.file("a.yaml", quietPeople))
    }

    @Test("standard output on a full disk: the result is whole, and the exit code says 74")
    func fullOutput() throws {
        let (folder, file) = try Self.file()
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let ended = try Child(["run", file, "--any-size", "--out", folder("out")], output: full).end()
        #expect(ended.code == 74)
        #expect(ended.err == "hubbub: cannot write the output: No space left on device\n")
        let result = try folder.text("out/quiet-people/latest/result.json")
        #expect(try ResultFile.result(parsing: result, file: "result.json").run.isComplete)
    }

    @Test("events on a full disk: nobody hears of the run, so it is not played to its end")
    func fullEvents() throws {
        let (folder, file) = try Self.file()
        let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
        let ended = try Child(["run", file, "--any-size", "--out", folder("out"), "--ndjson"], output: full)
            .end()
        #expect(ended.code == 74)
        #expect(ended.err == "hubbub: cannot write the output: No space left on device\n")
        #expect(try folder.names(in: "out") == [])
    }

    /// 8 blocks are 4 or 8 KB; a result of ten people has some 40.
    @Test("a result for which there is no room leaves nothing behind")
    func fullFolder() throws {
        let (folder, file) = try Self.file()
        let ended = try Child(["run", file, "--any-size", "--out", folder("out")], limit: 8).end()
        #expect(ended.code == 74)
        #expect(ended.out == "")
        #expect(ended.err.contains(#/^hubbub: .*/result.json cannot be written: File too large\n$/#))
        #expect(try folder.names(in: "out/quiet-people") == [])
    }

    @Test("a page for which there is no room leaves nothing behind, and what was there stays")
    func fullFile() throws {
        let (folder, file) = try Self.file()
        let page = try folder.file("page.html", "before")
        let ended = try Child(
            ["run", file, "--any-size", "--out", folder("out"), "--report=\(page)"], limit: 8
        ).end()
        #expect(ended.code == 74)
        #expect(ended.err == "hubbub: \(page) cannot be written: File too large\n")
        #expect(try folder.names() == ["a.yaml", "out", "page.html"])
        #expect(try folder.text("page.html") == "before")
    }

    @Test("a folder that cannot be made is known before anything is played")
    func noFolder() throws {
        let (folder, file) = try Self.file()
        for (out, reason) in [("\(file)/out", "Not a directory"), ("/proc/out", "No such file or directory")]
        {
            let ended = try Child(["run", file, "--any-size", "--out", out]).end()
            #expect(
                ended == Child.Ending(code: 73, out: "", err: "hubbub: \(out) cannot be created: \(reason)\n")
            )
        }
        #expect(try folder.names() == ["a.yaml"])
    }

    @Test("a reader that went away ends it quietly, with the result written", arguments: [false, true])
    func closedPipe(isLive: Bool) throws {
        let (folder, file) = try Self.file()
        // A pipe with a name: no child of another test can have got hold of its reading end.
        try #require(mkfifo(folder("pipe"), 0o600) == 0)
        let reading = open(folder("pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        let writing = open(folder("pipe"), O_WRONLY | O_CLOEXEC)
        close(reading)
        let words = ["run", file, "--out", folder("out")] + (isLive ? ["--ndjson"] : [])
        let ended = try Child(words, output: FileHandle(fileDescriptor: writing, closeOnDealloc: true)).end()
        #expect(ended.code == 128 + SIGPIPE)
        #expect(ended.err == "")
        // Live it is the first line that nobody reads.
        let names = try folder.names(in: "out" + (isLive ? "" : "/quiet-people"))
        #expect(isLive ? names == [] : names.count == 2)
    }
}

@Suite("process: a terminal")
struct TerminalProcessTests {
    private static let long = quietPeople.replacing("duration: 1m\n", with: "duration: 87000h\n")
    private static let eraser = "\r\u{1b}[2K"

    @Test("the line is written over, fits, and is erased in the end", arguments: [140 as UInt16, 80])
    func line(columns: UInt16) throws {
        let folder = try Folder()
        let file = try folder.file("a.yaml", Self.long)
        let terminal = try PseudoTerminal(columns: columns)
        let child = try terminal.attach {
            try Child(["run", file, "--any-size", "--out", folder("out")], errors: $0)
        }
        func lines(_ text: String) -> [String] {
            text.components(separatedBy: Self.eraser).filter { !$0.isEmpty }
        }
        let shown = terminal.read { lines($0).count > 2 }
        child.signal(SIGINT)
        let rest = terminal.read()
        let ended = child.end()
        #expect(ended.code == 130)
        #expect(ended.out.contains("  INTERRUPTED"))
        // The last one may not have been read to its end yet.
        for line in lines(shown).dropLast() {
            #expect(line.count < Int(columns))
            #expect(line.contains(#/^usual ▐[█░]{15}▌ [\dhms.]+/87000h00m10s  /#), "\(line)")
            #expect(
                line.contains(
                    columns > 100
                        ? #/×[\d,]+ real time  .* events/s  p99 .*  thresholds \d/2 ok  eta \d/# : #/ eta \d/#
                ))
        }
        #expect((shown + rest).hasSuffix(Self.eraser))
    }
}
