import Cluster
import Simulation
import Testing
import Vocabulary

/// Everything that a system of many parts needs of a cluster, in one design and at once.
///
/// A desk hands letters to the role `letters` and their receipts to the role `receipts`. Both roles have parts of
/// one type, `Shelf`, with a number, a place and a cost of its own each. The desk boots the spare machine of
/// `letters` when one that it has works for more than 80 % of a second, and stops it below 10 %.
///
///     zone eu/a     desk   letters[0]              receipts[0]
///     zone eu/b            letters[1] (spare)      receipts[1]
@Suite("cluster: a design of several roles")
struct DesignTests {
    /// 900 letters a second for 10 s, 100 a second for 10 s more, of 1 ms each; 50 receipts a second throughout, of
    /// 2 ms each, which the two machines get in turn. From 5 s to 8 s what lies between the desk and `receipts`
    /// takes 5 ms longer, from 14 s to 16 s eu/b is cut off.
    private struct Sorting {
        let cluster: Cluster
        let letters: Endpoints<Shelf>
        let receipts: Endpoints<Shelf>
        private let desk: Endpoint<Desk>

        /// - Parameter isRough: whether what lies between machines varies and loses one packet in a hundred.
        init(isRough: Bool = false, delays: Bool = true) throws {
            cluster = Cluster(seed: 1, zones: ["eu/a", "eu/b"], regions: ["eu", "eu"]) { from, to in
                let delay = Span.milliseconds(from == to ? 1 : 2)
                guard isRough else { return LinkProfile(delay: .delay(delay)) }
                return LinkProfile(
                    delay: .delay(median: delay, p99: delay * 3), loss: .independent(Bernoulli(0.01)))
            }
            let (a, b) = (Zone(number: 0), Zone(number: 1))
            let wire = Bandwidth(.gigabitsPerSecond(8))
            var hardware = Hardware(
                processor: .init(cores: 1), clockCorrection: .seconds(60), uplink: wire, downlink: wire)
            hardware.bootTime = .seconds(2)
            letters = cluster.reserve("letters", on: hardware, in: [a, b], spare: 1)
            receipts = cluster.reserve("receipts", on: hardware, in: [a, b])
            let (letters, receipts) = (letters, receipts)
            let desk = cluster.add(
                "desk", count: 1, on: Hardware(processor: nil, uplink: wire, downlink: wire), in: a
            ) { seat, _ in Desk(seat: seat, letters: letters, receipts: receipts) }[0]
            cluster.start(letters) { seat, _ in Shelf(seat: seat, work: .milliseconds(1), reports: desk) }
            cluster.start(receipts) { seat, _ in Shelf(seat: seat, work: .milliseconds(2), reports: nil) }
            self.desk = desk
            for number in 0..<10_000 {
                let time: Int64 =
                    number < 9_000
                    ? Int64(number) * 10_000_000 / 9 : 10_000_000_000 + Int64(number - 9_000) * 10_000_000
                cluster.deliver(.letter(number), to: desk, at: .at(.nanoseconds(time)))
            }
            for number in 0..<1_000 {
                cluster.deliver(
                    .receipt(number), to: desk, at: .at(.microseconds(Int64(number) * 20_000 + 500)))
            }
            cluster.plan(
                cluster.cutOff(try cluster.find(.zone("eu/b"))), at: .at(.seconds(14)), for: .seconds(2))
            guard delays else { return }
            let (deskEnd, receiptsEnd) = (
                LinkGroup(try cluster.find(.role("desk"))), LinkGroup(try cluster.find(.role("receipts")))
            )
            cluster.plan(
                LinkFault.delay(
                    on: [.init(from: deskEnd, to: receiptsEnd), .init(from: receiptsEnd, to: deskEnd)],
                    .delay(.milliseconds(5))),
                at: .at(.seconds(5)), for: .seconds(3))
        }

        func run() { _ = cluster.run(until: .at(.seconds(21))) }

        func reading(of role: String, _ number: Int) -> MachineReading {
            cluster.readings.first { $0.role == role && $0.number == number }!
        }

        var notes: [String] { cluster.inspect(desk) { $0.notes } ?? [] }

        /// What was done when, by number.
        func done(by shelf: Endpoint<Shelf>) -> [Int: Span] {
            Dictionary(
                uniqueKeysWithValues: (cluster.inspect(shelf) { $0.done } ?? []).map {
                    ($0.number, $0.time - .start)
                })
        }

