import Cluster
import Simulation
import Testing
import Vocabulary

@Suite("cluster: machines that come and go")
struct PowerTests {
    /// A balancer, and hosts behind it, one on and two off, each in the zone after that of the one before. A job is
    /// 1 ms of work.
    private struct Plant {
        let cluster: Cluster
        let balancer: Endpoint<Node>
        let hosts: Endpoints<Node>

        init() {
            cluster = Cluster(seed: 1, zones: ["eu/a", "eu/b"], regions: ["eu", "eu"]) { from, to in
                LinkProfile(delay: .delay(.milliseconds(from == to ? 1 : 2)))
            }
            let wire = Bandwidth(.gigabitsPerSecond(8))
            let zones = [Zone(number: 0), Zone(number: 1)]
            var hardware = Hardware(
                processor: .init(cores: 1), clockCorrection: .seconds(10), uplink: wire, downlink: wire)
            hardware.bootTime = .seconds(2)
            let hosts: Endpoints<Node> = cluster.reserve(
                "host", on: hardware, in: [zones[0], zones[1], zones[0]], spare: 2)
            let balancer = cluster.add(
                "balancer", count: 1, on: Hardware(processor: nil, uplink: wire, downlink: wire), in: zones[0]
            ) { seat, _ in Node(seat: seat, hosts: hosts, balancer: nil) }[0]
            cluster.start(hosts) { seat, _ in Node(seat: seat, hosts: hosts, balancer: balancer) }
            (self.hosts, self.balancer) = (hosts, balancer)
        }

        /// So many jobs at equal intervals.
        func jobs(_ perSecond: Int64, from: Int64, to: Int64) {
            for job in from * perSecond..<to * perSecond {
                cluster.deliver(
                    .job, to: balancer, at: .at(.nanoseconds(job * 1_000_000_000 / perSecond)))
            }
        }

        func run(until second: Int64) { _ = cluster.run(until: .at(.seconds(second))) }

        func reading(of host: Int) -> MachineReading {
            cluster.readings.first { $0.role == "host" && $0.number == host }!
        }

        var notes: [String] { cluster.inspect(balancer) { $0.notes } ?? [] }
    }

    /// 900 jobs a second from the start: at 1 s the host reports 90 %, and the second one, ordered then, is there at
    /// 3 s. With 450 a second for each nothing more happens. From 10 s on there are 100 a second: at 11 s both report
    /// 5 %, and the second one is stopped. It has been on from 1 s to 11 s and a little.
    @Test("a spare machine is booted at 80 % utilisation, takes its share, and is stopped again")
    func scaling() throws {
        let plant = Plant()
        plant.jobs(900, from: 0, to: 10)
        plant.jobs(100, from: 10, to: 20)
        plant.run(until: 2)
        #expect(!plant.reading(of: 1).isOn)
        #expect(plant.reading(of: 1).timeOn > .zero)
        plant.run(until: 4)
        #expect(plant.reading(of: 1).isOn)
        #expect(plant.reading(of: 1).zone == Zone(number: 1))
        plant.run(until: 20)
        #expect(
            plant.notes.map { $0.prefix { $0 != "." } } == [
                "boot host 1 at 1001", "host 1 is there at 3003", "stop host 1 at 11003",
            ])
        #expect(!plant.reading(of: 1).isOn)
        let excess: Span = plant.reading(of: 1).timeOn - .seconds(10)
        #expect(excess.nanoseconds.magnitude < 10_000_000)
        #expect(plant.reading(of: 0).timeOn == .seconds(20))
        let done = try #require(plant.reading(of: 1).processor).served
        // Half of seven seconds of 900, and of one of 100.
        let half: Int = 7 * 450 + 50
        #expect(abs(Int(done) - half) < 20, "\(done)")
    }

    @Test("what is off costs nothing, makes no event, and no fault hits it")
    func off() {
        let plant = Plant()
        plant.cluster.plan(
            Crash(plant.cluster.machines(of: plant.hosts)), at: .at(.seconds(5)), for: .seconds(1))
        plant.run(until: 60)
        #expect(plant.reading(of: 2).timeOn == .zero)
        #expect(!plant.reading(of: 2).isOn)
        #expect(plant.cluster.encounters.map(\.hits) == [1])
        #expect(plant.cluster.runningMachines.count == 2)
    }

    /// The crash of the whole role ends at 6 s; the order to boot was given at 1 s, so the machine is on at 3 s.
    @Test("a machine that was booted crashes and comes back like any other")
    func crash() {
        let plant = Plant()
        plant.jobs(900, from: 0, to: 10)
        plant.cluster.plan(
            Crash(plant.cluster.machines(of: [plant.hosts[1]])), at: .at(.seconds(5)), for: .seconds(1))
        plant.run(until: 9)
        #expect(plant.notes.count { $0.hasPrefix("host 1 is there") } == 2)
        #expect(plant.reading(of: 1).isRunning)
    }
}

