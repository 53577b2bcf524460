import Chat
import Designs
import Experiments
import Results
import Testing
import Vocabulary

/// `sender-service` with another rule in the place of one.
protocol SenderVariant: Design {
    static var rules: SenderRules { get }
}

extension SenderVariant {
    static var sheet: DesignSheet { SenderService.sheet }
    static var stages: [StageSheet] { SenderService.stages }
    static var promises: Promises { SenderService.promises }
    static func build(on site: Site) -> (User) -> FrontDoor { SenderService.build(on: site, rules: rules) }
    static func app(on site: Site) -> AppPlan { SenderService.app(on: site) }
}

/// A scenario as a text, played: 60 people in three zones, two of whose machines of each kind would do.
struct SenderRun {
    let outcome: Play.PlayedRun

    var counts: LedgerCounts { outcome.counts }

    /// - Parameters:
    ///   - topology: roles that stand otherwise than in this small world, or at all.
    ///   - users: what is said of people beside their number.
    ///   - more: faults, script, and what else a scenario may have.
    init(
        _ design: any Design.Type = SenderService.self, users count: Int = 60,
        devices: String = "{ 1: 75%, 2: 20%, 3: 5% }", people: String = "",
        load: String = "send: 6/m per user, size: 1KB, direct: 100%", duration: String = "90s",
        drain: String = "60s", topology: [String] = [], seed: Int = 1, _ more: String = ""
    ) throws {
        let usual = ["gateway", "message-consumer", "chat-host"].filter { role in
            !topology.contains { $0.hasPrefix(role) }
        }.map { "\($0): { count: 3 }" }
        let text = """
            hubbub: 1
            name: small
            design: sender-service
            seed: \(seed)
            duration: \(duration)
            drain: \(drain)
            users:
              count: \(count)
              devices: \(devices)
              contacts: 5
            \(people)
            load: [{ name: usual, \(load) }]
            topology:
              zones: 3
            \((usual + topology).map { "  \($0)" }.joined(separator: "\n"))
            \(more)
            """
        let loaded = ScenarioLoader(designs: [SenderService.sheet]) { (_) throws(Misreading) in [] }
            .load(Array(text.utf8), from: "small.yaml")
        let scenario = try #require(loaded.scenario, "\(loaded.findings)\n\(text)")
        outcome = Play(scenario, design: design, thresholds: loaded.thresholds, healthy: loaded.healthy).run()
    }

    func invariant(_ name: String) -> InvariantOutcome? {
        outcome.result.invariants.first { $0.name == name }
    }

    /// Thresholds that were not held, in the words of the scenario, with what was measured.
    var missed: [String] {
        outcome.result.thresholds.filter { $0.outcome != .held }.map {
            "\($0.text): \($0.value.map { "\($0)" } ?? "nothing")"
        }
    }

    func isBroken(_ name: String) -> Bool { invariant(name)?.state == .broken }

    /// All that was promised and not kept, in words.
    var broken: [String] {
        outcome.result.invariants.filter { $0.state == .broken }.map {
            "\($0.name): \($0.violations.first?.evidence ?? "")"
        }
    }
}
