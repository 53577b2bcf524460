import Comparisons
internal import Experiments
import Results
import Vocabulary

/// Another program that plays the same scenarios, in place of a stored baseline: the one of the commit before.
struct Against {
    private let program: Program
    private let work: WorkFolder

    init(_ path: String, _ call: Call) throws(Failure) {
        // A bare name would be looked for on PATH, and another one might be found there.
        program = Program(
            path: path.contains("/") ? path : "./\(path)", interruption: call.around.interruption)
        work = try WorkFolder(call, "against")
    }

    /// What it comes to: it writes a baseline, as anybody would have it write one.
    func baseline(_ file: String, seeds: [Int], set: [String], jobs: Int) throws(Failure) -> Baseline {
        let path = "\(work.path)/baseline.txt"
        FileSystem.removeTree(path)
        let span = "\(seeds.first ?? 0)..\(seeds.last ?? 0)"
        let words = ["check", file, "--baseline", path, "--update", "--seeds", span, "--jobs", "\(jobs)"]
        _ = try program.answer(words + set.flatMap { ["--set", $0] }, work: work.path)
        return try BaselineFile.read(path, writtenBy: program.path)
    }

    /// Where the two part first, in a scenario with one seed: the event on either side.
    func parting(_ file: String, _ name: String, seed: Int, set: [String], play: Play) throws(Failure)
        -> String
    {
        let out = "\(work.path)/run"
        let words =
            ["run", file, "--seed", "\(seed)", "--out", out, "--quiet"] + set.flatMap { ["--set", $0] }
        // A run that fails its thresholds is a run.
        _ = try program.run(words, output: "\(work.path)/output.txt", errors: "\(work.path)/errors.txt")
        let run = "\(out)/\(name)/latest"
        let theirs = try program.answer(["replay", run, "--trail"], work: work.path)
            .split(separator: "\n").compactMap(Self.point)
        let parting = try Parting.find(
            theirs, play.trail(),
            eventsBefore: { (range) throws(Failure) in
                try program.answer(
                    ["replay", run, "--events", "\(range.lowerBound)..\(range.upperBound - 1)"],
                    work: work.path
                ).split(separator: "\n").map(String.init)
            }, eventsNow: { (range) throws(Failure) in play.events(range) })
        guard let parting else { return "the events of seed \(seed) are the same here and there" }
        return
            "they part at seed \(seed)\nthere: \(parting.before ?? "the run had ended")\n"
            + "here:  \(parting.now ?? "the run has ended")"
    }

    private static func point(_ line: Substring) -> Play.TrailPoint? {
        let words = line.split(separator: " ")
        guard words.count == 2, let event = UInt64(words[0]),
            let digest = UInt64(words[1].filter { $0 != "-" }, radix: 16)
        else { return nil }
        return Play.TrailPoint(event: event, digest: digest)
    }
}
