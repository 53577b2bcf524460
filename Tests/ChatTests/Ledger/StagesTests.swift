import Chat
import Testing
import Vocabulary

@Suite("ledger: stages of a letter's way")
struct StagesTests {
    private func line(judgedFrom: Instant = .start) -> Timeline {
        Timeline(devices: [1, 1, 1], rooms: [[0, 1, 2]]) {
            $0.stages = ["log", "fan-out", "host"]
            $0.judgedFrom = judgedFrom
        }
    }

    private func stamp(
        _ line: Timeline, _ seconds: Int64, _ stage: UInt16, for user: UInt32? = nil, at place: UInt32
    ) {
        line.ledger.stamp(
            letter(0), for: user.map { User($0) }, stage: stage, place: place, at: .at(.seconds(seconds)))
    }

    ///     all       tap 0s ──▶ log 1s ─────▶ fan-out 3s
    ///     user 1                                └──▶ host 4s ──▶ shown 8s
    ///     user 2                                └──────────────── host 9s ──▶ shown 10s
    ///
    /// To 1: 1 s before the first stamp, log 2 s, fan-out 1 s, host 4 s. To 2: 1, 2, 6 and 1 s.
    @Test("a way is made of the stamps for all and those for its recipient, and its spans fill the latency")
    func spans() {
        let line = line()
        line.tell(0, .tapped(letter(0), on: device(0), to: .room(Room(0))))
        stamp(line, 1, 0, at: 70)
        stamp(line, 3, 1, at: 71)
        stamp(line, 4, 2, for: 1, at: 72)
        line.tell(8, .shown(letter(0), on: device(1)))
        stamp(line, 8, 2, for: 1, at: 73)  // of a copy that came too late
        stamp(line, 9, 2, for: 2, at: 74)
        line.tell(10, .shown(letter(0), on: device(2)))

        let slowest = line.ledger.stages.run.slowest(20)
        #expect(slowest.map(\.recipient) == [User(2), User(1)])
        #expect(slowest.map(\.latency) == [.seconds(10), .seconds(8)])
        #expect(slowest[1].path.map(\.place) == [70, 71, 72])
        #expect(slowest[1].path.map(\.time) == [.at(.seconds(1)), .at(.seconds(3)), .at(.seconds(4))])
        #expect(slowest[1].path.map(\.stage) == [0, 1, 2])
        // log 2 + 2, fan-out 1 + 6, host 4 + 1, before them 1 + 1.
        #expect(
            line.ledger.stages.run.slowest(.max).spans(stages: 3) == [
                .seconds(4), .seconds(7), .seconds(5), .seconds(2),
            ])
        #expect(line.ledger.stages.spans.map(\.sum) == [4, 7, 5, 2].map { $0 * 1_000_000_000 })
    }

    ///     first copy  tap 0s ──▶ log 1s ─▶ host 2s, for user 1 ──────────────▶ shown 20s
    ///     second copy                            log 8s
    ///
    /// It left for user 1 at 2 s: what becomes of the copy that its sender sent again is not its way.
    @Test("a copy that is sent again does not take over the wait of the first")
    func sentAgain() {
        let line = line()
        line.tell(0, .tapped(letter(0), on: device(0), to: .direct(User(1))))
        stamp(line, 1, 0, at: 70)
        stamp(line, 2, 2, for: 1, at: 70)
        stamp(line, 8, 0, at: 70)
        stamp(line, 9, 1, at: 70)
        line.tell(20, .shown(letter(0), on: device(1)))
        #expect(line.ledger.stages.run.slowest(1)[0].path.map(\.stage) == [0, 2])
        #expect(
            line.ledger.stages.run.slowest(.max).spans(stages: 3) == [
                .seconds(1), .zero, .seconds(18), .seconds(1),
            ])
    }

    ///     letter 0  tap 0s ──▶ host 1s ──▶ refused 3s        host 8s ──▶ shown 10s
    ///     letter 1  tap 20s ──▶ way in 21s ──▶ refused 23s ─────────────▶ shown 30s
    ///
    /// What a part had, and could not keep, is its sender's until it is sent again: 1 + 5 s, and 1 s of the other. No part
    /// has said that it had that one: a copy of it may wait with one that says so when it is done.
    @Test("a letter that is refused for now waits at its sender's, and not where it was refused")
    func refused() {
        let line = line()
        for number in [0, 1] as [UInt32] {
            let start = Int64(number) * 20
            line.tell(start, .tapped(letter(0, number), on: device(0), to: .direct(User(1))))
            let stage: UInt16 = number == 0 ? 2 : Stage.wayIn
            line.ledger.stamp(
                letter(0, number), for: nil, stage: stage, place: 70, at: .at(.seconds(start + 1)))
            line.tell(start + 3, .refused(letter(0, number), .failed))
            if number == 0 {
                line.ledger.stamp(letter(0), for: nil, stage: 2, place: 70, at: .at(.seconds(8)))
            }
            line.tell(start + 10, .shown(letter(0, number), on: device(1)))
        }
        #expect(line.ledger.stages.spans.map(\.sum) == [9, 0, 4, 7].map { $0 * 1_000_000_000 })
    }

    /// 7 s in the host that has it for two devices of user 1 from 1 s on, and 2 s in another one.
    @Test("what leaves a place for several devices of one recipient has left it once")
    func severalDevices() {
        let line = line()
        line.tell(0, .tapped(letter(0), on: device(0), to: .direct(User(1))))
        for (second, place) in [(1, 70), (3, 70), (8, 71)] as [(Int64, UInt32)] {
            stamp(line, second, 2, for: 1, at: place)
        }
        line.tell(10, .shown(letter(0), on: device(1)))
        let path = line.ledger.stages.run.slowest(1)[0].path
        #expect(path.map(\.time) == [.at(.seconds(1)), .at(.seconds(8))])
        #expect(line.ledger.stages.spans.map(\.count) == [0, 0, 2, 1])
    }

    @Test("what was never shown is slower than all else, and waits in its last stage")
    func neverShown() {
        let line = line()
        line.tell(0, .tapped(letter(0), on: device(0), to: .room(Room(0))))
        stamp(line, 1, 0, at: 70)
        line.tell(2, .shown(letter(0), on: device(2)))
        line.finish(300)
        let slowest = line.ledger.stages.run.slowest(20)
        #expect(slowest.map(\.recipient) == [User(1), User(2)])
        #expect(slowest[0].latency == nil)
        #expect(slowest[0].end == .at(.seconds(300)))
        #expect(line.ledger.stages.spans.map(\.count) == [1, 0, 0, 1])  // of what was shown
    }

    /// 1,600 letters, a second each; those of the first 100 s are of the warm-up. Letter n is shown at 2,000 s and
    /// some, so that the slowest of all are the first hundred: none of them is kept.
    @Test("the slowest thousand are kept of those that are judged")
    func slowest() {
        let line = line(judgedFrom: .at(.seconds(100)))
        for number in 0..<1_600 as Range<UInt32> {
            line.tell(Int64(number), .tapped(letter(0, number), on: device(0), to: .direct(User(1))))
        }
        // 7 is prime to 1,600: every letter is shown once, in no order.
        for turn in 0..<1_600 as Range<UInt32> {
            let number = turn * 7 % 1_600
            line.ledger.take(.shown(letter(0, number), on: device(1)), at: .at(.seconds(2_000 + Int64(turn))))
        }
        let all = (0..<1_600).filter { $0 * 7 % 1_600 >= 100 }
            .map { turn in (2_000 + turn) - turn * 7 % 1_600 }.sorted(by: >)
        let kept = line.ledger.stages.run.slowest(1_000).map { Int($0.latency!.nanoseconds / 1_000_000_000) }
        #expect(kept == Array(all.prefix(1_000)))
    }

    /// Of 3,000 that never came, 1,500 of each of two senders, a thousand are kept: 500 of each are to be expected, give or
    /// take 16, the deviation of a binomial distribution at the most.
    @Test("of those that never came a fair sample is kept, and not those of a few senders")
    func fairSample() {
        let line = line()
        for number in 0..<1_500 as Range<UInt32> {
            for sender in 0..<2 as Range<UInt32> {
                line.tell(
                    Int64(number), .tapped(letter(sender, number), on: device(sender), to: .direct(User(2))))
            }
        }
        line.finish(2_000)
        let kept = line.ledger.stages.run.slowest(.max)
        #expect(kept.count == 1_000)
        #expect((420...580).contains(kept.count { $0.letter.sender == User(0) }))
        #expect((420...580).contains(kept.count { $0.tapped < .at(.seconds(750)) }))
    }

    /// The first letter is of the warm-up, and spends 9 s in the log; the second one 1 s.
    @Test("stages are measured of deliveries that are judged")
    func judged() {
        let line = line(judgedFrom: .at(.seconds(10)))
        for (number, tapped, shown) in [(0, 0, 10), (1, 20, 22)] as [(UInt32, Int64, Int64)] {
            line.tell(tapped, .tapped(letter(0, number), on: device(0), to: .direct(User(1))))
            line.ledger.stamp(letter(0, number), for: nil, stage: 0, place: 70, at: .at(.seconds(tapped + 1)))
            line.tell(shown, .shown(letter(0, number), on: device(1)))
        }
        #expect(line.ledger.stages.spans.map(\.sum) == [1, 0, 0, 1].map { $0 * 1_000_000_000 })
    }

    @Test("stamps are given back when a letter is shown or closes")
    func givenBack() {
        let line = line()
        for number in 0..<10_000 as Range<UInt32> {
            let second = Int64(number)
            line.tell(second, .tapped(letter(0, number), on: device(0), to: .direct(User(1))))
            line.ledger.stamp(letter(0, number), for: nil, stage: 0, place: 0, at: .at(.seconds(second)))
            line.ledger.stamp(letter(0, number), for: User(1), stage: 1, place: 0, at: .at(.seconds(second)))
            line.tell(second, .accepted(letter(0, number)), .shown(letter(0, number), on: device(1)))
            // Stamped after the showing: nothing is kept of it.
            line.ledger.stamp(letter(0, number), for: User(1), stage: 2, place: 0, at: .at(.seconds(second)))
        }
        // A letter stays open for the longest retry, a minute, and those of one more second; of its way nothing is kept
        // when it has been shown.
        #expect(line.ledger.openLetterCount == 61)
        #expect(line.ledger.stampCount == 0)
    }
}
