public import Chat
public import Cluster
internal import Simulation
public import Vocabulary

/// The whole backend (S4-13): it takes a letter, stores it, says so to the sender, sends it to every device that is there, and keeps it for
/// those that are not.
///
/// A letter visits the CPU once, for `service-time`. It is on the disk before it is acknowledged, so a crash loses none that anybody
/// believes to be sent; with `store: behind` it is not, and a crash may. After a crash the server reads its disk before it serves, and sends
/// again what no device has confirmed; apps drop what they have (S0-28).
public final actor Server: Host {
    public typealias Heard = ToDevice
    public static let role = "server"

    public enum Inbox: Marked {
        case said(FromDevice, Line<ToDevice>)
        case opened(Line<ToDevice>)
        case closed(Line<ToDevice>)
        case stored(Letter, by: DeviceID)
        case notStored(Letter, by: DeviceID)
        /// The disk has been read after a crash.
        case restored

        public var mark: UInt64 {
            switch self {
            case .said(let word, let line): Vocabulary.mark(1, line.mark, word.mark)
            case .opened(let line): Vocabulary.mark(2, line.mark)
            case .closed(let line): Vocabulary.mark(3, line.mark)
            case .stored(let letter, let device): Vocabulary.mark(4, letter.mark, device.mark)
            case .notStored(let letter, let device): Vocabulary.mark(5, letter.mark, device.mark)
            case .restored: Vocabulary.mark(6)
            }
        }
    }

    /// What its disk holds.
    private enum Record: Sendable {
        case letter(Letter, by: DeviceID)
        case confirmed(LetterID, on: DeviceID)
        case change(FromDevice, by: User)
    }

    /// Who is at the other end of a line.
    private struct Guest {
        let line: Line<ToDevice>
        let device: DeviceID
    }

    public nonisolated let seat: Seat
    private let settings: ServerSettings
    private let ledger: Ledger
    private var costs: RandomStream
    private var isRestored: Bool
    private var directory: Directory
    private var known = SeenLetters()
    private var shownTo = SeenLetters()
    private var guests: [Guest?] = []  // by slot of the line
    private var lines: [Line<ToDevice>?]  // by number of the device
    private var waiting: [Lists<ToDevice>.List]  // by number of the device
    private var words = Lists<ToDevice>()

    init(seat: Seat, settings: ServerSettings, site: Site) {
        self.seat = seat
        self.settings = settings
        ledger = site.ledger
        costs = seat.stream("server")
        isRestored = seat.incarnation == 1
        directory = Directory(site.census.roster)
        lines = Array(repeating: nil, count: directory.deviceCount)
        waiting = Array(repeating: .init(), count: directory.deviceCount)
    }

    public static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    public static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .said(.send, _): Span(roundingNanoseconds: settings.serviceTime.spread.sample(&costs))
        case .said: Span(roundingNanoseconds: settings.receiptTime.spread.sample(&costs))
        case .opened: Span(roundingNanoseconds: settings.connectTime.spread.sample(&costs))
        case .closed, .stored, .notStored, .restored: .zero
        }
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .said(let word, let line): if isRestored { hear(word, on: line, in: shift) }
        case .opened: break  // a line has a name when its device has said hello
        case .closed(let line): forget(line)
        case .stored(let letter, let device): accept(letter, by: device, in: shift)
        case .notStored(let letter, let device): refuse(letter, .failed, to: device, in: shift)
        case .restored: restore(in: shift)
        }
    }

    private func hear(_ word: FromDevice, on line: Line<ToDevice>, in shift: Shift) {
        if case .hello(let device) = word { return welcome(device, on: line, in: shift) }
        guard line.slot < guests.count, let guest = guests[line.slot], guest.line == line else {
            return shift.hangUp(line)  // it speaks before it has said who it is: it was here before a crash
        }
        let user = guest.device.user
        switch word {
        case .hello: break
        case .send(let letter): take(letter, by: guest.device, in: shift)
        case .shown(let letter): confirm(letter, on: guest.device, in: shift)
        case .read(let letter): tell(.readReceipt(letter, from: user), to: letter.sender, in: shift)
        case .block(let other): directory.block(other, by: user)
        case .unblock(let other): directory.unblock(other, by: user)
        case .join(let room): directory.join(room, user)
        case .leave(let room): directory.leave(room, user)
        }
        switch word {
        case .block, .unblock, .join, .leave: keep(.change(word, by: user), in: shift)
        case .hello, .send, .shown, .read: break
        }
    }

    // MARK: Letters

    private func take(_ letter: Letter, by device: DeviceID, in shift: Shift) {
        stamp(letter, since: shift.service, on: shift)
        if let refusal = refusal(of: letter) { return refuse(letter, refusal, to: device, in: shift) }
        // It was sent again: the answer had been lost (S1-7).
        if known.contains(letter.id, by: 0) { return say(.accepted(letter.id), to: device, in: shift) }
        switch settings.store {
        case .first:
            shift.append(
                Record.letter(letter, by: device), size: letter.size,
                orElse: .notStored(letter, by: device))
            shift.sync(then: .stored(letter, by: device), orElse: .notStored(letter, by: device))
        case .behind:
            keep(.letter(letter, by: device), size: letter.size, in: shift)
            accept(letter, by: device, in: shift)
        }
    }

    private func refusal(of letter: Letter) -> Refusal? {
        if letter.size > settings.bodyLimit { return .bodyTooLarge }
        switch letter.destination {
        case .direct(let user): return directory.isBlocked(letter.id.sender, by: user) ? .blocked : nil
        case .room(let room):
            let members = directory.members(of: room)
            if members.count > settings.roomLimit { return .roomTooLarge }
            return members.contains(letter.id.sender) ? nil : .notMember
        }
    }

    private func refuse(_ letter: Letter, _ refusal: Refusal, to device: DeviceID, in shift: Shift) {
        say(.refused(letter.id, refusal), to: device, in: shift)
    }

    private func accept(_ letter: Letter, by device: DeviceID, in shift: Shift) {
        say(.accepted(letter.id), to: device, in: shift)
        guard known.insert(letter.id, by: 0) else { return }  // it had come twice while it was written
        for reader in readers(of: letter, by: device) {
            words.append(.letter(letter), to: &waiting[directory.number(of: reader)])
            ledger.stamp(
                letter.id, for: reader.user, stage: Stage.wayOut, place: Place.machine(shift.machineNumber),
                at: shift.now)
            say(.letter(letter), to: reader, in: shift)
        }
    }

    /// All devices that are to show a letter: those of its recipients, and the sender's others.
    private func readers(of letter: Letter, by device: DeviceID) -> [DeviceID] {
        var users: [User]
        switch letter.destination {
        case .direct(let user): users = user == device.user ? [user] : [user, device.user]
        case .room(let room): users = directory.members(of: room)
        }
        users.removeAll { directory.isBlocked(device.user, by: $0) }
        return users.flatMap { directory.devices(of: $0) }.filter { $0 != device }
    }

    private func confirm(_ letter: LetterID, on device: DeviceID, in shift: Shift) {
        let number = directory.number(of: device)
        let isWaiting = words.removeFirst(from: &waiting[number]) {
            if case .letter(let waiting) = $0 { waiting.id == letter } else { false }
        }
        guard isWaiting != nil else { return }  // confirmed before: it had been sent twice
        keep(.confirmed(letter, on: device), in: shift)
        guard device.user != letter.sender else { return }
        let isFirst =
            directory.deviceCount(of: device.user) == 1 || shownTo.insert(letter, by: Int(device.user.number))
        guard isFirst else { return }
        tell(.receipt(letter, from: device.user), to: letter.sender, in: shift)
    }

    // MARK: Devices

    private func welcome(_ device: DeviceID, on line: Line<ToDevice>, in shift: Shift) {
        while guests.count <= line.slot { guests.append(nil) }
        guests[line.slot] = Guest(line: line, device: device)
        let number = directory.number(of: device)
        lines[number] = line
        for word in words.elements(of: waiting[number]) {
            shift.say(word, on: line, size: size(of: word))
            if case .letter = word { continue }  // it waits until it is confirmed
            _ = words.removeFirst(from: &waiting[number]) { $0.mark == word.mark }
        }
    }

    private func forget(_ line: Line<ToDevice>) {
        guard line.slot < guests.count, let guest = guests[line.slot], guest.line == line else { return }
        guests[line.slot] = nil
        let number = directory.number(of: guest.device)
        if lines[number] == line { lines[number] = nil }
    }

    /// Says something to all devices of a user, when they are there.
    private func tell(_ word: ToDevice, to user: User, in shift: Shift) {
        for device in directory.devices(of: user) {
            let number = directory.number(of: device)
            if lines[number] == nil { words.append(word, to: &waiting[number]) }
            say(word, to: device, in: shift)
        }
    }

    private func say(_ word: ToDevice, to device: DeviceID, in shift: Shift) {
        guard let line = lines[directory.number(of: device)] else { return }
        shift.say(word, on: line, size: size(of: word))
    }

    private func size(of word: ToDevice) -> ByteCount {
        if case .letter(let letter) = word { letter.size + settings.envelope } else { settings.envelope }
    }

    // MARK: The disk

    private func keep(_ record: Record, size: ByteCount = .bytes(32), in shift: Shift) {
        shift.append(record, size: size)
    }

    public func begin(in shift: Shift) {
        guard !isRestored else { return }
        let bytes = seat.records(of: Record.self).reduce(ByteCount.zero) {
            if case .letter(let letter, _) = $1 { $0 + letter.size } else { $0 + .bytes(32) }
        }
        shift.read(bytes, then: .restored, orElse: .restored)
    }

    private func restore(in shift: Shift) {
        for record in seat.records(of: Record.self) {
            switch record {
            case .letter(let letter, let device):
                _ = known.insert(letter.id, by: 0)
                for reader in readers(of: letter, by: device) {
                    words.append(.letter(letter), to: &waiting[directory.number(of: reader)])
                }
            case .confirmed(let letter, let device):
                _ = words.removeFirst(from: &waiting[directory.number(of: device)]) {
                    if case .letter(let waiting) = $0 { waiting.id == letter } else { false }
                }
            case .change(.block(let other), let user): directory.block(other, by: user)
            case .change(.unblock(let other), let user): directory.unblock(other, by: user)
            case .change(.join(let room), let user): directory.join(room, user)
            case .change(.leave(let room), let user): directory.leave(room, user)
            case .change: break
            }
        }
        isRestored = true
    }

    private func stamp(_ letter: Letter, since service: (arrived: Instant, began: Instant), on shift: Shift) {
        let place = Place.machine(shift.machineNumber)
        ledger.stamp(letter.id, for: nil, stage: SingleServer.queue, place: place, at: service.arrived)
        ledger.stamp(letter.id, for: nil, stage: SingleServer.work, place: place, at: service.began)
        ledger.stamp(letter.id, for: nil, stage: SingleServer.disk, place: place, at: shift.now)
    }
}
