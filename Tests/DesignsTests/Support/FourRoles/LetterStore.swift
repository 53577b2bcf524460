import Chat
import Cluster
import Vocabulary

/// Keeps each letter for all devices that are to show it until they have, and for ever as history; knows which
/// device is at which host.
actor LetterStore: Part {
    enum Inbox: Marked {
        /// A word of a device, by way of the gateway or a host.
        case said(FromDevice, DeviceID)
        case here(DeviceID, at: Int)
        case gone(DeviceID, from: Int)
        /// A host could not show it to the device.
        case back(Letter, DeviceID)

        var mark: UInt64 {
            switch self {
            case .said(let word, let device): Vocabulary.mark(1, word.mark, device.mark)
            case .here(let device, let host): Vocabulary.mark(2, device.mark, UInt64(host))
            case .gone(let device, let host): Vocabulary.mark(3, device.mark, UInt64(host))
            case .back(let letter, let device): Vocabulary.mark(4, letter.mark, device.mark)
            }
        }
    }

    /// Letters on a page of history.
    static let pageSize = 50

    nonisolated let seat: Seat
    private let site: Site
    private let hosts: Endpoints<ChatHost>
    private let gateway: Endpoint<Gateway>
    private let choice: FourRoles.Choice
    private var directory: Directory
    private var keys = PublicKeys()
    private let connections: Connections
    private var blocks: BlockLists
    private var known = SeenLetters()
    private var confirmed = SeenLetters()  // by a user
    private var count: UInt32 = 0
    private var kept = Sessions()
    private var places: [Int: Int] = [:]  // host by device; looked up only, never iterated
    private var history: [[Letter]]  // by user

    init(
        seat: Seat, site: Site, hosts: Endpoints<ChatHost>, gateway: Endpoint<Gateway>,
        choice: FourRoles.Choice
    ) {
        self.seat = seat
        self.site = site
        self.hosts = hosts
        self.gateway = gateway
        self.choice = choice
        directory = Directory(site.census.roster)
        connections = Connections(site.census)
        blocks = BlockLists(choice.blocks, site.census.roster, rules: choice.blockRules)
        history = site.census.roster.devices.map { _ in [] }
    }

    func cost(of message: Inbox) -> Span { .zero }

    func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .said(.send(let letter), let device): take(letter, by: device, in: shift)
        case .said(.shown(let letter), let device):
            _ = kept.drop(letter, for: directory.number(of: device))
            guard device.user != letter.sender, confirmed.insert(letter, by: Int(device.user.number)) else {
                return
            }
            tell(.receipt(letter, from: device.user), to: letter.sender, in: shift)
        case .said(.stopped(let letter), let device):
            _ = kept.drop(letter, for: directory.number(of: device))
        case .said(.read(let letter), let device):
            tell(.readReceipt(letter, from: device.user), to: letter.sender, in: shift)
        case .said(.change(let change), let device): take(change, by: device, in: shift)
        case .said(.ask(let question), let device): answer(question, of: device, in: shift)
        case .said(.block(let order), let device): take(order, by: device, in: shift)
        case .said(.blocksSynced(let version), let device): blocks.note(device, knows: version)
        case .said(.hello, _), .said(.login, _), .said(.piece, _): break
        case .here(let device, let host):
            let number = directory.number(of: device)
            places[number] = host
            if choice.blocks == .oneDevice { putAway(allBut: device, in: shift) }
            for word in kept.take(for: number) { tell(word, to: device, in: shift) }
        case .gone(let device, let host):
            let number = directory.number(of: device)
            if places[number] == host { places[number] = nil }
        case .back(let letter, let device):
            kept.keep(.letter(letter), for: directory.number(of: device))
        }
    }

    private func take(_ change: Change, by device: DeviceID, in shift: Shift) {
        directory.take(change, by: device.user)
        guard let key = keys.take(change, by: device.user), choice.tellsOfKeys else { return }
        connections.forEach(of: device.user, directory) { reach(.newKey(key), $0, in: shift) }
        reach(.newKey(key), device.user, in: shift)
    }

    // MARK: Blocks

    private func take(_ order: BlockOrder, by device: DeviceID, in shift: Shift) {
        let others = directory.devices(of: device.user).filter { $0 != device.number }
        let decision = blocks.take(order, by: device, others: others)
        tell(.blockAnswered(order.number, decision.answer), to: device, in: shift)
        if let correction = decision.correction { tell(.blockSet(correction), to: device, in: shift) }
        if let user = decision.question { reach(.blockQuestion(user), device.user, in: shift) }
        guard let change = decision.change else { return }
        directory.take(change.isBlocked ? .block(change.user) : .unblock(change.user), by: device.user)
        reach(.blockSet(change), device.user, in: shift)
        reach(
            .blockedBy(BlockEntry(device.user, isBlocked: change.isBlocked, version: change.version)),
            change.user, in: shift)
    }

    /// One device of a person is there (S0-43).
    private func putAway(allBut device: DeviceID, in shift: Shift) {
        for number in directory.devices(of: device.user) where number != device.number {
            let other = DeviceID(of: device.user, number)
            guard places.removeValue(forKey: directory.number(of: other)) != nil else { continue }
            shift.send(.tell(.elsewhere, other), to: gateway, size: .bytes(50))
        }
    }

    // MARK: Letters

    private func take(_ tapped: Letter, by device: DeviceID, in shift: Shift) {
        shift.send(.tell(.accepted(tapped.id), device), to: gateway, size: .bytes(250))
        if let reader = site.envelopes.addressee(of: tapped) {
            return hand(tapped, to: reader, in: shift)
        }
        guard known.insert(tapped.id, by: 0) else { return }
        var letter = tapped
        if choice.numbers {
            count += 1
            letter.order = count
        }
        var readers: [User] = [device.user]
        switch letter.destination {
        case .direct(let user): readers.append(user)
        case .room(let room):
            directory.forEachMember(of: room) { if $0 != device.user { readers.append($0) } }
        }
        for user in readers where !choice.checksBlocks || !directory.isBlocked(device.user, by: user) {
            history[Int(user.number)].append(letter)
            for number in directory.devices(of: user) {
                let reader = DeviceID(of: user, number)
                guard reader != device else { continue }
                hand(letter, to: reader, in: shift)
            }
        }
    }

    private func hand(_ letter: Letter, to reader: DeviceID, in shift: Shift) {
        kept.keep(.letter(letter), for: directory.number(of: reader))
        tell(.letter(letter), to: reader, in: shift)
    }

    private func answer(_ question: Question, of device: DeviceID, in shift: Shift) {
        let answer: Answer
        switch question.kind {
        case .history: answer = history(question, of: device)
        case .keys:
            let keys = keys.keys(of: User(question.subject), site.census.roster)
            answer = Answer(to: question, page: site.pages.put(keys))
        case .conversations:
            let all = conversations(of: device.user)
            answer = Answer(to: question, UInt32(all.count), page: site.pages.put(all))
        case .status:
            let user = User(question.subject)
            let isThere = directory.devices(of: user).contains {
                places[directory.number(of: DeviceID(of: user, $0))] != nil
            }
            answer = Answer(to: question, isThere ? 1 : 0)
        case .blocks:
            let changes = blocks.changes(of: device.user, since: question.from)
            answer = Answer(to: question, page: site.pages.put(changes))
        case .again:
            reach(
                .resendWanted(question.letter, by: device, key: question.key), question.letter.sender,
                in: shift)
            answer = Answer(to: question)
        default: return
        }
        shift.send(.tell(.answer(answer), device), to: gateway, size: site.size(of: .answer(answer)))
    }

    /// The newest first.
    private func conversations(of user: User) -> [Conversation] {
        var all: [Conversation] = []
        for letter in history[Int(user.number)].reversed() {
            var other = letter.destination
            if case .direct(user) = other { other = .direct(letter.id.sender) }
            if !all.contains(where: { $0.with == other }) {
                all.append(Conversation(with: other, latest: letter.id))
            }
        }
        return all
    }

    private func history(_ question: Question, of device: DeviceID) -> Answer {
        let all = history[Int(device.user.number)]
        // From a number of the system's on, or from a place in the list.
        let start =
            choice.numbers
            ? all.firstIndex { $0.order > question.from } ?? all.count : min(all.count, Int(question.from))
        let page = all[start...].prefix(Self.pageSize)
        let isMore = page.endIndex < all.count
        let next = isMore ? choice.numbers ? page.last!.order : UInt32(page.endIndex) : 0
        return Answer(to: question, next, page: site.pages.put(Array(page)))
    }

    /// To all devices of a user, to those that are nowhere when they are back.
    private func reach(_ word: ToDevice, _ user: User, in shift: Shift) {
        for number in directory.devices(of: user) {
            let device = DeviceID(of: user, number)
            if places[directory.number(of: device)] == nil {
                kept.keep(word, for: directory.number(of: device))
            } else {
                tell(word, to: device, in: shift)
            }
        }
    }

    private func tell(_ word: ToDevice, to user: User, in shift: Shift) {
        for number in directory.devices(of: user) {
            tell(word, to: DeviceID(of: user, number), in: shift)
        }
    }

    /// Nothing for a device that is nowhere: what must not be lost is kept.
    private func tell(_ word: ToDevice, to device: DeviceID, in shift: Shift) {
        guard let host = places[directory.number(of: device)] else { return }
        shift.send(.tell(word, device), to: hosts[host], size: site.size(of: word))
        if choice.handsOver, case .letter(let letter) = word {
            _ = kept.drop(letter.id, for: directory.number(of: device))
        }
    }
}
