import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: posts")
struct PostTests {
    /// Two machines, 10 ms apart; the far one works 5 ms on each message. A message of nothing is a segment of 52 B,
    /// which takes 52 ns out of one interface and 52 ns into the other.
    private struct Wire {
        let cluster: Cluster
        let near: Endpoint<Postman>
        let far: Endpoint<Postman>

        init(queueLimit: Int = .max, loss: LossModel = .none) {
            cluster = Cluster(seed: 1, zones: ["near", "far"]) { from, to in
                from == to ? LinkProfile() : LinkProfile(delay: .delay(.milliseconds(10)), loss: loss)
            }
            let wire = Bandwidth(.gigabitsPerSecond(8))
            near =
                cluster.add(
                    "near", count: 1, on: Hardware(processor: nil, uplink: wire, downlink: wire),
                    in: Zone(number: 0)
                ) { seat, _ in Postman(seat: seat) }[0]
            far =
                cluster.add(
                    "far", count: 1,
                    on: Hardware(
                        processor: .init(cores: 1, queueLimit: queueLimit), uplink: wire, downlink: wire),
                    in: Zone(number: 1)
                ) { seat, _ in Postman(seat: seat) }[0]
        }

        func post(_ number: Int, at time: Span, wantsToKnow: Bool = true) {
            cluster.deliver(.post(number, to: far, wantsToKnow), to: near, at: .at(time))
        }

        func watch(at time: Span) { cluster.deliver(.watch(far), to: near, at: .at(time)) }

        func crash(
            _ part: Endpoint<Postman>, losing kind: CrashKind = .unsynced, at time: Span, for duration: Span?
        ) {
            cluster.plan(Crash(cluster.machines(of: [part]), losing: kind), at: .at(time), for: duration)
        }

        static let there = [LinkFault.FaultyLink(from: Zone(number: 0), to: Zone(number: 1))]

        func narrow(_ fault: LinkFault, for duration: Span) { cluster.plan(fault, at: .start, for: duration) }

        func heard(by part: KeyPath<Wire, Endpoint<Postman>>, until end: Span = .seconds(100)) -> [String] {
            _ = cluster.run(until: .at(end))
            return cluster.inspect(self[keyPath: part]) { $0.heard } ?? ["gone"]
        }
    }

    /// There after 10 ms and 104 ns, 5 ms of work; nothing comes back.
    @Test("a post arrives once, is worked on, and makes no other message")
    func arrives() {
        let wire = Wire()
        wire.post(1, at: .zero)
        #expect(wire.heard(by: \.far) == ["1 at 15000.104us"])
        #expect(wire.heard(by: \.near) == [])
        // Delivered to the one, arrived at the other, done with there.
        #expect(wire.cluster.world.eventNumber == 3)
        #expect(wire.cluster.traffic(from: Zone(number: 1), to: Zone(number: 0)).sent == 0)
    }

