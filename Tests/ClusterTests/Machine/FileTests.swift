import Cluster
import Simulation
import Testing
import Vocabulary

/// Files of a part, held beside a model that knows nothing of bytes, positions or handles: lists of records, each
/// of which is on its way, written or synced.
@Suite("machine: files")
struct FileTests {
    /// A byte takes a nanosecond, a sync 2 µs, a read 100 ns and its bytes.
    private static let profile = DiskProfile(
        sync: .constant(2_000), read: .constant(100), bytesPerSecond: 1_000_000_000)

    private struct Archive {
        let cluster = Cluster(seed: 1, zones: ["office"]) { _, _ in LinkProfile() }
        let clerk: Endpoint<Clerk>

        init() {
            let wire = Bandwidth(.gigabitsPerSecond(8))
            clerk =
                cluster.add(
                    "clerk", count: 1,
                    on: Hardware(
                        processor: .init(cores: 1), disk: .init(FileTests.profile, capacity: .megabytes(100)),
                        uplink: wire, downlink: wire),
                    in: Zone(number: 0)
                ) { seat, _ in Clerk(seat: seat) }[0]
        }

        func tell(_ message: Clerk.Inbox) {
            cluster.deliver(message, to: clerk, at: cluster.world.now)
            _ = cluster.run(until: cluster.world.now + .nanoseconds(1))
        }

        func wait(_ span: Span) { _ = cluster.run(until: cluster.world.now + span) }

        func records(of file: Int) -> [Clerk.Slip] {
            cluster.inspect(clerk) { clerk in clerk.files[file].numbers.map { clerk.files[file][$0] } } ?? []
        }

        func numbers(of file: Int) -> Range<Int> {
            cluster.inspect(clerk) { $0.files[file].numbers } ?? 0..<0
        }

        var heard: [String] { cluster.inspect(clerk) { $0.heard } ?? [] }
        var stored: UInt64 { cluster.readings[0].stored }
        var pool: Pool<Clerk.Slip> { cluster.world.pool(of: Clerk.Slip.self) }
    }

    // MARK: The model

    private struct Model {
        enum State { case onItsWay, written, synced }
        struct Record {
            let slip: Clerk.Slip
            var state = State.onItsWay
        }
        struct File {
            var first = 0
            var records: [Record] = []
        }
        enum Work {
            case append(Int, slip: Int)
            case read(Int, Range<Int>, number: Int)
            case sync([(file: Int, number: Int)], covers: [Int: Set<Int>])
        }
        struct Operation {
            var work: Work
            let cost: UInt64
            var end: UInt64?
        }

        var files = [File](repeating: File(), count: Clerk.fileCount)
        var queue: [Operation] = []
        var heard: [String] = []

        mutating func run(until now: UInt64) {
            while let end = queue.first?.end, end <= now {
                finish(queue.removeFirst().work)
                start(at: end)
            }
        }

        mutating func ask(_ work: Work, cost: UInt64, at now: UInt64) {
            run(until: now)
            // The first of the queue runs; another sync that waits takes this one along.
            if case .sync(let askers, _) = work {
                for place in queue.indices.dropFirst() {
                    if case .sync(let others, let covers) = queue[place].work {
                        queue[place].work = .sync(others + askers, covers: covers)
                        return
                    }
                }
            }
            queue.append(Operation(work: work, cost: cost))
            start(at: now)
        }

        private mutating func start(at now: UInt64) {
            guard !queue.isEmpty, queue[0].end == nil else { return }
            queue[0].end = now + queue[0].cost
            guard case .sync(let askers, _) = queue[0].work else { return }
            var covers: [Int: Set<Int>] = [:]
            for (file, _) in askers {
                covers[file] = Set(
                    files[file].records.filter { $0.state != .onItsWay }.map { $0.slip.number })
            }
            queue[0].work = .sync(askers, covers: covers)
        }

        private mutating func finish(_ work: Work) {
            switch work {
            case .append(let file, let slip):
                if let place = files[file].records.firstIndex(where: { $0.slip.number == slip }) {
                    files[file].records[place].state = .written
                }
            case .read(let file, let numbers, let number):
                let isThere = numbers.allSatisfy {
                    let place = $0 - files[file].first
                    return files[file].records.indices.contains(place)
                        && files[file].records[place].state != .onItsWay
                }
                heard.append("\(number) \(isThere ? "read" : "not read")")
            case .sync(let askers, let covers):
                for (file, number) in askers {
                    for place in files[file].records.indices
                    where covers[file]!.contains(files[file].records[place].slip.number) {
                        files[file].records[place].state = .synced
                    }
                    heard.append("\(number) synced")
                }
            }
        }

