internal import Cluster
public import Simulation
package import Vocabulary

/// What all phones of a run share: the plan of the population, the streams that its people draw from, and the
/// ledger that they tell.
///
/// What people do is drawn from streams of their own, each for one purpose, and never from anything that the
/// system does: under one seed they tap the same letters at the same moments, whatever breaks.
public final class Town: @unchecked Sendable {
    public let plan: PopulationPlan
    public let census: Census
    public let app: AppSettings
    public let appPlan: AppPlan
    public let ledger: Ledger
    /// The zone of each (region, access network), region after region.
    private let zones: [Zone]

    @exclusivity(unchecked) var outbox = Lists<SentLetter>()
    @exclusivity(unchecked) var unsaid = Lists<Unsaid>()
    @exclusivity(unchecked) var seen = SeenLetters()
    /// What apps ask: by number of the device, who has asked anything; looked up only, never iterated.
    @exclusivity(unchecked) var asking: [Int: Asking] = [:]
    @exclusivity(unchecked) var questions = Lists<OpenQuestion>()
    /// The channels of each phone beside its first.
    @exclusivity(unchecked) var links: [Link]
    let doors: Doors
    let pages: Pages
    /// Of plans that seal: what is around sealed bodies, who has which keys, and what was sent.
    let envelopes: Envelopes
    /// Of plans that take files: what there are, and what each device moves, by its number; looked up only, never iterated.
    let files: Files
    @exclusivity(unchecked) var transfers: [Int: Transfers] = [:]
    @exclusivity(unchecked) var keys = Keys()
    @exclusivity(unchecked) var sentBodies: SentBodies
    /// Of plans in which each device has a list of blocks.
    @exclusivity(unchecked) var blockBook: BlockBook
    /// Of plans in which devices keep what they show.
    @exclusivity(unchecked) var stores: LocalStores
    let opening: Watch<OpenedToShow>?
    let meters: ClientMeters
    /// Who was in which room when the run began.
    private let firstDirectory: Directory
    /// Of plans with an order: what was shown last, by conversation and device; what waits for a predecessor,
    /// by number of the device; looked up only, never iterated. And how far each device has come.
    @exclusivity(unchecked) var predecessors = Predecessors()
    @exclusivity(unchecked) var latest: [ConversationPlace: LetterID] = [:]
    @exclusivity(unchecked) var held: [Int: Lists<Letter>.List] = [:]
    @exclusivity(unchecked) var heldLetters = Lists<Letter>()
    @exclusivity(unchecked) var cursors: [UInt32]
    /// Whom people block, as their apps know it. Looked up only, never iterated.
    @exclusivity(unchecked) private var blocks: Set<Roster.Block>
    /// Is told of each letter at the moment of its tap, by tests that compare what people do.
    @exclusivity(unchecked) package var tapped: ((Letter, DeviceID, Instant) -> Void)?
    /// Is told of each letter at the moment in which a device shows it, likewise.
    @exclusivity(unchecked) package var shown: ((LetterID, DeviceID, Instant) -> Void)?
    /// How often apps sent a letter again.
    @exclusivity(unchecked) public internal(set) var sentAgain: UInt64 = 0
    /// How often apps showed that a letter waits for the one before it.
    @exclusivity(unchecked) public internal(set) var placeholders: UInt64 = 0
    /// How often apps logged in again.
    @exclusivity(unchecked) public internal(set) var logins: UInt64 = 0
    /// By number of the device, of those that have logged in again; looked up only, never iterated.
    @exclusivity(unchecked) var credentials: [Int: Credential] = [:]
    /// How many changes the system would not have.
    @exclusivity(unchecked) public internal(set) var changesRefused: UInt64 = 0
    /// Is told of each question that was answered, by tests.
    @exclusivity(unchecked) package var answered: ((Question, Answer, DeviceID, Instant) -> Void)?
    /// Is told of each list of conversations that comes to a device, likewise.
    @exclusivity(unchecked) package var listed: (([Conversation], DeviceID, Instant) -> Void)?
    /// The channel whose lines are opened that were open before the run.
    @exclusivity(unchecked) private(set) var settling: Int?

    /// What one device asks.
    struct Asking {
        var open = Lists<OpenQuestion>.List()
        var count: UInt32 = 0
    }