    /// Half of all segments are lost, and sent again.
    @Test("posts arrive in the order in which they were sent, each once")
    func ordered() {
        let wire = Wire(loss: .independent(Bernoulli(0.5)))
        for number in 0..<200 { wire.post(number, at: .milliseconds(Int64(number))) }
        #expect(
            wire.heard(by: \.far, until: .seconds(10_000)).map { $0.prefix { $0 != " " } }
                == (0..<200).map { Substring("\($0)") })
    }

    /// A segment of 52 B takes a second through 416 bit/s. Two have left by 2.5 s; then the other two do, at once.
    @Test("what waits before a link that is narrow for a while leaves when it is wide again")
    func widened() {
        let wire = Wire()
        wire.narrow(.bufferbloat(on: Wire.there, DataRate(bitsPerSecond: 416)), for: .milliseconds(2_500))
        for number in 1...4 { wire.post(number, at: .milliseconds(100)) }
        #expect(
            wire.heard(by: \.far) == [
                "1 at 1115000.104us", "2 at 2115000.104us", "3 at 2515000.052us", "4 at 2520000.052us",
            ])
    }

    /// 60 B are not yet two segments: the second one is lost, and sent again.
    @Test("what the buffer before a narrow link cannot hold is lost to its stream, too")
    func overflowed() {
        let wire = Wire()
        wire.narrow(
            .bandwidth(on: Wire.there, DataRate(bitsPerSecond: 416), buffer: .bytes(60)), for: .seconds(90))
        for number in 1...2 { wire.post(number, at: .milliseconds(100)) }
        let heard = wire.heard(by: \.far)
        #expect(heard.first == "1 at 1115000.104us")
        #expect(heard.last?.hasPrefix("2 at") == true && heard.last != "2 at 2115000.104us")
    }

    /// The far end is another incarnation from 2 ms on: a reset comes back after 20 ms, and the next finds a new
    /// connection.
    @Test("who posts into a connection that its far end does not know is told so")
    func reset() {
        let wire = Wire()
        wire.crash(wire.far, at: .milliseconds(1), for: .milliseconds(1))
        wire.post(1, at: .milliseconds(5))
        wire.post(2, at: .milliseconds(5), wantsToKnow: false)
        wire.post(3, at: .milliseconds(50))
        #expect(wire.heard(by: \.near) == ["1 lost at 25ms"])
        #expect(wire.heard(by: \.far) == ["2 at 20000.104us", "3 at 65000.104us"].suffix(2))
    }

    /// The part has ended at 1 ms, its machine is up: refused at 15 ms and 104 ns, in 92 B on the wire.
    @Test("where nobody listens, the sender is told")
    func refused() {
        let wire = Wire()
        wire.cluster.deliver(.end, to: wire.far, at: .start)
        wire.post(1, at: .milliseconds(5))
        #expect(wire.heard(by: \.near) == ["1 lost at 25000.288us"])
    }

    /// One is worked on, one waits; the third and fourth are one too many.
    @Test("what a full queue does not take is told too")
    func overloaded() {
        let wire = Wire(queueLimit: 1)
        for number in 1...3 { wire.post(number, at: .zero) }
        wire.post(4, at: .zero, wantsToKnow: false)
        #expect(wire.heard(by: \.far).map { $0.prefix(1) } == ["1", "2"])
        #expect(wire.heard(by: \.near).map { $0.prefix(6) } == ["3 lost"])
    }

    /// It leaves at 0; the far end goes down at 5 ms. What nobody acknowledges is sent again, until the machine is
    /// back at 2 s and says that it knows nothing of the connection.
    @Test("what finds its target down is lost when the machine is back, and its sender learns of it then")
    func inFlight() throws {
        let wire = Wire()
        wire.crash(wire.far, at: .milliseconds(5), for: .seconds(2))
        wire.post(1, at: .zero)
        let heard = wire.heard(by: \.near)
        #expect(heard.count == 1)
        #expect(heard[0].hasPrefix("1 lost at "))
        #expect(wire.heard(by: \.far) == [])
    }

    /// It leaves at 0 and is there at 10 ms, when another incarnation has taken over.
    @Test("what was sent to a former incarnation is not taken by the next")
    func formerIncarnation() {
        let wire = Wire()
        wire.crash(wire.far, at: .milliseconds(5), for: .milliseconds(1))
        wire.post(1, at: .zero)
        #expect(wire.heard(by: \.far) == [])
        #expect(wire.heard(by: \.near) == ["1 lost at 20000.288us"])
    }

    /// It arrives behind what was sent before it, and is worked on: two events each, and a few for the attempts until the
    /// window is open again.
    @Test("what waited behind a partition leaves it at no event of its own", arguments: [1_000, 4_000])
    func drained(count: Int) {
        let wire = Wire()
        let (near, far) = (wire.cluster.machines(of: [wire.near]), wire.cluster.machines(of: [wire.far]))
        wire.cluster.plan(Partition(between: near, and: far), at: .start, for: .seconds(1))
        for number in 0..<count { wire.post(number, at: .microseconds(Int64(number))) }
        _ = wire.cluster.run(until: .at(.seconds(1)))
        let before = wire.cluster.world.eventNumber
        #expect(wire.heard(by: \.far).count == count)
        #expect(Int(wire.cluster.world.eventNumber - before) - 2 * count < 40)
    }

    @Test("a sender that has started anew hears nothing of what the former one posted")
    func senderCrashes() {
        let wire = Wire()
        wire.crash(wire.far, at: .milliseconds(1), for: .milliseconds(1))
        wire.post(1, at: .milliseconds(5))
        wire.crash(wire.near, at: .milliseconds(10), for: .milliseconds(1))
        #expect(wire.heard(by: \.near) == [])
    }

    /// Sent into a cut, and told at once that the connection is no more.
    @Test("connections that are reset take what waits on them along, and say so")
    func resetByFault() {
        let wire = Wire()
        let (near, far) = (wire.cluster.machines(of: [wire.near]), wire.cluster.machines(of: [wire.far]))
        wire.cluster.plan(Partition(between: near, and: far), at: .start, for: .seconds(1))
        wire.post(1, at: .milliseconds(5))
        wire.post(2, at: .milliseconds(6))
        wire.cluster.plan(
            ConnectionLoss(between: near, and: far, .reset), at: .at(.milliseconds(20)), for: nil)
        #expect(wire.heard(by: \.near) == ["1 lost at 20ms", "2 lost at 20ms"])
        #expect(wire.heard(by: \.far) == [])
    }
}

