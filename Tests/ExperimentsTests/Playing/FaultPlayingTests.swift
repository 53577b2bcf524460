import Chat
import Cluster
import Experiments
import Results
import Simulation
import Testing
import Vocabulary

@Suite("experiments: faults of a scenario in a cluster")
struct FaultPlayingTests {
    /// A fault, and when phones notice it and its end.
    struct Case: Sendable {
        let fault: String
        /// The seconds whose letters are late.
        let late: [Int]

        init(_ fault: String, late: [Int]) {
            self.fault = fault
            self.late = late
        }
    }

    /// Where the line stays, TCP tries again at doubled timeouts, and what was tapped behind a letter waits with it: a
    /// cut of five seconds is felt for eight. Where the line is gone, apps connect again after pauses that double and
    /// are drawn; a machine without its process refuses them, and one without power answers the SYN that TCP sends again. A packet that comes twice is TCP's affair, this server reads no clock, and lines that are open are
    /// not new. Nobody calls it.
    static let cases: [Case] = [
        Case("partition: { between: client, and: server }", late: [10, 11, 12, 13, 14, 15, 16, 17]),
        Case(
            "partition: { between: server, packets: reject }",
            late: [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]),
        Case(
            "partition: { between: '@home', and: client, direction: one-way }",
            late: [10, 11, 12, 13, 14, 15, 16, 17]),
        Case("partition: { between: client, and: server, connections: new }", late: []),
        Case("delay: { between: server, add: 100ms, jitter: 50ms }", late: [10, 11, 12, 13, 14]),
        Case("delay: { between: '*', add: 100ms }", late: [10, 11, 12, 13, 14]),
        Case("delay: { between: '@home', and: '@home', add: 100ms }", late: [10, 11, 12, 13, 14]),
        Case("loss: { between: '*', share: 100% }", late: [10, 11, 12, 13, 14, 15, 16, 17]),
        Case("loss: { between: client@home, share: 100% }", late: [10, 11, 12, 13, 14, 15, 16, 17]),
        Case("loss: { between: client, share: 90%, burst: 2 }", late: [10, 11, 12, 13, 14, 15, 16, 17]),
        Case("duplicate: { between: server, share: 100% }", late: []),
        Case("reorder: { between: server, share: 100%, extra: 100ms }", late: [10, 11, 12, 13, 14]),
        Case("corrupt: { between: server, share: 100% }", late: [10, 11, 12, 13, 14, 15, 16, 17]),
        Case("bandwidth: { between: server, rate: 20kbit/s }", late: [10, 11, 12, 13, 14]),
        Case("at: 10450ms, reset: { between: server }", late: [10]),
        Case(
            "at: 10s, crash: { target: server, restart-after: 5s }",
            late: [10, 11, 12, 13, 14, 15, 16, 17]),
        Case("crash: { target: server, lose: process }", late: Array(10...23)),
        Case("pause: { target: server }", late: [10, 11, 12, 13, 14]),
        Case("slow: { target: server, factor: 5000 }", late: [10, 11, 12, 13, 14]),
        Case("disk: { target: server, mode: slow, factor: 20000 }", late: [10, 11, 12, 13, 14]),
        Case("clock: { target: server, offset: 1h, drift: 200ppm }", late: []),
        Case("freeze-clock: { target: server }", late: []),
        Case("disconnect: { target: client }", late: [10, 11, 12, 13, 14, 15]),
        Case("disconnect: { target: client, pick: 1 }", late: [10, 11, 12, 13, 14]),
        Case("at: 10450ms, roam: { target: client }", late: [10]),
        Case("partition: { between: '@home', and: client }", late: [10, 11, 12, 13, 14, 15, 16, 17]),
        Case("isolate: { target: server }", late: [10, 11, 12, 13, 14, 15, 16, 17]),
        Case("swizzle: { target: server, gap: 2s }", late: [10, 11]),
        Case("flap: { between: client, and: server, up: 1s, down: 1s }", late: [10, 12, 14]),
        Case("bandwidth: { between: server, rate: 20kbit/s, buffer: 2KB }", late: [10, 11, 12, 13, 14]),
        Case("at: 10s, half-open: { between: server, and: client }", late: [10]),
        Case("refuse: { target: server }", late: []),
        Case("connections: { target: server, limit: 0 }", late: []),
        Case("at: 10s, restart-storm: { target: server, gap: 1s, down: 1s }", late: [11, 12]),
        Case("at: 10s, rolling-restart: { target: server, gap: 1s, down: 2s }", late: [10, 11, 12]),
        Case("disk: { target: server, mode: full }", late: [10, 11, 12, 13, 14]),
        Case("disk: { target: server, mode: failing }", late: []),
        Case("disk: { target: server, mode: corrupt, share: 50% }", late: []),
        Case("clock: { target: server, offset: -1h, drift: -200ppm }", late: []),
        Case("memory: { target: server, limit: 0B }", late: Array(10...21)),
        Case("errors: { target: server, rate: 100% }", late: []),
        Case("at: 10s, router-restart: { target: client }", late: [10]),
    ]