        /// All that the parts of a role have taken, and when, folded into one number.
        func digest(of role: Endpoints<Shelf>) -> [UInt64] {
            role.map { shelf in cluster.inspect(shelf) { $0.digest } ?? 0 }
        }
    }

    /// `letters[0]` says after each second how busy it was, and 1 ms later the desk knows. At 1.001 s that is 90 %: the
    /// order to boot is given. The spare machine is there 2 s later, and its first word takes 2 ms from zone to zone: at
    /// 3.003 s. From then on each has 450 letters a second, and nobody is above 80 %. In the first second of 100 letters,
    /// until 11 s, `letters[1]` works on 50 of them: 5 %. The desk hears of it at 11.003 s, and stops the machine.
    @Test("a spare machine is booted at 80 % utilisation, takes its half, and is stopped again")
    func scaling() throws {
        let sorting = try Sorting()
        sorting.run()
        #expect(
            sorting.notes.map { $0.prefix { $0 != "." } } == [
                "boot 1 at 1001", "1 is there at 3003", "stop 1 at 11003",
            ])
        let (first, second) = (sorting.reading(of: "letters", 0), sorting.reading(of: "letters", 1))
        #expect(second.zone == Zone(number: 1))
        #expect(!second.isOn)
        #expect(first.timeOn == .seconds(21))
        #expect((second.timeOn - .milliseconds(10_002)).nanoseconds.magnitude < 1_000_000)
        // 900 · (10 − 3.003)/2 = 3,148 and 100 · 1.003/2 = 50, and it looked at itself eight times. What was on its way to it
        // when it was stopped is lost.
        let letters = Int(try #require(second.processor).served) - 8
        #expect(abs(letters - 3_198) <= 2, "\(letters)")
        #expect((9_999...10_000).contains(sorting.done(by: sorting.letters[0]).count + letters))
    }

    /// A receipt leaves the desk, with 152 B on the wire, takes 1 ms to eu/a and 2 ms to eu/b, and 2 ms of work: even ones are
    /// done after 3 ms, odd ones after 4 ms, from 5 s to 8 s 5 ms later.
    @Test("a delay between two roles adds what it says, to what is between them")
    func delay() throws {
        let sorting = try Sorting()
        sorting.run()
        for (shelf, usual) in zip(sorting.receipts, [3, 4] as [Int64]) {
            let done = sorting.done(by: shelf)
            for (number, time) in done where !(14_000..<17_400).contains(20 * number) {
                let sent = Span.microseconds(Int64(number) * 20_000 + 500)
                let more: Int64 = (5_000..<8_000).contains(20 * number) ? 5 : 0
                #expect(time == sent + .milliseconds(usual + more) + .nanoseconds(304), "\(number)")
            }
        }
    }

    /// Odd receipts from number 701 on, which leaves at 14.0205 s, find eu/b cut off. The round trip is 4 ms, the timeout 204 ms.
    /// By then others have left, so that a probe was due first: the timeout is at 14.236 s, and tried again is 408, 816 and
    /// 1,632 ms later, which is at a multiple of 8 ticks of 4 ms each: at 14.656, 15.488 and 17.152 s, when the cut is over.
    /// 2 ms later 701 is there, and done after 2 ms more. That is when its acknowledgement is back, and the next two leave:
    /// 703 is done at 17.160 s, and the others behind it, as the window grows faster than the machine works. Even receipts
    /// and all letters know nothing of it.
    @Test("a zone that is cut off takes what waits for it later, in order; the other zone goes on")
    func cut() throws {
        let sorting = try Sorting()
        sorting.run()
        let (even, odd) = (sorting.done(by: sorting.receipts[0]), sorting.done(by: sorting.receipts[1]))
        #expect(even.count == 500)
        #expect(odd.count == 500)
        #expect(odd[699]! < .milliseconds(14_000))
        let late = stride(from: 701, through: 857, by: 2).map { odd[$0]! }
        let first = Span.milliseconds(17_156) + .nanoseconds(152)
        #expect(late == [first] + (0..<78).map { first + .milliseconds(4 + 2 * $0) })
    }

