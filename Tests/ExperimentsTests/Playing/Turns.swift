/// The keys of scenario files, each with a value that matters in the scenario of `Turn`.
extension KnobTests {
    static let changing: [Turn] =
        [times, users, load, topology, client, faults, networkFaults, machineFaults, random, script].flatMap(
            \.self)

    private static let times: [Turn] = [
        Turn("seed", "4"),
        Turn("duration", "30s"),
        Turn("drain", "1s", on: [("faults.it.at", "38s"), ("faults.it.crash.restart-after", "5s")]),
    ]

    private static let users: [Turn] = [
        Turn("users.count", "29"), Turn("users.devices.KEY", "{ 2: 100% }"), Turn("users.online", "50%"),
        Turn("users.regions.KEY", "{ eu: 50%, us: 50% }"), Turn("users.rooms.sizes.KEY", "{ 6: 100% }"),
        Turn("users.rooms.one-of-all", "true", on: [("users.rooms", "{ one-of-all: false }")]),
        Turn("users.contacts", "2"), Turn("users.access.KEY", "{ 5g: 100% }"),
        Turn(
            "users.sessions.online", "exp 20s", on: [("users.sessions", "{ online: exp 10s, away: exp 10s }")]
        ),
        Turn(
            "users.sessions.away", "exp 20s", on: [("users.sessions", "{ online: exp 10s, away: exp 10s }")]),
    ]

    /// A phase that is the second has a beginning, and may have a ramp.
    private static let rush = [
        (
            key: "load",
            value: "[{ name: first, send: 1/s per user }, { name: usual, from: 20s, send: 2/s per user }]"
        )
    ]

    private static let load: [Turn] = [
        Turn("load.NAME.from", "25s", on: rush), Turn("load.NAME.ramp", "5s", on: rush),
        Turn("load.NAME.send", "2/s per user"), Turn("load.NAME.size", "2KB"),
        Turn("load.NAME.arrivals", "constant"), Turn("load.NAME.direct", "10%"),
    ]

    private static let topology: [Turn] =
        [
            ("cores", "2"), ("queue", "1"), ("bandwidth", "1Mbit/s"), ("connections", "10"), ("sync", "50ms"),
            ("disk-rate", "100KB/s"), ("collector", "100ms each 1s"), ("service-time", "20ms"),
            ("receipt-time", "5ms"),
            ("connect-time", "100ms"), ("store", "behind"), ("envelope", "1KB"), ("body-limit", "500B"),
            ("room-limit", "2"),
        ].map { Turn("topology.server.\($0)", $1) }
        + [Turn("topology.server.sync-every", "5s", on: [(key: "topology.server.store", value: "behind")])]
        + [Turn("topology.zones", "2")]
        + [("delay", "5ms"), ("loss", "5%"), ("bandwidth", "1Mbit/s")].map {
            Turn("topology.links.KEY.\($0)", $1)
        }
        + [Turn("topology.timeouts", "rfc-6298", on: [(key: "topology.links.* <-> *.loss", value: "5%")])]

    /// Nobody gets an answer from 10 s to 35 s.
    private static let silence = [
        (key: "faults", value: "[{ name: it, at: 10s, for: 25s, pause: { target: server } }]"),
        (key: "client.timeout", value: "2s"),
    ]
    /// Nobody finds the server from 10 s to 35 s.
    private static let nobodyThere = [
        (
            key: "faults",
            value:
                "[{ name: it, at: 10s, for: 25s, partition: { between: client, and: server, packets: reject } }]"
        )
    ]

    private static let client: [Turn] = [
        Turn("client.timeout", "3s", on: silence), Turn("client.retry.attempts", "2", on: silence),
        Turn("client.retry.base", "5s", on: silence), Turn("client.retry.cap", "1s", on: silence),
        Turn("client.reconnect.attempts", "2", on: nobodyThere),
        Turn("client.reconnect.base", "5s", on: nobodyThere),
        Turn("client.reconnect.cap", "1s", on: nobodyThere),
        Turn("client.heartbeat", "2s", on: cutOff), Turn("topology.server.ping-every", "2s", on: cutOff),
    ]

