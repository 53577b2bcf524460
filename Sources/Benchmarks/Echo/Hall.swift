import Cluster
import Simulation
import Vocabulary

/// Repeats what it hears, to devices and to callers.
final actor Hall: Host {
    typealias Heard = Echoed

    enum Inbox: Marked {
        case said(Line<Echoed>, UInt64)
        case asked(UInt64, Ticket<Echoed>)
        case opened(Line<Echoed>)
        case closed(Line<Echoed>, LineEnd)

        var mark: UInt64 {
            switch self {
            case .said(let line, let word): Vocabulary.mark(1, line.mark, word)
            case .asked(let word, let ticket): Vocabulary.mark(2, word, ticket.mark)
            case .opened(let line): Vocabulary.mark(3, line.mark)
            case .closed(let line, let end): Vocabulary.mark(4, line.mark, UInt64(end.rawValue))
            }
        }
    }

    nonisolated let seat: Seat
    @exclusivity(unchecked) private(set) var repeated: UInt64 = 0

    init(seat: Seat) { self.seat = seat }

    static func opened(_ line: Line<Echoed>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<Echoed>, _ end: LineEnd) -> Inbox { .closed(line, end) }

    func cost(of message: Inbox) -> Span {
        switch message {
        case .said, .asked: .microseconds(200)
        case .opened, .closed: .zero
        }
    }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .said(let line, let word):
            repeated += 1
            shift.say(Echoed(word: word), on: line, size: Echo.size)
        case .asked(let word, let ticket): shift.reply(Echoed(word: word), to: ticket, size: Echo.size)
        case .opened, .closed: break
        }
    }
}

struct Echoed: Marked {
    let word: UInt64
    var mark: UInt64 { Vocabulary.mark(1, word) }
}
