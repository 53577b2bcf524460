import Chat
import Vocabulary

/// The ledger as plainly as can be: dictionaries and sets, and every list walked whenever somebody comes or
/// goes.
///
/// The ledger decides late and by numbers of facts; the model does at once, at each fact, what that fact
/// means for every letter.
struct LedgerModel {
    struct Entry: Equatable {
        var due: Set<UInt8> = []
        var openAtTap: Set<UInt8> = []
        var shown: Set<UInt8> = []
        var firstShown: Instant?
        /// An app was open at the tap, and one has been since.
        var isConnected = false
        var isBarred = false
        var readAt: Instant?
        var receiptKnown = false
        var readKnown = false
        var isDone = false
        var isOutOfAll = false
        var isWithdrawn = false
        var isWithheld = false
        var isAwaited: Bool { !due.isEmpty && firstShown == nil && !isWithdrawn }
    }

    struct Letter {
        var id: LetterID
        var tapped: Instant
        var tapAt: Int
        var device: DeviceID
        var to: Destination
        var accepted: Instant?
        var isRefused = false
        var isGivenUp = false
        var isJudged = false
        var retryIsOver = false
        var isClosed = false
        var neededNetwork: Bool  // has had none since the tap
        var entries: [UInt32: Entry] = [:]
        var rank: Int?
        var shownToOutsiders: Set<DeviceID> = []
    }

    struct Someone {
        var devices: Set<UInt8>
        var open: Set<UInt8> = []
        var reach: Set<UInt8> = [0, 1, 2, 3]
        var back = Instant.start
        var missed: Set<LetterID> = []
        var opened: [UInt8: Instant] = [:]
        var gained: [UInt8: Instant] = [:]
    }

    struct Block {
        var since: Instant
        var at: Int
        var devices: Set<UInt8> = []
        var held: (since: Instant, at: Int)?
    }

    var settings: LedgerSettings
    var users: [Someone]
    var rooms: [Set<UInt32>]
    var seats: [Set<UInt32>]  // who ever was in it
    var asking: [Set<UInt32>]  // who has asked to come in, and is not there
    var joined: [[UInt32: Int]]
    var left: [[UInt32: Int]]
    var came: [[UInt32: Instant]]
    var went: [[UInt32: Instant]]
    var blocks: [[UInt32]: Block] = [:]  // of [who blocks, whom]
    var letters: [LetterID: Letter] = [:]
    var order: [LetterID] = []
    var ranks: [Int]
    var highest: [[UInt32]: Int] = [:]  // of [room, user, device]
    var samples: [String] = []
    var counts = LedgerCounts()
    var now = Instant.start
    var fact = 0

    init(devices: [UInt8], rooms: [[UInt32]], _ settings: LedgerSettings) {
        self.settings = settings
        users = devices.map { Someone(devices: Set(0..<$0)) }
        self.rooms = rooms.map(Set.init)
        seats = rooms.map(Set.init)
        asking = rooms.map { _ in [] }
        joined = rooms.map { _ in [:] }
        left = rooms.map { _ in [:] }
        (came, went) = (left.map { _ in [:] }, left.map { _ in [:] })
        ranks = rooms.map { _ in 0 }
    }

    mutating func add(_ metric: Sample.Metric, _ user: UInt32, _ intended: Instant, _ latency: Span?) {
        samples.append("\(metric) \(user) @\(intended) \(latency.map(\.description) ?? "never")")
    }