    /// A bit for each device of a user whose app is open, and how many letters each has tapped.
    @exclusivity(unchecked) private var inUse: [UInt8]
    @exclusivity(unchecked) private var letterCounts: [UInt32]
    /// A bit for each device that is a user's, of those whose devices have changed; looked up only, never
    /// iterated.
    @exclusivity(unchecked) private var owned: [User: UInt8] = [:]
    /// Lost devices that no other one could report; looked up only, never iterated.
    @exclusivity(unchecked) private var unreported: [User: [UInt8]] = [:]
    private let devicesToCome: [User: Int]  // looked up only, never iterated
    @exclusivity(unchecked) private var phones: Addresses<Phone>?
    /// By user; none where everybody has one device.
    private let firstPhones: [UInt32]
    @exclusivity(unchecked) private unowned(unsafe) var cluster: Cluster!
    /// The devices that are connected when the run begins.
    public private(set) var connected: [DeviceID] = []

    /// By the number of the device; looked up only, never iterated.
    @exclusivity(unchecked) var ownChanges: [Int: OwnChanges] = [:]
    private let acts: OwnActs
    /// Acts of the design's own that wait for a line, by the number of the device; looked up only, never
    /// iterated.
    private var waitingActs: [Int: [(name: String, value: ActSheet.ArgumentValue)]] = [:]

    /// How many faults keep a phone without access, by its number; looked up only, never iterated.
    private var outages: [Int: Int] = [:]

    private let curve: LoadCurve
    private let spacing: TapSpacing
    private let letterClasses: Weighted?
    private let letterDraws, sessionDraws, retryDraws, reconnectDraws, readDraws: Streams
    private let questionDraws, handDraws, orderDraws, changeDraws, decisionDraws, hackDraws,
        mediaDraws: Streams
    let clockDraws: Streams
    private let awayFactor: Double  // of a session

    /// - Parameter site: on which the design that they use is built.
    init(_ plan: PopulationPlan, on site: Site, app: AppSettings, _ appPlan: AppPlan, zones: [Zone]) {
        precondition(zones.count == plan.regions.count * plan.accesses.count, "a zone for each way in")
        self.plan = plan
        let census = site.census
        self.census = census
        ledger = site.ledger
        self.app = app
        self.appPlan = appPlan
        doors = site.doors
        pages = site.pages
        envelopes = site.envelopes
        files = site.files
        acts = site.acts
        meters = ClientMeters(site.meters)
        let seed = site.cluster.world.seed
        let devices = plan.users * census.roster.deviceLimit
        sentBodies = SentBodies(users: appPlan.sealing == .none ? 0 : plan.users)
        opening = ledger.invariants.watch(ofListed: OpenedToShow.self)
        firstDirectory = Directory(census.roster)
        blockBook = BlockBook(census.roster)
        stores = LocalStores(devices: appPlan.keepsStore ? devices : 0)
        cursors = appPlan.order == .serverID ? Array(repeating: 0, count: devices) : []
        inUse = Array(repeating: 0, count: plan.users)
        letterCounts = inUse.map { _ in 0 }
        let toCome = plan.devicesToCome
        devicesToCome = toCome
        var count: UInt32 = 0
        firstPhones =
            toCome.isEmpty && census.roster.devices.allSatisfy { $0 == 1 }
            ? []
            : census.roster.devices.enumerated().map { user, devices in
                defer { count += UInt32(devices) + UInt32(toCome[User(UInt32(user)), default: 0]) }
                return count
            }
        let phoneCount = firstPhones.isEmpty ? plan.users : Int(count)
        links = Array(repeating: .none, count: phoneCount * (appPlan.channels.count - 1))
        self.zones = zones
        blocks = Set(census.roster.blocks)
        func streams(_ purpose: String) -> Streams { Streams(seed: seed, purpose: Purpose(purpose)) }
        curve = LoadCurve(plan.phases, end: plan.end)
        spacing = TapSpacing(plan.phases, along: curve, drawing: streams("taps"), streams("first taps"))
        letterClasses = plan.rooms.isEmpty ? nil : Weighted(plan.rooms.map(\.share))
        letterDraws = streams("letters")
        sessionDraws = streams("sessions")
        retryDraws = streams("app retries")
        reconnectDraws = streams("app reconnects")
        readDraws = streams("reading")
        questionDraws = streams("app questions")
        handDraws = streams("devices at hand")
        orderDraws = streams("app blocks")
        changeDraws = streams("app changes")
        decisionDraws = streams("decisions")
        hackDraws = streams("hacked apps")
        mediaDraws = streams("media")
        clockDraws = streams("device clocks")
        awayFactor = plan.online > 0 ? (1 - plan.online) / plan.online : 0
    }

