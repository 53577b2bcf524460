public import Chat
public import Cluster
public import Infrastructure
internal import Simulation
public import Vocabulary

/// S0-12, S0-13: the new-message service. It looks whether a letter is one (S0-1, S0-2), and has the log take it;
/// that it is in the log, on all replicas in sync, is what *accepted* means.
///
/// It keeps nothing: what it has in hand when it crashes was not accepted, and apps send that again.
public final actor NewMessageService: Part {
    public enum Inbox: Marked {
        case submit(Letter, DeviceID, Ticket<Submission>)
        /// Whether it is well: it says so as soon as a core has time.
        case check(Ticket<Wellness>)
        case log(ProducerNews)
        case people(PeopleNews)
        case learned(Result<PeopleChanges, CallError>)

        public var mark: UInt64 {
            switch self {
            case .submit(let letter, let device, let ticket):
                Vocabulary.mark(1, letter.mark, device.mark, ticket.mark)
            case .log(let news): Vocabulary.mark(2, news.mark)
            case .people(let news): Vocabulary.mark(3, news.mark)
            case .learned(let result): Vocabulary.mark(4, result.mark)
            case .check(let ticket): Vocabulary.mark(5, ticket.mark)
            }
        }
    }

    /// Its letters on their way into the message log.
    public enum ToMessageLog: ProducerWiring {
        public typealias Owner = NewMessageService
        public typealias Payload = PostedLetter
        public struct LogStep: Sendable {
            let letter: LetterID
            let ticket: Ticket<Submission>
        }

        public static func news(_ news: ProducerNews) -> Inbox { .log(news) }
        /// What comes of it is an answer to somebody else.
        public static var takesEffectOnArrival: Bool { true }
    }

    public nonisolated let seat: Seat
    let settings: NewMessageSettings
    let rules: NewMessageRules
    let ledger: Ledger
    let serviceLog: ServiceLog
    let envelopes: Envelopes
    @exclusivity(unchecked) var costs: RandomStream
    @exclusivity(unchecked) var directory: Directory
    @exclusivity(unchecked) var learner: PeopleLearner<NewMessageService>
    @exclusivity(unchecked) var log: LogProducer<ToMessageLog>

    init(seat: Seat, settings: NewMessageSettings, site: Site, peers: SenderPeers, rules: NewMessageRules) {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        ledger = site.ledger
        serviceLog = ServiceLog(of: seat, site, peers.logs)
        envelopes = site.envelopes
        directory = Directory(site.census.roster)
        learner = PeopleLearner(peers, on: seat)
        costs = seat.stream("new-message service")
        log = peers.messageLog.producer(settings.producer.log, on: seat)
    }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .submit, .check: settings.requestTime.drawn(from: &costs)
        case .log, .people, .learned: .zero
        }
    }

    public func begin(in shift: Shift) {
        learner.begin(in: shift)
        log.begin(in: shift)
    }

    public func leave(_ message: Inbox, arrived: Instant, began _: Instant?, in shift: Shift) {
        guard case .submit(let letter, _, _) = message else { return }
        ledger.move(
            letter.id, to: SenderService.newMessageStage, Place.machine(shift.machineNumber), at: arrived
        ) { $0 == SenderService.gatewayStage }
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .submit(let letter, let device, let ticket): take(letter, from: device, ticket, in: shift)
        case .check(let ticket): shift.reply(.well, to: ticket, size: SenderService.frame)
        case .log(let news):
            for outcome in log.hear(news, in: shift) { settle(outcome, in: shift) }
        case .people(let news): _ = learner.take(news, into: directory)
        case .learned(let result): learner.take(result, into: directory, in: shift)
        }
    }

    private func take(_ letter: Letter, from device: DeviceID, _ ticket: Ticket<Submission>, in shift: Shift)
    {
        let place = Place.machine(shift.machineNumber)
        ledger.stamp(
            letter.id, for: nil, stage: SenderService.newMessageStage, place: place, at: shift.service.arrived
        )
        // S0-24: a device that wants a letter anew has it, so it was accepted; what is sealed anew is no new one.
        if let refusal = rules.refusal(letter, directory, settings), envelopes.addressee(of: letter) == nil {
            return shift.reply(.refused(refusal), to: ticket, size: SenderService.frame)
        }
        ledger.stamp(letter.id, for: nil, stage: SenderService.messageLogStage, place: place, at: shift.now)
        if rules.answersAtOnce() { shift.reply(.accepted, to: ticket, size: SenderService.frame) }
        // One user's letters lie in one partition, in the order in which they came.
        let size = envelopes.size(of: letter)
        let isApart = size > Letter.pieceSize
        let taken = log.send(
            PostedLetter(
                letter: letter, device: device.number, isApart: isApart,
                size: (isApart ? .zero : size) + settings.envelope),
            key: UInt64(letter.id.sender.number),
            then: .init(letter: letter.id, ticket: ticket), in: shift)
        switch taken {
        case .taken: break
        case .full: shift.reply(.refused(.overloaded), to: ticket, size: SenderService.frame)
        case .tooLarge: shift.reply(.refused(.bodyTooLarge), to: ticket, size: SenderService.frame)
        }
    }

    private func settle(_ outcome: LogProducer<ToMessageLog>.DeliveryReport, in shift: Shift) {
        if rules.answersAtOnce() { return }
        switch outcome {
        case .stored(let step, _):
            serviceLog.write(.sent, about: step.letter, at: shift.now)
            shift.reply(.accepted, to: step.ticket, size: SenderService.frame)
        case .failed(let step, _):
            serviceLog.write(.sendingFailed, about: step.letter, at: shift.now)
            shift.reply(.refused(.failed), to: step.ticket, size: SenderService.frame)
        }
    }
}

extension NewMessageService: PeopleListener {
    static func changed(_ news: PeopleNews) -> Inbox { .people(news) }
    static func learned(_ result: Result<PeopleChanges, CallError>) -> Inbox { .learned(result) }
}

/// What the sender's gateway hears of a letter.
public enum Submission: Hashable, Marked {
    /// It is in the log.
    case accepted
    case refused(Refusal)

    public var mark: UInt64 {
        switch self {
        case .accepted: 0
        case .refused(let refusal): 1 + UInt64(refusal.rawValue)
        }
    }
}

/// A gateway hands on a letter.
struct Submit: Call {
    typealias Caller = Gateway
    typealias Callee = NewMessageService
    typealias Reply = Submission

    let letter: Letter
    let device: DeviceID
    let attempt: Gateway.Try
    let size: ByteCount

    /// An answer goes to the device, and starts nothing else.
    static var takesEffectOnArrival: Bool { true }

    func request(_ ticket: Ticket<Submission>) -> NewMessageService.Inbox { .submit(letter, device, ticket) }
    func outcome(_ result: Result<Submission, CallError>) -> Gateway.Inbox {
        .submitted(letter, device, attempt, result)
    }
}