    mutating func take(_ fact: ChatFact, at time: Instant) {
        advance(to: time)
        self.fact += 1
        switch fact {
        case .tapped(let id, let device, let to): tap(id, device, to)
        case .accepted(let id): accept(id)
        case .gaveUp(let id): giveUp(id)
        case .refused(let id, let refusal): refuse(id, refusal)
        case .shown(let id, let device): show(id, device)
        case .droppedAsDuplicate: counts.droppedAsDuplicate += 1
        case .receiptKnown(let id, let user): confirm(id, user.number, isRead: false)
        case .readKnown(let id, let user): confirm(id, user.number, isRead: true)
        case .read(let id, let user):
            if !letters[id]!.isClosed, letters[id]!.entries[user.number]?.readAt == nil {
                letters[id]!.entries[user.number]?.readAt = now
            }
        case .seen: break
        case .appOpened(let device): open(device)
        case .appClosed(let device): close(device)
        case .accessLost(let device): users[Int(device.user.number)].reach.remove(device.number)
        case .accessGained(let device):
            guard users[Int(device.user.number)].reach.insert(device.number).inserted else { return }
            users[Int(device.user.number)].gained[device.number] = now
            for id in order where letters[id]!.device == device { letters[id]!.neededNetwork = false }
        case .deviceAdded(let device): users[Int(device.user.number)].devices.insert(device.number)
        case .deviceLost(let device):
            close(device)
            users[Int(device.user.number)].devices.remove(device.number)
            for id in order where letters[id]!.device == device && letters[id]!.accepted == nil {
                guard !letters[id]!.isClosed else { continue }
                letters[id]!.isJudged = true
                withdraw(id)
            }
        case .listed(let user, let device):
            beginBlock(of: user, by: device.user) { $0.devices.insert(device.number) }
        case .unlisted(let user, let device):
            blocks[[device.user.number, user.number]]?.devices.remove(device.number)
            blocks[[device.user.number, user.number]]?.held = nil
        case .blocked(let user, let by):
            let held = (now, self.fact)
            beginBlock(of: user, by: by) { $0.held = $0.held ?? held }
        case .unblocked(let user, let by): blocks[[by.number, user.number]] = nil
        case .joining(let room, let user):
            guard !rooms[Int(room.number)].contains(user.number) else { break }
            asking[Int(room.number)].insert(user.number)
            seats[Int(room.number)].insert(user.number)
        case .joined(let room, let user):
            asking[Int(room.number)].remove(user.number)
            if rooms[Int(room.number)].insert(user.number).inserted {
                came[Int(room.number)][user.number] = now
            }
            seats[Int(room.number)].insert(user.number)
            joined[Int(room.number)][user.number] = self.fact
        case .left(let room, let user):
            asking[Int(room.number)].remove(user.number)
            if rooms[Int(room.number)].remove(user.number) != nil {
                went[Int(room.number)][user.number] = now
            }
            left[Int(room.number)][user.number] = self.fact
            for id in order where letters[id]!.to == .room(room) { withdraw(id) { $0 == user.number } }
        }
    }

    private mutating func beginBlock(of user: User, by: User, _ change: (inout Block) -> Void) {
        change(&blocks[[by.number, user.number], default: Block(since: now, at: fact)])
        for id in order where id.sender == user {
            if letters[id]!.entries[by.number]?.isAwaited == false {
                letters[id]!.entries[by.number]!.isWithheld = true
            }
            withdraw(id) { $0 == by.number }
        }
    }

    private mutating func tap(_ id: LetterID, _ device: DeviceID, _ to: Destination) {
        counts.taps += 1
        let sender = id.sender.number
        var letter = Letter(
            id: id, tapped: now, tapAt: fact, device: device, to: to,
            neededNetwork: !users[Int(sender)].reach.contains(device.number))
        var recipients: Set<UInt32>
        // Who has just come in is shown the letter or not: who is counts, who is not has not missed it.
        var isJustIn: (UInt32) -> Bool = { _ in false }
        switch to {
        case .direct(let user): recipients = [user.number]
        case .room(let room):
            for user in seats[Int(room.number)] { letter.entries[user] = Entry() }
            recipients = rooms[Int(room.number)].subtracting([sender])
            let (came, spreads, now) = (came[Int(room.number)], settings.changesSpread, now)
            isJustIn = { came[$0].map { $0 + spreads > now } ?? false }
        }
        for user in recipients {
            var entry = Entry()
            let block = blocks[[user, sender]]
            entry.isBarred = block != nil
            // Whether it is over nobody can say: who is shown the letter counts, who is not has not missed it.
            let isDoubtful = block.map { $0.devices.isEmpty && $0.held == nil } ?? false
            if block == nil || isDoubtful {
                entry.due = users[Int(user)].devices
                entry.openAtTap = users[Int(user)].open
                entry.isConnected = !entry.openAtTap.isEmpty
                if !entry.due.isEmpty { counts.due += 1 }
                if !entry.due.isEmpty, isDoubtful || isJustIn(user) {
                    counts.withdrawn += 1
                    (entry.isWithdrawn, entry.isDone) = (true, true)
                }
            }
            letter.entries[user] = entry
        }
        letters[id] = letter
        order.append(id)
    }

