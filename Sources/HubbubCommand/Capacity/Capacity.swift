import Comparisons
internal import Experiments
import Reports
import Results
import Vocabulary

extension Subcommand {
    private static let maximise = Option(
        name: "--maximise", value: .text(placeholder: "KEY"), stands: .key,
        help: "look for the largest whole number of KEY that passes, in place of the largest load")
    private static let minimise = Option(
        name: "--minimise", value: .text(placeholder: "KEY"), stands: .key,
        help: "look for the smallest whole number of KEY that passes, as in topology.chat-host.count")
    private static let most = Option(
        name: "--most", value: .wholeNumber(placeholder: "N", in: 1...1_000_000_000, default: 1_000_000),
        help: "try no more than so much: of the load so many per mille")

    /// Which search it is.
    static let capacityKeys = [maximise, minimise, most]

    static let capacity = Subcommand(
        name: "capacity",
        summary: "Search the largest load, or the fewest machines, with which a scenario still passes",
        operand: Operand(
            placeholder: "FILE", limit: 1, stands: .scenarioFile,
            help: "a scenario file; what passes is what its thresholds say"),
        options: capacityKeys + [
            .seeds, .set, .jobs, .out, .report, .json, .quiet, .color, .ascii, .progress,
        ],
        examples: [
            Example(
                line: "\(programName) capacity scenario.yaml --jobs 2", purpose: "how much more load it takes"
            ),
            Example(
                line: "\(programName) capacity scenario.yaml --minimise topology.server.cores",
                purpose: "how few cores are enough"),
            Example(
                line: "\(programName) capacity scenario.yaml --maximise users.count --report",
                purpose: "how many people, and the curve"),
        ],
        exitCodes: [
            .held, .inconclusive, .usage, .badFile, .noFile, .internalError, .cannotCreate, .outputFailed,
            .badDesign,
            .interrupted, .terminated,
        ],
        run: runCapacity)

    private static func runCapacity(_ call: Call) throws(Failure) -> ExitCode {
        guard !call.arguments.operands.isEmpty else { throw call.missing("FILE", of: "capacity") }
        let extras = Extras(call.arguments)
        try call.checkOutput(extras)
        let (up, down) = (call.arguments.text(maximise), call.arguments.text(minimise))
        guard up == nil || down == nil else {
            throw Failure(.usage, "options '--maximise' and '--minimise' exclude each other")
        }
        let most = call.arguments.wholeNumber(most)
        var search = try EdgeSearch(
            call, key: up ?? down, side: down == nil ? .most : .least, most: most)
        guard search.exitCode == .held else { return search.exitCode }
        if let code = try search.run() { return code }
        return try search.tell(extras)
    }
}
