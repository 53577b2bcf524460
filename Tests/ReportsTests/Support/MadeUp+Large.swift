import Results
import Vocabulary

extension MadeUp {
    /// 60 machines in 12 roles, 12 stages, 8 faults, 20 slow letters with long paths, and a broken invariant.
    static let large: RunResult = {
        var result = partition
        result.run.name = "sender-service-storm"
        result.run.title =
            "100,000 users at one 4 KB letter a minute; eight things break, one after the other"
        result.run.design = "sender-service"
        result.run.digest = Digits(0xfeed_0000_1111_2222)
        result.verdict.word = .violated
        result.verdict.exitCode = 3
        result.verdict.reasons = [
            "shown-once violated, 212 times", "delivery p99.9 < 90s is ∞ (0.13% undelivered)",
            "search p99 < 1s: no samples: nobody searched",
        ]
        result.topology = largeTopology
        result.gauges = gauges(roles.map(\.name), slices: 720, spikeAt: 240)
        result.latencies = [
            latency("delivery", slices: 720, spikeAt: 240, base: 210_000_000),
            latency("delivery", slices: 720, spikeAt: nil, base: 200_000_000, isControl: true),
            latency("accept", slices: 720, spikeAt: 240, base: 90_000_000),
        ]
        result.run.duration = .minutes(50)
        result.run.drain = .minutes(10)
        result.heatMaps = [heatMap(slices: 720, spikeAt: 240)]
        result.phases = [phase("usual", 0, 1_800), phase("rush", 1_800, 3_000)]
        result.faults = (0..<8).map(storm)
        result.stages = (0..<12).map(largeStage)
        result.slowest = (0..<20).map(longDelivery)
        var twice = invariant("shown-once", "S0-28", "A device never shows the same letter twice")
        twice.broken = 212
        twice.violations = (0..<5).map(violation)
        result.invariants[0] = twice
        return result
    }()

    private static func largeStage(_ number: Int) -> Stage {
        let name = roles[number].name + (number % 3 == 2 ? " work" : " queue")
        let sum: Int64 = (90_000 >> Int64(number)) + 400
        let slow: Int64 = (9_000 >> Int64(number)) + 10
        return stage(name, sum, among: slow, p50: Int64(1 + number), p99: 900 / Int64(number + 1))
    }

    static let roles: [(name: String, machines: Int)] = [
        ("users", 0), ("load-balancer", 2), ("gateway", 12), ("chat-host", 14), ("host-assigner", 3),
        ("sender-service", 8), ("message-consumer", 6), ("recipient-log", 3), ("presence", 4),
        ("user-store", 3),
        ("push", 2), ("registry", 3),
    ]

    private static var largeTopology: Topology {
        var topology = Topology()
        topology.roles = roles.map { name, count in
            var role = Topology.Role()
            role.name = name
            role.count = name == "users" ? 100_000 : UInt64(count)
            role.machines = (0..<count).map { number in
                machine(
                    "\(name)[\(number)]", zone: ["eu-1", "eu-2", "us-1"][number % 3],
                    busy: UInt64(number * 70_000 % 1_000_000))
            }
            return role
        }
        let pairs: [(Int, Int, UInt64)] = [
            (0, 1, 6_000_000), (1, 2, 6_000_000), (2, 3, 5_900_000), (3, 4, 40_000), (3, 5, 1_000_000),
            (5, 6, 1_000_000), (6, 7, 990_000), (7, 6, 980_000), (6, 3, 970_000), (3, 8, 700_000),
            (5, 9, 1_900_000),
            (6, 10, 88_000), (4, 11, 9_000), (2, 1, 5_000_000), (1, 0, 5_000_000), (3, 2, 5_800_000),
            (9, 5, 1_800_000),
        ]
        topology.edges = pairs.map { edge(roles[$0].name, roles[$1].name, $2) }
        return topology
    }

