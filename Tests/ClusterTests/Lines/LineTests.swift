import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: lines of devices")
struct LineTests {
    /// TCP, TLS 1.3 and the upgrade take three round trips of 20 ms; the server has the last word, so it may
    /// go on one way earlier.
    @Test("opening takes the round trips of the handshake")
    func opening() {
        let salon = Salon(connected: false)
        salon.tell(Guest.open, at: .zero)
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes() == ["opened at 60ms"])
        #expect(salon.butlerNotes == ["opened at 50ms"])
    }

    /// 10 ms and 52 ns in, 1 ms of work, 52 ns out and 10 ms back.
    @Test("a word and its echo take two ways and the work")
    func echo() {
        let salon = Salon()
        salon.tell(Guest.say(7), at: .milliseconds(100))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.butlerNotes == ["opened at 0s", "7 at 111000.052us"])
        #expect(salon.notes() == ["opened at 0s", "7 at 121000.104us"])
    }

    /// The first segment is lost. The second, of 1 ms, is reported at 21 ms, and one report is not enough to be
    /// sure: 1 + 20/4 ms after the report the first is overdue, at 25 ms, and the timer has 2 ms more: 6 ms,
    /// which are 2 ticks of 4 ms from 24 ms on. Sent again at 32 ms, there at 42, worked on for 1 ms.
    @Test("what was said later does not overtake what was lost")
    func order() {
        let salon = Salon(link: LinkProfile(delay: .delay(.milliseconds(10)), loss: .chosen([0])))
        salon.tell(Guest.say(1), at: .zero)
        salon.tell(Guest.say(2), at: .milliseconds(1))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.butlerNotes.dropFirst().map { $0.prefix(1) } == ["1", "2"])
        #expect(salon.butlerNotes[1] == "1 at 43000.052us")
    }

    /// While the words behind a lost one are sent, one of them is lost too: those behind it wait again.
    @Test(
        "words that wait behind one that is lost again arrive, in order",
        arguments: [[0, 1], [0, 2], [0, 3], [0, 1, 2], [0, 2, 3], [0, 2, 4], [0, 1, 3, 5]] as [ChosenPackets])
    func lostAgain(packets: ChosenPackets) {
        let salon = Salon(link: LinkProfile(delay: .delay(.milliseconds(10)), loss: .chosen(packets)))
        for word in 1...6 as ClosedRange<UInt64> {
            salon.tell(Guest.say(Int(word)), at: .milliseconds(Int64(word)))
        }
        #expect(salon.run() == .reachedEnd)
        #expect(salon.butlerNotes.dropFirst().map { $0.prefix(1) } == ["1", "2", "3", "4", "5", "6"])
    }

    /// Of words that come 0.1 ms one after the other, and take 1 ms, one is worked on, one waits, and the third is dropped:
    /// the first one of guest 2, who hears of it one way later, as the part does when it comes to it. The first word of guest 0 was taken, so the second one,
    /// which is dropped too, is only missed.
    @Test("a line whose first word finds a full queue ends, and one that has been heard on goes on")
    func fullQueue() {
        let salon = Salon(guests: 3, queueLimit: 1)
        for (guest, time) in [(0, 100), (1, 200), (2, 300), (0, 400)] {
            salon.tell(Guest.say(time), to: guest, at: .microseconds(Int64(time)))
        }
        salon.tell(Guest.say(7), to: 0, at: .milliseconds(100))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes(of: 2) == ["opened at 0s", "reset at 20300.052us"])
        #expect(salon.notes(of: 0).map { $0.prefix(3) } == ["ope", "100", "7 a"])
        #expect(salon.butlerNotes.dropFirst(3).map { $0.prefix(3) } == ["100", "200", "res", "7 a"])
    }

    /// A SYN that is lost is sent again after 1 s.
    @Test("a lost SYN costs a second")
    func lostSYN() {
        let salon = Salon(
            connected: false, link: LinkProfile(delay: .delay(.milliseconds(10)), loss: .chosen([0])))
        salon.tell(Guest.open, at: .zero)
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes() == ["opened at 1.06s"])
    }

    /// The SYNs of 10 ms, 1.01 s and 3.01 s go into a minute of delay, which is over at 5 s. That of 7.01 s takes 10 ms.
    @Test("a SYN that is late is sent again, and overtaken when the delay is over")
    func lateSYN() {
        let salon = Salon(connected: false)
        salon.cluster.plan(
            LinkFault.delay(on: [.init(from: Salon.mobile, to: Salon.house)], .delay(.seconds(60))),
            at: .start, for: .seconds(5))
        salon.tell(Guest.open, at: .milliseconds(10))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes() == ["opened at 7.07s"])
    }

    @Test("no more lines than the limit are taken; one that ends makes room")
    func limit() {
        let salon = Salon(guests: 3, connected: false, lineLimit: 1)
        salon.tell(Guest.open, to: 0, at: .zero)
        salon.tell(Guest.open, to: 1, at: .seconds(1))
        salon.tell(Guest.hangUp, to: 0, at: .seconds(2))
        salon.tell(Guest.open, to: 2, at: .seconds(3))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes(of: 0) == ["opened at 60ms"])
        #expect(salon.notes(of: 1) == ["refused at 1.02s"])
        #expect(salon.notes(of: 2) == ["opened at 3.06s"])
        #expect(salon.butlerNotes == ["opened at 50ms", "hungUp at 2.01s", "opened at 3.05s"])
    }

    /// The first line stands when the limit is lowered. It goes on; the second device is turned away.
    @Test("a fault of connections has met the devices that it turns away, and no others")
    func turnedAway() {
        func encounter(_ effect: ConnectionFault.Effect, opens: Bool) -> (ending: String?, met: [Int]) {
            let salon = Salon(guests: 2, connected: false)
            salon.tell(Guest.open, to: 0, at: .zero)
            if opens { salon.tell(Guest.open, to: 1, at: .seconds(2)) }
            let machines = salon.cluster.machines(of: [salon.butler])
            salon.cluster.plan(ConnectionFault(machines, effect), at: .at(.seconds(1)), for: .seconds(5))
            #expect(salon.run() == .reachedEnd)
            #expect(salon.notes(of: 0) == ["opened at 60ms"])
            return (salon.notes(of: 1).last, salon.cluster.encounters.map(\.met))
        }
        for effect in [ConnectionFault.Effect.limited(to: 1), .refused] {
            #expect(encounter(effect, opens: true) == ("refused at 2.02s", [1]))
            #expect(encounter(effect, opens: false) == (nil, [0]))
        }
    }

    /// 25 KB for each of three; one hangs up at 1 s, and the part hears of it 10 ms later.
    @Test("each line takes of its part's memory what the machine says, until it ends")
    func memory() {
        let salon = Salon(guests: 3, connectionMemory: .kilobytes(25))
        func memory(at time: Span) -> ByteCount? {
            _ = salon.run(until: time)
            return salon.cluster.readings.first { $0.role == "butler" }?.memory
        }
        salon.tell(Guest.hangUp, to: 1, at: .seconds(1))
        #expect(memory(at: .milliseconds(1_009)) == .kilobytes(75))
        #expect(memory(at: .milliseconds(1_011)) == .kilobytes(50))
        salon.tellButler(.hangUpOnAll, at: .seconds(2))
        #expect(memory(at: .seconds(3)) == .zero)
    }

    @Test("a part that hangs up is heard one way later, and takes no word any more")
    func hangUp() {
        let salon = Salon()
        salon.tellButler(.hangUpOnAll, at: .seconds(1))
        // is there at 1,015 ms: nobody knows the line any more
        salon.tell(Guest.say(1), at: .milliseconds(1_005))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes() == ["opened at 0s", "hungUp at 1.01s"])
        #expect(salon.butlerNotes == ["opened at 0s"])
    }

    @Test("a part that speaks to a device that has vanished gets a reset a round trip later")
    func vanished() {
        let salon = Salon()
        salon.tell(Guest.vanish, at: .seconds(1))
        salon.tellButler(.announce(5), at: .seconds(2))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.butlerNotes == ["opened at 0s", "reset at 2.02s"])
        #expect(salon.notes() == ["opened at 0s"])
    }

    @Test("a process that dies resets its lines at once; a machine without power is silent until it is back")
    func crashes() {
        for (kind, heard) in [
            (CrashKind.process, ["opened at 0s", "reset at 1.01s", "no line at 2s"]),
            // Said at 2 s into the silence; a probe at 2.224, and timeouts of 220 ms that double, in ticks: at
            // 2.448, 2.912, 3.808 and 5.6 s, when the machine is back: it knows no such line.
            (.unsynced, ["opened at 0s", "reset at 5.62s"]),
        ] {
            let salon = Salon()
            salon.cluster.plan(
                Crash(salon.cluster.machines(of: [salon.butler]), losing: kind), at: .at(.seconds(1)),
                for: .seconds(4))
            salon.tell(Guest.say(1), at: .seconds(2))
            #expect(salon.run() == .reachedEnd)
            #expect(salon.notes() == heard)
        }
    }

    /// Down from 1 s to 4.5 s. A SYN at 2 s is answered by the system of a machine whose process is dead; one without power
    /// hears the third, at 5 s.
    @Test("where no process listens a line is refused a round trip later, a machine without power is silent")
    func openingToCrashed() {
        for (kind, heard) in [(CrashKind.process, "refused at 2.02s"), (.unsynced, "opened at 5.06s")] {
            let salon = Salon(connected: false)
            salon.cluster.plan(
                Crash(salon.cluster.machines(of: [salon.butler]), losing: kind), at: .at(.seconds(1)),
                for: .milliseconds(3_500))
            salon.tell(Guest.open, at: .seconds(2))
            #expect(salon.run() == .reachedEnd)
            #expect(salon.notes() == [heard])
        }
    }

    /// Cut off from 1 s to 6 s. Said at 2 s, tried again at 2.224, 2.448, 2.912, 3.808, 5.6 and 9.216 s: there at
    /// 9.226 s.
    @Test("over a cut a word waits, and gets through when TCP tries again")
    func cut() {
        let salon = Salon(guests: 2)
        salon.cluster.plan(
            DeviceCut(between: DeviceSet(in: [Salon.mobile])), at: .at(.seconds(1)), for: .seconds(5))
        salon.tell(Guest.say(1), to: 0, at: .seconds(2))
        salon.tell(Guest.say(2), to: 1, at: .seconds(2))  // comes in by the other network
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes(of: 0) == ["opened at 0s", "1 at 9237000.104us"])
        #expect(salon.notes(of: 1) == ["opened at 0s", "2 at 2021000.104us"])
    }

    @Test("who roams loses the line and knows it; the part does not")
    func roaming() {
        let salon = Salon()
        salon.cluster.plan(Roam(DeviceSet()), at: .at(.seconds(1)), for: nil)
        salon.tellButler(.announce(5), at: .seconds(2))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes() == ["opened at 0s", "reset at 1s"])
        #expect(salon.butlerNotes == ["opened at 0s", "reset at 2.02s"])
    }

    @Test("a reset on the way is heard at both ends")
    func reset() {
        let salon = Salon()
        salon.cluster.plan(LineReset(DeviceSet()), at: .at(.seconds(1)), for: nil)
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes() == ["opened at 0s", "reset at 1s"])
        #expect(salon.butlerNotes == ["opened at 0s", "reset at 1s"])
    }

    /// The announcement of 40 s finds nobody: it is tried until the device speaks at 50 s, from an address
    /// that the part does not know.
    @Test("a router forgets an idle line: nothing comes in, and what goes out is answered with a reset")
    func router() {
        let salon = Salon(settings: LineSettings(natForgetsAfter: .seconds(30)))
        salon.tellButler(.announce(1), at: .seconds(29))
        salon.tellButler(.announce(2), at: .seconds(40))
        salon.tell(Guest.say(3), at: .seconds(50))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes() == ["opened at 0s", "1 at 29010000.052us", "reset at 50.02s"])
    }

    /// A word takes 10 ms to leave the device alone. A hundred of them, said at once over its first line, have left at 1 s. The
    /// word that is said at 103 ms over its second one has half of the radio: it leaves at 123 ms, is there 10 ms later,
    /// and is worked on for 1 ms. It has kept the first line from sending for 10 ms: what is said there next leaves at
    /// 1,020 ms.
    @Test("lines of a device share its radio")
    func radio() {
        let salon = Salon(
            link: LinkProfile(
                delay: .delay(.milliseconds(10)), bandwidth: Bandwidth(DataRate(bitsPerSecond: 41_600))))
        for word in 1...100 { salon.tell(Guest.say(word), at: .zero) }
        salon.tell(Guest.open, at: .milliseconds(1))
        salon.tell(Guest.say(777), at: .milliseconds(103))
        salon.tell(Guest.sayFirst(888), at: .milliseconds(200))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.notes().contains("opened at 61ms"))
        #expect(salon.butlerNotes.contains("777 at 134000.052us"))
        #expect(salon.butlerNotes.last == "888 at 1031000.052us")
    }

    /// What is said over the first line at 70 ms would keep it sending until 1,070 ms; it is given up at 71 ms. The word that
    /// is said at 73 ms over the second one leaves at 83 ms, before the part has found out about the first: it hears of that
    /// by its first echo.
    @Test("a line that is given up takes no part of the radio")
    func radioOfTheDead() {
        let salon = Salon(
            link: LinkProfile(
                delay: .delay(.milliseconds(10)), bandwidth: Bandwidth(DataRate(bitsPerSecond: 41_600))))
        salon.tell(Guest.open, at: .milliseconds(1))
        for word in 1...100 { salon.tell(Guest.sayFirst(word), at: .milliseconds(70)) }
        salon.tell(Guest.vanishFromFirst, at: .milliseconds(71))
        salon.tell(Guest.say(777), at: .milliseconds(73))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.butlerNotes.contains("777 at 94000.052us"))
    }

    /// A word takes a second through 416 bit/s. Two have left by 2.5 s; then the other two do, at once.
    @Test("what waits at a device before a link that is narrow for a while leaves when it is wide again")
    func widened() {
        let salon = Salon()
        let narrow = LinkFault.bufferbloat(
            on: [.init(from: Salon.mobile, to: Salon.house)], DataRate(bitsPerSecond: 416))
        salon.cluster.plan(narrow, at: .start, for: .milliseconds(2_500))
        for word in 1...4 { salon.tell(Guest.say(word), at: .milliseconds(100)) }
        #expect(salon.run() == .reachedEnd)
        #expect(
            salon.butlerNotes.suffix(4) == [
                "1 at 1111000.052us", "2 at 2111000.052us", "3 at 2511000.052us", "4 at 2512000.052us",
            ])
    }

    /// Nothing waits for a radio that carries everything at once.
    @Test("a radio without a rate is shared by nobody")
    func unlimitedRadio() {
        let salon = Salon()
        salon.tell(Guest.open, at: .milliseconds(1))
        salon.tell(Guest.sayFirst(1), at: .milliseconds(100))
        salon.tell(Guest.say(2), at: .milliseconds(200))
        #expect(salon.run() == .reachedEnd)
        #expect(salon.butlerNotes.suffix(2) == ["1 at 111000.052us", "2 at 211000.052us"])
    }

    @Test("an idle line takes 96 bytes at the part and 64 at the device")
    func size() {
        #expect(Cluster.bytesPerIdleLine == (host: 96, device: 64))
    }
}
