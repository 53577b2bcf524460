import Infrastructure
import Simulation
import Testing
import Vocabulary

/// The decisions of a group that agrees, without clock, disk and network.
@Suite("agreement: decisions")
struct AgreementTests {
    /// A group whose member 0 leads in epoch 1, with its empty entry committed.
    private func led(_ count: Int = 3) -> AgreementGroup {
        var group = AgreementGroup(count, seed: 1)
        group.settle()
        group.timeOut(0)
        group.settle()
        return group
    }

    @Test("who stands for election leads when most have voted", arguments: [1, 2, 3, 5])
    func election(count: Int) {
        let group = led(count)
        #expect(group.leader() == 0)
        #expect(group.members[0].agreement?.epoch == 1)
        #expect(group.committed == [.init(epoch: 1, value: 0)])
        #expect(group.members.allSatisfy { $0.agreement?.leader == 0 })
    }

    @Test("an entry is committed at its leader when most have it, and at the others with the next word")
    func commit() {
        var group = led()
        group.propose(at: 0)
        group.settle()
        #expect(group.committed.map(\.value) == [0, 1])
        #expect(group.members.map(\.committed) == [2, 1, 1])
        group.beat(0)
        group.settle()
        #expect(group.members.map(\.committed) == [2, 2, 2])
    }

    /// Member 2 lacks entry 1, which was lost: by the announcement it hears of that.
    @Test("what is committed is announced, and only who lacks some of it answers")
    func announcement() {
        var group = led()
        group.propose(at: 0)
        group.settle()
        group.announce(0)
        #expect(group.pending.count == 2)
        group.next()
        group.next()
        #expect(group.pending.isEmpty)
        #expect(group.members.map(\.committed) == [2, 2, 2])
        group.propose(at: 0)
        group.settle(cuttingOff: [2])
        group.announce(0)
        group.settle()
        #expect(group.members.map(\.committed) == [3, 3, 3])
        #expect(group.findings == [])
    }

    /// Three entries of a first leader are on their way to the disk when a second one replaces the last two.
    @Test("a sync says nothing of what has come since it was asked for")
    func cutOffWhileSynced() {
        var member = Agreement(me: 1, of: 3, ballot: nil, log: [], isFirst: true, batchLimit: 10)
        member.hear(
            .append(epoch: 1, at: 0, epochBefore: 0, .init(count: 3, epoch: 1), committed: 0), from: 0)
        member.hear(
            .append(epoch: 2, at: 1, epochBefore: 1, .init(count: 2, epoch: 2), committed: 0), from: 2)
        member.entriesStored(upTo: 3, generation: 0)
        #expect(member.stored == 0)
        member.entriesStored(upTo: 3, generation: 1)
        #expect(member.stored == 3)
    }

    /// Member 2 does not hear of entry 1; it has a shorter log than 1, which votes for nobody that lacks it.
    @Test("nobody is elected who lacks what is committed")
    func upToDate() {
        var group = led()
        group.propose(at: 0)
        group.settle(cuttingOff: [2])
        group.crash(0, losing: .nothing)
        group.timeOut(2)
        group.settle()
        #expect(group.leader() == nil)
        group.timeOut(1)
        group.settle()
        #expect(group.leader() == 1)
        #expect(group.committed.map(\.value) == [0, 1, 0])
        #expect(group.findings == [])
    }

    /// 0 is cut off with entries 1 and 2, which nobody else has; 1 leads, and commits 3. 0 hears of it and has what
    /// 1 has.
    @Test("a deposed leader cuts off what nobody else has")
    func deposed() {
        var group = led()
        for _ in 0..<2 { group.propose(at: 0) }
        group.settle(cuttingOff: [0])
        group.timeOut(1)
        group.settle(cuttingOff: [0])
        group.propose(at: 1)
        group.settle(cuttingOff: [0])
        #expect(group.members[0].log.map(\.value) == [0, 1, 2])
        #expect(group.members[0].agreement?.standing == .leader)
        group.beat(1)
        group.settle()
        group.beat(1)
        group.settle()
        #expect(group.members[0].agreement?.standing == .follower)
        #expect(group.members.allSatisfy { $0.log.map(\.value) == [0, 0, 3] })
        #expect(group.members.map(\.committed) == [3, 3, 3])
    }

