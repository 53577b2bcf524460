import Vocabulary

/// The options of `run`, and what they come to.
extension Option {
    static let seeds = Option(
        name: "--seeds", value: .text(placeholder: "A..B"), help: "play each seed from A to B, as in 1..200")
    static let jobs = Option(
        name: "--jobs", value: .wholeNumber(placeholder: "N", in: 1...1_024, default: 1),
        variable: "HUBBUB_JOBS",
        help: "play so many runs at a time, each in a world of its own")
    static let out = Option(
        name: "--out", value: .text(placeholder: "DIR"), variable: "HUBBUB_OUT", stands: .folder,
        help: "where results go; Reports/runs if not given")
    static let report = Option(
        name: "--report", value: .optionalText(placeholder: "FILE"),
        help: "write the page of the run, or of all seeds, to report.html beside the result or to FILE")
    static let junit = Option(
        name: "--junit", value: .optionalText(placeholder: "FILE"),
        help: "write JUnit's XML, to junit.xml beside each result or all runs to FILE")
    static let markdown = Option(
        name: "--markdown", value: .optionalText(placeholder: "FILE"),
        help: "write a summary in Markdown, to summary.md beside each result or all runs to FILE")
    static let trace = Option(
        name: "--trace", value: .optionalText(placeholder: "FILE"),
        help: "write the slowest letters for Perfetto, to trace.json.gz beside the result or to FILE")
    static let github = Option(
        name: "--github", help: "annotate lines as GitHub Actions does; on by itself there")
    static let ndjson = Option(
        name: "--ndjson",
        help: "print each event as it happens, a JSON object a line; the man page lists the kinds")
    static let verify = Option(name: "--verify", help: "play each run twice, and fail if the two differ")
    static let control = Option(
        name: "--control", help: "play the same seed also without the faults, to compare with")
    static let anySize = Option(
        name: "--any-size",
        help: "play also what by the estimate of explain needs more memory than this machine has")
    static let quiet = Option(name: "--quiet", short: "-q", help: "write the line with the verdict only")
    static let verbose = Option(name: "--verbose", help: "write every metric and every component too")
    static let progress = Option(
        name: "--progress", value: .choice(["auto", "line", "none"]), variable: "HUBBUB_PROGRESS",
        help: "how to say how far it is: auto is one line for a terminal, and one each 30 s elsewhere")
}

/// Which files to write besides those of every result.
struct Extras {
    /// Nil when nobody asked; `.beside` the result, or at a path.
    enum OutputPath: Equatable {
        case beside
        case at(String)
    }

    let report: OutputPath?
    let junit: OutputPath?
    let markdown: OutputPath?
    let trace: OutputPath?

    init(_ arguments: Arguments) {
        func place(_ option: Option) -> OutputPath? {
            arguments.has(option) ? arguments.text(option).map(OutputPath.at) ?? .beside : nil
        }
        report = place(.report)
        junit = place(.junit)
        markdown = place(.markdown)
        trace = place(.trace)
    }

    /// Whether one of them is what standard output is for.
    var takesOutput: Bool { [report, junit, markdown, trace].contains(.at("-")) }
}

extension Call {
    var results: String { arguments.text(.out) ?? "Reports/runs" }

    /// What a scenario takes.
    static let largestSeed = 999_999_999_999_999_999

    /// What `--seeds` asks for; nil without it.
    func seeds() throws(Failure) -> ClosedRange<Int>? {
        guard let text = arguments.text(.seeds) else { return nil }
        guard !arguments.has(.seed) || arguments.label(.seed) != Option.seed.name else {
            throw Failure(.usage, "options '--seed' and '--seeds' exclude each other")
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, let first = Int(parts[0]), let last = Int(parts[2]),
            (0...Self.largestSeed).contains(first), (first...Self.largestSeed).contains(last),
            last - first < 100_000
        else {
            throw Failure(
                .usage,
                "option '--seeds' takes two seeds, as in --seeds 1..200, and at most 100,000 of them, "
                    + "not \(quoted(text))")
        }
        return first...last
    }

    /// One answer for standard output.
    func checkOutput(_ extras: Extras, scenarios: Int = 1, runs: Int = 1) throws(Failure) {
        let wanted = [extras.report, extras.junit, extras.markdown, extras.trace].filter { $0 == .at("-") }
            .count
        let documents = [Option.json, .ndjson].count { arguments.has($0) }
        guard wanted + documents <= 1 else {
            throw Failure(.usage, "standard output takes one document; give the others a file")
        }
        guard !(arguments.has(.quiet) && arguments.has(.verbose)) else {
            throw Failure(.usage, "options '--quiet' and '--verbose' exclude each other")
        }
        let places = [
            (Option.report, extras.report), (.junit, extras.junit), (.markdown, extras.markdown),
            (.trace, extras.trace),
        ]
        for (option, place) in places {
            guard case .at(let path) = place, path != "-" else { continue }
            do throws(FileProblem) { try FileSystem.checkWritable(path) } catch {
                throw Failure(
                    .cannotCreate,
                    "option '\(option.name)': \(visible(path)) cannot be written: \(error.message)")
            }
        }
        /// Several seeds of a scenario have one page, but each run has a trace of its own.
        let limits = [
            (Option.report, extras.report, scenarios, "one scenario"),
            (.trace, extras.trace, runs, "one run"),
        ]
        for (option, place, count, most) in limits {
            if case .at = place, count > 1 {
                throw Failure(
                    .usage,
                    "option '\(option.name)' takes a file for \(most), and there are \(grouped(count)); "
                        + "without a file each goes beside its result")
            }
        }
    }
}
