import Chat
import Designs
import Results
import Testing
import Vocabulary

/// Letters half of which have a file of 50 to 300 KB, between people with a device each: every file is sent once, and
/// fetched once.
@Suite("sender-service: files")
struct SenderMediaTests {
    private static let media = "media: { share: 50%, size: uniform 50KB..300KB }"
    private static let load = "send: 6/m per user, size: 1KB, direct: 100%"
    private static let measured = """
        thresholds:
          - client.upload count >= 1
          - client.download count >= 1
          - client.files-waiting last == 0
        """

    private static func run(
        _ design: any Design.Type = SenderService.self, files: Bool = true, topology: [String] = [],
        people: String = "", duration: String = "60s", more: String = ""
    ) throws -> SenderRun {
        try SenderRun(
            design, devices: "{ 1: 100% }", people: people, load: files ? "\(load), \(media)" : load,
            duration: duration, drain: "120s", topology: topology,
            (files ? measured : "") + "\n" + more)
    }

    private static func value(_ start: String, _ run: SenderRun) -> Amount? {
        run.outcome.result.thresholds.first { $0.text.hasPrefix(start) }?.value
    }

    private static func latencies(_ run: SenderRun) -> [Span?] {
        let all = run.outcome.result.summaries.first { $0.metric == "delivery" && $0.window == "all" }
        return [all?.p50, all?.p90, all?.p99, all?.max]
    }

    /// 360 letters up to chance, so 180 files; √90 = 9.5, of which four are granted.
    private static func checkAllCame(_ run: SenderRun) {
        #expect(run.missed == [])
        #expect(run.broken == [])
        #expect(run.counts.shown == run.counts.due)
        let uploads = value("client.upload", run)
        #expect(uploads == value("client.download", run))
        guard case .count(let count) = uploads else { Issue.record("no uploads"); return }
        #expect((142...218).contains(count))
    }

    @Test("S0-41 files come, by their own way and by that of letters", arguments: ["apart", "gateways"])
    func come(_ path: String) throws {
        Self.checkAllCame(try Self.run(topology: ["file-server: { count: 3, path: \(path) }"]))
    }