    // MARK: Where

    func region(of user: User) -> UInt8 { census.roster.regions[Int(user.number)] }

    func zone(of user: User) -> Zone {
        let user = Int(user.number)
        return zones[
            Int(census.roster.regions[user]) * plan.accesses.count + Int(census.roster.accesses[user])]
    }

    /// Counts the devices that there may be.
    func number(of device: DeviceID) -> Int {
        Int(device.user.number) * census.roster.deviceLimit + Int(device.number)
    }

    // MARK: When they tap

    /// The moment of a user's tap number `tap`, from 0, when the integral of the load stood at `count` at the
    /// one before.
    func nextTap(of user: User, number tap: UInt32, count: inout Double) -> Instant? {
        count = spacing.next(after: count, of: user, number: tap)
        return curve.time(of: count)
    }

    func phase(at time: Instant) -> PopulationPlan.LoadPhase {
        plan.phases.last { .start + $0.from <= time } ?? plan.phases[0]
    }

    // MARK: What they tap

    /// The device on which a tap happens: one of those whose app is open; nil when none is.
    func deviceToTap(of user: User, tap: UInt32) -> UInt8? {
        let open = inUse[Int(user.number)]
        if open & (open &- 1) == 0 { return open == 0 ? nil : UInt8(open.trailingZeroBitCount) }
        var stream = handDraws.stream(of: UInt64(user.number), drawn: UInt64(tap))
        var rest = open
        for _ in 0..<stream.below(open.nonzeroBitCount) { rest &= rest - 1 }
        return UInt8(rest.trailingZeroBitCount)
    }

    func noteOpen(_ device: DeviceID, isOpen: Bool) {
        if isOpen {
            inUse[Int(device.user.number)] |= device.bit
        } else {
            inUse[Int(device.user.number)] &= ~device.bit
        }
    }

    /// The first one of a user's devices whose app is open.
    func openDevice(of user: User) -> DeviceID? {
        let open = inUse[Int(user.number)]
        return open == 0 ? nil : DeviceID(of: user, UInt8(open.trailingZeroBitCount))
    }

    // MARK: Which devices they have

    /// Those that come later are counted.
    private func phoneCount(of user: User) -> Int {
        Int(census.roster.devices[Int(user.number)]) + devicesToCome[user, default: 0]
    }

    private func ownedDevices(of user: User) -> UInt8 {
        owned[user] ?? UInt8(truncatingIfNeeded: 1 << Int(census.roster.devices[Int(user.number)]) - 1)
    }

    func isOwned(_ device: DeviceID) -> Bool { ownedDevices(of: device.user) & device.bit != 0 }

    /// How many devices a user had when the run began: all apps know of them.
    func firstDeviceCount(of user: User) -> UInt8 { census.roster.devices[Int(user.number)] }

    /// Of all readers of a letter that there were then, its sender's among them.
    func firstDeviceCount(of letter: Letter) -> UInt32 {
        func count() -> UInt32 {
            var count: UInt32 = 0
            forEachFirstReader(of: letter) { count += UInt32(firstDeviceCount(of: $0)) }
            return count
        }
        guard case .room(let room) = letter.destination else { return count() }
        return keys.deviceCount(of: room, counting: count)
    }

    /// Whether a letter is sealed for a user without that its sender's app has learned of them.
    func isFirstReader(_ user: User, of letter: Letter) -> Bool {
        switch letter.destination {
        case .direct(let other): user == other || user == letter.id.sender
        case .room(let room): firstDirectory.isMember(user, of: room)
        }
    }

    func forEachFirstReader(of letter: Letter, _ body: (User) -> Void) {
        switch letter.destination {
        case .direct(let other):
            body(other)
            if other != letter.id.sender { body(letter.id.sender) }
        case .room(let room): firstDirectory.forEachMember(of: room, body)
        }
    }

    /// A device is its user's from now on. The lost ones that are to be reported there.
    func own(_ device: DeviceID) -> [UInt8] {
        owned[device.user] = ownedDevices(of: device.user) | device.bit
        return unreported.removeValue(forKey: device.user) ?? []
    }

    /// A device is lost. The one on which that can be reported, if there is one.
    func lose(_ device: DeviceID) -> DeviceID? {
        let others = ownedDevices(of: device.user) & ~device.bit
        owned[device.user] = others
        guard others != 0 else {
            unreported[device.user, default: []].append(device.number)
            return nil
        }
        return DeviceID(of: device.user, UInt8(others.trailingZeroBitCount))
    }

