internal import Cluster
internal import Simulation
internal import Vocabulary

/// Blocks where each device has a list of its own, as the plan of the app may have it (S0-25 to S0-27, S0-42, S0-43).
///
///     device 0 (offline)   blocks user 7 ─┐ queued                ┌─▶ all devices of its owner: blocked, version 5
///     device 1 (offline) unblocks user 7 ─┴──▶ the system decides ┤
///                                             (`BlockLists`)      └─▶ all devices of user 7: you are blocked
///
/// A block holds on its device at once, and so does its end, unless the plan forbids that: then a device unblocks when
/// the system says so, and not without a line. The order waits until there is one, and is sent again until it is
/// answered. When all attempts came to nothing it is a dead letter, and is tried again when the app is next opened.
/// Whom its owner has blocked, or who has blocked them, an app sends nothing: unless it was hacked, and then the system
/// has to see to it.
extension Phone {
    func orderBlock(of user: User, _ isBlock: Bool, in shift: Shift) {
        let device = town.number(of: id)
        let isForbidden = !isBlock && town.appPlan.blocks == .forbidUnblockUntilSynced
        guard !isForbidden || isConnected(town.appPlan.routes.changes) else {
            town.meters.unblocksForbidden?.add()
            return
        }
        // What is not sure to be possible is meant once it is done.
        if !isForbidden { town.blockBook.mean(isBlock, of: Roster.Block(user, by: id.user)) }
        // Without a line, the list here may be older than what was done on another device.
        let mayDiffer = !isConnected(town.appPlan.routes.changes)
        guard mayDiffer || town.blockBook.isBlocked(user, by: id.user, on: device) != isBlock else { return }
        if !isForbidden { list(user, isBlock, in: shift) }
        queueOrder(of: user, isBlock, in: shift)
        compareBlocks(of: user, in: shift)
    }

    /// On this device, at once.
    private func list(_ user: User, _ isBlock: Bool, in shift: Shift) {
        town.blockBook.update(town.number(of: id)) { $0.lines[user, default: .init()].isBlocked = isBlock }
        tell(isBlock ? .listed(user, on: id) : .unlisted(user, on: id), in: shift)
    }

    private func queueOrder(of user: User, _ isBlock: Bool, in shift: Shift) {
        let time = town.clock(of: id).reading(at: shift.now)
        var number: UInt32 = 0
        town.blockBook.update(town.number(of: id)) {
            $0.orders += 1
            number = $0.orders
            $0.queue.append(
                BlockBook.Pending(
                    order: BlockOrder(
                        time: time, user: user, number: number, base: $0.version, isBlock: isBlock)))
        }
        if isConnected(town.appPlan.routes.changes) {
            sendOrder(number, in: shift)
        } else if hasStoppedConnecting {
            connectAnew(in: shift)
        }
    }

    /// All orders that wait, on a line that has just opened.
    func sendOrders(in shift: Shift) {
        for pending in town.blockBook.list(of: town.number(of: id)).queue where !pending.isDead {
            sendOrder(pending.order.number, in: shift)
        }
    }

    /// The app is opened anew: dead letters are tried again.
    func reviveOrders() {
        let device = town.number(of: id)
        guard !town.blockBook.list(of: device).queue.isEmpty else { return }
        town.blockBook.update(device) {
            for place in $0.queue.indices where $0.queue[place].isDead {
                ($0.queue[place].isDead, $0.queue[place].attempts) = (false, 0)
            }
        }
    }

    private func sendOrder(_ number: UInt32, in shift: Shift) {
        let device = town.number(of: id)
        let channel = town.appPlan.routes.changes
        guard isConnected(channel),
            let pending = town.blockBook.list(of: device).queue.first(where: { $0.order.number == number })
        else { return }
        say(.block(pending.order), over: channel, in: shift)
        let wait = town.wait(forOrder: number, of: id, attempt: pending.attempts)
        let timer = shift.arm(.order(number), after: wait)
        changeOrder(number) {
            if let former = $0.timer { shift.cancel(former) }
            $0.attempts += 1
            $0.timer = timer
        }
    }

