internal import Experiments
import Reports
import Vocabulary

/// The scenario files that a command line names, all of them read and checked before anything else happens.
struct ScenarioFiles {
    struct ScenarioFile {
        /// As it was typed.
        let path: String
        /// So that it can be read again with other values: standard input comes once.
        let bytes: [UInt8]
        let loaded: LoadedScenario
    }

    let files: [ScenarioFile]
    /// Of all files; those of the command line itself, once.
    let findings: Experiments.Findings
    /// Files that could not be read, a line for each.
    let unreadable: [String]
    /// With a finding for each file that could not be read: who counts errors is not told that there are none.
    let allFindings: Experiments.Findings

    init(_ call: Call, overrides: [Override]) throws(Failure) {
        let loader = Self.loader(call, overrides)
        var (files, unreadable): ([ScenarioFile], [String]) = ([], [])
        var (findings, all) = (Experiments.Findings(), Experiments.Findings())
        for path in call.arguments.operands {
            do throws(FileProblem) {
                let bytes = try FileSystem.read(path)
                let loaded = loader.load(bytes, from: path)
                files.append(ScenarioFile(path: path, bytes: bytes, loaded: loaded))
                findings = findings + loaded.findings
                all = all + loaded.findings
            } catch {
                unreadable.append("\(visible(path)): \(error.message)")
                all = all + Experiments.Findings([Finding(unreadable: path, error.message)])
            }
        }
        (self.files, self.unreadable) = (files, unreadable)
        (self.findings, allFindings) = (findings, all)
        for scenario in files.compactMap(\.loaded.scenario) {
            try DesignChecks.mistakes(of: try call.design(scenario.design), in: scenario).fail()
        }
    }

    /// The same file with other values set.
    func again(_ file: ScenarioFile, _ overrides: [Override], _ call: Call) -> LoadedScenario {
        Self.loader(call, overrides).load(file.bytes, from: file.path)
    }

    private static func loader(_ call: Call, _ overrides: [Override]) -> ScenarioLoader {
        ScenarioLoader(designs: call.sheets, overrides: overrides) { (path) throws(Misreading) in
            if let what = FileSystem.isNoFile(path) {
                throw Misreading(what, remedy: "name the file of a scenario")
            }
            do throws(FileProblem) { return try FileSystem.read(path) } catch {
                throw Misreading(error.message)
            }
        }
    }

    var exitCode: ExitCode { unreadable.isEmpty ? findings.isSound ? .held : .badFile : .noFile }

    /// Says what is wrong, for a person; and beside the lines of a change, on GitHub.
    func report(to call: Call) {
        for line in unreadable { call.remark(line) }
        try? call.errors.write(findings.text)
        if call.isOnGitHub { try? call.errors.write(GitHub.annotations(findings.all.map(FileFinding.init))) }
    }
}

extension Call {
    /// What the command line and the environment set of a scenario; the later go before the earlier.
    func overrides() throws(Failure) -> [Override] {
        var overrides: [Override] = []
        for text in arguments.texts(.set) {
            guard let end = text.firstIndex(of: "="), end != text.startIndex else {
                throw Failure(
                    .usage,
                    "option '--set' takes KEY=VALUE, as in --set faults.split.for=2m, not \(quoted(text))")
            }
            overrides.append(Override(String(text[..<end]), String(text[text.index(after: end)...])))
        }
        if let seed = arguments.text(.seed) {
            guard let number = Int(seed), (0...Call.largestSeed).contains(number) else {
                let isTyped = arguments.label(.seed) == Option.seed.name
                throw Failure(
                    .usage,
                    "\(isTyped ? "option" : "variable") '\(arguments.label(.seed))' takes a whole number from 0, "
                        + "of 18 digits at most, not \(quoted(seed))")
            }
            let override = Override("seed", seed, label: arguments.label(.seed))
            // A variable gives way to what is typed.
            arguments.label(.seed) == "--seed"
                ? overrides.append(override) : overrides.insert(override, at: 0)
        }
        return overrides
    }
}
