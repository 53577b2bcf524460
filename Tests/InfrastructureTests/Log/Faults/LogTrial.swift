import Cluster
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// A log with producers and two groups of consumers, for a minute under faults that a seed draws, and what is left to be
/// found out when all are healed.
///
/// Inside the envelope one broker, one controller and one client are at fault at a time, and the next of brokers and of
/// controllers only when all that the last one missed is there again. Outside of it they come whenever they want.
struct LogTrial {
    enum Envelope { case inside, outside }

    /// The rules by which all go; those of a log that breaks none unless a test puts others in their place.
    struct Mutant {
        var log = LogRules()
        var agreement = AgreementRules()
        var consumer = ConsumerRules()
    }

    private static let partitions = 4
    private static let groups = ["readers", "auditors"]
    private static let loadEnd = Span.seconds(60)
    private static let disk = DiskProfile(
        sync: .delay(.milliseconds(20)), read: .delay(.microseconds(100)), bytesPerSecond: 1_000_000)

    private let seed: UInt64
    private let envelope: Envelope
    private let site: LogSite
    private let feeders: Endpoints<Feeder>
    private let readers: [Endpoints<Reader>]
    private let sent = Journal()
    private let journals = Self.groups.map { _ in Journal() }
    private var stream: RandomStream
    /// When what befell brokers, controllers and clients is over.
    private var busyUntil = [Instant.start, .start, .start]
    private var strikes = 0
    var verbose = false
    private var last: [String] = Array(repeating: "", count: 60)
    /// Who led each partition in each epoch, and the controllers. Looked up only, never iterated.
    private var leaders: [Int: Int] = [:]
    private(set) var findings: [String] = []

    init(seed: UInt64, _ envelope: Envelope = .inside, breaking mutant: Mutant = Mutant()) {
        (self.seed, self.envelope) = (seed, envelope)
        stream = Streams(seed: seed, purpose: Purpose("strikes")).stream(of: 0)
        // Slow links and disks: something is in doubt whenever a fault strikes.
        let site = LogSite(
            seed: seed, delay: .milliseconds(20), disk: Self.disk, rules: mutant.log,
            agreementRules: mutant.agreement
        ) {
            $0.partitions = Self.partitions
            $0.replicaLag = .seconds(5)
            $0.requestTimeout = .seconds(5)
            $0.requestTime = Varied("1ms")
            $0.recordTime = Varied("300us")
        }
        self.site = site
        feeders = site.addFeeders(2, journal: sent) { $0.requestTimeout = .seconds(5) }
        readers = zip(Self.groups, journals).map { group, journal in
            site.addReaders(group == "readers" ? 2 : 1, name: "reader of \(group)", journal: journal) {
                $0.group = group
                $0.capacity = 20
                $0.work = .milliseconds(300)
                $0.rules = mutant.consumer
                $0.settings.session = .seconds(9)
                $0.settings.commitEvery = .milliseconds(500)
                $0.settings.requestTimeout = .seconds(5)
            }
        }
    }

    /// How often each kind has met work at each role.
    var encounters: [Encounter] { site.cluster.encounters }

    mutating func run() {
        for (number, feeder) in feeders.enumerated() {
            // 25 a second each; keys of their own, so that the order of each is that of one producer.
            let first = 1_000_000 * number
            site.send(first..<first + 1_500, by: feeder, from: .milliseconds(500), every: .milliseconds(40)) {
                UInt64($0 % 40)
            }
        }
        var time = Span.zero
        while time < Self.loadEnd {
            strike(at: .at(time))
            time = time + .milliseconds(500)
            site.run(until: time)
            look()
        }
        // Faults last until 75 s at most. Whoever was away is heard of, and reads, within half a minute.
        while time < .seconds(75) || !isQuiet, time < .seconds(180) {
            time = time + .seconds(5)
            site.run(until: time)
            look()
        }
        if !isQuiet { find("\(time) after the beginning not all is in sync, and read") }
        check()
    }

    /// Nothing is on its way any more.
    private var isQuiet: Bool {
        guard site.log.isInSync(in: site.cluster), site.log.lag(in: site.cluster) == 0 else { return false }
        return feeders.allSatisfy { (site.cluster.inspect($0) { $0.producer.bufferedCount } ?? 1) == 0 }
    }

    // MARK: Faults

    private mutating func strike(at time: Instant) {
        let clients =
            Array(feeders.indices.map { site.cluster.machines(of: [feeders[$0]]) })
            + readers.flatMap { group in group.map { site.cluster.machines(of: [$0]) } }
        let targets: [(strokes: [LogStroke], machines: [MachineSet], isInSync: Bool)] = [
            (
                LogStroke.ofBrokers, site.brokers.map { site.cluster.machines(of: [$0]) },
                site.log.isInSync(in: site.cluster)
            ),
            (
                LogStroke.ofControllers, site.controllers.map { site.cluster.machines(of: [$0]) },
                site.log.controllersAreInSync(in: site.cluster)
            ),
            (LogStroke.ofClients, clients, true),
        ]
        for (place, target) in targets.enumerated() {
            // Five draws, whatever comes of them, so that one target moves nothing of another one's.
            let isDrawn = stream.below(envelope == .inside ? 3 : 6) == 0
            let stroke = target.strokes[stream.below(target.strokes.count)]
            let machine = target.machines[stream.below(target.machines.count)]
            let span = Span.milliseconds(500 + Int64(stream.below(14_500)))
            let partition = stream.below(Self.partitions)
            guard isDrawn else { continue }
            if envelope == .inside { guard time >= busyUntil[place], target.isInSync else { continue } }
            // A leader that was stopped has not heard of the others, and asks for a set without them when it goes on: to
            // see who is in sync takes a while.
            busyUntil[place] = time + span + .seconds(2)
            strikes += 1
            if verbose {
                print(
                    "\(time) \(stroke) target \(place) machine \(target.machines.firstIndex{ $0 == machine }!) for \(span) p\(partition)"
                )
            }
            stroke.strike(
                machine, in: site, partition: partition, at: time, for: span, named: "strike \(strikes)")
        }
    }