    func credential(of device: DeviceID) -> Credential {
        credentials.isEmpty ? .first : credentials[number(of: device)] ?? .first
    }

    private func nextNumber(of user: User) -> UInt32 {
        defer { letterCounts[Int(user.number)] += 1 }
        return letterCounts[Int(user.number)]
    }

    /// A user's next letter, tapped at `time`. Each letter has draws of its own.
    func letter(of user: User, at time: Instant) -> Letter {
        let number = nextNumber(of: user)
        var stream = letterDraws.stream(of: UInt64(user.number), drawn: 8 * UInt64(number))
        let phase = phase(at: time)
        let isDirect = stream.unit() < phase.direct
        let size = phase.size.sample(&stream)
        let destination: Destination
        if let letterClasses, !isDirect {
            let room = census.rooms[letterClasses.sample(&stream)].roomOf[Int(user.number)]
            destination = .room(Room(room))
        } else {
            destination = .direct(census.contact(of: user, drawing: &stream))
        }
        return Letter(id: LetterID(of: user, number), to: destination, bytes: UInt32(max(0, size)))
    }

    /// A letter of a script.
    func letter(of user: User, to destination: Destination, at time: Instant) -> Letter {
        let number = nextNumber(of: user)
        var stream = letterDraws.stream(of: UInt64(user.number), drawn: 8 * UInt64(number))
        let size = (plan.phases.isEmpty ? Spread.constant(1_024) : phase(at: time).size).sample(&stream)
        return Letter(id: LetterID(of: user, number), to: destination, bytes: UInt32(max(0, size)))
    }

    /// What the file weighs that a letter refers to, tapped at `time`, in bytes; nil when it refers to none. Whether it
    /// does has draws of its own: letters with files are tapped as those without.
    func fileSize(of letter: LetterID, at time: Instant) -> UInt32? {
        guard !plan.phases.isEmpty, let media = phase(at: time).media else { return nil }
        var stream = mediaDraws.stream(of: UInt64(letter.sender.number), drawn: 8 * UInt64(letter.number))
        guard stream.unit() < media.share else { return nil }
        return UInt32(
            clamping: Int64(min(max(1, media.size.sample(&stream)), Double(Files.largestFile.bytes))))
    }

    // MARK: When they are there

    /// Whether the app on a device is open when the run begins, and when that changes next; never when nil.
    func firstSession(of device: DeviceID) -> (isOnline: Bool, changesAfter: Span?) {
        guard plan.online < 1 else { return (true, nil) }
        guard plan.online > 0 else { return (false, nil) }
        var stream = sessionDraws.stream(of: Self.entity(of: device))
        let isOnline = stream.unit() < plan.online
        return (isOnline, sessionLength(of: device, number: 0, isOnline: isOnline))
    }

    /// How long session number `number` lasts, or the absence that counts as one.
    func sessionLength(of device: DeviceID, number: UInt32, isOnline: Bool) -> Span {
        var stream = sessionDraws.stream(of: Self.entity(of: device), drawn: UInt64(number) + 1)
        let length = plan.session.sample(&stream)
        return Span(roundingNanoseconds: isOnline ? length : length * awayFactor)
    }

    /// The devices of a user come and go each by itself.
    private static func entity(of device: DeviceID) -> UInt64 {
        UInt64(device.number) << 32 | UInt64(device.user.number)
    }

    // MARK: What apps do

    /// The pause before attempt `attempt` to connect a channel again, from 0.
    func reconnectPause(of device: DeviceID, _ channel: Int, attempt: UInt32, drawn: UInt32) -> Span {
        var stream = reconnectDraws.stream(
            of: UInt64(number(of: device)), drawn: UInt64(channel) << 32 | UInt64(drawn))
        return app.reconnect.pause(attempt, drawing: &stream)
    }

    /// How long after attempt `attempt` to send a letter, from 0, the app sends it again, or gives it up.
    /// Each attempt of each letter has a draw of its own, so that none moves with what befell others.
    func wait(for letter: LetterID, attempt: UInt32) -> Span {
        guard attempt + 1 < app.retry.limit else { return app.answerWithin }
        var stream = retryDraws.stream(
            of: UInt64(letter.sender.number), drawn: UInt64(letter.number) << 20 | UInt64(attempt))
        return app.answerWithin + app.retry.pause(attempt, drawing: &stream)
    }