/// A balancer that gives jobs to the hosts that are there in turn, boots one more at 80 % of their cores, and stops
/// the last at 10 %; or a host that works, and says each second how busy it was.
private actor Node: Part {
    enum Inbox: Marked {
        case job
        case look
        case here(Int)
        case load(Int, of: Int)  // per thousand

        var mark: UInt64 {
            switch self {
            case .job: Vocabulary.mark(1)
            case .look: Vocabulary.mark(2)
            case .here(let number): Vocabulary.mark(3, UInt64(number))
            case .load(let load, let number): Vocabulary.mark(4, UInt64(load), UInt64(number))
            }
        }
    }

    nonisolated let seat: Seat
    private let hosts: Endpoints<Node>
    private let balancer: Endpoint<Node>?  // nil for the balancer itself
    private var there: [Int] = []
    private var ordered: Int?
    private var given = 0
    private var latest: ProcessorReading?
    private(set) var notes: [String] = []

    init(seat: Seat, hosts: Endpoints<Node>, balancer: Endpoint<Node>?) {
        self.seat = seat
        self.hosts = hosts
        self.balancer = balancer
    }

    func cost(of message: Inbox) -> Span { if case .job = message { .milliseconds(1) } else { .zero } }

    func begin(in shift: Shift) {
        guard let balancer else { return }
        latest = shift.processor
        shift.post(.here(seat.number), to: balancer, size: .bytes(100))
        _ = shift.arm(.look, after: .seconds(1))
    }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .job:
            guard balancer == nil, !there.isEmpty else { return }
            given += 1
            shift.post(.job, to: hosts[there[given % there.count]], size: .bytes(100))
        case .look:
            guard let balancer, let now = shift.processor, let latest else { return }
            let load = Int((now.utilisation(since: latest) * 1_000).rounded())
            self.latest = now
            shift.post(.load(load, of: seat.number), to: balancer, size: .bytes(100))
            _ = shift.arm(.look, after: .seconds(1))
        case .here(let number):
            if number > 0 { notes.append("host \(number) is there at \(milliseconds(shift.now))") }
            if !there.contains(number) { there.append(number) }
            ordered = nil
        case .load(let load, let number): adapt(load, number, in: shift)
        }
    }

    private func adapt(_ load: Int, _ number: Int, in shift: Shift) {
        if load > 800, ordered == nil, there.count < hosts.count {
            ordered = there.count
            notes.append("boot host \(there.count) at \(milliseconds(shift.now))")
            shift.boot(hosts[there.count])
        } else if load < 100, there.count > 1, number == there.last {
            notes.append("stop host \(number) at \(milliseconds(shift.now))")
            there.removeLast()
            shift.drain(hosts[number])
            shift.stop(hosts[number])
        }
    }

    private func milliseconds(_ time: Instant) -> String {
        "\(Double((time - .start).nanoseconds) / 1e6)"
    }
}