    /// Interfaces of 4 Mbit/s: 32 MB of files keep three of them for 21 s of the minute each way. By a way of their own
    /// that changes nothing for letters but this: on a phone that sends or fetches a file they have half of the radio, where a
    /// kilobyte takes a millisecond alone. Gateways pass each file on twice, in and out, which is 42 s each way: there letters
    /// wait for pieces of 64 KB, 128 ms each.
    @Test("S0-41 letters come as if there were no files, where these go another way, up to the radio")
    func apart() throws {
        let narrow = ["gateway: { count: 3, bandwidth: 4Mbit/s }"]
        func server(_ path: String) -> [String] {
            narrow + ["file-server: { count: 3, bandwidth: 4Mbit/s, path: \(path) }"]
        }
        let without = Self.latencies(try Self.run(files: false, topology: server("apart")))
        let apart = Self.latencies(try Self.run(topology: server("apart")))
        let together = Self.latencies(try Self.run(topology: server("gateways")))
        for (apart, without) in zip(apart, without) {
            let extra = try #require(apart) - #require(without)
            // Quantiles are known to a hundredth.
            #expect((.milliseconds(-1) ... .milliseconds(2)).contains(extra), "\(extra)")
        }
        let (usual, late) = (try #require(without[1]), try #require(together[1]))
        #expect(late > usual * 2, "\(late), and \(usual) without files")
    }

    @Test("S0-41 who taps what, and when, does not depend on files")
    func taps() throws {
        let (with, without) = (try Self.run(), try Self.run(files: false))
        #expect(with.counts.taps == without.counts.taps)
        #expect(with.counts.due == without.counts.due)
    }

    /// What was not synced goes with the power; apps are told by the server how many pieces it has.
    @Test(
        "S0-41 files that lie on a server wait until it is back, and others do not",
        arguments: ["process", "unsynced"])
    func crash(_ kind: String) throws {
        let run = try Self.run(
            more:
                "faults: [{ name: fault, at: 20s, crash: { target: \"file-server[0]\", lose: \(kind), restart-after: 30s } }]"
        )
        Self.checkAllCame(run)
    }

    @Test("S0-41 a file server that is cut off for a while loses nothing")
    func cut() throws {
        let run = try Self.run(
            more: "faults: [{ name: fault, at: 20s, for: 20s, isolate: { target: \"file-server[1]\" } }]"
        )
        Self.checkAllCame(run)
    }

    /// While no server is in reach what people send lets pass what they want, each in turn, and so two may come back who wait for
    /// each other's files. They wait for 10 s then, and not until all attempts are used up, 173 s after the tap.
    @Test("S0-41 nobody waits for a file of somebody who waits for theirs", arguments: [3, 5])
    func together(_ seed: Int) throws {
        let run = try SenderRun(
            users: 20, devices: "{ 2: 100% }",
            load: "send: 4/m per user, size: 1KB, direct: 100%, media: { share: 40%, size: 300KB }",
            duration: "2m", drain: "5m", seed: seed,
            """
            faults: [{ name: cut, at: 60s, for: 40s, partition: { between: client, and: file-server } }]
            thresholds: ["client.upload max < 90s", "client.download max < 90s"]
            """)
        #expect(run.missed == [])
    }

    /// Nobody comes to a file server from 20 s on.
    @Test("S0-41 files that are not there at the end have taken for ever")
    func forEver() throws {
        let run = try SenderRun(
            users: 20, devices: "{ 1: 100% }", load: "\(Self.load), \(Self.media)", duration: "30s",
            drain: "30s",
            """
            faults: [{ name: cut, at: 20s, for: 10m, partition: { between: client, and: file-server } }]
            thresholds: ["client.upload max < 1h", "client.download max < 1h"]
            """)
        #expect(run.missed.count == 2)
        for metric in ["client.upload", "client.download"] {
            guard case .never(let undelivered, let due)? = Self.value(metric, run) else {
                Issue.record("\(metric) came to an end: \(run.missed)")
                continue
            }
            #expect(undelivered > 0 && undelivered < due)
        }
    }

    /// Of the files on that disk some are there no more for those who come back at 90 s: they wait for ever.
    @Test("S0-41 what a file server has lost is missed")
    func lost() throws {
        let away = (0..<20).flatMap {
            ["  - { at: 5s, user: \($0), go: offline }", "  - { at: 90s, user: \($0), go: online }"]
        }
        let run = try Self.run(
            duration: "100s",
            more: """
                script:
                \(away.joined(separator: "\n"))
                faults: [{ name: fault, at: 80s, crash: { target: "file-server[0]", lose: disk, restart-after: 1s } }]
                """)
        #expect(run.broken == [])
        #expect(run.missed.count == 1)
        #expect(run.missed.allSatisfy { $0.hasPrefix("client.files-waiting last == 0") })
    }

    /// The servers lose power at 80 s, and those who were away come back at 90 s, to fetch what was sent before.
    @Test("S0-41 a file server that tells before it has synced loses files that were sent")
    func unsynced() throws {
        enum Mutant: SenderVariant {
            static var rules: SenderRules {
                changed(SenderRules()) { $0.fileServer.syncs = { _, _ in false } }
            }
        }
        let away = (0..<20).flatMap {
            ["  - { at: 5s, user: \($0), go: offline }", "  - { at: 90s, user: \($0), go: online }"]
        }
        let more = """
            script:
            \(away.joined(separator: "\n"))
            faults: [{ name: fault, at: 80s, crash: { target: file-server, lose: unsynced, restart-after: 1s } }]
            """
        #expect(try Self.run(duration: "100s", more: more).missed == [])
        #expect(try Self.run(Mutant.self, duration: "100s", more: more).missed != [])
    }
}
