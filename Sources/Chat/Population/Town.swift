public import Cluster
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
    public let ledger: Ledger
    /// The zone of each (region, access network), region after region.
    private let zones: [Zone]

    @exclusivity(unchecked) var outbox = Lists<SentLetter>()
    @exclusivity(unchecked) var unsaid = Lists<FromDevice>()
    @exclusivity(unchecked) var seen = SeenLetters()
    /// Whom people block, as their apps know it. Looked up only, never iterated.
    private var blocks: Set<Roster.Block>
    /// What apps decide; set before anybody settles.
    public var rules = AppRules()
    /// Is told of each letter at the moment of its tap, by tests that compare what people do.
    @exclusivity(unchecked) package var tapped: ((Letter, DeviceID, Instant) -> Void)?
    /// How often apps sent a letter again.
    @exclusivity(unchecked) public internal(set) var sentAgain: UInt64 = 0
    /// While lines are opened that were open before the run.
    @exclusivity(unchecked) private(set) var isSettingUp = false

    private let acts: OwnActs
    /// Acts of the design's own that wait for a line, by the number of the device; looked up only, never
    /// iterated.
    private var waitingActs: [Int: [(name: String, value: ActSheet.Value)]] = [:]

    /// How many faults keep a phone without access, by its number; looked up only, never iterated.
    private var outages: [Int: Int] = [:]

    private let curve: LoadCurve
    private let letterClasses: Weighted?
    private let tapDraws, letterDraws, sessionDraws, retryDraws, reconnectDraws, readDraws: Streams
    private let awayFactor: Double  // of a session

    public init(
        _ plan: PopulationPlan, _ census: Census, app: AppSettings, ledger: Ledger, zones: [Zone],
        seed: UInt64, acts: OwnActs = OwnActs()
    ) {
        precondition(zones.count == plan.regions.count * plan.accesses.count, "a zone for each way in")
        self.plan = plan
        self.census = census
        self.app = app
        self.ledger = ledger
        self.zones = zones
        self.acts = acts
        blocks = Set(census.roster.blocks)
        curve = LoadCurve(plan.phases, end: plan.end)
        letterClasses = plan.rooms.isEmpty ? nil : Weighted(plan.rooms.map(\.share))
        func streams(_ purpose: String) -> Streams { Streams(seed: seed, purpose: Purpose(purpose)) }
        tapDraws = streams("taps")
        letterDraws = streams("letters")
        sessionDraws = streams("sessions")
        retryDraws = streams("app retries")
        reconnectDraws = streams("app reconnects")
        readDraws = streams("reading")
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
        var stream = tapDraws.stream(of: UInt64(user.number), drawn: UInt64(tap))
        let phase = phase(at: curve.time(of: count) ?? .start)
        if phase.isConstant {
            count += tap == 0 ? stream.unit() : 1
        } else {
            count += Exponential(mean: 1).sample(&stream)
        }
        return curve.time(of: count)
    }

    func phase(at time: Instant) -> PopulationPlan.Phase {
        plan.phases.last { .start + $0.from <= time } ?? plan.phases[0]
    }

    // MARK: What they tap

    /// A user's letter number `number`, tapped at `time`. Each letter has draws of its own.
    func letter(_ number: UInt32, of user: User, at time: Instant) -> Letter {
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
    func letter(_ number: UInt32, of user: User, to destination: Destination, at time: Instant) -> Letter {
        var stream = letterDraws.stream(of: UInt64(user.number), drawn: 8 * UInt64(number))
        let size = (plan.phases.isEmpty ? Spread.constant(1_024) : phase(at: time).size).sample(&stream)
        return Letter(id: LetterID(of: user, number), to: destination, bytes: UInt32(max(0, size)))
    }

    // MARK: When they are there

    /// Whether a user is online when the run begins, and when that changes next; never when nil.
    func firstSession(of user: User) -> (isOnline: Bool, changesAfter: Span?) {
        guard plan.online < 1 else { return (true, nil) }
        guard plan.online > 0 else { return (false, nil) }
        var stream = sessionDraws.stream(of: UInt64(user.number))
        let isOnline = stream.unit() < plan.online
        return (isOnline, sessionLength(of: user, number: 0, isOnline: isOnline))
    }

    /// How long session number `number` lasts, or the absence that counts as one.
    func sessionLength(of user: User, number: UInt32, isOnline: Bool) -> Span {
        var stream = sessionDraws.stream(of: UInt64(user.number), drawn: UInt64(number) + 1)
        let length = plan.session.sample(&stream)
        return Span(roundingNanoseconds: isOnline ? length : length * awayFactor)
    }

    // MARK: What apps do

    /// The pause before attempt `attempt` to connect again, from 0.
    func reconnectPause(of device: DeviceID, attempt: UInt32, drawn: UInt32) -> Span {
        var stream = reconnectDraws.stream(of: UInt64(number(of: device)), drawn: UInt64(drawn))
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

    /// How long after it was shown a user has read a letter; nil when users do not.
    func readPause(of user: User, _ letter: LetterID) -> Span? {
        guard let spread = app.readAfter else { return nil }
        var stream = readDraws.stream(of: UInt64(user.number), drawn: letter.word)
        return Span(roundingNanoseconds: spread.sample(&stream))
    }

    /// False when it is so already.
    func block(_ user: User, by: User) -> Bool { blocks.insert(Roster.Block(user, by: by)).inserted }

    func unblock(_ user: User, by: User) -> Bool { blocks.remove(Roster.Block(user, by: by)) != nil }

    func isBlocked(_ user: User, by: User) -> Bool {
        !blocks.isEmpty && rules.heeds(user, by) && blocks.contains(Roster.Block(user, by: by))
    }

    // MARK: Acts of one design

    func door(for act: String, of user: User) -> ActDoor { acts.door(for: act, of: user) }

    func keep(_ act: String, _ value: ActSheet.Value, of device: DeviceID) {
        waitingActs[number(of: device), default: []].append((act, value))
    }

    /// All that was kept, in its order, to be done now.
    func takeActs(of device: DeviceID) -> [(name: String, value: ActSheet.Value)] {
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
        var first: [Int] = []
        var count = 0
        for devices in census.roster.devices {
            first.append(count)
            count += Int(devices)
        }
        return people.flatMap { person in
            let place = first[Int(person.number)]
            return (place..<place + Int(census.roster.devices[Int(person.number)])).map { phones[$0] }
        }
    }

    // MARK: Settling

    /// Puts the phones into the cluster: each user's devices connect where `door` says.
    public func settle(in cluster: Cluster, door: (User) -> FrontDoor) -> Addresses<Phone> {
        var ids: [DeviceID] = []
        for user in 0..<plan.users {
            for device in 0..<census.roster.devices[user] {
                ids.append(DeviceID(of: User(UInt32(user)), device))
            }
        }
        let phones: Addresses<Phone> = cluster.add(count: ids.count, in: zones[0]) { socket, number in
            Phone(socket: socket, town: self, id: ids[number], door: door(ids[number].user))
        }
        isSettingUp = true
        for (phone, id) in zip(phones, ids) {
            let session = firstSession(of: id.user)
            if session.isOnline {
                cluster.world.inspect(phone) { $0.open(at: .start) }
                if let line = cluster.connect(phone, in: zone(of: id.user), to: door(id.user)) {
                    cluster.acquaint(.hello(id), on: line, with: door(id.user))
                } else {
                    cluster.leave(Note.reconnect(0), for: phone, at: .start)
                }
            }
            if let span = session.changesAfter { cluster.leave(.session, for: phone, at: .start + span) }
            guard id.number == 0, !plan.phases.isEmpty else { continue }
            if let first = cluster.world.inspect(phone, { $0.planTap() }) ?? nil {
                cluster.leave(.tap, for: phone, at: first)
            }
        }
        isSettingUp = false
        var firstPhone: [Int] = []
        for (number, id) in ids.enumerated() where id.number == 0 { firstPhone.append(number) }
        for (number, act) in plan.script.enumerated() {
            cluster.leave(.script(number), for: phones[firstPhone[Int(act.user.number)]], at: .start + act.at)
        }
        return phones
    }
}