        mutating func crash(_ kind: CrashKind, at now: UInt64) {
            run(until: now)
            queue = []
            heard = []
            for file in files.indices {
                switch kind {
                case .process: files[file].records.removeAll { $0.state == .onItsWay }
                case .unsynced: files[file].records.removeAll { $0.state != .synced }
                case .disk: files[file] = File()
                }
            }
        }

        var stored: UInt64 {
            files.reduce(0) {
                $0 + $1.records.filter { $0.state != .onItsWay }.reduce(0) { $0 + UInt64($1.slip.size.bytes) }
            }
        }
    }

    /// Most operations are appends; files stay some hundred records long. Between two there are none to 4 µs, so
    /// that some happen while others are under way.
    @Test(
        "files, their space and their references agree with a model, through thousands of operations and crashes",
        arguments: [1, 2, 3])
    func model(seed: UInt64) {
        let archive = Archive()
        var model = Model()
        var stream = Streams(seed: seed, purpose: Purpose("files")).stream(of: 0)
        var slips = 0
        for number in 0..<4_000 {
            archive.wait(.nanoseconds(Int64(stream.below(4_000))))
            let now = archive.cluster.world.now.nanoseconds
            model.run(until: now)
            let file = stream.below(Clerk.fileCount)
            let numbers = model.files[file].first..<model.files[file].first + model.files[file].records.count
            switch stream.below(100) {
            case 0..<60:
                for _ in 0...stream.below(6) {
                    slips += 1
                    let slip = Clerk.Slip(number: slips, bytes: 1 + stream.below(700))
                    archive.tell(.append(file, slip))
                    let time = archive.cluster.world.now.nanoseconds - 1
                    model.run(until: time)
                    model.files[file].records.append(.init(slip: slip))
                    model.ask(.append(file, slip: slips), cost: UInt64(slip.bytes), at: time)
                }
            case 60..<75:
                archive.tell(.sync(file, number))
                model.ask(.sync([(file, number)], covers: [:]), cost: 2_000, at: now)
            case 75..<85:
                let first = numbers.lowerBound + stream.below(numbers.count + 1)
                let range = first..<first + 1 + stream.below(min(300, numbers.upperBound - first + 1))
                archive.tell(.read(file, range, number))
                let isThere = range.clamped(to: numbers) == range
                let bytes = isThere ? Int(bytes(of: range, in: model.files[file])) : 0
                model.ask(
                    .read(file, isThere ? range : -1..<0, number: number), cost: UInt64(100 + bytes), at: now)
            case 85..<90:
                let gone = stream.below(numbers.count + 1)
                archive.tell(.trim(file, numbers.lowerBound + gone))
                model.files[file].records.removeFirst(gone)
                model.files[file].first += gone
            case 90..<95:
                let left = numbers.count - stream.below(min(numbers.count, 20) + 1)
                archive.tell(.truncate(file, numbers.lowerBound + left))
                model.files[file].records.removeLast(numbers.count - left)
            case 95:
                let first = stream.below(1_000)
                archive.tell(.delete(file, goingOnAt: first))
                model.files[file] = .init(first: first)
            default:
                let kind = CrashKind.allCases[min(stream.below(8), 2)]
                archive.cluster.crash(archive.clerk, losing: kind)
                archive.cluster.restart(archive.clerk)
                model.crash(kind, at: now)
            }
            model.run(until: archive.cluster.world.now.nanoseconds - 1)
            guard check(archive, model, at: number) else { return }
        }
        #expect(slips > 5_000)
    }

    private func bytes(of range: Range<Int>, in file: Model.File) -> Int {
        range.reduce(0) { $0 + file.records[$1 - file.first].slip.bytes }
    }

    private func check(_ archive: Archive, _ model: Model, at number: Int) -> Bool {
        for file in model.files.indices {
            let expected = model.files[file].records.map(\.slip)
            let first = model.files[file].first
            let isEqual =
                archive.records(of: file) == expected
                && archive.numbers(of: file) == first..<first + expected.count
            #expect(isEqual, "file \(file) differs after operation \(number)")
            if !isEqual { return false }
        }
        let references = (0..<64).reduce(0) { $0 + archive.pool.references(to: $1) }
        let count = model.files.reduce(0) { $0 + $1.records.count }
        #expect(references == count, "after operation \(number)")
        // The run has stopped a nanosecond later, before what happens then; a meter counts that too.
        var soon = model
        soon.run(until: archive.cluster.world.now.nanoseconds)
        #expect(archive.stored == soon.stored, "after operation \(number)")
        #expect(archive.heard == model.heard, "after operation \(number)")
        return references == count && archive.stored == soon.stored && archive.heard == model.heard
    }

