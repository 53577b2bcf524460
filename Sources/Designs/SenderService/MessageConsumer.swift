public import Chat
public import Cluster
public import Infrastructure
internal import Simulation
public import Vocabulary

/// S0-16: the consumer of the message-sending service. For each message of the recipient log it asks the connection
/// service whether the recipient blocks the sender (S0-25), asks the host assigner where the recipient is, and sends
/// it to that host; in parallel the message service logs it. It takes from the log only while it has capacity
/// (S0-39), and is done with a message once both have happened.
///
/// A recipient who connects in these moments asks the message service what they missed. So that a message which is
/// not stored by then does not fall between the two, it is delivered once more when it is stored, if a device was not
/// there or the storing took longer than a connection takes to come about; devices drop what they have (S0-28).
public final actor MessageConsumer: Part {
    public enum Inbox: Marked {
        case messages(ConsumerNews)
        case checked(slot: UInt32, service: UInt16, Result<BlockAnswer, CallError>)
        case located(slot: UInt32, assigner: UInt16, Result<Location, CallError>)
        case locatedAgain(Dispatch, attempt: UInt8, assigner: UInt16, Result<Location, CallError>)
        /// It is time to ask again what nobody has answered.
        case lookUpIsDue(Destination)
        case locatedOverdue(Destination, assigner: UInt16, Result<Location, CallError>)
        case storeIsDue
        case stored(batch: Int, Result<Stored, CallError>)
        /// A device of the recipient was not there.
        case absent(Dispatch)
        case retryIsDue
        /// Not for the second time either.
        case undelivered(Dispatch, attempt: UInt8)
        case deliveryIsDue(Dispatch, attempt: UInt8)

        public var mark: UInt64 {
            switch self {
            case .messages(let news): Vocabulary.mark(1, news.mark)
            case .checked(let slot, let service, let result):
                Vocabulary.mark(2, UInt64(slot) << 16 | UInt64(service), result.mark)
            case .located(let slot, let assigner, let result):
                Vocabulary.mark(3, UInt64(slot) << 16 | UInt64(assigner), result.mark)
            case .locatedAgain(let delivery, let attempt, let assigner, let result):
                Vocabulary.mark(4, delivery.mark, UInt64(assigner) << 8 | UInt64(attempt), result.mark)
            case .storeIsDue: Vocabulary.mark(5)
            case .stored(let batch, let result): Vocabulary.mark(6, UInt64(batch), result.mark)
            case .absent(let delivery): Vocabulary.mark(7, delivery.mark)
            case .retryIsDue: Vocabulary.mark(8)
            case .undelivered(let delivery, let attempt): Vocabulary.mark(9, delivery.mark, UInt64(attempt))
            case .deliveryIsDue(let delivery, let attempt):
                Vocabulary.mark(10, delivery.mark, UInt64(attempt))
            case .lookUpIsDue(let recipient): Vocabulary.mark(11, recipient.key)
            case .locatedOverdue(let recipient, let assigner, let result):
                Vocabulary.mark(12, recipient.key, UInt64(assigner), result.mark)
            }
        }

        public static var isCounted: Bool { true }
        public func noteCopied() { if case .messages(let news) = self { news.noteCopied() } }
        public func noteDiscarded() { if case .messages(let news) = self { news.noteDiscarded() } }
    }

    public enum FromRecipientLog: ConsumerWiring {
        public typealias Owner = MessageConsumer
        public typealias Payload = AddressedLetter
        public static func news(_ news: ConsumerNews) -> Inbox { .messages(news) }
    }

    /// A message in hand.
    struct InHand {
        let place: LogPlace
        let message: AddressedLetter
        var postedAt: Instant?
        var isStored = false
        /// It is to be delivered once more when it is stored.
        var isOwed = false
    }

    /// What waits until it is known where its recipient is: a message in hand, or one that is delivered once more.
    enum Unlocated {
        case inHand(slot: UInt32)
        case again(Dispatch, attempt: UInt8)
    }

    public nonisolated let seat: Seat
    let settings: MessageConsumerSettings
    let rules: MessageConsumerRules
    let ledger: Ledger
    let envelopes: Envelopes
    let peers: SenderPeers
    let blocked: FlowMeter
    let serviceLog: ServiceLog
    @exclusivity(unchecked) var costs: RandomStream
    @exclusivity(unchecked) var log: LogConsumer<FromRecipientLog>
    @exclusivity(unchecked) var inHand: [InHand?] = []
    @exclusivity(unchecked) var freeSlots: [UInt32] = []
    @exclusivity(unchecked) var inHandCount = 0
    /// What waits to be stored.
    @exclusivity(unchecked) var storing: [UInt32] = []
    /// Batches that are on their way to the message service. Looked up only, never iterated.
    @exclusivity(unchecked) var batches: [Int: (service: Int, slots: [UInt32])] = [:]
    @exclusivity(unchecked) var batchCount = 0
    @exclusivity(unchecked) var isStoreArmed = false
    /// Whether their sender is blocked nobody has answered, or may not be asked yet: they wait for the end of a pause.
    @exclusivity(unchecked) var unchecked: [UInt32] = []
    @exclusivity(unchecked) var overdue: OverdueLookups<Unlocated>
    @exclusivity(unchecked) var isRetryArmed = false
    @exclusivity(unchecked) var connectionServices: Rotation
    @exclusivity(unchecked) var checks: OpenChecks
    @exclusivity(unchecked) var assigners: Rotation
    @exclusivity(unchecked) var messageServices: Rotation
    let check: Caller<CheckBlock>
    let locate: Caller<LocateRecipient>
    let locateAgain: Caller<LocateAgain>
    let store: Caller<StoreLetters>

    init(
        seat: Seat, settings: MessageConsumerSettings, site: Site, peers: SenderPeers,
        rules: MessageConsumerRules
    ) {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        self.peers = peers
        ledger = site.ledger
        envelopes = site.envelopes
        blocked = site.meters.flow(SenderService.blocked, at: seat)
        serviceLog = ServiceLog(of: seat, site, peers.logs)
        costs = seat.stream("message consumer")
        log = peers.recipientLog.consumer(
            of: SenderService.consumers, settings.consumer.log, rules: rules.commits, on: seat)
        overdue = OverdueLookups(
            retry: RetryPolicy(
                attempts: .max, base: settings.retryAfter, cap: settings.retryAfter * 64, retryable: []),
            drawing: seat.stream("looking up again"))
        connectionServices = Rotation(among: peers.connectionServices.count)
        checks = OpenChecks(at: peers.connectionServices.count)
        assigners = Rotation(among: peers.assigners.count)
        messageServices = Rotation(among: peers.messageServices.count)
        let once = CallPlan(deadline: settings.patience, retry: .never)
        check = seat.caller(by: once)
        locate = seat.caller(by: once)
        locateAgain = seat.caller(by: once)
        store = seat.caller(by: CallPlan(deadline: settings.storePatience, retry: .never))
    }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .messages(let news):
            settings.messageTime.drawn(news.recordCount, from: &costs)
        case .checked, .located, .locatedAgain, .lookUpIsDue, .locatedOverdue, .absent, .stored, .storeIsDue,
            .retryIsDue, .undelivered, .deliveryIsDue:
            .zero
        }
    }

    public func begin(in shift: Shift) {
        shift.renewConnections(silentFor: SenderService.connectionPatience)
        log.begin(in: shift)
    }

    public func stop(in shift: Shift) {
        log.leave(in: shift)
        shift.end()
    }

    public func leave(_ message: Inbox, arrived: Instant, began _: Instant?, in shift: Shift) {
        guard case .messages(let news) = message else { return }
        news.forEachPayload(of: AddressedLetter.self) { stampArrival(of: $0, at: arrived, in: shift) }
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .messages(let news):
            // What was revoked comes to another consumer; what is in hand is brought to its end all the same.
            _ = log.hear(news, in: shift)
            pull(in: shift)
        case .checked(let slot, let service, let result): take(result, from: service, of: slot, in: shift)
        case .located(let slot, let assigner, let result): take(result, from: assigner, of: slot, in: shift)
        case .locatedAgain(let delivery, let attempt, let assigner, let result):
            deliverAgain(delivery, attempt, result, from: assigner, in: shift)
        case .lookUpIsDue(let recipient): findOverdue(recipient, in: shift)
        case .locatedOverdue(let recipient, let assigner, let result):
            deliverOverdue(to: recipient, result, from: assigner, in: shift)
        case .storeIsDue:
            isStoreArmed = false
            storeAll(in: shift)
        case .stored(let batch, let result): settle(batch, result, in: shift)
        case .absent(let delivery): noteAbsent(delivery, in: shift)
        case .retryIsDue: retry(in: shift)
        case .undelivered(let delivery, let attempt): deliverLater(delivery, attempt: attempt, in: shift)
        case .deliveryIsDue(let delivery, let attempt): findAgain(delivery, attempt: attempt, in: shift)
        }
    }

    /// S0-39.
    func pull(in shift: Shift) {
        while inHandCount < settings.capacity, let received = log.next(in: shift) {
            stampArrival(of: received.payload, at: received.arrived, in: shift)
            let slot = keep(InHand(place: received.place, message: received.payload))
            ask(about: slot, in: shift)
        }
    }

    private func stampArrival(of message: AddressedLetter, at arrived: Instant, in shift: Shift) {
        guard message.user != message.letter.id.sender else { return }
        ledger.stamp(
            message.letter.id, for: message.user, stage: SenderService.consumerStage,
            place: Place.machine(shift.machineNumber), at: arrived)
    }

    // MARK: In hand

    private func keep(_ message: InHand) -> UInt32 {
        inHandCount += 1
        if let slot = freeSlots.popLast() {
            inHand[Int(slot)] = message
            return slot
        }
        inHand.append(message)
        return UInt32(inHand.count - 1)
    }

    /// It is stored, or nobody is to have it, and was sent on its way.
    func finish(_ slot: UInt32, in shift: Shift) {
        guard let message = inHand[Int(slot)] else { return }
        inHand[Int(slot)] = nil
        freeSlots.append(slot)
        inHandCount -= 1
        log.finish(message.place, in: shift)
        pull(in: shift)
    }
}
