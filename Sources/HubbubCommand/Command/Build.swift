internal import Benchmarks
import CBuild
import Glibc
import Results
import Simulation
import Vocabulary

/// Which program this is, and on what it runs: beside a result, since neither may change it.
enum Build {
    /// The commit that it was built from, where `make` did that in a checkout without changes.
    static let commit: String? = {
        let commit = String(cString: hubbub_commit())
        return commit.isEmpty ? nil : commit
    }()

    /// Two programs of one commit can differ by compiler and options; so results name the program itself.
    static let name: String = {
        var digest = Digest()
        try? FileSystem.read("/proc/self/exe") { piece in
            for offset in stride(from: 0, to: piece.count & ~7, by: 8) {
                digest.fold(piece.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
        }
        return "executable \(digest)"
    }()

    static let platform: String = {
        var names = utsname()
        uname(&names)
        func text<Field>(_ field: Field) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return "\(text(names.machine)), \(text(names.sysname)) \(text(names.release))"
    }()
}

/// Measures what a run takes of the machine, from its making to the record.
struct Stopwatch {
    private let begin = ContinuousClock.now
    private let processorBegin = Self.processor

    func record(events: UInt64) -> MachineRecord {
        let (seconds, attoseconds) = (ContinuousClock.now - begin).components
        var record = MachineRecord()
        record.version = Version.number
        record.build = Build.name
        record.platform = Build.platform
        record.wall = Span(nanoseconds: seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
        record.processor = Self.processor - processorBegin
        record.peakBytes = Memory.now().peakResidentBytes
        record.events = events
        return record
    }

    /// Now, in UTC and to the second, for files that have to say when they were made.
    static var dateAndTime: String {
        var now = time(nil)
        var parts = tm()
        gmtime_r(&now, &parts)
        return [
            [(parts.tm_year + 1_900, 4), (parts.tm_mon + 1, 2), (parts.tm_mday, 2)]
                .map(digits).joined(separator: "-"),
            [(parts.tm_hour, 2), (parts.tm_min, 2), (parts.tm_sec, 2)].map(digits).joined(separator: ":"),
        ].joined(separator: "T")
    }

    private static func digits(_ number: Int32, _ count: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }

    /// Of this thread.
    private static var processor: Span {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Span(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
