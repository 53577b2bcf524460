import Cluster
import Infrastructure
import Testing
import Vocabulary

/// What groups of consumers promise, and what comes twice, when members and coordinators go.
@Suite("log: groups of consumers")
struct GroupScenarios {
    /// Two readers of four partitions, to which come 40 records a second, ten to each. Reader 0 goes for good at 40 s.
    private func pair(
        session: Span = .seconds(10), commitEvery: Span = .seconds(5), requestTimeout: Span = .seconds(30),
        until end: Span = .seconds(100), _ fault: (LogSite, Endpoints<Reader>) -> Void
    ) -> (site: LogSite, journal: Journal) {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        let readers = site.addReaders(2, journal: journal) {
            $0.settings.session = session
            $0.settings.commitEvery = commitEvery
            $0.settings.requestTimeout = requestTimeout
        }
        site.send(0..<2_400, by: feeder, from: .seconds(10), every: .milliseconds(25))
        fault(site, readers)
        site.run(until: end)
        return (site, journal)
    }

    /// 20 records in a second, a commit every 0.1 s, and 0.2 s one way to the coordinator: nearly all commits are due while one is
    /// on its way, the last one too.
    @Test("what is done last is committed, however long the commit before it takes")
    func lastCommit() {
        let site = LogSite(delay: .milliseconds(200)) { $0.partitions = 1 }
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        _ = site.addReaders(journal: journal) { $0.settings.commitEvery = .milliseconds(100) }
        site.send(0..<20, by: feeder, from: .seconds(10), every: .milliseconds(50))
        site.run(until: .seconds(20))
        #expect(journal.read.count == 20)
        #expect(site.committedOffsets() == [20])
    }

    /// All was committed that was done up to the last commit, at most 5 s and some milliseconds before the crash: what a
    /// reader of two partitions read since, 20 a second and 102 at most, comes again to the other one, and nothing else.
    /// Each partition goes on exactly where it was committed.
    @Test("a consumer that dies repeats what it had not committed, and skips nothing")
    func death() throws {
        var committed: [Int?] = []
        let (_, journal) = pair { site, readers in
            site.run(until: .seconds(40))
            committed = site.committedOffsets()
            site.cluster.crash(readers[0])
        }
        let numbers = journal.numbers()
        #expect(Set(numbers) == Set(0..<2_400))
        let partitions = try #require(journal.assigned.first { $0.reader == 0 }?.partitions)
        let before = journal.read.filter { partitions.contains($0.place.partition) && $0.reader == 0 }
        let after = journal.read.filter { partitions.contains($0.place.partition) && $0.reader == 1 }
        for partition in partitions {
            #expect(after.first { $0.place.partition == partition }?.place.offset == committed[partition])
        }
        let repeated = before.filter { $0.place.offset >= committed[$0.place.partition]! }
        #expect((1...102).contains(repeated.count))
        #expect(numbers.count == 2_400 + repeated.count)
    }

    /// Members say every 3 s, from their assignment on, that they are there: reader 0 for the last time before 40 s. A
    /// session later it is left out; reader 1 hears of that with its next word, and joins: 2 ms for the word and its
    /// answer, 1 ms for the request, 2 ms until the generation is on the followers, 1 ms for the answer; and 2 ms more when
    /// it had something to commit, which is on its way to them then. Nothing comes any more from 70 s on.
    @Test(
        "a crash stops its partitions for a session, and until the others have joined",
        arguments: [10, 45])
    func crashPause(session: Int64) throws {
        let (_, journal) = pair(session: .seconds(session), until: .seconds(120)) { site, readers in
            site.run(until: .seconds(40))
            site.cluster.crash(readers[0])
        }
        let begun = try #require(journal.assigned.first { $0.reader == 1 && $0.partitions?.count == 2 }?.time)
        func beat(atOrAfter time: Instant) -> Instant {
            begun + .seconds(((time - begun).nanoseconds + 2_999_999_999) / 3_000_000_000 * 3)
        }
        let lastWord = beat(atOrAfter: .at(.seconds(40))) + .seconds(-3)
        let joining = beat(atOrAfter: lastWord + .seconds(session) + .milliseconds(1))
        let resumed = try #require(journal.assigned.last { $0.partitions != nil })
        #expect(resumed.reader == 1)
        #expect(resumed.partitions == 0..<4)
        let span = Span.milliseconds(session == 10 ? 8 : 6)
        #expect(resumed.time - joining >= span)
        #expect(resumed.time - joining <= span + .microseconds(100))
    }

    /// A pause stops all that a machine does, so that it says nothing from 40 s on: the other reader has all partitions
    /// between 10 and 16 s after its last word, and shares them again 3 s after the machine goes on.
    @Test("a consumer whose machine stands still is missed after a session, and comes back")
    func pause() throws {
        let (_, journal) = pair(until: .seconds(120)) { site, readers in
            site.cluster.plan(
                Pause(site.cluster.machines(of: [readers[0]])), at: .at(.seconds(40)), for: .seconds(30))
        }
        let alone = try #require(journal.assigned.first { $0.partitions == 0..<4 })
        #expect(alone.reader == 1)
        #expect(alone.time >= .at(.seconds(47)))
        #expect(alone.time <= .at(.seconds(54)))
        let shared = try #require(journal.assigned.last { $0.reader == 0 && $0.partitions != nil })
        #expect(shared.partitions?.count == 2)
        #expect(shared.time >= .at(.seconds(70)))
        #expect(shared.time <= .at(.seconds(77)))
        #expect(Set(journal.numbers()) == Set(0..<2_400))
    }

