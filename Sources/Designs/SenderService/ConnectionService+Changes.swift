internal import Chat
internal import Cluster
internal import Infrastructure
internal import Vocabulary

/// What people change of what the system knows of them.
extension ConnectionService {
    func take(_ change: Change, _ device: DeviceID, _ ticket: Ticket<ChangeAnswer>, in shift: Shift) {
        if unread > 0 { return shift.reply(.refused(.failed), to: ticket, size: SenderService.frame) }
        if let refusal = rules.refusal(change, device.user, directory, settings) {
            joinsRefused.add()
            return shift.reply(.refused(refusal), to: ticket, size: SenderService.frame)
        }
        let time = latest.time(of: change, by: device.user, at: shift.localTime)
        if case .join(let room) = change { shift.tell(.joining(room, device.user), to: ledger) }
        store(PeopleNews(change: change, user: device.user, at: time), .change(ticket), in: shift)
    }

    func store(_ news: PeopleNews, _ then: Then, in shift: Shift) {
        ownChanges += 1
        var rows = [
            WideRow(
                in: ConnectionTable.changes(of: seat.number),
                at: UInt64(ownChanges) << 32 | UInt64(news.user.number), value: news.word,
                weight: settings.changeSize)
        ]
        switch news.change {
        case .block(let other): rows.append(block(other, by: news.user, isBlocked: true))
        case .unblock(let other): rows.append(block(other, by: news.user, isBlocked: false))
        case .join, .leave, .addDevice, .removeDevice, .newKey: break
        }
        store.write(rows, at: .quorum, then: .changed(news, then), in: shift)
    }

    private func block(_ other: User, by user: User, isBlocked: Bool) -> WideRow {
        WideRow(
            in: ConnectionTable.blocks(of: user), at: UInt64(other.number), value: isBlocked ? 1 : 0,
            weight: settings.changeSize)
    }

    func take(_ outcome: WideOutcome<WideStep>, in shift: Shift) {
        switch outcome {
        case .written(.changed(let news, .change(let ticket))) where news.isJoining:
            readOthers(from: 0, for: .joining(news, ticket), in: shift)
        case .written(.changed(let news, let then)): hold(news, then, in: shift)
        case .failed(_, .changed(let news, let then)):
            serviceLog.write(.storingFailed, at: shift.now)
            switch then {
            case .change(let ticket):
                shift.reply(.refused(.failed), to: ticket, size: SenderService.frame)
            // It is decided, so it has to be stored.
            case .order, .undone: store(news, then, in: shift)
            }
        case .page(let page, _, .blocks(let reader)): takeBlocks(of: reader, page, in: shift)
        case .failed(_, .blocks(let reader)): failBlocks(of: reader, in: shift)
        case .page(let page, let rest, .changes(let instance)):
            takeChanges(of: instance, page, rest, in: shift)
        // It cannot serve before it knows what has changed.
        case .failed(_, .changes(let instance)): readChanges(of: instance, from: 0, in: shift)
        case .page(let page, let rest, .others(let instance, let reason)):
            takeChanges(ofOther: instance, page, in: shift)
            if let rest {
                store.read(rest, at: .quorum, then: .others(instance: instance, reason), in: shift)
            } else {
                readOthers(from: instance + 1, for: reason, in: shift)
            }
        // Who asks, asks another one.
        case .failed(_, .others(_, .asked)): serviceLog.write(.storingFailed, at: shift.now)
        case .failed(_, .others(_, .joining(let news, let ticket))):
            serviceLog.write(.storingFailed, at: shift.now)
            undo(news, .failed, ticket, in: shift)
        case .page(let page, _, .profile(let ticket)):
            let bytes = page.rows.reduce(0) { $0 + $1[0].size.bytes }
            page.letGo()
            shift.reply(
                Profile(bytes: UInt32(bytes)), to: ticket, size: .bytes(bytes) + SenderService.frame)
        // Who has asked hears nothing, and looks again.
        case .failed(_, .profile), .failed(_, .profileChanged):
            serviceLog.write(.storingFailed, at: shift.now)
        case .page(let page, _, _): page.letGo()
        case .written: break
        }
    }

