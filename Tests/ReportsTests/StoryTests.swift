import Reports
import Results
import Testing
import Vocabulary

@Suite("reports: stories")
struct StoryTests {
    private static func story(_ result: RunResult, isASCII: Bool = false) -> String {
        var story = RunStory(of: result)
        story.folder = "Reports/runs/partition-at-peak/42-7c1e09aa53d2e410"
        story.load = "  usual   0s to 10m   1,667 letters/s\n"
        story.isASCII = isASCII
        return story.text
    }

    @Test("the story of a run that failed, and of one that passed")
    func run() throws {
        try expectSnapshot(Self.story(MadeUp.partition), "story-failed.txt")
        try expectSnapshot(Self.story(MadeUp.quiet), "story-passed.txt")
    }

    @Test("the slowest letters, stage by stage")
    func slowest() throws { try expectSnapshot(LetterStory(of: MadeUp.partition).slowest, "slowest.txt") }

    @Test("one letter: its deliveries, and the promises that it is evidence against")
    func letter() throws {
        var result = MadeUp.partition
        var violation = InvariantOutcome.Violation()
        violation.time = .at(.seconds(250))
        violation.evidence = "letter 17.3 shown to user 4 at 4m1s and again at 4m10s"
        violation.history = [
            .init(.at(.seconds(240)), "phone of user 17", "tapped"),
            .init(.at(.seconds(250)), "phone of user 4", "shown once more"),
        ]
        result.invariants[0].broken = 1
        result.invariants[0].violations = [violation]
        let story = LetterStory(of: result)
        let told = try #require(story.story(of: "letter 17.3"))
        #expect(
            told.hasSuffix(
                """
                4m10s  \(result.invariants[0].name) was violated: letter 17.3 shown to user 4 at 4m1s and again at 4m10s
                           at  since tap  place             what
                  240.000000s         0s  phone of user 17  tapped
                  250.000000s     10.00s  phone of user 4   shown once more

                """))
        // The same digits begin another letter's name.
        #expect(story.story(of: "letter 17.") == nil)
        #expect(story.story(of: "letter 7.3") == nil)
        let slowest = try #require(result.slowest.first)
        #expect(story.story(of: slowest.letter)?.contains("to \(slowest.recipient), sent at") == true)
    }

    @Test("a delivery that never came does not arrive in the last line")
    func undelivered() throws {
        var result = MadeUp.partition
        result.slowest[0].taken = nil
        let story = LetterStory(of: result).slowest
        #expect(story.contains("was never shown"))
        #expect(story.contains(", not over when the run ended\n"))
    }

    @Test("a run that stands still")
    func moment() throws {
        try expectSnapshot(MomentReport(of: Self.moment, in: MadeUp.partition.run).text, "moment.txt")
    }

    @Test("words in place of marks: not a letter outside of ASCII")
    func ascii() {
        var slowest = LetterStory(of: MadeUp.partition)
        slowest.isASCII = true
        var moment = MomentReport(of: Self.moment, in: MadeUp.partition.run)
        moment.isASCII = true
        for text in [Self.story(MadeUp.partition, isASCII: true), slowest.slowest, moment.text] {
            #expect(text.utf8.allSatisfy { $0 < 128 })
        }
    }

    @Test("never wider than the page, whatever the names are, but for what is to be copied")
    func width() {
        let long = String(repeating: "a-rather-long-name-", count: 12)
        for result in [MadeUp.partition, MadeUp.large, MadeUp.hostile(long)] {
            let texts = [
                Self.story(result), LetterStory(of: result).slowest,
                MomentReport(of: Self.moment, in: result.run).text,
            ]
            for line in texts.joined().split(separator: "\n") where line.contains(" ") {
                guard !line.hasPrefix("  hubbub ") else { continue }
                // A name without a space cannot be broken.
                #expect(line.count <= 100 || line.contains(long), "\(line)")
            }
        }
    }

    private static var moment: RunMoment {
        var moment = RunMoment()
        moment.time = .at(.seconds(255))
        moment.thresholds = MadeUp.partition.thresholds
        (moment.tapped, moment.accepted, moment.shown) = (62_344, 60_001, 59_807)
        (moment.waiting, moment.waitingForAbsent) = (2_511, 12)
        var letter = RunMoment.Waiting()
        (letter.letter, letter.recipient) = ("letter 17.3", "user 23")
        (letter.sent, letter.since) = (.at(.seconds(240)), .at(.milliseconds(240_050)))
        (letter.place, letter.stage) = ("phone of user 17", "way in")
        moment.oldest = [letter]
        var fault = RunMoment.FaultInForce()
        (fault.name, fault.kind, fault.target) = ("split", "partition", "users@eu and server")
        (fault.from, fault.to) = (.at(.minutes(4)), .at(.minutes(5)))
        moment.faults = [fault]
        var machine = RunMoment.Machine()
        (machine.name, machine.zone, machine.condition) = ("server[0]", "eu", "slow x3")
        (machine.cores, machine.coresInUse, machine.queue) = (8, 8, 12_345)
        (machine.diskQueue, machine.connections, machine.stored) = (4, 100_000, 1_234_567_890)
        moment.machines = [machine]
        return moment
    }
}
