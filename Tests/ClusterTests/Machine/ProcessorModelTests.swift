import Cluster
import Simulation
import Testing
import Vocabulary

/// A processor beside a model of it that is as plain as can be.
///
/// Slowdowns are by 2, 3 and 5, each at most once, so a thirtieth of a ns is all that the model needs to
/// count in whole numbers what has been done.
private struct Twin {
    /// What the processor is not told of, though it happens.
    enum Mutation: CaseIterable { case none, slowdown, restore, pause, resume }

    private var processor: Processor<Int>
    private let mutation: Mutation
    private(set) var disagreements: [String] = []
    private(set) var done = 0

    private var now: UInt64 = 0
    private var ends: [UInt64?]  // when the processor says that a core completes

    // The model.
    private struct Service {
        var work: Int
        var left: Int  // thirtieths of a ns; negative when it is overdue
    }
    private var cores: [Service?]
    private var pauses: [Int]  // one for each pause: so many of the lowest cores
    private var slowdowns: Set<Int> = []
    private var queue: [Int] = []
    private var created = 0
    private var busyTime = 0
    private var queuedTime = 0

    init(cores: Int, mutation: Mutation) {
        processor = Processor(cores: cores, queueLimit: 20)
        self.mutation = mutation
        ends = Array(repeating: nil, count: cores)
        self.cores = Array(repeating: nil, count: cores)
        pauses = []
    }

    private var time: Instant { Instant(nanoseconds: now) }
    private var perNanosecond: Int { slowdowns.reduce(30, /) }
    private func runs(_ core: Int) -> Bool { !pauses.contains { $0 > core } }

    private mutating func expect(_ holds: Bool, _ what: String) {
        if !holds { disagreements.append("\(now): \(what)") }
    }

    /// Lets time pass, and completes what ends meanwhile.
    mutating func advance(by span: UInt64) {
        let target = now + span
        while let core = ends.indices.filter({ ends[$0].map { $0 <= target } ?? false })
            .min(by: { (ends[$0]!, $0) < (ends[$1]!, $1) })
        {
            pass(until: ends[core]!)
            ends[core] = nil
            complete(core)
            startWhatWaits()
        }
        pass(until: target)
    }

    private mutating func pass(until target: UInt64) {
        let elapsed = Int(target - now)
        for core in cores.indices where cores[core] != nil && runs(core) {
            cores[core]!.left -= elapsed * perNanosecond
            busyTime += elapsed
        }
        queuedTime += elapsed * queue.count
        now = target
    }

    /// All the work was done, and ended less than a ns ago: equal to one when rounding was against it.
    private mutating func complete(_ core: Int) {
        let work = processor.complete(core, at: time)
        expect(cores[core]?.work == work, "core \(core) completed \(work)")
        let late = -(cores[core]?.left ?? .max)
        expect((0...perNanosecond).contains(late), "\(work) is \(late) thirtieths of a ns late")
        cores[core] = nil
        done += 1
    }

    private mutating func startWhatWaits() {
        while let start = processor.next(at: time) {
            expect(queue.first == start.work, "\(start.work) is not the first of \(queue)")
            if !queue.isEmpty { queue.removeFirst() }
            begin(start.work, on: start.core)
        }
        let idle = cores.indices.contains { cores[$0] == nil && runs($0) }
        expect(queue.isEmpty || !idle, "a core is idle while work waits")
    }

    private mutating func begin(_ work: Int, on core: Int) {
        let cost = work * 7_919 % 500
        expect(cores[core] == nil && runs(core), "core \(core) cannot take work")
        cores[core] = Service(work: work, left: cost * 30)
        ends[core] = processor.begin(core, cost: .nanoseconds(Int64(cost)), at: time).nanoseconds
    }

    private mutating func retime(_ changes: [Processor<Int>.Retiming]) {
        for change in changes { ends[change.core] = change.completion?.nanoseconds }
    }

