package import Cluster
package import Simulation
public import Vocabulary

/// The entries of one node of a cache, without clock, disk or network: what a command does to them, what has expired,
/// and which one goes when the memory is full.
///
/// Entries lie densely in one array, so that a random one is found by its number; the last one moves into the gap of
/// one that goes. Hashes and lists lie beside them, in tables of their own.
///
///     places: key ──▶ | entry | entry | entry |       expiring: | place | place |
///                         └── kind, and value, or number in `hashes` or `lists`
public struct CacheStore: Sendable {
    enum Kind: UInt8, Sendable { case value, hash, list }

    struct CacheEntry: Sendable, BitwiseCopyable {
        let key: CacheKey
        var kind: Kind
        /// Where it stands among those that expire; -1 for one that does not.
        var expiringPlace: Int32 = -1
        /// Of a hash or a list, its number.
        var value: CacheValue
        var expiresAt = LocalTime(nanoseconds: .max)
        var usedAt: LocalTime
    }

    /// What a command came to: the answer, and what replicas and the append-only file have to be told of it.
    package struct CommandResult {
        package var answer: CacheAnswer
        package var write: CacheCommand?
    }

    private(set) var entries: [CacheEntry] = []
    /// By the words of keys, which hash faster than keys.
    private var places: [UInt64: Int32] = [:]  // looked up only, never iterated
    private var expiring: [Int32] = []
    private var hashes: [CacheHash] = []
    private var freeHashes: [Int] = []
    private var lists: [CacheList] = []
    private var freeLists: [Int] = []
    /// What the entries take in memory.
    public private(set) var used = ByteCount.zero

    /// What an entry takes beside key and value.
    static let overhead = ByteCount.bytes(100)
    /// What a pair of a hash, or an item of a list, takes beside its value.
    static let pairOverhead: Int64 = 24

    /// How many pairs one answer carries.
    static let answerLimit = 2_500

    public init() {}

    public var count: Int { entries.count }
    var expiringCount: Int { expiring.count }

    /// Commands that make all of it anew.
    var requests: [CacheRequest] {
        var requests: [CacheRequest] = []
        for (place, entry) in entries.enumerated() {
            let expiry: CacheExpiry = entry.expiringPlace >= 0 ? .at(entry.expiresAt) : .never
            switch entry.kind {
            case .value: requests.append(CacheRequest(entry.key, .set(entry.value, expiry: expiry)))
            case .hash:
                for pair in hashes[number(of: place)].pairs {
                    requests.append(CacheRequest(entry.key, .hashSet(field: pair.field, pair.value)))
                }
            case .list:
                for pair in lists[number(of: place)].pairs(from: 0, count: .max) {
                    requests.append(CacheRequest(entry.key, .pushLast(pair.value)))
                }
            }
            if entry.kind != .value, expiry != .never {
                requests.append(CacheRequest(entry.key, .expire(expiry)))
            }
        }
        return requests
    }

    /// What is there, in no order that means anything, for looking on.
    public var keys: [CacheKey] { entries.map(\.key) }

    // MARK: Expiry

    /// Whether an entry is there whose time is over.
    func isOverdue(_ key: CacheKey, at now: LocalTime) -> Bool {
        guard !expiring.isEmpty, let place = places[key.word] else { return false }
        return entries[Int(place)].expiresAt <= now
    }

    /// An entry of those that expire, drawn at random, if its time is over.
    func overdueEntry(drawing stream: inout RandomStream, at now: LocalTime) -> CacheKey? {
        let entry = entries[Int(expiring[stream.below(expiring.count)])]
        return entry.expiresAt <= now ? entry.key : nil
    }

    // MARK: Eviction

    /// Of so many that are drawn at random, the one that was not used for longest. Nil when there is none.
    package func leastRecentlyUsed(
        of samples: Int, expiringOnly: Bool, drawing stream: inout RandomStream
    ) -> CacheKey? {
        let count = expiringOnly ? expiring.count : entries.count
        guard count > 0 else { return nil }
        var oldest: CacheEntry?
        for _ in 0..<samples {
            let place = stream.below(count)
            let entry = entries[expiringOnly ? Int(expiring[place]) : place]
            if oldest.map({ entry.usedAt < $0.usedAt }) ?? true { oldest = entry }
        }
        return oldest?.key
    }

    // MARK: Commands

    /// Carries out a command. What is overdue counts as absent, and a primary has removed it before.
    package mutating func carryOut(
        _ command: CacheCommand, on key: CacheKey, at now: LocalTime, writing pool: Pool<CachePair>
    ) -> CommandResult {
        var place = places[key.word].map(Int.init)
        if let there = place {
            if entries[there].expiresAt <= now, !command.writes {
                place = nil
            } else {
                entries[there].usedAt = now
            }
        }
        switch command {
        case .get, .set, .delete, .expire, .add: return carryOut(command, on: key, at: place, now)
        case .hashSet, .hashGet, .hashAdd, .hashDelete, .hashAll:
            if let place, entries[place].kind != .hash { return CommandResult(answer: .refused(.wrongKind)) }
            return carryOutOnHash(command, of: key, at: place, now, pool)
        case .pushFirst, .pushLast, .popFirst, .popLast, .range, .length, .keepLast:
            if let place, entries[place].kind != .list { return CommandResult(answer: .refused(.wrongKind)) }
            return carryOutOnList(command, of: key, at: place, now, pool)
        }
    }

