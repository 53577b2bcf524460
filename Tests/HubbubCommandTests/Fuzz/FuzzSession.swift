import Benchmarks
import Foundation
import Glibc
import HubbubCommand
import Testing

/// Gives inputs to the command line one by one, in a process of its own, and says which of them it cannot take.
///
/// Each input is on the disk before it is read: after a crash it is still there, in `.build/fuzz`.
final class FuzzSession {
    /// How long each suite of inputs goes on, in seconds. Without it a fixed number of inputs is given, the same
    /// each time; with it, those and what follows them.
    private static let seconds = ProcessInfo.processInfo.environment["HUBBUB_FUZZ_SECONDS"].flatMap(
        Double.init)

    static var isLong: Bool { seconds != nil }

    /// CPU time of one input. What is slow on a busy machine is not slow. Files are checked whenever an editor saves one,
    /// and a second is as long as a person waits for that and goes on thinking.
    private static let limit = 1.0
    /// After so many seconds by the wall the process is ended, with the input still on the disk: what never answers
    /// is asked nothing.
    private static let hang: UInt32 = 120
    /// Of the whole process at its highest, the program and the testing library (some 60 MB) included. An input has some
    /// KB, or tens of them where it is swollen; what takes more than 100 MB for it grows a thousandfold.
    private let memoryLimit: UInt64

    let folder: String
    private let end: ContinuousClock.Instant?
    /// How many are given where no time is: so many that a suite takes some seconds in release.
    private let inputs: Int
    private var count = 0
    private var slowest = 0.0

    init(_ name: String, inputs: Int, memoryLimit: UInt64 = 200_000_000) throws {
        self.memoryLimit = memoryLimit
        folder =
            URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../../.build/fuzz/\(name)"
            ).standardizedFileURL.path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        self.inputs = inputs
        end = Self.seconds.map { .now + .seconds($0) }
    }

    var goesOn: Bool { end.map { .now < $0 } ?? (count < inputs) }

    /// Writes an input, and says where it is.
    func put(_ bytes: [UInt8], as name: String) throws -> String {
        let path = "\(folder)/\(name)"
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// Does what is to be done with an input: the answer has to come soon, and to be one that a person can read.
    func answer(_ codes: Set<ExitCode>, to input: String, _ body: () -> Hubbub) {
        let before = Self.cpuTime
        alarm(Self.hang)
        let ended = body()
        alarm(0)
        let time = Self.cpuTime - before
        count += 1
        slowest = max(slowest, time)
        #expect(time < Self.limit, "\(time) s of CPU time: \(keep(input))")
        let memory = Memory.now().peakResidentBytes
        #expect(memory < memoryLimit, "\(memory) bytes: \(keep(input))")
        #expect(codes.contains(ended.code), "exit code \(ended.code): \(keep(input))")
        // A mistake can be there 1,024 times (`Mutator`), and is told in some 200 bytes.
        #expect(ended.err.utf8.count < 200_000, "\(ended.err.utf8.count) bytes of errors: \(keep(input))")
        if ended.code == .badFile {
            let says = ["error: ", "was changed after the run wrote it"].contains(where: ended.err.contains)
            #expect(says, "no error is told: \(keep(input))")
        }
        // What an input holds must not work on the terminal.
        let controls = (ended.err + ended.out).unicodeScalars.filter {
            $0.properties.generalCategory == .control && $0 != "\n"
        }
        #expect(controls.isEmpty, "control characters are told: \(keep(input))")
    }

    /// CPU time from the moment at which a run is told to end to its end: a second signal would be asked for
    /// after two.
    private static let patience = 2.0

    /// Has an input played, which may take as long as it is let: from `deadline` on, in CPU time, it is to end.
    func play(
        _ codes: Set<ExitCode>, to input: String, isAccepted: Bool, from deadline: Double,
        _ body: () -> Hubbub
    ) {
        alarm(Self.hang)
        let ended = body()
        alarm(0)
        let late = Self.cpuTime - deadline
        count += 1
        slowest = max(slowest, late)
        #expect(late < Self.patience, "ended \(late) s after it was told to: \(keep(input))")
        #expect(codes.contains(ended.code), "exit code \(ended.code): \(ended.err) \(keep(input))")
        #expect(
            isAccepted != (ended.code == .badFile),
            "validate and run do not agree: \(ended.err) \(keep(input))")
    }

    /// So that a long session says what it did.
    func finish(_ more: String = "") {
        guard Self.seconds != nil else { return }
        let peak = Memory.now().peakResidentBytes / 1_000_000
        let line =
            "\(count) answers, the slowest after \(slowest) s of CPU time, at most \(peak) MB\n"
            + (more.isEmpty ? "" : "\(more)\n")
        try? line.write(toFile: "\(folder)/summary", atomically: true, encoding: .utf8)
    }

    /// Where a copy of the input is, under a name that the next input does not take.
    private func keep(_ input: String) -> String {
        let copy = "\(folder)/finding-\(count)"
        try? FileManager.default.removeItem(atPath: copy)
        try? FileManager.default.copyItem(atPath: "\(folder)/\(input)", toPath: copy)
        return copy
    }

    static var cpuTime: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
