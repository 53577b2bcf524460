internal import Chat
internal import Cluster
internal import Vocabulary

/// What a host does with confirmations (S0-3): those of people who are with it, and those for them.
extension ChatHost {
    /// A device has shown or read a letter: that is stored, and its sender hears of it, once for each reader.
    func confirm(_ confirmation: Confirmation, in shift: Shift) {
        keep(confirmation, isOwed: false, in: shift)
        let (letter, user) = (confirmation.letter, confirmation.device.user)
        guard user != letter.sender, isFirst(confirmation),
            !directory.isBlocked(letter.sender, by: user)
        else { return }
        ask(about: confirmation, in: shift)
    }

    private func isFirst(_ confirmation: Confirmation) -> Bool {
        let user = confirmation.device.user
        guard directory.devices(of: user).count > 1 else { return true }
        return switch confirmation.kind {
        case .shown: confirmed.insert(confirmation.letter, by: Int(user.number))
        case .read: read.insert(confirmation.letter, by: Int(user.number))
        }
    }

    private func ask(about confirmation: Confirmation, in shift: Shift) {
        let sender = confirmation.letter.sender
        let callee = assigners.pick(for: UInt64(sender.number), at: shift.now)
        shift.call(LocateSender(confirmation: confirmation), at: peers.assigners[callee], by: locate)
    }

    /// On to the sender's host. Where there is none to be found, it waits with the message service.
    func pass(_ confirmation: Confirmation, _ result: Result<Location, CallError>, in shift: Shift) {
        switch result {
        case .success(let location):
            guard let host = location.host else { return keep(confirmation, isOwed: true, in: shift) }
            if host == seat.number { return hand(confirmation, in: shift) }
            shift.post(
                .hand(confirmation), to: peers.hosts[host], size: SenderService.frame,
                orElse: .lost(confirmation))
        case .failure(let error):
            let assigner = assigners.pick(for: UInt64(confirmation.letter.sender.number), at: shift.now)
            serviceLog.write(
                .confirmingFailed, "host-assigner", peers.assigners[assigner], error,
                about: confirmation.letter, at: shift.now)
            assigners.avoid(assigner, at: shift.now)
            keep(confirmation, isOwed: true, in: shift)
        }
    }

    /// To all devices of the sender that are there; what a device misses comes with its history.
    func hand(_ confirmation: Confirmation, in shift: Shift) {
        let sender = confirmation.letter.sender
        var isHeard = false
        for number in directory.devices(of: sender) {
            guard let line = sessions.line(of: directory.number(of: DeviceID(of: sender, number))) else {
                continue
            }
            shift.say(confirmation.word, on: line, size: settings.envelope)
            isHeard = true
        }
        if !isHeard { keep(confirmation, isOwed: true, in: shift) }
    }

    // MARK: To the message service, in batches

    /// What a sender waits for is stored soon. That a device has something can wait: until then the device may be sent it
    /// again, and many letters are read in the meantime.
    func keep(_ confirmation: Confirmation, isOwed: Bool, in shift: Shift) {
        if isOwed {
            owed.append(StoredConfirmation(confirmation: confirmation, isOwed: true))
            guard !isOwedFlushArmed else { return }
            isOwedFlushArmed = true
            _ = shift.arm(.flushOwed, after: settings.storeOwedEvery)
        } else {
            pending.add(confirmation, at: shift.now)
            guard !isFlushArmed else { return }
            isFlushArmed = true
            _ = shift.arm(.flush, after: settings.storeOwedEvery)
        }
    }

    func flush(in shift: Shift) {
        let due = pending.take(at: shift.now, after: settings.storeAfter)
        for first in stride(from: 0, to: due.count, by: settings.storeBatch) {
            let batch = due[first..<min(due.count, first + settings.storeBatch)]
            store(batch.map { StoredConfirmation(confirmation: $0, isOwed: false) }, in: shift)
        }
        isFlushArmed = !pending.isEmpty
        if isFlushArmed { _ = shift.arm(.flush, after: settings.storeOwedEvery) }
    }

    func flushOwed(in shift: Shift) {
        isOwedFlushArmed = false
        let confirmations = owed
        owed = []
        if !confirmations.isEmpty { store(confirmations, in: shift) }
    }

    private func store(_ confirmations: [StoredConfirmation], in shift: Shift) {
        batchCount += 1
        let service = messageServices.pick(at: shift.now)
        batches[batchCount] = (service, confirmations)
        shift.call(
            StoreConfirmations(batch: batchCount, confirmations: confirmations),
            at: peers.messageServices[service], by: storeCaller)
    }

    /// What is not stored is stored with the next batch, by another instance.
    func settle(_ number: Int, _ result: Result<Stored, CallError>, in shift: Shift) {
        guard let batch = batches.removeValue(forKey: number) else { return }
        if case .success(.stored) = result { return }
        serviceLog.write(
            .storingFailed, "message-service", peers.messageServices[batch.service], result.error,
            at: shift.now)
        messageServices.avoid(batch.service, at: shift.now)
        owed += batch.confirmations
        guard !isOwedFlushArmed else { return }
        isOwedFlushArmed = true
        _ = shift.arm(.flushOwed, after: settings.storeOwedEvery)
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
