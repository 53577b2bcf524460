import CJemalloc
import Glibc

/// How much memory this process has, at one moment and at its highest.
///
/// Linking jemalloc makes it the allocator, and it counts exactly what the program asked for. The peak is the
/// operating system's. All three are the process's: what ran before in the same process is in them.
package struct Memory: Sendable {
    /// Asked for and not yet given back.
    package let allocatedBytes: UInt64
    /// In pages that the allocator holds, with what it keeps for the next request.
    package let residentBytes: UInt64
    /// The most that was ever in physical memory, program text and libraries included.
    package let peakResidentBytes: UInt64

    package static func now() -> Memory {
        // The counters stand still between two of jemalloc's epochs; writing to it begins a new one.
        var epoch: UInt64 = 1
        let status = mallctl("epoch", nil, nil, &epoch, MemoryLayout.size(ofValue: epoch))
        precondition(status == 0, "jemalloc keeps no epoch: error \(status)")
        return Memory(
            allocatedBytes: statistic("stats.allocated"), residentBytes: statistic("stats.resident"),
            peakResidentBytes: peak())
    }

    private static func statistic(_ name: String) -> UInt64 {
        var value = 0
        var size = MemoryLayout.size(ofValue: value)
        let status = mallctl(name, &value, &size, nil, 0)
        precondition(status == 0, "jemalloc was built without \(name): error \(status)")
        return UInt64(value)
    }

    /// The line `VmHWM:    123456 kB` of `/proc/self/status`. `getrusage` has a peak too, but on Linux it is
    /// inherited through `exec`: a small program started by a large one would report the large one's.
    private static func peak() -> UInt64 {
        let file = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
        precondition(file >= 0, "/proc/self/status cannot be opened: error \(errno)")
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 16_384)  // the page has 1.5 KB
        let length = read(file, &buffer, buffer.count)
        precondition(length > 0, "/proc/self/status cannot be read: error \(errno)")
        let line = String(decoding: buffer[..<length], as: UTF8.self)
            .split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard
            let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({
                UInt64($0)
            })
        else { preconditionFailure("/proc/self/status has no VmHWM") }
        return kibibytes * 1_024
    }
}