    private static let cutOff = [
        ("faults", "[{ name: it, at: 10s, for: 25s, partition: { between: client, and: server } }]")
    ]

    private static let faults: [Turn] = [
        Turn("faults.NAME.at", "21s"),
        Turn.fault("for", "15s", "pause: { target: server }"),
        Turn.fault("every", "10s", "pause: { target: server }", "at: 5s, for: 2s"),
        Turn.fault("until", "10s", "pause: { target: server }", "at: 5s, for: 1s, every: 3s"),
        Turn.fault("ratio", "40%", "pause: { target: server }", "at: 5s, for: 1s, every: 3s"),
        Turn.fault("disconnect.target", "client@us", "disconnect: { target: client@eu }"),
        Turn.fault("disconnect.pick", "1", "disconnect: { target: client }"),
        Turn.fault("roam.target", "client@us", "roam: { target: client@eu }", "at: 10s"),
        Turn.fault("roam.pick", "1", "roam: { target: client }", "at: 10s"),
        Turn.fault("revoke.target", "client@us", "revoke: { target: client@eu }"),
        Turn.fault("revoke.pick", "1", "revoke: { target: client }"),
        Turn.fault("router-restart.target", "client@us", "router-restart: { target: client@eu }", "at: 10s"),
        Turn.fault("router-restart.pick", "1", "router-restart: { target: client }", "at: 10s"),
    ]

    /// Each with both of its groups: half of the people, and the region that has the server or the one that
    /// has not.
    private static let networkFaults: [Turn] =
        [
            ("partition", ""), ("delay", "add: 200ms"), ("loss", "share: 30%"),
            ("reorder", "share: 50%, extra: 100ms"), ("corrupt", "share: 30%"),
            ("bandwidth", "rate: 200kbit/s"),
            ("reset", ""), ("flap", "up: 1s, down: 2s"),
        ].flatMap { kind, strength -> [Turn] in
            let rest = strength.isEmpty ? "" : ", \(strength)"
            let times = kind == "reset" ? "at: 10s" : "at: 10s, for: 10s"
            return [
                Turn.fault("\(kind).between", "client@us", "\(kind): { between: client@eu\(rest) }", times),
                Turn.fault(
                    "\(kind).and", "'@us'", "\(kind): { between: client@eu, and: '@eu'\(rest) }", times),
            ]
        } + [
            Turn.fault("flap.direction", "one-way", "flap: { between: client, up: 1s, down: 2s }"),
            Turn.fault("flap.packets", "reject", "flap: { between: client, up: 1s, down: 2s }"),
            Turn.fault("flap.connections", "new", "flap: { between: client, up: 1s, down: 2s }"),
            Turn.fault("flap.up", "2s", "flap: { between: client, up: 1s, down: 2s }"),
            Turn.fault("flap.down", "1s", "flap: { between: client, up: 1s, down: 2s }"),
            Turn.fault("half-open.between", "'@us'", "half-open: { between: server }", "at: 10s"),
            Turn.fault(
                "half-open.and", "client@us", "half-open: { between: server, and: client@eu }", "at: 10s"),
            Turn.fault("partition.direction", "one-way", "partition: { between: client }"),
            Turn.fault("partition.packets", "reject", "partition: { between: client }"),
            Turn.fault("partition.connections", "new", "partition: { between: client }"),
            Turn.fault("delay.add", "300ms", "delay: { between: client, add: 200ms }"),
            Turn.fault("delay.jitter", "300ms", "delay: { between: client, add: 200ms }"),
            Turn.fault("loss.share", "50%", "loss: { between: client, share: 30% }"),
            Turn.fault("loss.burst", "5", "loss: { between: client, share: 30% }"),
            Turn.fault("reorder.share", "80%", "reorder: { between: client, share: 30% }"),
            Turn.fault("reorder.extra", "300ms", "reorder: { between: client, share: 30% }"),
            Turn.fault("corrupt.share", "50%", "corrupt: { between: client, share: 30% }"),
            Turn.fault("bandwidth.rate", "100kbit/s", "bandwidth: { between: client, rate: 200kbit/s }"),
        ]

