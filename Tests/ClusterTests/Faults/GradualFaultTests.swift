import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: faults that go on by themselves")
struct GradualFaultTests {
    /// Packets that arrive at each far worker at 12, 13 … 80 ms, and bear that number: they are sent 10 ms
    /// before.
    private func office(farWorkers count: Int) -> Office {
        let office = Office(farWorkers: count)
        for arrival in 12...80 as ClosedRange<Int64> {
            for worker in office.farWorkers {
                office.pass(Int(arrival), at: .milliseconds(arrival - 10), to: worker)
            }
        }
        return office
    }

    private func numbers(_ office: Office) -> [[Int]] {
        #expect(office.run() == .reachedEnd)
        return office.farWorkers.map { office.cluster.inspect($0) { $0.done.map(\.number) } ?? [] }
    }

    /// On from 3 to 5, from 8 to 10 and from 13 to 14 ms: what is sent at 3, 4, 8, 9 and 13 ms is lost.
    @Test("a flapping partition cuts in its periods, until it is healed in the middle of one")
    func flapping() {
        let office = office(farWorkers: 1)
        let partition = office.cluster.cutOff(office.cluster.machines(in: Office.far))
        office.cluster.plan(
            Flapping(partition, on: .milliseconds(2), off: .milliseconds(3)), at: .at(.milliseconds(3)),
            for: .milliseconds(11))
        #expect(numbers(office)[0] == [12, 15, 16, 17, 20, 21, 22] + Array(24...80))
    }

    /// On from 3 to 5 ms; healed at 7 ms, before it comes again.
    @Test("a flapping fault that is healed while it is off stays off")
    func flappingOff() {
        let office = office(farWorkers: 1)
        let partition = office.cluster.cutOff(office.cluster.machines(in: Office.far))
        office.cluster.plan(
            Flapping(partition, on: .milliseconds(2), off: .milliseconds(3)), at: .at(.milliseconds(3)),
            for: .milliseconds(4))
        #expect(numbers(office)[0] == [12] + Array(15...80))
    }

    /// Three machines stop at 5, 15 and 25 ms and return at 35, 45 and 55 ms: of what is sent to each of them
    /// at 10, 20 … 60 ms 2, 1, 0, 1, 2 and 3 arrive.
    @Test(
        "swizzled links stop one by one and return one by one, in another order",
        arguments: 1...4 as ClosedRange<Int>)
    func swizzle(name: Int) {
        let office = office(farWorkers: 3)
        office.cluster.plan(
            Swizzle(office.cluster.machines(of: office.farWorkers), every: .milliseconds(10)),
            named: "swizzle by the name of \(name)", at: .at(.milliseconds(5)), for: nil)
        let arrived = numbers(office)
        let counts = [20, 30, 40, 50, 60, 70].map { time in arrived.count { $0.contains(time) } }
        #expect(counts == [2, 1, 0, 1, 2, 3])
        // Each is away once, in one piece.
        for numbers in arrived {
            let away = Set(12...80).subtracting(numbers).sorted()
            #expect(away == Array(away[0]...away[away.count - 1]))
        }
    }