    private mutating func accept(_ id: LetterID) {
        guard letters[id]!.accepted == nil, !letters[id]!.isRefused, !letters[id]!.isGivenUp,
            !letters[id]!.isClosed
        else { return }
        letters[id]!.accepted = now
        counts.accepted += 1
        if !letters[id]!.isJudged {
            letters[id]!.isJudged = true
            counts.judged += 1
            counts.acceptedInTime += 1
        }
        add(.accept, id.sender.number, letters[id]!.tapped, now - letters[id]!.tapped)
        closeIfDone(id)
    }

    private mutating func giveUp(_ id: LetterID) {
        let letter = letters[id]!
        guard letter.accepted == nil, !letter.isRefused, !letter.isGivenUp, !letter.isClosed else { return }
        letters[id]!.isGivenUp = true
        counts.givenUp += 1
        if !letter.isJudged { counts.judged += 1 }
        letters[id]!.isJudged = true
        add(.accept, id.sender.number, letter.tapped, nil)
        closeIfDone(id)
    }

    private mutating func refuse(_ id: LetterID, _ refusal: Refusal) {
        guard !letters[id]!.isRefused, !letters[id]!.isClosed else { return }
        if refusal.isByRule { counts.refusedByRule += 1 } else { counts.refusedInTrouble += 1 }
        if letters[id]!.accepted != nil {
            letters[id]!.isRefused = true
            let lost = letters[id]!.entries.values.filter(\.isAwaited).count
            counts.lost += UInt64(lost)
            withdraw(id) { _ in true }
            counts.withdrawn -= UInt64(lost)
        } else if refusal.isByRule {
            letters[id]!.isJudged = true
            withdraw(id)
        }
        closeIfDone(id)
    }

    /// Before it was accepted. Who is shown it all the same counts again.
    private mutating func withdraw(_ id: LetterID) {
        letters[id]!.isRefused = true
        for user in letters[id]!.entries.keys where letters[id]!.entries[user]!.isAwaited {
            counts.withdrawn += 1
            letters[id]!.entries[user]!.isWithdrawn = true
            letters[id]!.entries[user]!.isDone = true
        }
        closeIfDone(id)
    }

    private mutating func withdraw(_ id: LetterID, _ whom: (UInt32) -> Bool) {
        for user in letters[id]!.entries.keys.sorted()
        where whom(user) && letters[id]!.entries[user]!.isAwaited {
            counts.withdrawn += 1
            letters[id]!.entries[user]!.due = []
            letters[id]!.entries[user]!.openAtTap = []
            letters[id]!.entries[user]!.isDone = true
            forget(id, user)
        }
        closeIfDone(id)
    }

    private mutating func forget(_ id: LetterID, _ user: UInt32) {
        guard users[Int(user)].missed.remove(id) != nil, users[Int(user)].missed.isEmpty else { return }
        add(.catchUp, user, users[Int(user)].back, now - users[Int(user)].back)
    }

    private mutating func open(_ device: DeviceID) {
        let user = Int(device.user.number)
        guard !users[user].open.contains(device.number) else { return }
        users[user].opened[device.number] = now
        if users[user].open.isEmpty {
            users[user].back = now
            users[user].missed = Set(
                order.filter {
                    letters[$0]!.accepted != nil
                        && letters[$0]!.entries[device.user.number]?.isAwaited == true
                })
        }
        users[user].open.insert(device.number)
    }

    private mutating func close(_ device: DeviceID) {
        let user = Int(device.user.number)
        guard users[user].open.remove(device.number) != nil else { return }
        for id in order {
            guard let entry = letters[id]!.entries[device.user.number] else { continue }
            if !entry.shown.contains(device.number), entry.openAtTap.contains(device.number) {
                letters[id]!.entries[device.user.number]!.isOutOfAll = true
            }
            if users[user].open.isEmpty { letters[id]!.entries[device.user.number]!.isConnected = false }
        }
        guard users[user].open.isEmpty else { return }
        if !users[user].missed.isEmpty { counts.catchUpsBrokenOff += 1 }
        users[user].missed = []
    }