    private static let machineFaults: [Turn] =
        [
            ("crash", ""), ("pause", ""), ("slow", ", factor: 20"), ("disk", ", mode: slow, factor: 1000"),
            ("isolate", ""), ("swizzle", ", gap: 3s"), ("restart-storm", ", gap: 2s, down: 1s"),
            ("rolling-restart", ", gap: 1s, down: 3s"),
        ].flatMap { kind, strength -> [Turn] in
            [
                Turn.fault("\(kind).target", "'@us'", "\(kind): { target: '@eu'\(strength) }"),
                Turn.fault("\(kind).pick", "0%", "\(kind): { target: server\(strength) }"),
            ]
        }
        + [("refuse", ""), ("connections", ", limit: 2")].flatMap { kind, strength -> [Turn] in
            // Who is open goes on: it is felt by those who come back from a crash.
            let crash = "{ name: down, at: 12s, crash: { target: server, restart-after: 1s } }"
            func turn(_ key: String, _ value: String, _ target: String) -> Turn {
                Turn(
                    "faults.NAME.\(kind).\(key)", value,
                    on: [
                        ("users.regions", "{ eu: 50%, us: 50% }"),
                        (
                            "faults",
                            "[{ name: it, at: 10s, for: 10s, \(kind): { target: \(target)\(strength) } }, \(crash)]"
                        ),
                    ])
            }
            return [turn("target", "'@us'", "'@eu'"), turn("pick", "0%", "server")]
                + (kind == "refuse" ? [] : [turn("limit", "20", "server")])
        } + [
            Turn.fault("swizzle.gap", "1s", "swizzle: { target: server, gap: 3s }"),
            Turn.fault("restart-storm.times", "3", "restart-storm: { target: server, gap: 2s, down: 1s }"),
            Turn.fault("restart-storm.gap", "4s", "restart-storm: { target: server, gap: 2s, down: 1s }"),
            Turn.fault("restart-storm.down", "3s", "restart-storm: { target: server, gap: 2s, down: 1s }"),
            Turn.fault("restart-storm.lose", "disk", "restart-storm: { target: server, gap: 2s, down: 1s }"),
            Turn.fault(
                "rolling-restart.down", "1s", "rolling-restart: { target: server, gap: 1s, down: 3s }"),
            Turn.fault(
                "rolling-restart.lose", "disk", "rolling-restart: { target: server, gap: 1s, down: 3s }"),
            Turn.fault("crash.lose", "disk", "crash: { target: server }"),
            Turn.fault(
                "crash.restart-after", "5s", "crash: { target: server, restart-after: 2s }", "at: 10s"),
            Turn(
                "faults.NAME.pause.cores", "1",
                on: [
                    ("topology.server.cores", "2"),
                    ("faults", "[{ name: it, at: 10s, for: 10s, pause: { target: server } }]"),
                ]),
            // Connections take it.
            Turn.fault("memory.target", "'@us'", "memory: { target: '@eu', limit: 1KB }"),
            Turn.fault("memory.pick", "0%", "memory: { target: server, limit: 1KB }"),
            Turn.fault("memory.limit", "1GB", "memory: { target: server, limit: 1KB }"),
            Turn.fault("memory.restart-after", "4s", "memory: { target: server, limit: 1KB }"),
            Turn(
                "topology.server.connection-memory", "1B",
                on: [("faults", "[{ name: it, at: 10s, for: 10s, memory: { target: server, limit: 1KB } }]")]),
            Turn.fault("slow.factor", "30", "slow: { target: server, factor: 20 }"),
            Turn.fault("disk.mode", "full", "disk: { target: server, mode: slow, factor: 1000 }"),
            Turn.fault("disk.factor", "2000", "disk: { target: server, mode: slow, factor: 1000 }"),
        ]

    private static let drawn = [
        (key: "random", value: "{ kinds: [crash], every: exp 5s, for: exp 2s }")
    ]

