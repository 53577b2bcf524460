internal import Chat
internal import Cluster
internal import Vocabulary

/// What a host does with confirmations (S0-3): those of people who are with it, and those for them.
extension ChatHost {
    /// A device has shown or read a letter: that is stored, and its sender hears of it, once for each reader.
    func confirm(_ confirmation: Confirmation, in shift: Shift) {
        keep(confirmation, in: shift)
        let (letter, user) = (confirmation.letter, confirmation.device.user)
        guard user != letter.sender, isFirst(confirmation),
            !directory.isBlocked(letter.sender, by: user)
        else { return }
        ask(about: confirmation, isStored: false, in: shift)
    }

    private func isFirst(_ confirmation: Confirmation) -> Bool {
        let user = confirmation.device.user
        guard directory.devices(of: user).count > 1 else { return true }
        return switch confirmation.kind {
        case .shown: confirmed.insert(confirmation.letter, by: Int(user.number))
        case .read: read.insert(confirmation.letter, by: Int(user.number))
        }
    }

    private func ask(about confirmation: Confirmation, isStored: Bool, in shift: Shift) {
        let sender = confirmation.letter.sender
        if overdue.contains(.direct(sender)) {
            return wait(with: confirmation, isStored: isStored, in: shift)
        }
        find(sender, for: confirmation, isStored: isStored, in: shift)
    }

    private func find(_ sender: User, for confirmation: Confirmation?, isStored: Bool, in shift: Shift) {
        let callee = assigners.pick(for: UInt64(sender.number), at: shift.now)
        asking += 1
        shift.call(
            LocateSender(
                sender: sender, confirmation: confirmation, isStored: isStored, assigner: UInt16(callee)),
            at: peers.assigners[callee], by: locate)
    }

    /// Where nobody says which host the sender's is, it is stored that it is owed, and asked again in the meantime.
    func pass(
        _ confirmation: Confirmation, isStored: Bool, _ result: Result<Location, CallError>,
        from assigner: UInt16, in shift: Shift
    ) {
        asking -= 1
        switch result {
        case .success(let location): pass(confirmation, to: location.host, in: shift)
        case .failure(let error):
            note(error, of: assigner, about: confirmation.letter, in: shift)
            let sender = confirmation.letter.sender
            if let pause = overdue.add(.direct(sender)) { _ = shift.arm(.lookUpIsDue(sender), after: pause) }
            wait(with: confirmation, isStored: isStored, in: shift)
        }
    }

    private func wait(with confirmation: Confirmation, isStored: Bool, in shift: Shift) {
        if isStored {
            overdue.join(confirmation, for: .direct(confirmation.letter.sender))
        } else {
            owe(confirmation, in: shift)
        }
    }

    /// On to the sender's host. Where there is none to be found, it waits with the message service.
    private func pass(_ confirmation: Confirmation, to host: Int?, in shift: Shift) {
        guard let host else { return owe(confirmation, in: shift) }
        if host == seat.number { return hand(confirmation, in: shift) }
        passed.note(confirmation, to: host, at: shift.now)
        shift.post(
            .hand(confirmation), to: peers.hosts[host], size: SenderService.frame,
            orElse: .lost(confirmation))
    }

    private func note(_ error: CallError, of assigner: UInt16, about letter: LetterID?, in shift: Shift) {
        serviceLog.write(
            .confirmingFailed, "host-assigner", peers.assigners[Int(assigner)], error, about: letter,
            at: shift.now)
        assigners.avoid(Int(assigner), at: shift.now)
    }

    func findOverdue(_ sender: User, in shift: Shift) {
        find(sender, for: nil, isStored: true, in: shift)
    }

    func passOverdue(
        to sender: User, _ result: Result<Location, CallError>, from assigner: UInt16, in shift: Shift
    ) {
        asking -= 1
        switch result {
        case .success(let location):
            for confirmation in overdue.take(for: .direct(sender)) {
                pass(confirmation, to: location.host, in: shift)
            }
        case .failure(let error):
            note(error, of: assigner, about: nil, in: shift)
            _ = shift.arm(.lookUpIsDue(sender), after: overdue.pause(for: .direct(sender)))
        }
    }