    private mutating func carryOut(
        _ command: CacheCommand, on key: CacheKey, at place: Int?, _ now: LocalTime
    ) -> CommandResult {
        switch command {
        case .get:
            guard let place else { return CommandResult(answer: .nothing) }
            guard entries[place].kind == .value else { return CommandResult(answer: .refused(.wrongKind)) }
            return CommandResult(answer: .value(entries[place].value))
        case .set(let value, let expiry, let condition):
            if condition == .ifAbsent && place != nil || condition == .ifPresent && place == nil {
                return CommandResult(answer: .nothing)
            }
            let there = put(value, .value, at: place, key: key, now)
            let exact = expiry.exact(at: now)
            setExpiry(exact, of: there)
            return CommandResult(answer: .done, write: .set(value, expiry: exact))
        case .delete:
            guard let place else { return CommandResult(answer: .number(0)) }
            remove(place)
            return CommandResult(answer: .number(1), write: .delete)
        case .expire(let expiry):
            guard let place else { return CommandResult(answer: .number(0)) }
            let exact = expiry.exact(at: now)
            setExpiry(exact, of: place)
            return CommandResult(answer: .number(1), write: .expire(exact))
        case .add(let number):
            if let place {
                guard entries[place].kind == .value else {
                    return CommandResult(answer: .refused(.wrongKind))
                }
                entries[place].value = CacheValue(number: entries[place].value.number &+ number)
                return CommandResult(answer: .number(entries[place].value.number), write: command)
            }
            _ = put(CacheValue(number: number), .value, at: nil, key: key, now)
            return CommandResult(answer: .number(number), write: command)
        default: preconditionFailure("\(command) is for hashes or lists")
        }
    }

    private mutating func carryOutOnHash(
        _ command: CacheCommand, of key: CacheKey, at place: Int?, _ now: LocalTime, _ pool: Pool<CachePair>
    ) -> CommandResult {
        switch command {
        case .hashGet(let field):
            let value = place.flatMap { hashes[number(of: $0)][field] }
            return CommandResult(answer: value.map { .value($0) } ?? .nothing)
        case .hashAll:
            guard let place else { return CommandResult(answer: .pairs(Contents())) }
            return CommandResult(
                answer: .pairs(pool.write(hashes[number(of: place)].pairs.prefix(Self.answerLimit))))
        case .hashSet(let field, let value):
            let place = place ?? addHash(key, now)
            let hash = number(of: place)
            let isNew = setField(field, value, ofHash: hash)
            return CommandResult(answer: .number(isNew ? 1 : 0), write: command)
        case .hashAdd(let field, let number):
            let place = place ?? addHash(key, now)
            let hash = self.number(of: place)
            let sum = (hashes[hash][field]?.number ?? 0) &+ number
            _ = setField(field, CacheValue(number: sum), ofHash: hash)
            return CommandResult(answer: .number(sum), write: command)
        case .hashDelete(let field):
            guard let place, let old = hashes[number(of: place)].remove(field) else {
                return CommandResult(answer: .number(0))
            }
            used -= .bytes(Self.pairOverhead + Int64(old.bytes))
            if hashes[number(of: place)].pairs.isEmpty { remove(place) }
            return CommandResult(answer: .number(1), write: command)
        default: preconditionFailure("\(command) is for no hash")
        }
    }

    private mutating func setField(_ field: UInt64, _ value: CacheValue, ofHash hash: Int) -> Bool {
        let old = hashes[hash].set(field, value)
        used += .bytes(Int64(value.bytes) - Int64(old?.bytes ?? 0) + (old == nil ? Self.pairOverhead : 0))
        return old == nil
    }

    private mutating func carryOutOnList(
        _ command: CacheCommand, of key: CacheKey, at place: Int?, _ now: LocalTime, _ pool: Pool<CachePair>
    ) -> CommandResult {
        switch command {
        case .pushFirst(let value), .pushLast(let value):
            let place = place ?? addList(key, now)
            let list = number(of: place)
            if case .pushFirst = command { lists[list].prepend(value) } else { lists[list].append(value) }
            used += .bytes(Self.pairOverhead + Int64(value.bytes))
            return CommandResult(answer: .number(Int64(lists[list].count)), write: command)
        case .popFirst, .popLast:
            guard let place else { return CommandResult(answer: .nothing) }
            let value = pop(fromFront: command == .popFirst, at: place)
            return CommandResult(answer: .value(value), write: command)
        case .range(let first, let count):
            guard let place else { return CommandResult(answer: .pairs(Contents())) }
            let pairs = lists[number(of: place)].pairs(
                from: Int(first), count: min(Int(count), Self.answerLimit))
            return CommandResult(answer: .pairs(pool.write(pairs)))
        case .length:
            return CommandResult(answer: .number(Int64(place.map { lists[number(of: $0)].count } ?? 0)))
        case .keepLast(let count):
            guard let place else { return CommandResult(answer: .done) }
            let surplus = lists[number(of: place)].count - Int(count)
            guard surplus > 0 else { return CommandResult(answer: .done) }
            for _ in 0..<surplus { _ = pop(fromFront: true, at: place) }
            return CommandResult(answer: .done, write: command)
        default: preconditionFailure("\(command) is for no list")
        }
    }

