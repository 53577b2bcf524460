internal import Chat
public import Cluster
public import Infrastructure
internal import Simulation
public import Vocabulary

/// S0-14: the message generator. It makes one message for each recipient out of a letter of the message log, and has
/// the recipient log take them (S0-15).
///
/// How far it is it keeps in the cache: a batch is in the recipient log first and its checkpoint is saved after. So a
/// crash repeats what no checkpoint covers, which devices drop (S0-28); the other way round it would skip it for ever.
/// A cache that has forgotten a checkpoint, or goes back to an earlier one, repeats more: the generator begins then
/// where its group has said that it is.
///
///     message log ─▶ letter ─▶ copy, copy, copy ─▶ recipient log ─▶ stored ─▶ checkpoint ─▶ offset
public final actor MessageGenerator: Part {
    public enum Inbox: Marked {
        case letters(ConsumerNews)
        case copies(ProducerNews)
        case cache(CacheNews)
        case saveIsDue
        /// The log did not take a copy of that letter, some time ago.
        case notTaken(LogPlace)
        case people(PeopleNews)
        case learned(Result<PeopleChanges, CallError>)

        public var mark: UInt64 {
            switch self {
            case .letters(let news): Vocabulary.mark(1, news.mark)
            case .copies(let news): Vocabulary.mark(2, news.mark)
            case .cache(let news): Vocabulary.mark(3, news.mark)
            case .saveIsDue: Vocabulary.mark(4)
            case .notTaken(let place): Vocabulary.mark(7, UInt64(place.partition), UInt64(place.offset))
            case .people(let news): Vocabulary.mark(5, news.mark)
            case .learned(let result): Vocabulary.mark(6, result.mark)
            }
        }

        public static var isCounted: Bool { true }
        public func noteCopied() {
            switch self {
            case .letters(let news): news.noteCopied()
            case .cache(let news): news.noteCopied()
            default: break
            }
        }
        public func noteDiscarded() {
            switch self {
            case .letters(let news): news.noteDiscarded()
            case .cache(let news): news.noteDiscarded()
            default: break
            }
        }
    }

    public enum FromMessageLog: ConsumerWiring {
        public typealias Owner = MessageGenerator
        public typealias Payload = PostedLetter
        public static func news(_ news: ConsumerNews) -> Inbox { .letters(news) }
    }

    public enum ToRecipientLog: ProducerWiring {
        public typealias Owner = MessageGenerator
        public typealias Payload = AddressedLetter
        /// Which letter it is a copy of.
        public typealias LogStep = LogPlace
        public static func news(_ news: ProducerNews) -> Inbox { .copies(news) }
        /// What comes of it goes on at other parts.
        public static var takesEffectOnArrival: Bool { true }
    }

    /// A letter of which not all copies are in the recipient log.
    struct FanOut {
        let posted: PostedLetter
        let recipients: [Destination]
        /// The recipients whose copies are under way, of how many of them nobody knows yet that they are stored, and
        /// whether one of them is not.
        var batch: Range<Int>
        var underWay = 0
        var hasFailed = false
    }

    public nonisolated let seat: Seat
    let settings: MessageGeneratorSettings
    let rules: MessageGeneratorRules
    let ledger: Ledger
    let envelopes: Envelopes
    let watch: Watch<CheckpointNeverSkips>
    let copiesMade: FlowMeter
    let serviceLog: ServiceLog
    @exclusivity(unchecked) var costs: RandomStream
    @exclusivity(unchecked) var directory: Directory
    @exclusivity(unchecked) var learner: PeopleLearner<MessageGenerator>
    @exclusivity(unchecked) var letters: LogConsumer<FromMessageLog>
    /// Letters to rooms of which it is not sure who is in them by now.
    @exclusivity(unchecked) var unsure: ArraySlice<LogConsumer<FromMessageLog>.Received> = []
    @exclusivity(unchecked) var copies: LogProducer<ToRecipientLog>
    /// Looked up only, never iterated.
    @exclusivity(unchecked) var fanOuts: [LogPlace: FanOut] = [:]
    @exclusivity(unchecked) var copiesUnderWay = 0
    @exclusivity(unchecked) var checkpoints: Checkpoints
    @exclusivity(unchecked) var cache: CacheClient<MessageGenerator>
    @exclusivity(unchecked) var assigned = 0..<0
    @exclusivity(unchecked) var isSaveArmed = false

    init(
        seat: Seat, settings: MessageGeneratorSettings, site: Site, peers: SenderPeers,
        rules: MessageGeneratorRules
    ) {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        ledger = site.ledger
        envelopes = site.envelopes
        watch = site.watch(CheckpointNeverSkips.self)
        copiesMade = site.meters.flow(SenderService.copies, at: seat)
        serviceLog = ServiceLog(of: seat, site, peers.logs)
        costs = seat.stream("message generator")
        directory = Directory(site.census.roster)
        learner = PeopleLearner(peers, on: seat)
        letters = peers.messageLog.consumer(of: SenderService.generators, settings.consumer.log, on: seat)
        copies = peers.recipientLog.producer(settings.producer.log, on: seat)
        checkpoints = Checkpoints(partitions: peers.messageLog.settings.partitions)
        cache = CacheClient(of: peers.cache, settings: settings.cache, on: seat)
    }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .letters(let news):
            settings.letterTime.drawn(news.recordCount, from: &costs)
        case .copies, .cache, .saveIsDue, .notTaken, .people, .learned: .zero
        }
    }

    public func begin(in shift: Shift) {
        learner.begin(in: shift)
        letters.begin(in: shift)
        copies.begin(in: shift)
    }

    public func stop(in shift: Shift) {
        letters.leave(in: shift)
        shift.end()
    }

    public func leave(_ message: Inbox, arrived: Instant, began _: Instant?, in shift: Shift) {
        guard case .letters(let news) = message else { return }
        news.forEachPayload(of: PostedLetter.self) { stampArrival(of: $0.letter, at: arrived, in: shift) }
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .letters(let news):
            for outcome in letters.hear(news, in: shift) {
                switch outcome {
                case .assigned(let partitions): load(partitions, in: shift)
                case .revoked: forget()
                case .ready: break
                }
            }
            pull(in: shift)
        case .copies(let news):
            for outcome in copies.hear(news, in: shift) {
                switch outcome {
                case .stored(let place, _): settle(place, isStored: true, in: shift)
                case .failed(let place, _):
                    serviceLog.write(
                        .sendingFailed, about: fanOuts[place]?.posted.letter.id, at: shift.now)
                    settle(place, isStored: false, in: shift)
                }
            }
            pull(in: shift)
        case .cache(let news): hear(news, in: shift)
        case .saveIsDue: save(in: shift)
        case .notTaken(let place): settle(place, isStored: false, in: shift)
        case .people(let news): _ = learner.take(news, into: directory)
        case .learned(let result):
            learner.take(result, into: directory, in: shift)
            pull(in: shift)
        }
    }

    // MARK: Letters

    /// As many as it can have under way, once it knows where it was.
    func pull(in shift: Shift) {
        while checkpoints.areKnown, copiesUnderWay < settings.capacity, copies.hasRoom,
            let received = next(in: shift)
        {
            begin(received, in: shift)
        }
    }

    /// A letter to a room waits until it is sure who is in there; those to one person pass it.
    private func next(in shift: Shift) -> LogConsumer<FromMessageLog>.Received? {
        if !unsure.isEmpty, learner.isUpToDate(in: shift) { return unsure.removeFirst() }
        while copiesUnderWay + unsure.count < settings.capacity, let received = letters.next(in: shift) {
            checkpoints.take(received.place)
            stampArrival(of: received.payload.letter, at: received.arrived, in: shift)
            guard isForMembers(received.payload), !learner.isUpToDate(in: shift) else { return received }
            unsure.append(received)
        }
        return nil
    }

    private func stampArrival(of letter: Letter, at arrived: Instant, in shift: Shift) {
        ledger.stamp(
            letter.id, for: nil, stage: SenderService.generatorStage,
            place: Place.machine(shift.machineNumber), at: arrived)
    }

    private func isForMembers(_ posted: PostedLetter) -> Bool {
        if case .room = posted.letter.destination { settings.roomDelivery == .perRecipient } else { false }
    }

    private func begin(_ received: LogConsumer<FromMessageLog>.Received, in shift: Shift) {
        let (place, posted) = (received.place, received.payload)
        guard let first = checkpoints.first(at: place) else {
            // Covered by the checkpoint: all its copies are in the recipient log.
            watch.observe(.skipped(place), at: shift.now)
            return finish(place, in: shift)
        }
        rules.words(posted.letter) { shift.openBody(of: posted.letter, telling: ledger) }
        // S0-24: what was sealed anew for one device goes to its owner alone.
        let recipients =
            envelopes.addressee(of: posted.letter).map { [Destination.direct($0.user)] }
            ?? rules.recipients(posted, directory, settings)
        let fanOut = FanOut(posted: posted, recipients: recipients, batch: first..<first)
        if first > 0 { watch.observe(.skippedUpTo(place, recipient: first), at: shift.now) }
        fanOuts[place] = fanOut
        sendBatch(of: place, in: shift)
    }

    /// S0-14: a batch at a time.
    private func sendBatch(of place: LogPlace, in shift: Shift) {
        guard let index = fanOuts.index(forKey: place) else { return }
        var fanOut = fanOuts.values[index]
        let count = fanOut.recipients.count
        let first = fanOut.hasFailed ? fanOut.batch.lowerBound : fanOut.batch.upperBound
        if first == count {
            fanOuts.remove(at: index)
            watch.observe(.stored(place), at: shift.now)
            return finish(place, in: shift)
        }
        fanOut.batch = first..<min(count, first + settings.batch)
        fanOut.underWay = fanOut.batch.count
        fanOut.hasFailed = false
        fanOuts.values[index] = fanOut
        if rules.savesFirst() { cover(place, upTo: fanOut.batch.upperBound, of: count, in: shift) }
        for recipient in fanOut.recipients[fanOut.batch] {
            send(fanOut.posted, of: place, to: recipient, in: shift)
        }
    }

    private func send(_ posted: PostedLetter, of place: LogPlace, to recipient: Destination, in shift: Shift)
    {
        copiesUnderWay += 1
        copiesMade.add()
        let sender = posted.letter.id.sender
        let copy = AddressedLetter(
            posted, to: recipient,
            isDelivered: recipient != .direct(sender) || directory.devices(of: sender).count > 1,
            size: size(of: posted, for: recipient))
        if copy.user != sender {
            ledger.stamp(
                posted.letter.id, for: copy.user, stage: SenderService.recipientLogStage,
                place: Place.machine(shift.machineNumber), at: shift.now)
        }
        let taken = copies.send(copy, key: recipient.key, then: place, in: shift)
        // There was room before the batch: what was too much goes out with the next attempt. What is larger than the log takes
        // stands in the way of all that comes behind it.
        if taken != .taken { _ = shift.arm(.notTaken(place), after: settings.producer.log.retryAfter) }
    }

    /// A copy has the ciphertexts for its recipient's devices.
    private func size(of posted: PostedLetter, for recipient: Destination) -> ByteCount {
        if posted.isApart { return settings.envelope }
        return switch recipient {
        case .direct(let user):
            envelopes.size(of: posted.letter, for: user, devices: directory.devices(of: user).count)
                + settings.envelope
        case .room: posted.size
        }
    }

    func settle(_ place: LogPlace, isStored: Bool, in shift: Shift) {
        copiesUnderWay -= 1
        guard let index = fanOuts.index(forKey: place) else { return }  // it is another generator's by now
        fanOuts.values[index].underWay -= 1
        if !isStored { fanOuts.values[index].hasFailed = true }
        let fanOut = fanOuts.values[index]
        guard fanOut.underWay == 0 else { return }
        if !fanOut.hasFailed, fanOut.batch.upperBound < fanOut.recipients.count {
            watch.observe(.storedUpTo(place, recipient: fanOut.batch.upperBound), at: shift.now)
            cover(place, upTo: fanOut.batch.upperBound, of: fanOut.recipients.count, in: shift)
        }
        sendBatch(of: place, in: shift)
    }

    private func finish(_ place: LogPlace, in shift: Shift) {
        letters.finish(place, in: shift)
        guard letters.has(place) else { return }
        checkpoints.finish(place)
        saveLater(in: shift)
    }
}