    /// The store has it: it holds, and all who keep a copy hear of it.
    private func hold(_ news: PeopleNews, _ then: Then, in shift: Shift) {
        // What was decided later may have been stored before.
        if latest.take(news) {
            watch(news, at: shift.now)
            keep(news)
            switch news.change {
            case .join(let room): shift.tell(.joined(room, news.user), to: ledger)
            case .leave(let room): shift.tell(.left(room, news.user), to: ledger)
            case .block, .unblock, .addDevice, .removeDevice, .newKey: break
            }
        }
        switch then {
        case .change(let ticket): shift.reply(.taken, to: ticket, size: SenderService.frame)
        case .undone(let refusal, let ticket):
            shift.reply(.refused(refusal), to: ticket, size: SenderService.frame)
        case .order(let answer, let ticket): shift.reply(answer, to: ticket, size: SenderService.frame)
        }
        for listener in 0..<peers.listenerCount
        where !peers.isConnectionService(seat.number, listener: listener) {
            peers.tell(news, listener: listener, from: self, in: shift)
        }
    }

    /// What the promises of blocks go by, whatever the rules are.
    private func watch(_ news: PeopleNews, at now: Instant) {
        switch news.change {
        case .block(let other): stopped.observe(.blocked(other, by: news.user, at: now), at: now)
        case .unblock(let other): stopped.observe(.unblocked(other, by: news.user), at: now)
        case .join(let room) where directory.isMember(news.user, of: room): break
        case .join(let room):
            var other: User?
            directory.forEachMember(of: room) {
                if directory.isBlocked($0, by: news.user) || directory.isBlocked(news.user, by: $0) {
                    other = $0
                }
            }
            together.observe(.init(user: news.user, room: room, other: other), at: now)
        case .leave, .addDevice, .removeDevice, .newKey: break
        }
    }

    func tellLater(_ news: PeopleNews, _ listener: UInt16, in shift: Shift) {
        untold.append((news, listener))
        if untold.count == 1 { _ = shift.arm(.tellAgain, after: settings.tellAgainAfter) }
    }

    func tellAgain(in shift: Shift) {
        let again = untold
        untold = []
        for (news, listener) in again { peers.tell(news, listener: Int(listener), from: self, in: shift) }
    }

    // MARK: What holds

    /// Another instance may have stored a change of which this one is still to be told, or cannot be told for now: only
    /// the store knows all that holds.
    func readOthers(from instance: Int, for reason: Reason, in shift: Shift) {
        let instance = instance == seat.number ? instance + 1 : instance
        if instance < peers.connectionServices.count {
            store.read(
                WideRead(
                    of: ConnectionTable.changes(of: instance), rows: readUpTo[instance] ... .max,
                    limit: 1_000),
                at: .quorum, then: .others(instance: instance, reason), in: shift)
            return
        }
        switch reason {
        case .asked(let question, let ticket): tell(question, ticket, in: shift)
        case .joining(let news, let ticket): letIn(news, ticket, in: shift)
        }
    }

    /// S0-33, S0-1: who else is in the room, and who blocks whom, is looked at once the store has it that somebody has
    /// joined. Of two who come at once the later one so finds the earlier one there, be it that another instance has let
    /// them in.
    private func letIn(_ news: PeopleNews, _ ticket: Ticket<ChangeAnswer>, in shift: Shift) {
        if let refusal = rules.refusal(news.change, news.user, directory, settings) {
            joinsRefused.add()
            undo(news, refusal, ticket, in: shift)
        } else {
            hold(news, .change(ticket), in: shift)
        }
    }

    private func undo(
        _ news: PeopleNews, _ refusal: Refusal, _ ticket: Ticket<ChangeAnswer>, in shift: Shift
    ) {
        guard case .join(let room) = news.change, !directory.isMember(news.user, of: room) else {
            return shift.reply(.refused(refusal), to: ticket, size: SenderService.frame)
        }
        let time = LocalTime(nanoseconds: news.time.nanoseconds + 1_000)
        store(
            PeopleNews(change: .leave(room), user: news.user, at: time), .undone(refusal, ticket), in: shift)
    }

