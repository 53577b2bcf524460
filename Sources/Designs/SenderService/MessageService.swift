public import Chat
public import Cluster
public import Infrastructure
internal import Simulation
public import Vocabulary

/// S0-19: the message service. It logs all messages and their confirmations in the message store, and serves what a
/// device has not received (S0-36): all that was stored for its owner, and not confirmed by that device. What is older
/// than the retention is gone, and exists on devices only (S0-37).
///
/// It keeps nothing itself; *stored* means that a quorum of the store has it. Rows of the store:
///
///     table · user            clustering key                  what it says
///     letters · owner         letter                          the letter, sealed
///     shown, device · reader  letter                          shown, or read; until then, what was sealed anew for it
///     owed · sender           number of the letter, reader    a confirmation that found nobody there
///     owed · sender           the same, reader's device       the key with which it is to be sealed anew
///     copies · letter         number of the copy, piece       a ciphertext of a letter that is too large for the logs
///     pending · instance      letter                          since when it has copies, and no envelope as yet
public final actor MessageService: Part {
    public enum Inbox: Marked {
        case store([AddressedLetter], Ticket<Stored>)
        case storeConfirmations([StoredConfirmation], Ticket<Stored>)
        case find(DeviceID, from: UInt32, Ticket<History>)
        /// A host has said them to a device of the sender's.
        case handedOut([Confirmation])
        case storePiece(Letter, UInt16, Ticket<Stored>)
        case fetch(Letter, DeviceID, Ticket<Copy>)
        case storeWish(Wish, Ticket<Stored>)
        /// It looks for what has no envelope.
        case look
        /// Somebody has got in.
        case breach
        case answered(WideNews<MessageService>)
        case people(PeopleNews)
        case learned(Result<PeopleChanges, CallError>)

        public var mark: UInt64 {
            switch self {
            case .store(let letters, let ticket):
                letters.reduce(Vocabulary.mark(1, ticket.mark)) { Vocabulary.mark($0, $1.mark) }
            case .storeConfirmations(let confirmations, let ticket):
                confirmations.reduce(Vocabulary.mark(2, ticket.mark)) { Vocabulary.mark($0, $1.mark) }
            case .find(let device, let from, let ticket):
                Vocabulary.mark(3, device.mark, UInt64(from), ticket.mark)
            case .answered(let news): Vocabulary.mark(4, news.mark)
            case .people(let news): Vocabulary.mark(5, news.mark)
            case .learned(let result): Vocabulary.mark(6, result.mark)
            case .storePiece(let letter, let number, let ticket):
                Vocabulary.mark(7, letter.mark, UInt64(number), ticket.mark)
            case .fetch(let letter, let device, let ticket):
                Vocabulary.mark(8, letter.mark, device.mark, ticket.mark)
            case .storeWish(let wish, let ticket): Vocabulary.mark(11, wish.mark, ticket.mark)
            case .handedOut(let confirmations):
                confirmations.reduce(Vocabulary.mark(12)) { Vocabulary.mark($0, $1.mark) }
            case .look: Vocabulary.mark(9)
            case .breach: Vocabulary.mark(10)
            }
        }

        public static var isCounted: Bool { true }
        public func noteCopied() { if case .answered(let news) = self { news.noteCopied() } }
        public func noteDiscarded() { if case .answered(let news) = self { news.noteDiscarded() } }
    }

    /// What is done when the store has answered.
    public enum WideStep: Sendable {
        case stored(Ticket<Stored>)
        case letters(query: Int)
        case shown(query: Int)
        case owed(query: Int)
        case copy(query: Int, LetterID)
        case fetched(Ticket<Copy>, size: ByteCount)
        case pending
        case envelope(LetterID)
        case stolen(User)
        case stolenCopies
        /// What was owed has been handed out.
        case forgotten
        /// Letters are kept from a device.
        case stopped
    }

    public nonisolated let seat: Seat
    let settings: MessageServiceSettings
    let rules: MessageServiceRules
    let ledger: Ledger
    let pages: Pages
    let envelopes: Envelopes
    let removed, stolenLetters, stolenBytes, stolenPlain: FlowMeter
    let owedWords: OwedWords
    let serviceLog: ServiceLog
    let letterPool: Pool<StoredLetter>
    @exclusivity(unchecked) var costs: RandomStream
    @exclusivity(unchecked) var directory: Directory
    @exclusivity(unchecked) var learner: PeopleLearner<MessageService>
    /// Letters among which some are to rooms of which it is not sure who is in them by now.
    @exclusivity(unchecked) var unsure: [(letters: [AddressedLetter], ticket: Ticket<Stored>)] = []
    @exclusivity(unchecked) var store: WideColumnClient<MessageService>
    /// Devices that have asked what they missed. Looked up only, never iterated.
    @exclusivity(unchecked) var queries: [Int: Query] = [:]
    @exclusivity(unchecked) var queryCount = 0

    init(
        seat: Seat, settings: MessageServiceSettings, site: Site, peers: SenderPeers,
        rules: MessageServiceRules
    ) {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        ledger = site.ledger
        pages = site.pages
        envelopes = site.envelopes
        stolenLetters = site.meters.flow(SenderService.stolenLetters, at: seat)
        stolenBytes = site.meters.flow(SenderService.stolenBytes, at: seat)
        stolenPlain = site.meters.flow(SenderService.stolenPlain, at: seat)
        removed = site.meters.flow(SenderService.removed, at: seat)
        owedWords = peers.owedWords
        serviceLog = ServiceLog(of: seat, site, peers.logs)
        letterPool = seat.pool(of: StoredLetter.self)
        directory = Directory(site.census.roster)
        costs = seat.stream("message service")
        learner = PeopleLearner(peers, on: seat)
        store = WideColumnClient(of: peers.messageStore, settings: peers.messageStoreSettings, on: seat)
    }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .store(let letters, _): work(letters.count)
        case .storeConfirmations(let confirmations, _): work(confirmations.count)
        case .handedOut(let confirmations): work(confirmations.count)
        case .find, .storePiece, .fetch, .storeWish:
            settings.requestTime.drawn(from: &costs)
        case .answered, .people, .learned, .look, .breach: .zero
        }
    }

    private func work(_ rows: Int) -> Span {
        settings.requestTime.drawn(from: &costs) + settings.rowTime.drawn(rows, from: &costs)
    }

    public func begin(in shift: Shift) {
        learner.begin(in: shift)
        _ = shift.arm(.look, after: settings.lookEvery)
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .store(let letters, let ticket): keep(letters, ticket, in: shift)
        case .storeConfirmations(let confirmations, let ticket): keep(confirmations, ticket, in: shift)
        case .find(let device, let from, let ticket): find(device, from, ticket, in: shift)
        case .handedOut(let confirmations): forget(confirmations, in: shift)
        case .storePiece(let letter, let number, let ticket): keep(number, of: letter, ticket, in: shift)
        case .fetch(let letter, let device, let ticket): fetch(letter, device, ticket, in: shift)
        case .storeWish(let wish, let ticket): keep(wish, ticket, in: shift)
        case .breach: steal(of: User(0), in: shift)
        case .look:
            _ = shift.arm(.look, after: settings.lookEvery)
            lookForPending(from: 0, in: shift)
        case .answered(let news):
            if let outcome = store.hear(news, in: shift) { take(outcome, in: shift) }
        case .people(let news): _ = learner.take(news, into: directory)
        case .learned(let result):
            learner.take(result, into: directory, in: shift)
            keepUnsure(in: shift)
        }
    }

    /// What the store has answered.
    private func take(_ outcome: WideOutcome<WideStep>, in shift: Shift) {
        switch outcome {
        case .written(.stored(let ticket)): shift.reply(.stored, to: ticket, size: SenderService.frame)
        case .failed(_, .stored(let ticket)):
            serviceLog.write(.storingFailed, at: shift.now)
            shift.reply(.failed, to: ticket, size: SenderService.frame)
        case .written, .failed(_, .forgotten), .failed(_, .stopped): break
        case .page(let page, let rest, .letters(let query)): take(letters: page, rest, of: query, in: shift)
        case .page(let page, let rest, .shown(let query)): take(shown: page, rest, of: query, in: shift)
        case .page(let page, let rest, .owed(let query)): take(owed: page, rest, of: query, in: shift)
        case .page(let page, _, .copy(let query, let letter)):
            take(copyOf: letter, isThere: !page.rows.isEmpty, of: query, in: shift)
            page.letGo()
        case .page(let page, _, .fetched(let ticket, let size)):
            let isThere = !page.rows.isEmpty
            page.letGo()
            shift.reply(
                isThere ? .there : .gone, to: ticket, size: (isThere ? size : .zero) + SenderService.frame)
        case .failed(_, .fetched(let ticket, _)):
            shift.reply(.unknown, to: ticket, size: SenderService.frame)
        case .page(let page, let rest, .pending):
            takePending(page, in: shift)
            if let rest { lookForPending(from: rest.first, in: shift) }
        case .page(let page, _, .envelope(let letter)):
            settle(letter, hasEnvelope: !page.rows.isEmpty, in: shift)
            page.letGo()
        // It looks again.
        case .failed(_, .pending), .failed(_, .envelope): break
        case .page(let page, let rest, .stolen(let user)): take(stolen: page, rest, of: user, in: shift)
        case .page(let page, _, .stolenCopies):
            stolenBytes.add(page.rows.reduce(0) { $0 + Int($1[0].size.bytes) })
            page.letGo()
        // Thieves have no patience.
        case .failed(_, .stolen), .failed(_, .stolenCopies): break
        case .page(let page, _, _): page.letGo()
        // Who asks hears nothing, and asks again.
        case .failed(_, .letters(let query)), .failed(_, .shown(let query)), .failed(_, .owed(let query)),
            .failed(_, .copy(let query, _)):
            serviceLog.write(.requestFailed, at: shift.now)
            queries[query] = nil
        }
    }
}

extension MessageService: WideColumnUser {
    public static func wideColumn(_ news: WideNews<MessageService>) -> Inbox { .answered(news) }
}

extension MessageService: PeopleListener {
    static func changed(_ news: PeopleNews) -> Inbox { .people(news) }
    static func learned(_ result: Result<PeopleChanges, CallError>) -> Inbox { .learned(result) }
}