    /// Those of parts are orders, and what becomes of credentials has a test of its own, below.
    @Test("every kind that a file may name is here")
    func complete() {
        let played = Self.cases.map(\.fault) + Self.orders + ["revoke:"]
        let missing = ScenarioFormat.faults.map(\.name).filter { name in
            !played.contains { $0.hasPrefix("\(name):") || $0.contains(" \(name):") }
        }
        #expect(missing == [])
    }

    @Test("each kind delays the letters of its time, and no others for long", arguments: cases)
    func kinds(of expected: Case) throws {
        let run = try FaultRun(expected.fault)
        #expect(
            run.late == expected.late, "\(expected.fault) \(run.lateCount) \(run.cluster.encounters)"
        )
        #expect(run.counts.lost == 0)
    }

    @Test("a pick of one person spares the pair that this one is not in")
    func pick() throws {
        #expect(try FaultRun("disconnect: { target: client }").lateCount == 11)
        #expect(try FaultRun("disconnect: { target: client, pick: 1 }").lateCount == 5)
    }

    /// It is back in the instant in which it went down. Apps find out that their lines are gone, and connect again.
    @Test("a machine that restarts after no time is back at once")
    func restartsAtOnce() throws {
        let run = try FaultRun("at: 10s, crash: { target: server, restart-after: 0s }")
        #expect(run.counts.accepted == 60)
        #expect(run.counts.lost == 0)
        #expect(run.late.allSatisfy { $0 < 25 })
    }

    /// What the apps said meanwhile waits at the server, so that nothing is lost, nor a second late.
    @Test("whose credentials are revoked logs in again, over the line that is there")
    func revocation() throws {
        let run = try FaultRun("at: 10s, revoke: { target: client@home }")
        #expect(run.counts.accepted == 60)
        #expect(run.counts.lost == 0)
        #expect(run.late.allSatisfy { $0 == 10 })
        #expect(run.town.logins > 0)
        #expect(try FaultRun("at: 10s, disconnect: { target: client }").town.logins == 0)
    }

    @Test("a full disk refuses letters, until there is room again")
    func fullDisk() throws {
        let run = try FaultRun("disk: { target: server, mode: full }")
        // Two letters in each of five seconds are refused; the apps keep them and send them again.
        #expect(run.counts.refusedInTrouble == 10)
        #expect(run.counts.accepted == 60)
    }

    @Test("who writes meanwhile is without access, and that is not the service's fault")
    func coverage() throws {
        let run = try FaultRun(
            "disconnect: { target: client }", "at: 12s, for: 8s, disconnect: { target: client }")
        #expect(run.counts.accepted == 60)
        // From the first outage on, and until both ends of a letter have connected again after the last one.
        #expect(run.late == Array(10...20))
    }

    private static let orders = [
        "at: 10s, leader-loss: { target: clerk, partition: 2 }", "rebalance: { target: clerk }",
        "at: 11s, flush: { target: clerk }",
        "stale: { target: clerk, age: 1m }", "configuration: { target: clerk, share: 50% }",
        "at: 12s, evict: { target: clerk, share: 30% }",
    ]

    @Test("orders to parts reach those of the role, and end with the fault where it lasts")
    func orders() throws {
        let run = try FaultRun(Self.orders)
        #expect(
            run.orders == [
                "leader-loss 2 1.0 0s at 10s", "rebalance 0 1.0 0s at 10s",
                "stale 0 1.0 60s at 10s", "configuration 0 0.5 0s at 10s", "flush 0 1.0 0s at 11s",
                "evict 0 0.3 0s at 12s", "end of rebalance at 15s",
                "end of stale at 15s", "end of configuration at 15s",
            ])
        #expect(run.late == [])
    }

    @Test("orders to parts of some machines reach those, and no others")
    func ordersToSome() throws {
        #expect(try FaultRun("flush: { target: \"clerk[0]\" }").orders.first == "flush 0 1.0 0s at 10s")
        #expect(try FaultRun(clerks: 2, ["flush: { target: \"clerk[1]\" }"]).orders == [])
    }

    @Test("people tap the same letters at the same moments, whatever breaks", arguments: cases)
    func taps(of expected: Case) throws {
        let taps = try FaultRun(expected.fault).taps
        let times = (0..<60).map { (number: Int64) in Instant.at(.milliseconds(number / 2 * 1_000 + 500)) }
        #expect(taps == times)
    }

    @Test("faults of strength zero leave both digests as they are, and others do not")
    func zero() throws {
        let healthy = try FaultRun().digests
        for fault in [
            "delay: { between: server, add: 0ms }", "loss: { between: server, share: 0% }",
            "duplicate: { between: server, share: 0% }", "reorder: { between: server, share: 0% }",
            "corrupt: { between: server, share: 0% }", "crash: { target: server, pick: 0% }",
            "pause: { target: server, pick: 0% }", "slow: { target: server, factor: 1 }",
            "disk: { target: server, mode: slow, factor: 1 }", "clock: { target: server, offset: 0s }",
            "disconnect: { target: client, pick: 0% }", "roam: { target: client, pick: 0% }",
            "revoke: { target: client, pick: 0% }", "ratio: 0%, partition: { between: server }",
        ] {
            #expect(try FaultRun(fault).digests == healthy, "\(fault)")
        }
        #expect(try FaultRun("delay: { between: server, add: 1ms }").digests != healthy)
        #expect(try FaultRun("roam: { target: client, pick: 1 }").digests != healthy)
    }

    /// The line is gone while the word is on its way of 50 ms. Without it the letter to who has blocked its sender is not refused,
    /// and one to the room comes to the other member only.
    @Test(
        "a change that a line took along is said again on the next one",
        arguments: [
            ("user: 2, block: 3", "user: 3, send: user 2", "refused.by-rule count == 1"),
            ("user: 3, join: room 0", "user: 0, send: room 0", "delivery count == 2"),
        ])
    func changeOnBrokenLine(change: String, act: String, threshold: String) throws {
        let result = try played(
            """
            hubbub: 1
            name: broken-line
            design: single-server
            seed: 3
            duration: 60s
            drain: 20s
            users: { count: 4, access: { wifi: 100% }, rooms: { sizes: { 2: 100% } } }
            topology:
              links: { "client <-> server": { delay: 50ms, loss: 0% } }
            script:
              - { at: 10s, \(change) }
              - { at: 40s, \(act) }
            faults:
              - { name: cut, at: 10020ms, reset: { between: server, and: client } }
            thresholds: [\(threshold)]
            """
        ).result
        #expect(result.verdict.word == .passed, "\(result.verdict.reasons)")
    }

    /// Clocks are not read by this server: that it was hit is all there is to see.
    @Test("what machines meet is counted by the kind's name in files")
    func encounters() throws {
        for fault in ["clock: { target: server, drift: 200ppm }", "slow: { target: server, factor: 2 }"] {
            let encounters = try FaultRun(fault).cluster.encounters
            #expect(encounters.map(\.kind) == [String(fault.prefix { $0 != ":" })])
            #expect(encounters.map(\.role) == ["server"])
            #expect(encounters.map(\.hits) == [1])
        }
    }
}
