import Infrastructure
import Simulation
import Vocabulary

/// Members of a group, with disks and a network that do whatever such things may do, in an order that chance decides:
/// words overtake each other, come twice or never, and a crash takes what was not synced.
struct AgreementGroup {
    struct Entry: Hashable {
        let epoch: Int
        let value: Int
    }

    enum Event {
        case word(Agreement.Message, [Entry], from: Int, to: Int)
        case ballotStored(Agreement.Ballot, at: Int, life: Int)
        case entriesStored(upTo: Int, generation: Int, at: Int, life: Int)
    }

    struct Member {
        /// Nil while it is down.
        var agreement: Agreement?
        var life = 1
        var log: [Entry] = []
        /// How many of the log survive a loss of power.
        var synced = 0
        var ballot: Agreement.Ballot?
        var syncedBallot: Agreement.Ballot?
        /// How many commands it knows to be committed.
        var committed = 0
    }

    var members: [Member] = []
    var pending: [Event] = []
    var stream: RandomStream
    /// What was found out to be wrong.
    private(set) var findings: [String] = []
    /// By epoch. Looked up only, never iterated.
    private(set) var leaders: [Int: Int] = [:]
    /// What was committed, by place.
    private(set) var committed: [Entry] = []
    private(set) var proposed = 0

    init(_ count: Int, seed: UInt64) {
        stream = Streams(seed: seed, purpose: Purpose("agreement")).stream(of: 0)
        members = Array(repeating: Member(), count: count)
        for number in members.indices { start(number) }
    }

    private mutating func start(_ number: Int) {
        let member = members[number]
        members[number].committed = 0
        members[number].agreement = Agreement(
            me: number, of: members.count, ballot: member.ballot, log: member.log.map(\.epoch),
            isFirst: member.life == 1, batchLimit: 3)
        carryOut(number)
    }

    // MARK: What may happen

    /// One of what is pending happens; of words one in `loss` does not, and one in ten happens again.
    mutating func step(losing loss: Int) {
        guard !pending.isEmpty else { return }
        let event = pending.remove(at: stream.below(pending.count))
        if case .word = event {
            if loss > 0, stream.below(loss) == 0 { return }
            if stream.below(10) == 0 { pending.append(event) }
        }
        happen(event)
    }

    /// What is pending happens in its order, until nothing is; only words between these and the others are lost.
    mutating func settle(cuttingOff group: Set<Int> = []) {
        loseWords(between: group)
        while !pending.isEmpty {
            happen(pending.removeFirst())
            loseWords(between: group)
        }
    }

    private mutating func happen(_ event: Event) {
        switch event {
        case .word(let word, let entries, let from, let to):
            guard members[to].agreement != nil else { return }
            members[to].agreement!.hear(word, from: from)
            carryOut(to, incoming: entries)
        case .ballotStored(let ballot, let number, let life):
            guard members[number].life == life, members[number].agreement != nil else { return }
            members[number].syncedBallot = ballot
            members[number].agreement!.ballotStored(ballot)
            carryOut(number)
        case .entriesStored(let end, let generation, let number, let life):
            guard members[number].life == life, members[number].agreement != nil else { return }
            if members[number].agreement!.generation == generation {
                members[number].synced = max(members[number].synced, end)
            }
            members[number].agreement!.entriesStored(upTo: end, generation: generation)
            carryOut(number)
        }
    }

    /// The first of what is pending happens.
    mutating func next() { happen(pending.removeFirst()) }

    mutating func timeOut(_ number: Int) {
        members[number].agreement?.leaderTimedOut()
        carryOut(number)
    }

    mutating func beat(_ number: Int) {
        members[number].agreement?.heartbeat()
        carryOut(number)
    }

    mutating func announce(_ number: Int) {
        members[number].agreement?.announce()
        carryOut(number)
    }

    mutating func countFollowers(_ number: Int) {
        members[number].agreement?.countFollowers()
        carryOut(number)
    }

    mutating func propose(at number: Int) {
        guard members[number].agreement?.propose() != nil else { return }
        proposed += 1
        add(Entry(epoch: members[number].agreement!.epoch, value: proposed), to: number)
        carryOut(number)
    }

    enum Loss { case nothing, unsynced, disk }

    mutating func crash(_ number: Int, losing loss: Loss) {
        members[number].agreement = nil
        members[number].life += 1
        switch loss {
        case .nothing: break
        case .unsynced:
            members[number].log.removeLast(members[number].log.count - members[number].synced)
            members[number].ballot = members[number].syncedBallot
        case .disk:
            (members[number].log, members[number].synced) = ([], 0)
            (members[number].ballot, members[number].syncedBallot) = (nil, nil)
        }
    }

    mutating func restart(_ number: Int) { if members[number].agreement == nil { start(number) } }

    // MARK: Effects

    private mutating func carryOut(_ number: Int, incoming: [Entry] = []) {
        guard let effects = members[number].agreement?.effects else { return }
        members[number].agreement!.effects = []
        let life = members[number].life
        for effect in effects {
            switch effect {
            case .say(let word, let other): pending.append(.word(word, [], from: number, to: other))
            case .sendEntries(let range, let epoch, let epochBefore, let committed, let other):
                let entries = Array(members[number].log[range])
                pending.append(
                    .word(
                        .append(
                            epoch: members[number].agreement!.epoch, at: range.lowerBound,
                            epochBefore: epochBefore, .init(count: entries.count, epoch: epoch),
                            committed: committed),
                        entries, from: number, to: other))
            case .storeBallot(let ballot):
                members[number].ballot = ballot
                pending.append(.ballotStored(ballot, at: number, life: life))
            case .truncate(let place):
                members[number].log.removeLast(members[number].log.count - place)
                members[number].synced = min(members[number].synced, place)
            case .takeEntries(let first): for entry in incoming[first...] { add(entry, to: number) }
            case .addEmptyEntry(let epoch): add(Entry(epoch: epoch, value: 0), to: number)
            case .sync(let end):
                pending.append(.entriesStored(upTo: end, generation: 0, at: number, life: life))
            case .commit(let range): commit(range, by: number)
            case .stand(.leader, _): lead(number)
            case .stand, .awaitLeader: break
            }
        }
    }

    private mutating func add(_ entry: Entry, to number: Int) {
        members[number].log.append(entry)
        pending.append(
            .entriesStored(
                upTo: members[number].log.count, generation: members[number].agreement!.generation,
                at: number,
                life: members[number].life))
    }

    private mutating func lead(_ number: Int) {
        let epoch = members[number].agreement!.epoch
        if let other = leaders.updateValue(number, forKey: epoch), other != number {
            findings.append("\(other) and \(number) lead in epoch \(epoch)")
        }
    }

    private mutating func commit(_ range: Range<Int>, by number: Int) {
        if range.lowerBound != members[number].committed {
            findings.append("\(number) commits \(range) after \(members[number].committed)")
        }
        members[number].committed = range.upperBound
        for place in range {
            let entry = members[number].log[place]
            if place < committed.count {
                if committed[place] != entry {
                    findings.append("\(place) was \(committed[place]), and is \(entry) at \(number)")
                }
            } else {
                committed.append(entry)
            }
        }
    }

    // MARK: Looking

    func leader() -> Int? { members.indices.first { members[$0].agreement?.standing == .leader } }

    private mutating func loseWords(between group: Set<Int>) {
        guard !group.isEmpty else { return }
        pending.removeAll {
            guard case .word(_, _, let from, let to) = $0 else { return false }
            return group.contains(from) != group.contains(to)
        }
    }
}
