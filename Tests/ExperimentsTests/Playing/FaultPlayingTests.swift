import Chat
import Cluster
import Experiments
import Simulation
import Testing
import Vocabulary

@Suite("experiments: faults of a scenario in a cluster")
struct FaultPlayingTests {
    /// What a fault does, and by when phones notice no more of it.
    struct Case: Sendable {
        let fault: String
        /// The seconds whose letters are late.
        let late: [Int]

        init(_ fault: String, late: [Int]) {
            self.fault = fault
            self.late = late
        }
    }

    static let cases: [Case] = [
        Case("partition: { between: client, and: server }", late: []),
        Case("partition: { between: server, packets: reject }", late: []),
        Case("partition: { between: '@home', and: client, direction: one-way }", late: []),
        Case("partition: { between: client, and: server, connections: new }", late: []),
        Case("delay: { between: server, add: 100ms, jitter: 50ms }", late: []),
        Case("loss: { between: client@home, share: 100% }", late: []),
        Case("loss: { between: client, share: 90%, burst: 2 }", late: []),
        Case("duplicate: { between: server, share: 100% }", late: []),
        Case("reorder: { between: server, share: 100%, extra: 100ms }", late: []),
        Case("corrupt: { between: server, share: 100% }", late: []),
        Case("bandwidth: { between: server, rate: 20kbit/s }", late: []),
        Case("at: 10450ms, reset: { between: server }", late: []),
        Case("at: 10s, crash: { target: server, restart-after: 5s }", late: []),
        Case("crash: { target: server, lose: process }", late: []),
        Case("pause: { target: server }", late: []),
        Case("slow: { target: server, factor: 5000 }", late: []),
        Case("disk: { target: server, mode: slow, factor: 20000 }", late: []),
        Case("clock: { target: server, offset: 1h, drift: 200ppm }", late: []),
        Case("disconnect: { target: client }", late: []),
        Case("disconnect: { target: client, pick: 1 }", late: []),
        Case("at: 10450ms, roam: { target: client }", late: []),
        Case("revoke: { target: client@home }", late: []),
    ]

    @Test("each kind delays the letters of its time, and no others for long", arguments: cases)
    func kinds(of expected: Case) throws {
        let street = try Street(expected.fault)
        #expect(
            street.late == expected.late, "\(expected.fault) \(street.lateCount) \(street.cluster.encounters)"
        )
        #expect(street.counts.lost == 0)
    }

    @Test("a full disk refuses letters, until there is room again")
    func fullDisk() throws {
        let street = try Street("disk: { target: server, mode: full }")
        #expect(street.counts.refusedInTrouble == 10)  // two letters in each of five seconds
        #expect(street.counts.accepted == 50)
    }

    @Test("who writes meanwhile is without access, and that is not the service's fault")
    func coverage() throws {
        let street = try Street(
            "disconnect: { target: client }", "at: 12s, for: 8s, disconnect: { target: client }")
        #expect(street.counts.accepted == 60)
        #expect(street.late == Array(10...19))
    }

    @Test("orders to parts reach those of the role, and end with the fault where it lasts")
    func orders() throws {
        let street = try Street(
            "at: 10s, leader-loss: { target: clerk, partition: 2 }", "rebalance: { target: clerk }",
            "at: 11s, flush: { target: clerk }", "errors: { target: clerk, rate: 25% }")
        #expect(
            street.orders == [
                "leaderLoss(partition: 2) at 10s", "rebalance at 10s", "errors(rate: 0.25) at 10s",
                "flush at 11s",
                "end of rebalance at 15s", "end of errors at 15s",
            ])
        #expect(street.late == [])
    }

    @Test("people tap the same letters at the same moments, whatever breaks", arguments: cases)
    func taps(of expected: Case) throws {
        let taps = try Street(expected.fault).taps
        #expect(taps == (0..<60).map { Instant.at(.milliseconds(Int64($0 / 2) * 1_000 + 500)) })
    }

    @Test("faults of strength zero leave both digests as they are, and others do not")
    func zero() throws {
        let healthy = try Street().digests
        for fault in [
            "delay: { between: server, add: 0ms }", "loss: { between: server, share: 0% }",
            "duplicate: { between: server, share: 0% }", "reorder: { between: server, share: 0% }",
            "corrupt: { between: server, share: 0% }", "crash: { target: server, pick: 0% }",
            "pause: { target: server, pick: 0% }", "slow: { target: server, factor: 1 }",
            "disk: { target: server, mode: slow, factor: 1 }", "clock: { target: server, offset: 0s }",
            "disconnect: { target: client, pick: 0% }", "roam: { target: client, pick: 0% }",
            "revoke: { target: client, pick: 0% }", "ratio: 0%, partition: { between: server }",
        ] {
            #expect(try Street(fault).digests == healthy, "\(fault)")
        }
        #expect(try Street("delay: { between: server, add: 1ms }").digests != healthy)
        #expect(try Street("roam: { target: client, pick: 1 }").digests != healthy)
    }

    /// Clocks are not read by this server: that it was hit is all there is to see.
    @Test("what machines meet is counted by the kind's name in files")
    func encounters() throws {
        for fault in ["clock: { target: server, drift: 200ppm }", "slow: { target: server, factor: 2 }"] {
            let encounters = try Street(fault).cluster.encounters
            #expect(encounters.map(\.kind) == [String(fault.prefix { $0 != ":" })])
            #expect(encounters.map(\.role) == ["server"])
            #expect(encounters.map(\.hits) == [1])
        }
    }
}
