import Benchmarks
import Chat
import Experiments
import HubbubCommand
import Simulation
import Testing
import Vocabulary

/// What a run holds, by the allocator's count: each in a process of its own, because all tests of one process
/// share its memory.
@Suite("command line: memory that a run holds")
struct FixedMemoryTests {
    /// One room of 1,024 people with a device each, who are all due every letter but their own: 24 bytes each,
    /// which make 24 KiB of a letter, beside whose row there is not much. The rows grow by a half when they are
    /// full, so that they may have half as much again; and the allocator's sizes are up to a quarter apart.
    ///
    /// When a letter has closed there are 32 bytes, a word and 128 bytes of bits for 1,023 devices: 1.3 bits
    /// each, which may have half as much again.
    @Test("an open letter takes 24 bytes for each device that it is due on, a closed one about a bit")
    func lettersToRooms() async {
        await #expect(processExitsWith: .success) {
            let books = Books(seats: 1_024)
            let (before, allocatedBefore) = (books.bytes, Memory.now().allocatedBytes)
            var ratios: [Double] = []
            for _ in 0..<600 {
                books.tap(.room(Room(0)))
                ratios.append(Double(books.bytes - before) / Double(books.openLetters * 1_023))
            }
            let settled = ratios.dropFirst(8)  // the fixed parts weigh on the first ones
            #expect((24.0...24.5).contains(settled.min() ?? 0), "\(settled)")
            #expect(settled.max() ?? 99 < 36.5, "\(settled)")
            // What the books say of themselves is what they have, beside what the testing library does meanwhile.
            let (bytes, slack) = (books.bytes - before, 1 << 20)
            let allocated = Int(Memory.now().allocatedBytes) - Int(allocatedBefore)
            #expect((bytes - slack...bytes * 5 / 4 + slack).contains(allocated), "\(allocated), not \(bytes)")

            books.closeAll()
            #expect(books.openLetters == 0)
            let closed = books.bytes
            for _ in 0..<100 {
                for _ in 0..<50 { books.tap(.room(Room(0))) }
                books.closeAll()
            }
            let bits = Double(books.bytes - closed) * 8 / Double(5_000 * 1_023)
            #expect((1.0...2.0).contains(bits), "\(bits) bits for each device of a closed letter")
        }
    }

    /// A letter to one person has a row of its own, 112 bytes, and a slot or two to be found by. Closed, it is
    /// a word in its sender's pages, which double.
    @Test("a letter to one person takes a row of its own while it is open, and a word when it is closed")
    func directLetters() async {
        await #expect(processExitsWith: .success) {
            let books = Books(seats: 2)
            let before = Memory.now().allocatedBytes
            for _ in 0..<100_000 { books.tap(.direct(User(1))) }
            let open = Double(Memory.now().allocatedBytes - before) / 100_000
            #expect((100.0...260.0).contains(open), "\(open) bytes for an open letter")

            books.closeAll()
            let closed = Memory.now().allocatedBytes
            for _ in 0..<10 {
                for _ in 0..<100_000 { books.tap(.direct(User(1))) }
                books.closeAll()
            }
            let rest = Double(Memory.now().allocatedBytes - closed) / 1_000_000
            #expect((0.0...24.0).contains(rest), "\(rest) bytes for a closed letter")
        }
    }

    /// Ten hours, each second with letters of all metrics, times from a millisecond to a minute, and readings of
    /// all that a role has. At most: 720 slices of 4 KB for each of six metrics, 17.7 MB; 720 of 96 bytes for
    /// each of what a role has, and fine histograms for two parts of the run, 3 MB. Which of these pages are
    /// there rises and sinks as slices merge.
    @Test("meters and measures over time take no more after ten hours than was said before the run")
    func measurement() async {
        await #expect(processExitsWith: .success) {
            let hours = 10
            let end = Instant.at(.hours(Int64(hours)))
            let timeline = Timeline(
                warmup: .start, endOfSends: end, end: end, phases: [.init("usual", from: .start)])
            let measurement = Measurement(
                timeline: timeline, thresholds: [], healthy: nil, patience: .seconds(10), roles: ["server"])
            var stream = Streams(seed: 1, purpose: Purpose("memory")).stream(of: 0)
            let tags = Sample.Tags(region: 0, access: 0, isRoom: false)
            var highest = [UInt64](repeating: 0, count: hours)
            let before = Memory.now().allocatedBytes
            for second in 0..<3_600 * hours {
                let time = Instant.at(.seconds(Int64(second)))
                let samples = (0..<60).map { _ in
                    // Six of the metrics, each over five decades.
                    let latency = Span(nanoseconds: Int64(1_000_000) << Int64(stream.below(17)))
                    return Sample(
                        Sample.Metric.allCases[stream.below(Sample.Metric.allCases.count)], tags,
                        intended: time, latency: latency + .nanoseconds(Int64(stream.below(1_000_000))))
                }
                samples.withUnsafeBufferPointer { measurement.record($0) }
                for resource in Resource.allCases {
                    measurement.record(role: 0, resource, UInt64(stream.below(1_000_000)), at: time)
                }
                if second % 10 == 9 {
                    highest[second / 3_600] = max(highest[second / 3_600], Memory.now().allocatedBytes)
                }
            }
            measurement.finish(at: end)
            #expect(highest.allSatisfy { $0 < before + 21_000_000 }, "\(highest), \(before) before")
        }
    }

    /// Ten people who write to each other once an hour: 100 letters in all, of some hundred bytes each on the
    /// server's disk and in the books. All else that goes on for ten hours must not leave anything behind.
    @Test("a whole run takes no more after ten hours than after two")
    func wholeRun() async {
        await #expect(processExitsWith: .success) {
            let folder = try Folder()
            let file = try folder.file(
                "a.yaml",
                quietPeople.replacing("duration: 1m", with: "duration: 10h")
                    .replacing("6/m per user", with: "1/h per user"))
            let ended = Hubbub(["run", file, "--out", folder("out")]) { play, watch in
                var highest = [UInt64](repeating: 0, count: 11)
                let outcome = play.run { status in
                    let second = Int(status.time.nanoseconds / 1_000_000_000)
                    if second % 10 == 0 {
                        highest[second / 3_600] = max(highest[second / 3_600], Memory.now().allocatedBytes)
                    }
                    return watch(status)
                }
                #expect(highest[2...].max() ?? .max <= max(highest[0], highest[1]) + 64_000, "\(highest)")
                return outcome
            }
            #expect(ended.code == .held, "\(ended.err)")
        }
    }
}

