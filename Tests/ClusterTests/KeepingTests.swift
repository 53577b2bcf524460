import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: what a part keeps on its disk")
struct KeepingTests {
    /// A kilobyte takes 1 ms to write, a sync 5 ms, a read 2 ms.
    private struct Desk {
        let cluster = Cluster(seed: 1, zones: ["office"]) { _, _ in LinkProfile() }
        let keeper: Endpoint<Keeper>

        init(
            clock: LocalClock = LocalClock(), clockCorrection: Span? = nil,
            capacity: ByteCount = .megabytes(1)
        ) {
            let wire = Bandwidth(.gigabitsPerSecond(8))
            let profile = DiskProfile(
                sync: .delay(.milliseconds(5)), read: .delay(.milliseconds(2)), bytesPerSecond: 1_000_000)
            keeper =
                cluster.add(
                    "keeper", count: 1,
                    on: Hardware(
                        processor: .init(cores: 1), disk: .init(profile, capacity: capacity), clock: clock,
                        clockCorrection: clockCorrection,
                        uplink: wire, downlink: wire),
                    in: Zone(number: 0)
                ) { seat, _ in Keeper(seat: seat) }[0]
        }

        var machines: MachineSet { cluster.machines(of: [keeper]) }

        func tell(_ message: Keeper.Inbox, at milliseconds: Int64) {
            cluster.deliver(message, to: keeper, at: .at(.milliseconds(milliseconds)))
        }

        func run(until end: Span = .seconds(10)) -> [String] {
            #expect(cluster.run(until: .at(end)) == .reachedEnd)
            return cluster.inspect(keeper) { $0.heard } ?? ["gone"]
        }
    }

    @Test("appends, syncs and reads take their time, and the part hears of them")
    func times() {
        let desk = Desk()
        desk.tell(.keep(1), at: 0)  // written at 1 ms
        desk.tell(.sync(1), at: 1)  // synced at 6 ms
        desk.tell(.keep(2), at: 1)  // behind the sync: 7 ms
        desk.tell(.read, at: 10)  // 1 KB: 2 ms and 1 ms more
        #expect(desk.run() == ["kept 1 at 1ms", "synced 1 at 6ms", "kept 2 at 7ms", "read at 13ms"])
    }

    /// 1 and 2 are written, and 1 is synced; the third is under way.
    @Test(
        "a crash leaves what its kind leaves, and memory never",
        arguments: [(CrashKind.process, [1, 2]), (.unsynced, [1]), (.disk, [])])
    func crash(kind: CrashKind, left: [Int]) {
        let desk = Desk()
        desk.tell(.keep(1), at: 0)
        desk.tell(.sync(1), at: 1)
        desk.tell(.keep(2), at: 6)
        desk.tell(.keep(3), at: 7)
        desk.cluster.plan(
            Crash(desk.machines, losing: kind), at: .at(.microseconds(7_500)), for: .milliseconds(1))
        #expect(desk.run() == ["began with \(left)"])
    }

    /// 2 goes with the power; what comes next takes its slot, and lies behind 1 all the same.
    @Test("what is kept after a crash lies behind what the crash has left")
    func again() {
        let desk = Desk()
        desk.tell(.keep(1), at: 0)
        desk.tell(.sync(1), at: 1)
        desk.tell(.keep(2), at: 6)  // written at 7 ms
        desk.cluster.plan(
            Crash(desk.machines, losing: .unsynced), at: .at(.milliseconds(8)), for: .milliseconds(1))
        desk.tell(.keep(3), at: 10)
        desk.tell(.keep(4), at: 10)
        desk.cluster.plan(
            Crash(desk.machines, losing: .process), at: .at(.milliseconds(20)), for: .milliseconds(1))
        #expect(desk.run() == ["began with [1, 3, 4]"])
    }

    /// A megabyte is full after a thousand; one that does not fit is refused, and what is trimmed by a
    /// fault's end fits again.
    @Test("a full disk refuses, and a disk that is full by a fault takes more when that ends")
    func full() {
        let desk = Desk(capacity: .kilobytes(2))
        for number in 1...3 { desk.tell(.keep(number), at: Int64(10 * number)) }
        #expect(desk.run() == ["kept 1 at 11ms", "kept 2 at 21ms", "not kept at 30ms"])

        let other = Desk()
        other.cluster.plan(
            DiskFault(other.machines, .full), at: .at(.milliseconds(15)), for: .milliseconds(10))
        for number in 1...3 { other.tell(.keep(number), at: Int64(10 * number)) }
        #expect(other.run() == ["kept 1 at 11ms", "not kept at 20ms", "kept 3 at 31ms"])
    }

    /// The read begins at 10 ms and is half done at 11.5 ms; at a third of the speed the other half takes 4.5
    /// ms: 16 ms.
    @Test("a slow disk is slow by its factor while it lasts")
    func slow() {
        let desk = Desk()
        desk.cluster.plan(
            DiskFault(desk.machines, .slow(by: .times(3))), at: .at(.microseconds(11_500)),
            for: .milliseconds(100))
        desk.tell(.read, at: 10)
        desk.tell(.read, at: 200)
        #expect(desk.run() == ["read at 16ms", "read at 203ms"])
    }

    @Test("failing reads fail while it lasts")
    func failing() {
        let desk = Desk()
        desk.cluster.plan(
            DiskFault(desk.machines, .failingReads), at: .at(.milliseconds(12)), for: .milliseconds(100))
        desk.tell(.read, at: 10)
        desk.tell(.read, at: 200)
        #expect(desk.run() == ["not read at 13ms", "read at 203ms"])
    }

