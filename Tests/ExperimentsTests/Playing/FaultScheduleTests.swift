import Experiments
import Testing
import Vocabulary

@Suite("experiments: schedules of faults")
struct FaultScheduleTests {
    private func schedule(_ more: String, seed: Int = 1) throws -> FaultSchedule {
        let text = TestDesigns.least(more).replacing("seed: 1", with: "seed: \(seed)")
        let loaded = TestDesigns.load(text)
        return FaultSchedule(try #require(loaded.scenario, "\(loaded.findings.text)"))
    }

    private func texts(_ schedule: FaultSchedule) -> [String] {
        schedule.occasions.map {
            "\($0.name) \($0.turn), \($0.kind) of \($0.target): \($0.from - .start) to \($0.to.map { "\($0 - .start)" } ?? "the end")"
        }
    }

    @Test("each fault has its times: healed, over at once, or for ever; and says whom it hits")
    func once() throws {
        let schedule = try schedule(
            """
            faults:
              - { name: late, at: 8m, slow: { target: "chat-host[0..1]", factor: 2 } }
              - { name: down, at: 1m, crash: { target: chat-host, pick: 2, restart-after: 20s } }
              - { name: split, at: 2m, for: 5s, partition: { between: cache, and: client, direction: one-way } }
              - { name: torn, at: 3m, reset: { between: "@home", and: cache } }
              - { name: led, at: 4m, leader-loss: { target: recipient-log, partition: 17 } }
              - { name: away, at: 5m, for: 1m, disconnect: { target: client@home, pick: 25% } }
            """)
        #expect(
            texts(schedule) == [
                "down 1, crash of 2 of chat-host: 60s to 80s",
                "split 1, partition of cache to client: 120s to 125s",
                "torn 1, reset of @home and cache: 180s to 180s",
                "led 1, leader-loss of recipient-log, partition 17: 240s to 240s",
                "away 1, disconnect of 25% of client@home: 300s to 360s",
                "late 1, slow of chat-host[0..1]: 480s to the end",
            ])
        // Windows find them in the order of the file.
        #expect(schedule.timeline.map(\.name) == ["late", "down", "split", "torn", "led", "away"])
        #expect(
            schedule.timeline[1].occasions == [
                Timeline.Occasion(from: .at(.seconds(60)), to: .at(.seconds(80)))
            ])
    }

    @Test("what comes again comes until sends end, first at its time or after one interval")
    func every() throws {
        let schedule = try schedule(
            """
            faults:
              - { name: often, every: 3m, for: 1m, pause: { target: cache } }
              - { name: later, at: 4m, every: 5m, roam: { target: client } }
            """)
        #expect(
            texts(schedule) == [
                "often 1, pause of cache: 180s to 240s", "later 1, roam of client: 240s to 240s",
                "often 2, pause of cache: 360s to 420s", "often 3, pause of cache: 540s to 600s",
                "later 2, roam of client: 540s to 540s",
            ])
    }

    @Test("what comes again begins no more from its 'until' on")
    func until() throws {
        let schedule = try schedule(
            """
            faults:
              - { name: often, every: 3m, until: 6m, for: 1m, pause: { target: cache } }
              - { name: later, at: 4m, every: 1m, until: 361s, roam: { target: client } }
            """)
        #expect(
            texts(schedule) == [
                "often 1, pause of cache: 180s to 240s", "later 1, roam of client: 240s to 240s",
                "later 2, roam of client: 300s to 300s", "later 3, roam of client: 360s to 360s",
            ])
    }

    /// 599 turns of which each acts with an even chance: 299.5 ± 12.2, and the bounds lie four of these away.
    @Test("in what share of its turns a fault acts is drawn, and no other fault moves these draws")
    func ratio() throws {
        func fault(_ ratio: String) -> String {
            "faults:\n  - { name: flaky, every: 1s, ratio: \(ratio), flush: { target: cache } }"
        }
        let half = try schedule(fault("50%"))
        #expect((251...348).contains(half.occasions.count))
        #expect(try schedule(fault("50%")) == half)
        #expect(try schedule(fault("50%"), seed: 2) != half)
        let more = try schedule(
            fault("50%") + "\n  - { name: other, every: 7s, ratio: 50%, flush: { target: cache } }")
        #expect(more.occasions.filter { $0.name == "flaky" } == half.occasions)
        #expect(try schedule(fault("100%")).occasions.count == 599)
        let none = try schedule(fault("0%"))
        #expect(none.occasions == [])
        #expect(none.timeline == [Timeline.Fault("flaky", [])])
    }

    @Test("random faults are explicit, inside of their envelope, and the seed's alone", arguments: 1...20)
    func random(seed: Int) throws {
        let random = """
            warmup: 1m
            random: { kinds: [crash, pause, disconnect, reset], targets: [recipient-log, "chat-host[1..2]", client],
              every: exp 5s, for: exp 10s, healed-by: 9m }
            """
        let schedule = try schedule(random, seed: seed)
        #expect(try self.schedule(random, seed: seed) == schedule)
        #expect(try self.schedule(random, seed: seed + 100) != schedule)
        #expect(schedule.occasions.count > 20)
        #expect(
            schedule.timeline.map(\.name) == schedule.occasions.indices.map { "random fault \($0 + 1)" })
        let machines = [
            "recipient-log[0]", "recipient-log[1]", "recipient-log[2]", "chat-host[1]", "chat-host[2]",
        ]
        var busyUntil: [String: Instant] = [:]
        for occasion in schedule.occasions {
            #expect(occasion.from >= .at(.minutes(1)))
            let end = try #require(occasion.to)
            #expect(end <= .at(.minutes(9)))
            switch occasion.kind {
            case "disconnect": #expect(occasion.target == "10% of client")
            case "reset":
                #expect(occasion.to == occasion.from)
                #expect(machines.map { "\($0) and *" }.contains(occasion.target))
            default:
                #expect(["crash", "pause"].contains(occasion.kind))
                #expect(machines.contains(occasion.target))
            }
            // One per replica set at a time.
            let set = String(occasion.target.prefix { $0 != "[" })
            if let busy = busyUntil[set] { #expect(occasion.from >= busy) }
            busyUntil[set] = end
        }
    }

    /// Of three roles one has partitions, one is a cache, one is assigned anew; all of them are called.
    @Test("faults of parts come at random to the roles that can play them, as a whole")
    func parts() throws {
        let schedule = try schedule(
            "random: { kinds: [leader-loss, rebalance, flush, stale, errors], every: exp 2s, for: exp 1s }")
        let hits = Set(
            schedule.occasions.filter { $0.kind != "errors" }.map {
                "\($0.kind) \($0.target.prefix { $0 != "," })"
            })
        #expect(
            hits == ["leader-loss recipient-log", "rebalance chat-host", "flush cache", "stale cache"])
        let failing = Set(schedule.occasions.filter { $0.kind == "errors" }.map(\.target))
        #expect(failing.count == 4 + 3 + 1)
        // Some 60 draws of 64 partitions.
        let led = Set(schedule.occasions.filter { $0.kind == "leader-loss" }.map(\.target))
        let all = Set((0..<64).map { "recipient-log, partition \($0)" })
        #expect(led.isSubset(of: all))
        #expect(led.count > 20)
    }

    /// Some 290 draws; of three machines and one, and of three manners, each comes more than ten times.
    @Test(
        "a partition comes at random from everybody, and from another role of the targets, both ways or one")
    func betweenRoles() throws {
        func targets(_ roles: String) throws -> Set<String> {
            let schedule = try schedule(
                "random: { kinds: [partition], targets: [\(roles)], every: 2s, for: 1s, recover-first: false }"
            )
            return Set(schedule.occasions.map(\.target))
        }
        let logs = (0..<3).map { "recipient-log[\($0)]" }
        #expect(try targets("recipient-log") == Set(logs.map { "\($0) and *" }))
        let machines = logs.map { ($0, "cache") } + [("cache[0]", "recipient-log")]
        #expect(
            try targets("recipient-log, cache, client")
                == Set(machines.flatMap { ["\($0) and *", "\($0) and \($1)", "\($0) to \($1)"] }))
    }

    @Test("without targets every role and all people may be hit; faults of a plan stand beside random ones")
    func anybody() throws {
        let schedule = try schedule(
            """
            faults: [{ name: mine, at: 5m, roam: { target: client } }]
            random: { kinds: [slow, roam, partition], every: 2s, for: 1s }
            """)
        let targets = Set(schedule.occasions.map { $0.target.prefix { $0 != "[" } })
        #expect(targets == ["chat-host", "recipient-log", "cache", "10% of client", "client"])
        #expect(schedule.timeline.first?.name == "mine")
        #expect(schedule.occasions == schedule.occasions.sorted { $0.from < $1.from })
    }
}
