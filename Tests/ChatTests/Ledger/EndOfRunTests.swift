import Chat
import Testing
import Vocabulary

/// Every run here ends at 300 s, and a chance is 120 s: who could be reached since 180 s or longer had one.
@Suite("ledger: what is open at the end")
struct EndOfRunTests {
    private func line(_ accepted: Bool = true, _ change: (Timeline) -> Void) -> Timeline {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))))
        if accepted { line.tell(2, .accepted(letter(0))) }
        change(line)
        line.finish(300)
        return line
    }

    @Test("accepted and connected to the end: never delivered, and lost")
    func connected() {
        let line = line { _ in }
        #expect(line.samples == ["accept 0 @1s 1s", "delivery 1 @1s never", "deliveryToAll 1 @1s never"])
        #expect(line.ledger.counts.lost == 1)
        #expect(line.ledger.counts.held == 0)
    }

    @Test("never accepted: late for the sender and for the recipient, and not lost")
    func neverAccepted() {
        let line = line(false) { _ in }
        #expect(line.samples == ["accept 0 @1s never", "delivery 1 @1s never", "deliveryToAll 1 @1s never"])
        #expect(line.ledger.counts.lost == 0)
        #expect(line.ledger.counts.held == 0)
    }

    /// User 1 has two devices, and shows the first letter on one of them; the second was refused, the third given up.
    @Test("what would never come is known before the end, with how long it has been waited for")
    func waits() {
        let line = Timeline(devices: [1, 2]) { $0.sendsReceipts = true }
        for number in 0..<3 as Range<UInt32> {
            line.tell(1, .tapped(letter(0, number), on: device(0), to: .direct(User(1))))
        }
        line.tell(2, .accepted(letter(0)), .refused(letter(0, 1), .bodyTooLarge), .gaveUp(letter(0, 2)))
        line.tell(4, .shown(letter(0), on: device(1)))
        var waits: [String] = []
        line.ledger.forEachWait(at: .at(.seconds(31))) {
            waits.append("\($0.metric) \($0.tags.region) @\($0.intended) \($0.latency?.description ?? "")")
        }
        #expect(
            waits == [
                "deliveryToAll 1 @1s 30s", "receipt 1 @1s 27s", "delivery 1 @1s 30s",
                "deliveryToAll 1 @1s 30s",
            ])
    }

    @Test("away at the end: interrupted, held, no sample")
    func away() {
        let line = line { $0.tell(3, .appClosed(device(1))) }
        #expect(line.samples == ["accept 0 @1s 1s"])
        #expect(line.ledger.counts.interrupted == 1)
        #expect(line.ledger.counts.held == 1)
    }

    @Test("away from before the tap to the end: held, not even interrupted")
    func awayAllTheTime() {
        let line = Timeline(devices: [1, 1], open: false)
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.finish(300)
        #expect(line.samples == ["accept 0 @1s 0s"])
        #expect(line.ledger.counts.interrupted == 0)
        #expect(line.ledger.counts.held == 1)
    }

    /// Back at 181 s, 119 s before the end: too short. Back at 180 s: lost, and the catch-up never ends.
    @Test("back shortly before the end: held until the chance was long enough")
    func back() {
        let short = line {
            $0.tell(3, .appClosed(device(1))); $0.tell(181, .appOpened(device(1)))
        }
        #expect(short.samples == ["accept 0 @1s 1s"])
        #expect(short.ledger.counts.held == 1)
        #expect(short.ledger.heldForLess == 1)
        #expect(short.ledger.counts.catchUpsCutShort == 1)
        let long = line {
            $0.tell(3, .appClosed(device(1))); $0.tell(180, .appOpened(device(1)))
        }
        #expect(long.samples == ["accept 0 @1s 1s", "catchUp 1 @180s never"])
        #expect(long.ledger.counts.lost == 1)
        #expect(long.ledger.heldForLess == 0)
    }

    /// Accepted at 181 s, and its recipient there all the time: 119 s. At 180 s: lost. Who is away waits for nothing.
    @Test("accepted shortly before the end: neither lost nor forgotten")
    func acceptedLate() {
        func run(acceptedAt accepted: Int64, isAway: Bool = false) -> [UInt64] {
            let line = line(false) {
                $0.tell(accepted, .accepted(letter(0)))
                if isAway { $0.tell(accepted, .appClosed(device(1))) }
            }
            return [line.ledger.counts.lost, line.ledger.counts.held, line.ledger.heldForLess]
        }
        #expect(run(acceptedAt: 181) == [0, 1, 1])
        #expect(run(acceptedAt: 180) == [1, 0, 0])
        #expect(run(acceptedAt: 181, isAway: true) == [0, 1, 0])
    }

    /// A quiet time since 100 s. There until 250 s, since 130 s: 120 s, and a chance. Since 131 s: none. A letter that was
    /// accepted at 131 s had none either.
    @Test("away at the end, and there for a chance when all was quiet: lost")
    func missed() {
        func lost(openedAt opened: Int64, accepted: Int64 = 2, quiet: Int64? = 100) -> [UInt64] {
            let line = Timeline(devices: [1, 1])
            line.ledger.quietFrom = quiet.map { .at(.seconds($0)) }
            line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))))
            line.tell(accepted, .accepted(letter(0)))
            if accepted < opened {
                line.tell(accepted + 1, .appClosed(device(1)))
                line.tell(opened, .appOpened(device(1)))
            }
            line.tell(250, .appClosed(device(1)))
            line.finish(300)
            return [line.ledger.counts.lost, line.ledger.counts.held]
        }
        #expect(lost(openedAt: 130) == [1, 0])
        #expect(lost(openedAt: 131) == [0, 1])
        #expect(lost(openedAt: 130, quiet: 131) == [0, 1])
        #expect(lost(openedAt: 130, quiet: nil) == [0, 1])
        #expect(lost(openedAt: 0, accepted: 130) == [1, 0])
        #expect(lost(openedAt: 0, accepted: 131) == [0, 1])
    }

    @Test("a run that ended before its time has lost nothing")
    func early() {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.ledger.finish(at: .at(.seconds(300)), isEarly: true)
        #expect([line.ledger.counts.lost, line.ledger.counts.held] == [0, 1])
    }

    @Test("without network at the end: never delivered, as the person wanted it, but not lost")
    func noNetwork() {
        let without = line { $0.tell(200, .accessLost(device(1))) }
        #expect(without.samples(.delivery) == ["delivery 1 @1s never"])
        #expect(without.ledger.counts.lost == 0)
        let regained = line {
            $0.tell(100, .accessLost(device(1)))
            $0.tell(181, .accessGained(device(1)))
        }
        #expect(regained.ledger.counts.lost == 0)
        #expect(regained.ledger.counts.held == 1)
    }

    @Test("a second device that could be reached long enough is enough")
    func secondDevice() {
        let line = Timeline(devices: [1, 2])
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.tell(200, .appClosed(device(1, 0)))
        line.finish(300)
        #expect(line.ledger.counts.lost == 1)
    }

    @Test("who has blocked the sender since the tap waits for nothing")
    func blocked() {
        let line = line { $0.tell(3, .blocked(User(0), by: User(1))) }
        #expect(line.samples == ["accept 0 @1s 1s"])
        #expect(line.ledger.counts.lost == 0)
        #expect(line.ledger.counts.withdrawn == 1)
    }

    /// The order and its end both came to nothing. What is tapped before user 1 lifts the block is not due.
    @Test(
        "S0-26 a block that was lifted before the system said that it had it: what is shown counts, and nothing is lost"
    )
    func doubtfulBlock() {
        let line = Timeline(devices: [1, 1])
        line.tell(1, .listed(User(0), on: device(1)))
        line.tell(2, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.tell(3, .unlisted(User(0), on: device(1)))
        line.tell(4, .tapped(letter(0, 1), on: device(0), to: .direct(User(1))), .accepted(letter(0, 1)))
        line.tell(6, .shown(letter(0, 1), on: device(1)))
        line.tell(7, .tapped(letter(0, 2), on: device(0), to: .direct(User(1))), .accepted(letter(0, 2)))
        line.finish(300)
        #expect(line.samples(.delivery) == ["delivery 1 @4s 2s"])
        #expect(line.samples(.deliveryToAll) == ["deliveryToAll 1 @4s 2s"])
        let counts = line.ledger.counts
        #expect([counts.due, counts.shown, counts.withdrawn, counts.lost] == [2, 1, 1, 0])
        #expect(counts.leaked == 0)
    }

    @Test(
        "a promised confirmation that does not come is infinitely late, if the sender was there for it"
    )
    func confirmations() {
        func run(_ senderLeaves: Bool) -> [String] {
            let line = Timeline(devices: [1, 1]) {
                $0.sendsReceipts = true; $0.sendsReads = true
            }
            line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
            line.tell(2, .shown(letter(0), on: device(1)), .read(letter(0), by: User(1)))
            if senderLeaves { line.tell(3, .appClosed(device(0)), .appOpened(device(0))) }
            line.finish(300)
            return line.samples(.receipt) + line.samples(.read)
        }
        #expect(run(false) == ["receipt 1 @1s never", "read 1 @1s never"])
        #expect(run(true) == [])
    }

    /// The block is lifted later, which brings back no word.
    @Test("what was shown before a block, and not confirmed by then, misses no confirmation")
    func blockedAfterwards() {
        let line = Timeline(devices: [1, 1]) {
            $0.sendsReceipts = true; $0.sendsReads = true
        }
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.tell(2, .shown(letter(0), on: device(1)))
        line.tell(3, .blocked(User(0), by: User(1)))
        line.tell(4, .read(letter(0), by: User(1)))
        line.tell(5, .unblocked(User(0), by: User(1)))
        line.finish(300)
        #expect(line.samples(.receipt) + line.samples(.read) == [])
    }

    @Test("a confirmation that comes in spite of a block counts")
    func confirmedAcrossBlock() {
        let line = Timeline(devices: [1, 1]) { $0.sendsReceipts = true }
        line.tell(1, .tapped(letter(0), on: device(0), to: .direct(User(1))), .accepted(letter(0)))
        line.tell(2, .shown(letter(0), on: device(1)))
        line.tell(3, .blocked(User(0), by: User(1)))
        line.tell(4, .receiptKnown(letter(0), from: User(1)))
        line.finish(300)
        #expect(line.samples(.receipt) == ["receipt 1 @1s 2s"])
    }
}