    private func mayHaveSeen(_ letter: Letter, _ user: UInt32) -> Bool {
        switch letter.to {
        case .direct(let recipient): return recipient.number == user
        case .room(let room):
            let room = Int(room.number)
            return rooms[room].contains(user) || asking[room].contains(user)
                || joined[room][user] ?? -1 > letter.tapAt
                || left[room][user] ?? -1 > letter.tapAt
                || went[room][user].map { $0 + settings.changesSpread > letter.tapped } ?? false
        }
    }

    private func isAcrossBlock(_ letter: Letter, on device: DeviceID) -> Bool {
        // Nobody was barred from a direct letter that has closed, or it would be open.
        if case .direct = letter.to, letter.isClosed { return false }
        guard let block = blocks[[device.user.number, letter.id.sender.number]], block.at < letter.tapAt
        else { return false }
        if block.devices.contains(device.number) { return true }
        guard let held = block.held else { return false }
        return held.at < letter.tapAt && held.since + settings.changesSpread <= letter.tapped
    }

    private mutating func show(_ id: LetterID, _ device: DeviceID) {
        let (user, letter) = (device.user.number, letters[id]!)
        let isSender = device.user == id.sender
        guard let entry = letter.entries[user] else {
            if isSender, !letters[id]!.shownToOutsiders.insert(device).inserted { counts.duplicate += 1 }
            if !isSender, !mayHaveSeen(letter, user) || isAcrossBlock(letter, on: device) {
                counts.leaked += 1
            }
            return
        }
        if entry.shown.contains(device.number) {
            counts.duplicate += 1
            return
        }
        if entry.due.isEmpty || letter.isClosed, !isSender, !mayHaveSeen(letter, user) {
            counts.leaked += 1
            return
        }
        if isAcrossBlock(letter, on: device) { counts.leaked += 1 }
        if !isSender, !letter.isClosed { compareOrder(letter, device) }
        letters[id]!.entries[user]!.shown.insert(device.number)
        guard !letter.isClosed, !entry.due.isEmpty else { return }
        if entry.isWithdrawn {
            counts.withdrawn -= 1
            letters[id]!.entries[user]!.isWithdrawn = false
            letters[id]!.entries[user]!.isDone = false
        }
        if entry.firstShown == nil {
            counts.shown += 1
            letters[id]!.entries[user]!.firstShown = now
            if entry.isConnected {
                add(.delivery, user, letter.tapped, now - letter.tapped)
            } else if !entry.openAtTap.isEmpty {
                counts.interrupted += 1
            }
            forget(id, user)
        }
        let shown = letters[id]!.entries[user]!
        if entry.openAtTap.contains(device.number), shown.shown.isSuperset(of: entry.openAtTap),
            !entry.isOutOfAll
        {
            add(.deliveryToAll, user, letter.tapped, now - letter.tapped)
        }
        finishIfDone(id, user)
    }

    private mutating func compareOrder(_ letter: Letter, _ device: DeviceID) {
        let next = order.first { other in
            other.sender == letter.id.sender && other.number > letter.id.number
                && letters[other]!.to == letter.to
        }
        if let next, letters[next]!.entries[device.user.number]?.shown.contains(device.number) == true {
            counts.misordered += 1
        }
        guard case .room(let room) = letter.to else { return }
        if letter.rank == nil {
            ranks[Int(room.number)] += 1
            letters[letter.id]!.rank = ranks[Int(room.number)]
        }
        let (rank, place) = (
            letters[letter.id]!.rank!, [room.number, device.user.number, UInt32(device.number)]
        )
        counts.roomShowings += 1
        if rank < highest[place] ?? 0 { counts.outOfRoomOrder += 1 }
        highest[place] = max(rank, highest[place] ?? 0)
    }