    /// 2 does not hear of entry 1, and cannot lead. Whenever it stands, in a higher epoch, 1 waits on for as long as it
    /// meant to; it begins anew when it votes.
    @Test("who cannot win keeps nobody from standing")
    func waitingOn() throws {
        var group = led()
        group.propose(at: 0)
        group.settle(cuttingOff: [2])
        var member = try #require(group.members[1].agreement)
        member.hear(.voteFor(epoch: 2, end: 1, lastEpoch: 1), from: 2)
        #expect(member.epoch == 2)
        #expect(!member.effects.contains(.awaitLeader))
        member.hear(.voteFor(epoch: 3, end: 2, lastEpoch: 1), from: 0)
        #expect(member.effects.contains(.awaitLeader))
    }

    /// 0 hears of nobody; as long as others wait for a leader it may lead, and not longer.
    @Test("a leader that hears of too few steps down")
    func stepsDown() {
        var group = led()
        group.countFollowers(0)
        #expect(group.leader() == 0)  // it has heard of them since it leads
        group.countFollowers(0)
        #expect(group.leader() == nil)
        group.timeOut(0)
        group.settle()
        #expect(group.leader() == 0)
        #expect(group.members[0].agreement?.epoch == 2)
    }

    /// 0 has stored its own ballot and asks the others, who have heard it, and not stored their votes when the power
    /// goes: nobody has heard of them.
    @Test("a vote is not said before it is on the disk")
    func votesAreStored() {
        var group = AgreementGroup(3, seed: 1)
        group.settle()
        group.timeOut(0)
        for _ in 0..<3 { group.next() }
        #expect(group.members.map(\.ballot) == Array(repeating: .init(epoch: 1, vote: 0), count: 3))
        for number in 1...2 { group.crash(number, losing: .unsynced) }
        for number in 1...2 { group.restart(number) }
        group.settle()
        #expect(group.members[1].ballot == .init(epoch: 0))
        #expect(group.leader() == nil)
    }

    /// 1 and 0 have entry 1; 1 loses its disk, and 0 is down. 2, which lacks it, cannot lead with 1's vote.
    @Test("a member whose disk was lost does not vote before it has what was committed")
    func forgotten() {
        var group = led()
        group.propose(at: 0)
        group.settle(cuttingOff: [2])
        #expect(group.committed.map(\.value) == [0, 1])
        group.crash(1, losing: .disk)
        group.restart(1)
        group.crash(0, losing: .nothing)
        group.settle()
        group.timeOut(2)
        group.settle()
        group.timeOut(1)
        group.settle()
        #expect(group.leader() == nil)
        // 0 is back, and leads by the vote of 2, which has voted for itself in epoch 2: in epoch 3. Then 1 has all
        // again, and votes.
        group.restart(0)
        group.settle()
        for _ in 0..<2 {
            group.timeOut(0)
            group.settle()
        }
        #expect(group.leader() == 0)
        group.beat(0)
        group.settle()
        #expect(group.members[1].log.map(\.value) == [0, 1, 0])
        group.crash(2, losing: .nothing)
        group.timeOut(1)
        group.settle()
        #expect(group.leader() == 1)
        #expect(group.findings == [])
    }

    /// Thousands of steps in which words are lost, come twice and overtake each other, members crash with each kind
    /// of loss (a disk only while all others are up and one leads), and leaders change; then all goes well, and what
    /// was committed is in all logs.
    @Test("whatever happens, an epoch has one leader and what is committed stays", arguments: 0..<20)
    func chaos(seed: UInt64) {
        var group = AgreementGroup(seed % 2 == 0 ? 3 : 5, seed: seed)
        var stream = Streams(seed: seed, purpose: Purpose("chaos")).stream(of: 0)
        let count = group.members.count
        for _ in 0..<4_000 {
            let number = stream.below(count)
            switch stream.below(200) {
            case 0..<3: group.timeOut(number)
            case 3..<12: group.beat(number)
            case 12..<15: group.announce(number)
            case 15..<30: group.propose(at: number)
            case 30..<31: group.countFollowers(number)
            case 31..<32: group.crash(number, losing: stream.below(2) == 0 ? .nothing : .unsynced)
            case 32..<36: group.restart(number)
            default: group.step(losing: 10)
            }
        }
        #expect(group.findings == [])
        for number in 0..<count { group.restart(number) }
        group.settle()
        var round = 0
        while group.leader() == nil || Set(group.members.map(\.committed)).count > 1, round < 20 {
            if group.leader() == nil { group.timeOut(round % count) }
            group.settle()
            for number in 0..<count { group.beat(number) }
            group.settle()
            round += 1
        }
        #expect(group.findings == [])
        #expect(round < 20)
        for member in group.members {
            #expect(Array(member.log.prefix(group.committed.count)) == group.committed)
        }
        #expect(group.committed.count > 20, "\(group.committed.count) of \(group.proposed)")
        #expect(group.leaders.count > 1)
    }
}
