public import Cluster
internal import Simulation
internal import Vocabulary

/// A person with a device, and the app on it.
///
/// The person taps (`TapClock`) at moments that nothing can move. The app is what its design has chosen
/// (`AppPlan`), in a file for each ability. It keeps what was tapped until the system says that it has it,
/// sends it again when that takes too long and on every new line (S1-7), and gives it up after the last
/// attempt (`Phone+Sending`). It shows what comes, once (S0-28, `Phone+Hearing`), in its order
/// (`Phone+Ordering`), seals and opens bodies (`Phone+Sealing`), has a list of blocks (`Phone+Blocking`), moves files
/// (`Phone+Media`), asks (`Phone+Asking`), and connects again when a line ends (`Phone+Connecting`). A
/// user's further devices are phones too; they come and go by themselves, and their owner taps on any.
public final actor Phone: Device {
    public typealias Heard = ToDevice

    public nonisolated let socket: Socket
    let town: Town
    let id: DeviceID
    /// The first channel; the others lie beside it, in the town.
    @exclusivity(unchecked) var main = Link()
    @exclusivity(unchecked) var state: State = .access
    /// On the first device.
    @exclusivity(unchecked) var person = TapClock()
    /// Times that the device was taken up or laid down.
    @exclusivity(unchecked) var sessions: UInt32 = 1
    @exclusivity(unchecked) var outbox = Lists<SentLetter>.List()
    /// What is to be said beside letters as soon as there is a line, and what was said and may have been lost.
    @exclusivity(unchecked) var unsaid = Lists<Unsaid>.List()

    struct State: OptionSet {
        let rawValue: UInt8
        static let app = State(rawValue: 1)
        static let access = State(rawValue: 2)
        /// It is not its owner's yet, or not any more.
        static let absent = State(rawValue: 4)
    }

    package var linesOpened: UInt32 { main.linesOpened }

    init(socket: Socket, town: Town, id: DeviceID, door: FrontDoor) {
        self.socket = socket
        self.town = town
        self.id = id
        main.door = door
    }

    public static let looksAhead = true

    public func expect(_ event: DeviceEvent<ToDevice>) {
        if let line = main.line { socket.prefetch(line) }
        switch event {
        case .said(_, let word):
            if let letter = word.letter { town.ledger.prefetch(letter) }
            town.ledger.prefetch(id.user)
            if case .letter(let letter) = word { town.seen.prefetch(letter.id, by: town.number(of: id)) }
        case .due(let note):
            switch note.kind {
            case Note.tap.kind: town.ledger.prefetch(id.user)
            case Note.retryKind, Note.readKind: town.ledger.prefetch(LetterID(word: note.value))
            default: break
            }
        case .opened, .closed: break
        }
    }

    public func receive(_ event: DeviceEvent<ToDevice>, in shift: Shift) {
        switch event {
        case .said(let line, let word): hear(word, on: line, in: shift)
        case .opened(let line): begin(line, in: shift)
        case .closed(let line, _): lose(line, in: shift)
        case .due(let note): act(on: note, in: shift)
        }
    }

    private func act(on note: Note, in shift: Shift) {
        switch note.kind {
        case Note.tap.kind: tap(in: shift)
        case Note.retryKind: missAnswer(to: LetterID(word: note.value), in: shift)
        case Note.readKind: read(LetterID(word: note.value), in: shift)
        case Note.reconnectKind: connect(note.channel, attempt: note.count, in: shift)
        case Note.openOverdueKind: giveUpOpening(note.channel, attempt: note.count, in: shift)
        case Note.questionKind: missAnswer(toQuestion: UInt32(note.value), in: shift)
        case Note.reportKind: report(UInt8(note.value), in: shift)
        case Note.sealedKind: release(LetterID(word: note.value), in: shift)
        case Note.foundKind: find(since: Instant(nanoseconds: note.value), in: shift)
        case Note.stillKind: closeIfStill(note.channel, line: note.count, in: shift)
        case Note.orderKind: missOrder(UInt32(note.value), in: shift)
        case Note.changesKind: changeAgain(in: shift)
        case Note.settledKind: noteSettled(attempts: note.count, in: shift)
        case Note.decisionKind: decide(about: User(UInt32(note.value)), in: shift)
        case Note.tapHere.kind: take(town.letter(of: id.user, at: shift.now), in: shift)
        case Note.session.kind: changeSession(in: shift)
        case Note.turnHere.kind: if state.contains(.app), hasStoppedConnecting { connectAnew(in: shift) }
        case Note.scriptKind: play(town.plan.script[Int(note.value)], in: shift)
        case Note.accessLost.kind: loseAccess(in: shift)
        case Note.accessGained.kind: gainAccess(in: shift)
        default: preconditionFailure("a note of kind \(note.kind)")
        }
    }

    func tell(_ fact: ChatFact, in shift: Shift) { shift.tell(fact, to: town.ledger) }
}

/// What phones note for themselves.
extension Note {
    static let tap = Note(1)
    static let session = Note(2)
    package static let accessLost = Note(3)
    package static let accessGained = Note(4)
    static let retryKind: UInt8 = 5
    static let readKind: UInt8 = 6
    static let reconnectKind: UInt8 = 7
    static let openOverdueKind: UInt8 = 8
    static let scriptKind: UInt8 = 9
    static let questionKind: UInt8 = 10
    static let tapHere = Note(11)
    static let reportKind: UInt8 = 12
    static let sealedKind: UInt8 = 13
    static let orderKind: UInt8 = 14
    static let decisionKind: UInt8 = 15
    static let foundKind: UInt8 = 16
    static let stillKind: UInt8 = 17
    static let changesKind: UInt8 = 18
    static let settledKind: UInt8 = 19
    static let turnHere = Note(20)

    static func retry(_ letter: LetterID) -> Note { Note(retryKind, letter.word) }
    static func read(_ letter: LetterID) -> Note { Note(readKind, letter.word) }
    static func found(since began: Instant) -> Note { Note(foundKind, began.nanoseconds) }
    static func order(_ number: UInt32) -> Note { Note(orderKind, UInt64(number)) }
    static let changes = Note(changesKind)
    static func settled(_ attempts: UInt32) -> Note { Note(settledKind, UInt64(attempts)) }
    static func decision(_ about: User) -> Note { Note(decisionKind, UInt64(about.number)) }
    static func sealed(_ letter: LetterID) -> Note { Note(sealedKind, letter.word) }
    /// Nothing when the line that was the `count`th of its channel is not the latest any more; 0 means any.
    static func reconnect(_ channel: Int, _ count: UInt32) -> Note {
        Note(reconnectKind, UInt64(channel) << 32 | UInt64(count))
    }
    static func openOverdue(_ channel: Int, _ count: UInt32) -> Note {
        Note(openOverdueKind, UInt64(channel) << 32 | UInt64(count))
    }
    static func still(_ channel: Int, _ count: UInt32) -> Note {
        Note(stillKind, UInt64(channel) << 32 | UInt64(count))
    }
    static func report(_ lost: UInt8) -> Note { Note(reportKind, UInt64(lost)) }
    static func question(_ number: UInt32) -> Note { Note(questionKind, UInt64(number)) }

    var channel: Int { Int(value >> 32) }
    var count: UInt32 { UInt32(truncatingIfNeeded: value) }
    static func script(_ act: Int) -> Note { Note(scriptKind, UInt64(act)) }
}
