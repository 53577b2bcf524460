import Cluster
import Foundation
import Infrastructure
import Simulation
import Testing
import Vocabulary

/// Three servers, and three clients who make entries of a folder each, one after the other, under faults that a seed
/// draws. Two more stand for the leadership of a folder, one of which is cut off from all now and then; what they write
/// under their leaderships they go on writing when they have lost them.
///
/// Inside the envelope one server is at fault at a time, and the next when all serve again; outside of it two or three at
/// once, and they lose their disks.
struct RegistryTrial {
    private let seed: UInt64
    private let site: RegistrySite
    private var stream: RandomStream
    private(set) var findings: [String] = []
    private let session = Span.seconds(10)
    private let contenders = 3...4
    private let throne: UInt32 = 9

    init(seed: UInt64, rules: RegistryRules = RegistryRules()) {
        self.seed = seed
        site = RegistrySite(seed: seed, tenants: 5, session: session, rules: rules) {
            // Cores are at work when faults come.
            $0.requestTime = Varied("500us")
        }
        stream = Streams(seed: seed, purpose: Purpose("registry faults")).stream(of: 0)
        for tenant in 0..<3 {
            site.tell(.make(folder: UInt32(tenant), every: .milliseconds(20)), tenant, at: .seconds(3))
        }
        let ruled = RegistryName(10, 0)
        site.tell(.write(.create(ruled, RegistryValue(0), isEphemeral: false), id: 0), 0, at: .seconds(2))
        for tenant in contenders {
            site.tell(.stand(throne), tenant, at: .seconds(3))
            site.tell(.rule(ruled, every: .milliseconds(100)), tenant, at: .seconds(3))
        }
    }

    var encounters: [Encounter] { site.cluster.encounters }

    mutating func runInside() {
        // A server without room on its disk ends, which is a crash.
        let strokes = Stroke.allCases.filter { $0 != .fullDisk }
        var time = Span.seconds(4)
        for number in 1...6 {
            let machine = site.machines(stream.below(3))
            let length = Span.milliseconds(Int64(500 + stream.below(14_000)))
            let cut = stream.below(2) + contenders.lowerBound
            let cutEnd = time + .milliseconds(Int64(500 + stream.below(40_000)))
            site.cluster.plan(
                Partition(isolating: site.tenantMachines(cut)), named: "cut \(number)", at: .at(time),
                for: cutEnd - time)
            strokes[stream.below(strokes.count)].strike(
                machine, in: site.cluster, servers: site.machines(0, 1, 2), at: .at(time), for: length,
                named: "strike \(number)")
            time += length
            site.run(until: time)
            // Who has looked for a leader for long asks for one each minute.
            let end = time + .seconds(90)
            repeat {
                time += .seconds(3)
                site.run(until: time)
            } while !(0..<3).allSatisfy(site.isServing) && time < end
            if time >= end { find("not all serve 90 s after strike \(number)") }
            let isOver = run(&time, to: cutEnd)
            if isOver, stands(cut) { find("tenant \(cut) still stands, cut off for longer than its session") }
        }
        site.run(until: time + .seconds(10))
        check()
    }

    mutating func runOutside() {
        var time = Span.seconds(6)
        for _ in 0..<3 {
            let first = stream.below(3)
            let machines =
                stream.below(2) == 0 ? site.machines(0, 1, 2) : site.machines(first, (first + 1) % 3)
            let kinds: [any Fault] = [
                Crash(machines, losing: .disk), Crash(machines, losing: .unsynced), Pause(machines),
            ]
            site.cluster.plan(kinds[stream.below(3)], at: .at(time), for: .seconds(2))
            time += .seconds(12)
        }
        site.run(until: time + .seconds(20))
        check()
    }

    private mutating func find(_ finding: String) { if findings.count < 20 { findings.append(finding) } }

    private func entry(_ tenant: Int, _ number: UInt32) -> RegistryEntry? {
        (0..<3).compactMap { site.entry(RegistryName(UInt32(tenant), number), at: $0) }.first
    }

    /// Whether one leader and all servers have served until then for as long as a session lasts: who leads anew gives all of
    /// them as long once more. Deadlines are looked at each tick, of two seconds.
    private func run(_ time: inout Span, to end: Span) -> Bool {
        var (leader, since) = (site.leader, time)
        while time < end {
            time = min(time + .seconds(1), end)
            site.run(until: time)
            if site.leader == leader, (0..<3).allSatisfy(site.isServing) { continue }
            (leader, since) = (site.leader, time)
        }
        return leader != nil && end - since > session + .seconds(4)
    }