    /// Rows that are written at the same time appear in any order: young ones are read again.
    private func takeChanges(ofOther instance: Int, _ page: WidePage, in shift: Shift) {
        let settled = (shift.localTime.nanoseconds - SenderService.changesSpread.nanoseconds) / 1_000
        for row in page.rows {
            let user = User(UInt32(truncatingIfNeeded: row[0].clustering))
            if row[0].time < settled { readUpTo[instance] = row[0].clustering + 1 }
            guard let news = PeopleNews(word: row[0].value, user: user, time: row[0].time) else { continue }
            learn(news)
        }
        page.letGo()
    }

    func tell(_ question: PeopleQuestion, _ ticket: Ticket<PeopleChanges>, in shift: Shift) {
        var known = 0
        if let place = question.since, place.service == seat.number, place.incarnation == seat.incarnation {
            known = place.count
        }
        let answer = PeopleChanges(
            changes: changes[known...],
            place: PeoplePlace(
                service: seat.number, incarnation: seat.incarnation, count: changes.count),
            asOf: question.asOf)
        shift.reply(answer, to: ticket, size: answer.size)
    }

    // MARK: After a crash

    func readChanges(of instance: Int, from: UInt64, in shift: Shift) {
        store.read(
            WideRead(of: ConnectionTable.changes(of: instance), rows: from ... .max, limit: 1_000),
            at: .quorum,
            then: .changes(instance: instance), in: shift)
    }

    private func takeChanges(of instance: Int, _ page: WidePage, _ rest: WideRead?, in shift: Shift) {
        for row in page.rows {
            let user = User(UInt32(truncatingIfNeeded: row[0].clustering))
            guard let news = PeopleNews(word: row[0].value, user: user, time: row[0].time) else { continue }
            learn(news)
            if instance == seat.number { ownChanges = Int(row[0].clustering >> 32) }
        }
        page.letGo()
        if let rest {
            store.read(rest, at: .quorum, then: .changes(instance: instance), in: shift)
        } else {
            unread -= 1
        }
    }
}

extension PeopleNews {
    var isJoining: Bool { if case .join = change { true } else { false } }

    /// As a row of the store has it: which device it was, its kind, and what it is about.
    ///
    ///     | device, 8 | kind, 8 | version of a key or list, 16 | user, room or device, 32 |
    var word: UInt64 { change.word | UInt64(device) << 56 | UInt64(version) << 32 }

    /// - Parameter time: of the row, in µs by the clock of who has written it.
    init?(word: UInt64, user: User, time: Int64) {
        guard let change = Change(word: word) else { return nil }
        let version = UInt32(word >> 32 & 0xFFFF)
        let entry: BlockEntry? =
            switch change {
            case .block(let other) where version > 0: BlockEntry(other, isBlocked: true, version: version)
            case .unblock(let other) where version > 0: BlockEntry(other, isBlocked: false, version: version)
            default: nil
            }
        if let entry {
            self.init(
                entry, by: DeviceID(of: user, UInt8(word >> 56)), at: LocalTime(nanoseconds: time * 1_000))
        } else {
            self.init(change: change, user: user, at: LocalTime(nanoseconds: time * 1_000))
        }
    }
}

extension Change {
    var word: UInt64 {
        switch self {
        case .block(let user): 1 << 48 | UInt64(user.number)
        case .unblock(let user): 2 << 48 | UInt64(user.number)
        case .join(let room): 3 << 48 | UInt64(room.number)
        case .leave(let room): 4 << 48 | UInt64(room.number)
        case .addDevice(let device): 5 << 48 | UInt64(device)
        case .removeDevice(let device): 6 << 48 | UInt64(device)
        case .newKey(let device, let version): 7 << 48 | UInt64(version) << 32 | UInt64(device)
        }
    }

    init?(word: UInt64) {
        let subject = UInt32(truncatingIfNeeded: word)
        switch word >> 48 & 0xFF {
        case 1: self = .block(User(subject))
        case 2: self = .unblock(User(subject))
        case 3: self = .join(Room(subject))
        case 4: self = .leave(Room(subject))
        case 5: self = .addDevice(UInt8(subject))
        case 6: self = .removeDevice(UInt8(subject))
        case 7: self = .newKey(UInt8(subject), UInt16(truncatingIfNeeded: word >> 32))
        default: return nil
        }
    }
}
