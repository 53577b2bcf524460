internal import Benchmarks
import History
import Vocabulary

extension Subcommand {
    private static let only = Option(
        name: "--only", value: .text(placeholder: "NAME"), repeats: true,
        help: "run only the benchmark of this name")
    private static let rounds = Option(
        name: "--repeat", value: .wholeNumber(placeholder: "N", in: 1...1_000, default: 1),
        help: "run all of them, then all again, N times, and show median, minimum and maximum")
    private static let history = Option(
        name: "--history", value: .text(placeholder: "FILE"), stands: .file,
        help:
            "compare with the last time, keep what comes out in this file (SQLite), and look for steps once there are 20"
    )
    /// Of which a noise band can be told.
    private static let fewestRounds = 6
    private static let plain = Option(
        name: "--plain", help: "run each also with its costs taken away one after the other")
    private static let list = Option(
        name: "--list", help: "list them, of all suites without one, and run nothing")

    static let bench = Subcommand(
        name: "bench",
        summary: "Measure Hubbub's own speed, and check it against known answers",
        operand: Operand(
            placeholder: "SUITE", limit: .max,
            help:
                "run only the benchmarks of these suites; without one, all that measure speed and are soon over"
        ),
        options: [only, rounds, history, plain, list, .json],
        examples: [
            Example(line: "\(programName) bench", purpose: "every speed once, a row as each finishes"),
            Example(
                line: "\(programName) bench fidelity",
                purpose: "every known answer; takes a minute"),
            Example(
                line: "\(programName) bench --only phold-1024x1 --plain",
                purpose: "what each part of an event costs"),
            Example(
                line: "\(programName) bench --history Reports/speed.db --repeat 7",
                purpose: "against the last time, beyond what noise does"),
            Example(
                line: "\(programName) bench --repeat 5 --json > bench.json",
                purpose: "five rounds, for a program to read"),
        ],
        exitCodes: [
            .held, .failed, .usage, .badFile, .internalError, .cannotCreate, .outputFailed, .interrupted,
        ],
        run: runBench)

    private static func runBench(_ call: Call) throws(Failure) -> ExitCode {
        let benchmarks = try selection(
            from: call.around.benchmarks, suites: call.arguments.operands, names: call.arguments.texts(only),
            byDefault: { call.arguments.has(list) || $0.aim == .speed && !$0.takesLong })
        let rows = benchmarks.flatMap { benchmark in
            (0...(call.arguments.has(plain) ? benchmark.plainSteps.count : 0)).map {
                BenchRow(benchmark: benchmark, plain: $0)
            }
        }
        if call.arguments.has(list) {
            try call.output.write(
                call.arguments.has(.json) ? BenchDocument.list(benchmarks) : BenchTable.list(rows))
            return .held
        }
        guard let path = call.arguments.text(history) else {
            let measured = try measure(
                rows, rounds: call.arguments.wholeNumber(rounds), report: report(on: rows, call),
                progress: Progress(call))
            return conclude(measured, call)
        }
        return try keep(rows.filter { $0.benchmark.aim == .speed }, in: path, call)
    }

    /// Interleaved rounds, enough of them for a noise band; what seems slower is measured once more, and only what
    /// is slower twice is said to be.
    private static func keep(_ rows: [BenchRow], in path: String, _ call: Call) throws(Failure) -> ExitCode {
        guard !rows.isEmpty, !call.arguments.has(plain) else {
            throw Failure(.usage, "option '--history' keeps benchmarks of speed, and those without '--plain'")
        }
        let asked = call.arguments.wholeNumber(rounds)
        guard asked == 1 || asked >= fewestRounds else {
            throw Failure(
                .usage, "option '--history' needs --repeat \(fewestRounds) at least, for a noise band")
        }
        let count = max(asked, fewestRounds)
        // Before anything is measured: whether there is a place for it.
        try FileSystem.prepare(path, for: Self.history)
        let stored: SpeedHistory
        do throws(DatabaseError) {
            stored = try SpeedHistory(at: path, platform: Build.platform)
        } catch { throw Failure(error) }
        let isJSON = call.arguments.has(.json)
        let report: any BenchReport =
            isJSON ? SilentReport() : BenchTable(rows: rows, rounds: count, output: call.output)
        var measured = try measure(rows, rounds: count, report: report, progress: Progress(call))
        var history = try BenchHistory(measured, in: stored)
        if !history.slower.isEmpty {
            let again = rows.filter { history.slower.contains($0.benchmark.name) }
            call.remark("measuring \(history.slower.joined(separator: ", ")) once more")
            for row in try measure(
                again, rounds: count, report: SilentReport(), progress: Progress(call))
            {
                guard let place = measured.firstIndex(where: { $0.benchmark.name == row.benchmark.name })
                else { continue }
                measured[place] = row
            }
            history = try BenchHistory(measured, in: stored)
        }
        do throws(DatabaseError) { try stored.add(history.points) } catch { throw Failure(error) }
        if isJSON {
            try call.output.write(
                JSON.object([
                    ("format", .string(Version.benchHistoryFormat)), ("benchmarks", history.json),
                ]).document)
        } else {
            try call.print(history.text)
        }
        guard history.slower.isEmpty else {
            call.remark("slower than the last time, twice: \(history.slower.joined(separator: ", "))")
            return .failed
        }
        return conclude(measured, call)
    }

