import Designs
import Foundation
import HubbubCommand
import Testing

@Suite("command line: output")
struct OutletTests {
    @Test(
        "output that takes nothing is an error of its own",
        arguments: [
            "help", "--version", "bench", "bench --json", "designs", "designs --json", "validate --schema",
            "explain --metrics", "completion bash", "help --man hubbub",
        ])
    func full(line: String) throws {
        let file = open("/dev/full", O_WRONLY)
        try #require(file >= 0)
        defer { close(file) }
        let errors = Memo()
        let code = run(
            line.split(separator: " ").map(String.init),
            in: Surroundings(
                designs: [SingleServer.self], benchmarks: Hubbub.shipped, output: Outlet(descriptor: file),
                errors: Outlet(isTerminal: false) { text in errors.append(text) }))
        #expect(code == .outputFailed)
        #expect(errors.text == "hubbub: cannot write the output: No space left on device\n")
    }

    @Test("what is no text goes out to the byte: a trace is the file that it would be beside the result")
    func bytes() throws {
        let site = try Site()
        let words = ["run", site.file, "--out", site.folder("out")]
        #expect(Hubbub(words + ["--trace"]).code == .held)
        let beside = try Data(contentsOf: URL(filePath: site.latest("trace.json.gz")))
        let path = site.folder("trace")
        let file = open(path, O_WRONLY | O_CREAT, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        let code = run(
            words + ["--trace=-"],
            in: Surroundings(
                designs: [SingleServer.self], benchmarks: [], output: Outlet(descriptor: file),
                errors: Outlet(isTerminal: false) { _ in }))
        #expect(code == .held)
        #expect(try Data(contentsOf: URL(filePath: path)) == beside)
    }

    /// A non-blocking pipe of 64 KiB takes 300 KB only in parts, between which it must be waited for.
    @Test("a slow reader gets everything")
    func slowReader() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        defer { close(reading) }
        try #require(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
        let text = String(repeating: "0123456789", count: 30_000)
        Thread.detachNewThread {
            #expect(throws: Never.self) { try Outlet(descriptor: writing).write(text) }
            close(writing)
        }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1_000)
        while case let length = read(reading, &buffer, buffer.count), length > 0 {
            received += buffer[..<length]
        }
        #expect(String(decoding: received, as: UTF8.self) == text)
    }

    /// The parent has ignored SIGPIPE; without its default action the process would go on and fail with 74.
    @Test("a reader that went away ends the process quietly")
    func brokenPipe() async {
        await #expect(processExitsWith: .signal(SIGPIPE)) {
            signal(SIGPIPE, SIG_IGN)
            var ends: [Int32] = [0, 0]
            pipe(&ends)
            close(ends[0])
            dup2(ends[1], STDOUT_FILENO)
            dup2(ends[1], STDERR_FILENO)
            main(designs: [])
        }
    }
}
