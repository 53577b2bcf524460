/// The version, and the formats of the documents that it writes. Within a format's number keys are only added.
enum Version {
    static let number = "0.1.0"

    static let benchFormat = "hubbub-bench-1"
    static let benchListFormat = "hubbub-bench-list-1"

    /// What `hubbub --version` answers.
    static let page = """
        hubbub \(number)
        formats: \(benchFormat), \(benchListFormat)

        """
}
