import Foundation
import Glibc
import Testing

/// The program, started as a child process.
final class Child {
    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()
    private var read: [UInt8] = []

    /// How it ended, as a shell would say it.
    struct Ending: Equatable {
        var code: Int32
        var out: String
        var err: String
    }

    /// - Parameters:
    ///   - limit: the largest file that it may write, in blocks of `ulimit -f`.
    ///   - output, errors: where it writes to in place of pipes that the test reads.
    init(
        _ words: [String], limit: Int? = nil, output: FileHandle? = nil, errors: FileHandle? = nil
    ) throws {
        // It is built with the tests, and lies beside them.
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "hubbub")
        try #require(
            FileManager.default.isExecutableFile(atPath: program.path()), "there is no \(program.path())")
        // A test that waits for what never comes ends all the same.
        let limits = "ulimit -t 60; " + (limit.map { "ulimit -f \($0); " } ?? "")
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", limits + "exec \"$@\"", "sh", program.path()] + words
        process.environment = ["LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output ?? self.output
        process.standardError = errors ?? self.errors
        try process.run()
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Reads standard output until there is `text` in it.
    func wait(for text: String) throws {
        while !String(decoding: read, as: UTF8.self).contains(text) {
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty, "it ended without '\(text)'")
            read += more
        }
    }

    /// Reads what is left, standard output first: on standard error there are some lines at most.
    func end() -> Ending {
        if process.standardOutput as? Pipe === output {
            read += output.fileHandleForReading.readDataToEndOfFile()
        }
        var err = ""
        if process.standardError as? Pipe === errors {
            err = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
        process.waitUntilExit()
        let status = process.terminationStatus
        return Ending(
            code: process.terminationReason == .uncaughtSignal ? 128 + status : status,
            out: String(decoding: read, as: UTF8.self), err: err)
    }
}

/// A terminal of a test's own: what a program writes to it is read here.
final class PseudoTerminal {
    private let master: Int32
    private var slave: FileHandle?

    // TIOCSPTLCK and TIOCGPTN, macros that Swift does not see: what unlockpt(3) and ptsname(3) ask for.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    init(columns: UInt16) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(master >= 0)
        var isLocked: Int32 = 0
        var number: UInt32 = 0
        var size = winsize(ws_row: 24, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        let isReady =
            ioctl(master, Self.setLock, &isLocked) == 0 && ioctl(master, Self.getNumber, &number) == 0
            && ioctl(master, UInt(TIOCSWINSZ), &size) == 0
        try #require(isReady)
        let file = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        try #require(file >= 0)
        slave = FileHandle(fileDescriptor: file, closeOnDealloc: true)
    }

    deinit { close(master) }

    /// Hands the end of the program to `start`, and keeps none of it.
    func attach(_ start: (FileHandle) throws -> Child) throws -> Child {
        let child = try start(#require(slave))
        try slave?.close()
        slave = nil
        return child
    }

    /// All that is written until `isEnough`, or until nobody can write any more.
    func read(until isEnough: (String) -> Bool = { _ in false }) -> String {
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while !isEnough(String(decoding: text, as: UTF8.self)) {
            let count = Glibc.read(master, &buffer, buffer.count)
            guard count > 0 else { break }
            text += buffer[..<count]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
