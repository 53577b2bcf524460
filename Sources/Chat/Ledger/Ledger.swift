import Cluster
public import Vocabulary

/// The truth about a chat run: every letter from the tap to the last device that shows it.
///
/// Facts are told in the order of time. No component can ask the ledger anything; it hands samples to
/// measurement, counts, and shows the invariants what happened.
///
///     tapped ──▶ accepted ──▶ shown on each device ──▶ read
///        │           └ the sender's device learns it       └ the sender's device learns it
///        │ └ or given up: its sender's app tries no more
///        └ latency counts from here
///
/// A letter is *open* while somebody is to be shown it, a confirmation is awaited, or somebody might resend
/// it (`longestRetry` after the tap). An open letter is an `OpenLetter` and a `Copy` per recipient. When it
/// closes, a word and about a bit per device remain, by which a late duplicate is still found.
///
/// What somebody did since a moment is not looked for by time but by number of fact, so no list of letters
/// has to be walked when people come and go: a copy was *interrupted* if its recipient closed the last app
/// by a later fact than the tap.
public final class Ledger {
    public let settings: LedgerSettings
    /// From when on neither new letters nor faults keep the system from showing what it has. Who could be reached for a
    /// chance from then on and was not shown a letter, never is, even if they are away at the end. Nil: nobody knows.
    public var quietFrom: Instant?
    let deviceLimit: Int

    public var news = LedgerNews()
    @exclusivity(unchecked) public internal(set) var counts = LedgerCounts()
    public let invariants: ChatInvariants
    @exclusivity(unchecked) public internal(set) var stages: StageTimes

    @exclusivity(unchecked) var people: Store<Person>
    @exclusivity(unchecked) var devices: Store<DeviceTimes>
    @exclusivity(unchecked) var rooms: Rooms
    @exclusivity(unchecked) var blockNumbers = PairTable()  // of (who blocks, who is blocked)
    @exclusivity(unchecked) var blocks = Store<BlockRecord>()
    @exclusivity(unchecked) var index = LetterIndex()
    @exclusivity(unchecked) var letters = OpenLetters()
    @exclusivity(unchecked) var copies = Copies()
    @exclusivity(unchecked) var closedInRooms: ClosedRoomLetters
    @exclusivity(unchecked) var lastLetters = PairTable()  // of (sender, destination)
    @exclusivity(unchecked) var stamps = Stamps()
    @exclusivity(unchecked) var samples: SampleBatch

    /// At the end, per recipient: accepted letters that wait for somebody whose app is open and has a network, but no line
    /// to the system that lasts.
    @exclusivity(unchecked) public internal(set) var heldWithoutLine: UInt64 = 0

    /// At the end, per recipient: accepted letters that wait for somebody who can be reached, and have not for a chance: they
    /// may be lost, or on their way.
    @exclusivity(unchecked) public internal(set) var heldForLess: UInt64 = 0

    /// Per recipient: letters that were lost while a device that could not open them waited for them to be sealed anew; and
    /// of these, the ones that no device of their senders' has any more, so that nobody can.
    @exclusivity(unchecked) public internal(set) var lostUnopened: UInt64 = 0
    @exclusivity(unchecked) public internal(set) var lostWithSender: UInt64 = 0

    // Taps in their order, until patience and the longest retry are over.
    @exclusivity(unchecked) var patient = Ring<Due>()
    @exclusivity(unchecked) var retried = Ring<Due>()
    @exclusivity(unchecked) var nextDue = UInt64.max  // ns

    @exclusivity(unchecked) var now: UInt64 = 0  // ns
    /// The number of the fact at hand.
    @exclusivity(unchecked) var fact: UInt64 = 0
    /// Who listens for single letters; nobody in most runs.
    @exclusivity(unchecked) var watches: [LetterWatch] = []

    /// What falls due so and so long after a tap. The place of the open letter saves the way through the
    /// index; another letter may be there by then.
    struct Due {
        var time: UInt64  // ns
        var letter: LetterID
        var place: UInt32
    }

