import Chat
import Experiments
import Simulation
import Testing
import Vocabulary

@Suite("experiments: scenario files")
struct ScenarioTests {
    @Test("the scenario of the description means what it says")
    func full() throws {
        let loaded = TestDesigns.load(TestDesigns.full)
        #expect(loaded.findings.text == "")
        let scenario = try #require(loaded.scenario)
        #expect(scenario.name == "partition-at-peak")
        #expect(scenario.seed == 42)
        #expect(scenario.duration == .minutes(10))
        #expect(scenario.users.count == 100_000)
        #expect(scenario.users.devices == Shares([(1, .percent(70)), (2, .percent(20)), (3, .percent(10))]))
        #expect(scenario.users.rooms.sizes.entries[1].share == Share(199, of: 1_000))
        #expect(
            scenario.load.map(\.send) == [
                Rate(1, every: .minutes(1), perUser: true), Rate(3, every: .minutes(1), perUser: true),
            ])
        #expect(scenario.load[1].size == Varied(.kilobytes(4)))  // as in the phase before
        #expect(scenario.load[1].from == .minutes(6))
        #expect(scenario.topology.role("chat-host")?.count == 40)
        #expect(scenario.topology.role("cache")?.count == 1)
        #expect(scenario.topology.links.map(\.links.written) == ["* <-> *", "@eu <-> @us"])
        #expect(scenario.topology.links[1].profile.loss == Share(1, of: 10_000))
        #expect(scenario.healthy?.expect == ["delivery p99 < 1s", "delivery ratio >= 99.9%"])
        #expect(scenario.thresholds.map(\.abort) == [false, false, true])
        #expect(scenario.thresholds[1].check == "delivery p99 < 2s during usual except split")
        #expect(scenario.script.map(\.act) == ["send", "go", "add-device", "tip"])
        #expect(scenario.script.map(\.argument) == ["room 0", "offline", "", "5"])
        #expect(scenario.invariants.off.map(\.text) == ["shown-once"])
        #expect(
            scenario.faults.map { $0.effect?.kind } == ["partition", "crash", "disk", "clock", "leader-loss"])
        let split = try #require(scenario.faults[0].effect?.parameters(FaultPlan.Partition.self))
        #expect(split.and == Target(subject: .role("recipient-log"), machines: 0...1))
        let crash = try #require(scenario.faults[1].effect?.parameters(FaultPlan.Crash.self))
        #expect(crash.pick == .count(1))
        #expect(crash.restartAfter == .seconds(20))
        let clock = try #require(scenario.faults[3].effect?.parameters(FaultPlan.Clock.self))
        #expect(clock.target == Target(subject: .role("recipient-log")))
        #expect(clock.offset == .milliseconds(-20))
        #expect(clock.drift == .partsPerMillion(-50))
    }

    @Test("knobs arrive in the settings of a role, the others at their defaults")
    func settings() throws {
        let more = "topology: { chat-host: { batch: 20, routing: random, service-time: uniform 1ms..3ms } }"
        let scenario = try #require(TestDesigns.load(TestDesigns.least(more)).scenario)
        let settings = try #require(scenario.topology.role("chat-host")).settings(
            TestDesigns.HostSettings.self)
        #expect(settings.batch == 20)
        #expect(settings.routing == .random)
        #expect(settings.serviceTime == Varied("uniform 1ms..3ms"))
        #expect(settings.cap == .seconds(1))
    }

    @Test(
        "the resolved text reads back as the same scenario, and as the same text",
        arguments: [
            TestDesigns.full, TestDesigns.least(),
            TestDesigns.least(#"title: "quotes \" and \\, a colon: and a # sign""#),
            TestDesigns.least(
                "title: '- no: list'\ntopology: { links: { '* -> @home': { bandwidth: 10Mbit/s } } }"),
        ])
    func resolved(text: String) throws {
        let scenario = try #require(TestDesigns.load(text).scenario)
        let again = TestDesigns.load(scenario.resolvedText)
        #expect(again.findings.text == "")
        #expect(again.scenario == scenario)
        #expect(again.scenario?.resolvedText == scenario.resolvedText)
    }

    /// One fault of each kind with every key that it has.
    @Test("each kind of fault reads back from the resolved text")
    func everyFault() throws {
        let faults = [
            "partition: { between: cache, and: client, direction: one-way, packets: reject, connections: new }",
            "delay: { between: cache, and: '@home', add: 5ms, jitter: 1ms }",
            "loss: { between: cache, share: 1%, burst: 3 }", "duplicate: { between: cache, share: 1% }",
            "reorder: { between: cache, share: 1%, extra: 5ms }", "corrupt: { between: cache, share: 1% }",
            "bandwidth: { between: cache, rate: 1Mbit/s, buffer: 64KB }", "reset: { between: cache }",
            "crash: { target: cache, pick: all, lose: disk, restart-after: 1s }",
            "pause: { target: '@home', cores: 1 }", "slow: { target: '*', factor: 1.5 }",
            "disk: { target: cache, mode: full }", "clock: { target: cache, pick: 5%, drift: 5ppm }",
            "disconnect: { target: client@home, pick: 25% }", "roam: { target: client }",
            "revoke: { target: client }",
            "leader-loss: { target: recipient-log, partition: 63 }", "rebalance: { target: chat-host }",
            "flush: { target: cache }", "errors: { target: cache, rate: 5% }",
            "freeze-clock: { target: cache, pick: 5% }", "isolate: { target: cache }",
            "flap: { between: cache, up: 1s, down: 100ms, packets: reject }",
            "swizzle: { target: chat-host, gap: 2s }", "half-open: { between: cache, and: client }",
            "refuse: { target: cache }",
            "restart-storm: { target: cache, times: 3, gap: 1s, down: 1s, lose: disk }",
            "rolling-restart: { target: cache, gap: 1s, down: 1s, lose: unsynced }",
            "memory: { target: cache, limit: 1MB, restart-after: 1s }",
            "connections: { target: cache, limit: 5 }", "router-restart: { target: client, pick: 5 }",
            "evict: { target: cache, share: 10% }", "stale: { target: cache, age: 1m }",
            "configuration: { target: cache, share: 50% }",
        ]
        let list = faults.enumerated().map { "  - { name: f\($0), at: 1m, \($1) }" }.joined(separator: "\n")
        let loaded = TestDesigns.load(TestDesigns.least("faults:\n\(list)"))
        #expect(loaded.findings.text == "")
        let scenario = try #require(loaded.scenario)
        #expect(
            scenario.faults.compactMap { $0.effect?.kind } == faults.map { String($0.prefix { $0 != ":" }) })
        #expect(Set(scenario.faults.compactMap { $0.effect?.kind }).count == ScenarioFormat.faults.count)
        #expect(TestDesigns.load(scenario.resolvedText).scenario == scenario)
    }

    @Test("the resolved text is written like this")
    func text() throws {
        let scenario = try #require(
            TestDesigns.load(TestDesigns.least().replacing("post-office", with: "echo")).scenario)
        #expect(
            scenario.resolvedText == """
                hubbub: 1
                name: least
                design: echo
                seed: 1
                duration: 10m
                warmup: 0s
                patience: 10s
                drain: 2m
                users:
                  count: 100
                  devices:
                    1: 100%
                  online: 100%
                  regions:
                    home: 100%
                  rooms:
                    sizes:
                      2: 100%
                    one-of-all: false
                  contacts: 50
                  access:
                    wifi: 69%
                    4g: 25%
                    5g: 6%
                load:
                  - name: usual
                    from: 0s
                    ramp: 0s
                    send: 1/m per user
                    size: 1KB
                    arrivals: poisson
                    direct: 0%
                topology:
                  server:
                    count: 1
                client:
                  timeout: 10s
                  retry:
                    attempts: 8
                    base: 1s
                    cap: 1m
                  reconnect:
                    attempts: 1000000
                    base: 1s
                    cap: 1m
                  heartbeat: 30s
                invariants: {}

                """)
    }

    @Test("each value knows where it comes from")
    func origins() {
        let base = "hubbub: 1\nseed: 3\nduration: 5m\npatience: 4s\n"
        let text = """
            extends: base.yaml
            name: derived
            design: post-office
            duration: 6m
            users: { count: 100 }
            load:
              - { name: usual, size: 2KB }
              - { name: rush, from: 1m }
            """
        let loaded = TestDesigns.load(
            text,
            [
                Override("warmup", "30s"), Override("load.rush.send", "2/s"),
                Override("drain", "1m", label: "HUBBUB_DRAIN"),
                Override("seed", "9", label: "--seed"),
            ], files: ["base.yaml": base])
        #expect(loaded.findings.text == "")
        let values = Dictionary(
            uniqueKeysWithValues: loaded.values.map { ($0.path, "\($0.text)  \($0.origin)") })
        #expect(values["duration"] == "6m  line 4")
        #expect(values["patience"] == "4s  base.yaml:4")
        #expect(values["warmup"] == "30s  --set")
        #expect(values["drain"] == "1m  HUBBUB_DRAIN")
        #expect(values["seed"] == "9  --seed")
        #expect(values["users.online"] == "100%  default (S0-6)")
        #expect(values["users.regions.home"] == "100%  default")
        #expect(values["load.usual.size"] == "2KB  line 7")
        #expect(values["load.rush.size"] == "2KB  line 7")  // taken over from the phase before
        #expect(values["load.rush.send"] == "2/s  --set")
        #expect(values["topology.chat-host.batch"] == "500  default (S0-14)")
        #expect(values["topology.recipient-log.brokers"] == "3  default")
    }

    @Test("a file is laid over the one it extends, and that over its own base, key by key")
    func extended() throws {
        let loaded = TestDesigns.load(
            "extends: sub/middle.yaml\nusers: { count: 7 }\n",
            files: [
                "sub/middle.yaml": "extends: ../base.yaml\nname: middle\nload: [{ name: other }]\n",
                "sub/../base.yaml": TestDesigns.least("title: base").replacing(
                    "count: 100", with: "count: 100, online: 50%"),
            ])
        #expect(loaded.findings.text == "")
        let scenario = try #require(loaded.scenario)
        #expect(scenario.name == "middle")
        #expect(scenario.title == "base")
        #expect(scenario.users.count == 7)
        #expect(scenario.users.online == .percent(50))
        #expect(scenario.load.map(\.name) == ["other"])  // lists are replaced
    }

    @Test("what divides a whole is replaced by a file that extends it, not merged")
    func extendedShares() throws {
        let base = TestDesigns.least().replacing(
            "count: 100", with: "count: 100, devices: { 1: 75%, 2: 25% }, rooms: { sizes: { 5: 100% } }")
        func load(_ users: String) -> LoadedScenario {
            TestDesigns.load("name: child\nextends: base.yaml\nusers: \(users)\n", files: ["base.yaml": base])
        }
        let loaded = load("{ devices: { 2: 100% }, rooms: { sizes: { 2: 60%, 3: 40% } } }")
        #expect(loaded.findings.text == "")
        let users = try #require(loaded.scenario).users
        #expect(users.devices == Shares([(2, .all)]))
        #expect(users.rooms.sizes == Shares([(2, .percent(60)), (3, .percent(40))]))
        #expect(users.count == 100)
        let line = try #require(base.split(separator: "\n").firstIndex { $0.contains("sizes") }) + 1
        #expect(
            load("{ rooms: { one-of-all: true } }").findings.text.contains(
                "rooms of several sizes (base.yaml, line \(line))"))
    }

    /// The path of a file outside of the folder means nothing to a reader who knows the scenario's own: it is the
    /// second line, which extends it.
    @Test(
        "a threshold stands in the file that has it, or where that one is extended",
        arguments: [
            ("base.yaml", "base.yaml", 8), ("sub/../base.yaml", "base.yaml", 8),
            ("../base.yaml", "scenario.yaml", 2), ("/base.yaml", "scenario.yaml", 2),
        ])
    func inheritedThreshold(extends: String, file: String, line: Int) throws {
        let base = TestDesigns.least("thresholds: [delivery p99 < 10s]")
        let loaded = TestDesigns.load("name: child\nextends: \(extends)\n", files: [extends: base])
        #expect(loaded.findings.text == "")
        let place = try #require(loaded.place(ofThreshold: 0))
        #expect(place.file == file)
        #expect(place.line == line)
    }

    @Test("a threshold of an option stands in no file")
    func thresholdOfAnOption() {
        let loaded = TestDesigns.load(
            TestDesigns.least("thresholds: [availability > 99%]"),
            [Override("thresholds.0", "delivery p99 < 1s")])
        #expect(loaded.place(ofThreshold: 0) == nil)
    }

    @Test("--set reaches into lists by name and by number, makes what is missing, and reads YAML")
    func overrides() throws {
        let scenario = try #require(
            TestDesigns.load(
                TestDesigns.least("thresholds: [availability > 99%]"),
                [
                    Override("load.usual.send", "5/s"), Override("load.0.size", "2KB"),
                    Override("topology.chat-host.count", "9"), Override("thresholds.0", "delivery p99 < 1s"),
                    Override("users.regions", "{ eu: 50%, us: 50% }"), Override("seed", "5"),
                    Override("seed", "6"),
                ]
            ).scenario)
        #expect(scenario.load[0].send == Rate(5, every: .seconds(1)))
        #expect(scenario.load[0].size == Varied(.kilobytes(2)))
        #expect(scenario.topology.role("chat-host")?.count == 9)
        #expect(scenario.thresholds[0].check == "delivery p99 < 1s")
        #expect(scenario.users.regions.entries.count == 2)
        #expect(scenario.seed == 6)
    }

    @Test("aliases, merge keys, quotes and block texts are YAML's; words stay words")
    func yaml() throws {
        let scenario = try #require(
            TestDesigns.load(
                """
                hubbub: "1"
                name: no
                title: |
                  two
                  lines
                design: 'post-office'
                seed: 1
                duration: 10m
                users: &u { count: 10, online: 50% }
                load:
                  - &usual { name: usual, size: &s 3KB }
                  - { <<: *usual, name: rush, from: 1m, send: 1/s }
                topology: { chat-host: { memory: *s } }

                """
            ).scenario)
        #expect(scenario.name == "no")
        #expect(scenario.title == "two\nlines\n")
        #expect(scenario.load[1].name == "rush")
        #expect(scenario.load[1].size == Varied(.kilobytes(3)))
        #expect(scenario.topology.role("chat-host")?.text(of: "memory") == "3KB")
    }

    @Test("thresholds and expectations are read with the names of their file")
    func promises() throws {
        let loaded = TestDesigns.load(
            TestDesigns.least(
                """
                healthy: { window: 5s, expect: [delivery p99 < 1s] }
                faults:
                  - { name: split, at: 1m, crash: { target: cache } }
                thresholds:
                  - delivery p99 < 10s during usual except split
                  - { abort: true, check: lost count == 0 }
                  - recovery < 90s after split
                """))
        #expect(loaded.findings.text == "")
        #expect(
            loaded.thresholds.map(\.description) == [
                "delivery p99 < 10s during usual except split", "lost count == 0",
                "recovery < 90s after split",
            ])
        #expect(loaded.thresholds.map(\.abort) == [false, true, false])
        #expect((0...2).map { loaded.place(ofThreshold: $0)?.line } == [12, 13, 14])
        let healthy = try #require(loaded.healthy)
        #expect(healthy.window == .seconds(5))
        #expect(healthy.expectations.map(\.description) == ["delivery p99 < 1s"])
    }
}
