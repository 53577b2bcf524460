import Cluster
import Simulation
import Vocabulary

/// Keeps 10 calls under way, to one server after the other.
final actor Asker: Part {
    private static let calls = 50_000

    enum Inbox: Marked {
        case ask
        case answered(Result<Echoed, CallError>)

        var mark: UInt64 {
            switch self {
            case .ask: Vocabulary.mark(1)
            case .answered(.success(let echoed)): Vocabulary.mark(2, echoed.word)
            case .answered(.failure(let error)): Vocabulary.mark(3, UInt64(error.rawValue))
            }
        }
    }

    struct EchoRequest: Call {
        typealias Caller = Asker
        typealias Callee = Hall
        let word: UInt64

        var size: ByteCount { Echo.size }
        func request(_ ticket: Ticket<Echoed>) -> Hall.Inbox { .asked(word, ticket) }
        func outcome(_ result: Result<Echoed, CallError>) -> Asker.Inbox { .answered(result) }
    }

    nonisolated let seat: Seat
    private let halls: Endpoints<Hall>
    @exclusivity(unchecked) private var asked = 0
    private let question: Caller<EchoRequest>

    init(seat: Seat, halls: Endpoints<Hall>) {
        self.seat = seat
        self.halls = halls
        question = seat.caller(
            by: CallPlan(
                deadline: .seconds(1),
                retry: RetryPolicy(attempts: 1, base: .zero, cap: .zero, retryable: .passing)))
    }

    func cost(of message: Inbox) -> Span { .microseconds(10) }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .ask: for _ in 0..<10 { ask(in: shift) }
        case .answered: if asked < Self.calls { ask(in: shift) }
        }
    }

    private func ask(in shift: Shift) {
        asked += 1
        shift.call(EchoRequest(word: UInt64(asked)), at: halls[asked % halls.count], by: question)
    }
}