    /// How long after attempt `attempt` to ask, from 0, the app asks again, or gives it up. A letter that it cannot open
    /// it does not give up.
    func wait(forAnswerTo question: Question, of device: DeviceID, attempt: UInt32) -> Span {
        guard attempt + 1 < app.retry.limit || question.kind == .again else { return app.answerWithin }
        var stream = questionDraws.stream(
            of: UInt64(number(of: device)), drawn: UInt64(question.number) << 20 | UInt64(attempt))
        return app.answerWithin + app.retry.pause(attempt, drawing: &stream)
    }

    /// The highest number that a device has shown; 0 where its plan does not go by numbers.
    func cursor(of device: DeviceID) -> UInt32 { cursors.isEmpty ? 0 : cursors[number(of: device)] }

    /// How long after it was shown a user has read a letter; nil when users do not.
    func readPause(of user: User, _ letter: LetterID) -> Span? {
        guard let spread = app.readAfter else { return nil }
        var stream = readDraws.stream(of: UInt64(user.number), drawn: letter.word)
        return Span(roundingNanoseconds: spread.sample(&stream))
    }

    /// False when it is so already.
    func block(_ user: User, by: User) -> Bool { blocks.insert(Roster.Block(user, by: by)).inserted }

    func unblock(_ user: User, by: User) -> Bool { blocks.remove(Roster.Block(user, by: by)) != nil }

    /// Whether a device shows nothing of a user's (S0-25).
    package func isBlocked(_ user: User, on device: DeviceID) -> Bool {
        guard appPlan.blocks == nil else {
            return appPlan.rules.heeds(user, device.user)
                && blockBook.isBlocked(user, by: device.user, on: number(of: device))
        }
        return !blocks.isEmpty && appPlan.rules.heeds(user, device.user)
            && blocks.contains(Roster.Block(user, by: device.user))
    }

    func compareBlocks(_ block: Roster.Block, at time: Instant) -> BlockBook.Difference? {
        let owned = ownedDevices(of: block.by)
        let devices = (0..<UInt8(8)).filter { owned & 1 << $0 != 0 }.map {
            number(of: DeviceID(of: block.by, $0))
        }
        return blockBook.compare(block, on: devices, at: time)
    }

    /// Whether a person's apps send to whom they should not (S0-25).
    func isHacked(_ user: User) -> Bool {
        guard plan.hacked > 0 else { return false }
        var stream = hackDraws.stream(of: UInt64(user.number))
        return stream.unit() < plan.hacked
    }

    /// How long after attempt `attempt` to have a block known, from 0, the app tries again, or gives it up for now.
    func wait(forOrder order: UInt32, of device: DeviceID, attempt: UInt32) -> Span {
        guard attempt + 1 < app.retry.limit else { return app.answerWithin }
        var stream = orderDraws.stream(
            of: UInt64(number(of: device)), drawn: UInt64(order) << 20 | UInt64(attempt))
        return app.answerWithin + app.retry.pause(attempt, drawing: &stream)
    }

    /// How long after changes have failed, for the `attempt`th time from 0, the app tries again.
    func wait(forChangesOf device: DeviceID, attempt: UInt32) -> Span {
        var stream = changeDraws.stream(of: UInt64(number(of: device)), drawn: UInt64(attempt))
        return app.retry.pause(attempt, drawing: &stream)
    }

    /// How long a person thinks about a block.
    func decisionPause(of device: DeviceID, about user: User) -> Span {
        var stream = decisionDraws.stream(of: UInt64(number(of: device)), drawn: UInt64(user.number))
        return Span(roundingNanoseconds: app.decision.sample(&stream))
    }

    // MARK: Acts of one design

    func way(
        of act: String, _ value: ActSheet.ArgumentValue, by user: User
    ) -> (door: ActDoor, size: ByteCount) {
        acts.way(of: act, value, by: user)
    }

    func keep(_ act: String, _ value: ActSheet.ArgumentValue, of device: DeviceID) {
        waitingActs[number(of: device), default: []].append((act, value))
    }

    /// All that was kept, in its order, to be done now.
    func takeActs(of device: DeviceID) -> [(name: String, value: ActSheet.ArgumentValue)] {
        waitingActs.isEmpty ? [] : waitingActs.removeValue(forKey: number(of: device)) ?? []
    }

    // MARK: What befalls them

    /// False when the phone is without access already.
    func beginOutage(ofPhone number: Int) -> Bool {
        outages[number, default: 0] += 1
        return outages[number] == 1
    }