    private func stands(_ tenant: Int) -> Bool {
        guard let leader = site.leader else { return false }
        return site.entries(of: throne, at: leader).contains { $0.value.word == UInt64(tenant) }
    }

    /// There is one order of all writes: what is acknowledged is in it, those of a client in the order in which it asked,
    /// and one that was answered before another one was asked comes first.
    private mutating func check() {
        var all: [(asked: Instant, answered: Instant, epoch: UInt64)] = []
        for tenant in 0..<3 {
            let made = site.made(tenant)
            if made.count < 100 { find("tenant \(tenant) has made \(made.count)") }
            var epochs: [UInt64] = []
            var lost = 0
            for (place, made) in made.enumerated() {
                guard let entry = entry(tenant, made.number) else {
                    lost += 1
                    continue
                }
                let asked = place == 0 ? .start : site.made(tenant)[place - 1].time
                all.append((asked, made.time, entry.epoch))
                epochs.append(entry.epoch)
            }
            if lost > 0 { find("\(lost) acknowledged entries of tenant \(tenant) are lost") }
            if zip(epochs, epochs.dropFirst()).contains(where: { $0 >= $1 }) {
                find("entries of tenant \(tenant) lie in another order than it made them")
            }
        }
        let ruled = contenders.flatMap { site.ruled($0) }.sorted { $0.version < $1.version }
        if ruled.count < 100 { find("leaders have written \(ruled.count) times") }
        if zip(ruled, ruled.dropFirst()).contains(where: { $0.epoch > $1.epoch }) {
            find("a leader was overruled by a former one")
        }
        var latestAsked = Instant.start
        for write in all.sorted(by: { $0.epoch < $1.epoch }) {
            if write.answered < latestAsked { find("write \(write.epoch) was overtaken") }
            latestAsked = max(latestAsked, write.asked)
        }
    }
}

/// `HUBBUB_REGISTRY_SEEDS=1000` plays so many: `make soak` does.
@Suite("registry: under faults")
struct RegistryFaults {
    private static let seeds =
        ProcessInfo.processInfo.environment["HUBBUB_REGISTRY_SEEDS"].flatMap(UInt64.init) ?? 20

    @Test("writes have one order, in which nobody is overtaken, and nothing acknowledged is lost")
    func linearisable() {
        var table = CellTable(roles: ["registry"], spared: [])
        for seed in 1...Self.seeds {
            var trial = RegistryTrial(seed: seed)
            trial.runInside()
            #expect(trial.findings == [], "seed \(seed)")
            table.note(trial.encounters)
        }
        table.check(isWhole: Self.seeds >= 1_000)
    }

    @Test("when all servers lose their disks at once, something acknowledged is lost")
    func outside() {
        let losses = (1...max(6, Self.seeds / 5)).count { seed in
            var trial = RegistryTrial(seed: seed)
            trial.runOutside()
            return trial.findings.contains { $0.contains("are lost") }
        }
        #expect(losses > 0)
    }

    // MARK: Mistakes

    /// A plausible one, with a seed by which it is found out, and a part of what is found then.
    struct Mutant: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let seed: UInt64
        let finding: String
        let change: @Sendable (inout RegistryRules) -> Void

        func isFound(by seed: UInt64) -> Bool {
            var rules = RegistryRules()
            change(&rules)
            var trial = RegistryTrial(seed: seed, rules: rules)
            trial.runInside()
            return trial.findings.contains { $0.contains(finding) }
        }

        static let all = [
            Mutant(testDescription: "a session never expires", seed: 1, finding: "still stands") {
                $0.expires = { _, _ in false }
            },
            Mutant(testDescription: "epochs are not checked", seed: 1, finding: "by a former one") {
                $0.fence = { _, _ in true }
            },
        ]
    }

    /// Each with its seed, with which the registry that makes no mistake holds.
    @Test("a mistake is found out", arguments: Mutant.all)
    func mutants(mutant: Mutant) {
        #expect(mutant.isFound(by: mutant.seed))
        var trial = RegistryTrial(seed: mutant.seed)
        trial.runInside()
        #expect(trial.findings == [])
    }

    @Test("each mistake shows within 200 seeds", .enabled(if: seeds > 20), arguments: Mutant.all)
    func search(mutant: Mutant) {
        let seed = (1...200).first { mutant.isFound(by: $0) }
        #expect(seed != nil)
        print("\(mutant.testDescription): seed \(seed.map(String.init) ?? "none")")
    }
}
