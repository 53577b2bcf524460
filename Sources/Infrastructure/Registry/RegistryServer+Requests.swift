internal import Cluster
public import Simulation
public import Vocabulary

/// What a server knows of a client that is attached to it.
struct RegistryClientState: Sendable {
    enum Item: Sendable {
        case write(number: UInt32, Ticket<RegistryReply>, answer: RegistryAnswer?)
        case read(RegistryRead, Ticket<RegistryReply>)
    }

    /// What it has asked and was not answered, in order.
    var items: [Item] = []
    var listener: Ticket<RegistryEvents>?
    /// What it has not been told yet.
    var events: [RegistryWatch] = []
    var isTouched = false

    // What is changed here is changed in place: a copy would count references.

    /// It was heard of. False when that is known already.
    mutating func touch() -> Bool {
        defer { isTouched = true }
        return !isTouched
    }

    mutating func note(_ answer: RegistryAnswer, of number: UInt32) {
        for place in items.indices {
            guard case .write(number, let ticket, _) = items[place] else { continue }
            items[place] = .write(number: number, ticket, answer: answer)
            return
        }
    }

    /// Takes off what is answered next: a write that was agreed, or a read that has waited for those before it.
    mutating func nextToAnswer() -> Item? {
        guard let first = items.first else { return nil }
        if case .write(_, _, nil) = first { return nil }
        return items.removeFirst()
    }
}

/// What a client is told without asking.
public enum RegistryEvents: Marked {
    case changed(Contents<RegistryWatch>, place: UInt64)
    /// The server has ended the connection.
    case closed
    case expired

    public static var isCounted: Bool { true }
    public func noteCopied() { if case .changed(let watches, _) = self { _ = watches.held() } }
    public func noteDiscarded() { if case .changed(let watches, _) = self { watches.letGo() } }

    public var mark: UInt64 {
        switch self {
        case .changed(let watches, let place):
            (0..<watches.count).reduce(Vocabulary.mark(1, place)) { Vocabulary.mark($0, watches[$1].mark) }
        case .closed: Vocabulary.mark(2)
        case .expired: Vocabulary.mark(3)
        }
    }
}

/// What clients ask. Those of one client are answered in the order in which they came.
extension RegistryServer {
    func take(
        _ write: RegistryWrite, _ fence: RegistryFence?, of session: UInt64, _ ticket: Ticket<RegistryReply>,
        in shift: Shift
    ) {
        guard note(session, in: shift) else {
            return say(.refused(.notServing), to: ticket, in: shift)
        }
        numbers += 1
        clients[session]!.items.append(.write(number: numbers, ticket, answer: nil))
        pending[numbers] = .write(session: session)
        submit(write, fence, of: session, number: numbers, in: shift)
    }

    func submit(
        _ write: RegistryWrite, _ fence: RegistryFence?, of session: UInt64, number: UInt32, in shift: Shift
    ) {
        let command = RegistryCommand(
            session: session, write: write, fence: fence, server: UInt16(seat.number),
            incarnation: UInt16(truncatingIfNeeded: seat.incarnation), number: number)
        if case .follows(let leader) = standing {
            shift.post(.forward(command), to: servers[leader], size: Self.frame + command.size)
        } else {
            propose(command, in: shift)
        }
    }

    /// A leader does; anybody else has lost its clients, or is about to.
    func propose(_ command: RegistryCommand, in shift: Shift) {
        if member.leads { _ = member.propose(command, in: shift) }
    }

    func take(
        _ read: RegistryRead, of session: UInt64, _ ticket: Ticket<RegistryReply>, in shift: Shift
    ) {
        guard note(session, in: shift) else {
            return say(.refused(.notServing), to: ticket, in: shift)
        }
        guard clients[session]!.items.isEmpty else {
            return clients[session]!.items.append(.read(read, ticket))
        }
        answer(read, of: session, ticket, in: shift)
    }

    private func answer(
        _ read: RegistryRead, of session: UInt64, _ ticket: Ticket<RegistryReply>, in shift: Shift
    ) {
        let answer: RegistryAnswer
        switch read {
        case .get(let name, let watches):
            if watches { add(.entry(name), of: session, since: place, in: shift) }
            answer = state[name].map { .entry($0) } ?? .refused(.noEntry)
        case .list(let folder, let watches):
            if watches { add(.folder(folder), of: session, since: place, in: shift) }
            let entries = state.entries(of: folder).prefix(Pool<RegistryEntry>.chunkCapacity)
            answer = .entries(seat.pool(of: RegistryEntry.self).write(entries))
        }
        say(answer, to: ticket, in: shift)
    }

