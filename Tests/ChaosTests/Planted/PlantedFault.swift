import Chat
import Designs
import Simulation
import Vocabulary

/// A design with one fault planted in it: single-server, one of whose rules was put in the place of another.
///
/// What it remembers lives as long as a run, so that runs go side by side.
enum Planted<let number: Int>: Design {
    static var sheet: DesignSheet { SingleServer.sheet }
    static var stages: [StageSheet] { SingleServer.stages }
    static var promises: Promises { SingleServer.promises }

    static func build(on site: Site) -> (User) -> FrontDoor {
        SingleServer.build(on: site, rules: PlantedFault.all[number].rules())
    }
}

struct PlantedFault: Sendable {
    let name: String
    let rules: @Sendable () -> ServerRules

    /// What a server with a fault remembers over its restarts.
    final class Memory: @unchecked Sendable {
        var restarts = 0
        var unstored = 0
        var unread = 0
        var letters = 0
        var away = 0
        var awayLately = 0
        var seen: Set<LetterID> = []  // looked up only, never iterated
        var kept: [DeviceID: Int] = [:]  // looked up only, never iterated
    }

    /// A server that counts what happens to it, and has the rules that `change` gives it.
    init(_ name: String, _ change: @escaping @Sendable (inout ServerRules, Memory) -> Void) {
        self.name = name
        rules = {
            let memory = Memory()
            var rules = ServerRules()
            rules.restores = { _, place, _ in
                if place == 0 { memory.restarts += 1 }
                return true
            }
            change(&rules, memory)
            return rules
        }
    }

    static let all: [PlantedFault] = lostAtCrash + lostWhileAway + diskTroubles + rare

    // MARK: Lost on a crash

    private static let lostAtCrash: [PlantedFault] = [
        PlantedFault("answers before it stores") { rules, _ in rules.store = { _, _ in .behind } },
        PlantedFault("answers one in sixteen before it stores") { rules, _ in
            rules.store = { record, settings in
                guard case .letter(let letter, _) = record, letter.id.isOne(of: 16) else {
                    return settings.store
                }
                return .behind
            }
        },
        PlantedFault("answers one in sixty-four before it stores") { rules, _ in
            rules.store = { record, settings in
                guard case .letter(let letter, _) = record, letter.id.isOne(of: 64) else {
                    return settings.store
                }
                return .behind
            }
        },
        PlantedFault("answers before it stores once it has been down") { rules, memory in
            rules.store = { _, settings in memory.restarts > 0 ? .behind : settings.store }
        },
        PlantedFault("forgets the last record at a restart") { rules, _ in
            rules.restores = { _, place, count in place < count - 1 }
        },
        PlantedFault("forgets the last sixteen records at a restart") { rules, _ in
            rules.restores = { _, place, count in place < count - 16 }
        },
        PlantedFault("forgets one record in ninety-seven at a restart") { rules, _ in
            rules.restores = { _, place, _ in place % 97 != 96 }
        },
        PlantedFault("reads the first 512 records only") { rules, _ in
            rules.restores = { _, place, _ in place < 512 }
        },
        PlantedFault("forgets what it has sent once at a restart") { rules, memory in
            rules.readers = { letter, device, directory, body in
                guard memory.seen.insert(letter.id).inserted else { return }
                ServerRules().readers(letter, device, directory, body)
            }
        },
        PlantedFault("takes what is sent again for what it has") { rules, memory in
            rules.isKnown = { letter, _ in !memory.seen.insert(letter.id).inserted }
        },
    ]

    // MARK: Lost while somebody is away