/// What the operating system of a machine says, whatever its part does.
extension PostTests {
    /// The part is killed at 10 ms, its machine is there: the news is at the near end 10 ms later, with 92 B on the
    /// wire. A machine that is gone says nothing.
    @Test("who watches a connection hears that the part at its far end was killed")
    func killed() {
        let wire = Wire()
        wire.watch(at: .zero)
        wire.crash(wire.far, losing: .process, at: .milliseconds(10), for: nil)
        #expect(wire.heard(by: \.near) == ["connection ended at 20000.184us"])

        // It needs no new connection, which the near end would refuse.
        let refusing = Wire()
        refusing.watch(at: .zero)
        refusing.cluster.plan(
            ConnectionFault(refusing.cluster.machines(of: [refusing.near]), .refused),
            at: .at(.milliseconds(5)),
            for: .seconds(1))
        refusing.crash(refusing.far, losing: .process, at: .milliseconds(10), for: nil)
        #expect(refusing.heard(by: \.near) == ["connection ended at 20000.184us"])

        let dark = Wire()
        dark.watch(at: .zero)
        dark.crash(dark.far, losing: .unsynced, at: .milliseconds(10), for: nil)
        #expect(dark.heard(by: \.near) == [])
    }

    /// Sent at 5 ms to a killed part: there at 15 ms and 104 ns, and the refusal is back with 92 B.
    @Test("the machine of a part that was killed refuses what comes, as one without a part")
    func refusesAfterKill() {
        let wire = Wire()
        wire.crash(wire.far, losing: .process, at: .zero, for: nil)
        wire.post(1, at: .milliseconds(5))
        #expect(wire.heard(by: \.near) == ["1 lost at 25000.288us"])
    }

    /// Both ends of a connection that is reset know it.
    @Test("who watches a connection hears that it was reset, once")
    func watchedReset() {
        let wire = Wire()
        wire.watch(at: .zero)
        for time in [10, 20] {
            wire.cluster.plan(
                ConnectionLoss(
                    between: wire.cluster.machines(of: [wire.near]),
                    and: wire.cluster.machines(of: [wire.far]), .reset),
                at: .at(.milliseconds(Int64(time))), for: nil)
        }
        #expect(wire.heard(by: \.near) == ["connection ended at 10ms"])
    }
}

private actor Postman: Part {
    enum Inbox: Marked {
        case post(Int, to: Endpoint<Postman>, Bool)
        case watch(Endpoint<Postman>)
        case ended
        case letter(Int)
        case lost(Int)
        case end

        var mark: UInt64 {
            switch self {
            case .post(let number, _, _): Vocabulary.mark(1, UInt64(number))
            case .letter(let number): Vocabulary.mark(2, UInt64(number))
            case .lost(let number): Vocabulary.mark(3, UInt64(number))
            case .end: Vocabulary.mark(4)
            case .watch: Vocabulary.mark(5)
            case .ended: Vocabulary.mark(6)
            }
        }
    }

    nonisolated let seat: Seat
    private(set) var heard: [String] = []

    init(seat: Seat) { self.seat = seat }

    func cost(of message: Inbox) -> Span { if case .letter = message { .milliseconds(5) } else { .zero } }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .post(let number, let target, let wantsToKnow):
            shift.post(.letter(number), to: target, size: .zero, orElse: wantsToKnow ? .lost(number) : nil)
        case .letter(let number): heard.append("\(number) at \(shift.now)")
        case .lost(let number): heard.append("\(number) lost at \(shift.now)")
        case .end: shift.end()
        case .watch(let target): shift.watchConnection(to: target, orElse: .ended)
        case .ended: heard.append("connection ended at \(shift.now)")
        }
    }
}