    /// Samples are handed over in batches, during the calls of `take`, `handOver` and `finish`.
    public init(
        _ roster: Roster, _ settings: LedgerSettings,
        samples: @escaping (UnsafeBufferPointer<Sample>) -> Void
    ) {
        roster.check()
        self.settings = settings
        deviceLimit = roster.deviceLimit
        invariants = ChatInvariants(settings)
        stages = StageTimes(stages: settings.stages.count, judgedFrom: settings.judgedFrom)
        people = Store()
        devices = Store(repeating: DeviceTimes(), count: roster.devices.count * roster.deviceLimit)
        rooms = Rooms(roster)
        closedInRooms = ClosedRoomLetters(deviceLimit: roster.deviceLimit)
        self.samples = SampleBatch(of: settings.batch, samples)
        for user in roster.devices.indices {
            let all = UInt8(truncatingIfNeeded: 1 << Int(roster.devices[user]) - 1)
            people.append(
                Person(devices: all, region: roster.regions[user], access: roster.accesses[user]))
        }
        for block in roster.blocks { setBlock(of: block.blocked, by: block.by) }
    }

    public func take(_ fact: ChatFact, at time: Instant) {
        advance(to: time)
        self.fact += 1
        if !watches.isEmpty { tellWatches(fact, at: time) }
        switch fact {
        case .tapped(let letter, let device, let destination): tap(letter, on: device, to: destination)
        case .refused(let letter, let refusal): refuse(letter, refusal)
        case .accepted(let letter): accept(letter)
        case .gaveUp(let letter): giveUp(letter)
        case .shown(let letter, let device): show(letter, on: device)
        case .droppedAsDuplicate:
            counts.droppedAsDuplicate += 1
            invariants.shownOnce.test()
        case .receiptKnown(let letter, let user): confirmShown(letter, to: user)
        case .read(let letter, let user): read(letter, by: user)
        case .readKnown(let letter, let user): confirmRead(letter, by: user)
        case .seen(let letter, let form, let place):
            invariants.bodiesSealed.observe(
                BodiesSealed.Sighting(letter: letter, form: form, place: place, time: time), at: time)
        case .appOpened(let device): openApp(device)
        case .appClosed(let device): closeApp(device)
        case .accessLost(let device): loseAccess(device)
        case .accessGained(let device): gainAccess(device)
        case .deviceAdded(let device): addDevice(device)
        case .deviceLost(let device): loseDevice(device)
        case .listed(let user, let device): list(user, on: device)
        case .unlisted(let user, let device): unlist(user, on: device)
        case .blocked(let user, let by): block(user, by: by)
        case .unblocked(let user, let by): unblock(user, by: by)
        case .joining(let room, let user): rooms.beginJoin(room.number, user: user.number)
        case .joined(let room, let user): rooms.join(room.number, user: user.number, at: self.fact, now)
        case .left(let room, let user): leave(room, user)
        }
    }

    /// Something has happened to a letter on its way to one recipient, or to all: a stage begins.
    ///
    /// A stage may be told when it is over. None begins before the one that was told before it, though: a
    /// letter that was sent twice is where its first copy is. What comes after the recipient was shown the
    /// letter, or after the letter was closed, is not kept.
    public func stamp(
        _ letter: LetterID, for recipient: User?, stage: UInt16, place: UInt32, at time: Instant
    ) {
        precondition(Int(stage) < settings.stages.count, "stage \(stage) was not declared")
        if !watches.isEmpty { tellWatches(letter, for: recipient, stage: stage, place: place, at: time) }
        guard let open = openLetter(letter) else { return }
        if let recipient {
            guard let copy = copy(of: open, for: recipient), !copy.pointee.state.contains(.wasShown)
            else { return }
            let older = UInt32(truncatingIfNeeded: copy.pointee.firstShown)
            // Several devices of one recipient may have it from the same place, one after the other.
            guard older == Stamps.none || stamps[older].stage != stage || stamps[older].place != place
            else { return }
            copy.pointee.firstShown = UInt64(
                stamps.add(
                    Stamp(time: time.nanoseconds, place: place, older: older, stage: stage), notBefore: older)
            )
        } else if open.isRoom || !open.direct.pointee.state.contains(.wasShown) {
            open.pointee.stamps = stamps.add(
                Stamp(time: time.nanoseconds, place: place, older: open.pointee.stamps, stage: stage),
                notBefore: open.pointee.stamps)
        }
    }

