import Cluster
import Simulation
import Testing
import Vocabulary

/// Who has begun anew, and asks.
@Suite("calls: of a part that has come back")
struct ComingBackTests {
    private actor Asker: Part {
        enum Inbox: Marked {
            case ask
            case answered(Result<Yes, CallError>)
            var mark: UInt64 { if case .ask = self { 1 } else { 2 } }
        }

        struct Yes: Marked { var mark: UInt64 { 1 } }

        struct Question: Call {
            typealias Caller = Asker
            typealias Callee = Answerer
            var size: ByteCount { .bytes(100) }
            func request(_ ticket: Ticket<Yes>) -> Answerer.Inbox { .asked(ticket) }
            func outcome(_ result: Result<Yes, CallError>) -> Asker.Inbox { .answered(result) }
        }

        nonisolated let seat: Seat
        private let other: Endpoint<Answerer>
        private let caller: Caller<Question>
        private let journal: Journal

        init(seat: Seat, other: Endpoint<Answerer>, journal: Journal) {
            self.seat = seat
            self.other = other
            self.journal = journal
            caller = seat.caller(
                by: CallPlan(
                    deadline: .seconds(30),
                    retry: .never))
        }

        func cost(of message: Inbox) -> Span { .zero }
        func begin(in shift: Shift) { shift.call(Question(), at: other, by: caller) }
        func receive(_ message: Inbox, in shift: Shift) {
            guard case .answered(.success) = message else { return }
            journal.answers.append(shift.now)
        }
    }

    private actor Answerer: Part {
        enum Inbox: Marked {
            case asked(Ticket<Asker.Yes>)
            var mark: UInt64 { 1 }
        }

        nonisolated let seat: Seat
        init(seat: Seat) { self.seat = seat }
        func cost(of message: Inbox) -> Span { .zero }
        func receive(_ message: Inbox, in shift: Shift) {
            if case .asked(let ticket) = message { shift.reply(Asker.Yes(), to: ticket, size: .bytes(100)) }
        }
    }

    private final class Journal: @unchecked Sendable { var answers: [Instant] = [] }

    /// It asks at 0, and again at 3 s, when it is back: a round trip later it has its answer, over a connection that is as
    /// new as it is itself. A part that was down before anybody had spoken to it is no other case.
    @Test("it has its answer after a round trip", arguments: [Span.zero, .seconds(1)], CrashKind.allCases)
    func answer(crash: Span, kind: CrashKind) throws {
        let journal = Journal()
        let cluster = Cluster(seed: 1, zones: ["zone"]) { _, _ in LinkProfile(delay: .delay(.milliseconds(1)))
        }
        let zone = Zone(number: 0)
        let wire = Bandwidth(.gigabitsPerSecond(8))
        let hardware = Hardware(processor: .init(cores: 1), uplink: wire, downlink: wire)
        let answerers = cluster.add("answerer", count: 1, on: hardware, in: zone) {
            seat, _ in Answerer(seat: seat)
        }
        let askers = cluster.add("asker", count: 1, on: hardware, in: zone) {
            seat, _ in Asker(seat: seat, other: answerers[0], journal: journal)
        }
        cluster.plan(
            Crash(cluster.machines(of: askers), losing: kind), at: .at(crash), for: .seconds(3) - crash)
        #expect(cluster.run(until: .at(.seconds(10))) == .reachedEnd)
        let last = try #require(journal.answers.last)
        #expect(last >= .at(.seconds(3) + .milliseconds(2)))
        #expect(last <= .at(.seconds(3) + .milliseconds(3)))
    }
}
