import Chat
import Cluster
import Testing

@Suite("app: memory")
struct PhoneSizeTests {
    /// What the allocator really gave, and the place in the world's table of actors. The wall and its machine
    /// are in the sum too, and do not count among so many.
    @Test("a person with a first device is one actor of at most 160 bytes")
    func phone() {
        let run = StubHostRun(users: 100_000, script: [])
        #expect(run.cluster.world.actorBytes / 100_000 <= 160)
    }

    /// A word with its line and a tag: 32 bytes, and half of a cache line with what the queue needs.
    @Test("an event of a phone fits into 32 bytes")
    func event() {
        #expect(MemoryLayout<DeviceEvent<ToDevice>>.stride <= 32)
    }
}
