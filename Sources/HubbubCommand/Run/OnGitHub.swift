import Reports
import Vocabulary

extension Call {
    var isOnGitHub: Bool {
        arguments.has(.github) || around.variable("GITHUB_ACTIONS") == "true"
    }

    /// Annotations for the lines of a change, and the summary of the job's step.
    func tellGitHub(_ findings: [FileFinding], summaries: [String]) throws(Failure) {
        try? errors.write(GitHub.annotations(findings))
        guard let path = around.variable("GITHUB_STEP_SUMMARY"), !path.isEmpty else { return }
        do throws(FileProblem) {
            try FileSystem.writeDirectly(
                Array(GitHub.stepSummary(summaries).utf8), to: path, appending: true)
        } catch {
            throw Failure(.outputFailed, "\(visible(path)) cannot be written: \(error.message)")
        }
    }
}