    /// To all devices of the sender that are there; where none is, it comes with the history.
    func hand(_ confirmation: Confirmation, in shift: Shift) {
        if !say(confirmation, in: shift) { owe(confirmation, in: shift) }
    }

    /// False when none of its sender's devices is there.
    private func say(_ confirmation: Confirmation, in shift: Shift) -> Bool {
        let sender = confirmation.letter.sender
        var isSaid = false
        for number in directory.devices(of: sender) {
            let device = directory.number(of: DeviceID(of: sender, number))
            guard let line = sessions.line(of: device) else { continue }
            say(confirmation, to: device, on: line, in: shift)
            isSaid = true
        }
        return isSaid
    }

    /// The line may be dead: it stays owed until that is out of the question.
    func say(_ confirmation: Confirmation, to device: Int, on line: Line<ToDevice>, in shift: Shift) {
        shift.say(confirmation.word, on: line, size: settings.envelope)
        sessions.noteSaid(confirmation.word, to: device, at: shift.now, certainty: shift.lineCertainty)
    }

    /// A line of a device has ended, or a later one is there: what may have been lost with it is owed again.
    func recall(from device: DeviceID, _ end: LineEnd, in shift: Shift) {
        let span = end == .hungUp ? Self.crossing : shift.lineCertainty
        for word in sessions.takeSaid(
            to: directory.number(of: device), noLongerAgoThan: span, at: shift.now)
        {
            guard let confirmation = Confirmation(word) else { continue }
            owe(confirmation, in: shift)
        }
    }

    /// Hosts are given up, or have begun anew. What they had in hand of what was passed to them of late is lost with them.
    func recall(from hosts: [Int], in shift: Shift) {
        for confirmation in passed.take(from: hosts) { owe(confirmation, in: shift) }
    }

    /// It is stored that a confirmation is owed. Its sender may have come meanwhile, and asked for their history before that,
    /// here or, where the view of hosts is another one by now, elsewhere.
    private func handOnceMore(_ confirmation: Confirmation, in shift: Shift) {
        if map.host(of: confirmation.letter.sender) == seat.number {
            _ = say(confirmation, in: shift)
        } else {
            ask(about: confirmation, isStored: true, in: shift)
        }
    }

    // MARK: To the message service, in batches

    /// That a device has something can wait to be stored: until then the device may be sent it again, and many letters are
    /// read in the meantime.
    func keep(_ confirmation: Confirmation, in shift: Shift) {
        pending.add(confirmation, at: shift.now)
        guard !isFlushArmed else { return }
        isFlushArmed = true
        _ = shift.arm(.flush, after: settings.storeOwedEvery)
    }

    /// What a sender waits for is stored soon.
    func owe(_ confirmation: Confirmation, in shift: Shift) {
        owed.append(StoredConfirmation(confirmation: confirmation, isOwed: true))
        flushOwedSoon(in: shift)
    }

    private func flushOwedSoon(in shift: Shift) {
        guard !isOwedFlushArmed else { return }
        isOwedFlushArmed = true
        _ = shift.arm(.flushOwed, after: isEnding ? settings.moveEvery : settings.storeOwedEvery)
    }

    func flush(in shift: Shift) {
        let due = pending.take(at: shift.now, after: isEnding ? .zero : settings.storeAfter)
        store(due.map { StoredConfirmation(confirmation: $0, isOwed: false) }, in: shift)
        isFlushArmed = !pending.isEmpty
        if isFlushArmed { _ = shift.arm(.flush, after: settings.storeOwedEvery) }
    }

    func flushOwed(in shift: Shift) {
        isOwedFlushArmed = false
        // What was said to several devices whose lines have ended is owed once.
        var known: Set<StoredConfirmation> = []  // looked up only, never iterated
        store(owed.filter { known.insert($0).inserted }, in: shift)
        owed = []
    }

