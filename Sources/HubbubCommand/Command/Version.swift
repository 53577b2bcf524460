import Comparisons
import Results
import Vocabulary

/// The version, and the formats of the documents that it writes. Within a format's number keys are only
/// added.
enum Version {
    static let number = "0.1.0"

    static let benchFormat = "hubbub-bench-1"
    static let benchHistoryFormat = "hubbub-bench-history-1"
    static let benchListFormat = "hubbub-bench-list-1"
    static let commandsFormat = "hubbub-commands-1"
    static let completionFormat = "hubbub-completion-1"
    static let findingsFormat = "hubbub-findings-1"
    static let checkFormat = "hubbub-check-1"
    static let bisectFormat = "hubbub-bisect-1"
    static let capacityFormat = "hubbub-capacity-1"
    static let compareFormat = "hubbub-compare-1"
    static let designsFormat = "hubbub-designs-1"
    static let planFormat = "hubbub-plan-1"
    static let metricsFormat = "hubbub-metrics-1"
    static let eventsFormat = "hubbub-events-1"
    static let eventCountsFormat = "hubbub-event-counts-1"
    static let runsFormat = "hubbub-runs-1"
    static let replayFormat = "hubbub-replay-1"
    static let pagesFormat = "hubbub-pages-1"
    static let studyFormat = "hubbub-study-1"
    static let trailFormat = "hubbub-trail-1"
    static let storyFormat = "hubbub-story-1"
    static let lettersFormat = "hubbub-letters-1"
    static let chaosLinesFormat = "hubbub-chaos-lines-1"
    static let museumFormat = "hubbub-museum-1"

    /// What `hubbub --version` answers.
    static var page: String {
        let formats = [
            Baseline.format, benchFormat, benchHistoryFormat, benchListFormat, bisectFormat, capacityFormat,
            chaosLinesFormat, checkFormat, commandsFormat, compareFormat, completionFormat, designsFormat,
            eventCountsFormat, eventsFormat, findingsFormat,
            lettersFormat, metricsFormat, museumFormat, pagesFormat, planFormat, replayFormat, runsFormat,
            storyFormat, studyFormat, StudyPoint.format, trailFormat, ResultFile.campaignFormat,
            ResultFile.capsuleFormat, ResultFile.format,
            ResultFile.machineFormat,
        ]
        return """
            hubbub \(number)\(Build.commit.map { ", commit \($0)" } ?? "")
            \(wrapped("build: \(Build.name), the hash of this program's bytes, as the machine.json of its runs has it", indent: 0))
            \(wrapped("formats: hubbub 1 (scenarios), \(formats.joined(separator: ", "))", indent: 0))

            """
    }
}