    mutating func arrive() {
        created += 1
        let idle = cores.indices.first { cores[$0] == nil && runs($0) }
        switch processor.arrive(created, at: time) {
        case .starts(let core):
            expect(idle == core, "core \(core) takes work, not the lowest that is idle")
            begin(created, on: core)
        case .queued:
            expect(idle == nil && queue.count < 20, "\(created) waits")
            queue.append(created)
        case .rejected: expect(queue.count == 20, "\(created) is rejected")
        }
    }

    mutating func slowOrRestore(_ factor: Int) {
        if slowdowns.remove(factor) == nil {
            slowdowns.insert(factor)
            guard mutation != .slowdown else { return }
            retime(processor.slow(by: .times(UInt64(factor)), id: factor, at: time))
        } else if mutation == .none || mutation == .pause || mutation == .resume {
            retime(processor.restore(id: factor, at: time))
        }
    }

    mutating func pause(_ count: Int) {
        pauses.append(count)
        if mutation != .pause { retime(processor.pause(cores: count, at: time)) }
    }

    mutating func resume(_ index: Int) {
        guard !pauses.isEmpty else { return }
        let count = pauses.remove(at: index % pauses.count)
        if mutation != .pause && mutation != .resume {
            retime(processor.resume(cores: count, at: time))
            startWhatWaits()
        }
    }

    mutating func crash() {
        let lost = processor.crash(at: time)
        expect(lost.inService == cores.compactMap { $0?.work }, "lost in service: \(lost.inService)")
        expect(lost.queued == queue, "lost in the queue: \(lost.queued)")
        for core in cores.indices { (cores[core], ends[core]) = (nil, nil) }
        queue = []
    }

    mutating func check() {
        processor.checkInvariants()
        guard now > 0 else { return }
        let start = Processor<Int>(cores: cores.count, queueLimit: 0).reading(at: .start)
        let reading = processor.reading(at: time)
        let (busy, queued) = (
            Double(busyTime) / (Double(now) * Double(cores.count)), Double(queuedTime) / Double(now)
        )
        expect(reading.utilisation(since: start) == busy, "the utilisation is not \(busy)")
        expect(reading.meanQueueLength(since: start) == queued, "the mean queue is not \(queued)")
    }

    /// 20,000 operations; a processor that is wrong stops agreeing long before the end, and need not be run
    /// on.
    static func run(seed: UInt64, cores: Int, mutation: Mutation) -> Twin {
        var stream = Streams(seed: seed, purpose: Purpose("processor test")).stream(of: UInt64(cores))
        var twin = Twin(cores: cores, mutation: mutation)
        for _ in 0..<20_000 where twin.disagreements.isEmpty {
            switch stream.below(20) {
            case 0: twin.slowOrRestore([2, 3, 5][stream.below(3)])
            case 1: twin.pause(stream.below(cores + 1))
            case 2...3: twin.resume(stream.below(10))
            case 4: if stream.below(10) == 0 { twin.crash() }
            case 5...11: twin.advance(by: UInt64(stream.below(300)))
            default: twin.arrive()
            }
            twin.check()
        }
        return twin
    }
}

@Suite("machine: processor: against a model")
struct ProcessorModelTests {
    @Test(
        "whatever happens to it, all work is done, in order, and none sooner than its pace allows",
        arguments: 1...4 as ClosedRange<UInt64>, [1, 4, 64])
    func agreesWithModel(seed: UInt64, cores: Int) {
        let twin = Twin.run(seed: seed, cores: cores, mutation: .none)
        #expect(twin.disagreements == [])
        #expect(twin.done > 500)
    }

    @Test("a processor that misses a slowdown, a pause, or the end of one is found out")
    func mutants() {
        for mutation in [Twin.Mutation.slowdown, .restore, .pause, .resume] {
            #expect(!Twin.run(seed: 1, cores: 4, mutation: mutation).disagreements.isEmpty, "\(mutation)")
        }
    }
}