    // MARK: What may never be

    private mutating func note(leader: Int, of what: Int, in epoch: Int, _ name: String) {
        let former = leaders.updateValue(leader, forKey: what << 32 | epoch)
        if let former, former != leader {
            find("\(name) has two leaders in epoch \(epoch): \(former) and \(leader)")
        }
    }

    private mutating func look() {
        if verbose {
            for p in 0..<Self.partitions + 3 {
                for b in 0..<3 {
                    let r = site.cluster.inspect(site.brokers[b]) { $0.replica(of: p) } ?? nil
                    let t =
                        r.map {
                            "p\(p) b\(b) e\($0.leadership.epoch).\($0.leadership.version) l\($0.leadership.leader ?? -1) isr\($0.leadership.inSync) \($0.epochs.starts.map { "\($0.epoch)@\($0.offset)" })"
                        } ?? "p\(p) b\(b) down"
                    if t != last[p * 3 + b] {
                        last[p * 3 + b] = t;
                        print(
                            "   ", site.cluster.world.now, t,
                            "end \(r?.end ?? -1) hw \(r?.highWatermark ?? -1)")
                    }
                }
            }
            let t = (0..<3).map { c in
                site.cluster.inspect(site.controllers[c]) { "\($0.committed)/\($0.leadsInEpoch ?? -1)" }
                    ?? "down"
            }.joined(separator: " ")
            if t != last[39] { last[39] = t; print("   ", site.cluster.world.now, "controllers", t) }
            if site.cluster.world.now > .at(.seconds(70)) {
                print(
                    "   ", site.cluster.world.now,
                    "insync \(site.log.isInSync(in: site.cluster)) lag \(site.log.lag(in: site.cluster)) buffered \(feeders.map { site.cluster.inspect($0) { $0.producer.bufferedCount } ?? -1 }) readers \(readers.map { $0.map { e in site.cluster.inspect(e) { "\($0.inHand) \($0.consumer.untaken) \($0.consumer.generation)" } ?? "down" } })"
                )
            }
        }
        for (number, broker) in site.brokers.enumerated() {
            for partition in 0..<Self.partitions {
                let replica = site.cluster.inspect(broker) { $0.replica(of: partition) } ?? nil
                guard let replica, replica.leads else { continue }
                note(leader: number, of: partition, in: replica.leadership.epoch, "partition \(partition)")
            }
        }
        for (number, controller) in site.controllers.enumerated() {
            guard let epoch = site.cluster.inspect(controller, { $0.leadsInEpoch }) ?? nil else { continue }
            note(leader: number, of: Self.partitions, in: epoch, "the group of controllers")
        }
    }

    private mutating func find(_ finding: String) {
        if findings.count < 20 { findings.append(finding) }
    }

    // MARK: What has to be in the end

    private mutating func check() {
        var log: [[Int]] = []
        for partition in 0..<Self.partitions {
            let replicas = (0..<3).map { site.records(of: $0, partition: partition) }
            if replicas[0] != replicas[1] || replicas[0] != replicas[2] {
                if verbose {
                    for b in 1..<3 {
                        let d = zip(replicas[0], replicas[b]).enumerated().filter {
                            $0.element.0 != $0.element.1
                        };
                        print(
                            "p\(partition) b0 b\(b) differ at",
                            d.prefix(6).map { "\($0.offset): \($0.element)" },
                            d.last.map { "\($0.offset)" } ?? "-")
                    }
                }
                find("the replicas of partition \(partition) differ: \(replicas.map(\.count))")
            }
            log.append(site.committed(partition: partition))
        }
        let stored = Set(log.joined())
        if stored.count < log.joined().count {
            find("\(log.joined().count - stored.count) records are stored twice")
        }
        let lost = sent.stored.filter { !stored.contains($0.number) }
        if !lost.isEmpty { find("\(lost.count) acknowledged records are lost, the first one \(lost[0])") }
        checkOrder(log)
        for (group, journal) in zip(Self.groups, journals) { check(group, journal, log) }
    }

    /// Of each producer the records of a partition lie in the order in which it sent them.
    private mutating func checkOrder(_ log: [[Int]]) {
        for (partition, numbers) in log.enumerated() {
            for feeder in feeders.indices {
                let own = numbers.filter { $0 / 1_000_000 == feeder }
                if own != own.sorted() {
                    find("partition \(partition) has records of feeder \(feeder) in disorder")
                }
            }
        }
    }

    /// A group has done all that was acknowledged, has seen each partition in the log's order, and skipped nothing.
    private mutating func check(_ group: String, _ journal: Journal, _ log: [[Int]]) {
        let missed = sent.stored.filter { !journal.done.contains($0.number) }
        if !missed.isEmpty {
            find("\(group) have not done \(missed.count) acknowledged records, first \(missed[0])")
        }
        var ends = Array(repeating: 0, count: Self.partitions)
        for read in journal.read {
            let (partition, offset) = (read.place.partition, read.place.offset)
            if offset > ends[partition] {
                find("\(group) skip \(ends[partition])..<\(offset) of \(partition)")
            }
            ends[partition] = max(ends[partition], offset + 1)
            guard offset < log[partition].count, log[partition][offset] == read.number else {
                find("\(group) read at \(read.place) what is not there: \(read.number)")
                continue
            }
        }
    }
}
