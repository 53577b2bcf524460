import Experiments

/// The names of a run, for thresholds in tests.
let names = ThresholdNames(
    design: "sender-service", roles: ["chat-host", "recipient-log"], phases: ["usual", "rush"],
    faults: ["split", "one-host-dies"], regions: ["eu", "us", "asia"], access: ["wifi", "cellular"])

func threshold(_ text: String, as use: Threshold.Use = .verdict) throws -> Threshold {
    try Threshold(text, as: use, in: names)
}
