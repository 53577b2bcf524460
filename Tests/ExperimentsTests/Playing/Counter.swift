import Chat
import Cluster
import Simulation
import Vocabulary

/// A desk that asks a clerk about each letter, and accepts it and passes it on when he has replied. He replies once.
enum Counter: Design {
    static let desk = Role("desk", "Takes letters and hands them out", in: 1...1, of: CounterDesk.self)
    static let clerk = Role("clerk", "Is asked about each letter", in: 1...1, of: CounterClerk.self)
    static let sheet = DesignSheet("counter", "A desk, and a clerk behind it", roles: [desk, clerk])
    static let stages = [StageSheet("asking", of: desk)]
    static let promises = Promises(sendsReceipts: false, sendsReads: false)

    static func build(on site: Site) -> (User) -> FrontDoor { build(on: site) { _ in 1 } }

    /// - Parameter replies: how often the clerk replies about a letter.
    static func build(on site: Site, replies: @escaping @Sendable (LetterID) -> Int) -> (User) -> FrontDoor {
        let clerks = site.add(clerk) { seat, _ in CounterClerk(seat: seat, replies: replies) }
        let desks = site.add(desk) { seat, _ in CounterDesk(seat: seat, clerk: clerks[0], ledger: site.ledger)
        }
        let doors = FrontDoor.doors(to: desks) { .said($0, $1) }
        return { _ in doors[0] }
    }
}

/// The clerk says nothing about every fifth letter of a person.
enum MuteCounter: Design {
    static let sheet = Counter.sheet
    static let stages = Counter.stages
    static let promises = Counter.promises

    static func build(on site: Site) -> (User) -> FrontDoor {
        Counter.build(on: site) { $0.number % 5 == 0 ? 0 : 1 }
    }
}

/// The clerk says all twice.
enum EagerCounter: Design {
    static let sheet = Counter.sheet
    static let stages = Counter.stages
    static let promises = Counter.promises

    static func build(on site: Site) -> (User) -> FrontDoor { Counter.build(on: site) { _ in 2 } }
}

enum Nod: Marked {
    case nod
    var mark: UInt64 { 1 }
}

struct Inquiry: Call {
    typealias Caller = CounterDesk
    typealias Callee = CounterClerk
    typealias Reply = Nod

    let letter: Letter
    let line: Line<ToDevice>

    var size: ByteCount { .bytes(100) }
    func request(_ ticket: Ticket<Nod>) -> CounterClerk.Inbox { .asked(letter.id, ticket) }
    func outcome(_ result: Result<Nod, CallError>) -> CounterDesk.Inbox { .heard(letter, line, result) }
}

actor CounterClerk: Part {
    enum Inbox: Marked {
        case asked(LetterID, Ticket<Nod>)

        var mark: UInt64 {
            switch self {
            case .asked(let letter, let ticket): Vocabulary.mark(1, letter.mark, ticket.mark)
            }
        }
    }

    nonisolated let seat: Seat
    private let replies: @Sendable (LetterID) -> Int

    init(seat: Seat, replies: @escaping @Sendable (LetterID) -> Int) {
        self.seat = seat
        self.replies = replies
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .asked(let letter, let ticket):
            for _ in 0..<replies(letter) { shift.reply(.nod, to: ticket, size: .bytes(50)) }
        }
    }
}

actor CounterDesk: Host {
    typealias Heard = ToDevice

    enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case heard(Letter, Line<ToDevice>, Result<Nod, CallError>)
        case closed(Line<ToDevice>)

        var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, word.mark, line.mark)
            case .heard(let letter, let line, let result):
                Vocabulary.mark(3, letter.mark, line.mark, result.mark)
            case .closed(let line): Vocabulary.mark(4, line.mark)
            }
        }
    }

    nonisolated let seat: Seat
    private let clerk: Endpoint<CounterClerk>
    private let ledger: Ledger
    private let ask: Caller<Inquiry>
    private var known = SeenLetters()
    private var lines: [UInt32: Line<ToDevice>] = [:]  // by user; looked up only, never iterated

    init(seat: Seat, clerk: Endpoint<CounterClerk>, ledger: Ledger) {
        (self.seat, self.clerk, self.ledger) = (seat, clerk, ledger)
        ask = seat.caller(by: CallPlan(deadline: .seconds(1), retry: .never))
    }

    static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        // A phone sends again what it hears nothing of.
        case .opened, .closed, .heard(_, _, .failure): break
        case .said(.hello(let device, _), let line): lines[device.user.number] = line
        case .said(.send(let letter), let line):
            let place = Place.machine(shift.machineNumber)
            ledger.stamp(letter.id, for: nil, stage: Stage.own, place: place, at: shift.now)
            shift.call(Inquiry(letter: letter, line: line), at: clerk, by: ask)
        case .said: break
        case .heard(let letter, let line, .success):
            shift.say(.accepted(letter.id), on: line, size: .bytes(50))
            guard known.insert(letter.id, by: 0), case .direct(let user) = letter.destination,
                let reader = lines[user.number]
            else { return }
            shift.say(.letter(letter), on: reader, size: letter.size)
        }
    }
}