    private func changeOrder(_ number: UInt32, _ change: (inout BlockBook.Pending) -> Void) {
        town.blockBook.update(town.number(of: id)) {
            guard let place = $0.queue.firstIndex(where: { $0.order.number == number }) else { return }
            change(&$0.queue[place])
        }
    }

    /// The time for an answer is over, or the one before the next attempt.
    func missOrder(_ number: UInt32, in shift: Shift) {
        let queue = town.blockBook.list(of: town.number(of: id)).queue
        guard let pending = queue.first(where: { $0.order.number == number }) else { return }
        let isDead = pending.attempts >= town.app.retry.limit
        changeOrder(number) { ($0.timer, $0.isDead) = (nil, isDead) }
        if isDead { town.meters.deadLetters?.add() } else { sendOrder(number, in: shift) }
    }

    /// A device that is lost says nothing any more.
    func forgetOrders(in shift: Shift) {
        guard town.appPlan.blocks != nil else { return }
        let device = town.number(of: id)
        for pending in town.blockBook.list(of: device).queue {
            if let timer = pending.timer { shift.cancel(timer) }
        }
        town.blockBook.update(device) { $0.queue = [] }
    }

    // MARK: What the system says

    func hear(_ answer: BlockAnswer, toOrder number: UInt32, in shift: Shift) {
        let device = town.number(of: id)
        let queue = town.blockBook.list(of: device).queue
        guard let place = queue.firstIndex(where: { $0.order.number == number }) else { return }
        if let timer = queue[place].timer { shift.cancel(timer) }
        town.blockBook.update(device) { $0.queue.remove(at: place) }
        let order = queue[place].order
        switch answer {
        case .taken: noteTaken(order, in: shift)
        case .prevailed:
            town.meters.blockConflicts?.add()
            noteTaken(order, in: shift)
        case .asked:
            town.meters.blockConflicts?.add()
            town.blockBook.noteAsked(about: Roster.Block(order.user, by: id.user), on: id)
        case .overruled: town.meters.blockConflicts?.add()
        case .notSynced: town.meters.unblocksForbidden?.add()
        }
        compareBlocks(of: order.user, in: shift)
    }

    private func noteTaken(_ order: BlockOrder, in shift: Shift) {
        if town.appPlan.blocks == .forbidUnblockUntilSynced {
            town.blockBook.mean(order.isBlock, of: Roster.Block(order.user, by: id.user))
        }
        // Its owner may want the contrary by now.
        if order.isBlock, town.blockBook.isBlocked(order.user, by: id.user, on: town.number(of: id)) {
            tell(.blocked(order.user, by: id.user), in: shift)
        }
    }

    /// All that was changed since the device was there. In the meantime it hears what comes of its own orders over
    /// another line, so some of it is old by now.
    func hear(_ entries: [BlockEntry], in shift: Shift) {
        let device = town.number(of: id)
        for entry in entries
        where entry.version > town.blockBook.list(of: device).lines[entry.user]?.version ?? 0 {
            hear(entry, in: shift)
        }
    }

