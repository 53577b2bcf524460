public import Cluster
internal import Simulation
internal import Vocabulary

/// Where apps connect.
public typealias FrontDoor = Door<FromDevice, ToDevice>

/// A person with a device, and the app on it.
///
/// The person taps at moments that nothing can move. The app keeps what was tapped until the system says that
/// it has it, sends it again when that takes too long and on every new line (S1-7), shows what comes, once
/// (S0-28), and connects again when the line ends. A user's further devices are phones too, on which nobody
/// taps.
public final actor Phone: Device {
    public typealias Heard = ToDevice

    public nonisolated let socket: Socket
    private let town: Town
    private let id: DeviceID
    private let door: FrontDoor
    @exclusivity(unchecked) private var line: Line<ToDevice>?
    @exclusivity(unchecked) private var state: State = .access
    /// Attempts to connect since there was a line.
    @exclusivity(unchecked) private var attempts: UInt8 = 0
    @exclusivity(unchecked) private var linesOpened: UInt32 = 1
    @exclusivity(unchecked) private var letters: UInt32 = 0
    @exclusivity(unchecked) private var taps: UInt32 = 0
    @exclusivity(unchecked) private var sessions: UInt32 = 1
    @exclusivity(unchecked) private var pausesDrawn: UInt32 = 0
    /// The integral of the load at the latest tap.
    @exclusivity(unchecked) private var load = 0.0
    @exclusivity(unchecked) private var outbox = Lists<SentLetter>.List()
    /// What is to be said beside letters as soon as there is a line.
    @exclusivity(unchecked) private var unsaid = Lists<FromDevice>.List()

    private struct State: OptionSet {
        let rawValue: UInt8
        static let app = State(rawValue: 1)
        static let connected = State(rawValue: 2)
        static let opening = State(rawValue: 4)
        static let access = State(rawValue: 8)
    }

    init(socket: Socket, town: Town, id: DeviceID, door: FrontDoor) {
        self.socket = socket
        self.town = town
        self.id = id
        self.door = door
    }

    public static let looksAhead = true

    public func expect(_ event: DeviceEvent<ToDevice>) {
        if let line { socket.prefetch(line) }
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
        case .said(_, let word): hear(word, in: shift)
        case .opened(let line): begin(line, in: shift)
        case .closed: lose(in: shift)
        case .due(let note): act(on: note, in: shift)
        }
    }

    private func act(on note: Note, in shift: Shift) {
        switch note.kind {
        case Note.tap.kind: tap(in: shift)
        case Note.retryKind: sendAgain(LetterID(word: note.value), in: shift)
        case Note.readKind: read(LetterID(word: note.value), in: shift)
        case Note.reconnectKind: connect(attempt: note.value, in: shift)
        case Note.openOverdueKind: giveUpOpening(attempt: note.value, in: shift)
        case Note.session.kind: changeSession(in: shift)
        case Note.scriptKind: play(town.plan.script[Int(note.value)].act, in: shift)
        case Note.accessLost.kind: loseAccess(in: shift)
        case Note.accessGained.kind: gainAccess(in: shift)
        default: preconditionFailure("a note of kind \(note.kind)")
        }
    }

    private func tell(_ fact: ChatFact, in shift: Shift) {
        shift.tell(fact)
        town.ledger.take(fact, at: shift.now)
    }

    // MARK: Tapping and sending

    /// When the next tap is.
    func planTap() -> Instant? {
        defer { taps += 1 }
        return town.nextTap(of: id.user, number: taps, count: &load)
    }

    private func tap(in shift: Shift) {
        if state.contains(.app) { take(town.letter(letters, of: id.user, at: shift.now), in: shift) }
        if let next = planTap() { _ = shift.arm(.tap, after: next - shift.now) }
    }

    private func take(_ letter: Letter, in shift: Shift) {
        letters += 1
        tell(.tapped(letter.id, on: id, to: letter.destination), in: shift)
        town.outbox.append(SentLetter(letter: letter), to: &outbox)
        if state.contains(.connected) { send(letter, attempt: 0, in: shift) }
    }

    private func send(_ letter: Letter, attempt: UInt8, in shift: Shift) {
        guard let line else { return }
        if attempt == 0 {
            town.ledger.stamp(
                letter.id, for: nil, stage: Stage.wayIn, place: Place.phone(of: id.user), at: shift.now)
        }
        say(.send(letter), on: line, size: letter.size, in: shift)
        let pause = town.retryPause(of: id, attempt: attempt, drawn: pausesDrawn)
        pausesDrawn += 1
        let timer = shift.arm(.retry(letter.id), after: pause)
        town.outbox.update(in: outbox, where: { $0.letter.id == letter.id }) {
            if let former = $0.timer { shift.cancel(former) }
            $0.attempts = min(attempt + 1, 200)
            $0.timer = timer
        }
    }

    private func sendAgain(_ letter: LetterID, in shift: Shift) {
        guard let sent = town.outbox.elements(of: outbox).first(where: { $0.letter.id == letter }) else {
            return
        }
        town.outbox.update(in: outbox, where: { $0.letter.id == letter }) { $0.timer = nil }
        if state.contains(.connected) { send(sent.letter, attempt: sent.attempts, in: shift) }
    }

    /// The system has answered for a letter. False when it had before.
    private func settle(_ letter: LetterID, in shift: Shift) -> Bool {
        guard let sent = town.outbox.removeFirst(from: &outbox, where: { $0.letter.id == letter }) else {
            return false
        }
        if let timer = sent.timer { shift.cancel(timer) }
        return true
    }

    private func say(_ word: FromDevice, on line: Line<ToDevice>, size: ByteCount = .zero, in shift: Shift) {
        shift.say(word, at: door, on: line, size: size + town.app.envelope)
    }

    /// Now, or first thing on the next line.
    private func sayWhenPossible(_ word: FromDevice, in shift: Shift) {
        if let line, state.contains(.connected) {
            say(word, on: line, in: shift)
        } else {
            town.unsaid.append(word, to: &unsaid)
        }
    }

    // MARK: Hearing

    private func hear(_ word: ToDevice, in shift: Shift) {
        switch word {
        case .accepted(let letter): if settle(letter, in: shift) { tell(.accepted(letter), in: shift) }
        case .refused(let letter, let refusal):
            // After trouble of the system the app tries again, when it would have without an answer.
            if !refusal.isByRule || settle(letter, in: shift) { tell(.refused(letter, refusal), in: shift) }
        case .letter(let letter): show(letter, in: shift)
        case .receipt(let letter, let user): tell(.receiptKnown(letter, from: user), in: shift)
        case .readReceipt(let letter, let user): tell(.readKnown(letter, from: user), in: shift)
        case .unblocked(let user):
            if town.unblock(user, by: id.user) { tell(.unblocked(user, by: id.user), in: shift) }
        }
    }

    private func show(_ letter: Letter, in shift: Shift) {
        if town.isBlocked(letter.id.sender, by: id.user) {
            // The third layer (S0-25): the system did not know of the block in time, or does not care.
        } else if town.seen.insert(letter.id, by: town.number(of: id)) || town.mutation == .showsDuplicates {
            tell(.shown(letter.id, on: id), in: shift)
            if let pause = town.readPause(of: id.user, letter.id), letter.id.sender != id.user {
                _ = shift.arm(.read(letter.id), after: pause)
            }
        } else {
            tell(.droppedAsDuplicate(letter.id, on: id), in: shift)
        }
        // A duplicate too: who sends it again has not heard of it.
        if let line { say(.shown(letter.id), on: line, in: shift) }
    }

    private func read(_ letter: LetterID, in shift: Shift) {
        guard state.contains(.app) else { return }
        tell(.read(letter, by: id.user), in: shift)
        sayWhenPossible(.read(letter), in: shift)
    }

    // MARK: The line

    private func begin(_ line: Line<ToDevice>, in shift: Shift) {
        self.line = line
        state.insert(.connected)
        state.remove(.opening)
        attempts = 0
        if town.isSettingUp { return }
        say(.hello(id), on: line, in: shift)
        while let word = town.unsaid.removeFirst(from: &unsaid, where: { _ in true }) {
            say(word, on: line, in: shift)
        }
        for sent in town.outbox.elements(of: outbox) { send(sent.letter, attempt: sent.attempts, in: shift) }
    }

    private func lose(in shift: Shift) {
        line = nil
        state.subtract([.connected, .opening])
        reconnectLater(in: shift)
    }

    private func reconnectLater(in shift: Shift) {
        guard state.isSuperset(of: [.app, .access]) else { return }
        let pause = town.reconnectPause(of: id, attempt: attempts, drawn: pausesDrawn)
        pausesDrawn += 1
        _ = shift.arm(.reconnect(UInt64(linesOpened)), after: pause)
    }

    /// An attempt that was planned before another one has begun, or before the app was closed, comes to
    /// nothing.
    private func connect(attempt: UInt64, in shift: Shift) {
        guard state.isSuperset(of: [.app, .access]), state.isDisjoint(with: [.connected, .opening]) else {
            return
        }
        guard attempt == 0 || attempt == UInt64(linesOpened) else { return }
        linesOpened += 1
        attempts = min(attempts + 1, 30)
        state.insert(.opening)
        line = shift.open(
            to: door, from: town.zone(of: id.user), handshake: town.app.handshake, count: linesOpened)
        _ = shift.arm(.openOverdue(UInt64(linesOpened)), after: town.app.openWithin)
    }

    private func giveUpOpening(attempt: UInt64, in shift: Shift) {
        guard attempt == UInt64(linesOpened), state.contains(.opening) else { return }
        dropLine(in: shift)
        reconnectLater(in: shift)
    }

    private func dropLine(in shift: Shift) {
        if let line { shift.vanish(from: line) }
        line = nil
        state.subtract([.connected, .opening])
    }

    // MARK: Coming and going

    /// The person opens the app.
    func open(at time: Instant) {
        state.insert(.app)
        town.ledger.take(.appOpened(id), at: time)
    }

    private func changeSession(in shift: Shift) {
        setApp(isOpen: !state.contains(.app), in: shift)
        let length = town.sessionLength(of: id.user, number: sessions, isOnline: state.contains(.app))
        sessions += 1
        _ = shift.arm(.session, after: length)
    }

    private func setApp(isOpen: Bool, in shift: Shift) {
        guard isOpen != state.contains(.app) else { return }
        if isOpen {
            state.insert(.app)
            tell(.appOpened(id), in: shift)
            connect(attempt: 0, in: shift)
        } else {
            if let line { shift.hangUp(line) }
            line = nil
            state.subtract([.app, .connected, .opening])
            tell(.appClosed(id), in: shift)
        }
    }

    private func loseAccess(in shift: Shift) {
        guard state.contains(.access) else { return }
        state.remove(.access)
        tell(.accessLost(id), in: shift)
        dropLine(in: shift)
    }

    private func gainAccess(in shift: Shift) {
        guard !state.contains(.access) else { return }
        state.insert(.access)
        tell(.accessGained(id), in: shift)
        attempts = 0
        reconnectLater(in: shift)
    }

    // MARK: Scripts

    private func play(_ act: ScriptedAct.Act, in shift: Shift) {
        switch act {
        case .send(let destination):
            take(town.letter(letters, of: id.user, to: destination, at: shift.now), in: shift)
        case .goOffline: setApp(isOpen: false, in: shift)
        case .goOnline: setApp(isOpen: true, in: shift)
        case .block(let user):
            if town.block(user, by: id.user) { tell(.blocked(user, by: id.user), in: shift) }
            sayWhenPossible(.change(.block(user)), in: shift)
        case .unblock(let user): sayWhenPossible(.change(.unblock(user)), in: shift)
        case .join(let room): sayWhenPossible(.change(.join(room)), in: shift)
        case .leave(let room): sayWhenPossible(.change(.leave(room)), in: shift)
        }
    }
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

    static func retry(_ letter: LetterID) -> Note { Note(retryKind, letter.word) }
    static func read(_ letter: LetterID) -> Note { Note(readKind, letter.word) }
    /// Nothing when the line that was the `count`th is not the latest any more; 0 means any.
    static func reconnect(_ count: UInt64) -> Note { Note(reconnectKind, count) }
    static func openOverdue(_ count: UInt64) -> Note { Note(openOverdueKind, count) }
    static func script(_ act: Int) -> Note { Note(scriptKind, UInt64(act)) }
}