    /// Delays that vary, and losses: whatever is drawn for letters is drawn as before.
    @Test("a delay between two roles changes no digest of the others' traffic")
    func digests() throws {
        let (usual, delayed) = (try Sorting(isRough: true, delays: false), try Sorting(isRough: true))
        usual.run()
        delayed.run()
        #expect(delayed.digest(of: delayed.letters) == usual.digest(of: usual.letters))
        #expect(delayed.notes == usual.notes)
        #expect(usual.notes.count == 3)
        let (before, after) = (usual.digest(of: usual.receipts), delayed.digest(of: delayed.receipts))
        #expect(before[0] != after[0])
        #expect(before[1] != after[1])
    }
}

/// Hands out letters and receipts, and sees to it that there are enough machines for letters.
private actor Desk: Part {
    enum Inbox: Marked {
        case letter(Int)
        case receipt(Int)
        case here(Int)
        case busy(Int, perThousand: Int)

        var mark: UInt64 {
            switch self {
            case .letter(let number): Vocabulary.mark(1, UInt64(number))
            case .receipt(let number): Vocabulary.mark(2, UInt64(number))
            case .here(let shelf): Vocabulary.mark(3, UInt64(shelf))
            case .busy(let shelf, let share): Vocabulary.mark(4, UInt64(shelf), UInt64(share))
            }
        }
    }

    nonisolated let seat: Seat
    private let letters: Endpoints<Shelf>
    private let receipts: Endpoints<Shelf>
    private var there: [Int] = []
    private var isBooting = false
    private var given = 0
    private(set) var notes: [String] = []

    init(seat: Seat, letters: Endpoints<Shelf>, receipts: Endpoints<Shelf>) {
        self.seat = seat
        self.letters = letters
        self.receipts = receipts
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .letter(let number):
            let shelf = there.isEmpty ? 0 : there[given % there.count]
            given += 1
            shift.post(.job(number), to: letters[shelf], size: .bytes(100))
        case .receipt(let number): shift.post(.job(number), to: receipts[number % 2], size: .bytes(100))
        case .here(let shelf):
            if shelf > 0 { note("\(shelf) is there", in: shift) }
            there.append(shelf)
            isBooting = false
        case .busy(let shelf, let share): adapt(shelf, share, in: shift)
        }
    }

    private func adapt(_ shelf: Int, _ share: Int, in shift: Shift) {
        if share > 800, !isBooting, there.count < letters.count {
            note("boot \(there.count)", in: shift)
            isBooting = true
            shift.boot(letters[there.count])
        } else if share < 100, there.count > 1, shelf == there.last {
            note("stop \(shelf)", in: shift)
            there.removeLast()
            shift.drain(letters[shelf])
            shift.stop(letters[shelf])
        }
    }

    private func note(_ what: String, in shift: Shift) {
        notes.append("\(what) at \(Double((shift.now - .start).nanoseconds) / 1e6)")
    }
}

/// Works on jobs; tells a desk, if it has one, that it is there, and each second how busy it was.
private actor Shelf: Part {
    enum Inbox: Marked {
        case job(Int)
        case look

        var mark: UInt64 {
            switch self {
            case .job(let number): Vocabulary.mark(1, UInt64(number))
            case .look: Vocabulary.mark(2)
            }
        }
    }

    nonisolated let seat: Seat
    private let work: Span
    private let desk: Endpoint<Desk>?
    private var latest: ProcessorReading?
    private(set) var done: [(number: Int, time: Instant)] = []
    private(set) var digest: UInt64 = 0

    init(seat: Seat, work: Span, reports desk: Endpoint<Desk>?) {
        self.seat = seat
        self.work = work
        self.desk = desk
    }

    func cost(of message: Inbox) -> Span { if case .job = message { work } else { .zero } }

    func begin(in shift: Shift) {
        guard let desk else { return }
        latest = shift.processor
        shift.post(.here(seat.number), to: desk, size: .bytes(100))
        _ = shift.arm(.look, after: .seconds(1))
    }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .job(let number):
            done.append((number, shift.now))
            digest = Vocabulary.mark(digest, UInt64(number), shift.now.nanoseconds)
        case .look:
            guard let desk, let now = shift.processor, let latest else { return }
            let share = Int((now.utilisation(since: latest) * 1_000).rounded())
            self.latest = now
            shift.post(.busy(seat.number, perThousand: share), to: desk, size: .bytes(100))
            _ = shift.arm(.look, after: .seconds(1))
        }
    }
}