    /// What the system has holds here, unless an order of this device is on its way, or it is older than what was heard.
    func hear(_ entry: BlockEntry, in shift: Shift) {
        let device = town.number(of: id)
        let wasBlocked = town.blockBook.isBlocked(entry.user, by: id.user, on: device)
        var isBlocked = wasBlocked
        var isOld = false
        town.blockBook.update(device) {
            $0.version = max($0.version, entry.version)
            isOld = entry.version < $0.lines[entry.user]?.version ?? 0
            if isOld { return }
            if !$0.queue.contains(where: { $0.order.user == entry.user }) { isBlocked = entry.isBlocked }
            $0.lines[entry.user] = .init(isBlocked: isBlocked, version: entry.version)
        }
        sayWhenPossible(.blocksSynced(town.blockBook.list(of: device).version), in: shift)
        guard !isOld else { return }
        if !entry.isBlocked { tell(.unblocked(entry.user, by: id.user), in: shift) }
        if isBlocked, !wasBlocked || !entry.isBlocked { tell(.listed(entry.user, on: id), in: shift) }
        if entry.isBlocked, isBlocked { tell(.blocked(entry.user, by: id.user), in: shift) }
        compareBlocks(of: entry.user, in: shift)
    }

    /// Its person looks at the question, and answers what they meant.
    func hearQuestion(about user: User, in shift: Shift) {
        town.blockBook.noteAsked(about: Roster.Block(user, by: id.user), on: id)
        _ = shift.arm(.decision(user), after: town.decisionPause(of: id, about: user))
    }

    func decide(about user: User, in shift: Shift) {
        let block = Roster.Block(user, by: id.user)
        let meaning = state.contains(.app) ? town.blockBook.meaning(of: block) : nil
        if town.blockBook.endQuestion(about: block, on: id, isAnswered: meaning != nil) {
            town.meters.blocksMistaken?.add()
        }
        guard let meaning else { return }
        list(user, meaning, in: shift)
        queueOrder(of: user, meaning, in: shift)
        compareBlocks(of: user, in: shift)
    }

    /// The user of the entry is whoever has blocked the owner. Hosts may tell of one change past each other.
    func hear(blockedBy entry: BlockEntry) {
        town.blockBook.update(town.number(of: id)) {
            guard entry.version > $0.blockers[entry.user]?.version ?? 0 else { return }
            $0.blockers[entry.user] = .init(isBlocked: entry.isBlocked, version: entry.version)
        }
    }

    /// Another device of the owner's is connected now: until its owner taps here, opens it anew, or puts the other one away,
    /// it is not. Letters that it could not open it asks for then: they come again.
    func stopConnecting(in shift: Shift) {
        forgetQuestions(.again, in: shift)
        for channel in town.appPlan.channels.indices {
            hangUp(channel, in: shift)
            link(channel) { $0.attempts = town.app.reconnect.limit }
        }
    }

    /// The app was closed here, or the device is lost. Of another one that is open its owner sees that it is not connected
    /// (S0-43), and has it connect.
    func turnToAnother(in shift: Shift) {
        guard town.appPlan.blocks == .oneDevice, let other = town.openDevice(of: id.user) else { return }
        town.leave(.turnHere, for: other, at: shift.now)
    }

    private func compareBlocks(of user: User, in shift: Shift) {
        switch town.compareBlocks(Roster.Block(user, by: id.user), at: shift.now) {
        case .differNow: town.meters.blockInconsistency?.opened(at: shift.now)
        case .agree(let since, let isMistaken):
            town.meters.blockInconsistency?.closed(since: since, at: shift.now)
            if isMistaken { town.meters.blocksMistaken?.add() }
        case nil: break
        }
    }

    /// A device is its owner's no more: what was there only, differs from nothing now.
    func compareBlocks(in shift: Shift) {
        for user in town.blockBook.differing(of: id.user) { compareBlocks(of: user, in: shift) }
    }

    // MARK: Sending

    /// Why it sends nothing to a user (S0-25), if so: nobody has to be asked, since the lists are here (S0-42).
    func refusalToSend(to destination: Destination) -> Refusal? {
        guard town.appPlan.blocks != nil, case .direct(let user) = destination, !town.isHacked(id.user) else {
            return nil
        }
        let device = town.number(of: id)
        if town.blockBook.isBlocked(user, by: id.user, on: device) { return .recipientBlocked }
        return town.blockBook.knows(user, hasBlocked: id.user, on: device) ? .blocked : nil
    }
}
