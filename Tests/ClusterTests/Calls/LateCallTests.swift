import Cluster
import Simulation
import Testing
import Vocabulary

/// Who closes a connection on which an answer is late, and opens another one.
@Suite("calls: that are late")
struct LateCallTests {
    private actor Asker: Part {
        enum Inbox: Marked {
            case ask
            case answered(Result<Yes, CallError>)
            case askPatiently
            case answeredPatiently(Result<Yes, CallError>)
            case write
            case lost
            case openAnew

            var mark: UInt64 {
                switch self {
                case .ask: 1
                case .answered: 2
                case .askPatiently: 3
                case .answeredPatiently: 4
                case .write: 5
                case .lost: 6
                case .openAnew: 7
                }
            }
        }

        struct Yes: Marked { var mark: UInt64 { 1 } }

        struct Question: Call {
            typealias Caller = Asker
            typealias Callee = Answerer
            var size: ByteCount { .bytes(100) }
            func request(_ ticket: Ticket<Yes>) -> Answerer.Inbox { .asked(ticket) }
            func outcome(_ result: Result<Yes, CallError>) -> Asker.Inbox { .answered(result) }
        }

        struct PatientQuestion: Call {
            typealias Caller = Asker
            typealias Callee = Answerer
            var size: ByteCount { .bytes(100) }
            func request(_ ticket: Ticket<Yes>) -> Answerer.Inbox { .asked(ticket) }
            func outcome(_ result: Result<Yes, CallError>) -> Asker.Inbox { .answeredPatiently(result) }
        }

        nonisolated let seat: Seat
        private let other: Endpoint<Answerer>
        private let caller: Caller<Question>
        private let patient: Caller<PatientQuestion>
        private let journal: Journal

        private let opensAt: Span?

        init(seat: Seat, other: Endpoint<Answerer>, closing: Bool, opensAt: Span?, journal: Journal) {
            self.seat = seat
            self.other = other
            self.opensAt = opensAt
            self.journal = journal
            caller = seat.caller(
                by: CallPlan(deadline: .seconds(2), retry: .never, closesConnectionWhenLate: closing))
            patient = seat.caller(by: CallPlan(deadline: .minutes(5), retry: .never))
        }

        func cost(of message: Inbox) -> Span { .zero }

        func begin(in shift: Shift) {
            _ = shift.arm(.ask, after: .milliseconds(995))
            _ = shift.arm(.askPatiently, after: .seconds(20))
            _ = shift.arm(.write, after: .seconds(21))
            if let opensAt { _ = shift.arm(.openAnew, after: opensAt) }
        }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .ask:
                _ = shift.arm(.ask, after: .seconds(1))
                shift.call(Question(), at: other, by: caller)
            case .answered(.success): journal.answers.append(shift.now)
            case .answered(.failure(let error)): journal.errors.append(error)
            case .askPatiently: shift.call(PatientQuestion(), at: other, by: patient)
            case .answeredPatiently(let result):
                journal.patientAnswers.append((try? result.get()) == nil ? nil : shift.now)
            case .write: shift.post(.letter, to: other, size: .bytes(100), orElse: .lost)
            case .lost: journal.lettersLost += 1
            case .openAnew: shift.openConnection(to: other)
            }
        }
    }

    /// An answer takes it 10 ms.
    private actor Answerer: Part {
        enum Inbox: Marked {
            case asked(Ticket<Asker.Yes>)
            case letter
            var mark: UInt64 { if case .asked = self { 1 } else { 2 } }
        }

        nonisolated let seat: Seat
        private let journal: Journal

        init(seat: Seat, journal: Journal) { (self.seat, self.journal) = (seat, journal) }

        func cost(of message: Inbox) -> Span {
            if case .asked = message { .milliseconds(10) } else { .zero }
        }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .asked(let ticket):
                journal.questions += 1
                shift.reply(Asker.Yes(), to: ticket, size: .bytes(100))
            case .letter: journal.letters.append(shift.now)
            }
        }
    }

    private final class Journal: @unchecked Sendable {
        var questions = 0
        var answers: [Instant] = []
        var errors: [CallError] = []
        var patientAnswers: [Instant?] = []
        var letters: [Instant] = []
        var lettersLost = 0
    }

    /// A question every second, from 0.995 s on; the two are cut from each other from 10 s to 40 s.
    private func play(closing: Bool, opensAt: Span? = nil) -> Journal {
        let journal = Journal()
        let cluster = Cluster(seed: 1, zones: ["zone"]) { _, _ in LinkProfile(delay: .delay(.milliseconds(1)))
        }
        let zone = Zone(number: 0)
        let wire = Bandwidth(.gigabitsPerSecond(8))
        let hardware = Hardware(processor: .init(cores: 1), uplink: wire, downlink: wire)
        let answerers = cluster.add("answerer", count: 1, on: hardware, in: zone) {
            seat, _ in Answerer(seat: seat, journal: journal)
        }
        let askers = cluster.add("asker", count: 1, on: hardware, in: zone) {
            seat, _ in
            Asker(
                seat: seat, other: answerers[0], closing: closing, opensAt: opensAt, journal: journal)
        }
        cluster.plan(
            Partition(between: cluster.machines(of: askers), and: cluster.machines(of: answerers)),
            at: .at(.seconds(10)), for: .seconds(30))
        _ = cluster.run(until: .at(.seconds(90)))
        return journal
    }

    private func first(_ times: [Instant], from time: Span) -> Span? {
        times.first { $0 >= .at(time) }.map { $0 - .start }
    }

    /// Every second question finds a new connection, on which the SYN is sent again after a second. The answer to the one of
    /// 9.995 s leaves the far end at 10.006 s, into the cut: it is sent again in it, and next long after it; on the old
    /// connection whatever comes behind it waits for that. 40 s, 1 s until the next question, another one if the first of
    /// them still went over the connection that is closed then.
    @Test(
        "a call goes over a new connection when the one before was late, and has its answer soon after a cut")
    func closes() throws {
        let journal = play(closing: true)
        let answer = try #require(first(journal.answers, from: .seconds(40)))
        #expect(answer < .seconds(44), "\(answer)")
        // Those of 44.995 s to 87.995 s.
        #expect(journal.answers.filter { $0 >= .at(.seconds(45)) && $0 < .at(.seconds(89)) }.count >= 43)
        #expect(Set(journal.errors) == [.timedOut, .reset])
    }

    /// The question of 9.995 s is late at 11.995 s, and its connection is left; those of 11.995 s, 13.995 s … are the first
    /// ones of the next connections. The one that is opened at 39.995 s has its SYN sent again a second later.
    @Test("clients with a pool leave a connection that was silent all the time, and nothing is reset")
    func leaves() throws {
        let journal = play(closing: false)
        let answer = try #require(first(journal.answers, from: .seconds(40)))
        #expect(answer > .seconds(40) && answer < .seconds(42), "\(answer)")
        #expect(journal.answers.filter { $0 >= .at(.seconds(42)) && $0 < .at(.seconds(89)) }.count == 47)
        #expect(Set(journal.errors) == [.timedOut])
        // Ten before the cut, 50 after it, and those that were waited for: the others are not asked any more.
        #expect(journal.questions < 70)
    }

    @Test(
        "what others have under way between the two machines comes once, and is not reset",
        arguments: [true, false])
    func others(closing: Bool) {
        let journal = play(closing: closing)
        #expect(journal.patientAnswers.count == 1)
        #expect(journal.patientAnswers.allSatisfy { $0 != nil })
        #expect(journal.letters.count == 1)
        #expect(journal.lettersLost == 0)
    }

    /// Before the letter come eleven questions of 10 ms, before the first one that somebody still waits for, thirty.
    @Test("what waited for an acknowledgement comes over a connection that is opened anew, once")
    func opens() throws {
        let journal = play(closing: false, opensAt: .seconds(41))
        #expect(try #require(first(journal.letters, from: .zero)) < .milliseconds(41_150))
        #expect(journal.letters.count == 1)
        #expect(journal.lettersLost == 0)
        let answer = try #require(first(journal.answers, from: .seconds(40)))
        #expect(answer < .milliseconds(41_350), "\(answer)")
        #expect(Set(journal.errors) == [.timedOut])
    }
}
