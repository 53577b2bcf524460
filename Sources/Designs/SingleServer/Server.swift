public import Chat
public import Cluster
internal import Simulation
public import Vocabulary

/// The whole backend (S4-13): it takes a letter, stores it, says so to the sender, sends it to every device
/// that is there, and keeps it for those that are not (S4-14).
///
/// What it has promised is on the disk first: a letter before it is acknowledged, a block or a change of a
/// room before it holds. So a crash takes back nothing that anybody believes; with `store: behind` it may, as far as the
/// kernel has not written that back.
/// After a crash the server reads its disk before it serves, and sends again what no device has confirmed;
/// apps drop what they have (S0-28). Receipts are kept in memory only: a crash may lose some.
public final actor Server: Host {
    public typealias Heard = ToDevice

    public enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case closed(Line<ToDevice>)
        /// A record is in the log, and then safe from a loss of power; or neither.
        case written(Record)
        case stored(Record)
        case notStored(Record)
        /// The disk has been read after a crash, and what was there is safe from a loss of power; or one of the two failed.
        case restored
        case secured
        case unreadable
        /// What is stored behind is written back, or was.
        case syncIsDue
        case synced
        /// Nobody is let in as this user any more, until they have logged in again.
        case revoke(User)

        public var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, line.mark, word.mark)
            case .closed(let line): Vocabulary.mark(3, line.mark)
            case .written(let record): Vocabulary.mark(4, record.mark)
            case .stored(let record): Vocabulary.mark(5, record.mark)
            case .notStored(let record): Vocabulary.mark(6, record.mark)
            case .restored: Vocabulary.mark(7)
            case .unreadable: Vocabulary.mark(8)
            case .revoke(let user): Vocabulary.mark(9, UInt64(user.number))
            case .secured: Vocabulary.mark(10)
            case .syncIsDue: Vocabulary.mark(11)
            case .synced: Vocabulary.mark(12)
            }
        }
    }

    public nonisolated let seat: Seat
    let settings: ServerSettings
    let rules: ServerRules
    let ledger: Ledger
    @exclusivity(unchecked) var costs: RandomStream
    let log: File<Record>
    @exclusivity(unchecked) var isRestored: Bool
    let directory: Directory
    @exclusivity(unchecked) var known = SeenLetters()
    @exclusivity(unchecked) var confirmed = SeenLetters()  // by a user with several devices
    @exclusivity(unchecked) var sessions = Sessions()
    @exclusivity(unchecked) var credentials = Credentials()

    init(seat: Seat, settings: ServerSettings, site: Site, rules: ServerRules) {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        ledger = site.ledger
        costs = seat.stream("server")
        log = seat.file(Self.log)
        isRestored = seat.incarnation == 1
        directory = Directory(site.census.roster)
    }

    public static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    public static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .said(.send, _): Span(roundingNanoseconds: settings.serviceTime.spread.sample(&costs))
        case .said: Span(roundingNanoseconds: settings.receiptTime.spread.sample(&costs))
        case .opened: Span(roundingNanoseconds: settings.connectTime.spread.sample(&costs))
        case .closed, .written, .stored, .notStored, .restored, .secured, .unreadable, .syncIsDue, .synced,
            .revoke:
            .zero
        }
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .opened: break  // a line has a name when its device has said hello
        case .said(let word, let line): hear(word, on: line, in: shift)
        case .closed(let line): sessions.leave(line)
        case .written(let record):
            stampWait(of: record, on: shift)
            shift.sync(log, then: .stored(record), orElse: .notStored(record))
        case .stored(let record):
            stampWait(of: record, on: shift)
            act(on: record, in: shift)
        case .notStored(.letter(let letter, let device)):
            if let refusal = rules.unstored(letter) {
                say(.refused(letter.id, refusal), to: DeviceID(of: letter.id.sender, device), in: shift)
            } else {
                accept(letter, by: DeviceID(of: letter.id.sender, device), in: shift)
            }
        case .notStored: break  // the letter that was confirmed will be sent again, the change does not hold
        case .restored: secureWhatWasRead(in: shift)
        case .secured: restore()
        case .unreadable: if rules.servesUnread() { isRestored = true } else { readAgain(in: shift) }
        case .syncIsDue:
            shift.sync(log, then: .synced, orElse: .synced)
            syncLater(in: shift)
        case .synced: break
        case .revoke(let user): revoke(user, in: shift)
        }
    }

    func hear(_ word: FromDevice, on line: Line<ToDevice>, in shift: Shift) {
        // A hello that it could not act on yet must come again: on another line.
        guard isRestored else { return shift.hangUp(line) }
        switch word {
        case .hello(let device, let credential):
            let isKnown = credentials.accepts(credential, of: directory.number(of: device))
            if isKnown { return welcome(device, on: line, in: shift) }
            return shift.say(ToDevice.loginNeeded, on: line, size: settings.envelope)
        case .login(let device):
            let credential = credentials.login(directory.number(of: device))
            // If that is lost, the device is not let in, and logs in once more.
            shift.append(.loggedIn(device), to: log)
            return shift.say(ToDevice.loggedIn(credential), on: line, size: settings.envelope)
        default: break
        }
        // Another core was done with it before the hello was heard.
        guard let device = sessions.device(on: line) else { return sessions.keep(word, until: line) }
        let user = device.user
        switch word {
        case .hello, .login: break
        case .send(let letter): take(letter, by: device, in: shift)
        case .shown(let letter): confirm(letter, on: device, in: shift)
        case .stopped(let letter): _ = drop(letter, for: device, in: shift)
        case .read(let letter):
            if !directory.isBlocked(letter.sender, by: user) {
                tell(.readReceipt(letter, from: user), to: letter.sender, in: shift)
            }
        case .change(let change):
            if let refusal = rules.refusalOfChange(change, directory, settings) {
                say(.changeRefused(change, refusal), to: device, in: shift)
            } else {
                store(.change(change, by: user), in: shift)
            }
        case .ask, .block, .blocksSynced: break  // its app does neither
        case .piece(let letter, let number):
            say(.pieceTaken(letter.id, UInt32(number)), to: device, in: shift)
        }
    }

    // MARK: Letters

    private func take(_ letter: Letter, by device: DeviceID, in shift: Shift) {
        if rules.isKnown(letter, known.contains(letter.id, by: 0)) {
            return accept(letter, by: device, in: shift)
        }
        stampWay(of: letter, on: shift)
        if let refusal = rules.refusal(letter, directory, settings) {
            say(.refused(letter.id, refusal), to: device, in: shift)
        } else {
            store(.letter(letter, by: device.number), in: shift)
            expectWayOut(of: letter, in: shift)
        }
    }

    func accept(_ letter: Letter, by device: DeviceID, in shift: Shift) {
        say(.accepted(letter.id), to: device, in: shift)
        // It was sent again, for the answer had been lost, or was slow (S1-7).
        guard known.insert(letter.id, by: 0) else { return }
        rules.words(letter) { shift.openBody(of: letter, telling: ledger) }
        rules.readers(letter, device, directory) { reader in
            stampWayOut(of: letter, to: reader, on: shift)
            let number = directory.number(of: reader)
            if rules.keeps(letter, reader, sessions.line(of: number) != nil) {
                sessions.keep(.letter(letter), for: number)
            }
            say(.letter(letter), to: reader, in: shift)
        }
    }

    private func confirm(_ letter: LetterID, on device: DeviceID, in shift: Shift) {
        guard drop(letter, for: device, in: shift) else { return }
        guard device.user != letter.sender, !directory.isBlocked(letter.sender, by: device.user),
            directory.devices(of: device.user).count == 1
                || confirmed.insert(letter, by: Int(device.user.number))
        else { return }
        tell(.receipt(letter, from: device.user), to: letter.sender, in: shift)
    }

    /// False where the device had it before: it was sent twice.
    private func drop(_ letter: LetterID, for device: DeviceID, in shift: Shift) -> Bool {
        guard sessions.drop(letter, for: directory.number(of: device)) else { return false }
        shift.append(.confirmed(letter, on: device), to: log)
        return true
    }
}
