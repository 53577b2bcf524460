import Chat
import Testing
import Vocabulary

@Suite("ledger: timelines of one letter")
struct LedgerTests {
    ///     user 0   tap ─────── accepted          receipt
    ///              1s          2s                5s
    ///     user 1                       shown 4s
    ///
    /// accept 2 - 1 = 1 s, delivery 4 - 1 = 3 s, receipt 5 - 4 = 1 s.
    @Test("a letter on its way: accept, delivery, receipt and read, each from where it counts")
    func plain() {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))))
        line.tell(2, .accepted(letter(0)), .accepted(letter(0)))
        line.tell(4, .shown(letter(0), on: device(1)))
        line.tell(5, .receiptKnown(letter(0), from: User(1)), .read(letter(0), by: User(1)))
        line.tell(9, .readKnown(letter(0), from: User(1)))
        line.finish(300)
        #expect(
            line.samples == [
                "accept 0 @1s 1s", "delivery 1 @1s 3s", "deliveryToAll 1 @1s 3s", "receipt 1 @1s 1s",
                "read 1 @1s 4s",
            ])
        #expect(line.ledger.counts.due == 1)
        #expect(line.ledger.counts.shown == 1)
        #expect(line.ledger.counts.accepted == 1)
        #expect(line.ledger.openLetterCount == 0)
        #expect(line.ledger.invariants.count == 0)
    }

    ///     user 1, phone    ─────────── shown 3s
    ///     user 1, laptop   ────────────────────── shown 8s
    @Test("delivery ends on the first device, delivery to all on the last one that was open")
    func severalDevices() {
        let line = Timeline(devices: [1, 3], open: false)
        line.tell(0, .appOpened(device(1, 0)), .appOpened(device(1, 1)))
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.tell(3, .shown(letter(0), on: device(1, 0)))
        line.tell(8, .shown(letter(0), on: device(1, 1)))
        line.finish(300)
        #expect(line.samples(.delivery) == ["delivery 1 @1s 2s"])
        #expect(line.samples(.deliveryToAll) == ["deliveryToAll 1 @1s 7s"])
        #expect(line.ledger.openLetterCount == 1)  // due on the third device too, which stayed closed
    }

    ///     user 1, phone    ─────────── shown 3s
    ///     user 1, laptop   ────── closed 2s   opened 5s ── shown 8s
    @Test("a device that is closed before it has shown the letter takes its owner out of delivery to all")
    func oneDeviceCloses() {
        let line = Timeline(devices: [1, 2])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.tell(2, .appClosed(device(1, 1)))
        line.tell(3, .shown(letter(0), on: device(1, 0)))
        line.tell(5, .appOpened(device(1, 1)))
        line.tell(8, .shown(letter(0), on: device(1, 1)))
        line.finish(300)
        #expect(line.samples(.delivery) == ["delivery 1 @1s 2s"])
        #expect(line.samples(.deliveryToAll) == [])
        #expect(line.ledger.counts.interrupted == 0)
    }

    ///     tap 1s   closed 2s          open 10s    shown 13s          catch-up: 13 - 10 = 3 s
    @Test("who closes the app first is interrupted, and catches up")
    func interrupted() {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.tell(2, .appClosed(device(1)))
        line.tell(10, .appOpened(device(1)))
        line.tell(13, .shown(letter(0), on: device(1)))
        line.finish(300)
        #expect(line.samples == ["accept 0 @1s 0s", "catchUp 1 @10s 3s"])
        #expect(line.ledger.counts.interrupted == 1)
    }

    /// The facts of one nanosecond count in the order in which they are told.
    @Test("an app closed and opened again at the moment of the tap, but before it, interrupts nothing")
    func sameMoment() {
        let line = Timeline(devices: [1, 1])
        line.tell(
            1, .appClosed(device(1)), .appOpened(device(1)),
            .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.tell(2, .shown(letter(0), on: device(1)))
        #expect(line.ledger.counts.interrupted == 0)
        line.tell(
            3, .tapped(letter(0, 1), on: device(0), to: .direct(User(1))), .appClosed(device(1)),
            .appOpened(device(1)), .accepted(letter(0, 1)))
        line.tell(4, .shown(letter(0, 1), on: device(1)))
        line.finish(300)
        #expect(line.samples(.delivery) == ["delivery 1 @1s 1s"])
        #expect(line.samples(.catchUp) == [])  // accepted after the return
        #expect(line.ledger.counts.interrupted == 1)
    }

    @Test("a lost network is not closing the app")
    func lostNetwork() {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.tell(2, .accessLost(device(1)))
        line.tell(60, .accessGained(device(1)))
        line.tell(61, .shown(letter(0), on: device(1)))
        line.finish(300)
        #expect(line.samples(.delivery) == ["delivery 1 @1s 60s"])
        #expect(line.ledger.counts.interrupted == 0)
    }

    ///     user 0             A 1s  B 2s                       C 12s
    ///     user 1   closed 0s             open 10s   A 11s           B 14s   C 20s
    ///
    /// C came after the return: a delivery of 20 - 12 = 8 s. The catch-up is over with B, 14 - 10 = 4 s.
    @Test("a catch-up is over when everything sent meanwhile is shown, and what comes later is a delivery")
    func catchUp() {
        let line = Timeline(devices: [1, 1])
        line.tell(0, .appClosed(device(1)))
        for number in 0..<2 as Range<UInt32> {
            line.tell(
                Int64(number) + 1, .tapped(letter(0, number), on: device(0), to: .direct(User(1))),
                .accepted(letter(0, number)))
        }
        line.tell(10, .appOpened(device(1)))
        line.tell(11, .shown(letter(0, 0), on: device(1)))
        line.tell(12, .tapped(letter(0, 2), on: device(0), to: .direct(User(1))), .accepted(letter(0, 2)))
        line.tell(14, .shown(letter(0, 1), on: device(1)))
        line.tell(20, .shown(letter(0, 2), on: device(1)))
        line.finish(300)
        #expect(line.samples(.catchUp) == ["catchUp 1 @10s 4s"])
        #expect(line.samples(.delivery) == ["delivery 1 @12s 8s"])
    }

    /// The first return is broken off at 12 s with B missing; the second one needs 31 - 30 = 1 s for it.
    @Test("a catch-up that is broken off begins anew with the next return")
    func brokenCatchUp() {
        let line = Timeline(devices: [1, 1])
        line.tell(0, .appClosed(device(1)))
        for number in 0..<2 as Range<UInt32> {
            line.tell(
                1, .tapped(letter(0, number), on: device(0), to: .direct(User(1))),
                .accepted(letter(0, number)))
        }
        line.tell(10, .appOpened(device(1)))
        line.tell(11, .shown(letter(0, 0), on: device(1)))
        line.tell(12, .appClosed(device(1)))
        line.tell(30, .appOpened(device(1)))
        line.tell(31, .shown(letter(0, 1), on: device(1)))
        line.finish(300)
        #expect(line.samples(.catchUp) == ["catchUp 1 @30s 1s"])
        #expect(line.ledger.counts.catchUpsBrokenOff == 1)
    }

    /// Room of 0, 1, 2, 3; 2 left before the tap, 3 leaves after it, 4 joins after it. Due to 1 and 3.
    @Test("members are those at the tap; who leaves before it is shown is due nothing")
    func membership() {
        let line = Timeline(devices: [1, 1, 1, 1, 1], rooms: [[0, 1, 2, 3]])
        line.tell(1, .left(Room(0), User(2)))
        line.tell(2, .tapped(letter(0), on: device(0), to: .room(Room(0))), .accepted(letter(0)))
        line.tell(3, .left(Room(0), User(3)), .joined(Room(0), User(4)))
        line.tell(4, .shown(letter(0), on: device(1)), .shown(letter(0), on: device(4)))
        line.tell(5, .shown(letter(0), on: device(3)))  // was on its way
        line.finish(300)
        #expect(line.samples(.delivery) == ["delivery 1 @2s 2s"])
        #expect(line.ledger.counts.due == 2)
        #expect(line.ledger.counts.withdrawn == 1)
        #expect(line.ledger.counts.leaked == 0)
        #expect(line.ledger.openLetterCount == 0)
    }

    @Test("a letter refused by a rule is due to nobody; one refused in trouble stays due")
    func refused() {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))))
        line.tell(2, .refused(letter(0), .bodyTooLarge))
        line.tell(3, .tapped(letter(0, 1), on: device(0), to: .direct(User(1))))
        line.tell(4, .refused(letter(0, 1), .overloaded))
        line.finish(300)
        #expect(
            line.samples == ["accept 0 @3s never", "delivery 1 @3s never", "deliveryToAll 1 @3s never"])
        #expect(line.ledger.counts.refusedByRule == 1)
        #expect(line.ledger.counts.refusedInTrouble == 1)
        #expect(line.ledger.counts.judged == 1)
        #expect(line.ledger.counts.lost == 0)
    }

    /// The first attempt got through, and the second was one too many: nobody waits for the letter, and yet it comes.
    @Test("a letter that is shown though it was refused is counted as shown")
    func shownThoughRefused() {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))))
        line.tell(2, .refused(letter(0), .rateLimited))
        #expect(line.ledger.counts.withdrawn == 1)
        line.tell(3, .shown(letter(0), on: device(1)))
        line.finish(300)
        #expect(line.samples == ["delivery 1 @1s 2s", "deliveryToAll 1 @1s 2s"])
        #expect(line.ledger.counts.refusedByRule == 1)
        #expect(line.ledger.counts.withdrawn == 0)
        #expect(line.ledger.counts.shown == line.ledger.counts.due)
    }

    /// The first is refused by a rule after 20 s without a network: it has no sample, and so no excuse either.
    @Test("refusals are told with their reasons, and what a rule refuses needs no excuse")
    func refusals() {
        let line = Timeline(devices: [1, 1])
        var told: [String] = []
        line.ledger.news.refusal = { refusal, _, intended in
            told.append("\(refusal.words) @\(intended) \(refusal.incident)")
        }
        line.ledger.news.excuse = { _, intended in told.append("excuse @\(intended)") }
        line.tell(1, .accessLost(device(0)))
        for number in 0..<2 as Range<UInt32> {
            line.tell(2, .tapped(letter(0, number), on: device(0), to: .direct(User(1))))
        }
        line.tell(22, .accessGained(device(0)), .refused(letter(0), .bodyTooLarge))
        #expect(told == ["the body is too large @2s refusedByRule"])
        line.tell(23, .refused(letter(0, 1), .overloaded), .accepted(letter(0, 1)))
        #expect(
            told.dropFirst() == ["the system is overloaded @2s refusedInTrouble", "excuse @2s"])
        #expect(line.ledger.counts.withoutAccess == 2)
        line.finish(60)
        #expect(line.samples(.accept) == ["accept 0 @2s 21s"])
    }

    /// Accepted at 2 s, never shown, and over at 300 s with a chance of 120 s. Who has had no line for the last
    /// second was not reached; who has had one for the ten seconds of patience was. What is lost is not said to hang besides.
    @Test("who has no line to the system cannot say that it lost a letter, nor that it hangs")
    func cutOff() {
        func run(_ change: (Timeline) -> Void) -> (lost: UInt64, held: UInt64, hangs: Bool) {
            let line = Timeline(devices: [1, 1])
            line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
            change(line)
            let hangs = line.ledger.hanging(before: .at(.seconds(300))) != nil
            line.finish(300)
            return (line.ledger.counts.lost, line.ledger.counts.held, hangs)
        }
        func loses(_ line: Timeline) {
            line.ledger.noteLine(of: device(1), isThere: false, at: .at(.seconds(3)))
        }
        func gains(_ line: Timeline, _ seconds: Int64) {
            loses(line)
            for later in 0..<3 as Range<Int64> {  // the first time counts
                line.ledger.noteLine(of: device(1), isThere: true, at: .at(.seconds(seconds + later)))
            }
        }
        #expect(run { _ in } == (1, 0, false))
        #expect(run(loses) == (0, 1, false))
        #expect(run { gains($0, 290) } == (1, 0, false))
        #expect(run { gains($0, 291) } == (0, 1, true))
    }

    /// Given up 3 s after the tap, within the sender's patience of 10 s; an answer that comes later changes
    /// nothing. The first letter was stored all the same, and is shown; the second never comes.
    @Test("a letter that was given up is not accepted; whom it is for still waits, and may see it")
    func givenUp() {
        let line = Timeline(devices: [1, 1])
        for number in 0..<2 as Range<UInt32> {
            line.tell(1, .tapped(letter(0, number), on: device(0), to: .direct(User(1))))
        }
        line.tell(4, .gaveUp(letter(0, 0)), .gaveUp(letter(0, 1)))
        #expect(line.ledger.counts.judged == 2)
        line.tell(5, .accepted(letter(0, 0)), .shown(letter(0, 0), on: device(1)))
        line.finish(300)
        #expect(line.samples(.accept) == ["accept 0 @1s never", "accept 0 @1s never"])
        #expect(line.samples(.delivery) == ["delivery 1 @1s 4s", "delivery 1 @1s never"])
        #expect(line.ledger.counts.givenUp == 2)
        #expect(line.ledger.counts.judged == 2)
        #expect(line.ledger.counts.acceptedInTime == 0)
        #expect(line.ledger.counts.lost == 0)
        #expect(line.ledger.openLetterCount == 1)  // the first one has closed
    }

    /// Patience is 10 s. Accepted after 10 s: in time. After 11 s: late. Never, without network from 4 s
    /// before the tap to 9 s after it: the service had a second. Never, without network for 11 s: not the
    /// service's fault.
    @Test("availability: within patience, and without the taps that had no network all that time")
    func availability() {
        let line = Timeline(devices: [1, 1])
        func tap(_ number: UInt32) -> ChatFact {
            .tapped(letter(0, number), on: device(0), to: .direct(User(1)))
        }
        line.tell(1, tap(0))
        line.tell(11, .accepted(letter(0, 0)))
        line.tell(20, tap(1))
        line.tell(31, .accepted(letter(0, 1)))
        line.tell(40, .accessLost(device(0)))
        line.tell(44, tap(2))
        line.tell(53, .accessGained(device(0)), .accessLost(device(0)))
        line.tell(60, tap(3))
        line.tell(71, .accessGained(device(0)))
        line.finish(300)
        #expect(line.ledger.counts.judged == 4)
        #expect(line.ledger.counts.acceptedInTime == 1)
        #expect(line.ledger.counts.withoutAccess == 1)
    }

    /// The first letter falls due at 11 s, and is judged when the second one is accepted at 12 s, the end of its own
    /// patience: that one is in time.
    @Test("an acceptance at the very end of patience is in time, also while another letter is judged")
    func endOfPatience() {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0, 0), on: device(0), to: .direct(User(1))))
        line.tell(2, .tapped(letter(0, 1), on: device(0), to: .direct(User(1))))
        line.tell(12, .accepted(letter(0, 1)))
        #expect(line.ledger.counts.judged == 2)
        #expect(line.ledger.counts.acceptedInTime == 1)
    }

    @Test("what a lost device had not brought into the system is nobody's fault")
    func lostDevice() {
        let line = Timeline(devices: [2, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))))
        line.tell(2, .deviceLost(device(0)))
        line.finish(300)
        #expect(line.samples == [])
        #expect(line.ledger.counts.judged == 0)
        #expect(line.ledger.counts.withdrawn == 1)
    }

    ///     user 1   away   device 0 is lost 3s   device 1 opens 4s ─────────────── 300s
    @Test("S0-22 a letter for a device that was lost is due on the one that comes in its place")
    func replacedDevice() {
        let line = Timeline(devices: [1, 1], open: false)
        line.tell(0, .appOpened(device(0)))
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.tell(3, .deviceLost(device(1)), .deviceAdded(device(1, 1)))
        line.tell(4, .appOpened(device(1, 1)))
        #expect(
            line.ledger.hanging(before: .at(.seconds(20)))?.first
                == "letter 0.0, tapped at 1s: user 1 has not been shown it")
        line.finish(300)
        #expect(line.samples(.catchUp) == ["catchUp 1 @4s never"])
        #expect(line.ledger.counts.lost == 1)
        #expect(line.ledger.counts.held == 0)
        #expect(
            line.evidence("never-lost") == [
                "letter 0.0, tapped at 1s and accepted at 1s, was not shown to user 1 by 300s, reachable since 4s"
            ])
    }

    @Test("a late duplicate is found after the letter has closed, in rooms and outside")
    func lateDuplicate() {
        let line = Timeline(devices: [2, 1, 3], rooms: [[2, 1, 0]])
        line.tell(1, .tapped(letter(0, 0), on: device(0), to: .direct(User(2))), .accepted(letter(0, 0)))
        line.tell(1, .tapped(letter(0, 1), on: device(0), to: .room(Room(0))), .accepted(letter(0, 1)))
        for number in 0..<2 as Range<UInt32> {
            for phone in 0..<3 as Range<UInt8> {
                line.tell(2, .shown(letter(0, number), on: device(2, phone)))
            }
        }
        line.tell(3, .shown(letter(0, 1), on: device(1)))
        line.tell(3, .shown(letter(0, 0), on: device(0, 1)), .shown(letter(0, 1), on: device(0, 1)))
        line.tell(100, .droppedAsDuplicate(letter(0), on: device(2)))
        #expect(line.ledger.openLetterCount == 0)
        #expect(line.ledger.counts.duplicate == 0)
        line.tell(101, .shown(letter(0, 0), on: device(2, 1)), .shown(letter(0, 1), on: device(2, 1)))
        line.tell(102, .shown(letter(0, 0), on: device(0, 1)), .shown(letter(0, 1), on: device(0, 1)))
        #expect(line.ledger.counts.duplicate == 4)
        line.tell(103, .deviceAdded(device(2, 3)), .shown(letter(0, 0), on: device(2, 3)))
        line.tell(103, .shown(letter(0, 1), on: device(2, 3)))
        #expect(line.ledger.counts.duplicate == 4)  // a new device fetches the past…
        line.tell(104, .shown(letter(0, 0), on: device(2, 3)), .shown(letter(0, 1), on: device(2, 3)))
        #expect(line.ledger.counts.duplicate == 6)  // …once
        #expect(line.ledger.counts.droppedAsDuplicate == 1)
        #expect(line.ledger.counts.leaked == 0)
    }
}