    /// Speeds and known answers have tables of their own; where both run, the answers stand below the speeds.
    private static func report(on rows: [BenchRow], _ call: Call) -> any BenchReport {
        if call.arguments.has(.json) { return BenchDocument(output: call.output) }
        if !rows.isEmpty, rows.allSatisfy({ $0.benchmark.aim == .fidelity }) {
            return FidelityTable(output: call.output)
        }
        return BenchTable(rows: rows, rounds: call.arguments.wholeNumber(rounds), output: call.output)
    }

    /// The benchmarks of `suites` and `names`, in the order in which the executable lists them; where neither
    /// is given, those that are meant `byDefault`.
    private static func selection(
        from all: [Benchmark], suites: [String], names: [String], byDefault isMeant: (Benchmark) -> Bool
    ) throws(Failure) -> [Benchmark] {
        precondition(Set(all.map(\.name)).count == all.count, "two benchmarks have one name")
        let (suiteNames, allNames) = (all.map(\.suite), all.map(\.name))
        for suite in suites where !suiteNames.contains(suite) {
            // A benchmark's own name, typed without its option, is the likeliest slip.
            let near = nearest(to: suite, among: suiteNames + allNames)
            throw Failure.usage(
                "unknown suite \(quoted(suite))",
                nearest: near.map { suiteNames.contains($0) ? $0 : "--only \($0)" },
                see: "\(programName) bench --list")
        }
        guard !suites.isEmpty || !names.isEmpty else { return all.filter(isMeant) }
        let inSuites = all.filter { suites.isEmpty || suites.contains($0.suite) }
        for name in names where !inSuites.contains(where: { $0.name == name }) {
            if let elsewhere = all.first(where: { $0.name == name }) {
                throw Failure(
                    .usage, "benchmark '\(name)' is in suite '\(elsewhere.suite)', which was not named")
            }
            throw Failure.usage(
                "unknown benchmark \(quoted(name))", nearest: nearest(to: name, among: inSuites.map(\.name)),
                see: "\(programName) bench --list")
        }
        return inSuites.filter { names.isEmpty || names.contains($0.name) }
    }

    /// Round after round over all rows, not row after row: when the machine grows slower meanwhile, it
    /// does so for all of them.
    private static func measure(
        _ rows: [BenchRow], rounds: Int, report: any BenchReport, progress: Progress
    ) throws(Failure) -> [BenchRow] {
        var rows = rows
        var report = report
        defer { progress.erase() }
        try report.begin()
        for round in 1...rounds {
            for index in rows.indices {
                let done = (round - 1) * rows.count + index
                progress.show("\(rows[index].benchmark.name), run \(done + 1) of \(rounds * rows.count)")
                try rows[index].run()
                guard round == rounds else { continue }
                if let counts = rows[index].benchmark.counts {
                    progress.show("\(rows[index].benchmark.name), its events are counted")
                    rows[index].counts = counts()
                }
                progress.erase()
                try report.finish(rows[index])
            }
        }
        try report.end(memory: .now(), runs: rounds * rows.count)
        return rows
    }

    /// The verdict of all rows; a bad one ends with the command that repeats it.
    private static func conclude(_ rows: [BenchRow], _ call: Call) -> ExitCode {
        let failed = rows.filter(\.isOutOfBand)
        guard !failed.isEmpty else { return .held }
        var names: [String] = []
        for row in failed where names.last != row.benchmark.name { names.append(row.benchmark.name) }
        let options =
            names.map { " --only \($0)" }.joined() + (failed.contains { $0.plain > 0 } ? " --plain" : "")
        call.remark(
            "out of band: \(names.joined(separator: ", ")); `\(programName) bench\(options)` repeats it")
        return .failed
    }
}

/// What becomes of the rows: a table that grows, or a document at the end.
protocol BenchReport {
    mutating func begin() throws(Failure)
    mutating func finish(_ row: BenchRow) throws(Failure)
    mutating func end(memory: Memory, runs: Int) throws(Failure)
}

/// For rounds whose table is not the answer.
private struct SilentReport: BenchReport {
    func begin() {}
    func finish(_ row: BenchRow) {}
    func end(memory: Memory, runs: Int) {}
}