    /// Both records of 10 ms are spoilt at 15 ms, while the disk does nothing, and stay so when the fault is over at
    /// 35 ms; the third comes after. A record takes 3 ms to read; where there is none, that shows after the 2 ms.
    @Test("a record whose checksum is wrong is not read, however long ago that came")
    func corrupt() {
        let desk = Desk()
        desk.tell(.keep(1), at: 0)
        desk.tell(.keep(2), at: 10)
        desk.cluster.plan(
            DiskFault(desk.machines, .corrupt(share: 1)), at: .at(.milliseconds(15)), for: .milliseconds(20))
        desk.tell(.keep(3), at: 16)
        for (record, time) in [(0, 20), (2, 25), (1, 30), (1, 40), (3, 50)] as [(Int, Int64)] {
            desk.tell(.readRecord(record), at: time)
        }
        #expect(
            desk.run() == [
                "kept 1 at 1ms", "kept 2 at 11ms", "kept 3 at 17ms", "not read at 23ms", "read at 28ms",
                "not read at 33ms", "not read at 43ms", "not read at 52ms",
            ])
        #expect(desk.cluster.hits(ofFault: "disk 1").atWork == 1)
    }

    /// A second ahead until 10 s, when the time server is asked. 10 s ahead from 16 s on, until it is asked
    /// at 20 s; the end of that fault at 26 s changes nothing. Fast by a thousandth from 30 to 40 s: 10 ms,
    /// which are slewed away at 500 ppm, 5 ms in the next 10 s.
    @Test("a clock that is corrected is right again at the next correction, or slowly")
    func correction() {
        let desk = Desk(clock: LocalClock(offset: .seconds(1)), clockCorrection: .seconds(10))
        desk.cluster.plan(
            ClockFault(desk.machines, .step(by: .seconds(10))), at: .at(.seconds(16)), for: .seconds(10))
        desk.cluster.plan(
            ClockFault(desk.machines, .drift(.partsPerMillion(1_000))), at: .at(.seconds(30)),
            for: .seconds(10))
        for second in [5, 15, 17, 21, 27, 40, 50] as [Int64] { desk.tell(.look, at: second * 1_000) }
        #expect(
            desk.run(until: .seconds(60)) == [
                "it is 6s", "it is 15s", "it is 27s", "it is 21s", "it is 27s", "it is 40.01s",
                "it is 50.005s",
            ])
    }

    /// 100 s ahead, and fast by a thousandth: after 5 s it shows 105.005 s. A jump of 10 s back from 6 to 8
    /// s; a drift of a thousandth more from 7 to 9 s adds 2 ms.
    @Test("a part knows the time that its machine's clock shows, and clocks jump and drift")
    func clock() {
        let desk = Desk(clock: LocalClock(offset: .seconds(100), drift: .partsPerMillion(1_000)))
        desk.cluster.plan(
            ClockFault(desk.machines, .step(by: -.seconds(10))), at: .at(.seconds(6)), for: .seconds(2))
        desk.cluster.plan(
            ClockFault(desk.machines, .drift(.partsPerMillion(1_000))), at: .at(.seconds(7)), for: .seconds(2)
        )
        for second in [5, 7, 9] as [Int64] { desk.tell(.look, at: second * 1_000) }
        #expect(desk.run() == ["it is 105.005s", "it is 97.007s", "it is 109.011s"])
    }
}

/// Keeps numbers, of a kilobyte each.
private actor Keeper: Part {
    private static let numbers = FileName<Kept>("numbers")

    struct Kept: FileRecord {
        let number: Int
        var size: ByteCount { .kilobytes(1) }
    }

    enum Inbox: Marked {
        case keep(Int)
        case kept(Int)
        case notKept
        case sync(Int)
        case synced(Int)
        case read
        case readRecord(Int)
        case wasRead(Bool)
        case look

        var mark: UInt64 {
            switch self {
            case .keep(let number): Vocabulary.mark(1, UInt64(number))
            case .kept(let number): Vocabulary.mark(2, UInt64(number))
            case .notKept: Vocabulary.mark(3)
            case .sync(let number): Vocabulary.mark(4, UInt64(number))
            case .synced(let number): Vocabulary.mark(5, UInt64(number))
            case .read: Vocabulary.mark(6)
            case .wasRead(let well): Vocabulary.mark(7, well ? 1 : 0)
            case .look: Vocabulary.mark(8)
            case .readRecord(let record): Vocabulary.mark(9, UInt64(record))
            }
        }
    }

    nonisolated let seat: Seat
    private let numbers: File<Kept>
    private(set) var heard: [String] = []

    init(seat: Seat) {
        self.seat = seat
        let numbers = seat.file(Self.numbers)
        self.numbers = numbers
        if seat.incarnation > 1 { heard.append("began with \(numbers.numbers.map { numbers[$0].number })") }
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .keep(let number):
            shift.append(Kept(number: number), to: numbers, then: .kept(number), orElse: .notKept)
        case .kept(let number): heard.append("kept \(number) at \(shift.now)")
        case .notKept: heard.append("not kept at \(shift.now)")
        case .sync(let number): shift.sync(numbers, then: .synced(number), orElse: .notKept)
        case .synced(let number): heard.append("synced \(number) at \(shift.now)")
        case .read: shift.read(.kilobytes(1), then: .wasRead(true), orElse: .wasRead(false))
        case .readRecord(let record):
            shift.read(record..<record + 1, of: numbers, then: .wasRead(true), orElse: .wasRead(false))
        case .wasRead(let well): heard.append("\(well ? "read" : "not read") at \(shift.now)")
        case .look: heard.append("it is \(shift.localTime)")
        }
    }
}