    @Test("a swizzle that is healed early lets everything through; its orders depend on its name")
    func swizzleHealed() {
        var orders: Set<[[Int]]> = []
        for name in 1...8 {
            let office = office(farWorkers: 3)
            office.cluster.plan(
                Swizzle(office.cluster.machines(of: office.farWorkers), every: .milliseconds(10)),
                named: "swizzle by the name of \(name)", at: .at(.milliseconds(5)), for: .milliseconds(37))
            let arrived = numbers(office)
            for numbers in arrived { #expect(numbers.suffix(29) == Array(52...80)[...]) }
            orders.insert(arrived)
        }
        #expect(orders.count > 2)
    }

    /// Each of four is down for 5 ms once, so that five packets, one a millisecond, find it down.
    @Test("in a restart storm each machine restarts once, at a time of its own within the window")
    func storm() {
        let office = office(farWorkers: 4)
        office.cluster.plan(
            RestartStorm(
                office.cluster.machines(of: office.farWorkers), within: .milliseconds(20),
                downFor: .milliseconds(5)), at: .at(.milliseconds(20)), for: nil)
        let firsts = numbers(office).map { $0[0] }
        #expect(office.cluster.traffic(from: Office.near, to: Office.far).dropped(.machineDown) == 20)
        // A new incarnation knows what came since: from 25 to 45 ms on.
        #expect(firsts.allSatisfy { (25...45).contains($0) })
        #expect(Set(firsts).count > 1)
    }

    /// All go down between 20 and 40 ms, and would for 50 ms.
    @Test("when a storm is healed, whoever is down comes back, and whoever is up stays so")
    func stormHealed() {
        let office = office(farWorkers: 4)
        office.cluster.plan(
            RestartStorm(
                office.cluster.machines(of: office.farWorkers), within: .milliseconds(20),
                downFor: .milliseconds(50)), at: .at(.milliseconds(20)), for: .milliseconds(12))
        let arrived = numbers(office)
        let restarted = arrived.filter { $0[0] == 32 }
        let untouched = arrived.filter { $0 == Array(12...80) }
        #expect(restarted.count + untouched.count == 4)
        #expect(restarted.count > 0)
    }

    /// Down from 20 to 25, from 28 to 33 and from 36 to 41 ms.
    @Test("a rolling restart takes one after the other")
    func rolling() {
        let office = office(farWorkers: 3)
        office.cluster.plan(
            RollingRestart(
                office.cluster.machines(of: office.farWorkers), downFor: .milliseconds(5),
                pause: .milliseconds(3)), at: .at(.milliseconds(20)), for: nil)
        #expect(numbers(office).map { $0[0] } == [25, 33, 41])
    }

    /// The first is down from 20 to 25 ms by the restart, and from 24 to 34 ms by a crash of its own. Asked
    /// for at 28, 31 and 34 ms, it is back at the last: the second is down from 34 to 39, the third from 42
    /// to 47 ms.
    @Test("the next of a rolling restart waits until the last is back")
    func rollingWaits() {
        let office = office(farWorkers: 3)
        office.cluster.plan(
            RollingRestart(
                office.cluster.machines(of: office.farWorkers), downFor: .milliseconds(5),
                pause: .milliseconds(3)), at: .at(.milliseconds(20)), for: nil)
        office.cluster.plan(
            Crash(office.cluster.machines(of: office.farWorkers.prefix(1))), at: .at(.milliseconds(24)),
            for: .milliseconds(10))
        #expect(numbers(office).map { $0[0] } == [34, 39, 47])
    }

    /// Asked at 20 ms, and down until 25 ms: what ends 2 ms later has said that it is there until then, what does not end at
    /// all until it is killed at 25 ms, and what takes longer than that, too.
    @Test(
        "a part that is asked to end may take its time, until the new one is to start",
        arguments: [(0, 19), (2, 21), (7, 24), (nil, 24)] as [(Int64?, Int64)])
    func askedToEnd(after wait: Int64?, last: Int64) {
        let cluster = Cluster(seed: 1, zones: ["house"]) { _, _ in LinkProfile() }
        let wire = Bandwidth(.gigabitsPerSecond(8))
        let lingerers: Endpoints<Lingerer> = cluster.add(
            "lingerer", count: 1, on: Hardware(processor: nil, uplink: wire, downlink: wire),
            in: Zone(number: 0)
        ) { seat, _ in Lingerer(seat: seat, wait: wait.map { .milliseconds($0) }) }
        cluster.plan(
            RollingRestart(
                cluster.machines(of: lingerers), downFor: .milliseconds(5), pause: .milliseconds(3)),
            at: .at(.milliseconds(20)), for: nil)
        let lastWord = Lingerer.words(in: cluster, of: lingerers[0], until: .milliseconds(40))
        #expect(lastWord[1] == .at(.milliseconds(last)))
        #expect(lastWord[2] == .at(.milliseconds(39)))
    }

    /// Healed at 30 ms: the second, down since 28 ms, comes back; the third never goes down.
    @Test("a rolling restart that is healed leaves nobody down")
    func rollingHealed() {
        let office = office(farWorkers: 3)
        office.cluster.plan(
            RollingRestart(
                office.cluster.machines(of: office.farWorkers), downFor: .milliseconds(5),
                pause: .milliseconds(3)), at: .at(.milliseconds(20)), for: .milliseconds(10))
        #expect(numbers(office).map { $0[0] } == [25, 30, 12])
    }
}

/// Is there, and ends a while after it was asked to, or not at all.
private actor Lingerer: Part {
    enum Inbox: Marked {
        case endIsDue
        var mark: UInt64 { 1 }
    }

    nonisolated let seat: Seat
    private let wait: Span?

    init(seat: Seat, wait: Span?) {
        self.seat = seat
        self.wait = wait
    }

    func cost(of message: Inbox) -> Span { .zero }

    func stop(in shift: Shift) {
        if let wait { _ = shift.arm(.endIsDue, after: wait) }
    }

    func receive(_ message: Inbox, in shift: Shift) { shift.end() }

    /// When each incarnation was there last, looked at once in a millisecond, in the middle between two.
    static func words(
        in cluster: Cluster, of lingerer: Endpoint<Lingerer>, until end: Span
    ) -> [Int: Instant] {
        var last: [Int: Instant] = [:]  // looked up only, never iterated
        for time in 0..<(end.nanoseconds / 1_000_000) {
            _ = cluster.run(until: .at(.milliseconds(time) + .microseconds(500)))
            let incarnation = cluster.inspect(lingerer) { $0.seat.incarnation }
            if let incarnation { last[incarnation] = .at(.milliseconds(time)) }
        }
        return last
    }
}
