import Simulation
import Vocabulary

/// Writes down what it gets, and does what it is told.
actor Clerk: Component {
    enum Inbox: Marked {
        case note(Int)
        case arm(Int, after: Span)
        case cancelTimer
        case forward(Int, to: Address<Clerk>, after: Span)
        case remove(Address<Clerk>)
        case stop

        var mark: UInt64 {
            switch self {
            case .note(let n): Vocabulary.mark(1, UInt64(n))
            case .arm(let n, let delay): Vocabulary.mark(2, UInt64(n), UInt64(delay.nanoseconds))
            case .cancelTimer: Vocabulary.mark(3)
            case .forward(let n, let target, let delay):
                Vocabulary.mark(4, UInt64(n), UInt64(target.index), UInt64(delay.nanoseconds))
            case .remove(let target): Vocabulary.mark(5, UInt64(target.index))
            case .stop: Vocabulary.mark(6)
            }
        }
    }

    struct Noted: Fact {
        let number: Int
        var mark: UInt64 { Vocabulary.mark(1, UInt64(number)) }
    }

    nonisolated let home: Home
    private(set) var notes: [Int] = []
    private(set) var times: [Instant] = []
    private(set) var timer: Timer?
    private(set) var cancellations: [Bool] = []
    var waitsFor: String?

    init(home: Home) { self.home = home }

    func expect(_ what: String) { waitsFor = what }

    func receive(_ message: Inbox, in turn: Turn) {
        switch message {
        case .note(let number):
            notes.append(number)
            times.append(turn.now)
            turn.tell(Noted(number: number))
        case .arm(let number, let delay): timer = turn.arm(.note(number), after: delay)
        case .cancelTimer: if let timer { cancellations.append(turn.cancel(timer)) }
        case .forward(let number, let target, let delay): turn.send(.note(number), to: target, after: delay)
        case .remove(let target): turn.remove(target)
        case .stop: turn.world.stop(because: "the clerk was told to")
        }
    }
}

extension World {
    /// As if the clerk had sent it to itself.
    func tell(_ clerk: Address<Clerk>, _ message: Clerk.Inbox, at time: Span) {
        turn(of: clerk).send(message, to: clerk, after: .at(time) - now)
    }

    func notes(of clerk: Address<Clerk>) -> [Int]? { inspect(clerk) { $0.notes } }
}