    /// A fact about a letter will come soon.
    package func prefetch(_ letter: LetterID) { letters.prefetch(letter) }

    /// A person will tap soon.
    package func prefetch(_ user: User) { people.prefetch(Int(user.number)) }

    /// How many letters are open, and what all books together take of memory.
    package var openLetterCount: Int { letters.count }
    package var stampCount: Int { stamps.count }
    package var bytes: Int {
        people.bytes + devices.bytes + rooms.bytes + blockNumbers.bytes + blocks.bytes + index.bytes
            + letters.bytes + copies.bytes + closedInRooms.bytes + lastLetters.bytes + stamps.bytes
    }
}

/// How the books are opened.
extension Ledger {
    @inline(__always)
    func person(_ user: User) -> UnsafeMutablePointer<Person> { people.address(of: Int(user.number)) }

    @inline(__always)
    func times(_ device: DeviceID) -> UnsafeMutablePointer<DeviceTimes> {
        precondition(device.number < deviceLimit, "\(device) has a number beyond the limit, \(deviceLimit)")
        return devices.address(of: Int(device.user.number) * deviceLimit + Int(device.number))
    }

    @inline(__always)
    func word(of letter: LetterID) -> UnsafeMutablePointer<UInt64> {
        index.word(letter.number, of: person(letter.sender))
    }

    /// Nil when it is closed.
    @inline(__always)
    func openLetter(_ letter: LetterID) -> UnsafeMutablePointer<OpenLetter>? {
        letters.find(letter)
            ?? LetterWord.openLetter(word(of: letter).pointee).map { letters.address(of: $0) }
    }

    /// The copy of somebody the letter could be for: its recipient, or who had a seat in its room.
    @inline(__always)
    func copy(of letter: UnsafeMutablePointer<OpenLetter>, for user: User) -> UnsafeMutablePointer<Copy>? {
        switch Destination(word: letter.pointee.destination) {
        case .direct(let recipient): return user == recipient ? letter.direct : nil
        case .room(let room):
            guard let seat = rooms.seat(of: user.number, in: room.number),
                seat < letter.pointee.copyCount
            else { return nil }
            return copies.address(of: Int(letter.pointee.firstCopy) + seat)
        }
    }

    /// An app was open at the tap, and one has been ever since.
    @inline(__always)
    func isConnected(_ copy: UnsafeMutablePointer<Copy>, to letter: UnsafeMutablePointer<OpenLetter>)
        -> Bool
    {
        copy.pointee.open != 0
            && people.address(of: Int(copy.pointee.user)).pointee.wentAt < letter.pointee.tapAt
    }

    @inline(__always)
    func add(
        _ metric: Sample.Metric, of user: UInt32, isRoom: Bool, intended: UInt64, latency: UInt64?
    ) {
        samples.add(
            Sample(
                metric, tags(of: user, isRoom: isRoom), intended: Instant(nanoseconds: intended),
                latency: latency.map { Span(nanoseconds: Int64($0)) }))
    }

    @inline(__always)
    func tags(of user: UInt32, isRoom: Bool) -> Sample.Tags {
        let person = people.address(of: Int(user))
        return Sample.Tags(region: person.pointee.region, access: person.pointee.access, isRoom: isRoom)
    }

    /// What its samples carry, of a letter that is closed too.
    package func tags(of user: User, in letter: LetterID) -> Sample.Tags {
        let destination = Destination(word: LetterWord.destination(word(of: letter).pointee))
        let isRoom = if case .room = destination { true } else { false }
        return tags(of: user.number, isRoom: isRoom)
    }

    /// What happened to a letter on its way to somebody.
    func note(_ incident: Incident, of user: UInt32, isRoom: Bool, intended: UInt64) {
        news.incident(incident, tags(of: user, isRoom: isRoom), Instant(nanoseconds: intended))
    }
}

extension UnsafeMutablePointer<OpenLetter> {
    @inline(__always) var isRoom: Bool { pointee.destination >> 31 == 1 }

    /// The copy of a direct letter.
    @inline(__always) var direct: UnsafeMutablePointer<Copy> {
        UnsafeMutableRawPointer(self).assumingMemoryBound(to: Copy.self)
    }
}
