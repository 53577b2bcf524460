import Chat
import Cluster
import Simulation
import Vocabulary

extension Chain {
    /// S0-11: knows who is on which of its lines, and hands letters on.
    final actor Gateway: Host, Hop {
        typealias Heard = ToDevice

        enum Inbox: Marked {
            case opened(Line<ToDevice>)
            case closed(Line<ToDevice>)
            case hello(User, Line<ToDevice>)
            case sent(Letter, Line<ToDevice>)
            case submitted(LetterID)

            var mark: UInt64 {
                switch self {
                case .opened(let line): Vocabulary.mark(1, line.mark)
                case .closed(let line): Vocabulary.mark(2, line.mark)
                case .hello(let user, let line): Vocabulary.mark(3, UInt64(user.number), line.mark)
                case .sent(let letter, let line): Vocabulary.mark(4, letter.mark, line.mark)
                case .submitted(let letter): Vocabulary.mark(5, letter.word)
                }
            }
        }

        nonisolated let seat: Seat
        private let ledger: Ledger
        private let peers: Peers
        private let submit: Caller<Submit>
        private let time = Exponential(mean: 100_000)  // gateway.cpuPerRequest
        @exclusivity(unchecked) private var costs: RandomStream
        @exclusivity(unchecked) private var sessions = Sessions()
        @exclusivity(unchecked) private(set) var handled: UInt64 = 0

        init(seat: Seat, peers: Peers) {
            self.seat = seat
            ledger = peers.ledger
            self.peers = peers
            submit = seat.caller(by: Chain.plan)
            costs = seat.stream("gateway")
        }

        static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
        static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

        func cost(of message: Inbox) -> Span {
            switch message {
            case .sent, .submitted: time.time(&costs)
            case .opened, .closed, .hello: .zero
            }
        }

        static let looksAhead = true

        func expect(_ message: Inbox) {
            if case .sent(_, let line) = message { sessions.prefetch(line) }
        }

        func receive(_ message: Inbox, in shift: Shift) {
            switch message {
            case .opened: break  // a line has a name when its phone has said hello
            case .closed: preconditionFailure("a line of the chain has ended")
            case .hello(let user, let line):
                sessions.enter(DeviceID(of: user, 0), number: Int(user.number), on: line)
            case .sent(let letter, let line):
                guard let sender = sessions.device(on: line)?.user else { return }  // let in by nobody
                handled += 1
                ledger.stamp(
                    letter.id, for: nil, stage: Chain.gatewayStage,
                    place: Place.machine(shift.machineNumber), at: shift.service.arrived)
                shift.call(
                    Submit(letter: letter), at: peers.newMessageServices.serving(sender), by: submit)
            case .submitted(let letter):
                guard let line = sessions.line(of: Int(letter.sender.number)) else { return }
                shift.say(ToDevice.accepted(letter), on: line, size: Chain.envelope)
            }
        }
    }

    /// A gateway hands on a letter.
    struct Submit: Call {
        typealias Caller = Gateway
        typealias Callee = NewMessageService

        let letter: Letter

        var size: ByteCount { letter.size + Chain.envelope }
        /// The answer goes to the phone, and starts nothing else.
        static var takesEffectOnArrival: Bool { true }

        func request(_ ticket: Ticket<Done>) -> NewMessageService.Inbox { .submit(letter, ticket) }
        func outcome(_ result: Result<Done, CallError>) -> Gateway.Inbox {
            _ = result.reply
            return .submitted(letter.id)
        }
    }
}