    private func store(_ confirmations: [StoredConfirmation], in shift: Shift) {
        for first in stride(from: 0, to: confirmations.count, by: settings.storeBatch) {
            let batch = Array(confirmations[first..<min(confirmations.count, first + settings.storeBatch)])
            batchCount += 1
            let service = messageServices.pick(at: shift.now)
            batches[batchCount] = (service, batch)
            shift.call(
                StoreConfirmations(batch: batchCount, confirmations: batch),
                at: peers.messageServices[service], by: storeCaller)
        }
    }

    /// What is not stored is stored with the next batch, by another instance.
    func settle(_ number: Int, _ result: Result<Stored, CallError>, in shift: Shift) {
        guard let batch = batches.removeValue(forKey: number) else { return }
        if case .success(.stored) = result {
            for stored in batch.confirmations where stored.isOwed {
                handOnceMore(stored.confirmation, in: shift)
            }
            return
        }
        serviceLog.write(
            .storingFailed, "message-service", peers.messageServices[batch.service], result.error,
            at: shift.now)
        messageServices.avoid(batch.service, at: shift.now)
        owed += batch.confirmations
        flushOwedSoon(in: shift)
    }
}

/// Confirmations that wait to be stored, the oldest first. That a letter was read says that it was shown.
struct PendingConfirmations: Sendable {
    private var entries: [(confirmation: Confirmation, since: Instant)] = []
    /// How many of them are gone, and how many ever were before the first that is there.
    private var first = 0
    private var formerly = 0
    /// Where a device's word about a letter stands. Looked up only, never iterated.
    private var places: [Key: Int] = [:]

    private struct Key: Hashable {
        let letter: LetterID
        let device: DeviceID
    }

    var isEmpty: Bool { first == entries.count }

    mutating func add(_ confirmation: Confirmation, at now: Instant) {
        let key = Key(letter: confirmation.letter, device: confirmation.device)
        if let place = places[key] {
            if confirmation.kind == .read { entries[place - formerly].confirmation = confirmation }
            return
        }
        places[key] = formerly + entries.count
        entries.append((confirmation, now))
    }

    /// Those that have waited so long.
    mutating func take(at now: Instant, after span: Span) -> [Confirmation] {
        var taken: [Confirmation] = []
        while first < entries.count, entries[first].since + span <= now {
            let confirmation = entries[first].confirmation
            places[Key(letter: confirmation.letter, device: confirmation.device)] = nil
            taken.append(confirmation)
            first += 1
        }
        if first > entries.count / 2 {
            entries.removeFirst(first)
            formerly += first
            first = 0
        }
        return taken
    }
}

/// Confirmations that were passed to other hosts, for as long as it takes until one is given up that was gone by then: a
/// session, and the time in which the others hear of it.
struct PassedConfirmations: Sendable {
    private let span: Span
    /// Those noted since `turnedAt`, and those before.
    private var latest: [(confirmation: Confirmation, host: Int)] = []
    private var earlier: [(confirmation: Confirmation, host: Int)] = []
    private var turnedAt = Instant.start

    init(session: Span) { span = session * 2 }

    mutating func note(_ confirmation: Confirmation, to host: Int, at now: Instant) {
        if now - turnedAt >= span {
            swap(&earlier, &latest)
            latest.removeAll(keepingCapacity: true)
            turnedAt = now
        }
        latest.append((confirmation, host))
    }

    mutating func take(from hosts: [Int]) -> [Confirmation] {
        let taken = (earlier + latest).filter { hosts.contains($0.host) }.map(\.confirmation)
        earlier.removeAll { hosts.contains($0.host) }
        latest.removeAll { hosts.contains($0.host) }
        return taken
    }
}

/// A host has confirmations stored.
struct StoreConfirmations: Call {
    typealias Caller = ChatHost
    typealias Callee = MessageService
    typealias Reply = Stored

    let batch: Int
    let confirmations: [StoredConfirmation]

    var size: ByteCount { SenderService.frame + .bytes(Int64(50 * confirmations.count)) }

    func request(_ ticket: Ticket<Stored>) -> MessageService.Inbox {
        .storeConfirmations(confirmations, ticket)
    }
    func outcome(_ result: Result<Stored, CallError>) -> ChatHost.Inbox { .stored(batch: batch, result) }
}