    private mutating func confirm(_ id: LetterID, _ user: UInt32, isRead: Bool) {
        let letter = letters[id]!
        guard !letter.isClosed, let entry = letter.entries[user], !entry.due.isEmpty,
            let shown = entry.firstShown, !isRead || entry.readAt != nil
        else { return counts.lateConfirmations += 1 }
        guard !(isRead ? entry.readKnown : entry.receiptKnown) else { return }
        let since = isRead ? entry.readAt! : shown
        if isRead {
            letters[id]!.entries[user]!.readKnown = true
        } else {
            letters[id]!.entries[user]!.receiptKnown = true
        }
        let sender = users[Int(id.sender.number)]
        if !sender.open.isEmpty, sender.back <= since {
            add(isRead ? .read : .receipt, user, letter.tapped, now - since)
        }
        finishIfDone(id, user)
    }

    private mutating func finishIfDone(_ id: LetterID, _ user: UInt32) {
        let entry = letters[id]!.entries[user]!
        if entry.firstShown != nil,
            entry.due.intersection(users[Int(user)].devices).isSubset(of: entry.shown),
            entry.receiptKnown || !settings.sendsReceipts, entry.readKnown || !settings.sendsReads
        {
            letters[id]!.entries[user]!.isDone = true
        }
        closeIfDone(id)
    }

    private mutating func closeIfDone(_ id: LetterID) {
        let letter = letters[id]!
        guard letter.retryIsOver, letter.accepted != nil || letter.isRefused || letter.isGivenUp,
            letter.entries.values.allSatisfy({ $0.due.isEmpty || $0.isDone })
        else { return }
        if case .direct = letter.to, letter.entries.values.contains(where: \.isBarred) { return }
        letters[id]!.isClosed = true
    }

    private mutating func advance(to time: Instant) {
        now = time
        for id in order {
            let letter = letters[id]!
            if !letter.isJudged, letter.tapped + settings.patience < now {
                letters[id]!.isJudged = true
                counts.judged += 1
                if letter.neededNetwork { counts.withoutAccess += 1 }
            }
            if !letter.retryIsOver, letter.tapped + settings.longestRetry < now {
                letters[id]!.retryIsOver = true
                closeIfDone(id)
            }
        }
    }

    mutating func finish(at end: Instant) {
        advance(to: end)
        for id in order where !letters[id]!.isClosed && !letters[id]!.isRefused {
            let letter = letters[id]!
            if letter.accepted == nil, !letter.isGivenUp {
                add(.accept, id.sender.number, letter.tapped, nil)
            }
            for (user, entry) in letter.entries where !entry.due.isEmpty && !entry.isWithdrawn {
                finish(letter, user, entry)
            }
        }
        for user in users.indices where !users[user].missed.isEmpty {
            if end - users[user].back >= settings.chance {
                add(.catchUp, UInt32(user), users[user].back, nil)
            } else {
                counts.catchUpsCutShort += 1
            }
        }
    }

    private mutating func finish(_ letter: Letter, _ user: UInt32, _ entry: Entry) {
        let someone = users[Int(user)]
        if entry.firstShown == nil {
            if entry.isConnected {
                add(.delivery, user, letter.tapped, nil)
            } else if !entry.openAtTap.isEmpty {
                counts.interrupted += 1
            }
            if let accepted = letter.accepted {
                let left = entry.due.intersection(someone.devices)
                let working = (left.isEmpty ? someone.devices : left).intersection(someone.open)
                    .intersection(someone.reach)
                let hadChance = working.contains { device in
                    let since = [
                        accepted, someone.opened[device] ?? .start, someone.gained[device] ?? .start,
                    ].max()!
                    return now - since >= settings.chance
                }
                if hadChance { counts.lost += 1 } else { counts.held += 1 }
            }
        }
        if !entry.openAtTap.isSubset(of: entry.shown), !entry.isOutOfAll {
            add(.deliveryToAll, user, letter.tapped, nil)
        }
        let sender = users[Int(letter.id.sender.number)]
        func wasThere(_ since: Instant) -> Bool { !sender.open.isEmpty && sender.back <= since }
        if let shown = entry.firstShown, !entry.isWithheld {
            if settings.sendsReceipts, !entry.receiptKnown, wasThere(shown) {
                add(.receipt, user, letter.tapped, nil)
            }
            if settings.sendsReads, let read = entry.readAt, !entry.readKnown, wasThere(read) {
                add(.read, user, letter.tapped, nil)
            }
        }
    }
}
