import Benchmarks
import HubbubCommand
import Testing

@Suite("command line: memory")
struct MemoryTests {
    /// 64 MiB exactly, a size for which jemalloc rounds nothing up (64,000,000 would count as 67,108,864).
    /// In a process of its own, because all tests of one process share its memory. What the testing library
    /// does meanwhile stays far below a mebibyte.
    @Test("64 MiB more are 64 MiB more, until they are given back")
    func allocation() async {
        await #expect(processExitsWith: .success) {
            let (size, slack): (UInt64, UInt64) = (64 << 20, 1 << 20)
            let before = Memory.now()
            let block = UnsafeMutableRawPointer.allocate(byteCount: Int(size), alignment: 16)
            // Only pages that were written to count for the operating system.
            block.initializeMemory(as: UInt8.self, repeating: 1, count: Int(size))
            let during = Memory.now()
            block.deallocate()
            let after = Memory.now()

            #expect((size...size + slack).contains(during.allocatedBytes - before.allocatedBytes))
            #expect(after.allocatedBytes < before.allocatedBytes + slack)
            #expect(during.residentBytes >= during.allocatedBytes)
            #expect(during.peakResidentBytes >= before.peakResidentBytes + size - slack)
            // The system adds the peak up from counters per processor, so that it may seem to sink a little.
            #expect(after.peakResidentBytes + slack > during.peakResidentBytes)
        }
    }
}