    private static func storm(_ number: Int) -> FaultEffect {
        let kinds = ["partition", "crash", "pause", "slow", "disk", "loss", "clock", "reset"]
        var fault = FaultEffect()
        fault.name = "\(kinds[number])-\(roles[number + 2].name)"
        fault.kind = kinds[number]
        fault.target = "\(roles[number + 2].name)[0..1]"
        fault.from = .at(.seconds(Int64(1_200 + number * 130)))
        fault.to = number == 7 ? nil : .at(.seconds(Int64(1_200 + number * 130 + (number == 1 ? 0 : 90))))
        fault.recovery = number == 6 ? .never(undelivered: 0, of: 0) : .time(.seconds(Int64(12 + number)))
        fault.lettersTouched = UInt64(number) * 1_031
        fault.metWork = UInt64(number) * 17
        var change = FaultEffect.MetricChange()
        change.metric = "delivery p99"
        change.before = .time(.milliseconds(560))
        change.during =
            number == 2 ? .never(undelivered: 31, of: 4_000) : .time(.seconds(Int64(3 * number + 1)))
        change.after = .time(.milliseconds(Int64(600 + number)))
        fault.changes = [change]
        return fault
    }

    private static func longDelivery(_ number: Int) -> Delivery {
        var delivery = Delivery()
        delivery.letter = "letter \(number * 977).\(number * 13)"
        delivery.sender = "user \(number * 977)"
        delivery.recipient = "user \(number * 31 + 5)"
        delivery.sent = .at(.milliseconds(Int64(1_201_000 + number * 417)))
        var time = delivery.sent
        delivery.path = [.init(time, "tapped", at: "phone of \(delivery.sender)")]
        let places = [
            "load-balancer[0]", "gateway[3]", "chat-host[7]", "sender-service[1]", "recipient-log[2]",
        ]
        for (index, place) in places.enumerated() {
            time = time + .milliseconds(Int64(3 + index * 4))
            delivery.path.append(.init(time, "→ \(place.prefix { $0 != "[" })", at: place))
            time =
                time
                + (index == 4
                    ? .milliseconds(Int64(38_000 - number * 900)) : .microseconds(Int64(150 + index * 900)))
            delivery.path.append(.init(time, index == 4 ? "wait in partition 17" : "queue", at: place))
            time = time + .microseconds(Int64(120 + index * 10))
            delivery.path.append(.init(time, "work", at: place))
        }
        for place in ["message-consumer[4]", "chat-host[2]", "gateway[9]", "phone of \(delivery.recipient)"] {
            time = time + .milliseconds(2)
            delivery.path.append(.init(time, "→ \(place.prefix { $0 != "[" })", at: place))
        }
        delivery.taken = time - delivery.sent
        return delivery
    }

    private static func violation(_ number: Int) -> InvariantOutcome.Violation {
        var violation = InvariantOutcome.Violation()
        violation.time = .at(.milliseconds(Int64(1_300_417 + number * 91)))
        violation.letter = "letter 4.\(711 + number)"
        violation.evidence = "letter 4.\(711 + number) shown to user 9 at 1300.1s and again at 1300.417s"
        violation.history = [
            .init(.at(.milliseconds(1_299_000)), "phone of user 12", "tapped"),
            .init(.at(.milliseconds(1_299_210)), "sender-service[1]", "accepted"),
            .init(.at(.milliseconds(1_300_100)), "phone of user 9", "shown"),
            .init(.at(.milliseconds(1_300_417)), "phone of user 9", "shown again"),
        ]
        return violation
    }

    /// A result in which every text that a user can choose tries to break out of where it is written.
    static func hostile(_ text: String) -> RunResult {
        var result = partition
        result.run.name = text
        result.run.title = text
        result.run.design = text
        result.origin = RunOrigin(command: text, file: text, thresholdLines: [1])
        result.verdict.reasons = [text]
        result.verdict.causes = [text]
        result.verdict.hints = [text]
        for index in result.thresholds.indices {
            result.thresholds[index].text = text
            result.thresholds[index].words = text
            result.thresholds[index].window = text
            result.thresholds[index].metric = text
            result.thresholds[index].margin = text
        }
        result.summaries[0].window = text
        result.summaries[0].note = text
        result.phases[0].name = text
        result.faults[0].name = text
        result.faults[0].target = text
        result.gauges[0].metric = text
        result.gauges[3].role = text
        result.spectra[0].window = text
        result.stages[0].name = text
        result.slowest[0].letter = text
        result.slowest[0].path[1].stage = text
        result.slowest[0].path[1].place = text
        result.topology.roles[0].name = text
        result.scenario.text = text
        result.metrics[0].sentence = text
        result.cost.extrapolation = [text]
        result.invariants[0].promise = text
        result.invariants[0].broken = 1
        var violation = InvariantOutcome.Violation()
        violation.evidence = text
        violation.letter = text
        violation.history = [.init(.start, text, text)]
        result.invariants[0].violations = [violation]
        result.events[0].what = text
        return result
    }
}
