import Foundation
import HubbubCommand
import Testing

/// What is judged, as somebody sees it who has a scenario file and the command line, and nothing else.
@Suite("command line: what is judged")
struct JudgedTests {
    private static func town(_ lines: String, load: String = "send: 20/m per user, size: 1KB") -> String {
        """
        hubbub: 1
        name: town
        design: single-server
        seed: 3
        duration: 1m
        drain: 1m
        users: { count: 200 }
        load:
          - { name: usual, direct: 100%, \(load) }
        \(lines)

        """
    }

    /// Runs it, and then asks the stored result.
    private func ran(_ scenario: String, _ words: String = "") throws -> (run: Hubbub, site: Site) {
        let site = try Site(scenario)
        return (site.run("--ascii \(words)"), site)
    }

    private func explained(_ site: Site, _ words: String = "") -> String {
        site.command("explain", "--ascii \(words)", on: site.latest(of: "town")).out
    }

    /// Of sizes from 1 KB to 8 KB, 56 % are above the 4,096 bytes of a body.
    @Test("half of the letters refused: in the first line, in a threshold, and before the run")
    func refused() throws {
        let scenario = Self.town(
            "thresholds: [delivery p99 < 10s, refused.by-rule count < 1000]",
            load: "send: 20/m per user, size: uniform 1KB..8KB")
        let (run, site) = try ran(scenario)
        #expect(run.code == .failed)
        #expect(run.out.prefix { $0 != "\n" }.contains(" refused"))
        #expect(run.out.contains("refused by a rule of the design: the body is too large"))
        #expect(site.command("validate").err.contains("are larger than server.body-limit"))
    }

    @Test("nothing accepted decides nothing")
    func nothing() throws {
        let (run, _) = try ran(
            Self.town(
                """
                faults: [{ name: cut, at: 0s, partition: { between: client, and: server } }]
                thresholds: [lost count == 0]
                """))
        #expect(run.code == .inconclusive)
        #expect(run.out.prefix { $0 != "\n" }.contains("nothing accepted"))
    }

    /// One server promises no order, and nobody blocks anybody here.
    @Test("a promise is held, or not tested, or not promised")
    func threeStates() throws {
        let (run, _) = try ran(Self.town("thresholds: [delivery p99 < 10s]"), "--verbose")
        #expect(run.out.contains("2 of 6 held, 2 not tested, 2 not promised"))
        #expect(run.out.contains("order-kept: not promised"))
        #expect(run.out.contains("never-across-block: not tested"))
    }

    /// The server that ships opens no body and sends by no order: what it never promised is not held either.
    @Test("what cannot be broken is not held")
    func cannotFail() throws {
        let (_, site) = try ran(Self.town("thresholds: [delivery p99 < 10s]"))
        let told = explained(site)
        #expect(told.contains(#/\(bodies-sealed,[^)]*\):\s+not promised/#), "\(told)")
    }

    /// 200 people with three letters an hour: some ten of them in a minute.
    @Test("ten letters decide no p99, and the run says how many it has")
    func tooFew() throws {
        let (run, _) = try ran(
            Self.town("thresholds: [delivery p99 < 10s]", load: "send: 3/h per user, size: 1KB"))
        #expect(run.code == .inconclusive)
        #expect(run.out.contains(#/\d+ samples, and p99 takes 1,000/#))
    }

    @Test("a time to recover says how fine it is")
    func resolution() throws {
        let (run, _) = try ran(
            Self.town(
                """
                healthy: { window: 5s, hold: 1, expect: [delivery p90 < 1s] }
                faults: [{ name: stop, at: 30s, for: 5s, pause: { target: server } }]
                thresholds: [recovery < 30s after stop]
                """, load: "send: 60/m per user, size: 1KB"))
        #expect(run.out.contains("windows of 5s"), "\(run.out)")
    }

    /// The server stands still in the warm-up too: who counted that would have another number.
    @Test("availability is one number in thresholds, figures and the story")
    func oneNumber() throws {
        let (run, site) = try ran(
            Self.town(
                """
                warmup: 20s
                patience: 2s
                faults:
                  - { name: out, at: 5s, for: 10s, pause: { target: server } }
                  - { name: again, at: 40s, for: 5s, pause: { target: server } }
                thresholds: [availability >= 10%]
                """))
        let judged = try #require(run.out.firstMatch(of: #/availability +([0-9.]+%) +>= 10%/#)?.1)
        let told = explained(site)
        let figure = try #require(told.firstMatch(of: #/\n +availability +([0-9.]+%)/#)?.1, "\(told)")
        #expect(judged == figure)
        #expect(judged != "100%")
    }

    /// The server's core is what letters wait for; its disk is idle.
    @Test("waits for a core and for a disk are two stages, and the stage is of a role")
    func stages() throws {
        let (run, _) = try ran(
            Self.town(
                "topology: { server: { service-time: 12ms, cores: 1 } }\nthresholds: [delivery p99 < 1s]"))
        #expect(run.out.contains("where the time went   server core wait"), "\(run.out)")
    }

    @Test("missed for being too fast: no knob makes anything slower")
    func tooFast() throws {
        let (run, _) = try ran(Self.town("thresholds: [delivery p50 > 1m]"))
        #expect(run.code == .failed)
        #expect(!run.out.contains("\ntry "), "\(run.out)")
    }

    @Test("on PASS: what is nearest to failing")
    func nearest() throws {
        let (run, _) = try ran(Self.town("thresholds: [delivery p99 < 10s, lost count == 0]"))
        #expect(run.code == .held)
        #expect(run.out.contains("nearest to failing: delivery p99 < 10s"), "\(run.out)")
    }

    @Test("never healthy, not even before the first fault")
    func neverHealthy() throws {
        let (run, _) = try ran(
            Self.town(
                """
                topology: { server: { service-time: 20ms, cores: 1 } }
                healthy: { window: 5s, hold: 2, expect: [delivery p90 < 100ms] }
                faults: [{ name: stop, at: 30s, for: 5s, pause: { target: server } }]
                thresholds: [delivery p99 < 1s, availability >= 99%]
                """, load: "send: 40/m per user, size: 1KB"))
        #expect(run.code == .inconclusive)
        #expect(run.out.prefix { $0 != "\n" }.contains("never healthy"))
    }

    /// The first letter takes longer than a millisecond, and no later one makes that good.
    @Test("a maximum and a percentile that are lost end a run, which says so once")
    func aborts() throws {
        for check in ["delivery max < 1ms", "delivery p50 < 1ms"] {
            let (run, _) = try ran(Self.town("thresholds: [{ check: \(check), abort: true }]"))
            #expect(run.code == .failed)
            #expect(run.out.matches(of: #/aborted at [0-9.ms]+ by/#).count == 1, "\(check): \(run.out)")
        }
    }

    @Test("who talks to whom: messages, bytes, and how much of it crosses zones")
    func traffic() throws {
        let (_, site) = try ran(Self.town("thresholds: [delivery p99 < 10s]"))
        let told = explained(site)
        #expect(
            told.contains(#/users -> server +[0-9,]+ messages +[0-9.]+ MB +100% between zones/#), "\(told)")
    }
}