    private static let random: [Turn] = [
        Turn("random.kinds.NAME", "[pause]", on: drawn),
        Turn(
            "random.targets.NAME", "[server]",
            on: [("random", "{ kinds: [crash, disconnect], every: exp 5s, for: exp 2s }")]),
        Turn("random.every", "exp 8s", on: drawn), Turn("random.for", "exp 4s", on: drawn),
        Turn("random.healed-by", "15s", on: drawn),
        Turn(
            "random.recover-first", "false",
            on: [("random", "{ kinds: [crash], every: exp 2s, for: exp 1s }")] + health),
    ]

    private static let script: [Turn] = [
        Turn.act("at", "6s", "{ at: 5s, user: 1, send: room 6 }"),
        Turn.act("user", "2", "{ at: 5s, user: 1, send: room 6 }"),
        Turn(
            "script.NAME.device", "1",
            on: [("users.devices", "{ 2: 100% }"), ("script", "[{ at: 5s, user: 1, go: offline }]")]),
        Turn.act("send", "user 3", "{ at: 5s, user: 1, send: room 6 }"),
        Turn.act("go", "online", "{ at: 5s, user: 1, go: offline }"),
        Turn.act("block", "3", "{ at: 5s, user: 1, block: 2 }"),
        Turn.act("unblock", "3", "{ at: 12s, user: 1, unblock: 2 }, { at: 5s, user: 1, block: 2 }"),
        Turn.act("leave", "room 0", "{ at: 5s, user: 1, leave: room 6 }"),
        Turn.act("join", "room 0", "{ at: 12s, user: 1, join: room 6 }, { at: 5s, user: 1, leave: room 6 }"),
    ]

    private static let health = [
        (key: "healthy", value: "{ window: 5s, hold: 1, expect: [delivery p99 < 500ms] }")
    ]

    /// They name things, or say what is counted, not what happens.
    static let measured = [
        Turn("name", "other"), Turn("title", "Other"), Turn("warmup", "10s"), Turn("patience", "1s"),
        Turn("load.NAME.name", "other"), Turn("faults.NAME.name", "other"),
        Turn("healthy.window", "10s", on: health), Turn("healthy.hold", "1000", on: health),
        Turn("healthy.expect.NAME", "[delivery p99 < 1ms]", on: health),
        Turn("thresholds.NAME", "[delivery p99 < 1s]"), Turn("invariants.off.NAME", "[order-kept]"),
    ]

    /// These have one value only that this design can be played with.
    static let fixed =
        ["hubbub", "design", "topology.server.count"]  // one version, one design, one server (S4-13)
        // Acts that take nothing.
        + ["search", "new-key", "add-device", "lose-device", "reinstall"].map { "script.NAME.\($0)" }
        // Its apps seal nothing, keep no store, have no files, and one list of blocks for all devices of a person.
        + ["load.NAME.media.share", "load.NAME.media.size"]
        + ["users.hacked", "client.sealing", "client.scan-rate"]
        + ["keys.grace", "keys.time", "keys.overhead", "blocks.conflicts", "blocks.decision"]
        .map { "client.\($0)" }
        + ["offset", "drift"].map { "client.clock.\($0)" }
        // Lines bear no packet twice, and the server reads no clock and has no parts.
        + ["between", "and", "share"].map { "faults.NAME.duplicate.\($0)" }
        + ["target", "pick", "offset", "drift"].map { "faults.NAME.clock.\($0)" }
        + ["target", "pick"].map { "faults.NAME.freeze-clock.\($0)" }
        + [
            "leader-loss.target", "leader-loss.partition", "rebalance.target", "flush.target",
            "evict.target", "evict.share", "stale.target", "stale.age", "errors.target", "errors.pick",
            "errors.rate",
            "configuration.target", "configuration.share",
        ].map { "faults.NAME.\($0)" }
        + ["faults.NAME.disk.share"]  // it reads its disk only when it starts
        + ["faults.NAME.rolling-restart.gap"]  // there is one server, after which nobody waits
        + ["faults.NAME.bandwidth.buffer"]  // streams lose nothing before a narrow stretch
        + ["random.at-most"]  // one server is all that its replica set has
}