    private func say(_ answer: RegistryAnswer, to ticket: Ticket<RegistryReply>, in shift: Shift) {
        shift.reply(RegistryReply(answer: answer, place: place), to: ticket, size: answer.size)
    }

    // MARK: What was agreed

    func apply(_ command: RegistryCommand, at place: Int, in shift: Shift) {
        self.place = UInt64(place) + 1
        let answer = state.apply(command, at: self.place) { fire($0, in: shift) }
        if case .openSession = command.write { _ = touch(command.session, at: shift.now) }
        if case .closeSession = command.write { expire(command.session, in: shift) }
        guard command.server == UInt16(seat.number),
            command.incarnation == UInt16(truncatingIfNeeded: seat.incarnation),
            let waiting = pending.removeValue(forKey: command.number)
        else { return }
        switch waiting {
        case .attach(_, let ticket):
            guard let timeout = state.session(command.session)?.timeout else { return }
            attached(command.session, timeout, ticket, in: shift)
        case .write(let session): settle(command.number, answer, of: session, in: shift)
        }
    }

    private func settle(
        _ number: UInt32, _ answer: RegistryAnswer, of session: UInt64, in shift: Shift
    ) {
        guard let client = clients.index(forKey: session) else { return }
        clients.values[client].note(answer, of: number)
        while let item = clients.values[client].nextToAnswer() {
            switch item {
            case .write(_, let ticket, let answer): say(answer!, to: ticket, in: shift)
            case .read(let read, let ticket): self.answer(read, of: session, ticket, in: shift)
            }
        }
    }

    // MARK: Watches

    func add(_ watch: RegistryWatch, of session: UInt64, since place: UInt64, in shift: Shift) {
        guard clients[session] != nil else { return }
        if state.changed(watch) > place { return tell(watch, to: session, in: shift) }
        if watchers[watch, default: []].contains(session) { return }
        watchers[watch, default: []].append(session)
    }

    private func fire(_ watch: RegistryWatch, in shift: Shift) {
        guard !watchers.isEmpty, let sessions = watchers.removeValue(forKey: watch) else { return }
        for session in sessions { tell(watch, to: session, in: shift) }
    }

    private func tell(_ watch: RegistryWatch, to session: UInt64, in shift: Shift) {
        guard clients[session] != nil else { return }
        clients[session]!.events.append(watch)
        sayEvents(to: session, in: shift)
    }

    func listen(_ session: UInt64, _ ticket: Ticket<RegistryEvents>, in shift: Shift) {
        guard note(session, in: shift) else { return shift.reply(.closed, to: ticket, size: Self.frame) }
        clients[session]!.listener = ticket
        sayEvents(to: session, in: shift)
    }

    private func sayEvents(to session: UInt64, in shift: Shift) {
        guard let ticket = clients[session]!.listener, !clients[session]!.events.isEmpty else { return }
        let watches = seat.pool(of: RegistryWatch.self).write(clients[session]!.events.prefix(1_000))
        clients[session]!.events.removeFirst(watches.count)
        clients[session]!.listener = nil
        shift.reply(
            .changed(watches, place: place), to: ticket,
            size: Self.frame + .bytes(20 * Int64(watches.count)))
    }

    // MARK: The end

    private func expire(_ session: UInt64, in shift: Shift) {
        guard clients[session] != nil else { return }
        drop(session, .refused(.expired), .expired, in: shift)
        clientNumbers.removeAll { $0 == session }
    }

    /// The server looks for a leader: its clients have to look for a server.
    func dropClients(in shift: Shift) {
        isServing = false
        for session in clientNumbers { drop(session, .refused(.maybeDone), .closed, in: shift) }
        clientNumbers.removeAll()
        watchers.removeAll()
        touched.removeAll()
        for number in pending.keys.sorted() {
            if case .attach(_, let ticket)? = pending[number] {
                shift.reply(.notServing, to: ticket, size: Self.frame)
            }
        }
        pending.removeAll()
    }

    private func drop(
        _ session: UInt64, _ answer: RegistryAnswer, _ event: RegistryEvents, in shift: Shift
    ) {
        guard let client = clients.removeValue(forKey: session) else { return }
        for item in client.items {
            switch item {
            case .write(_, let ticket, _), .read(_, let ticket):
                say(answer, to: ticket, in: shift)
            }
        }
        if let ticket = client.listener { shift.reply(event, to: ticket, size: Self.frame) }
    }
}
