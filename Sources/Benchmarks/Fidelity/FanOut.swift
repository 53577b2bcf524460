import Cluster
import Simulation
import Vocabulary

/// Asks a hundred servers at once, and has its answer when the last of them has answered; then it starts
/// anew.
///
/// J. Dean and L. A. Barroso, *The tail at scale* (2013): what is rare at one server is the rule for who
/// needs a hundred. Each request is slow with a chance of 1 %, 100 ms instead of 1. No warm-up: all servers
/// are idle when a round starts.
actor FanOut: Employer {

    enum Inbox: Marked {
        case start
        case done(Errand)

        var mark: UInt64 {
            switch self {
            case .start: Vocabulary.mark(2)
            case .done(let errand): Vocabulary.mark(1, errand.mark)
            }
        }
    }

    private static let servers = 100
    private static let slowShare = 0.01
    private static let fast = Span.milliseconds(1)
    private static let slow = Span.milliseconds(100)
    private static let rounds: UInt64 = 1_500

    static let benchmark = Fidelity.benchmark(
        "fan-out", title: "requests to 100 servers at once, of which 1 % are slow: who sees a slow one",
        unit: "round",
        quantities: [
            Fidelity.Quantity(
                "fan-out of 100, 1 % slow: share hit", unit: "",
                closedForm: ClosedForms.atLeastOne(of: servers, chance: slowShare))
        ]
    ) { seed in
        let cluster = Cluster.lab(seed: seed)
        let fanOut = cluster.add("fan-out", FanOut.self, count: 1, on: .outside, in: .lab) { seat, _ in
            FanOut(seat: seat)
        }[0]
        let isSlow = Bernoulli(slowShare)
        let workers = cluster.addWorkers(count: servers, for: fanOut) { isSlow.sample(&$0) ? slow : fast }
        cluster.inspect(fanOut) { $0.hire(workers) }
        cluster.deliver(.start, to: fanOut, at: .start)
        cluster.runDry()
        let hit = cluster.inspect(fanOut) { $0.slowRounds }!
        return Fidelity.Estimates(
            values: [Double(hit) / Double(rounds)], count: rounds, digest: cluster.world.traceDigest)
    }

    nonisolated let seat: Seat
    private var workers: Endpoints<Worker<FanOut>>?
    private var round: UInt64 = 0
    private var unanswered = 0
    private(set) var slowRounds = 0

    init(seat: Seat) { self.seat = seat }

    static func done(_ errand: Errand) -> Inbox { .done(errand) }

    func hire(_ workers: Endpoints<Worker<FanOut>>) { self.workers = workers }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .start:
            ask(in: shift)
        case .done(let errand):
            unanswered -= 1
            guard unanswered == 0 else { return }
            if shift.now - errand.given >= Self.slow { slowRounds += 1 }
            round += 1
            if round < Self.rounds { ask(in: shift) }
        }
    }

    private func ask(in shift: Shift) {
        guard let workers else { preconditionFailure("a fan-out starts after the workers are there") }
        for (number, worker) in workers.enumerated() {
            let errand = Errand(number: round, worker: number, given: shift.now)
            shift.send(.perform(errand), to: worker, size: smallMessage)
        }
        unanswered = workers.count
    }
}
