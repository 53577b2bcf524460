import Chat
import Experiments
import Vocabulary

/// Made-up runs for the tests of measurement.
///
///     0        60 s      240 s  300 s    360 s              600 s    720 s
///     | warm-up | usual   [ split )       | rush             | drain  |
let timeline = Timeline(
    warmup: .at(.seconds(60)), endOfSends: .at(.seconds(600)), end: .at(.seconds(720)),
    phases: [.init("usual", from: .start), .init("rush", from: .at(.seconds(360)))],
    faults: [
        .init("split", [.init(from: .at(.seconds(240)), to: .at(.seconds(300)))])
    ])

let direct = Sample.Tags(region: 0, access: 0, isRoom: false)

func measurement(
    _ thresholds: [String] = [], timeline: Timeline = timeline, healthy: Healthy? = nil,
    patience: Span = .seconds(10)
) throws -> Measurement {
    Measurement(
        timeline: timeline, thresholds: try thresholds.map { try threshold($0) }, healthy: healthy,
        patience: patience, roles: ["chat-host", "recipient-log"])
}

extension Measurement {
    func record(_ samples: [Sample]) { samples.withUnsafeBufferPointer { record($0) } }

    /// One letter sent at a second; nil never came.
    func record(
        _ metric: Sample.Metric = .delivery, at second: Int64, took latency: Span?,
        tags: Sample.Tags = direct, count: Int = 1
    ) {
        record(
            Array(
                repeating: Sample(metric, tags, intended: .at(.seconds(second)), latency: latency),
                count: count))
    }

    /// What the thresholds came to: mark, value, margin, window.
    var outcomes: [String] {
        judgements(isComplete: true).map { judgement in
            let mark = [.held: "held", .failed: "failed", .inconclusive: "?"][judgement.outcome]
            let more = judgement.reason.map { " (\($0))" } ?? judgement.margin.map { " (\($0))" } ?? ""
            return "\(mark ?? "") \(judgement.value)\(more), \(judgement.window)"
        }
    }
}
