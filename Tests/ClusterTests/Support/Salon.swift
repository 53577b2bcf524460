import Cluster
import Simulation
import Vocabulary

/// What guests hear.
enum Answer: Marked {
    case echo(Int)
    var mark: UInt64 {
        switch self {
        case .echo(let n): Vocabulary.mark(1, UInt64(n))
        }
    }
}

/// Works 1 ms on each word and says it back; opening a line costs it nothing.
actor Butler: Host {
    typealias Heard = Answer

    enum Inbox: Marked {
        case said(Line<Answer>, Int)
        case opened(Line<Answer>)
        case closed(Line<Answer>, LineEnd)
        case hangUpOnAll
        /// Says something to everybody.
        case announce(Int)

        var mark: UInt64 {
            switch self {
            case .said(let line, let n): Vocabulary.mark(1, line.mark, UInt64(n))
            case .opened(let line): Vocabulary.mark(2, line.mark)
            case .closed(let line, let end): Vocabulary.mark(3, line.mark, UInt64(end.rawValue))
            case .hangUpOnAll: Vocabulary.mark(4)
            case .announce(let n): Vocabulary.mark(5, UInt64(n))
            }
        }
    }

    nonisolated let seat: Seat
    private(set) var notes: [String] = []
    private(set) var lines: [Line<Answer>] = []

    init(seat: Seat) { self.seat = seat }

    static func opened(_ line: Line<Answer>) -> Inbox { .opened(line) }
    static func closed(_ line: Line<Answer>, _ end: LineEnd) -> Inbox { .closed(line, end) }

    func cost(of message: Inbox) -> Span {
        if case .said = message { .milliseconds(1) } else { .zero }
    }

    func receive(_ message: Inbox, in shift: Shift) {
        let time = shift.now - .start
        switch message {
        case .said(let line, let n):
            notes.append("\(n) at \(time)")
            shift.say(.echo(n), on: line, size: .zero)
        case .opened(let line):
            lines.append(line)
            notes.append("opened at \(time)")
        case .closed(let line, let end):
            lines.removeAll { $0 == line }
            notes.append("\(end) at \(time)")
        case .hangUpOnAll:
            for line in lines { shift.hangUp(line) }
            lines = []
        case .announce(let n): for line in lines { shift.say(.echo(n), on: line, size: .zero) }
        }
    }
}

/// Opens a line when it is told to, says numbers, and notes what it hears.
actor Guest: Device {
    typealias Heard = Answer

    static let open = Note(1)
    static func say(_ n: Int) -> Note { Note(2, UInt64(n)) }
    static let hangUp = Note(3)
    static let vanish = Note(4)
    /// Over the first of its lines.
    static func sayFirst(_ n: Int) -> Note { Note(5, UInt64(n)) }
    static let vanishFromFirst = Note(6)

    nonisolated let socket: Socket
    private let butler: Endpoint<Butler>
    private let zone: Zone
    private var line: Line<Answer>?
    private var first: Line<Answer>?
    private var opened: UInt32 = 1
    private(set) var notes: [String] = []

    init(socket: Socket, butler: Endpoint<Butler>, zone: Zone) {
        self.socket = socket
        self.butler = butler
        self.zone = zone
    }

    func receive(_ event: DeviceEvent<Answer>, in shift: Shift) {
        let time = shift.now - .start
        switch event {
        case .opened(let line):
            self.line = line
            if first == nil { first = line }
            notes.append("opened at \(time)")
        case .said(_, .echo(let n)): notes.append("\(n) at \(time)")
        case .closed(_, let end):
            line = nil
            notes.append("\(end) at \(time)")
        case .due(Self.open):
            line = shift.open(
                to: butler, from: zone, handshake: Handshake(.tls13, upgradesToWebSocket: true), count: opened
            )
            opened += 1
        case .due(let note) where note.kind == 2:
            guard let line else { return notes.append("no line at \(time)") }
            shift.say(.said(line, Int(note.value)), to: butler, on: line, size: .zero)
        case .due(let note) where note.kind == 5:
            shift.say(.said(first!, Int(note.value)), to: butler, on: first!, size: .zero)
        case .due(Self.hangUp): if let line { shift.hangUp(line) }
        case .due(Self.vanishFromFirst): shift.vanish(from: first!)
        case .due(Self.vanish): if let line { shift.vanish(from: line) }
        case .due(let note): preconditionFailure("a note of kind \(note.kind)")
        }
    }
}

/// A butler, and guests that come in by one of two access networks, 10 ms away from the house, each way. An
/// empty message is one segment of 52 B, which takes 52 ns into the butler's machine and 52 ns out of it.
struct Salon {
    static let house = Zone(number: 0)
    static let mobile = Zone(number: 1)
    static let wifi = Zone(number: 2)

    let cluster: Cluster
    let butler: Endpoint<Butler>
    let guests: Addresses<Guest>

    init(
        guests count: Int = 1, connected: Bool = true, lineLimit: Int = .max, queueLimit: Int = .max,
        connectionMemory: ByteCount = .zero, pingEvery: Span? = nil, link: LinkProfile? = nil,
        settings: LineSettings = LineSettings(), foldsDigests: Bool = true
    ) {
        let way = link ?? LinkProfile(delay: .delay(.milliseconds(10)))
        cluster = Cluster(seed: 1, zones: ["house", "mobile", "wifi"], foldsDigests: foldsDigests) {
            from, to in
            from == to ? LinkProfile() : way
        }
        cluster.lineSettings = settings
        let wire = Bandwidth(.gigabitsPerSecond(8))
        var hardware = Hardware(
            processor: .init(cores: 1, queueLimit: queueLimit), connectionLimit: lineLimit,
            connectionMemory: connectionMemory, uplink: wire, downlink: wire)
        hardware.pingEvery = pingEvery
        let butlers: Endpoints<Butler> = cluster.add(
            "butler", count: 1, on: hardware, in: Self.house
        ) { seat, _ in Butler(seat: seat) }
        butler = butlers[0]
        guests = cluster.add(count: count, in: Self.mobile) { socket, number in
            Guest(
                socket: socket, butler: butlers[0], zone: number.isMultiple(of: 2) ? Self.mobile : Self.wifi)
        }
        guard connected else { return }
        for (number, guest) in guests.enumerated() {
            cluster.connect(guest, in: number.isMultiple(of: 2) ? Self.mobile : Self.wifi, to: butler)
        }
    }

    func tell(_ note: Note, to guest: Int = 0, at time: Span) {
        let turn = cluster.world.turn(of: guests[guest])
        turn.send(.due(note), to: guests[guest], after: time)
    }

    func tellButler(_ message: Butler.Inbox, at time: Span) {
        cluster.deliver(message, to: butler, at: .at(time))
    }

    func run(until end: Span = .seconds(100)) -> Ending { cluster.run(until: .at(end)) }

    func notes(of guest: Int = 0) -> [String] { cluster.world.inspect(guests[guest]) { $0.notes } ?? [] }
    var butlerNotes: [String] { cluster.inspect(butler) { $0.notes } ?? [] }
}
