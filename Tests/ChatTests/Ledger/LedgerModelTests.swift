import Chat
import Simulation
import Testing
import Vocabulary

/// Random facts, told to the ledger and to the model of it.
private struct Twin {
    private static let devices: [UInt8] = [1, 2, 3, 1, 2, 3]
    private static let rooms: [[UInt32]] = [[0, 1, 2, 3], [2, 4, 5]]

    let line: Timeline
    var model: LedgerModel
    private var stream: RandomStream
    private var tapped: [LetterID] = []
    private var taps: [UInt32]
    private var now: Int64 = 0  // ms

    init(seed: UInt64, reads: Bool) {
        var settings = LedgerSettings()
        settings.patience = .milliseconds(40)
        settings.longestRetry = .milliseconds(60)
        settings.chance = .milliseconds(50)
        settings.changesSpread = .milliseconds(20)
        settings.sendsReceipts = reads
        settings.sendsReads = reads
        line = Timeline(devices: Self.devices, rooms: Self.rooms, open: false) { $0 = settings }
        model = LedgerModel(devices: Self.devices, rooms: Self.rooms, settings)
        stream = Streams(seed: seed, purpose: Purpose("ledger test")).stream(of: 0)
        taps = Self.devices.map { _ in 0 }
    }

    private mutating func user() -> UInt32 { UInt32(stream.below(Self.devices.count)) }

    /// One of the user's devices, if there is one.
    private mutating func device(of user: UInt32) -> DeviceID? {
        let devices = model.users[Int(user)].devices.sorted()
        return devices.isEmpty ? nil : DeviceID(of: User(user), devices[stream.below(devices.count)])
    }

    /// Mostly one of the last.
    private mutating func someLetter() -> LetterID? {
        guard !tapped.isEmpty else { return nil }
        let range = stream.below(10) == 0 ? tapped.count : min(tapped.count, 12)
        return tapped[tapped.count - 1 - stream.below(range)]
    }

    private mutating func next() -> ChatFact? {
        let user = user()
        switch stream.below(100) {
        case 0..<14:
            guard let device = device(of: user) else { return nil }
            let id = LetterID(of: User(user), taps[Int(user)])
            let rooms = model.rooms.indices.filter { model.rooms[$0].contains(user) }
            let other = self.user()
            taps[Int(user)] += 1
            tapped.append(id)
            if !rooms.isEmpty, stream.below(2) == 0 || other == user {
                return .tapped(id, on: device, to: .room(Room(UInt32(rooms[stream.below(rooms.count)]))))
            }
            return .tapped(id, on: device, to: .direct(User(other == user ? (user + 1) % 6 : other)))
        case 14..<26: return someLetter().map { .accepted($0) }
        case 26:
            return someLetter().map { .gaveUp($0) }
        case 27:
            return someLetter().map { .refused($0, stream.below(2) == 0 ? .rateLimited : .overloaded) }
        case 28..<62:
            guard let id = someLetter(), let device = device(of: user) else { return nil }
            return .shown(id, on: device)
        case 62..<69: return confirmation { .receiptKnown($0, from: $1) }
        case 69..<74: return confirmation { .read($0, by: $1) }
        case 74..<79: return confirmation { .readKnown($0, from: $1) }
        case 79..<85: return device(of: user).map { .appOpened($0) }
        case 85..<89: return device(of: user).map { .appClosed($0) }
        case 89..<91: return device(of: user).map { .accessLost($0) }
        case 91..<93: return device(of: user).map { .accessGained($0) }
        case 93..<95: return blockOrUnblock(user, self.user())
        case 95..<99: return joinOrLeave(Room(UInt32(stream.below(2))), user)
        default: return addOrLoseDevice(user)
        }
    }

    /// Mostly of somebody who has seen the letter.
    private mutating func confirmation(_ fact: (LetterID, User) -> ChatFact) -> ChatFact? {
        guard let id = someLetter() else { return nil }
        let readers = model.letters[id]!.entries.filter { $0.value.firstShown != nil }.keys.sorted()
        guard !readers.isEmpty, stream.below(5) > 0 else { return fact(id, User(user())) }
        return fact(id, User(readers[stream.below(readers.count)]))
    }

    private mutating func blockOrUnblock(_ user: UInt32, _ by: UInt32) -> ChatFact? {
        guard user != by, let device = device(of: by) else { return nil }
        return switch stream.below(6) {
        case 0, 1: .blocked(User(user), by: User(by))
        case 2, 3: .unblocked(User(user), by: User(by))
        case 4: .listed(User(user), on: device)
        default: .unlisted(User(user), on: device)
        }
    }

    private mutating func joinOrLeave(_ room: Room, _ user: UInt32) -> ChatFact {
        switch stream.below(6) {
        case 0: .joining(room, User(user))
        case 1...4 where model.rooms[Int(room.number)].contains(user): .left(room, User(user))
        case 5 where model.asking[Int(room.number)].contains(user): .left(room, User(user))
        default: .joined(room, User(user))
        }
    }

    /// Nobody comes to have more than four.
    private mutating func addOrLoseDevice(_ user: UInt32) -> ChatFact? {
        if stream.below(4) > 0, let device = device(of: user), model.users[Int(user)].devices.count > 1 {
            return .deviceLost(device)
        }
        guard !model.users[Int(user)].devices.contains(3) else { return nil }
        return .deviceAdded(DeviceID(of: User(user), 3))
    }

    mutating func run(_ steps: Int) {
        for _ in 0..<steps {
            if stream.below(3) > 0 { now += Int64(stream.below(8)) }
            guard let fact = next() else { continue }
            line.ledger.take(fact, at: .at(.milliseconds(now)))
            model.take(fact, at: .at(.milliseconds(now)))
        }
        line.ledger.finish(at: .at(.milliseconds(now + 30)))
        model.finish(at: .at(.milliseconds(now + 30)))
    }
}

@Suite("ledger: against a model")
struct LedgerModelTests {
    @Test(
        "whatever happens, samples and counts are those of the plain model",
        arguments: 1...40 as ClosedRange<UInt64>)
    func agrees(seed: UInt64) {
        var twin = Twin(seed: seed, reads: seed % 2 == 0)
        twin.run(1_500)
        #expect(twin.line.samples.sorted() == twin.model.samples.sorted())
        #expect(twin.line.ledger.counts == twin.model.counts)
        #expect(twin.line.ledger.openLetterCount == twin.model.letters.values.filter { !$0.isClosed }.count)
    }

    /// A model test shows nothing about what its random facts never bring about.
    @Test("the random facts bring about everything that is counted")
    func coverage() {
        var twins = [Twin(seed: 1, reads: false), Twin(seed: 2, reads: true)]
        for index in twins.indices { twins[index].run(1_500) }
        let all = twins.map(\.model.counts)
        for count: KeyPath<LedgerCounts, UInt64> in [
            \.refusedByRule, \.refusedInTrouble, \.givenUp, \.acceptedInTime, \.withoutAccess, \.shown,
            \.withdrawn,
            \.interrupted, \.held, \.lost, \.duplicate, \.leaked, \.misordered, \.outOfRoomOrder,
            \.catchUpsBrokenOff, \.lateConfirmations,
        ] {
            #expect(all.reduce(0) { $0 + $1[keyPath: count] } > 0, "\(count)")
        }
        for metric in Sample.Metric.allCases {
            let samples = twins.flatMap { $0.line.samples(metric) }
            #expect(samples.contains { !$0.hasSuffix("never") }, "\(metric)")
        }
    }
}
