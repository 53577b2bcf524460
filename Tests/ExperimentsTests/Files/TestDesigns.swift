import Chat
import Experiments
import Simulation
import Vocabulary

/// Designs of three and of one role, which stand in for real ones.
enum TestDesigns {
    static let post = DesignSheet(
        "post-office", "Letters go through a log to the hosts that hold the connections",
        roles: [
            RoleSheet(
                "chat-host", "Holds connections", requirements: ["S0-18"], count: 4, in: 1...1_000,
                faults: ["rebalance"], settings: HostSettings.self),
            log,
            RoleSheet(
                "cache", "Remembers who is where",
                faults: ["flush", "evict", "stale", "configuration"]),
        ],
        metrics: [.level("behind", of: log, "letters not yet consumed")],
        acts: [
            ActSheet("tip", "gives money", .count(0...1_000_000_000_000)),
            ActSheet("read", "reads what is shown", .nothing),
        ], promises: [AcceptedLost.self], checksCredentials: true)

    private static let log = RoleSheet(
        "recipient-log", "Keeps letters in order", requirements: ["S0-15"], count: 3, in: 1...100,
        countedAs: "brokers", partsKnob: "partitions", faults: ["leader-loss"], hasLag: true,
        settings: LogSettings.self)

    static let echo = DesignSheet(
        "echo", "One server sends everything back", roles: [RoleSheet("server", "Answers")])

    static let all = [post, echo]

    struct AcceptedLost: ChatInvariant {
        static let promise = Promise("accepted-lost", "What is accepted is not lost.", requirements: [])
        func isBroken(by isLost: Bool) -> Bool { isLost }
        func evidence(_: Bool) -> String { "lost" }
    }

    struct HostSettings: Settings {
        var serviceTime = Varied<Span>("exp 150us")
        var batch = 500
        var memory = ByteCount.megabytes(32_000)
        var line = DataRate.gigabitsPerSecond(10)
        var scaleAt = Share.percent(60)
        var spread = false
        var base = Span.milliseconds(10)
        var cap = Span.seconds(1)
        var routing = Routing.ring

        enum Routing: String, Choice {
            case ring
            case random
        }

        static let knobs: [Knob<HostSettings>] = [
            Knob("service-time", \.serviceTime, "CPU time of one delivery", source: "S4-13"),
            Knob("batch", \.batch, "letters taken at a time", in: 1...10_000, source: "S0-14"),
            Knob("memory", \.memory, "what a machine has"),
            Knob("line", \.line, "the speed of its network card"),
            Knob("scale-at", \.scaleAt, "utilisation from which on there are more"),
            Knob("spread", \.spread, "whether rooms are spread over hosts"),
            Knob("base", \.base, "the first wait"),
            Knob("cap", \.cap, "the longest wait"),
            Knob("routing", \.routing, "how rooms find their host"),
        ]

        var conflict: Conflict? {
            cap < base ? Conflict("cap", "the longest wait, \(cap), is shorter than the first, \(base)") : nil
        }
    }

    struct LogSettings: Settings {
        var partitions = 64
        var replicas = 3

        static let knobs: [Knob<LogSettings>] = [
            Knob("partitions", \.partitions, "by which letters are divided", in: 1...100_000),
            Knob("replicas", \.replicas, "copies of each partition", in: 1...9),
        ]
    }

    /// Loads a text with no other files around.
    static func load(_ text: String, _ overrides: [Override] = [], files: [String: String] = [:])
        -> LoadedScenario
    {
        ScenarioLoader(designs: all, overrides: overrides) { (path) throws(Misreading) in
            guard let text = files[path] else { throw Misreading("there is no such file") }
            return Array(text.utf8)
        }.load(Array(text.utf8), from: "scenario.yaml")
    }

    /// The least that is a scenario, and what a test adds to it.
    static func least(_ more: String = "") -> String {
        """
        hubbub: 1
        name: least
        design: post-office
        seed: 1
        duration: 10m
        users: { count: 100 }
        load: [{ name: usual }]
        \(more)

        """
    }

    /// The scenario of the interface's description, with roles of the test's design.
    static let full = """
        # yaml-language-server: $schema=../schema/hubbub-1.schema.json
        hubbub: 1                              # format version
        name: partition-at-peak
        title: 100,000 users at one 4 KB letter a minute; two brokers are cut off for a minute
        design: post-office
        seed: 42
        duration: 10m                          # simulated time
        warmup: 1m
        patience: 10s
        drain: 2m

        users:
          count: 100000
          devices: { 1: 70%, 2: 20%, 3: 10% }
          online: 100%                         # S0-6: simultaneous users
          regions: { eu: 50%, us: 30%, asia: 20% }
          rooms: { sizes: { 2: 80%, 10: 19.9%, 1000: 0.1% } }
          sessions: { online: exp 92s, away: lognormal 20m p99 3h }

        load:
          - { name: usual, send: 1/m per user, size: 4KB, arrivals: poisson }
          - { name: rush,   send: 3/m per user, from: 6m, ramp: 30s }

        topology:
          chat-host: { count: 40, service-time: exp 150us }
          recipient-log: { brokers: 3, partitions: 64, replicas: 3 }
          links:
            "* <-> *":     { delay: lognormal 0.25ms p99 0.5ms }
            "@eu <-> @us": { delay: lognormal 40ms p99 44ms, loss: 0.01% }

        healthy:
          window: 10s
          hold: 3
          expect: [delivery p99 < 1s, delivery ratio >= 99.9%]

        faults:
          - name: split
            partition: { between: chat-host, and: "recipient-log[0..1]", direction: both, packets: drop }
            at: 4m
            for: 1m
          - name: one-host-dies
            crash: { target: chat-host, pick: 1, restart-after: 20s }
            at: 7m30s
          - { name: slow-disks, every: 1m, for: 10s, ratio: 50%, disk: { target: "recipient-log[2]", mode: slow, factor: 2.5 } }
          - { name: late, at: 2m, clock: { target: recipient-log, pick: 25%, offset: -20ms, drift: -50ppm } }
          - { name: leader, at: 3m, leader-loss: { target: recipient-log, partition: 17 } }

        random: { kinds: [crash, pause], every: exp 1m, for: 10s, healed-by: 9m, at-most: 1 per replica set }

        thresholds:
          - delivery p99 < 10s                 # the requirement (S0-8)
          - delivery p99 < 2s during usual except split
          - { check: duplicate count == 0, abort: true }

        script:
          - { at: 1s, user: 0, send: room 0 }
          - { at: 2s, user: 7, go: offline }
          - { at: 3s, user: 7, add-device: }
          - { at: 4s, user: 7, tip: 5 }

        invariants: { off: [shown-once] }

        """
}