    // MARK: What lies where

    /// Records 0 to 1,999 of 1 to 7 bytes, the first 700 trimmed.
    @Test("a record is found wherever it lies, behind a trim too")
    func places() {
        let archive = Archive()
        for number in 0..<2_000 { archive.tell(.append(0, .init(number: number, bytes: number % 7 + 1))) }
        archive.wait(.milliseconds(1))
        archive.tell(.trim(0, 700))
        func size(_ numbers: Range<Int>) -> ByteCount? {
            archive.cluster.inspect(archive.clerk) { $0.files[0].size(of: numbers) }
        }
        #expect(archive.records(of: 0).map(\.number) == Array(700..<2_000))
        for number in 700..<2_000 { #expect(size(number..<number + 1) == .bytes(Int64(number % 7 + 1))) }
        // 1,300 = 185 · 7 + 5: sevens of 28 bytes, and 1 + 2 + 3 + 4 + 5, as 700 is a multiple of 7.
        #expect(size(700..<2_000) == .bytes(185 * 28 + 15))
        #expect(archive.stored == 185 * 28 + 15)
    }

    /// Files that are opened again are the same; another name is another file.
    @Test("files have names, and a new incarnation finds them by these")
    func names() {
        let archive = Archive()
        archive.tell(.append(1, .init(number: 5, bytes: 1)))
        archive.wait(.milliseconds(1))
        archive.cluster.crash(archive.clerk, losing: .process)
        archive.cluster.restart(archive.clerk)
        #expect(archive.records(of: 0).isEmpty)
        #expect(archive.records(of: 1).map(\.number) == [5])
    }

    /// Contents that one file took over from another lie in the pool once, and go with the last of the two.
    @Test("files share contents")
    func shared() {
        let archive = Archive()
        for number in 0..<100 { archive.tell(.append(0, .init(number: number, bytes: 10))) }
        archive.tell(.copy(from: 0, to: 1))
        archive.wait(.milliseconds(1))
        #expect(archive.pool.chunkCount == 1)
        #expect(archive.pool.references(to: 0) == 200)
        archive.tell(.delete(0, goingOnAt: 0))
        #expect(archive.records(of: 1).map(\.number) == Array(0..<100))
        archive.tell(.delete(1, goingOnAt: 0))
        #expect(archive.pool.references(to: 0) == 0)
        #expect(archive.stored == 0)
    }

    /// 100 records of 1 to 7 bytes, 395 in all, leave by one operation from 1 ms on: at 1.000395 ms all are there. Half of
    /// that time after it began, a crash of the process finds none.
    @Test("records that are appended together are there together, by one event")
    func together() {
        func copied(_ look: (Archive) -> Void) -> Archive {
            let archive = Archive()
            for number in 0..<100 { archive.tell(.append(0, .init(number: number, bytes: number % 7 + 1))) }
            archive.wait(.milliseconds(1) - (archive.cluster.world.now - .start))
            archive.cluster.deliver(
                .copyAtOnce(from: 0, to: 1), to: archive.clerk, at: archive.cluster.world.now)
            look(archive)
            return archive
        }
        let whole = copied { $0.wait(.microseconds(1)) }
        #expect(whole.heard == ["copied at 1000.395us"])
        #expect(whole.records(of: 1) == whole.records(of: 0))
        #expect(whole.stored == 2 * 395)
        #expect(whole.pool.references(to: 0) == 200)
        let half = copied { archive in
            archive.wait(.nanoseconds(200))
            archive.cluster.crash(archive.clerk, losing: .process)
            archive.cluster.restart(archive.clerk)
        }
        #expect(half.records(of: 1).isEmpty)
        #expect(half.stored == 395)
        #expect(half.pool.references(to: 0) == 100)
    }

    @Test("records that are refused together leave nothing behind")
    func refusedTogether() {
        let archive = Archive()
        for number in 0..<10 { archive.tell(.append(0, .init(number: number, bytes: 1))) }
        archive.cluster.plan(
            DiskFault(archive.cluster.machines(of: [archive.clerk]), .full), at: .at(.microseconds(10)),
            for: .seconds(1))
        archive.wait(.microseconds(20))
        archive.tell(.copyAtOnce(from: 0, to: 1))
        archive.wait(.microseconds(1))
        #expect(archive.heard == ["failed"])
        #expect(archive.records(of: 1).isEmpty)
        #expect(archive.pool.references(to: 0) == 10)
    }

    /// The memory of the part takes ten slips over, forgets four of them, and loses the others in a crash.
    @Test("what a part remembers goes with it")
    func remembered() {
        let archive = Archive()
        let slips = (0..<10).map { archive.pool.write(.init(number: $0, bytes: 1)) }
        for slip in slips { archive.tell(.remember(slip)) }
        for slip in slips.prefix(4) { archive.tell(.forget(slip)) }
        #expect(archive.pool.references(to: 0) == 6)
        archive.cluster.crash(archive.clerk, losing: .process)
        #expect(archive.pool.references(to: 0) == 0)
        archive.cluster.restart(archive.clerk)
        archive.cluster.crash(archive.clerk, losing: .process)
        #expect(archive.pool.references(to: 0) == 0)
    }

    @Test("an append that the disk refuses leaves nothing behind")
    func refused() {
        let archive = Archive()
        archive.cluster.plan(
            DiskFault(archive.cluster.machines(of: [archive.clerk]), .full), at: .at(.nanoseconds(10)),
            for: .seconds(1))
        archive.wait(.microseconds(1))
        archive.tell(.append(0, .init(number: 1, bytes: 10)))
        #expect(archive.records(of: 0).isEmpty)
        #expect(archive.pool.references(to: 0) == 0)
    }

    /// An hour of ten records a second, of a kilobyte each, of which the latest 5 minutes are kept: 3,000 of them,
    /// from the fifth minute on. What they take in memory does not grow either.
    @Test("what is kept for five minutes takes as much after an hour as after ten minutes")
    func retention() {
        let archive = Archive()
        var sizes: [(stored: UInt64, pool: Int)] = []
        for second in 0..<3_600 {
            for place in 0..<10 {
                archive.tell(.append(0, .init(number: 10 * second + place, bytes: 1_000)))
            }
            archive.wait(.seconds(1) - .nanoseconds(10))
            if second >= 300 { archive.tell(.trim(0, 10 * (second - 299))) }
            if second == 600 || second == 3_599 { sizes.append((archive.stored, archive.pool.size)) }
        }
        #expect(sizes[0].stored == 3_000_000)
        #expect(sizes[1].stored == 3_000_000)
        // Slips of 16 bytes: 4,092 fit into a chunk, so 3,000 lie in one, two at most.
        #expect(sizes.allSatisfy { $0.pool <= 2 << 16 })
    }
}

/// Does with its files what it is told.
private actor Clerk: Part {
    static let fileCount = 3
    private static let names = (0..<fileCount).map { FileName<Slip>("file-\($0)") }

    struct Slip: FileRecord, Equatable {
        let number: Int
        let bytes: Int
        var size: ByteCount { .bytes(Int64(bytes)) }
    }

    enum Inbox: Marked {
        case append(Int, Slip)
        case copy(from: Int, to: Int)
        case copyAtOnce(from: Int, to: Int)
        case sync(Int, Int)
        case read(Int, Range<Int>, Int)
        case trim(Int, Int)
        case truncate(Int, Int)
        case delete(Int, goingOnAt: Int)
        case remember(Contents<Slip>)
        case forget(Contents<Slip>)
        case copied
        case synced(Int)
        case wasRead(Int, Bool)
        case failed

        var mark: UInt64 { 0 }
    }

    nonisolated let seat: Seat
    let files: [File<Slip>]
    private(set) var heard: [String] = []

    init(seat: Seat) {
        self.seat = seat
        files = Self.names.map { seat.file($0) }
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .append(let file, let slip): shift.append(slip, to: files[file])
        case .copy(let from, let to):
            for number in files[from].numbers {
                shift.append(files[from].contents(of: number).held(), to: files[to])
            }
        case .copyAtOnce(let from, let to):
            shift.append(
                each: files[from].numbers.map { files[from].contents(of: $0).held() }, to: files[to],
                then: .copied, orElse: .failed)
        case .sync(let file, let number): shift.sync(files[file], then: .synced(number), orElse: .failed)
        case .read(let file, let numbers, let number):
            shift.read(
                numbers, of: files[file], then: .wasRead(number, true), orElse: .wasRead(number, false))
        case .trim(let file, let number): shift.trim(files[file], to: number)
        case .truncate(let file, let number): shift.truncate(files[file], to: number)
        case .delete(let file, let number): shift.delete(files[file], goingOnAt: number)
        case .remember(let slip): seat.remember(slip)
        case .forget(let slip): seat.forget(slip)
        case .copied: heard.append("copied at \(shift.now - .start)")
        case .synced(let number): heard.append("\(number) synced")
        case .wasRead(let number, let well): heard.append("\(number) \(well ? "read" : "not read")")
        case .failed: heard.append("failed")
        }
    }
}