    private static let lostWhileAway: [PlantedFault] = [
        PlantedFault("keeps nothing for who is there") { rules, _ in rules.keeps = { !$2 } },
        PlantedFault("keeps nothing for who is away") { rules, _ in rules.keeps = { $2 } },
        PlantedFault("keeps one in eight less for who is there") { rules, _ in
            rules.keeps = { letter, _, isThere in !isThere || letter.id.word % 8 != 0 }
        },
        PlantedFault("keeps nothing for one reader in eight who is away") { rules, _ in
            rules.keeps = { _, device, isThere in isThere || device.user.number % 8 != 0 }
        },
        PlantedFault("keeps two letters for who is away") { rules, memory in
            rules.keeps = { _, device, isThere in
                guard !isThere else { return true }
                memory.kept[device, default: 0] += 1
                return memory.kept[device, default: 0] <= 2
            }
        },
        PlantedFault("keeps twelve letters for all who are away") { rules, memory in
            rules.keeps = { _, _, isThere in
                guard !isThere else { return true }
                memory.away += 1
                return memory.away <= 12
            }
        },
        PlantedFault("forgets the first of what it has kept at a reconnection") { rules, _ in
            rules.order = { $0.count > 1 ? Array($0.dropFirst()) : $0 }
        },
        PlantedFault("says at most two words at a reconnection") { rules, _ in
            rules.order = { Array($0.prefix(2)) }
        },
        PlantedFault("says nothing at a reconnection after a restart") { rules, memory in
            rules.order = { words in memory.restarts > 0 ? [] : words }
        },
    ]

    // MARK: Disks that are full or cannot be read

    private static let diskTroubles: [PlantedFault] = [
        PlantedFault("accepts what it could not store") { rules, _ in rules.unstored = { _ in nil } },
        PlantedFault("accepts one in four of what it could not store") { rules, _ in
            rules.unstored = { $0.id.word % 4 == 0 ? nil : .failed }
        },
        PlantedFault("serves though it could not read its disk") { rules, _ in rules.servesUnread = { true }
        },
        PlantedFault("serves when it could not read its disk twice") { rules, memory in
            rules.servesUnread = {
                memory.unread += 1
                return memory.unread % 2 == 0
            }
        },
        PlantedFault("answers before it stores once its disk was full") { rules, memory in
            rules.unstored = { _ in
                memory.unstored += 1
                return .failed
            }
            rules.store = { _, settings in memory.unstored > 0 ? .behind : settings.store }
        },
    ]

    // MARK: Two things at a time, or one at a moment

    private static let rare: [PlantedFault] = [
        PlantedFault("answers before it stores while somebody is away") { rules, memory in
            rules.keeps = { _, _, isThere in
                memory.awayLately = isThere ? max(0, memory.awayLately - 1) : 4
                return true
            }
            rules.store = { _, settings in memory.awayLately > 0 ? .behind : settings.store }
        },
        PlantedFault("keeps nothing for who is away once it has been down") { rules, memory in
            rules.keeps = { _, _, isThere in isThere || memory.restarts == 0 }
        },
        PlantedFault("keeps nothing for who is away once its disk was full") { rules, memory in
            rules.unstored = { _ in
                memory.unstored += 1
                return .failed
            }
            rules.keeps = { _, _, isThere in isThere || memory.unstored == 0 }
        },
        PlantedFault("forgets the older half at its second restart") { rules, memory in
            rules.restores = { _, place, count in
                if place == 0 { memory.restarts += 1 }
                return memory.restarts != 2 || place >= count / 2
            }
        },
        PlantedFault("forgets the last sixteen records at its third restart") { rules, memory in
            rules.restores = { _, place, count in
                if place == 0 { memory.restarts += 1 }
                return memory.restarts != 3 || place < count - 16
            }
        },
        PlantedFault("forgets the last eight records at a restart after its disk was full") { rules, memory in
            rules.unstored = { _ in
                memory.unstored += 1
                return .failed
            }
            rules.restores = { _, place, count in memory.unstored == 0 || place < count - 8 }
        },
        PlantedFault("says at most two words at a reconnection after a restart") { rules, memory in
            rules.order = { words in memory.restarts > 0 ? Array(words.prefix(2)) : words }
        },
        PlantedFault("keeps four letters for one who is away once it has been down") { rules, memory in
            rules.keeps = { _, device, isThere in
                guard !isThere, memory.restarts > 0 else { return true }
                memory.kept[device, default: 0] += 1
                return memory.kept[device, default: 0] <= 4
            }
        },
    ]
}

extension LetterID {
    /// Of so many letters about one, whoever sent it and whenever.
    fileprivate func isOne(of count: UInt64) -> Bool { Mixing.finalize(word) % count == 0 }
}
