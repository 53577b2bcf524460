public import Chat
public import Cluster
public import Infrastructure
internal import Simulation
public import Vocabulary

/// S0-11: the API gateway, the entry point. It lets nobody in whose credential is not good (S0-9), limits how much
/// one user may send (S0-30), and routes: letters to the new-message service, changes to the connection service,
/// questions to whoever knows the answer.
///
/// It keeps nothing that a crash could lose: who has no answer asks again, here or at another gateway.
public final actor Gateway: Host {
    public typealias Heard = ToDevice

    public enum Inbox: Marked {
        case opened(Line<ToDevice>)
        case said(FromDevice, Line<ToDevice>)
        case closed(Line<ToDevice>)
        case submitted(Letter, DeviceID, Try, Result<Submission, CallError>)
        case pieceStored(Letter, UInt16, DeviceID, Try, Result<Stored, CallError>)
        case located(Question, DeviceID, Try, Result<Location, CallError>)
        case changed(Change, DeviceID, Try, Result<ChangeAnswer, CallError>)
        case ordered(BlockOrder, DeviceID, Try, Result<OrderAnswer, CallError>)
        case foundKeys(Question, DeviceID, Try, Result<KeysAnswer, CallError>)
        /// Nobody is let in as this user any more, until they have logged in again.
        case revoke(User)
        case acted(SenderAct, ActSheet.ArgumentValue, Line<ToDevice>)
        case foundProfile(DeviceID, service: UInt16, since: Instant, Result<Profile, CallError>)
        case carried(Question, DeviceID, Result<FileAnswer, CallError>)
        case wishStored(Question, DeviceID, Try, Result<Stored, CallError>)
        /// The host that was to pass it on has not heard of it.
        case wishLost(Question, DeviceID, Try)
        case checkIsDue(service: Int)
        case checked(service: Int, Result<Wellness, CallError>)
        case people(PeopleNews)
        case learned(Result<PeopleChanges, CallError>)

        public var mark: UInt64 {
            switch self {
            case .opened(let line): Vocabulary.mark(1, line.mark)
            case .said(let word, let line): Vocabulary.mark(2, line.mark, word.mark)
            case .closed(let line): Vocabulary.mark(3, line.mark)
            case .submitted(let letter, let device, let attempt, let result):
                Vocabulary.mark(4, letter.mark &+ attempt.mark, device.mark, result.mark)
            case .located(let question, let device, let attempt, let result):
                Vocabulary.mark(5, question.mark &+ attempt.mark, device.mark, result.mark)
            case .changed(let change, let device, let attempt, let result):
                Vocabulary.mark(6, change.mark &+ attempt.mark, device.mark, result.mark)
            case .foundKeys(let question, let device, let attempt, let result):
                Vocabulary.mark(7, question.mark &+ attempt.mark, device.mark, result.mark)
            case .pieceStored(let letter, let number, let device, let attempt, let result):
                Vocabulary.mark(
                    11, letter.mark &+ UInt64(number) << 32 &+ attempt.mark, device.mark, result.mark)
            case .ordered(let order, let device, let attempt, let result):
                Vocabulary.mark(12, order.mark &+ attempt.mark, device.mark, result.mark)
            case .revoke(let user): Vocabulary.mark(8, UInt64(user.number))
            case .acted(let act, let value, let line):
                Vocabulary.mark(13, act.rawValue, value.mark, line.mark)
            case .foundProfile(let device, let service, _, let result):
                Vocabulary.mark(14, device.mark, UInt64(service), result.mark)
            case .carried(let question, let device, let result):
                Vocabulary.mark(15, question.mark, device.mark, result.mark)
            case .wishStored(let question, let device, let attempt, let result):
                Vocabulary.mark(16, question.mark &+ attempt.mark, device.mark, result.mark)
            case .wishLost(let question, let device, let attempt):
                Vocabulary.mark(19, question.mark &+ attempt.mark, device.mark)
            case .checkIsDue(let service): Vocabulary.mark(17, UInt64(service))
            case .checked(let service, let result): Vocabulary.mark(18, UInt64(service), result.mark)
            case .people(let news): Vocabulary.mark(9, news.mark)
            case .learned(let result): Vocabulary.mark(10, result.mark)
            }
        }
    }

    /// Which attempt it is, from 0, and who was asked.
    public struct Try: Hashable, Sendable {
        var number: UInt8 = 0
        var callee: UInt8 = 0

        var mark: UInt64 { UInt64(number) << 8 | UInt64(callee) }
    }

    public nonisolated let seat: Seat
    let settings: GatewaySettings
    let rules: GatewayRules
    let ledger: Ledger
    let pages: Pages
    let envelopes: Envelopes
    let files: Files
    let peers: SenderPeers
    let serviceLog: ServiceLog
    let flagged: LevelMeter
    let looks: DurationMeter
    @exclusivity(unchecked) var costs: RandomStream
    @exclusivity(unchecked) var directory: Directory
    @exclusivity(unchecked) var learner: PeopleLearner<Gateway>
    @exclusivity(unchecked) var sessions = Sessions()
    @exclusivity(unchecked) var credentials = Credentials()
    @exclusivity(unchecked) var limiter: RateLimiter
    /// By number of the device: its orders behind the one that is under way. Looked up only, never iterated.
    @exclusivity(unchecked) var orders: [Int: [BlockOrder]] = [:]
    @exclusivity(unchecked) var newMessageServices: Rotation
    @exclusivity(unchecked) var assigners: Rotation
    @exclusivity(unchecked) var connectionServices: Rotation
    @exclusivity(unchecked) var messageServices: Rotation
    let submit: Caller<Submit>
    let storePiece: Caller<StorePiece>
    let storeWish: Caller<StoreWish>
    let locate: Caller<LocateForApp>
    let change: Caller<ChangeForApp>
    let order: Caller<OrderBlock>
    let findProfile: Caller<FindProfile>
    let findKeys: Caller<FindKeys>
    let carryPiece: Caller<CarryPiece>?
    let checkService: Caller<CheckService>

    init(seat: Seat, settings: GatewaySettings, site: Site, peers: SenderPeers, rules: GatewayRules) {
        self.seat = seat
        self.settings = settings
        self.rules = rules
        self.peers = peers
        serviceLog = ServiceLog(of: seat, site, peers.logs)
        flagged = site.meters.level(SenderService.flagged, at: seat)
        looks = site.meters.durations(SenderService.profileLook)
        limiter = RateLimiter(settings.letters)
        ledger = site.ledger
        pages = site.pages
        envelopes = site.envelopes
        files = site.files
        directory = Directory(site.census.roster)
        learner = PeopleLearner(peers, on: seat)
        costs = seat.stream("gateway")
        newMessageServices = Rotation(among: peers.newMessageServices.count)
        assigners = Rotation(among: peers.assigners.count)
        connectionServices = Rotation(among: peers.connectionServices.count)
        messageServices = Rotation(among: peers.messageServices.count)
        // Whom to ask instead of one that does not answer is decided here, so no call repeats itself.
        let once = CallPlan(deadline: settings.patience, retry: .never)
        submit = seat.caller(by: CallPlan(deadline: settings.letterPatience, retry: .never))
        storePiece = seat.caller(by: once)
        storeWish = seat.caller(by: once)
        locate = seat.caller(by: once)
        change = seat.caller(by: once)
        order = seat.caller(by: once)
        findProfile = seat.caller(by: once)
        findKeys = seat.caller(by: once)
        checkService = seat.caller(by: once)
        carryPiece =
            peers.fileServers == nil
            ? nil : seat.caller(by: CallPlan(deadline: settings.letterPatience, retry: .never))
    }

    public static func opened(_ line: Line<ToDevice>) -> Inbox { .opened(line) }
    public static func closed(_ line: Line<ToDevice>, _: LineEnd) -> Inbox { .closed(line) }

    public func cost(of message: Inbox) -> Span {
        switch message {
        case .opened: settings.connectTime.drawn(from: &costs)
        // Worked on when it is answered: so two orders of one device stay in their order, whichever core is free.
        case .said(.block, _): .zero
        case .said, .submitted, .pieceStored, .located, .changed, .ordered, .foundKeys, .acted,
            .foundProfile, .carried, .wishStored, .wishLost:
            settings.requestTime.drawn(from: &costs)
        case .closed, .revoke, .checkIsDue, .checked, .people, .learned: .zero
        }
    }

    public func begin(in shift: Shift) { learner.begin(in: shift) }

    public static let looksAhead = true

    public func expect(_ message: Inbox) {
        switch message {
        case .said(_, let line): sessions.prefetch(line)
        case .submitted(_, let device, _, _): sessions.prefetch(directory.number(of: device))
        default: break
        }
    }

    public func leave(_ message: Inbox, arrived: Instant, began _: Instant?, in shift: Shift) {
        guard case .said(.send(let letter), _) = message else { return }
        ledger.move(
            letter.id, to: SenderService.gatewayStage, Place.machine(shift.machineNumber), at: arrived
        ) { $0 == Stage.wayIn }
    }

    public func receive(_ message: Inbox, in shift: Shift) {
        switch message {
        case .opened: break  // a line has a name when its device has said hello
        case .closed(let line): sessions.leave(line)
        case .said(let word, let line): hear(word, on: line, in: shift)
        case .submitted(let letter, let device, let attempt, let result):
            answer(letter, from: device, attempt, result, in: shift)
        case .pieceStored(let letter, let number, let device, let attempt, let result):
            take(result, ofPiece: number, of: letter, from: device, attempt, in: shift)
        case .located(let question, let device, let attempt, let result):
            answer(question, of: device, attempt, result, in: shift)
        case .changed(let change, let device, let attempt, let result):
            answer(change, of: device, attempt, result, in: shift)
        case .ordered(let order, let device, let attempt, let result):
            answer(order, of: device, attempt, result, in: shift)
        case .foundKeys(let question, let device, let attempt, let result):
            answer(question, of: device, attempt, result, in: shift)
        case .revoke(let user): revoke(user, in: shift)
        case .acted(let act, let value, let line): play(act, value, on: line, in: shift)
        case .foundProfile(let device, let service, let asked, let result):
            answer(device, from: service, since: asked, result, in: shift)
        case .carried(let question, let device, let result):
            answer(question, of: device, result, in: shift)
        case .wishStored(let question, let device, let attempt, let result):
            take(result, ofWish: question, of: device, attempt, in: shift)
        case .wishLost(let question, let device, let attempt):
            guard let next = attempt.next(of: settings) else { return }
            locate(question.letter.sender, for: question, of: device, next, in: shift)
        case .checkIsDue(let service): check(service, in: shift)
        case .checked(let service, let result): take(result, of: service, in: shift)
        case .people(let news): _ = learner.take(news, into: directory)
        case .learned(let result): learner.take(result, into: directory, in: shift)
        }
    }

    private func hear(_ word: FromDevice, on line: Line<ToDevice>, in shift: Shift) {
        switch word {
        case .hello(let device, let credential): return greet(device, credential, on: line, in: shift)
        case .login(let device):
            let credential = credentials.login(directory.number(of: device))
            return shift.say(ToDevice.loggedIn(credential), on: line, size: settings.envelope)
        default: break
        }
        // S0-9: what is said before a hello, or by somebody who is not let in, waits and is not passed on.
        guard let device = sessions.device(on: line) else { return sessions.keep(word, until: line) }
        switch word {
        case .hello, .login: break
        case .send(let letter): take(letter, from: device, in: shift)
        case .change(let change): ask(change, of: device, Try(), in: shift)
        case .ask(let question): ask(question, of: device, Try(), in: shift)
        case .piece(let letter, let number): take(number, of: letter, from: device, in: shift)
        case .shown, .stopped, .read: break  // the chat host hears these
        case .block(let order): take(order, of: device, in: shift)
        case .blocksSynced(let version):
            let service = connectionServices.pick(for: UInt64(device.user.number), at: shift.now)
            shift.post(
                .synced(device, version: version), to: peers.connectionServices[service],
                size: SenderService.frame)
        }
    }

    /// S0-9.
    private func greet(
        _ device: DeviceID, _ credential: Credential, on line: Line<ToDevice>, in shift: Shift
    ) {
        let number = directory.number(of: device)
        guard rules.letsIn(credentials.accepts(credential, of: number)) else {
            return shift.say(ToDevice.loginNeeded, on: line, size: settings.envelope)
        }
        sessions.enter(device, number: number, on: line)
        for word in sessions.takeEarly(on: line) { hear(word, on: line, in: shift) }
    }

    private func revoke(_ user: User, in shift: Shift) {
        for device in directory.devices(of: user) {
            let number = directory.number(of: DeviceID(of: user, device))
            credentials.revoke(number)
            guard let line = sessions.line(of: number) else { continue }
            sessions.leave(line)
            shift.say(ToDevice.loginNeeded, on: line, size: settings.envelope)
        }
    }

    // MARK: Letters

    private func take(_ letter: Letter, from device: DeviceID, in shift: Shift) {
        let last = lastPiece(of: letter)
        // Of a letter in pieces the first one was counted.
        guard last > 0 || isWithinLimit(letter, at: shift.now) else {
            return say(.refused(letter.id, .rateLimited), to: device, in: shift)
        }
        ledger.stamp(
            letter.id, for: nil, stage: SenderService.gatewayStage, place: Place.machine(shift.machineNumber),
            at: shift.service.arrived)
        if last > 0 {
            store(last, of: letter, from: device, Try(), in: shift)
        } else {
            submit(letter, from: device, Try(), in: shift)
        }
    }

    /// S0-30: how much a user taps, whatever it is. Who goes on all the same is flagged. A letter that comes once more, since
    /// its app has had no answer, was counted, and what an app seals anew for a device that has asked for it nobody tapped.
    func isWithinLimit(_ letter: Letter, at now: Instant) -> Bool {
        if envelopes.addressee(of: letter) != nil { return true }
        let verdict = limiter.take(Int(letter.id.sender.number), number: letter.id.number, at: now)
        flagged.value = limiter.flagged
        return rules.passes(verdict == .allowed)
    }

    func submit(_ letter: Letter, from device: DeviceID, _ attempt: Try, in shift: Shift) {
        let callee = newMessageServices.pick(at: shift.now)
        let call = Submit(
            letter: letter, device: device, attempt: attempt.asking(callee),
            size: (lastPiece(of: letter) > 0 ? .zero : envelopes.size(of: letter)) + settings.envelope)
        serviceLog.write(
            .requested, "new-message-service", peers.newMessageServices[callee], about: letter.id,
            at: shift.now)
        shift.call(call, at: peers.newMessageServices[callee], by: submit)
    }

    private func answer(
        _ letter: Letter, from device: DeviceID, _ attempt: Try, _ result: Result<Submission, CallError>,
        in shift: Shift
    ) {
        switch result {
        case .success(.accepted): say(.accepted(letter.id), to: device, in: shift)
        case .success(.refused(let refusal)): say(.refused(letter.id, refusal), to: device, in: shift)
        case .failure(let error):
            serviceLog.write(
                .sendingFailed, "new-message-service", peers.newMessageServices[Int(attempt.callee)], error,
                about: letter.id, at: shift.now)
            // It may be in the log by now, and is sent again by the app otherwise.
            if error == .timedOut { return suspect(Int(attempt.callee), in: shift) }
            newMessageServices.avoid(Int(attempt.callee), at: shift.now)
            if let next = attempt.next(of: settings) {
                submit(letter, from: device, next, in: shift)
            } else {
                say(.refused(letter.id, .failed), to: device, in: shift)
            }
        }
    }

    /// Of the connection service.
    func noteFailure(of attempt: Try, _ error: CallError, at now: Instant) {
        serviceLog.write(
            .requestFailed, "connection-service", peers.connectionServices[Int(attempt.callee)], error,
            at: now)
        connectionServices.avoid(Int(attempt.callee), at: now)
    }

    func say(_ word: ToDevice, to device: DeviceID, in shift: Shift) {
        guard let line = sessions.line(of: directory.number(of: device)) else { return }
        shift.say(word, on: line, size: settings.envelope)
    }
}

extension Gateway: PeopleListener {
    static func changed(_ news: PeopleNews) -> Inbox { .people(news) }
    static func learned(_ result: Result<PeopleChanges, CallError>) -> Inbox { .learned(result) }
}

extension Gateway.Try {
    func asking(_ callee: Int) -> Self { Self(number: number, callee: UInt8(callee)) }

    /// Nil when there have been enough.
    func next(of settings: GatewaySettings) -> Self? {
        Int(number) + 1 < settings.attempts ? Self(number: number + 1) : nil
    }
}