    /// The last item takes its list with it.
    private mutating func pop(fromFront: Bool, at place: Int) -> CacheValue {
        let list = number(of: place)
        let value = fromFront ? lists[list].removeFirst() : lists[list].removeLast()
        used -= .bytes(Self.pairOverhead + Int64(value.bytes))
        if lists[list].count == 0 { remove(place) }
        return value
    }

    // MARK: Entries

    private func number(of place: Int) -> Int { Int(entries[place].value.word) }

    private mutating func addHash(_ key: CacheKey, _ now: LocalTime) -> Int {
        let number = freeHashes.popLast() ?? hashes.count
        if number == hashes.count { hashes.append(CacheHash()) }
        return put(CacheValue(UInt64(number), size: .zero), .hash, at: nil, key: key, now)
    }

    private mutating func addList(_ key: CacheKey, _ now: LocalTime) -> Int {
        let number = freeLists.popLast() ?? lists.count
        if number == lists.count { lists.append(CacheList()) }
        return put(CacheValue(UInt64(number), size: .zero), .list, at: nil, key: key, now)
    }

    private mutating func put(
        _ value: CacheValue, _ kind: Kind, at place: Int?, key: CacheKey, _ now: LocalTime
    ) -> Int {
        if let place {
            used += .bytes(Int64(value.bytes) - contentSize(at: place))
            giveBackContent(of: place)
            entries[place].kind = kind
            entries[place].value = value
            return place
        }
        entries.append(CacheEntry(key: key, kind: kind, value: value, usedAt: now))
        places[key.word] = Int32(entries.count - 1)
        used += Self.overhead + CacheKey.size + .bytes(Int64(value.bytes))
        return entries.count - 1
    }

    private func contentSize(at place: Int) -> Int64 {
        switch entries[place].kind {
        case .value: Int64(entries[place].value.bytes)
        case .hash: hashes[number(of: place)].size
        case .list: lists[number(of: place)].size
        }
    }

    private mutating func giveBackContent(of place: Int) {
        let number = number(of: place)
        switch entries[place].kind {
        case .value: break
        case .hash:
            hashes[number] = CacheHash()
            freeHashes.append(number)
        case .list:
            lists[number] = CacheList()
            freeLists.append(number)
        }
    }

    private mutating func remove(_ place: Int) {
        used -= Self.overhead + CacheKey.size + .bytes(contentSize(at: place))
        giveBackContent(of: place)
        setExpiry(.never, of: place)
        places[entries[place].key.word] = nil
        let last = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        places[last.key.word] = Int32(place)
        if last.expiringPlace >= 0 { expiring[Int(last.expiringPlace)] = Int32(place) }
    }

    private mutating func setExpiry(_ expiry: CacheExpiry, of place: Int) {
        guard case .at(let time) = expiry else {
            let hole = entries[place].expiringPlace
            guard hole >= 0 else { return }
            entries[place].expiresAt = LocalTime(nanoseconds: .max)
            entries[place].expiringPlace = -1
            let last = expiring.removeLast()
            if Int(hole) < expiring.count {
                expiring[Int(hole)] = last
                entries[Int(last)].expiringPlace = hole
            }
            return
        }
        entries[place].expiresAt = time
        guard entries[place].expiringPlace < 0 else { return }
        entries[place].expiringPlace = Int32(expiring.count)
        expiring.append(Int32(place))
    }

    public func checkInvariants() {
        precondition(places.count == entries.count)
        for (place, entry) in entries.enumerated() {
            precondition(places[entry.key.word] == Int32(place))
            precondition((entry.expiresAt.nanoseconds < .max) == (entry.expiringPlace >= 0))
            if entry.expiringPlace >= 0 { precondition(expiring[Int(entry.expiringPlace)] == Int32(place)) }
        }
        let sum = entries.indices.reduce(ByteCount.zero) {
            $0 + Self.overhead + CacheKey.size + .bytes(contentSize(at: $1))
        }
        precondition(sum == used, "\(sum) in entries, \(used) counted")
    }
}

extension CacheExpiry {
    /// The same as a moment, so that replicas come to the same.
    func exact(at now: LocalTime) -> CacheExpiry {
        if case .after(let span) = self { .at(now + span) } else { self }
    }
}