/// A ledger for people with a device each, all of whom are there; user 0 taps, once a second.
private final class Books {
    private let ledger: Ledger
    private let seats: Int
    private var time = Instant.start
    private var tapped: UInt32 = 0
    private var closed: UInt32 = 0
    private var recipients: [User] = []

    init(seats: Int) {
        self.seats = seats
        var roster = Roster(
            devices: Array(repeating: 1, count: seats), regions: Array(repeating: 0, count: seats),
            accesses: Array(repeating: 0, count: seats), deviceLimit: 1)
        roster.addRoom(of: (0..<seats).map { User(UInt32($0)) })
        ledger = Ledger(roster, LedgerSettings()) { _ in }
        for user in 0..<seats { ledger.take(.appOpened(device(of: user)), at: time) }
    }

    var openLetters: Int { ledger.openLetterCount }
    var bytes: Int { ledger.bytes }

    func tap(_ destination: Destination) {
        time = time + .milliseconds(1)
        let letter = LetterID(of: User(0), tapped)
        tapped += 1
        ledger.take(.tapped(letter, on: device(of: 0), to: destination), at: time)
        ledger.take(.accepted(letter), at: time)
        if case .room = destination {
            recipients = (1..<seats).map { User(UInt32($0)) }
        } else {
            recipients = [User(1)]
        }
    }

    /// All that was tapped is shown to whom it is for, and the time for sending it again passes.
    func closeAll() {
        for number in closed..<tapped {
            for user in recipients {
                ledger.take(
                    .shown(LetterID(of: User(0), number), on: device(of: Int(user.number))), at: time)
            }
        }
        closed = tapped
        time = time + .minutes(2)
        // A fact about nobody's letter, which brings the ledger to this time.
        ledger.take(.accessGained(device(of: 0)), at: time)
    }

    private func device(of user: Int) -> DeviceID { DeviceID(of: User(UInt32(user)), 0) }
}
