public import Chat
public import Cluster
internal import Infrastructure
internal import Simulation
public import Vocabulary

/// S0-18: a chat host. It holds the WebSocket connections of the users that the host assigner has given it, and
/// hands each letter to every device of its recipient that is there (S0-22).
///
/// Confirmations go from host to host: the host of the recipient asks the assigner for the sender's (S0-3). They are
/// stored with the message service in batches, those for a sender who is away, or whose line has broken, too: they come with
/// the history then.
/// A host keeps no letter: the message service has them all, and a host asks it for what those who come have missed
/// (S0-36).
public final actor ChatHost: Host {
    public typealias Heard = ToDevice

    public enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case closed(Line<ToDevice>, LineEnd)
        case deliver(Dispatch)
        /// S0-38: for all who are in a room; this host serves the room.
        case deliverToRoom(Dispatch)
        /// For those members of its room who are here.
        case deliverToMembers(Dispatch)
        /// It did not arrive there.
        case unpassed(Dispatch, to: UInt16)
        case passAgain(Dispatch, to: UInt16)
        /// A host has begun anew, and knows nothing of the letters to rooms and the confirmations that it had.
        case begunAnew(host: UInt16)
        /// One has not heard that this host has.
        case untold(host: UInt16)
        case tellAgain(host: UInt16)
        /// Some of those whose room's host is gone, or has begun anew, get what they may have missed.
        case catchUpSome
        case hand(Confirmation)
        /// It did not arrive.
        case lost(Confirmation)
        case located(Confirmation, isStored: Bool, assigner: UInt16, Result<Location, CallError>)
        /// It is time to ask again what nobody has answered.
        case lookUpIsDue(User)
        case locatedOverdue(User, assigner: UInt16, Result<Location, CallError>)
        case flush
        case flushOwed
        case stored(batch: Int, Result<Stored, CallError>)
        case hosts(HostView)
        /// Some of those who belong elsewhere are told so.
        case moveSome
        case people(PeopleNews)
        case learned(Result<PeopleChanges, CallError>)
        case reportLoad
        case beat
        case beaten(Result<BeatAnswer, CallError>)
        /// The autoscaler does not need it any more.
        case retire
        case askAgain(Wish)
        /// What was said to the device over an older line is stored by now.
        case askLater(Question, DeviceID)
        case foundHistory(Question, DeviceID, Gateway.Try, Result<History, CallError>)
        case fetched(Letter, DeviceID, Gateway.Try, Result<Copy, CallError>)
        case fetchAgain(Letter, DeviceID, Gateway.Try)
        case foundBlocks(Question, DeviceID, service: UInt16, Result<BlocksAnswer, CallError>)
        /// The owner of a device is to be asked on all others whether somebody is to be blocked (S0-27).
        case askAboutBlock(of: User, by: DeviceID)

        public var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, line.mark, word.mark)
            case .closed(let line, _): Vocabulary.mark(3, line.mark)
            case .deliver(let delivery): Vocabulary.mark(4, delivery.mark)
            case .deliverToRoom(let delivery): Vocabulary.mark(5, delivery.mark)
            case .deliverToMembers(let delivery): Vocabulary.mark(6, delivery.mark)
            case .hand(let confirmation): Vocabulary.mark(7, confirmation.mark)
            case .lost(let confirmation): Vocabulary.mark(8, confirmation.mark)
            case .located(let confirmation, _, _, let result):
                Vocabulary.mark(9, confirmation.mark, result.mark)
            case .flush: Vocabulary.mark(10)
            case .stored(let batch, let result): Vocabulary.mark(11, UInt64(batch), result.mark)
            case .hosts(let view): Vocabulary.mark(12, view.mark)
            case .moveSome: Vocabulary.mark(13)
            case .people(let news): Vocabulary.mark(14, news.mark)
            case .reportLoad: Vocabulary.mark(15)
            case .learned(let result): Vocabulary.mark(16, result.mark)
            case .retire: Vocabulary.mark(17)
            case .flushOwed: Vocabulary.mark(18)
            case .beat: Vocabulary.mark(19)
            case .askAgain(let wish): Vocabulary.mark(20, wish.mark)
            case .foundHistory(let question, let device, let attempt, let result):
                Vocabulary.mark(21, question.mark &+ attempt.mark, device.mark, result.mark)
            case .fetched(let letter, let device, let attempt, let result):
                Vocabulary.mark(22, letter.mark &+ attempt.mark, device.mark, result.mark)
            case .fetchAgain(let letter, let device, let attempt):
                Vocabulary.mark(23, letter.mark &+ attempt.mark, device.mark)
            case .foundBlocks(let question, let device, let service, let result):
                Vocabulary.mark(24, question.mark &+ UInt64(service), device.mark, result.mark)
            case .askAboutBlock(let other, let device):
                Vocabulary.mark(25, UInt64(other.number), device.mark)
            case .unpassed(let delivery, let host): Vocabulary.mark(26, delivery.mark, UInt64(host))
            case .passAgain(let delivery, let host): Vocabulary.mark(27, delivery.mark, UInt64(host))
            case .askLater(let question, let device): Vocabulary.mark(28, question.mark, device.mark)
            case .begunAnew(let host): Vocabulary.mark(29, UInt64(host))
            case .untold(let host): Vocabulary.mark(30, UInt64(host))
            case .tellAgain(let host): Vocabulary.mark(31, UInt64(host))
            case .catchUpSome: Vocabulary.mark(32)
            case .lookUpIsDue(let sender): Vocabulary.mark(33, UInt64(sender.number))
            case .locatedOverdue(let sender, let assigner, let result):
                Vocabulary.mark(34, UInt64(sender.number), UInt64(assigner), result.mark)
            case .beaten(let result): Vocabulary.mark(35, result.mark)
            }
        }
    }

    public nonisolated let seat: Seat
    let settings: ChatHostSettings
    let rules: ChatHostRules
    let ledger: Ledger
    let pages: Pages
    let envelopes: Envelopes
    let peers: SenderPeers
    let serviceLog: ServiceLog
    let blocked: FlowMeter
    let keyNotices: FlowMeter
    let stopped: Watch<StoppedAtServer>
    @exclusivity(unchecked) var costs: RandomStream
    /// Before ciphertexts are fetched again.
    let fetchAgain: RetryPolicy
    @exclusivity(unchecked) var pauses: RandomStream
    @exclusivity(unchecked) var directory: Directory
    @exclusivity(unchecked) var learner: PeopleLearner<ChatHost>
    @exclusivity(unchecked) var changed = ChangedPeople()
    @exclusivity(unchecked) var sessions = Sessions()
    /// What users with several devices have confirmed: their sender hears of it once.
    @exclusivity(unchecked) var confirmed = SeenLetters()
    @exclusivity(unchecked) var read = SeenLetters()
    @exclusivity(unchecked) var map: HostMap
    /// Those who belong elsewhere and have not been told so.
    @exclusivity(unchecked) var leaving: [DeviceID] = []
    @exclusivity(unchecked) var assigners: Rotation
    @exclusivity(unchecked) var messageServices: Rotation
    @exclusivity(unchecked) var pending = PendingConfirmations()
    @exclusivity(unchecked) var passed: PassedConfirmations
    @exclusivity(unchecked) var owed: [StoredConfirmation] = []
    @exclusivity(unchecked) var isFlushArmed = false
    @exclusivity(unchecked) var isOwedFlushArmed = false
    /// Batches that are on their way to the message service. Looked up only, never iterated.
    @exclusivity(unchecked) var batches: [Int: (service: Int, confirmations: [StoredConfirmation])] = [:]
    @exclusivity(unchecked) var batchCount = 0
    @exclusivity(unchecked) var latestLoad: ProcessorReading?
    /// Devices whose history is asked for later than they ask.
    @exclusivity(unchecked) var unsettled: Unsettled
    /// How many rooms there are of which letters come in one piece: all, or none (S0-38).
    let roomCount: Int
    /// Those who get what their rooms may have been sent, without having asked.
    @exclusivity(unchecked) var behind: [DeviceID] = []
    /// Letters to rooms of which it is not sure who is in them by now.
    @exclusivity(unchecked) var unsure: [Dispatch] = []
    /// When the registry answered last.
    @exclusivity(unchecked) var answeredAt = Instant.start
    @exclusivity(unchecked) var isRetiring = false
    /// It ends when its users have moved on.
    @exclusivity(unchecked) var isEnding = false
    /// How many questions about hosts are open.
    @exclusivity(unchecked) var asking = 0
    /// Confirmations that are stored, and whose senders' hosts nobody has named.
    @exclusivity(unchecked) var overdue: OverdueLookups<Confirmation>
    let beats: Caller<Beat>
    let locate: Caller<LocateSender>
    let storeCaller: Caller<StoreConfirmations>
    let findHistory: Caller<FindHistory>
    let fetchCopy: Caller<FetchCopy>
    let findBlocks: Caller<FindBlocks>
    /// What is done when devices of one person change their blocks and do not know of each other; nil where a person has
    /// one list.
    let conflicts: BlockConflicts?
    @exclusivity(unchecked) var connectionServices: Rotation

    init(seat: Seat, settings: ChatHostSettings, site: Site, peers: SenderPeers, rules: ChatHostRules) {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        self.peers = peers
        serviceLog = ServiceLog(of: seat, site, peers.logs)
        blocked = site.meters.flow(SenderService.blockedInRooms, at: seat)
        keyNotices = site.meters.flow(SenderService.keyNotices, at: seat)
        stopped = site.watch(StoppedAtServer.self)
        ledger = site.ledger
        pages = site.pages
        envelopes = site.envelopes
        directory = Directory(site.census.roster)
        learner = PeopleLearner(peers, on: seat)
        map = HostMap(of: peers.hosts.count)
        if seat.incarnation == 1 { _ = map.take(peers.firstView) }
        costs = seat.stream("chat host")
        fetchAgain = RetryPolicy(
            attempts: .max, base: settings.passAgainAfter, cap: settings.passAgainAfter * 64, retryable: [])
        pauses = seat.stream("fetching again")
        assigners = Rotation(among: peers.assigners.count)
        messageServices = Rotation(among: peers.messageServices.count)
        overdue = OverdueLookups(
            retry: RetryPolicy(
                attempts: .max, base: settings.passAgainAfter, cap: settings.passAgainAfter * 8, retryable: []
            ),
            drawing: seat.stream("looking up again"))
        beats = seat.caller(by: CallPlan(deadline: settings.session, retry: .never))
        locate = seat.caller(by: CallPlan(deadline: .seconds(2), retry: .never))
        storeCaller = seat.caller(by: CallPlan(deadline: .seconds(5), retry: .never))
        findHistory = seat.caller(by: CallPlan(deadline: .seconds(2), retry: .never))
        passed = PassedConfirmations(session: settings.session)
        unsettled = Unsettled(for: site.settings(of: SenderService.messageConsumer).storedLate)
        let isPerRoom = site.settings(of: SenderService.messageGenerator).roomDelivery == .perRoom
        roomCount = isPerRoom ? site.census.roster.roomStarts.count - 1 : 0
        findBlocks = seat.caller(by: CallPlan(deadline: .seconds(2), retry: .never))
        conflicts = site.client.blocks
        connectionServices = Rotation(among: peers.connectionServices.count)
        fetchCopy = seat.caller(by: CallPlan(deadline: .seconds(5), retry: .never))
    }

    public static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    public static func closed(_ line: Line<ToDevice>, _ end: LineEnd) -> Inbox { .closed(line, end) }

    /// What was said so shortly before a device hung up may have crossed with that: longer than a round trip, as TCP's first
    /// timeout is (RFC 6298).
    static let crossing = Span.seconds(1)

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .opened: settings.connectTime.drawn(from: &costs)
        case .said, .deliver, .deliverToRoom, .hand, .located, .locatedOverdue, .askAgain, .foundHistory,
            .fetched, .foundBlocks, .askAboutBlock:
            settings.messageTime.drawn(from: &costs)
        case .deliverToMembers(let delivery): pushes(of: delivery)
        case .closed, .lost, .flush, .flushOwed, .stored, .hosts, .moveSome, .people, .learned, .reportLoad,
            .beat, .beaten, .retire, .fetchAgain, .unpassed, .passAgain, .askLater, .begunAnew, .untold,
            .tellAgain,
            .catchUpSome, .lookUpIsDue:
            .zero
        }
    }

    public static let looksAhead = true

    public func expect(_ message: Inbox) {
        switch message {
        case .said(_, let line): sessions.prefetch(line)
        case .deliver(let delivery):
            if case .direct(let user) = delivery.recipient {
                sessions.prefetch(directory.number(of: DeviceID(of: user, 0)))
            }
        case .hand(let confirmation):
            sessions.prefetch(directory.number(of: DeviceID(of: confirmation.letter.sender, 0)))
        default: break
        }
    }

    public func begin(in shift: Shift) {
        shift.renewConnections(silentFor: SenderService.connectionPatience)
        learner.begin(in: shift)
        _ = shift.arm(.reportLoad, after: settings.loadEvery)
        answeredAt = shift.now
        beat(in: shift)
        if seat.incarnation > 1 { tellOfBeginning(in: shift) }
    }

    /// A new version of it is to start: its users move on as when it is not needed any more, and it stores what it would have
    /// kept for a while. It ends when that is done.
    public func stop(in shift: Shift) {
        isEnding = true
        retire(in: shift)
        flush(in: shift)
        endIfDone(in: shift)
    }

    public func leave(_ message: Inbox, arrived: Instant, began _: Instant?, in shift: Shift) {
        switch message {
        case .deliver(let delivery), .deliverToRoom(let delivery):
            stampArrival(of: delivery, at: arrived, in: shift)
        default: break
        }
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .opened: break  // a line has a name when its device has said hello
        case .said(let word, let line): hear(word, on: line, in: shift)
        case .closed(let line, let end):
            guard let device = sessions.leave(line) else { return }
            unsettled.note(device, at: shift.now)
            recall(from: device, end, in: shift)
            endIfDone(in: shift)
        case .deliver(let delivery): deliver(delivery, in: shift)
        case .deliverToRoom(let delivery): deliverToRoom(delivery, in: shift)
        case .deliverToMembers(let delivery): deliverToMembers(delivery, in: shift)
        case .unpassed(let delivery, let host):
            _ = shift.arm(.passAgain(delivery, to: host), after: settings.passAgainAfter)
        case .passAgain(let delivery, let host): passAgain(delivery, to: Int(host), in: shift)
        case .begunAnew(let host):
            recall(from: [Int(host)], in: shift)
            catchUp(withRoomsOf: [Int(host)], by: map, in: shift)
        case .untold(let host): _ = shift.arm(.tellAgain(host: host), after: settings.passAgainAfter)
        case .tellAgain(let host): tellOfBeginning(to: Int(host), in: shift)
        case .catchUpSome: catchUpSome(in: shift)
        case .hand(let confirmation): hand(confirmation, in: shift)
        case .lost(let confirmation):
            serviceLog.write(.confirmingFailed, about: confirmation.letter, at: shift.now)
            owe(confirmation, in: shift)
        case .located(let confirmation, let isStored, let assigner, let result):
            pass(confirmation, isStored: isStored, result, from: assigner, in: shift)
            endIfDone(in: shift)
        case .lookUpIsDue(let sender): findOverdue(sender, in: shift)
        case .locatedOverdue(let sender, let assigner, let result):
            passOverdue(to: sender, result, from: assigner, in: shift)
            endIfDone(in: shift)
        case .flush: flush(in: shift)
        case .flushOwed: flushOwed(in: shift)
        case .stored(let batch, let result):
            settle(batch, result, in: shift)
            endIfDone(in: shift)
        case .hosts(let view): take(view, in: shift)
        case .moveSome: moveSome(in: shift)
        case .people(let news): learn(news, in: shift)
        case .learned(let result):
            // Who came meanwhile has not heard of it.
            if case .success(let learned) = result { for news in learned.changes { learn(news, in: shift) } }
            learner.take(result, into: directory, in: shift)
            deliverUnsure(in: shift)
        case .retire: retire(in: shift)
        case .beat: beat(in: shift)
        case .beaten(let result): noteAnswer(result, in: shift)
        case .askAgain(let wish): askAgain(wish, in: shift)
        case .askLater(let question, let device): ask(question, of: device, Gateway.Try(), in: shift)
        case .foundHistory(let question, let device, let attempt, let result):
            answer(question, of: device, attempt, result, in: shift)
        case .fetched(let letter, let device, let attempt, let result):
            take(letter, for: device, attempt, result, in: shift)
        case .fetchAgain(let letter, let device, let attempt):
            fetch(letter, for: device, attempt, in: shift)
        case .foundBlocks(let question, let device, let service, let result):
            answer(question, of: device, from: service, result, in: shift)
        case .askAboutBlock(let other, let device):
            tell(.blockQuestion(other), to: device.user, but: device, in: shift)
        case .reportLoad: reportLoad(in: shift)
        }
    }

    private func hear(_ word: FromDevice, on line: Line<ToDevice>, in shift: Shift) {
        if case .hello(let device, _) = word { return greet(device, on: line, in: shift) }
        // Another core was done with it before the hello was heard.
        guard let device = sessions.device(on: line) else { return sessions.keep(word, until: line) }
        switch word {
        case .shown(let letter): confirm(Confirmation(.shown, letter, on: device), in: shift)
        case .stopped(let letter): keep(Confirmation(.shown, letter, on: device), in: shift)
        case .read(let letter): confirm(Confirmation(.read, letter, on: device), in: shift)
        case .ask(let question): ask(question, of: device, Gateway.Try(), in: shift)
        // The gateway hears these.
        case .hello, .login, .send, .change, .piece, .block, .blocksSynced: break
        }
    }

    private func greet(_ device: DeviceID, on line: Line<ToDevice>, in shift: Shift) {
        // Who came by an older view is sent on.
        guard map.host(of: device.user) == seat.number, !isRetiring else {
            return shift.say(ToDevice.moved, on: line, size: settings.envelope)
        }
        let number = directory.number(of: device)
        if let former = sessions.line(of: number), former != line {
            unsettled.note(device, at: shift.now)
            recall(from: device, .silent, in: shift)
        }
        sessions.enter(device, number: number, on: line)
        tellMissed(to: device, on: line, in: shift)
        if conflicts == .oneDevice { tell(.elsewhere, to: device.user, but: device, in: shift) }
        for word in sessions.takeEarly(on: line) { hear(word, on: line, in: shift) }
    }
}