    /// 400 records come within 0.4 s, and one core works a fifth of a second on each: on most of what a broker leads in one
    /// go, for 20 s and more. Its session is 10 s.
    @Test("a consumer that works for longer than its session stays a member, and does nothing twice")
    func longWork() {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        _ = site.addReaders(journal: journal) {
            $0.settings.session = .seconds(10)
            $0.cost = .milliseconds(200)
        }
        site.send(0..<400, by: feeder, from: .seconds(10), every: .milliseconds(1))
        site.run(until: .seconds(120))
        #expect(journal.assigned.map(\.partitions) == [0..<4])
        #expect(journal.numbers().sorted() == Array(0..<400))
        #expect(site.committedOffsets().reduce(0) { $0 + ($1 ?? 0) } == 400)
    }

    /// Reader 0 works for a second on each record, and on a hundred or so in one go. It may for 20 s: with its eighth word
    /// that its part had no time to hear the answer of, it leaves, and the newcomer has its partitions 3 s later. Its first
    /// fetches bring a few records, of some seconds of work.
    @Test("a consumer that works too long in one go leaves")
    func tooLongWork() throws {
        let site = LogSite()
        let (slow, quick) = (Journal(), Journal())
        let feeder = site.addFeeders(journal: slow)[0]
        _ = site.addReaders(journal: slow) {
            $0.settings.session = .seconds(10)
            $0.settings.rebalanceTimeout = .seconds(20)
            $0.cost = .seconds(1)
        }
        _ = site.addReaders(name: "other", journal: quick) {
            $0.settings.session = .seconds(10)
            $0.settings.rebalanceTimeout = .seconds(20)
        }
        site.send(0..<400, by: feeder, from: .seconds(10), every: .milliseconds(1))
        site.run(until: .seconds(90))
        let taken = try #require(quick.assigned.first { $0.partitions == 0..<4 })
        #expect(taken.time >= .at(.seconds(30)))
        #expect(taken.time <= .at(.seconds(75)))
        #expect(Set(quick.numbers() + slow.numbers()) == Set(0..<400))
    }

    /// A hundred records wait in each partition. What a fetch has brought is read at once.
    @Test("a fetch brings no more records than it may")
    func recordLimit() {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        let readers = site.addReaders(journal: journal) { $0.settings.fetchRecords = 10 }
        site.send(0..<400, by: feeder, from: .seconds(1), every: .milliseconds(1))
        site.cluster.crash(readers[0])
        site.run(until: .seconds(5))
        site.cluster.restart(readers[0])
        site.run(until: .seconds(30))
        #expect(journal.numbers().sorted() == Array(0..<400))
        for partition in 0..<4 {
            let times = journal.read.filter { $0.place.partition == partition }.map(\.time)
            #expect(Set(times).count >= 10)
        }
    }

    /// Nothing that brokers say reaches reader 0 from 40 s on. What it says does, as far as the window of its connection
    /// goes; when nothing is answered for 5 s it wants another one, which does not come about. So it is heard of for the
    /// last time between 37 and 45 s, is left out 10 s later, and within 3 s reader 1 hears of that.
    @Test("a consumer that hears nothing is missed, though it could be heard")
    func deaf() throws {
        let (_, journal) = pair(requestTimeout: .seconds(5)) { site, readers in
            site.cluster.plan(
                Partition(
                    between: site.machines(0, 1, 2), and: site.cluster.machines(of: [readers[0]]),
                    direction: .oneWay), at: .at(.seconds(40)), for: .minutes(5))
        }
        let resumed = try #require(journal.assigned.last { $0.partitions != nil })
        #expect(resumed.reader == 1)
        #expect(resumed.partitions == 0..<4)
        #expect(resumed.time >= .at(.seconds(47)))
        #expect(resumed.time <= .at(.seconds(58)) + .milliseconds(10))
        #expect(Set(journal.numbers()) == Set(0..<2_400))
    }

    /// The coordinator hears of it 1 ms later; reader 1 with its next word, at most 3 s after that.
    @Test("a consumer that leaves stops its partitions until the others have joined, and repeats nothing")
    func leavePause() throws {
        let (_, journal) = pair { site, readers in
            site.cluster.deliver(.leave, to: readers[0], at: .at(.seconds(40)))
        }
        let begun = try #require(journal.assigned.first { $0.reader == 1 && $0.partitions?.count == 2 }?.time)
        let words = ((Instant.at(.seconds(40)) - begun).nanoseconds / 3_000_000_000 + 1) * 3
        let joining = begun + .seconds(words)
        let resumed = try #require(journal.assigned.last { $0.partitions != nil })
        #expect(resumed.time - joining >= .milliseconds(8))
        #expect(resumed.time - joining <= .microseconds(8_100))
        #expect(journal.numbers().sorted() == Array(0..<2_400))
    }