    /// False when something else still keeps it without access.
    func endOutage(ofPhone number: Int) -> Bool {
        outages[number, default: 0] -= 1
        guard outages[number] == 0 else { return false }
        outages[number] = nil
        return true
    }

    /// The people of a region; all of them when nil.
    public func people(of region: String?) -> [User] {
        let isMeant = plan.regions.map { region == nil || $0.name == region }
        return census.roster.regions.indices.filter { isMeant[Int(census.roster.regions[$0])] }.map {
            User(UInt32($0))
        }
    }

    /// The phones of these people, in their order, out of all that have settled.
    public func phones(of people: [User], among phones: Addresses<Phone>) -> [Address<Phone>] {
        people.flatMap { person in
            let place = firstPhone(of: person)
            return (place..<place + phoneCount(of: person)).map { phones[$0] }
        }
    }

    /// Phones stand user after user.
    private func firstPhone(of user: User) -> Int {
        firstPhones.isEmpty ? Int(user.number) : Int(firstPhones[Int(user.number)])
    }

    /// Of a device's phone among all.
    func phoneNumber(of device: DeviceID) -> Int { firstPhone(of: device.user) + Int(device.number) }

    // MARK: Settling

    /// Puts the phones into the cluster: each user's devices connect where `door` says.
    func settle(in cluster: Cluster, door: (User) -> FrontDoor) -> Addresses<Phone> {
        var ids: [DeviceID] = []
        for user in 0..<plan.users {
            for device in 0..<phoneCount(of: User(UInt32(user))) {
                ids.append(DeviceID(of: User(UInt32(user)), UInt8(device)))
            }
        }
        let phones: Addresses<Phone> = cluster.add(count: ids.count, in: zones[0]) { socket, number in
            Phone(socket: socket, town: self, id: ids[number], door: door(ids[number].user))
        }
        self.cluster = cluster
        self.phones = phones
        for (phone, id) in zip(phones, ids) {
            for (channel, plan) in appPlan.channels.enumerated() where channel > 0 && plan.foundOver == nil {
                cluster.world.inspect(phone) { phone in
                    phone.link(channel) { $0.door = doors.first(channel, of: id.user) }
                }
            }
            guard id.number < census.roster.devices[Int(id.user.number)] else {
                cluster.world.inspect(phone) { _ = $0.state.insert(.absent) }
                continue
            }
            let session = firstSession(of: id)
            if session.isOnline {
                cluster.world.inspect(phone) { $0.open(at: .start) }
                connect(phone, id, door(id.user))
            }
            if let span = session.changesAfter { cluster.leave(.session, for: phone, at: .start + span) }
            guard id.number == 0, !plan.phases.isEmpty else { continue }
            if let first = cluster.world.inspect(phone, { $0.planTap() }) ?? nil {
                cluster.leave(.tap, for: phone, at: first)
            }
        }
        leaveActs()
        return phones
    }

    /// The lines that were open before the run.
    private func connect(_ phone: Address<Phone>, _ id: DeviceID, _ door: FrontDoor) {
        for (channel, plan) in appPlan.channels.enumerated() where plan.staysOpen {
            let door = channel == 0 ? door : doors.first(channel, of: id.user)
            cluster.world.inspect(phone) { phone in phone.link(channel) { $0.door = door } }
            settling = channel
            if let line = cluster.connect(
                phone, in: zone(of: id.user), to: door, count: UInt32(channel) << 28)
            {
                if channel == 0 { connected.append(id) }
                cluster.preload(.hello(id, .first), on: line, into: door)
            } else {
                cluster.leave(.reconnect(channel, 0), for: phone, at: .start)
            }
        }
        settling = nil
    }

    /// What scripts say, for the devices that do it. A new device has the next number of its user.
    private func leaveActs() {
        var numbers = census.roster.devices
        let acts = plan.script.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }
        for (number, act) in acts {
            let user = Int(act.user.number)
            if act.act != .addDevice, act.device < phoneCount(of: act.user) {
                leave(.script(number), for: DeviceID(of: act.user, act.device), at: .start + act.at)
            }
            guard act.act.bringsDevice else { continue }
            leave(.script(number), for: DeviceID(of: act.user, numbers[user]), at: .start + act.at)
            numbers[user] += 1
        }
    }

    /// Leaves a note for a device that has settled.
    func leave(_ note: Note, for device: DeviceID, at time: Instant) {
        guard let phones else { preconditionFailure("nobody has settled yet") }
        cluster.leave(note, for: phones[firstPhone(of: device.user) + Int(device.number)], at: time)
    }
}
