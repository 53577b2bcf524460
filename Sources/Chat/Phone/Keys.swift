internal import Simulation
internal import Vocabulary

/// The key pairs of all devices, and what each app knows of the public keys of others (S0-23).
///
/// Every device begins with a first key, and every app knows the first keys of all who had one when the run
/// began. What is kept is what has changed since, for those to whom it has.
struct Keys {
    /// When each key after the first was made, by number of the device; looked up only, never iterated.
    private var made: [Int: [Instant]] = [:]
    /// Keys other than first ones, as an app knows them; looked up only, never iterated.
    private var known: [Acquaintance: [PublicKey]] = [:]
    /// How often an app has learned of a key or a reader, by number of its device; looked up only, never iterated.
    private var lessons: [Int: UInt32] = [:]
    /// Who reads a conversation beside those who did at first, as an app knows it; looked up only, never iterated.
    private var others: [ConversationPlace: [User]] = [:]
    /// The latest group key of an app for a room; looked up only, never iterated.
    var groupKeys: [ConversationPlace: GroupKey] = [:]
    /// What apps are to seal anew once they know a key, by number of the device; looked up only, never iterated.
    private var wanted: [Int: [Wanted]] = [:]
    /// And once the letter itself is not under way any more, likewise.
    private var postponed: [Int: [Wanted]] = [:]
    /// What apps have left to the device that the letter was tapped on, likewise.
    private var left: [Int: Set<Wanted>] = [:]
    /// How many devices the members of a room had at first; looked up only, never iterated.
    private var roomDevices: [Room: UInt32] = [:]

    private struct Acquaintance: Hashable {
        var app: UInt32
        var user: User
    }

    /// The envelope of the letters that were sealed with it, when its app had learned so often.
    struct GroupKey {
        var lessons: UInt32
        var envelope: Envelope
    }

    /// A letter that a device could not open, and the key that it is to be sealed with.
    struct Wanted: Hashable {
        var letter: LetterID
        var key: PublicKey
    }

    // MARK: Private keys

    /// The key that a device tells others to use.
    func version(of device: Int) -> UInt16 {
        made.isEmpty ? PublicKey.firstVersion : PublicKey.firstVersion + UInt16(made[device]?.count ?? 0)
    }

    mutating func makeKey(of device: Int, at time: Instant) -> UInt16 {
        made[device, default: []].append(time)
        return version(of: device)
    }

    /// Whether a device can open what was sealed with that key of its: the latest one, or one that was replaced no
    /// longer ago than `grace`.
    @inline(__always)  // or each letter would count what all keys lie in
    func opens(_ version: UInt16, on device: Int, at time: Instant, grace: Span) -> Bool {
        guard version >= PublicKey.firstVersion else { return false }
        guard let made = made[device] else { return version == PublicKey.firstVersion }
        let replaced = Int(version - PublicKey.firstVersion)
        return replaced >= made.count ? replaced == made.count : time < made[replaced] + grace
    }

    // MARK: Public keys

    /// How often an app has learned something.
    func lessons(of app: Int) -> UInt32 { lessons.isEmpty ? 0 : lessons[app] ?? 0 }

    /// Keys of a user that are no first keys of first devices, as an app knows them.
    func changed(of user: User, knownTo app: Int) -> [PublicKey] {
        known[Acquaintance(app: UInt32(app), user: user)] ?? []
    }

    /// A number that comes late changes nothing, and a device that is gone does not come back.
    mutating func learn(_ key: PublicKey, by app: Int) {
        let place = Acquaintance(app: UInt32(app), user: key.device.user)
        var keys = known[place] ?? []
        if let former = keys.firstIndex(where: { $0.device == key.device }) {
            guard keys[former].version != 0, key.version == 0 || key.version > keys[former].version else {
                return
            }
            keys[former] = key
        } else {
            keys.append(key)
        }
        known[place] = keys
        lessons[app, default: 0] += 1
    }

    func others(reading place: ConversationPlace) -> [User] { others.isEmpty ? [] : others[place] ?? [] }

    mutating func learn(_ reader: User, of place: ConversationPlace) {
        guard others[place]?.contains(reader) != true else { return }
        others[place, default: []].append(reader)
        lessons[Int(place.device), default: 0] += 1
    }

    /// Counts what the room's members had at first once.
    mutating func deviceCount(of room: Room, counting: () -> UInt32) -> UInt32 {
        if let count = roomDevices[room] { return count }
        let count = counting()
        roomDevices[room] = count
        return count
    }

    // MARK: What is to be sealed anew

    mutating func want(_ letter: Wanted, of app: Int) {
        guard wanted[app]?.contains(letter) != true else { return }
        wanted[app, default: []].append(letter)
    }

    /// All that was wanted for devices of a user.
    mutating func takeWanted(by user: User, of app: Int) -> [Wanted] {
        guard let all = wanted[app] else { return [] }
        let rest = all.filter { $0.key.device.user != user }
        wanted[app] = rest.isEmpty ? nil : rest
        return all.filter { $0.key.device.user == user }
    }

    mutating func postpone(_ letter: Wanted, of app: Int) {
        guard postponed[app]?.contains(letter) != true else { return }
        postponed[app, default: []].append(letter)
    }

    /// All that was postponed of a letter, in the order in which it was asked for.
    mutating func takePostponed(_ letter: LetterID, of app: Int) -> [Wanted] {
        guard !postponed.isEmpty, let all = postponed[app] else { return [] }
        let rest = all.filter { $0.letter != letter }
        postponed[app] = rest.isEmpty ? nil : rest
        return all.filter { $0.letter == letter }
    }

    /// Whether an app has left it to another device of its owner's before; it does so once.
    mutating func hasLeft(_ letter: Wanted, by app: Int) -> Bool {
        !left[app, default: []].insert(letter).inserted
    }

    /// The app is gone, and seals nothing more.
    mutating func forgetWanted(of app: Int) {
        wanted[app] = nil
        postponed[app] = nil
        left[app] = nil
    }
}

/// Letters as the devices of their senders have them, so that they can be sealed anew.
struct SentBodies: ~Copyable {
    struct Body: Sendable {
        let letter: Letter
        let device: UInt8
    }

    /// 16 bytes for each letter: the list is its sender's, and no system has given it a number yet.
    struct KeptBody {
        let number: UInt32
        let destination: UInt32
        let bytes: UInt32
        /// The envelope, 21 bits, and the device, 3.
        let envelopeWord: UInt32

        init(_ letter: Letter, on device: UInt8) {
            precondition(letter.order == 0, "\(letter.id) was numbered before it was sent")
            number = letter.id.number
            destination = letter.destination.word
            bytes = letter.bytes
            envelopeWord = letter.envelope << 3 | UInt32(device)
        }

        func body(of sender: User) -> Body {
            var letter = Letter(
                id: LetterID(of: sender, number), to: Destination(word: destination), bytes: bytes)
            letter.envelope = envelopeWord >> 3
            return Body(letter: letter, device: UInt8(envelopeWord & 7))
        }
    }

    private var bodies = Lists<KeptBody>()
    private var places: [Lists<KeptBody>.List]  // by user

    /// - Parameter users: 0 where nobody seals.
    init(users: Int) { places = Array(repeating: .init(), count: users) }

    mutating func keep(_ letter: Letter, on device: DeviceID) {
        bodies.append(KeptBody(letter, on: device.number), to: &places[Int(device.user.number)])
    }

    func find(_ letter: LetterID) -> Body? {
        bodies.first(in: places[Int(letter.sender.number)]) { $0.number == letter.number }?
            .body(of: letter.sender)
    }
}
