import Benchmarks
import Cluster
import Simulation
import Testing
import Vocabulary

/// What a replicated log holds, by the allocator's count: in a process of its own, because all tests of one process
/// share its memory.
@Suite("cluster: memory of replicated records")
struct FileMemoryTests {
    /// A million letters of 4 KB in one topic and a record for each in another one, 64 partitions each, on three
    /// machines: six million records in 384 files. A handle of 4 bytes for each makes 24 MB, the places of their
    /// blocks 0.2 MB, and a block that is half full in each file 0.2 MB.
    @Test(
        "three replicas of a million records through two topics hold 60 MB beside the pool, and give all back"
    )
    func replicas() async {
        await #expect(processExitsWith: .success) {
            let site = ReplicaSite()
            let before = Memory.now().allocatedBytes
            for letter in 0..<UInt64(1_000_000) {
                site.replicate(letter)
                // Nobody waits for an append, and none is an event; the disks keep up all the same.
                if letter % 1_000 == 999 { site.wait() }
            }
            let events = site.cluster.world.eventNumber
            #expect(events == 1_000, "\(events) events, of which the test makes one in a thousand letters")
            let pool = UInt64(site.cluster.world.contentBytes)
            let held = Memory.now().allocatedBytes - before - pool
            #expect((24_000_000...60_000_000).contains(held), "\(held) bytes beside \(pool) of the pool")
            #expect(pool < 60_000_000, "\(pool) bytes for a million letters and a million records of them")
            #expect(site.stored == 3 * 1_000_000 * (4_096 + 64))

            site.trim()
            let left = Memory.now().allocatedBytes - before
            #expect(left < 4_000_000, "\(left) bytes are left when all was trimmed")
            #expect(site.stored == 0)
        }
    }
}

/// Three machines, on each of which the same replica lives.
private struct ReplicaSite {
    let cluster = Cluster(seed: 1, zones: ["a"]) { _, _ in LinkProfile() }
    let replicas: Endpoints<Replica>

    init() {
        let wire = Bandwidth(.gigabitsPerSecond(8))
        replicas = cluster.add(
            "replica", count: 3,
            on: Hardware(
                processor: .init(cores: 1), disk: .init(.nvme, capacity: .megabytes(1_000_000)), uplink: wire,
                downlink: wire),
            in: Zone(number: 0)
        ) { seat, _ in Replica(seat: seat) }
        cluster.begin()
    }

    /// A letter is written once, and what is made of it too; all replicas refer to these.
    func replicate(_ letter: UInt64) {
        let letters = cluster.world.pool(of: Replica.Letter.self)
        let copies = cluster.world.pool(of: Replica.Copy.self)
        let contents = letters.write(Replica.Letter(id: letter, content: letter, room: 1))
        let copy = copies.write(Replica.Copy(letter: letter, recipient: 1))
        for replica in replicas {
            cluster.inspect(replica) { $0.append(contents.held(), copy.held(), to: Int(letter % 64)) }
        }
        contents.letGo()
        copy.letGo()
    }

    func wait() {
        cluster.deliver(.nothing, to: replicas[0], at: cluster.world.now)
        _ = cluster.run(until: cluster.world.now + .milliseconds(100))
    }

    func trim() { for replica in replicas { cluster.inspect(replica) { $0.trim() } } }

    var stored: UInt64 { cluster.readings.reduce(0) { $0 + $1.stored } }
}

private actor Replica: Part {
    struct Letter: FileRecord {
        let id: UInt64
        let content: UInt64
        let room: UInt64
        var size: ByteCount { .bytes(4_096) }
    }

    struct Copy: FileRecord {
        let letter: UInt64
        let recipient: UInt64
        var size: ByteCount { .bytes(64) }
    }

    enum Inbox: Marked {
        case nothing
        var mark: UInt64 { 0 }
    }

    nonisolated let seat: Seat
    private let letters: [File<Letter>]
    private let copies: [File<Copy>]
    private var shift: Shift?

    init(seat: Seat) {
        self.seat = seat
        letters = (0..<64).map { seat.file(FileName("letters-\($0)")) }
        copies = (0..<64).map { seat.file(FileName("copies-\($0)")) }
    }

    func begin(in shift: Shift) { self.shift = shift }

    func append(_ letter: Contents<Letter>, _ copy: Contents<Copy>, to partition: Int) {
        shift!.append(letter, to: letters[partition])
        shift!.append(copy, to: copies[partition])
    }

    func trim() {
        for file in letters { shift!.trim(file, to: file.numbers.upperBound) }
        for file in copies { shift!.trim(file, to: file.numbers.upperBound) }
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {}
}
