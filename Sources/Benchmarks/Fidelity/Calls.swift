import Cluster
import Simulation
import Vocabulary

/// Calls over streams that lose chosen segments, and calls to a server that is overloaded, worked out by
/// hand.
///
/// A question of 14,480 bytes is ten segments of 1,448; with 52 bytes of header each they are 15,000 bytes,
/// which an interface of 8 Gbit/s passes on in 15 us. The link takes 10 ms each way.
enum Calls {
    /// Which of the ten segments is lost, and when the question is there.
    private struct LostSegment: Sendable {
        let what: String
        let segments: ChosenPackets
        let arrival: Span
    }

    private static let losses = [
        // 0.015 ms out, 10 ms across, 0.015 ms in.
        LostSegment(what: "10 segments, none lost", segments: [], arrival: .microseconds(10_030)),
        // The third that follows the lost one reports it after 20 ms, and it is sent again: 0.015 + 20 + 10 +
        // 0.015 ms.
        LostSegment(what: "10 segments, the 3rd lost", segments: [2], arrival: .microseconds(30_030)),
        // Two follow it, which is one too few to be sure. It is given a quarter of the round trip, 5 ms, and 2
        // ms more; that is 2 ticks of 4 ms, which a timer set at 20.015 ms counts from the next one at 24 ms:
        // 32 + 10 + 0.015 ms.
        LostSegment(what: "10 segments, the 8th lost", segments: [7], arrival: .microseconds(42_015)),
    ]

    static let benchmark = Benchmark(
        suite: "fidelity", name: "calls",
        title: "calls that lose chosen segments, and what retries make of an overload", unit: "call",
        aim: .fidelity
    ) { _ in
        var answers: [KnownAnswer] = []
        var digest = Digest()
        let elapsed = ContinuousClock().measure {
            for loss in losses {
                let (cluster, oracle, _) = play(
                    loss: .chosen(loss.segments), questions: 1, size: .bytes(14_480), plan: patient)
                let arrival = cluster.inspect(oracle) { $0.firstArrival } ?? nil
                answers.append(
                    KnownAnswer(
                        loss.what, unit: "us", handWorked: Double(loss.arrival.nanoseconds) / 1e3,
                        measured: arrival.map { Double(($0 - .start).nanoseconds) / 1e3 } ?? .infinity))
                digest.fold(cluster.world.traceDigest.value)
            }
            for (what, budget, attempts) in overloads {
                let (cluster, _, pilgrims) = play(
                    loss: .none, questions: 1_000, size: .bytes(100), plan: impatient(budget))
                let meter = cluster.calls(Question.self, by: pilgrims)
                answers.append(
                    KnownAnswer(what, unit: "", handWorked: attempts, measured: Double(meter?.attempts ?? 0)))
                digest.fold(cluster.world.traceDigest.value)
            }
        }
        return Benchmark.Round(
            count: UInt64(losses.count + 1_000 * overloads.count), elapsed: elapsed, digest: digest.value,
            answers: answers)
    }

    /// 1,000 questions at once to a server that takes a second for each, with a deadline of 100 ms: all come
    /// to nothing. Tried three times, they make 3,000 requests; with a budget that holds 200 retries, and is
    /// full when the first one fails, 1,200.
    private static let overloads = [
        ("1,000 calls in vain, 3 attempts each", RetryBudget.unlimited, 3_000.0),
        (
            "the same, with a budget of 200 retries",
            RetryBudget(ratio: Factor(rounding: 0.2), perSecond: 0, limit: 200), 1_200
        ),
    ]

    private static let patient = CallPlan(
        deadline: .seconds(60), retry: RetryPolicy(attempts: 1, base: .zero, cap: .zero, retryable: .passing))

    private static func impatient(_ budget: RetryBudget) -> CallPlan {
        CallPlan(
            deadline: .milliseconds(100),
            retry: RetryPolicy(
                attempts: 3, base: .milliseconds(1), cap: .milliseconds(1), retryable: .passing),
            budget: budget)
    }

    private static func play(
        loss: LossModel, questions: Int, size: ByteCount, plan: CallPlan
    ) -> (Cluster, Endpoint<Oracle>, Endpoints<Pilgrim>) {
        let cluster = Cluster.lab(
            seed: 1, link: LinkProfile(delay: .delay(.milliseconds(10)), loss: loss))
        let wire = Bandwidth(.gigabitsPerSecond(8))
        let oracle = cluster.add(
            "oracle", count: 1, on: Hardware(processor: .init(cores: 1), uplink: wire, downlink: wire),
            in: .lab
        ) { seat, _ in Oracle(seat: seat) }
        let pilgrims = cluster.add(
            "pilgrim", count: 1, on: Hardware(processor: nil, uplink: wire, downlink: wire), in: .lab
        ) { seat, _ in Pilgrim(seat: seat, oracle: oracle[0], size: size, plan: plan) }
        cluster.deliver(.ask(times: questions), to: pilgrims[0], at: .start)
        cluster.runDry()
        return (cluster, oracle[0], pilgrims)
    }

    struct Question: Call {
        typealias Caller = Pilgrim
        typealias Callee = Oracle
        let size: ByteCount

        func request(_ ticket: Ticket<Oracle.Silence>) -> Oracle.Inbox { .question(ticket) }
        func outcome(_ result: Result<Oracle.Silence, CallError>) -> Pilgrim.Inbox { .ended }
    }
}

/// Asks the same question as often as it is told to, all at once.
actor Pilgrim: Part {

    enum Inbox: Marked {
        case ask(times: Int)
        case ended

        var mark: UInt64 {
            switch self {
            case .ask(let times): Vocabulary.mark(1, UInt64(times))
            case .ended: Vocabulary.mark(2)
            }
        }
    }

    nonisolated let seat: Seat
    private let oracle: Endpoint<Oracle>
    private let size: ByteCount
    private let question: Caller<Calls.Question>

    init(seat: Seat, oracle: Endpoint<Oracle>, size: ByteCount, plan: CallPlan) {
        self.seat = seat
        self.oracle = oracle
        self.size = size
        question = seat.caller(by: plan)
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .ask(let times):
            for _ in 0..<times { shift.call(Calls.Question(size: size), at: oracle, by: question) }
        case .ended: break
        }
    }
}

/// Takes a second for each question, and notes when service of the first one began.
actor Oracle: Part {

    struct Silence: Marked {
        var mark: UInt64 { Vocabulary.mark(1) }
    }

    enum Inbox: Marked {
        case question(Ticket<Silence>)
        var mark: UInt64 {
            switch self {
            case .question(let ticket): Vocabulary.mark(1, ticket.mark)
            }
        }
    }

    private static let thought = Span.seconds(1)

    nonisolated let seat: Seat
    private(set) var firstArrival: Instant?

    init(seat: Seat) { self.seat = seat }

    func cost(of message: Inbox) -> Span { Self.thought }

    func receive(_ message: Inbox, in shift: Shift) {
        guard case .question(let ticket) = message else { return }
        if firstArrival == nil { firstArrival = shift.now - Self.thought }
        shift.reply(Silence(), to: ticket, size: .zero)
    }
}
