package import Benchmarks
import Vocabulary

extension Memory {
    /// What this process may have in all: the machine's, or less where its control group says so.
    package static let ofMachine: UInt64 = {
        func number(_ path: String, _ find: (String) -> Substring?) -> UInt64? {
            (try? FileSystem.read(path)).flatMap { find(String(decoding: $0, as: UTF8.self)) }.flatMap {
                UInt64($0)
            }
        }
        let kibibytes = number("/proc/meminfo") { text in
            text.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }?.split(separator: " ").dropFirst()
                .first
        }
        let limit = number("/sys/fs/cgroup/memory.max") { $0.split(separator: "\n").first }
        return min(kibibytes.map { $0 * 1_024 } ?? .max, limit ?? .max)
    }()
}
