import Chat
import Vocabulary

/// Reads what a scenario promises, once its phases, faults, roles and regions are known: a threshold that
/// could not
/// be judged is a mistake in the file, found before anything runs.
struct ThresholdChecks {
    let scenario: Scenario
    let sheet: DesignSheet

    func thresholds(_ reading: inout Reading) -> [Threshold] {
        scenario.thresholds.enumerated().compactMap { index, line in
            let path = "thresholds[\(index)]"
            let threshold = threshold(line.check, as: line.abort ? .aborting : .verdict, at: path, &reading)
            if threshold?.subject == .recovery, scenario.healthy == nil {
                reading.fail(
                    at: path, "'recovery' needs 'healthy', which says when the system has recovered",
                    "as in 'healthy: { expect: [delivery p99 < 1s] }'")
            }
            return threshold
        }
    }

    func healthy(_ reading: inout Reading) -> Healthy? {
        guard let lines = scenario.healthy else { return nil }
        let expectations = lines.expect.enumerated().compactMap { index, text in
            threshold(text, as: .expectation, at: "healthy.expect[\(index)]", &reading)
        }
        // Until a beginning and a number are sound there is nothing to make windows of.
        guard reading.isSound("healthy.window", "healthy.hold") else { return nil }
        return Healthy(window: lines.window, hold: lines.hold, expectations: expectations)
    }

    private func threshold(_ text: String, as use: Threshold.Use, at path: String, _ reading: inout Reading)
        -> Threshold?
    {
        guard !text.isEmpty else { return nil }  // reported where it was read
        do throws(ThresholdError) {
            return try Threshold(text, as: use, in: names)
        } catch {
            reading.fail(at: path, part: error.range, of: text, error.message, error.hint)
            return nil
        }
    }

    /// Regions and networks in the order of the file, which is that of the numbers that samples carry.
    private var names: ThresholdNames {
        ThresholdNames(
            design: sheet.name, roles: sheet.roles.map(\.name), phases: scenario.load.map(\.name),
            faults: scenario.faults.map(\.name),
            regions: scenario.users.regions.entries.map(\.part.text),
            access: scenario.users.access.entries.map(\.part.rawValue), metrics: sheet.metrics)
    }
}
