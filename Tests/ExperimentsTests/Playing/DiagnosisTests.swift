import Designs
import Experiments
import Results
import Testing

/// Why a run failed, and which knobs its own figures speak of.
@Suite("experiments: causes and hints")
struct DiagnosisTests {
    private static func town(
        _ load: String, server: String, threshold: String, faults: String = "  []", client: String = "{}"
    ) -> String {
        """
        hubbub: 1
        name: town
        design: single-server
        seed: 4
        duration: 2m
        drain: 2m
        users: { count: 300 }
        client: \(client)
        load:
        \(load)
        topology: { server: \(server) }
        thresholds: [\(threshold)]
        faults:
        \(faults)
        """
    }

    private static let steady = "  - { name: usual, send: 2/m per user, size: 1KB, direct: 100% }"
    private static let spike = """
          - { name: usual, send: 2/m per user, size: 1KB, direct: 100% }
          - { name: spike, send: 40/m per user, from: 30s, size: 1KB, direct: 100% }
          - { name: calm, send: 2/m per user, from: 40s, size: 1KB, direct: 100% }
        """

    @Test("a link that lets nothing through is named before all that followed from it")
    func lossyLinks() throws {
        func verdict(_ loss: String) throws -> (causes: [String], hints: [String]) {
            let text = Self.town(Self.steady, server: "{ cores: 1 }", threshold: "delivery p50 < 1ms")
                .replacing(
                    "topology: {", with: "topology: { links: { \"client <-> server\": { loss: \(loss) } },")
            let verdict = try played(text).result.verdict
            return (verdict.causes, verdict.hints)
        }
        let none = try verdict("100%")
        #expect(
            none.causes.first
                == "the links 'client <-> server' let nothing through: they lose 100%, by topology.links")
        #expect(none.hints.contains("less loss in topology.links: 'client <-> server' has 100%"))
        #expect(
            try verdict("20%").causes.first
                == "the links 'client <-> server' lose 20% of what is sent over them, by topology.links")
        #expect(!(try verdict("0.1%").causes.contains { $0.contains("topology.links") }))
    }

    /// Four cuts of 4 s, each of which meets a part of the slowest.
    @Test("a fault that comes again and again is to blame for all its turns")
    func turns() throws {
        let text = Self.town(
            Self.steady, server: "{ cores: 4 }", threshold: "delivery p99 < 1s",
            faults:
                "  - { name: cut, at: 20s, every: 25s, for: 4s, partition: { between: client, and: server } }"
        )
        let causes = try played(text).result.verdict.causes
        #expect(causes.contains { $0.hasSuffix("while cut was on, which came 4 times") }, "\(causes)")
        #expect(!causes.contains { $0.contains("nothing was broken") }, "\(causes)")
    }

    /// Two cores were busy from 54 s to 60 s of the rush, and no letter of that took 2 s. Those that missed the limit waited for
    /// a server that stood still a minute later.
    @Test("cores that were busy while all was fast enough are not to blame for a pause")
    func busyBefore() throws {
        let verdict = try played(
            """
            hubbub: 1
            name: rush
            design: single-server
            seed: 4
            duration: 3m
            drain: 1m
            users: { count: 200 }
            load:
              - { name: usual, send: 2/m per user, size: 1KB, direct: 100% }
              - { name: rush, send: 12/m per user, from: 30s, size: 1KB, direct: 100% }
              - { name: calm, send: 2/m per user, from: 1m, size: 1KB, direct: 100% }
            topology: { server: { cores: 2, service-time: exp 48ms } }
            faults:
              - { name: nap, at: 2m, for: 10s, pause: { target: server } }
            thresholds: [delivery p99 < 5s]
            """
        ).result.verdict
        #expect(verdict.causes.first?.contains("slowest were under way while nap was on") == true)
        #expect(!verdict.causes.contains { $0.contains("were busy from") }, "\(verdict.causes)")
        #expect(!verdict.hints.contains { $0.contains("server.cores") }, "\(verdict.hints)")
    }

    /// A half of the people have no line: what they send waits in their apps, and what is sent to them at the server.
    @Test("letters that were never accepted are told from those that were not delivered")
    func neverAccepted() throws {
        let verdict = try played(
            Self.town(
                "  - { name: usual, send: 10/m per user, size: 1KB, direct: 100% }",
                server: "{ cores: 4, connections: 150 }", threshold: "delivery p99 < 5s")
        ).result.verdict
        #expect(
            verdict.causes.contains {
                $0.hasSuffix(" of these were of letters that had not been accepted by the end")
            }, "\(verdict.causes)")
        #expect(
            verdict.causes.contains {
                $0.hasPrefix("the 1,000 slowest deliveries") && $0.contains("'sender's app'")
            },
            "\(verdict.causes)")
    }

    @Test("what would decide says of which threshold")
    func deciding() throws {
        let hints = try played(
            Self.town(
                Self.steady, server: "{ cores: 4 }",
                threshold: "delivery p99.9 < 5s during usual, delivery p99.9 < 6s")
        ).result.verdict.hints
        #expect(hints.contains { $0.hasPrefix("delivery p99.9 in usual takes 10,000 samples: ") }, "\(hints)")
        #expect(hints.contains { $0.hasPrefix("delivery p99.9 takes 10,000 samples: ") }, "\(hints)")
    }

    /// One way only: what people send comes late, and so do their words that they have read.
    @Test("where deliveries were fast enough, what was missed is spoken of")
    func receipts() throws {
        func causes(_ threshold: String) throws -> [String] {
            let text = Self.town(
                Self.steady, server: "{ cores: 4 }", threshold: threshold,
                faults:
                    "  - { name: cut, at: 20s, for: 10s, partition: { between: client, and: server, direction: one-way } }"
            )
            return try played(text).result.verdict.causes
        }
        let read = try causes("read p99 < 2s")
        let said = try #require(read.first)
        #expect(said.hasPrefix("read had p99 over 2s in "), "\(said)")
        #expect(
            said.contains(" of them under way while cut was on (partition of client to server)"), "\(said)")
        #expect(!read.contains { $0.contains("slowest") || $0.contains("deliveries") }, "\(read)")
        #expect(try causes("read p99 < 2s, delivery p99 < 2s").contains { $0.contains("slowest") })
    }

    @Test("what a fault has left behind is not put down to links")
    func aftermath() throws {
        let text = Self.town(
            "  - { name: usual, send: 20/m per user, size: 1KB, direct: 100% }", server: "{ cores: 4 }",
            threshold: "delivery p99 < 300ms",
            faults: "  - { name: gone, at: 4s, crash: { target: server, restart-after: 5500ms } }"
        ).replacing("drain: 2m", with: "warmup: 10s\ndrain: 2m")
        let causes = try played(text).result.verdict.causes
        #expect(causes.contains { $0.hasSuffix("were sent within 30s after gone was over") }, "\(causes)")
    }

    /// The server is back at 49 s, and for some seconds apps still find their way to it.
    @Test("a recovery that was missed is put down to the windows that were not healthy")
    func recovery() throws {
        let text = Self.town(
            "  - { name: usual, send: 20/m per user, size: 1KB, direct: 100% }", server: "{ cores: 4 }",
            threshold: "recovery < 500ms after gone, delivery p50 < 1s",
            faults: "  - { name: gone, at: 40s, crash: { target: server, restart-after: 9s } }"
        ).replacing("count: 300", with: "count: 100")
        let causes = try played(
            text + "\nhealthy: { window: 5s, hold: 1, expect: [delivery p99 < 300ms] }\n"
        ).result.verdict.causes
        #expect(causes.first?.hasPrefix("after gone (crash of server), over at 49s, ") == true, "\(causes)")
        #expect(
            causes.first?.contains(" of the windows of 5s were not healthy, the last from ") == true,
            "\(causes)")
    }

    @Test("a spare machine that was off is said to have been hit by nothing")
    func offMachine() throws {
        let notes = try played(
            """
            hubbub: 1
            name: off
            design: sender-service
            seed: 1
            duration: 20s
            users: { count: 10, contacts: 6 }
            load:
              - { name: usual, send: 6/m per user, size: 1KB, direct: 100% }
            topology: { chat-host: { count: 2, spare: 6 } }
            faults:
              - { name: boot, at: 10s, crash: { target: "chat-host[3]", restart-after: 5s } }
            """, on: SenderService.self
        ).result.verdict.notes
        #expect(
            notes.contains(
                "the fault boot hit no machine, since what it names was off: it has tested nothing"),
            "\(notes)")
    }

    @Test("faults that did nothing are said, and a healthy without faults")
    func idleFaults() throws {
        func notes(_ faults: String, healthy: Bool = false) throws -> [String] {
            let text = Self.town(
                Self.steady, server: "{ cores: 4 }", threshold: "delivery p99 < 10s", faults: faults)
            return try played(
                healthy ? text + "\nhealthy: { window: 10s, hold: 1, expect: [delivery p50 < 1ms] }\n" : text
            ).result.verdict.notes
        }
        #expect(
            try notes("  - { name: a, at: 5s, for: 5s, ratio: 0%, crash: { target: server } }")
                == ["the fault a never came: of the turns that it has, its ratio left out all"])
        #expect(try notes("  []", healthy: true) == ["`healthy` was not asked for: there were no faults"])
        #expect(try notes("  - { name: a, at: 50s, crash: { target: server } }") == [])
        #expect(
            try notes("  - { name: a, at: 5s, for: 5s, loss: { between: client, share: 0% } }")
                == ["the fault a changes nothing, by its 'share': it has tested nothing"])
        #expect(
            try notes("  - { name: a, at: 5s, for: 5s, disconnect: { target: client, pick: 0% } }")
                == ["the fault a hit nobody: it has tested nothing"])
        // Everybody has a line already, whatever is under way on it.
        #expect(
            try notes("  - { name: a, at: 20s, for: 5s, partition: { between: client, connections: new } }")
                == ["the fault a met nothing that it could disturb: it has tested nothing"])
    }

    /// All that it has written has lost bits before it starts anew.
    @Test("a part that does not start any more is named, with the reason", arguments: ["crash", "pause"])
    func lostBits(restart: String) throws {
        let text = Self.town(
            Self.steady, server: "{ cores: 4 }", threshold: "delivery p99 < 10s",
            faults: """
                  - { name: bits, at: 10s, disk: { target: server, mode: corrupt, share: 100% } }
                  - { name: anew, at: 11s, for: 2s, \(restart): { target: server } }
                """)
        let said = try played(text).result.verdict.notes.filter { $0.contains("checksum") }
        #expect(
            said == (restart == "crash" ? ["server[0] does not start: its file fails its checksum"] : []))
    }

    /// Nobody sends anything before 14 s: the server is idle when its cores stop.
    @Test("a pause has met what comes while the cores stand still", arguments: [14, 22])
    func metLater(second: Int) throws {
        let result = try played(
            """
            hubbub: 1
            name: nap
            design: single-server
            seed: 1
            duration: 30s
            drain: 10s
            users: { count: 3 }
            script:
              - { at: \(second)s, user: 0, send: user 1 }
            faults:
              - { name: nap, at: 10s, for: 8s, pause: { target: server } }
            """
        ).result
        #expect(result.faults.map(\.metWork) == [second == 14 ? 1 : 0])
        #expect(result.verdict.notes.contains { $0.contains("tested nothing") } == (second == 22))
    }

    /// In the drain, when nothing is under way any more.
    @Test(
        "a reset that ends lines on which nobody says anything has met them",
        arguments: ["reset", "half-open"])
    func idleLines(kind: String) throws {
        let text = Self.town(
            Self.steady, server: "{ cores: 4 }", threshold: "delivery p99 < 10s",
            faults: "  - { name: a, at: 150s, \(kind): { between: server, and: client } }")
        let result = try played(text).result
        #expect(result.faults.map(\.lettersTouched) == [0])
        #expect(result.faults.map(\.metWork) == [1])
        #expect(result.verdict.notes == [])
    }

    /// All letters are of 5 KB, and the server takes 4,096 B.
    @Test("what was refused by a limit is told with the knob that says so")
    func limits() throws {
        let text = Self.town(
            "  - { name: usual, send: 2/m per user, size: 5KB, direct: 100% }", server: "{ cores: 1 }",
            threshold: "availability >= 0%")
        let result = try played(text).result
        #expect(result.refused.map(\.limits) == [["server.body-limit is 4.096KB"]])
        let hint = try #require(result.verdict.hints.first { $0.contains("refused") })
        #expect(
            hint.hasSuffix(" letters were refused, the body is too large: server.body-limit is 4.096KB"),
            "\(hint)")
    }

    /// For 20 of 60 s gateways do not reach the service that takes letters in, and ask it until they give up.
    @Test("who has waited for another role is told for whom")
    func calls() throws {
        let text = """
            hubbub: 1
            name: wait
            design: sender-service
            seed: 4
            duration: 1m
            drain: 20s
            users: { count: 20, contacts: 5 }
            load: [{ name: usual, send: 10/m per user, size: 1KB, direct: 100% }]
            faults:
              - name: cut
                at: 20s
                for: 20s
                partition: { between: gateway, and: new-message-service }
            thresholds: [delivery p99 < 100ms]
            """
        let result = try played(text, on: SenderService.self).result
        let stage = try #require(result.stages.first { $0.name == "gateway work and calls" })
        #expect(stage.calls.first?.callee == "new-message-service")
        #expect(try #require(stage.calls.first?.unanswered) > 0)
        let cause = try #require(result.verdict.causes.first { $0.contains("'gateway work and calls'") })
        #expect(
            cause.contains(
                #/: most of what gateway waits for is new-message-service, .* at p99, and \d+ of \d+ calls had no answer$/#
            ),
            "\(cause)")
        #expect(
            result.stages.filter { $0.name.hasSuffix("append until read") }.allSatisfy { $0.calls.isEmpty })
    }

    /// For up to 10 s letters for the people of a host that is gone are held by the consumers, which call nobody meanwhile:
    /// they look for the host that is to come. What they do call answers within 3 ms.
    @Test("who answers in no time at all is not blamed for a wait of seconds")
    func innocent() throws {
        let text = """
            hubbub: 1
            name: held
            design: sender-service
            seed: 4
            duration: 3m
            drain: 20s
            users: { count: 100, contacts: 5 }
            load: [{ name: usual, send: 6/m per user, size: 1KB, direct: 100% }]
            faults: [{ name: gone, at: 20s, crash: { target: "chat-host[0]", restart-after: 20s } }]
            thresholds: [delivery p99 < 50ms]
            """
        let result = try played(text, on: SenderService.self).result
        let stage = try #require(result.stages.first { $0.name == "message-consumer work and calls" })
        let calls = try #require(stage.calls.first)
        // So few of all letters were held that the stage seems to take no longer than they do.
        #expect(try #require(stage.p99?.nanoseconds) <= 2 * #require(calls.p99?.nanoseconds))
        #expect(calls.unanswered == 0)
        let cause = try #require(result.verdict.causes.first { $0.contains("spent") })
        #expect(cause.hasSuffix(" of their time in 'message-consumer work and calls'"), "\(cause)")
    }

    /// A letter every second, of 500 ms each: three generators have cores to spare.
    @Test("where the work is most of the way, and no core was busy for long, the time that it takes is named")
    func work() throws {
        let text = """
            hubbub: 1
            name: slow
            design: sender-service
            seed: 4
            duration: 1m
            drain: 20s
            users: { count: 20, contacts: 5 }
            load: [{ name: usual, send: 3/m per user, size: 1KB, direct: 100% }]
            topology: { message-generator: { letter-time: 500ms } }
            thresholds: [delivery p50 < 100ms]
            """
        let verdict = try played(text, on: SenderService.self).result.verdict
        #expect(
            verdict.causes.contains { $0.hasSuffix(" of their time in 'message-generator work and calls'") },
            "\(verdict.causes)")
        #expect(
            verdict.hints.contains { $0.hasPrefix("a shorter message-generator.letter-time, now 500ms: ") },
            "\(verdict.hints)")
    }

    /// 200 letters a second for 10 s, of 10 ms each, are work for 2 cores: 20 s for one.
    @Test("a spike that the cores cannot take: when they were busy, and how many there would have to be")
    func busyCores() throws {
        let verdict = try played(
            Self.town(
                Self.spike, server: "{ cores: 1, service-time: 10ms }", threshold: "delivery p99 < 1s",
                client: "{ timeout: 1m }")
        ).result.verdict
        #expect(verdict.causes.contains { $0.hasPrefix("all 1 core of server were busy from 30s to ") })
        let hint = try #require(verdict.hints.first)
        #expect(
            hint.hasPrefix("server.cores is 1: what came in spike (30s–40s) was work for about 2."), "\(hint)"
        )
        #expect(
            hint.contains("--set topology.server.cores=3, or a shorter server.service-time, now 10ms"),
            "\(hint)")
    }

    /// The same with little patience: copies of what waits queue behind it.
    @Test("apps that do not wait long enough are told how long the answers took")
    func retries() throws {
        let verdict = try played(
            Self.town(
                Self.spike, server: "{ cores: 1, service-time: 10ms }", threshold: "delivery p99 < 1s",
                client: "{ timeout: 2s, retry: { base: 1s, cap: 2s } }")
        ).result.verdict
        #expect(verdict.causes.contains { $0.hasPrefix("apps sent letters again ") })
        #expect(verdict.hints.contains { $0.hasPrefix("client.timeout is 2s, and the p99 of accept ") })
        // The copies are not among what 200 letters a second of 10 ms each take.
        let hint = try #require(verdict.hints.first { $0.hasPrefix("server.cores is 1: ") })
        let needed = try #require(
            hint.firstMatch(of: /for the first time was work for about ([0-9.]+) cores/)
                .flatMap { Double($0.1) })
        #expect((1.7...2.3).contains(needed), "\(hint)")
    }

    /// Who sends too much until the end: 20 letters a second for 30 s.
    private static func flood(_ design: String, _ topology: String) -> String {
        """
        hubbub: 1
        name: flood
        design: \(design)
        seed: 4
        duration: 30s
        drain: 5s
        users: { count: 20, contacts: 5 }
        client: { timeout: 10m }
        load: [{ name: steady, send: 60/m per user, size: 1KB, direct: 100% }]
        topology: { \(topology) }
        thresholds: [delivery p99 < 1s]
        """
    }

    /// Of 200 ms each they are work for 4 cores, of which one did a quarter; about 600 of them, give or take 24 and as much.
    @Test("what still waits at the end of a run counts as work that there was, and waits where it is")
    func unfinished() throws {
        let result = try played(
            Self.flood("single-server", "server: { cores: 1, service-time: 200ms }")
        ).result
        let hint = try #require(result.verdict.hints.first)
        let needed = try #require(
            hint.firstMatch(of: /was work for at least ([0-9.]+) cores, and not all of it was done/)
                .flatMap { Double($0.1) })
        #expect((3.6...4.4).contains(needed), "\(hint)")
        let cause = try #require(result.verdict.causes.first)
        #expect(cause.hasSuffix("% of their time in 'server core wait'"), "\(cause)")
        let path = try #require(result.slowest.first).path
        #expect(path.last?.stage == "server core wait", "\(path.map(\.stage))")
    }

    @Test(
        "letters that a role of several has not got to are with that role",
        arguments: ["gateway", "new-message-service"])
    func unfinished(role: String) throws {
        let text = Self.flood("sender-service", "\(role): { count: 1, cores: 1, request-time: 200ms }")
        let causes = try played(text, on: SenderService.self).result.verdict.causes
        let cause = try #require(causes.first)
        #expect(cause.contains("% of their time in '\(role) work and calls'"), "\(cause)")
    }

    @Test("a queue that is full is a cause of its own")
    func fullQueue() throws {
        let verdict = try played(
            Self.town(
                Self.spike, server: "{ cores: 1, service-time: 10ms, queue: 100 }",
                threshold: "delivery p99 < 1s")
        ).result.verdict
        #expect(verdict.causes.contains { $0.hasPrefix("server dropped ") })
        // Those that were dropped were on their way in meanwhile, and no link is to be blamed for it.
        #expect(!verdict.causes.contains { $0.contains("the links alone") })
        #expect(verdict.hints.contains { $0.contains("work for about 2.") && $0.contains("cores=3") })
    }

    /// 100 people at 1 a second are 100 letters a second for 20 s, of 40 ms each: work for 4 cores, of which one did a quarter.
    /// Apps give up after their second attempt.
    @Test("what a full queue has turned away for good counts as work that there was")
    func droppedWork() throws {
        let text = Self.town(
            """
              - { name: usual, send: 2/m per user, size: 1KB, direct: 100% }
              - { name: spike, send: 60/m per user, from: 20s, size: 1KB, direct: 100% }
              - { name: calm, send: 2/m per user, from: 40s, size: 1KB, direct: 100% }
            """, server: "{ cores: 1, service-time: 40ms, queue: 20 }", threshold: "delivery p99 < 2s",
            client: "{ timeout: 10s, retry: { attempts: 2, base: 1s, cap: 2s } }"
        ).replacing("users: { count: 300 }", with: "users: { count: 100 }")
        let verdict = try played(text).result.verdict
        let hint = try #require(verdict.hints.first { $0.hasPrefix("server.cores is 1: ") })
        let needed = try #require(
            hint.firstMatch(of: /work for about ([0-9.]+) cores, and not all/).flatMap { Double($0.1) })
        #expect((3.4...4.6).contains(needed), "\(hint)")
    }

    /// The slowest of the run were sent during a cut, which the threshold leaves out; what missed it came later.
    @Test("a threshold on a part of the run is explained by the letters of that part")
    func window() throws {
        let faults = """
              - { name: split, at: 20s, for: 20s, partition: { between: client, and: server } }
              - { name: mud, at: 80s, for: 10s, delay: { between: client, and: server, add: 3s } }
            """
        func causes(_ window: String) throws -> [String] {
            let text = Self.town(
                Self.steady, server: "{}", threshold: "delivery p99 < 2s \(window)", faults: faults)
            return try played(text).result.verdict.causes
        }
        let after = try causes("after split")
        let cause = try #require(after.first)
        #expect(cause.contains(" slowest after the fault split were under way while mud was on"), "\(cause)")
        #expect(!after.contains { $0.contains("split was on") }, "\(after)")
        #expect(
            after.contains { $0.contains(" slowest deliveries after the fault split spent ") }, "\(after)")
        // Of all of the run the cut is the worst.
        let all = try #require(try causes("").first)
        #expect(all.contains(" slowest were under way while split was on"), "\(all)")
    }

    /// 300 people send some 1,200 letters, of which the thousand slowest are kept; 30 people send 120.
    @Test("where all deliveries are kept they are not called the slowest")
    func allOfThem() throws {
        let many = Self.town(Self.steady, server: "{}", threshold: "delivery p50 < 1ms")
        let few = many.replacing("count: 300", with: "count: 30")
        func spent(_ text: String) throws -> String? {
            try played(text).result.verdict.causes.first { $0.contains(" deliveries spent ") }
        }
        #expect(try spent(many)?.hasPrefix("the 1,000 slowest deliveries spent ") == true)
        #expect(try spent(few)?.hasPrefix("all 1") == true)
    }

    /// Within a region a letter crosses the delay twice: 6 s in eu, the worst of the run, and 4 s in us; what comes to us
    /// from eu has 3 s.
    @Test("a threshold on some people is explained by what happened to them")
    func scope() throws {
        let faults = """
              - { name: fog, at: 20s, for: 20s, delay: { between: server, and: client@eu, add: 3s } }
              - { name: mud, at: 80s, for: 20s, delay: { between: server, and: client@us, add: 2s } }
            """
        func causes(_ clause: String) throws -> [String] {
            let text = Self.town(
                Self.steady, server: "{}", threshold: "delivery p99 < 2s \(clause)", faults: faults
            ).replacing("count: 300", with: "count: 300, regions: { eu: 50%, us: 50% }")
            return try played(text).result.verdict.causes
        }
        let all = try causes("")
        #expect(all.contains { $0.contains(" slowest were under way while fog was on") }, "\(all)")
        let some = try causes("where region == us")
        let met = " slowest for recipients in us were under way while mud was on"
        #expect(some.contains { $0.contains(met) }, "\(some)")
        #expect(!some.contains { $0.contains("fog was on") }, "\(some)")
        #expect(
            some.contains { $0.contains(" slowest deliveries for recipients in us spent ") }, "\(some)")
    }

    @Test("a fault that the slowest letters met, and what decides when phones are back")
    func cut() throws {
        let verdict = try played(
            Self.town(
                Self.steady, server: "{}", threshold: "delivery p99 < 1s",
                faults: "  - { name: split, at: 40s, for: 20s, partition: { between: client, and: server } }")
        ).result.verdict
        // Before where these spent their time.
        let cause = verdict.causes.first ?? ""
        #expect(
            cause.contains("were under way while split was on (partition of client and server)"), "\(cause)")
        #expect(verdict.hints == [])
    }

    @Test("a disk that syncs too slowly")
    func disk() throws {
        let verdict = try played(
            Self.town(Self.spike, server: "{ sync: 200ms }", threshold: "delivery p99 < 100ms")
        ).result.verdict
        #expect(verdict.causes.contains { $0.hasPrefix("the disk of server was busy all the time from ") })
        #expect(verdict.hints.contains { $0.contains("server.sync (200ms)") })
    }

    @Test("links alone, when nothing was broken and nobody was busy")
    func links() throws {
        let verdict = try played(
            Self.town(Self.steady, server: "{}", threshold: "delivery p50 < 1ms")
        ).result.verdict
        #expect(
            verdict.causes.contains {
                $0.hasPrefix("nothing was broken and nobody was busy all the time: 'way ")
            })
        #expect(
            verdict.hints == [
                "delay and loss of the links decide: users.access (wifi 69%, 4g 25%, 5g 6%) and topology.links"
            ])
    }

    @Test("what was missed because something was too fast gets no advice, nor what other knobs cannot mend")
    func noAdvice() throws {
        let fast = try played(
            Self.town(Self.spike, server: "{ cores: 1, service-time: 10ms }", threshold: "delivery p99 > 10m")
        ).result.verdict
        #expect(fast.word == .failed)
        #expect(fast.causes == [])
        #expect(fast.hints == [])
        // More cores, and the links would still take longer than that.
        let links = try played(
            Self.town(Self.spike, server: "{ cores: 1, service-time: 10ms }", threshold: "delivery p50 < 1ms")
        ).result.verdict
        #expect(links.causes.contains { $0.hasPrefix("all 1 core of server were busy") })
        #expect(!links.hints.contains { $0.contains("cores=") })
        #expect(links.causes.contains { $0.hasPrefix("the links alone miss the limit: 'way ") })
    }

    /// The server is paused for 20 s; the delay beside it is on all the time.
    @Test("of two faults that met all that came late, the one that met less besides is to blame")
    func narrowest() throws {
        let causes = try played(
            Self.town(
                Self.steady, server: "{ cores: 4 }", threshold: "delivery p99 < 1s",
                faults: """
                      - { name: blip, at: 10s, for: 140s, delay: { between: client, and: server, add: 1ms } }
                      - { name: stop, at: 60s, for: 20s, pause: { target: server } }
                    """)
        ).result.verdict.causes
        #expect(
            causes.contains { $0.contains("were under way while stop was on (pause of server)") }, "\(causes)"
        )
        #expect(!causes.contains { $0.contains("blip") }, "\(causes)")
    }

    /// No two machines of one access network speak to each other.
    @Test("a fault that met nothing is to blame for nothing")
    func metNothing() throws {
        let result = try played(
            Self.town(
                Self.spike, server: "{ cores: 1, service-time: 10ms }", threshold: "delivery p99 < 1s",
                faults: "  - { name: idle, at: 10s, for: 100s, reorder: { between: \"@home\", share: 5% } }")
        ).result
        #expect(result.verdict.notes.contains { $0.hasPrefix("the fault idle met nothing") })
        #expect(!result.verdict.causes.contains { $0.contains("idle") }, "\(result.verdict.causes)")
        #expect(result.verdict.causes.contains { $0.hasPrefix("all 1 core of server were busy") })
    }

    /// Ten letters a second, each of which takes the only core 2 s: most wait at the end, and no delay has a longest.
    @Test("a maximum that never came is judged like any other statistic")
    func maximum() throws {
        let verdict = try played(
            Self.town(
                Self.steady, server: "{ cores: 1, service-time: 2s }", threshold: "delivery max < 1m")
        ).result.verdict
        #expect(verdict.word == .failed)
        #expect(
            verdict.causes.contains { $0.hasPrefix("all 1 core of server were busy") }, "\(verdict.causes)")
    }

    @Test("a run that passed, and one that failed for another reason than time, get no advice")
    func silent() throws {
        for threshold in ["delivery p99 < 1m", "lost count == 1"] {
            let verdict = try played(Self.town(Self.steady, server: "{}", threshold: threshold)).result
                .verdict
            #expect(verdict.causes == [])
            #expect(verdict.hints.allSatisfy { $0.hasPrefix("nearest to failing: ") })
        }
    }
}
