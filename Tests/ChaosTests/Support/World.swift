import Chaos
import Chat
import Designs
import Experiments
import Testing
import Vocabulary

/// A small world for campaigns: 60 people on one server whose work takes its time, for 100 s.
struct SmallWorld {
    var seed = 3
    var extra = ""
    var duration = Span.seconds(100)
    var send = 10
    var window = Span.seconds(20)
    var design: any Design.Type = SingleServer.self
    var kinds =
        "partition, delay, loss, duplicate, reorder, corrupt, bandwidth, reset, crash, pause, slow, disk, clock, "
        + "disconnect, roam, revoke"

    var text: String {
        """
        hubbub: 1
        name: small
        design: \(design.sheet.name)
        seed: \(seed)
        duration: \(duration.written)
        warmup: 10s
        drain: 60s
        users: { count: 60, contacts: 10 }
        load:
          - { name: usual, send: \(send)/m per user, size: 1KB, direct: 100% }
        topology: { server: { cores: 1, service-time: exp 5ms, sync: exp 5ms } }
        healthy: { window: \(window.written), hold: 1, expect: [delivery p50 < 2s] }
        random: { kinds: [\(kinds)], for: exp 5s, recover-first: false }
        \(extra)
        """
    }

    var loaded: LoadedScenario {
        ScenarioLoader(designs: [design.sheet]) { (_) throws(Misreading) in throw Misreading("no") }
            .load(Array(text.utf8), from: "small.yaml")
    }

    func arena(beyond: Bool = false) throws -> Arena {
        let loaded = loaded
        let scenario = try #require(loaded.scenario, "\(loaded.findings.text)")
        return try Arena(
            scenario, design: design, thresholds: loaded.thresholds, healthy: loaded.healthy, beyond: beyond)
    }
}

extension Campaign {
    /// Plays so many runs on this thread.
    mutating func play(_ count: Int, until isEnough: (Campaign) -> Bool = { _ in false }) {
        while runs.count < count, !isEnough(self) {
            let (_, faults) = next(atMost: count - runs.count)
            take(
                faults.map { faults in
                    let trial = Trial(faults, in: arena)
                    return TrialOutcome(trial.play().run(), of: trial)
                }, of: faults)
        }
    }
}
