import Cluster
import Simulation
import Vocabulary

/// A device that sends a message each second on average over a line that stays open.
actor Correspondent: Device {
    struct Heard: Marked {
        var mark: UInt64 { Vocabulary.mark(1) }
    }

    nonisolated let socket: Socket
    private let mailbox: Endpoint<Letterbox>
    private let size: ByteCount
    private var taps: RandomStream
    private var line: Line<Heard>?
    private static let gap = Exponential(mean: 1e9)  // ns
    private static let end = Instant.at(.seconds(60))

    init(socket: Socket, mailbox: Endpoint<Letterbox>, size: ByteCount, taps: RandomStream) {
        self.socket = socket
        self.mailbox = mailbox
        self.size = size
        self.taps = taps
    }

    func receive(_ event: DeviceEvent<Heard>, in shift: Shift) {
        switch event {
        case .opened(let line):
            self.line = line
            armNext(in: shift)
        case .said: break
        case .closed: line = nil
        case .due:
            guard let line, shift.now < Self.end else { return }
            shift.say(.letter(line, sent: shift.now), to: mailbox, on: line, size: size)
            armNext(in: shift)
        }
    }

    private func armNext(in shift: Shift) {
        _ = shift.arm(Note(1), after: Span(roundingNanoseconds: Self.gap.sample(&taps)))
    }
}

/// Writes down how long messages were on their way, and answers each.
actor Letterbox: Host {
    typealias Heard = Correspondent.Heard

    enum Inbox: Marked {
        case letter(Line<Heard>, sent: Instant)
        case opened(Line<Heard>)
        case closed(Line<Heard>, LineEnd)

        var mark: UInt64 {
            switch self {
            case .letter(let line, let sent): Vocabulary.mark(1, line.mark, sent.nanoseconds)
            case .opened(let line): Vocabulary.mark(2, line.mark)
            case .closed(let line, let end): Vocabulary.mark(3, line.mark, UInt64(end.rawValue))
            }
        }
    }

    nonisolated let seat: Seat
    private(set) var delays: [Span] = []

    init(seat: Seat) { self.seat = seat }

    static func opened(_ line: Line<Heard>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<Heard>, _ end: LineEnd) -> Inbox { .closed(line, end) }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        guard case .letter(let line, let sent) = message else { return }
        delays.append(shift.now - sent)
        shift.say(Heard(), on: line, size: .bytes(250))
    }
}
