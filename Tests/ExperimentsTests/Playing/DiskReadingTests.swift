import Results
import Testing
import Vocabulary

@Suite("experiments: how busy disks are")
struct DiskReadingTests {
    private func town(diskRate: String, thresholds: [String]) throws -> RunResult {
        try played(
            """
            hubbub: 1
            name: busy-disk
            design: single-server
            seed: 1
            duration: 1m
            warmup: 10s
            drain: 10s
            users: { count: 50 }
            load:
              - { name: usual, send: 12/m per user, size: 2KB, direct: 100% }
            topology: { server: { store: behind, disk-rate: \(diskRate) } }
            thresholds: [\(thresholds.map { "'\($0)'" }.joined(separator: ", "))]
            """
        ).result
    }

    /// 20 KB a second for a disk that takes one: people do not feel it, as nobody waits for the disk.
    @Test("a disk that does not keep up is seen, and that what is stored is not all")
    func tooSlow() throws {
        let result = try town(
            diskRate: "1KB/s",
            thresholds: ["server.disk mean > 99%", "server.disk-queue last > 100", "delivery max < 10s"])
        #expect(result.thresholds.map(\.outcome) == [.held, .held, .held])
        let notes = result.verdict.notes
        #expect(notes.count == 1)
        #expect(notes[0].hasPrefix("the disks of server had 1."), "\(notes)")
        #expect(notes[0].contains(" MB still to write at the end"), "\(notes)")
    }

    @Test("a disk that keeps up is next to idle, and nothing is said of it")
    func healthy() throws {
        let result = try town(
            diskRate: "2GB/s", thresholds: ["server.disk max < 1%", "server.disk-queue last == 0"])
        #expect(result.thresholds.map(\.outcome) == [.held, .held])
        #expect(result.verdict.notes.isEmpty)
    }
}
