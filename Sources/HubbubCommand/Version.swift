import Results

/// The version, and the formats of the documents that it writes. Within a format's number keys are only added.
enum Version {
    static let number = "0.1.0"

    static let benchFormat = "hubbub-bench-1"
    static let benchListFormat = "hubbub-bench-list-1"
    static let findingsFormat = "hubbub-findings-1"
    static let designsFormat = "hubbub-designs-1"
    static let planFormat = "hubbub-plan-1"
    static let metricsFormat = "hubbub-metrics-1"

    /// What `hubbub --version` answers.
    static let page = """
        hubbub \(number)
        reads scenarios of format 1
        writes \(benchFormat), \(benchListFormat), \(designsFormat), \(findingsFormat),
               \(metricsFormat), \(planFormat), \(ResultFile.format), \(ResultFile.machineFormat)

        """
}