    /// Reader 0 is back after 2 s, as a member that nobody knows: the group waits until the session of the one that it
    /// was is over. It and the other one have two partitions each then.
    @Test("a consumer that comes back is another member")
    func comesBack() throws {
        let (_, journal) = pair { site, readers in
            site.cluster.plan(
                Crash(site.cluster.machines(of: [readers[0]])), at: .at(.seconds(40)), for: .seconds(2))
        }
        #expect(Set(journal.numbers()) == Set(0..<2_400))
        let shares = (0..<2).map { reader in journal.assigned.last { $0.reader == reader }!.partitions!.count
        }
        #expect(shares == [2, 2])
        let resumed = try #require(journal.assigned.last { $0.reader == 0 })
        // Its last word is 0 to 3 s older than the crash, and its session is 10 s; the other one joins within 3 s.
        #expect(resumed.time >= .at(.seconds(47)))
        #expect(resumed.time <= .at(.seconds(54)))
    }

    /// What a group has committed and who is in it lies on three brokers: another one leads its partition 9 to 12 s after
    /// the coordinator is gone, and the members find it. No generation ends.
    @Test("a coordinator that goes takes nothing with it", arguments: CrashKind.allCases)
    func coordinator(kind: CrashKind) throws {
        let (site, journal) = pair(session: .seconds(45)) { site, _ in
            site.run(until: .seconds(40))
            let coordinator = site.brokers.first { broker in
                (site.cluster.inspect(broker) { $0.look(at: GroupID("readers")) } ?? nil) != nil
            }!
            site.cluster.plan(
                Crash(site.machines(coordinator.number), losing: kind), at: .at(.seconds(41)),
                for: .seconds(30))
        }
        #expect(journal.numbers().sorted() == Array(0..<2_400))
        #expect(journal.assigned.count == 2)
        #expect(site.committedOffsets().reduce(0) { $0 + ($1 ?? 0) } == 2_400)
    }

    /// Each record takes half a second, and reader 0 is given six of them at a time; at 40 s a third member comes, and
    /// partitions move. What is in hand then is done in vain: it is not theirs to commit any more.
    @Test("what is done after the partitions were given away is not committed, and done again")
    func lateWork() {
        let site = LogSite()
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        _ = site.addReaders(2, journal: journal) {
            $0.capacity = 6
            $0.work = .milliseconds(500)
        }
        site.send(0..<400, by: feeder, from: .seconds(10), every: .milliseconds(100))
        let late = Journal()
        let other = site.addReaders(name: "newcomer", journal: late) {
            $0.capacity = 6
            $0.work = .milliseconds(500)
        }
        site.cluster.crash(other[0])
        site.run(until: .seconds(30))
        site.cluster.restart(other[0])
        site.run(until: .seconds(100))
        let numbers = journal.numbers() + late.numbers()
        #expect(Set(numbers) == Set(0..<400))
        // Two members with six each have in hand at most what comes again.
        #expect(numbers.count <= 400 + 12)
        #expect(late.read.count > 50)
        #expect(site.committedOffsets().reduce(0) { $0 + ($1 ?? 0) } == 400)
    }

    /// Members leave, and come: 3 s are waited for more of them when there was none.
    @Test("a group that was empty waits for more members, and has one generation for all")
    func firstDelay() {
        let site = LogSite()
        let journal = Journal()
        _ = site.addReaders(4, journal: journal)
        site.run(until: .seconds(20))
        #expect(journal.assigned.map(\.partitions) == [0..<1, 1..<2, 2..<3, 3..<4])
        #expect(journal.assigned.allSatisfy { $0.time >= .at(.seconds(3)) && $0.time <= .at(.seconds(4)) })
    }

    /// All have 0 to 9 when brokers 1 and 2 go; 0 takes ten more alone and goes, and 1, which is allowed to, leads with ten
    /// records. The reader has read 20: it goes on with what is written from there on.
    @Test("a consumer that has read what an unclean election lost goes on where the log ends")
    func unclean() {
        let site = LogSite {
            $0.partitions = 1
            $0.minInSync = 1
            $0.uncleanElection = .yes
        }
        let journal = Journal()
        let feeder = site.addFeeders(journal: journal)[0]
        _ = site.addReaders(journal: journal)
        site.send(0..<10, by: feeder, from: .seconds(5))
        site.cluster.plan(
            Crash(site.machines(1, 2), losing: .process), at: .at(.seconds(6)), for: .seconds(64))
        site.send(10..<20, by: feeder, from: .seconds(55))
        site.cluster.plan(
            Crash(site.machines(0), losing: .process), at: .at(.seconds(60)), for: .seconds(60))
        site.send(20..<30, by: feeder, from: .seconds(100))
        site.run(until: .seconds(180))
        #expect(journal.numbers() == Array(0..<30))
        #expect(site.committed() == Array(0..<10) + Array(20..<30))
        #expect(journal.read.suffix(10).map(\.place.offset) == Array(10..<20))
    }
}
